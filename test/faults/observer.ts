import mysql from 'mysql2/promise'
import pg from 'pg'
import { createEngine, type Engine, type EngineOptions } from 'quern'
import { type Dialect, type FreshDatabase, freshDatabase, type Target } from '../servers/urls.js'
import { listed } from './listed.js'
import { faultTexts } from './texts.js'

export type ServerDialect = Exclude<Dialect, 'sqlite'>
export type ServerTarget = Exclude<Target, 'sqlite'>

/** A look at the server from beside the library under test, over a connection of the bare client library. */
export interface Observer {
  readonly dialect: ServerDialect
  /** The first column of what the text yields, as text. */
  ask(text: string): Promise<string[]>
  sessions(): Promise<string[]>
  kill(id: string): Promise<void>
  close(): Promise<void>
}

export async function observe(url: string, dialect: ServerDialect): Promise<Observer> {
  const { run, close } = dialect === 'postgres' ? await postgres(url) : await mysqlOrMariadb(url)
  const ask = async (text: string) => (await listed(() => run(text))).map((row) => String(row[0]))
  const texts = faultTexts[dialect]
  return {
    dialect,
    ask,
    close,
    sessions: () => ask(texts.sessions),
    // gone already: that is what was asked for
    kill: (id) =>
      run(texts.kill(id)).then(
        () => {},
        () => {},
      ),
  }
}

async function postgres(url: string) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return {
    run: async (text: string) => (await client.query({ text, rowMode: 'array' })).rows as unknown[][],
    close: () => client.end().catch(() => {}),
  }
}

async function mysqlOrMariadb(url: string) {
  const connection = await mysql.createConnection({ uri: url, rowsAsArray: true })
  connection.on('error', () => {})
  return {
    run: async (text: string) => {
      const [rows] = await connection.query(text)
      return Array.isArray(rows) ? (rows as unknown[][]) : []
    },
    close: () => connection.end().catch(() => {}),
  }
}

const endings: (() => unknown)[] = []

/** Has something ended after the test, however that comes out: an open session would keep the whole run from ending. */
export function later<T>(thing: T, end: (thing: T) => unknown): T {
  endings.push(() => end(thing))
  return thing
}

/** For `afterEach`: ends what `later` was told of, the last first. */
export async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end()
}

/** A database of its own and somebody who looks at it, until the end of the test. */
export async function scene(target: ServerTarget): Promise<{ database: FreshDatabase; observer: Observer }> {
  const database = later(await freshDatabase(target), (it) => it.drop())
  const observer = later(await observe(database.url, database.dialect as ServerDialect), (it) => it.close())
  return { database, observer }
}

/** An engine until the end of the test. */
export function engineOn(url: string, options: EngineOptions = {}): Engine {
  return later(createEngine(url, options), (it) => it.close({ timeout: 100 }))
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Waits until it holds; a guard against hanging, not a measurement. Yields the last value, for the assertion. */
export async function until<T>(look: () => T | Promise<T>, holds: (value: T) => boolean, guard = 10_000): Promise<T> {
  for (const end = performance.now() + guard; ; await pause(20)) {
    const value = await look()
    if (holds(value) || performance.now() > end) return value
  }
}

export const failure = (work: Promise<unknown>): Promise<any> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error) => error,
  )
