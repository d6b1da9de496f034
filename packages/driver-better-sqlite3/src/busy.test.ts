import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DriverConnection } from '@quern/engine'
import { betterSqlite3Driver } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'quern-busy-'))
const filename = join(folder, 'busy.db')
const opened: DriverConnection[] = []
afterEach(() => Promise.all(opened.splice(0).map((connection) => connection.close())))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function connect(busyTimeout?: number, file = filename): Promise<DriverConnection> {
  const driver = betterSqlite3Driver({ filename: file, ...(busyTimeout !== undefined && { busyTimeout }) })
  const connection = await driver.connect(new AbortController().signal)
  opened.push(connection)
  return connection
}

const request = (text: string) => ({ text, values: [], returnsRows: false, wide: false, prepare: true })
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** How often a timer had its turn while `work` went on: counted, because a busy machine makes every turn late. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  await work
  clearInterval(timer)
  return turns
}

test('a locked database is waited for without blocking the event loop', async () => {
  const [holder, waiter] = [await connect(), await connect()]
  await holder.script('CREATE TABLE IF NOT EXISTS t (id integer)')
  await holder.script('BEGIN IMMEDIATE')
  const waiting = waiter.script('BEGIN IMMEDIATE')
  const release = sleep(300).then(() => holder.script('COMMIT'))
  // 300 ms in steps that block would leave a handful of turns
  expect(await turnsDuring(waiting)).toBeGreaterThan(10)
  await release
  expect(waiter.status()).toBe('open')
  await waiter.script('ROLLBACK')
})

test('the wait ends at its deadline, with the error of the library', async () => {
  const [holder, waiter] = [await connect(), await connect(200)]
  await holder.script('BEGIN IMMEDIATE')
  const start = performance.now()
  await expect(waiter.execute(request('INSERT INTO t VALUES (1)'))).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  expect(performance.now() - start).toBeGreaterThan(180)
  expect(performance.now() - start).toBeLessThan(10_000)
  await holder.script('ROLLBACK')
  await waiter.execute(request('INSERT INTO t VALUES (1)'))
})

test('a snapshot that has become old is an error at once, because waiting cannot help', async () => {
  const wal = join(folder, 'wal.db')
  const [reader, writer] = [await connect(undefined, wal), await connect(undefined, wal)]
  await writer.script('PRAGMA journal_mode = WAL')
  await writer.script('CREATE TABLE t (id integer)')
  await reader.script('BEGIN')
  await reader.execute(request('SELECT count(*) FROM t'))
  await writer.execute(request('INSERT INTO t VALUES (2)'))
  const start = performance.now()
  await expect(reader.execute(request('INSERT INTO t VALUES (3)'))).rejects.toMatchObject({ code: 'SQLITE_BUSY_SNAPSHOT' })
  expect(performance.now() - start).toBeLessThan(4_000)
})

test('a script of several statements is not repeated: what it did before the lock stays done once', async () => {
  const [holder, waiter] = [await connect(), await connect(100)]
  await waiter.script('CREATE TEMPORARY TABLE mine (id integer)')
  await holder.script('BEGIN IMMEDIATE')
  await expect(waiter.script('INSERT INTO mine VALUES (1); INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  await holder.script('ROLLBACK')
  expect((await waiter.execute(request('SELECT * FROM mine'))).rowCount).toBe(1)
})

test('a connection is opened while another one writes', async () => {
  const holder = await connect()
  await holder.script('BEGIN EXCLUSIVE')
  setTimeout(() => void holder.script('ROLLBACK'), 100)
  const late = await connect()
  expect((await late.execute(request('SELECT id FROM t'))).rows.length).toBeGreaterThan(0)
  await holder.script('BEGIN EXCLUSIVE')
  await expect(connect(100)).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  await holder.script('ROLLBACK')
})

test('a stream lets the event loop have its turns', async () => {
  const connection = await connect()
  const text = 'WITH RECURSIVE s AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM s WHERE i < 300000) SELECT i FROM s'
  let count = 0
  const turns = await turnsDuring(
    (async () => {
      for await (const batch of connection.stream(request(text), 1000)) count += batch.rows.length
    })(),
  )
  expect(count).toBe(300_000)
  expect(turns).toBeGreaterThan(2)
})

test('a stream waits for a lock, too', async () => {
  const [holder, waiter] = [await connect(), await connect()]
  await holder.script('BEGIN EXCLUSIVE')
  setTimeout(() => void holder.script('ROLLBACK'), 100)
  let count = 0
  for await (const batch of waiter.stream(request('SELECT id FROM t'), 10)) count += batch.rows.length
  expect(count).toBeGreaterThan(0)
})

test('a database in memory has one connection, a file any number', () => {
  expect(betterSqlite3Driver().maxConnections).toBe(1)
  expect(betterSqlite3Driver({ filename: ' :memory: ' }).maxConnections).toBe(1)
  expect(betterSqlite3Driver({ filename }).maxConnections).toBe(Number.POSITIVE_INFINITY)
})

test('a read-only database refuses to be written, and a file that is none says so in one sentence', async () => {
  const driver = betterSqlite3Driver({ filename, readOnly: true })
  const connection = await driver.connect(new AbortController().signal)
  opened.push(connection)
  await expect(connection.execute(request('INSERT INTO t VALUES (1)'))).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  await expect(betterSqlite3Driver({ filename: folder }).connect(new AbortController().signal)).rejects.toThrow(/is a folder/)
})
