/** The twenty ways in which transactions go wrong elsewhere, each by its number. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import {
  CommitUnknownError,
  ConnectionLostError,
  DeadlockError,
  type DriverConnection,
  ImplicitCommitError,
  LockTimeoutError,
  ParentLockedError,
  QueryCanceledError,
  SerializationError,
  type Transaction,
  TransactionClosedError,
  TransactionRolledBackError,
  UniqueViolationError,
} from '@quern/engine'
import {
  createEngine,
  createTable,
  type Engine,
  type EngineEvents,
  type Executor,
  insertInto,
  integer,
  metadata,
  select,
  sql,
  table,
  UnsupportedFeatureError,
  update,
} from 'quern'
import { listed } from '../faults/listed.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const numbers = table('numbers', { n: integer().primaryKey(), v: integer().notNull().default(0) })
const defined = table('defined', { n: integer() })

const add = (n: number) => insertInto(numbers).values({ n })
const all = select(numbers.n).from(numbers).orderBy(numbers.n.asc())
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
const stored = async (on: Executor) => await on.scalars(all)
const swallow = () => {}
/** The driver's connection below a transaction, to break it. */
const driverOf = (tx: Transaction) => (tx as unknown as { readonly lease: { readonly connection: DriverConnection } }).lease.connection

/** A meeting point of several parties. */
function meeting(parties: number): () => Promise<void> {
  let arrived = 0
  let open: () => void = () => {}
  const all = new Promise<void>((resolve) => (open = resolve))
  return () => {
    if (++arrived === parties) open()
    return all
  }
}

interface Written {
  /** The longest time between two turns of a timer of 1 ms, for the reader: on a busy machine it is the system's, too. */
  readonly longest: number
}

