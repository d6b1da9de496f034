/** What sessions can do beside statements: locks on words, notifications, several statements in one go, limits of their own. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LockTimeoutError, type Subscription, UniqueViolationError } from '@quern/engine'
import {
  count,
  createEngine,
  type Engine,
  insertInto,
  integer,
  metadata,
  select,
  sql,
  table,
  UnsupportedFeatureError,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void
/** Bytes that somebody still holds. */
function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const things = table('things', { id: integer().primaryKey(), word: varchar(100) })
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function eventually(question: () => boolean | Promise<boolean>, milliseconds = 5_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await question())) {
    if (performance.now() > end) throw new Error(`it did not become true within ${milliseconds} ms: ${question}`)
    await pause(10)
  }
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const postgres = target.startsWith('postgres')
  const sqlite = target === 'sqlite'
  const mysqls = !postgres && !sqlite

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { pool: { size: 5, maxOverflow: 0 } })
    await metadata({ things }).createAll(engine)
  })
  beforeEach(async () => {
    await engine.execute(sql`delete from things`)
  })
  afterEach(async () => {
    await eventually(() => engine.status().used === 0)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  describe('pipeline', () => {
    test('yields each result in order, typed and decoded', async () => {
      const [inserted, counted, all] = await engine.pipeline([
        insertInto(things).values([{ id: 1, word: 'a' }, { id: 2 }]),
        select({ n: count() }).from(things),
        select(things).orderBy(things.id.desc()),
      ])
      expect(inserted.rowCount).toBe(2)
      expect(counted.rows).toEqual([{ n: 2 }])
      expect(all.rows[1]!.word).toBe('a')
      expect(await engine.pipeline([])).toEqual([])
    })

    test('is all or nothing, and the error is the one of the statement that failed', async () => {
      const outcome = engine.pipeline([
        insertInto(things).values({ id: 1 }),
        insertInto(things).values({ id: 1 }),
        insertInto(things).values({ id: 2, word: 'never' }),
      ])
      await expect(outcome).rejects.toThrow(UniqueViolationError)
      await expect(outcome).rejects.toMatchObject({ sql: expect.not.stringContaining('word') })
      expect(await engine.scalar(select({ n: count() }).from(things))).toBe(0)
      await using conn = await engine.connect()
      await expect(conn.pipeline([insertInto(things).values({ id: 5 }), sql`select nonesuch from things`])).rejects.toMatchObject({
        sql: 'select nonesuch from things',
      })
      expect(await conn.scalar(select({ n: count() }).from(things))).toBe(0)
    })

    test('inside a transaction belongs to it', async () => {
      await engine.transaction(async (tx) => {
        await tx.pipeline([insertInto(things).values({ id: 1 }), insertInto(things).values({ id: 2 })])
        await tx.rollback()
      })
      expect(await engine.scalar(select({ n: count() }).from(things))).toBe(0)
    })

    if (postgres)
      test('costs one round trip', async () => {
        await using conn = await engine.connect()
        let batches: unknown[] = []
        const stop = engine.on('query', (query) => batches.push(query.sql))
        await conn.pipeline(Array.from({ length: 20 }, (_, id) => insertInto(things).values({ id })))
        stop()
        expect(batches).toHaveLength(1)
        batches = []
        // as one they share one moment: the server's clock stands still in a transaction
        const [a, , b] = await conn.pipeline([sql`select now()::text`, sql`select pg_sleep(0.01)`, sql`select now()::text`])
        expect(a.rows).toEqual(b.rows)
      })
  })

  test('several statements on one connection queue in order', async () => {
    await using conn = await engine.connect()
    await Promise.all(Array.from({ length: 50 }, (_, id) => conn.execute(insertInto(things).values({ id, word: String(id) }))))
    const steps = [1, 2, 3, 4].map((n) =>
      conn.execute(
        update(things)
          .set({ word: sql`concat(word, ${n})` })
          .where(things.id.eq(7)),
      ),
    )
    await Promise.all(steps)
    expect(await conn.scalar(select(things.word).from(things).where(things.id.eq(7)))).toBe('71234')
  })

  test('script runs several statements, and a stream holds no more than it must', async () => {
    await using conn = await engine.connect()
    await conn.script("insert into things (id, word) values (1, 'a;b'); insert into things (id, word) values (2, 'c')")
    expect(await conn.scalars(select(things.word).from(things).orderBy(things.id))).toEqual(['a;b', 'c'])
    const endless = 'with recursive s (n) as (select 1 union all select n + 1 from s where n < 100000) select n, '
    // 150 MB of text in what is read, and as much beyond
    const wide = sqlite ? "printf('%.3000c', 'x')" : "repeat('x', 3000)"
    if (mysqls)
      await conn.script(
        target.startsWith('mariadb') ? 'set session max_recursive_iterations = 1000000' : 'set session cte_max_recursion_depth = 1000000',
      )
    let rows = 0
    let largest = 0
    const before = held()
    for await (const _ of conn.stream(sql`${sql.unsafe(`${endless}${wide} as w from s`)}`, { batchSize: 500 })) {
      rows++
      if (rows % 10_000 === 0) {
        // a slow reader: the server waits
        await pause(1)
        largest = Math.max(largest, held() - before)
      }
      if (rows === 50_000) break
    }
    expect(rows).toBe(50_000)
    expect(largest).toBeLessThan(40_000_000)
    expect(await conn.scalar(sql`select 1`)).toBeTruthy()
  })

  if (!sqlite)
    test("prepare: 'never' keeps nothing prepared on the server", async () => {
      await using plain = createEngine(database.url, { prepare: 'never', pool: { size: 1, maxOverflow: 0 } })
      for (let id = 0; id < 5; id++) await plain.execute(insertInto(things).values({ id, word: 'x' }))
      for (let id = 0; id < 5; id++) expect(await plain.scalar(select(things.word).from(things).where(things.id.eq(id)))).toBe('x')
      const kept = postgres
        ? await plain.scalar(sql`select count(*) from pg_prepared_statements`)
        : (
            (await plain.all(sql`show session status where Variable_name in ('Com_stmt_prepare', 'Com_stmt_close')`)) as [string, string][]
          ).reduce((sum, [name, value]) => sum + (name === 'Com_stmt_prepare' ? Number(value) : -Number(value)), 0)
      // the question itself
      expect(Number(kept)).toBeLessThanOrEqual(1)
    })

  test('limits are what the server says', async () => {
    await using limited = createEngine(database.url, { lockTimeout: 3_000, idleInTransactionTimeout: 20_000 })
    if (postgres) {
      expect(
        await limited.scalar(sql`select current_setting('lock_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout')`),
      ).toBe('3s 30s')
      expect(
        await engine.scalar(sql`select current_setting('lock_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout')`),
      ).toBe('1min 310s')
    } else if (mysqls) {
      const asked = target.startsWith('mariadb')
        ? sql`select concat(@@innodb_lock_wait_timeout, ' ', @@lock_wait_timeout, ' ', @@idle_transaction_timeout)`
        : sql`select concat(@@innodb_lock_wait_timeout, ' ', @@lock_wait_timeout)`
      expect(await limited.scalar(asked)).toBe(target.startsWith('mariadb') ? '3 3 30' : '3 3')
      expect(await engine.scalar(asked)).toBe(target.startsWith('mariadb') ? '60 60 310' : '60 60')
    } else expect(await limited.scalar(sql`pragma busy_timeout`)).toBe(0)
    const unlimited = createEngine(database.url, { lockTimeout: Infinity, idleInTransactionTimeout: Infinity })
    expect(await unlimited.scalar(sql`select 1`)).toBeTruthy()
    await unlimited.close()
  })

  if (sqlite)
    test('locks on words and notifications are refused before anything is sent', async () => {
      await using conn = await engine.connect()
      await expect(conn.advisoryLock('a')).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature: 'advisoryLocks' })
      await expect(engine.listen('a', () => {})).rejects.toMatchObject({ feature: 'notifications' })
      await expect(engine.notify('a', 'b')).rejects.toThrow(UnsupportedFeatureError)
    })
  else
    describe('advisory locks', () => {
      test('keep others out until they are released', async () => {
        await using mine = await engine.connect()
        await using other = await engine.connect()
        {
          await using lock = await mine.advisoryLock('report')
          expect(lock.key).toBe('report')
          await expect(other.advisoryLock('report', { timeout: 0 })).rejects.toThrow(LockTimeoutError)
          const started = performance.now()
          await expect(other.advisoryLock('report', { timeout: 200 })).rejects.toThrow('"report" was not to be had within 200 ms')
          expect(performance.now() - started).toBeGreaterThan(150)
          // another word, and the same in other letters
          await (await other.advisoryLock('Report', { timeout: 0 })).release()
        }
        const lock = await other.advisoryLock('report', { timeout: 0 })
        const waiting = mine.advisoryLock('report', { timeout: 5_000 })
        await pause(50)
        await lock.release()
        await lock.release()
        await (await waiting).release()
      })

      test('take numbers and long words, and refuse what is no key', async () => {
        await using conn = await engine.connect()
        for (const key of [7, -(2n ** 63n), 2n ** 63n - 1n, 'x'.repeat(1_000), "it's; drop table things --", 'ü']) {
          await using _lock = await conn.advisoryLock(key, { timeout: 100 })
        }
        for (const key of ['', 1.5, 2n ** 63n, 'a\0b', null, {}])
          await expect(conn.advisoryLock(key as never)).rejects.toMatchObject({ name: 'OptionError' })
        await expect(conn.advisoryLock('a', { timeout: -1 })).rejects.toThrow('timeout')
        await expect(conn.advisoryLock('a', { tiemout: 1 } as never)).rejects.toThrow('no option "tiemout"')
      })

      test('end with their connection, which goes back to the pool without them', async () => {
        const conn = await engine.connect()
        await conn.advisoryLock('left')
        await conn.close()
        await Promise.all(
          Array.from({ length: 5 }, async () => {
            await using other = await engine.connect()
            await using _lock = await other.advisoryLock('left', { timeout: 2_000 })
            await pause(5)
          }),
        )
      })

      test('survive a transaction on their connection', async () => {
        await using conn = await engine.connect()
        await using _lock = await conn.advisoryLock('outside')
        await conn.transaction((tx) => tx.rollback())
        await using other = await engine.connect()
        await expect(other.advisoryLock('outside', { timeout: 0 })).rejects.toThrow(LockTimeoutError)
      })
    })

  if (mysqls)
    test('notifications are refused before anything is sent', async () => {
      await expect(engine.listen('a', () => {})).rejects.toMatchObject({ name: 'UnsupportedFeatureError', feature: 'notifications' })
      await expect(engine.notify('a')).rejects.toThrow(UnsupportedFeatureError)
    })

  if (postgres)
    describe('notifications', () => {
      test('reach all who listen, in order, at COMMIT, and nobody afterwards', async () => {
        const heard: string[] = []
        const a = await engine.listen('orders', (payload, channel) => heard.push(`a ${channel} ${payload}`))
        const b = await engine.listen('orders', (payload) => heard.push(`b ${payload}`))
        const c = await engine.listen('Other "channel"', (payload) => heard.push(`c ${payload}`))
        expect(engine.status().used).toBe(1)
        await engine.notify('orders', 'one')
        await engine.transaction(async (tx) => {
          await tx.notify('orders', 'two')
          await pause(30)
          expect(heard).toHaveLength(2)
        })
        await engine.transaction(async (tx) => {
          await tx.notify('orders', 'never')
          await tx.rollback()
        })
        await using conn = await engine.connect()
        await conn.notify('Other "channel"')
        await eventually(() => heard.length === 5)
        await a.close()
        await a.close()
        await engine.notify('orders', 'three')
        await eventually(() => heard.includes('b three'))
        await b.close()
        await c[Symbol.asyncDispose]()
        expect(heard).toEqual(['a orders one', 'b one', 'a orders two', 'b two', 'c ', 'b three'])
        await engine.notify('orders', 'nobody')
      })

      test('go on when their connection was killed, and when a receiver throws', async () => {
        const heard: string[] = []
        const failures: unknown[] = []
        const stop = engine.on('error', ({ error }) => failures.push(error))
        let reconnects = 0
        const listens: Subscription[] = []
        listens.push(
          await engine.listen(
            'kept',
            (payload) => {
              heard.push(payload)
              if (payload === 'bad') throw new Error('mine')
              if (payload === 'worse') return Promise.reject(new Error('mine too'))
              return undefined
            },
            { onReconnect: () => reconnects++ },
          ),
        )
        listens.push(await engine.listen('second', (payload) => heard.push(payload)))
        for (const word of ['bad', 'worse', 'good']) await engine.notify('kept', word)
        await eventually(() => heard.length === 3 && failures.length === 2)
        for (let round = 1; round <= 3; round++) {
          await engine
            .execute(
              sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%' and datname = current_database() and pid <> pg_backend_pid()`,
            )
            .catch(() => {})
          await eventually(() => reconnects === round)
          await engine.notify('kept', `after ${round}`)
          await engine.notify('second', `second ${round}`)
          await eventually(() => heard.includes(`after ${round}`) && heard.includes(`second ${round}`))
        }
        for (const subscription of listens) await subscription.close()
        stop()
        expect(failures.map((error) => (error as Error).message)).toEqual(expect.arrayContaining(['mine', 'mine too']))
      })

      test('a channel has a name, and a closed engine listens no more', async () => {
        for (const name of ['', 'x'.repeat(64), 'a\0b', 'ü'.repeat(32)])
          await expect(engine.listen(name, () => {})).rejects.toMatchObject({ name: 'OptionError' })
        await expect(engine.notify('')).rejects.toMatchObject({ name: 'OptionError' })
        const other = createEngine(database.url)
        await other.listen('a', () => {})
        const started = performance.now()
        await other.close()
        expect(performance.now() - started).toBeLessThan(2_000)
        expect(other.status()).toMatchObject({ used: 0, closing: 0 })
        await expect(other.listen('a', () => {})).rejects.toMatchObject({ name: 'PoolClosedError' })
      })
    })
})
