/** S25: passwords and values are in none of the outputs that may reach a log. */
import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { createEngine, type Engine, insertInto, integer, metadata, select, sql, table, varchar } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const secret = 'p@ss/wörd#%1"\'hush-774199-never'
/** The password as it is, as a URL has it, and every eight letters of it. */
function pieces(of: string): string[] {
  const forms = [of, encodeURIComponent(of), JSON.stringify(of).slice(1, -1), Buffer.from(of).toString('base64').slice(0, -4)]
  const parts = Array.from({ length: of.length - 7 }, (_, i) => of.slice(i, i + 8))
  return [...forms, ...parts]
}

/** Everything by which an object can get into a log. */
function printed(value: unknown): string {
  const deep = inspect(value, { depth: 12, showHidden: true, getters: false })
  const texts = [deep, inspect(value), String(value), JSON.stringify(value) ?? '', JSON.stringify(Object.entries(Object(value))) ?? '']
  let cause: unknown = value
  for (let depth = 0; depth < 6 && cause instanceof Error; depth++) {
    texts.push(cause.message, String(cause.stack), inspect(cause, { depth: 12, showHidden: true }))
    cause = cause.cause
  }
  return texts.join('\n')
}

function expectNone(output: string, words: readonly string[]): void {
  expect(words.filter((word) => output.includes(word))).toEqual([])
}

const failureOf = async (work: () => unknown): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it should have failed')
}

describe('URLs', () => {
  const code = encodeURIComponent(secret)
  const words = pieces(secret)
  test.each([
    ['an unknown scheme', `oracle://ada:${code}@host/db`],
    ['a port that is none', `postgresql://ada:${code}@host:port/db`],
    ['an unknown option', `mysql://ada:${code}@host/db?passwort=${code}`],
    ['the password as an option', `postgresql://ada@host/db?password=${code}`],
    ['a key as an option', `postgresql://ada@host/db?sslkey=${code}`],
    ['a broken escape', `postgresql://ada:${code}%2@host/db`],
    ['a password that was not escaped', `postgresql://ada:${secret}@host/db`],
    ['no host', `postgresql://ada:${code}@`],
    ['NUL', `postgresql://ada:${code}@host/d%00b`],
  ])('%s', async (_, url) => {
    const outcome = await failureOf(async () => {
      await using engine = createEngine(url, { pool: { timeout: 300 } })
      expectNone(printed(engine), words)
      await engine.execute(sql`select 1`)
    })
    expectNone(printed(outcome), words)
  })

  test.each(['postgresql', 'mysql', 'mariadb'])('a %s server that is not there', async (scheme) => {
    const heard: unknown[] = []
    const lines: string[] = []
    await using engine = createEngine(`${scheme}://ada:${code}@127.0.0.1:1/db`, {
      echo: (line) => lines.push(line),
      pool: { leakTracing: true },
    })
    for (const event of ['error', 'connect', 'query', 'warning'] as const) engine.on(event, (details: unknown) => heard.push(details))
    const error = await failureOf(() => engine.execute(sql`select 1`))
    expect(error).toMatchObject({ name: 'ConnectError' })
    const connecting = await failureOf(() => engine.connect())
    for (const output of [error, connecting, engine, engine.status(), engine.address, heard, lines]) expectNone(printed(output), words)
  })
})

const people = table('people', { id: integer().primaryKey(), email: varchar(100).unique() })

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const lines: string[] = []
  const heard: unknown[] = []
  const value = 'hush-hush-4711@example.org'

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { slowQuery: 0.000_001, longHold: 60_000, pool: { leakTracing: true } })
    for (const event of ['query', 'error', 'connect', 'begin', 'rollback', 'warning', 'checkout'] as const)
      engine.on(event, (details: unknown) => heard.push(details))
    await metadata({ people }).createAll(engine)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('a bound value is in no error, event or channel', async () => {
    const names = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((name) => `tracing:quern:query:${name}`)
    const seen: unknown[] = []
    const listen = (message: unknown) => void seen.push(printed(message))
    for (const name of names) channel(name).subscribe(listen)
    await engine.execute(insertInto(people).values({ id: 1, email: value }))
    const errors = [
      await failureOf(() => engine.execute(insertInto(people).values({ id: 2, email: value }))),
      await failureOf(() => engine.transaction((tx) => tx.execute(insertInto(people).values({ id: 2, email: value })))),
      await failureOf(() => engine.execute(sql`select nonesuch from people where email = ${value}`)),
      await failureOf(() => engine.one(select(people).where(people.email.eq(`${value}x`)))),
    ]
    for (const name of names) channel(name).unsubscribe(listen)
    expect(seen.length).toBeGreaterThan(4)
    expect(heard.length).toBeGreaterThan(4)
    for (const output of [...errors, heard, seen, lines]) expectNone(printed(output), pieces(value))
  })

  test('with echo everything is there: the line, the values, the library’s own error', async () => {
    await using loud = createEngine(database.url, { echo: (line) => lines.push(line) })
    const error = (await failureOf(() => loud.execute(insertInto(people).values({ id: 3, email: value })))) as { params?: unknown[] }
    expect(error.params).toContain(value)
    expect(lines.join('\n')).toContain(value)
  })

  if (target !== 'sqlite')
    test('the password is in nothing that an open engine, connection or transaction shows', async () => {
      const { password } = new URL(database.url)
      if (password.length < 8) return
      await engine.transaction(async (tx) => {
        await using conn = await engine.connect()
        for (const output of [engine, conn, tx, engine.status()]) expectNone(printed(output), pieces(decodeURIComponent(password)))
      })
    })
})
