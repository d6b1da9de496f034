import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { atLeast } from './servers.mjs'
import { dialects, type FreshDatabase, freshDatabase, type ServerName, serverUrl, startServer, type Target, targets } from './urls.js'

/** Runs one statement with the raw driver and returns its rows. */
async function query(target: Target, url: string, sql: string): Promise<Record<string, unknown>[]> {
  if (target === 'sqlite') {
    const database = new Database(url.replace(/^sqlite:\/{3}/, ''))
    const statement = database.prepare<[], Record<string, unknown>>(sql)
    const rows = statement.reader ? statement.all() : []
    if (!statement.reader) statement.run()
    database.close()
    return rows
  }
  if (target.startsWith('postgres')) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return await client
      .query(sql)
      .then(({ rows }) => rows)
      .finally(() => client.end())
  }
  const connection = await mysql.createConnection(url)
  return await connection
    .query(sql)
    .then(([rows]) => rows as Record<string, unknown>[])
    .finally(() => connection.end())
}

async function versionOf(name: ServerName, url = serverUrl(name)): Promise<string> {
  const [row] = await query(name, url, 'SELECT version() AS version')
  return String(row?.version).replace(/^PostgreSQL /, '')
}

const servers = targets.filter((target): target is ServerName => target !== 'sqlite')

// Loops rather than `describe.each`, which refuses the empty list of a run narrowed to SQLite.
for (const name of servers)
  describe(name, () => {
    test('answers with the version it should have', async () => {
      const version = await versionOf(name)
      const minimum = { postgres: '15', postgres15: '15', mysql: '8.4', mariadb: '10.11' }[name]
      expect({ version, new: atLeast(version, minimum) }).toEqual({ version, new: true })
      if (name === 'postgres15') expect(version).toMatch(/^15\./)
      expect(/MariaDB/.test(version)).toBe(name === 'mariadb')
    })

    test('has a URL with its scheme', () => {
      expect(serverUrl(name)).toMatch(name.startsWith('postgres') ? /^postgres(ql)?:/ : new RegExp(`^${name}:`))
    })
  })

for (const target of targets)
  describe(`a fresh database on ${target}`, () => {
    const databases: FreshDatabase[] = []
    beforeAll(async () => {
      databases.push(await freshDatabase(target), await freshDatabase(target))
    })
    afterAll(() => Promise.all(databases.map((database) => database.drop())))

    test('is empty, keeps what is put into it, and shares nothing with another', async () => {
      const [one, two] = databases as [FreshDatabase, FreshDatabase]
      for (const { url } of [one, two]) await query(target, url, 'CREATE TABLE things (id int)')
      await query(target, one.url, 'INSERT INTO things VALUES (1)')
      expect(Number((await query(target, one.url, 'SELECT count(*) AS n FROM things'))[0]?.n)).toBe(1)
      expect(Number((await query(target, two.url, 'SELECT count(*) AS n FROM things'))[0]?.n)).toBe(0)
    })

    test('is gone after drop, also while somebody is connected', async () => {
      const database = await freshDatabase(target)
      await query(target, database.url, 'CREATE TABLE things (id int)')
      const visitor = target.startsWith('postgres') ? new pg.Client({ connectionString: database.url }) : undefined
      visitor?.on('error', () => undefined) // the server sends it away
      await visitor?.connect()
      await database.drop()
      if (target === 'sqlite') expect(existsSync(database.name)).toBe(false)
      else await expect(query(target, database.url, 'SELECT 1')).rejects.toThrow(/does not exist|Unknown database/)
      await visitor?.end().catch(() => undefined)
    })
  })

test('the dialects of this run are those of its targets', () => {
  expect(dialects.length).toBeGreaterThan(0)
  for (const dialect of dialects) expect(['sqlite', 'postgres', 'mysql', 'mariadb']).toContain(dialect)
})

for (const name of servers)
  describe(`a private ${name}`, () => {
    test('can be stopped dead, go on, be killed, started again with its data, and leaves nothing behind', async () => {
      const server = await startServer(name, { private: true })
      try {
        expect(server.version).not.toBe('')
        const admin = name.startsWith('postgres') ? server.url : `${server.url}mysql`
        await query(name, admin, 'CREATE TABLE kept (id int)')
        await query(name, admin, 'INSERT INTO kept VALUES (7)')

        await server.kill('SIGSTOP')
        const answer = query(name, admin, 'SELECT id FROM kept')
        const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silence'))])
        expect(first).toBe('silence')
        await server.kill('SIGCONT')
        expect(await answer).toEqual([{ id: 7 }])

        const before = server.pid()
        await server.restart()
        expect(server.pid()).not.toBe(before)
        expect(await query(name, admin, 'SELECT id FROM kept')).toEqual([{ id: 7 }])

        await server.kill('SIGKILL')
        expect(server.pid()).toBeUndefined()
        await expect(query(name, admin, 'SELECT 1')).rejects.toThrow()
        await server.restart()
        expect(await query(name, admin, 'SELECT id FROM kept')).toEqual([{ id: 7 }])
      } finally {
        await server.stop()
      }
      expect(existsSync(server.directory)).toBe(false)
      await server.stop()
    })
  })

/** Starts `start.mjs` for the servers of this run, apart from the ones already running, and waits until it has printed their URLs. */
async function startHarness(): Promise<{ harness: ChildProcess; urls: string[] }> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^QUERN_TEST_.*_(URL|ALSO)$/.test(name))
  const env = { ...Object.fromEntries(inherited), QUERN_TEST_ONLY: servers.join(',') }
  const harness = spawn(process.execPath, [join(__dirname, 'start.mjs')], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  for await (const text of harness.stdout) {
    printed += text
    if (printed.split('\n').length > servers.length) break
  }
  return { harness, urls: [...printed.matchAll(/_URL='(.*)'/g)].map(([, url = '']) => url) }
}

const answers = (url: string) => {
  const { hostname, port } = new URL(url)
  return new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), hostname, () => resolve(true)).on('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

if (servers.length > 0) {
  test.each(['SIGKILL', 'SIGINT'] as const)('a harness that ends by %s leaves no server behind', async (signal) => {
    const { harness, urls } = await startHarness()
    expect(await Promise.all(urls.map(answers))).toEqual(servers.map(() => true))
    harness.kill(signal)
    for (let waited = 0; waited < 8000 && (await Promise.all(urls.map(answers))).includes(true); waited += 100) await sleep(100)
    expect(await Promise.all(urls.map(answers))).toEqual(servers.map(() => false))
  })
}
