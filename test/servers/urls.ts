import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { activeTargets, type Dialect, dialectOf, type ServerName, type Target, urlVariable } from './servers.mjs'

export { type Dialect, dialectOf, type Server, type ServerName, type StartOptions, startServer, type Target } from './servers.mjs'

/** What this run tests, to iterate over: the four dialects unless `QUERN_TEST_ONLY` narrows it. Further servers of a dialect are in `targets`. */
export const targets: readonly Target[] = activeTargets()
export const dialects: readonly Dialect[] = [...new Set(targets.map(dialectOf))]

/** The administrator's URL of a server of this run. Tests that create anything take a `freshDatabase` instead. */
export function serverUrl(name: ServerName): string {
  const url = process.env[urlVariable(name)]
  if (!url) throw new Error(`${urlVariable(name)} is not set: ${name} is not part of this run, or Jest's global set-up did not run`)
  return url
}

export interface FreshDatabase {
  readonly target: Target
  readonly dialect: Dialect
  /** As Quern takes it; `sqlite:////absolute/path.db` for a file. */
  readonly url: string
  /** The database's name; for SQLite the path of its file. */
  readonly name: string
  /** Removes the database, also while somebody is still connected. */
  drop(): Promise<void>
}

/** A database of its own for one test file: created empty, dropped by `drop`, which belongs into `afterAll`. */
export async function freshDatabase(target: Target): Promise<FreshDatabase> {
  const dialect = dialectOf(target)
  if (target === 'sqlite') return await freshFile()
  const name = `quern_test_${process.pid}_${randomBytes(4).toString('hex')}`
  const url = new URL(serverUrl(target))
  url.pathname = `/${name}`
  const run = dialect === 'postgres' ? runPostgres : runMysql
  await run(target, createStatement(dialect, name))
  const force = dialect === 'postgres' ? ' WITH (FORCE)' : ''
  return { target, dialect, name, url: url.href, drop: () => run(target, `DROP DATABASE IF EXISTS ${name}${force}`) }
}

/** `template0`, because nobody can be connected to it: a connection to `template1` would make CREATE DATABASE fail. */
const createStatement = (dialect: Dialect, name: string) =>
  dialect === 'postgres' ? `CREATE DATABASE ${name} TEMPLATE template0` : `CREATE DATABASE ${name} CHARACTER SET utf8mb4`

async function freshFile(): Promise<FreshDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'quern-sqlite-'))
  const name = join(directory, 'test.db')
  const drop = () => rm(directory, { recursive: true, force: true })
  return { target: 'sqlite', dialect: 'sqlite', name, url: `sqlite:///${name}`, drop }
}

async function runPostgres(target: Exclude<Target, 'sqlite'>, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl(target) })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function runMysql(target: Exclude<Target, 'sqlite'>, statement: string): Promise<void> {
  const connection = await mysql.createConnection(serverUrl(target))
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
