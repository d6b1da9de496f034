/** A server that is killed in the middle of many rows: all of them are there afterwards, or none, and the call says which. */
import { createEngine, type Engine, integer, sql, table, varchar } from 'quern'
import { type Server, startServer, targets } from '../servers/urls.js'

const kills = Number(process.env.QUERN_TEST_BULK_KILLS ?? 3)
const rows = 60_000
const things = table('things', { id: integer().primaryKey(), name: varchar(100).notNull() })
/** What was acknowledged must survive kill -9; elsewhere the harness trades that for speed. */
const durable: Readonly<Record<string, readonly string[]>> = {
  postgres: ['-c', 'synchronous_commit=on'],
  postgres15: ['-c', 'synchronous_commit=on'],
}

describe.each(targets.filter((target) => target !== 'sqlite'))('%s', (target) => {
  let server: Server
  let engine: Engine

  beforeAll(async () => {
    server = await startServer(target, { flags: durable[target] ?? [] })
    const admin = createEngine(server.url)
    await admin.execute(sql`create database killed`).catch(() => {})
    await admin.close()
    const url = new URL(server.url)
    url.pathname = '/killed'
    engine = createEngine(url.href)
    await engine.execute(sql`create table things (id integer primary key, name varchar(100) not null)`)
  })
  afterAll(async () => {
    await engine.close()
    await server.stop()
  })

  test(`killed ${kills} times at random moments: all or nothing, as the call says`, async () => {
    const seen: Record<string, number> = {}
    for (let i = 0; i < kills; i++) {
      // the last rows are with the server before COMMIT is
      const moment = 1 + Math.floor(Math.random() * (rows - 2))
      let killed: Promise<void> | undefined
      async function* generated() {
        for (let id = 0; id < rows; id++) {
          if (id === moment) killed = server.kill('SIGKILL')
          yield { id, name: `name ${id}` }
        }
      }
      const outcome = await engine.bulkInsert(things, generated()).then(
        () => 'done',
        (error: Error) => error.name,
      )
      await killed
      await server.restart()
      const count = Number(
        await engine.scalar(sql`select count(*) from things`).catch(() => engine.scalar(sql`select count(*) from things`)),
      )
      const told = { done: [rows], CommitUnknownError: [0, rows] }[outcome] ?? [0]
      expect(['done', 'ConnectionLostError', 'CommitUnknownError']).toContain(outcome)
      expect(told).toContain(count)
      seen[`${outcome}, ${count === 0 ? 'none' : 'all'}`] = (seen[`${outcome}, ${count === 0 ? 'none' : 'all'}`] ?? 0) + 1
      if (count > 0) await engine.execute(sql`delete from things`)
    }
    process.stderr.write(`    ${target}, server killed: ${JSON.stringify(seen)}\n`)
  }, 600_000)
})
