/** A Chinook of the demo's own: a temporary file, or a database `quern_demo` on a server. Either is removed again, whatever happens. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { createEngine, type DialectName, type Engine, type EngineOptions, parseUrl, QuernError } from 'quern'

const name = 'quern_demo'
const options: EngineOptions = { pool: { timeout: 10_000 } }

/** What the user asked for cannot be done; the message says why. */
export class Refusal extends Error {}

export interface Chinook {
  readonly engine: Engine
  readonly dialect: DialectName
  /** What was made and what becomes of it. */
  readonly about: string
}

/** Runs `work` with a fresh Chinook. */
export async function withChinook(url: string | undefined, work: (chinook: Chinook) => Promise<void>): Promise<void> {
  await (url === undefined ? withFile(work) : withServer(url, work))
}

async function withFile(work: (chinook: Chinook) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'quern-demo-'))
  try {
    const about = 'Quern on SQLite: loads Chinook into a temporary file, which is removed at the end.'
    await load(`sqlite:///${directory}/chinook.db`, about, work)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function withServer(url: string, work: (chinook: Chinook) => Promise<void>): Promise<void> {
  if (parseUrl(url).dialect === 'sqlite') throw new Refusal('--url is for a server; without it the demo makes a SQLite database of its own')
  await using server = createEngine(url, options)
  await run(server, `CREATE DATABASE ${name}`).catch((error) => {
    if (error instanceof QuernError && ['42P04', 'ER_DB_CREATE_EXISTS'].includes(error.code)) {
      throw new Refusal(
        `the server has a database ${name} already, and the demo touches nothing that it did not make; drop or rename it first`,
      )
    }
    throw error
  })
  try {
    const about = `Quern on ${server.dialect.title}: loads Chinook into a new database ${name}, which is dropped at the end.\nNothing else on the server is touched.`
    await load(inDatabase(url), about, work)
  } finally {
    await run(server, server.dialect.name === 'postgres' ? `DROP DATABASE ${name} WITH (FORCE)` : `DROP DATABASE ${name}`)
  }
}

async function load(url: string, about: string, work: (chinook: Chinook) => Promise<void>): Promise<void> {
  const engine = createEngine(url, options)
  try {
    await run(engine, await fixture(engine.dialect.name))
    await work({ engine, dialect: engine.dialect.name, about })
  } finally {
    await engine.close({ timeout: 2_000 })
  }
}

/** Chinook as its author publishes it, one script per database. */
async function fixture(dialect: DialectName): Promise<string> {
  const file = `../../../../test/fixtures/chinook/${dialect === 'mariadb' ? 'mysql' : dialect}.sql.gz`
  return (await promisify(gunzip)(await readFile(new URL(file, import.meta.url)))).toString()
}

async function run(engine: Engine, script: string): Promise<void> {
  await using connection = await engine.connect()
  await connection.script(script)
}

/** The same server, another database. */
const inDatabase = (url: string): string => url.replace(/^([^:]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`)
