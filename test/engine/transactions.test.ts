import {
  ImplicitCommitError,
  ParentLockedError,
  type Transaction,
  TransactionClosedError,
  TransactionRolledBackError,
  UniqueViolationError,
} from '@quern/engine'
import { createEngine, type Engine, type Executor, insertInto, integer, metadata, select, sql, table } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const numbers = table('numbers', { n: integer().primaryKey() })
const db = metadata({ numbers })

const add = (n: number) => insertInto(numbers).values({ n })
const all = select(numbers).orderBy(numbers.n.asc())
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { pool: { size: 2, maxOverflow: 0, timeout: 400 } })
    await db.createAll(engine)
  })
  beforeEach(async () => {
    await engine.execute(sql`delete from numbers`)
  })
  afterEach(() => {
    expect(engine.status()).toMatchObject({ used: 0, waiting: 0 })
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  const stored = async (executor: Executor = engine) => (await executor.all(all)).map(({ n }) => n)

  describe('engine.transaction', () => {
    test('commits what its callback did and yields its value', async () => {
      const value = await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        expect(await stored(tx)).toEqual([1])
        return 'done'
      })
      expect(value).toBe('done')
      expect(await stored()).toEqual([1])
    })

    test('rolls back when its callback throws, with that very error', async () => {
      const failure = new Error('mine')
      await expect(
        engine.transaction(async (tx) => {
          await tx.execute(add(1))
          throw failure
        }),
      ).rejects.toBe(failure)
      expect(await stored()).toEqual([])
    })

    test('tx.rollback() ends it: nothing is committed, later statements are errors, the call resolves', async () => {
      const value = await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.rollback()
        await expect(tx.execute(add(2))).rejects.toThrow(TransactionClosedError)
        await expect(tx.commit()).rejects.toThrow('is rolled back')
        return 'done'
      })
      expect(value).toBe('done')
      expect(await stored()).toEqual([])
    })

    test('tx.commit() inside the callback counts', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.commit()
      })
      expect(await stored()).toEqual([1])
    })

    test('a commit that is not awaited is waited for', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        void tx.commit()
      })
      expect(await stored()).toEqual([1])
    })

    test('statements that nobody awaited are part of it', async () => {
      await engine.transaction(async (tx) => {
        void tx.execute(add(1))
        void tx.execute(add(2))
      })
      expect(await stored()).toEqual([1, 2])
    })

    test('after a failure the siblings write nothing any more', async () => {
      let handle: Transaction | undefined
      const late: Promise<unknown>[] = []
      await expect(
        engine.transaction(async (tx) => {
          handle = tx
          const keep = (work: Promise<unknown>) => late.push(work.catch((error) => error))
          for (let n = 10; n < 20; n++) keep(tx.execute(add(n)))
          await Promise.all([
            tx.execute(add(1)),
            pause(0).then(() => {
              throw new Error('stop')
            }),
            pause(30).then(() => keep(tx.execute(add(2)))),
          ])
        }),
      ).rejects.toThrow('stop')
      await pause(60)
      await Promise.all(late)
      await expect(handle!.execute(add(3))).rejects.toThrow(TransactionClosedError)
      expect(await stored()).toEqual([])
    })

    test('the engine is free for others meanwhile', async () => {
      await engine.transaction(async (tx) => {
        await stored(tx)
        expect(await engine.scalar(sql`select 1`)).toBeTruthy()
      })
    })

    test('the engine inside as many transactions as there are connections is an error and no hang', async () => {
      const nested = engine.transaction(async (tx) => {
        await stored(tx)
        // SQLite would rightly wait for the outer writer; one connection held outside does as well.
        await using _held = await engine.connect()
        await engine.scalar(sql`select 1`)
      })
      await expect(nested).rejects.toThrow(/no connection became free within 400 ms|holds the last connection/)
    })

    test('a misspelt option runs nothing', async () => {
      await expect(engine.transaction(async () => 1, { readonly: true } as object)).rejects.toThrow('did you mean readOnly?')
    })

    test('read-only refuses to write, and the next transaction writes again', async () => {
      await expect(engine.transaction((tx) => tx.execute(add(1)), { readOnly: true })).rejects.toThrow()
      await engine.transaction((tx) => tx.execute(add(2)))
      expect(await stored()).toEqual([2])
    })

    test('isolation is what the server says', async () => {
      const level = await engine.transaction(
        async (tx) => {
          if (database.dialect === 'postgres') return tx.scalar(sql`select current_setting('transaction_isolation')`)
          await stored(tx)
          return 'serializable'
        },
        { isolation: 'serializable' },
      )
      expect(level).toBe('serializable')
    })
  })

  describe('an error that the callback swallows', () => {
    const violate = async (tx: Executor) => {
      await tx.execute(add(1))
      await tx.execute(add(1)).catch((error) => expect(error).toBeInstanceOf(UniqueViolationError))
    }

    test('is told where the server has given up the transaction, and harmless where it has not', async () => {
      const outcome = engine.transaction(violate)
      if (database.dialect === 'postgres') {
        await expect(outcome).rejects.toThrow(TransactionRolledBackError)
        await expect(outcome).rejects.toMatchObject({ cause: expect.any(UniqueViolationError) })
        expect(await stored()).toEqual([])
      } else {
        await outcome
        expect(await stored()).toEqual([1])
      }
    })

    test('in a savepoint likewise, and only there', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(add(7))
        const inner = tx.savepoint(violate)
        if (database.dialect === 'postgres') await expect(inner).rejects.toThrow(TransactionRolledBackError)
        else await inner
        await tx.execute(add(8))
      })
      expect(await stored()).toEqual(database.dialect === 'postgres' ? [7, 8] : [1, 7, 8])
    })
  })

  describe('savepoints', () => {
    test('are released, or rolled back alone', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(add(1))
        await tx.savepoint((sp) => sp.execute(add(2)))
        await expect(
          tx.savepoint(async (sp) => {
            await sp.execute(add(3))
            throw new Error('undo')
          }),
        ).rejects.toThrow('undo')
        await tx.transaction(async (sp) => {
          await sp.execute(add(4))
          await sp.savepoint(async (deeper) => {
            await deeper.execute(add(5))
            await deeper.rollback()
          })
        })
      })
      expect(await stored()).toEqual([1, 2, 4])
    })

    test('in a rolled-back transaction vanish with it', async () => {
      await engine.transaction(async (tx) => {
        await tx.savepoint((sp) => sp.execute(add(1)))
        await tx.rollback()
      })
      expect(await stored()).toEqual([])
    })

    test('started together run one after the other', async () => {
      await engine.transaction(async (tx) => {
        const outcomes = await Promise.allSettled(
          [1, 2, 3, 4, 5].map((n) =>
            tx.savepoint(async (sp) => {
              await sp.execute(add(n))
              await pause(5)
              if (n % 2 === 0) throw new Error('even')
            }),
          ),
        )
        expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true])
      })
      expect(await stored()).toEqual([1, 3, 5])
    })

    test('the parent inside its open child throws instead of waiting for itself', async () => {
      await engine.transaction(async (tx) => {
        await tx.savepoint(async (sp) => {
          await expect(tx.execute(add(1))).rejects.toThrow(ParentLockedError)
          await expect(tx.commit()).rejects.toThrow(ParentLockedError)
          await expect(tx.rollback()).rejects.toThrow('a savepoint is open inside')
          await sp.savepoint(async () => {
            await expect(tx.execute(add(1))).rejects.toThrow(ParentLockedError)
            await expect(sp.execute(add(1))).rejects.toThrow(ParentLockedError)
          })
          await sp.execute(add(2))
        })
        await tx.execute(add(3))
      })
      expect(await stored()).toEqual([2, 3])
    })

    test('a sibling of the child waits for it', async () => {
      await engine.transaction(async (tx) => {
        const order: string[] = []
        await Promise.all([
          tx.savepoint(async (sp) => {
            await sp.execute(add(1))
            await pause(30)
            order.push('child')
          }),
          tx.execute(add(2)).then(() => order.push('sibling')),
        ])
        expect(order).toEqual(['child', 'sibling'])
      })
      expect(await stored()).toEqual([1, 2])
    })

    test('but not for ever', async () => {
      await engine.transaction(async (tx) => {
        let end: () => void = () => {}
        const child = tx.savepoint(() => new Promise<void>((resolve) => (end = resolve)))
        await pause(50)
        await expect(tx.execute(add(1))).rejects.toThrow('was not ended within 400 ms')
        end()
        await child
        await tx.execute(add(2))
      })
      expect(await stored()).toEqual([2])
    })
  })

  describe('conn.begin', () => {
    test('commit, rollback, and the connection goes on', async () => {
      await using conn = await engine.connect()
      const first = await conn.begin()
      await first.execute(add(1))
      await first.rollback()
      const second = await conn.begin()
      await second.execute(add(2))
      await second.commit()
      await conn.execute(add(3))
      expect(await stored()).toEqual([2, 3])
      await expect(second.execute(add(4))).rejects.toThrow('is committed')
    })

    test('the connection itself is locked meanwhile', async () => {
      await using conn = await engine.connect()
      const tx = await conn.begin()
      await expect(conn.execute(add(1))).rejects.toThrow(ParentLockedError)
      await expect(conn.begin()).rejects.toThrow('a transaction is open inside')
      await tx.execute(add(2))
      await tx.commit()
      expect(await stored(conn)).toEqual([2])
    })

    test('two begun together take turns', async () => {
      await using conn = await engine.connect()
      const run = async (n: number) => {
        const tx = await conn.begin()
        await tx.execute(add(n))
        await pause(10)
        await tx.commit()
      }
      await Promise.all([run(1), run(2), conn.execute(add(3))])
      expect(await stored()).toEqual([1, 2, 3])
    })

    test('what is not committed is rolled back at the end of the block', async () => {
      {
        await using conn = await engine.connect()
        await using tx = await conn.begin()
        await tx.execute(add(1))
      }
      {
        await using conn = await engine.connect()
        const tx = await conn.begin()
        await tx.execute(add(2))
      }
      expect(await stored()).toEqual([])
    })

    test('a transaction begun in SQL text is rolled back before somebody else gets the connection', async () => {
      const conn = await engine.connect()
      await conn.script('begin')
      await conn.execute(add(1))
      await conn.close()
      expect(await stored()).toEqual([])
      await engine.execute(add(2))
      expect(await stored()).toEqual([2])
    })

    test('conn.transaction commits and rolls back like the engine’s', async () => {
      await using conn = await engine.connect()
      await conn.transaction((tx) => tx.execute(add(1)))
      await expect(
        conn.transaction(async (tx) => {
          await tx.execute(add(2))
          await expect(conn.execute(add(3))).rejects.toThrow(ParentLockedError)
          await expect(conn.close()).rejects.toThrow(ParentLockedError)
          throw new Error('undo')
        }),
      ).rejects.toThrow('undo')
      expect(await stored(conn)).toEqual([1])
    })

    test('while a stream is read the connection is locked, and free afterwards', async () => {
      await engine.execute(insertInto(numbers).values([{ n: 1 }, { n: 2 }, { n: 3 }]))
      await using conn = await engine.connect()
      for await (const { n } of conn.stream(all, { batchSize: 1 })) {
        if (n === 1) await expect(conn.execute(add(9))).rejects.toThrow('a stream is being read here')
      }
      for await (const _ of conn.stream(all, { batchSize: 1 })) break
      await conn.execute(add(4))
      expect(await stored()).toEqual([1, 2, 3, 4])
    })

    test('a connection closed over a half-read stream is not lent again', async () => {
      await engine.execute(insertInto(numbers).values([{ n: 1 }, { n: 2 }, { n: 3 }]))
      const conn = await engine.connect()
      const rows = conn.stream(all, { batchSize: 1 })
      await rows.next()
      await conn.close()
      expect(await stored()).toEqual([1, 2, 3])
      await rows.return()
    })
  })

  if (target === 'mysql' || target === 'mariadb') {
    describe('a definition commits', () => {
      afterEach(async () => {
        await engine.execute(sql`drop table defined`)
      })

      test('and the transaction says so and is over', async () => {
        const define = engine.transaction(async (tx) => {
          await tx.execute(add(1))
          await tx.execute(sql`create table defined (n integer)`)
          await tx.execute(add(2))
        })
        await expect(define).rejects.toThrow(ImplicitCommitError)
        expect(await stored()).toEqual([1])
      })

      test('which is said again at the end where it was not listened to', async () => {
        const define = engine.transaction(async (tx) => {
          await tx.savepoint((sp) => sp.execute(sql`create table defined (n integer)`)).catch(() => {})
          await expect(tx.execute(add(2))).rejects.toThrow(TransactionClosedError)
        })
        await expect(define).rejects.toThrow(ImplicitCommitError)
        expect(await stored()).toEqual([])
      })
    })
  } else {
    test('a definition is rolled back with its transaction', async () => {
      await engine.transaction(async (tx) => {
        await tx.execute(sql`create table defined (n integer)`)
        await tx.rollback()
      })
      await expect(engine.execute(sql`select * from defined`)).rejects.toThrow()
    })
  }
})