/** Twelve transactions of a program of its own, with the built packages, that all want the same lock. */
async function writeFromAnotherProcess(url: string, number: number): Promise<Written> {
  const built = pathToFileURL(join(__dirname, '../../packages/quern/dist/index.js')).href
  const program = `import { createEngine, sql } from ${JSON.stringify(built)}
    const engine = createEngine(${JSON.stringify(url)}, { lockTimeout: 50_000 })
    // what a program loads at its start holds it longer than any lock
    await engine.execute(sql\`select 1\`)
    let longest = 0, last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    await Promise.all(Array.from({ length: 12 }, (_, i) => engine.transaction(async (tx) => {
      await tx.execute(sql\`insert into numbers (n) values (\${${number} * 100 + i})\`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    })))
    clearInterval(timer)
    await engine.close()
    console.log(JSON.stringify({ longest }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 55_000,
  })
  return JSON.parse(stdout) as Written
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const postgres = target.startsWith('postgres')
  const mysqls = target.startsWith('mysql') || target.startsWith('mariadb')
  const sqlite = target === 'sqlite'

  const id = async (on: Executor) => String(await on.scalar(postgres ? sql`select pg_backend_pid()` : sql`select connection_id()`))
  const kill = (session: string) =>
    postgres ? sql`select pg_terminate_backend(${Number(session)}::int)` : sql`kill ${sql.unsafe(session)}`
  const isThere = async (session: string) =>
    Number(
      await listed(() =>
        engine.scalar(
          postgres
            ? sql`select count(*) from pg_stat_activity where pid = ${Number(session)}::int`
            : sql`select count(*) from information_schema.processlist where id = ${Number(session)}`,
        ),
      ),
    ) > 0
  const warnings: EngineEvents['warning'][] = []
  const errors: unknown[] = []

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { pool: { size: 4, maxOverflow: 0, timeout: 5_000 } })
    await metadata({ numbers }).createAll(engine)
    engine.on('warning', (warning) => warnings.push(warning))
    engine.on('error', ({ error }) => errors.push(error))
  })
  beforeEach(async () => {
    await engine.execute(sql`delete from numbers`)
    warnings.length = 0
    errors.length = 0
  })
  afterEach(() => {
    expect(engine.status()).toMatchObject({ used: 0, waiting: 0 })
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('X1: a failure that was swallowed makes COMMIT an error where the server has rolled back, with the failure as cause', async () => {
    const swallowing = engine.transaction(async (tx) => {
      await tx.execute(add(1))
      await tx.execute(add(1)).catch(swallow)
    })
    if (postgres) {
      await expect(swallowing).rejects.toThrow(TransactionRolledBackError)
      await expect(swallowing).rejects.toMatchObject({ cause: expect.any(UniqueViolationError) })
      expect(await stored(engine)).toEqual([])
    } else {
      await swallowing
      expect(await stored(engine)).toEqual([1])
    }
  })

  if (!sqlite)
    test('X2: a COMMIT whose connection is lost is not repeated, whatever retries there are', async () => {
      let runs = 0
      const outcome = engine.transaction(
        async (tx) => {
          runs++
          await tx.execute(add(1))
          // what the driver does when the socket breaks between COMMIT and its answer
          const connection = driverOf(tx)
          const script = connection.script.bind(connection)
          connection.script = (text) => {
            script(text).catch(swallow)
            return connection.close().then(() => Promise.reject(connection.lost))
          }
        },
        { retries: 3 },
      )
      await expect(outcome).rejects.toThrow(CommitUnknownError)
      await expect(outcome).rejects.toMatchObject({ cause: expect.any(ConnectionLostError) })
      expect(runs).toBe(1)
    })

  if (!sqlite)
    test('X3: a rollback that fails hides nothing: the first error is thrown, with the rollback’s as suppressed, and the connection goes', async () => {
      const mine = new Error('mine')
      const before = new Set<string>()
      const outcome = engine.transaction(async (tx) => {
        before.add(await id(tx))
        driverOf(tx).script = () => Promise.reject(Object.assign(new Error('no rollback today'), { code: 'XX000' }))
        throw mine
      })
      await expect(outcome).rejects.toBe(mine)
      expect((mine as { suppressed?: Error }).suppressed?.message).toContain('no rollback today')
      expect(errors.map(String).join()).toContain('no rollback today')
      for (let i = 0; i < 6; i++) expect(before.has(await id(engine))).toBe(false)
    })

  test('X4: savepoints have names of their own, however many and however deep, and a rolled-back one is gone', async () => {
    const names: string[] = []
    const stop = engine.on('query', ({ sql: text }) => void (/^SAVEPOINT/.test(text) && names.push(text)))
    await engine.transaction(async (tx) => {
      await Promise.all([1, 2, 3].map((n) => tx.savepoint((sp) => sp.execute(add(n)))))
      const deeper = async (on: Transaction, depth: number): Promise<void> => {
        if (depth < 40) await on.savepoint((sp) => deeper(sp, depth + 1))
        else await on.execute(add(depth))
      }
      await deeper(tx, 0)
      await tx.savepoint((sp) => sp.rollback())
      await tx.savepoint(async (sp) => {
        await sp.execute(add(50))
        await sp.savepoint((inner) => inner.rollback())
      })
    })
    stop()
    expect(new Set(names).size).toBe(46)
    expect(names.every((name) => name.length < 40)).toBe(true)
    expect(await stored(engine)).toEqual([1, 2, 3, 40, 50])
  })

  test('X5: savepoints started together take turns, and one that fails takes no other with it', async () => {
    const model: number[] = []
    await engine.transaction(async (tx) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          tx.savepoint(async (sp) => {
            await sp.execute(add(i * 10))
            await pause((i * 7) % 3)
            await sp.execute(add(i * 10 + 1))
            if (i % 3 === 0) throw new Error('undo')
            model.push(i * 10, i * 10 + 1)
          }),
        ),
      )
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(7)
    })
    expect(await stored(engine)).toEqual(model.sort((a, b) => a - b))
  })

  test('X6: a statement on the parent from inside its open child is refused at once', async () => {
    await engine.transaction(async (tx) => {
      const child = tx.savepoint(async (sp) => {
        const started = performance.now()
        await expect(tx.execute(add(1))).rejects.toThrow(ParentLockedError)
        expect(performance.now() - started).toBeLessThan(1_000)
        await sp.execute(add(2))
        throw new Error('undo')
      })
      await expect(child).rejects.toThrow('undo')
      await tx.execute(add(3))
    })
    expect(await stored(engine)).toEqual([3])
  })

  test('X7: when one of Promise.all fails its siblings write nothing after the rollback', async () => {
    const late: Promise<unknown>[] = []
    const outcome = engine.transaction((tx) =>
      Promise.all(
        Array.from({ length: 10 }, async (_, i) => {
          const work = (async () => {
            await tx.execute(add(i))
            await pause(i)
            if (i === 0) throw new Error('stop')
            await tx.execute(add(100 + i))
          })()
          late.push(work.catch((error) => error))
          await work
        }),
      ),
    )
    await expect(outcome).rejects.toThrow('stop')
    const ends = await Promise.all(late)
    expect(ends.slice(1).some((end) => end instanceof TransactionClosedError)).toBe(true)
    expect(await stored(engine)).toEqual([])
  })

  test('X8: a handle used after its end is refused, with the place where it ended', async () => {
    let handle: Transaction | undefined
    let inner: Transaction | undefined
    async function whereItEnded() {
      await engine.transaction(async (tx) => {
        handle = tx
        await tx.savepoint(async (sp) => void (inner = sp))
      })
    }
    await whereItEnded()
    const late = await handle!.execute(add(1)).catch((error) => error)
    expect(late).toBeInstanceOf(TransactionClosedError)
    expect(late.message).toContain('the transaction is committed')
    expect(late.cause.stack).toContain('whereItEnded')
    await expect(inner!.execute(add(1))).rejects.toThrow('the savepoint is committed')

    const conn = await engine.connect()
    async function whereItWasClosed() {
      await conn.close()
    }
    await whereItWasClosed()
    for (const use of [() => conn.execute(add(1)), () => conn.begin(), () => conn.stream(all).next(), () => conn.script('select 1')]) {
      const error = await use().then(
        () => undefined,
        (failure) => failure,
      )
      expect(error).toBeInstanceOf(TransactionClosedError)
      expect(error.cause.stack).toContain('whereItWasClosed')
    }
    await conn.close()
    expect(await stored(engine)).toEqual([])
  })

  test('X9: statements that nobody awaited are part of the transaction, and reported', async () => {
    await engine.transaction(async (tx) => {
      void tx.execute(add(1))
      void tx.execute(add(2))
    })
    expect(await stored(engine)).toEqual([1, 2])
    if (!sqlite) expect(warnings).toMatchObject([{ kind: 'not awaited', message: expect.stringContaining('await them inside') }])
    warnings.length = 0
    await engine.transaction(async (tx) => {
      await tx.execute(add(3))
    })
    expect(warnings).toEqual([])
  })

  if (mysqls) {
    test('X10: a definition inside a transaction is refused before it is sent', async () => {
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.execute(createTable(defined))
      })
      await expect(outcome).rejects.toThrow(ImplicitCommitError)
      await expect(outcome).rejects.toThrow('nothing was sent')
      expect(await stored(engine)).toEqual([])
      await engine.execute(createTable(defined))
      await engine.execute(sql`drop table defined`)
    })

    test('X10: so are all definitions of a metadata, also from a savepoint, and before its listeners are told', async () => {
      const db = metadata({ defined })
      const told: string[] = []
      db.on('beforeCreate', () => void told.push('create'))
      db.on('beforeDrop', () => void told.push('drop'))
      await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        for (const attempt of [() => tx.createAll(db), () => tx.dropAll(db), () => tx.savepoint((sp) => sp.createAll(db))]) {
          const outcome = attempt()
          await expect(outcome).rejects.toThrow(ImplicitCommitError)
          await expect(outcome).rejects.toThrow('nothing was sent')
        }
        await tx.execute(add(2))
      })
      expect(told).toEqual([])
      expect(await stored(engine)).toEqual([1, 2])
      await using conn = await engine.connect()
      await conn.createAll(db)
      await conn.dropAll(db)
      expect(told).toContain('drop')
    })

    test('X10: one that hides in hand-written SQL is noticed, nothing runs after it, and nothing is repeated', async () => {
      let runs = 0
      const outcome = engine.transaction(
        async (tx) => {
          runs++
          await tx.execute(add(1))
          await tx.execute(sql`create table hidden (n integer)`).catch(swallow)
          await tx.execute(add(2)).catch(swallow)
        },
        { retries: 2 },
      )
      await expect(outcome).rejects.toThrow(ImplicitCommitError)
      expect(runs).toBe(1)
      expect(await stored(engine)).toEqual([1])
      await engine.execute(sql`drop table hidden`)
    })
  } else
    test('X10: a definition belongs to its transaction', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(createTable(defined))
        await tx.rollback()
      })
      await expect(engine.execute(sql`select * from defined`)).rejects.toThrow()
    })

  if (!sqlite) {
    /** Two transactions that wait for each other. */
    const cross = async (retries: number | undefined, swallowing = false) => {
      await engine.execute(insertInto(numbers).values([{ n: 1 }, { n: 2 }]))
      const meet = meeting(2)
      let runs = 0
      const deadlocks: unknown[] = []
      const one = (from: number, to: number) =>
        engine.transaction(
          async (tx) => {
            runs++
            await tx.execute(
              update(numbers)
                .set({ v: numbers.v.add(1) })
                .where(numbers.n.eq(from)),
            )
            await meet()
            const second = tx.execute(
              update(numbers)
                .set({ v: numbers.v.add(1) })
                .where(numbers.n.eq(to)),
            )
            if (swallowing) await second.catch((error) => deadlocks.push(error))
            else await second
            if (swallowing) await tx.execute(add(100 + from)).catch(swallow)
          },
          retries === undefined ? {} : { retries },
        )
      const outcomes = await Promise.allSettled([one(1, 2), one(2, 1)])
      return { outcomes, runs, deadlocks }
    }
    const values = () => engine.scalars(select(numbers.v).from(numbers).where(numbers.n.lt(10)).orderBy(numbers.n))

    test('X11: the victim of a deadlock that swallows its error writes nothing any more', async () => {
      const { outcomes, deadlocks } = await cross(undefined, true)
      expect(deadlocks).toHaveLength(1)
      expect(deadlocks[0]).toBeInstanceOf(DeadlockError)
      const rejected = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(rejected).toHaveLength(1)
      expect(rejected[0]!.reason).toBeInstanceOf(TransactionRolledBackError)
      expect(await values()).toEqual([1, 1])
      expect((await stored(engine)).filter((n) => n > 100)).toHaveLength(1)
    })

    test('X17: a deadlock is repeated as a whole, in a new transaction', async () => {
      const { outcomes, runs } = await cross(3)
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
      expect(runs).toBe(3)
      expect(await values()).toEqual([2, 2])
    })

    test('X17: without retries it is the caller’s', async () => {
      const { outcomes, runs } = await cross(undefined)
      expect(outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason instanceof DeadlockError)).toHaveLength(1)
      expect(runs).toBe(2)
    })
  }

  if (sqlite) {
    test('X12: an error that ends the transaction is noticed, and nothing after it commits by itself', async () => {
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.execute(sql`insert or rollback into numbers values (1, 0)`).catch(swallow)
        await expect(tx.execute(add(2))).rejects.toThrow('was ended by the server')
      })
      await expect(outcome).rejects.toThrow(TransactionRolledBackError)
      expect(await stored(engine)).toEqual([])
    })

    test('X13: writers lock at their beginning, so that none finds out half-way; a deferred one that does is repeated', async () => {
      await engine.execute(sql`pragma journal_mode = wal`)
      const begins: string[] = []
      const stop = engine.on('query', ({ sql: text }) => void (text.startsWith('BEGIN') && begins.push(text)))
      await engine.transaction((tx) => tx.execute(add(1)))
      await engine.transaction((tx) => tx.all(all), { readOnly: true })
      await engine.transaction((tx) => tx.all(all), { mode: 'exclusive' })
      expect(begins).toEqual(['BEGIN IMMEDIATE', 'BEGIN', 'BEGIN EXCLUSIVE'])
      stop()
      let runs = 0
      const upgrade = (retries: number) =>
        engine.transaction(
          async (tx) => {
            runs++
            const before = await tx.all(all)
            if (runs === 1) await engine.execute(add(2))
            await tx.execute(add(100 + before.length))
          },
          { mode: 'deferred', retries },
        )
      await expect(upgrade(0)).rejects.toThrow(SerializationError)
      await engine.execute(sql`delete from numbers where n = 2`)
      runs = 0
      await upgrade(1)
      expect(runs).toBe(2)
      expect(await stored(engine)).toEqual([1, 2, 102])
    })

    test('X14: waiting for another’s lock never holds the event loop', async () => {
      await using conn = await engine.connect()
      const holding = await conn.begin()
      await holding.execute(add(1))
      let longest = 0
      let last = performance.now()
      const watch = setInterval(() => {
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      }, 1)
      const others = [2, 3, 4].map((n) => engine.transaction((tx) => tx.execute(add(n))))
      await pause(600)
      clearInterval(watch)
      await holding.commit()
      await Promise.all(others)
      // who waits inside SQLite waits all of the 600 ms; a busy machine alone may hold us for some tens of them
      expect(longest).toBeLessThan(300)
      expect(await stored(engine)).toEqual([1, 2, 3, 4])
    })

    test('X15: a transaction goes on over every await, and writers of one process take turns', async () => {
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          engine
            .transaction(async (tx) => {
              await tx.execute(add(i))
              await pause(1)
              await tx.execute(add(100 + i))
              if (i % 5 === 0) throw new Error('undo')
            })
            .catch(swallow),
        ),
      )
      expect(await stored(engine)).toHaveLength(48)
    })
  }

  if (sqlite) {
    test('X15: writers of one process are served in the order in which they came', async () => {
      const order: number[] = []
      const writers = Array.from({ length: 12 }, (_, i) =>
        engine.transaction(async (tx) => {
          order.push(i)
          await pause(3)
          await tx.execute(add(i))
        }),
      )
      // single statements stand in the same line
      await pause(1)
      const single = Array.from({ length: 2 }, (_, i) => engine.execute(add(100 + i)).then(() => order.push(100 + i)))
      await Promise.all([...writers, ...single])
      expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100, 101])
      expect(await stored(engine)).toHaveLength(14)
    })

    test('X15: who waits in vain is told so in time, and who no longer waits writes nothing', async () => {
      await using impatient = createEngine(database.url, { lockTimeout: 150 })
      await using conn = await engine.connect()
      const holding = await conn.begin()
      await holding.execute(add(1))
      await expect(impatient.execute(add(2))).rejects.toThrow(LockTimeoutError)
      await expect(impatient.transaction((tx) => tx.execute(add(3)))).rejects.toThrow(LockTimeoutError)
      const given = engine.execute(add(4), { timeout: 50 })
      await expect(given).rejects.toThrow(QueryCanceledError)
      const next = engine.execute(add(5))
      await holding.commit()
      await next
      expect(await stored(engine)).toEqual([1, 5])
      expect(engine.status()).toMatchObject({ used: 1, waiting: 0 })
    })

    test('X14, X15: eight processes write to one file, and none fails', async () => {
      // SQLite itself never waits, which would hold the whole process
      expect(Number(await engine.scalar(sql`pragma busy_timeout`))).toBe(0)
      const children = await Promise.all(Array.from({ length: 8 }, (_, i) => writeFromAnotherProcess(database.url, i)))
      expect(await stored(engine)).toHaveLength(8 * 12)
      const longest = Math.max(...children.map((child) => child.longest))
      process.stderr.write(`    sqlite, 8 processes: the event loop stood still for at most ${Math.round(longest)} ms\n`)
    })
  }

  test('X16: a stream that was left half read is ended before its transaction', async () => {
    await engine.execute(insertInto(numbers).values(Array.from({ length: 100 }, (_, n) => ({ n }))))
    const rest: AsyncGenerator<unknown>[] = []
    await engine.transaction(async (tx) => {
      const rows = tx.stream(all, { batchSize: 10 })
      rest.push(rows)
      expect((await rows.next()).value).toEqual({ n: 0 })
    })
    expect(await rest[0]!.next()).toEqual({ value: undefined, done: true })
    expect(warnings).toMatchObject([{ kind: 'not awaited', message: expect.stringContaining('half read') }])
    await engine.transaction(async (tx) => {
      await tx.execute(add(1_000))
      for await (const { n } of tx.stream(all, { batchSize: 10 })) if (n === 5) await tx.commit()
    })
    expect(await stored(engine)).toHaveLength(101)
  })

  test('X17: a callback that fails otherwise runs once, a savepoint and begin() cannot be repeated, and the last error counts its attempts', async () => {
    let runs = 0
    const fail = (error: unknown) =>
      engine.transaction(
        async () => {
          runs++
          throw error
        },
        { retries: 2 },
      )
    await expect(fail(new Error('mine'))).rejects.toThrow('mine')
    expect(runs).toBe(1)
    runs = 0
    const details = { code: '40001', table: undefined, column: undefined, constraint: undefined, sql: undefined, params: undefined }
    const serialization = new SerializationError('again', { ...details, cause: undefined })
    await expect(fail(serialization)).rejects.toMatchObject({ attempts: 3 })
    expect(runs).toBe(3)
    runs = 0
    await expect(fail(new Error('wrapped', { cause: serialization }))).rejects.toThrow('wrapped')
    expect(runs).toBe(3)
    const untyped = { retries: 2 } as never
    await engine.transaction(async (tx) => {
      await expect(tx.savepoint(async () => {}, untyped)).rejects.toThrow('a savepoint cannot be repeated')
      await expect(tx.transaction(async () => {}, untyped)).rejects.toThrow('a savepoint cannot be repeated')
    })
    await using conn = await engine.connect()
    await expect(Promise.resolve().then(() => conn.begin(untyped))).rejects.toThrow('cannot repeat')
    await expect(engine.transaction(async () => {}, { retries: -1 })).rejects.toThrow('retries must be')
  })

  if (postgres || target.startsWith('mysql'))
    test('X17: a serialization failure is repeated until the sum is right', async () => {
      await engine.execute(add(1))
      let runs = 0
      const work = async (tx: Transaction) => {
        runs++
        const [row] = await tx.all(select(numbers).where(numbers.n.eq(1)))
        await pause(5)
        await tx.execute(
          update(numbers)
            .set({ v: row!.v + 1 })
            .where(numbers.n.eq(1)),
        )
      }
      await Promise.all(Array.from({ length: 4 }, () => engine.transaction(work, { isolation: 'serializable', retries: 30 })))
      expect(runs).toBeGreaterThan(4)
      expect(await engine.scalar(select(numbers.v).from(numbers))).toBe(4)
    })

  if (!sqlite)
    test('X18: a cancel never hits anybody else’s statement', async () => {
      const sleeping = postgres ? sql`select pg_sleep(${0.004})` : sql`select sleep(${0.004})`
      const wrong: unknown[] = []
      let cancelled = 0
      await Promise.all(
        Array.from({ length: 4 }, async (_, worker) => {
          for (let i = 0; i < 40; i++) {
            const abort = new AbortController()
            const timer = setTimeout(() => abort.abort(), (i + worker) % 9)
            await engine.execute(sleeping, { signal: abort.signal }).catch((error) => {
              if (error instanceof QueryCanceledError) cancelled++
              else wrong.push(error)
            })
            clearTimeout(timer)
            // the very next statement, most likely on the same connection
            await engine.execute(sleeping).catch((error) => wrong.push(error))
          }
        }),
      )
      expect(wrong).toEqual([])
      expect(cancelled).toBeGreaterThan(20)
      // a connection comes back only when its late cancel has been delivered
      for (let i = 0; i < 50 && engine.status().used > 0; i++) await pause(20)
    })

  if (!sqlite)
    test('X19: a session that the server has ended says why', async () => {
      // in a transaction MariaDB goes by this one instead of wait_timeout
      const mariadb = target.startsWith('mariadb')
      const mysqlLimit = `set session ${mariadb ? 'idle_transaction_timeout' : 'wait_timeout'} = 1`
      const limit = postgres ? "set idle_in_transaction_session_timeout = '100ms'" : mysqlLimit
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.execute(sql`${sql.unsafe(limit)}`)
        const own = await id(tx)
        // a busy server is late
        for (let i = 0; i < 200 && (await isThere(own)); i++) await pause(50)
        await pause(50)
        await tx.execute(add(2))
      })
      const error = await outcome.then(swallow, (failure) => failure)
      expect(error).toBeInstanceOf(ConnectionLostError)
      expect(`${error.message} ${error.cause?.message}`).toMatch(
        // MariaDB only closes the socket
        mariadb ? /./ : /idle-in-transaction timeout|inactivity/i,
      )
      expect(await stored(engine)).toEqual([])
      const session = await engine
        .transaction(async (tx) => {
          const own = await id(tx)
          await engine.execute(kill(own)).catch(swallow)
          await pause(100)
          return await tx.execute(add(3))
        })
        .catch((failure) => failure)
      expect(session).toBeInstanceOf(ConnectionLostError)
    })

  test('X20: isolation, access and deferrable are what the server says, and no later transaction’s', async () => {
    const level = (on: Executor) =>
      on.scalar(
        postgres
          ? sql`select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('transaction_deferrable')`
          : sql`select 1`,
      )
    if (postgres) {
      expect(await engine.transaction(level, { isolation: 'serializable', readOnly: true, deferrable: true })).toBe('serializable on on')
      expect(await engine.transaction(level, { isolation: 'repeatable read', readOnly: false, deferrable: false })).toBe(
        'repeatable read off off',
      )
      expect(await engine.transaction(level)).toBe('read committed off off')
    } else {
      await expect(engine.transaction(level, { deferrable: true })).rejects.toThrow(UnsupportedFeatureError)
    }
    if (mysqls) {
      // The level shows in what a second read sees.
      await using conn = await engine.connect()
      const second = async (isolation: 'read committed' | 'repeatable read') => {
        const tx = await conn.begin({ isolation })
        await tx.all(all)
        await engine.execute(add(isolation.length))
        const seen = (await stored(tx)).includes(isolation.length)
        await tx.commit()
        return seen
      }
      expect(await second('read committed')).toBe(true)
      expect(await second('repeatable read')).toBe(false)
    }
    if (sqlite) {
      expect(await engine.transaction(level, { isolation: 'serializable' })).toBe(1)
      for (const isolation of ['read committed', 'read uncommitted', 'repeatable read'] as const)
        await expect(engine.transaction(level, { isolation })).rejects.toMatchObject({
          name: 'UnsupportedFeatureError',
          feature: 'isolationLevels',
        })
    } else await expect(engine.transaction(level, { mode: 'immediate' })).rejects.toMatchObject({ feature: 'transactionMode' })
    for (const wrong of [
      { isolation: 'serializable; drop table numbers; --' },
      { isolation: 'SERIALIZABLE' },
      { readOnly: 'yes' },
      { deferrable: 1 },
      { mode: 'wal' },
    ])
      await expect(engine.transaction(level, wrong as never)).rejects.toMatchObject({ name: 'OptionError' })
    expect(await stored(engine)).toEqual(mysqls ? [14, 15] : [])
  })

  test('a transaction in which nothing runs is rolled back, and locks nobody out', async () => {
    await using impatient = createEngine(database.url, { idleInTransactionTimeout: 500 })
    const outcome = impatient.transaction(async (tx) => {
      await tx.execute(add(1))
      await tx.savepoint(async (sp) => {
        await sp.execute(add(2))
        await pause(900)
        await expect(sp.execute(add(3))).rejects.toThrow(TransactionClosedError)
        // its locks are gone
        await engine.execute(add(1))
      })
    })
    await expect(outcome).rejects.toThrow('nothing ran in the transaction for 500 ms')
    expect(await stored(engine)).toEqual([1])
    await impatient.transaction(async (tx) => {
      for (let n = 10; n < 16; n++) {
        await tx.execute(add(n))
        await pause(120)
      }
    })
    expect(await stored(engine)).toEqual([1, 10, 11, 12, 13, 14, 15])
  })
})