describe('SQLite', () => {
  test('a conflict clause that rolls the transaction back is noticed, and nothing after it commits by itself', async () => {
    await using engine = createEngine('sqlite://')
    await db.createAll(engine)
    const outcome = engine.transaction(async (tx) => {
      await tx.execute(add(1))
      await tx.execute(sql`insert or rollback into numbers values (1)`).catch(() => {})
      await expect(tx.execute(add(2))).rejects.toThrow('was ended by the server')
    })
    await expect(outcome).rejects.toThrow(TransactionRolledBackError)
    expect(await engine.all(all)).toEqual([])
  })
})

describe('SQLite in memory, one connection', () => {
  let engine: Engine
  beforeEach(async () => {
    engine = createEngine('sqlite://', { pool: { timeout: 300 } })
    await db.createAll(engine)
  })
  afterEach(() => engine.close())

  test('many callers share it', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => engine.execute(add(n))))
    expect(await engine.all(all)).toHaveLength(50)
    expect(engine.status()).toMatchObject({ limit: 1, idle: 1, used: 0 })
  })

  test('the engine inside its transaction is an error at once, not a hang', async () => {
    const started = performance.now()
    await engine.transaction(async (tx) => {
      await tx.execute(add(1))
      await expect(engine.execute(add(2))).rejects.toThrow(ParentLockedError)
      await expect(engine.transaction(async () => {})).rejects.toThrow('use its own handle (tx)')
    })
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(await engine.all(all)).toEqual([{ n: 1 }])
  })

  test('the engine beside a held connection gives up after the acquire timeout', async () => {
    await using _conn = await engine.connect()
    await expect(engine.execute(add(1))).rejects.toThrow('no connection became free within 300 ms: of at most 1, 1 in use')
  })
})
