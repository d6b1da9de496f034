import { getEventListeners } from 'node:events'
import { inspect } from 'node:util'
import {
  CheckViolationError,
  CommitUnknownError,
  ConnectError,
  ConnectionLostError,
  DatabaseError,
  DeadlockError,
  ForeignKeyViolationError,
  NotNullViolationError,
  PoolClosedError,
  QueryCanceledError,
  SqlSyntaxError,
  TransactionRolledBackError,
  UndefinedColumnError,
  UndefinedTableError,
  UniqueViolationError,
} from '@quern/engine'
import { createEngine, type Engine, integer, OptionError, sql, table } from 'quern'
import { listed } from '../faults/listed.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
const failure = (work: Promise<unknown>): Promise<any> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error) => error,
  )

const bulky = table('parents', { id: integer().primaryKey() })

/** Every way in which an error ends up in a log. */
const printed = (error: unknown): string => {
  const cause = (error as Error).cause as Error | undefined
  return [
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
    String(error),
    (error as Error).stack,
    cause?.message,
    cause?.stack,
  ].join('\n')
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await using conn = await engine.connect()
    await conn.script(`
      create table parents (id integer primary key, email varchar(50) not null unique, age integer, check (age > 0));
      create table children (id integer primary key, parent integer, foreign key (parent) references parents (id));
      insert into parents values (1, 'ada-7741@example.org', 36)
    `)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  const hush = 'ada-7741@example.org'
  const cases: [string, new (...args: any[]) => DatabaseError, () => ReturnType<typeof sql>][] = [
    ['a duplicate', UniqueViolationError, () => sql`insert into parents values (2, ${hush}, 1)`],
    ['a missing parent', ForeignKeyViolationError, () => sql`insert into children values (1, ${774199})`],
    ['a missing value', NotNullViolationError, () => sql`insert into parents (id, email, age) values (3, null, ${774199})`],
    ['a failed check', CheckViolationError, () => sql`insert into parents values (4, ${'ada-7741@'}, ${-1})`],
    ['a table that is not there', UndefinedTableError, () => sql`select * from nowhere where 1 = ${774199}`],
    ['a column that is not there', UndefinedColumnError, () => sql`select nonesuch from parents where email = ${hush}`],
    ['no SQL at all', SqlSyntaxError, () => sql`selec 1 from parents where email = ${hush}`],
  ]

  test.each(cases)('%s is %p and shows no value', async (_, kind, statement) => {
    const error = await failure(engine.execute(statement()))
    expect(error).toBeInstanceOf(kind)
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.sql).toMatch(/parents|children|nowhere/)
    expect(error.params).toBeUndefined()
    expect(error.cause.message).toEqual(expect.any(String))
    expect(printed(error)).not.toMatch(/7741/)
  })

  test('with echo an error shows everything', async () => {
    const lines: string[] = []
    await using open = createEngine(database.url, { echo: (line) => lines.push(line) })
    const error = await failure(open.execute(sql`insert into parents values (2, ${hush}, 1)`))
    expect(error.params).toEqual([hush])
    expect(lines.at(-1)).toMatch(/ms, UniqueViolationError: insert into parents.*-- "ada-7741@example.org"/)
  })

  test('a failure is JSON whatever its values are', async () => {
    await using open = createEngine(database.url, { echo: () => {} })
    const bytes = new Uint8Array(3)
    const statement = sql`select ${1n << 60n}, ${bytes} from nowhere`
    const told = JSON.parse(JSON.stringify(await failure(open.execute(statement))))
    expect(told).toMatchObject({
      name: 'UndefinedTableError',
      params: [String(1n << 60n), '<3 bytes>'],
      sql: expect.stringContaining('nowhere'),
    })
    expect(told.message).toMatch(/nowhere/)
    const hidden = JSON.parse(JSON.stringify(await failure(engine.execute(statement))))
    expect(hidden).not.toHaveProperty('params')
    expect(hidden.message).toMatch(/nowhere/)
  })

  test('connect() takes no callback, which it would never call', async () => {
    const connect = engine.connect.bind(engine) as unknown as (callback: () => void) => Promise<unknown>
    await expect(connect(() => {})).rejects.toThrow(OptionError)
    await expect(connect(() => {})).rejects.toThrow(/await using/)
    expect(engine.status().used).toBe(0)
  })

  test('sixty calls on one signal are one listener of it, and end with it', async () => {
    const controller = new AbortController()
    const { signal } = controller
    // Node warns of a leak from the eleventh on
    const listeners = () => getEventListeners(signal, 'abort').length
    const calls = Array.from({ length: 60 }, (_, i) =>
      engine.scalar(sql`select ${i} + 0`, i % 2 === 0 ? { signal } : { signal, timeout: 30_000 }),
    )
    expect(listeners()).toBe(1)
    expect((await Promise.all(calls)).map(Number)).toEqual(Array.from({ length: 60 }, (_, i) => i))
    expect(listeners()).toBe(0)
    let most = 0
    const slowly = async function* () {
      await pause(5)
      most = Math.max(most, listeners())
      yield* []
    }
    await Promise.all(Array.from({ length: 15 }, () => engine.bulkInsert(bulky, slowly(), { signal })))
    expect([most, listeners()]).toEqual([1, 0])
    const ended = Array.from({ length: 60 }, () => failure(engine.transaction((tx) => tx.execute(sql`select 1`, { signal }))))
    controller.abort('enough')
    for (const error of await Promise.all(ended)) expect(error).toBeInstanceOf(QueryCanceledError)
    expect(listeners()).toBe(0)
  })

  test('a unique violation names its constraint, column or table', async () => {
    const error = await failure(engine.execute(sql`insert into parents values (2, ${hush}, 1)`))
    expect([error.table, error.column, error.constraint].join()).toMatch(/email/)
    expect(error.message).toMatch(/email/)
  })

  test('a call whose signal has aborted sends nothing', async () => {
    const queries: string[] = []
    const off = engine.on('query', ({ sql: text }) => queries.push(text))
    const error = await failure(engine.execute(sql`select 1`, { signal: AbortSignal.abort('no') }))
    off()
    expect(error).toBeInstanceOf(QueryCanceledError)
    expect(queries).toEqual([])
    expect(engine.status().used).toBe(0)
  })

  test('an engine shows where it connects to, and nothing else', () => {
    expect(inspect(engine, { depth: 9 })).toMatch(/^Engine \{\s+address: '[^']+'\s+\}$/)
    expect(JSON.parse(JSON.stringify(engine))).toEqual({ address: engine.address })
  })

  test('after close everything is refused at once', async () => {
    const closed = createEngine(database.url)
    await closed.execute(sql`select 1`)
    await closed.close()
    await expect(closed.execute(sql`select 1`)).rejects.toThrow(PoolClosedError)
    await expect(closed.connect()).rejects.toThrow('the engine is closed')
    const unused = createEngine(database.url)
    await unused.close()
    await expect(unused.transaction(async () => {})).rejects.toThrow(PoolClosedError)
  })

  test('events tell what happens, in order, and without values', async () => {
    await using watched = createEngine(database.url)
    const told: [string, unknown][] = []
    for (const name of ['connect', 'checkout', 'begin', 'query', 'commit', 'rollback', 'checkin'] as const)
      watched.on(name, (event) => told.push([name, event]))
    await watched.transaction(async (tx) => {
      await tx.execute(sql`select ${hush}`)
      await tx.savepoint(async (sp) => sp.rollback())
    })
    const names = told.map(([name]) => name)
    expect(names.filter((name) => name !== 'query')).toEqual(['connect', 'checkout', 'begin', 'begin', 'rollback', 'commit', 'checkin'])
    expect(names).toContain('query')
    expect(JSON.stringify(told)).not.toContain('7741')
  })

  test('onConnect prepares every connection, and one that it refuses is not kept', async () => {
    let calls = 0
    await using prepared = createEngine(database.url, {
      pool: { size: 1, maxOverflow: 0 },
      onConnect: async (conn) => {
        calls++
        await conn.execute(sql`select 1`)
        if (calls === 1) throw new Error('not this one')
      },
    })
    await expect(prepared.execute(sql`select 1`)).rejects.toThrow('not this one')
    expect(prepared.status()).toMatchObject({ used: 0, idle: 0, connecting: 0 })
    await prepared.execute(sql`select 1`)
    await prepared.execute(sql`select 1`)
    expect(calls).toBe(2)
  })

  if (target === 'sqlite') return

  describe('over a network', () => {
    const slow = () => (database.dialect === 'postgres' ? sql`select pg_sleep(${20})` : sql`select sleep(${20}), count(*) from parents`)
    const kill = (id: string) =>
      database.dialect === 'postgres' ? sql`select pg_terminate_backend(${Number(id)}::int)` : sql`kill ${sql.unsafe(id)}`
    const sessions = async () =>
      Number(
        await listed(() =>
          engine.scalar(
            database.dialect === 'postgres'
              ? sql`select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`
              : sql`select count(*) from information_schema.processlist where db = database() and info like '%sleep(%' and id <> connection_id()`,
          ),
        ),
      )

    test('a wrong password is one sentence without the password', async () => {
      const url = new URL(database.url)
      url.username ||= 'postgres'
      url.password = 'hush-7741'
      url.username = `${url.username}x`
      await using wrong = createEngine(url.href)
      const error = await failure(wrong.execute(sql`select 1`))
      expect(error).toBeInstanceOf(ConnectError)
      expect(error.message).toContain(`${url.port}/${database.name}`)
      expect(error.message).toContain(url.username)
      expect(error.message).not.toContain('\n')
      expect(printed(error) + inspect(wrong, { depth: 9, showHidden: true }) + JSON.stringify(wrong)).not.toContain('7741')
      expect(wrong.status()).toMatchObject({ used: 0, connecting: 0 })
    })

    test('a closed port is one sentence', async () => {
      const url = new URL(database.url)
      url.port = '1'
      await using nowhere = createEngine(url.href)
      const error = await failure(nowhere.execute(sql`select 1`))
      expect(error).toBeInstanceOf(ConnectError)
      expect(error.message).toMatch(/cannot connect to \w+ at \w+:\/\/\S*:1\/\S+: the connection was refused: nothing listens there/)
    })

    test('a statement is cancelled on the server, and the caller goes on at once', async () => {
      await engine.execute(sql`select 1`)
      const started = performance.now()
      const error = await failure(engine.execute(slow(), { timeout: 200 }))
      expect(error).toBeInstanceOf(QueryCanceledError)
      expect(error.message).toContain('timed out after 200 ms')
      expect(performance.now() - started).toBeLessThan(5_000)
      await pause(300)
      expect(await sessions()).toBe(0)
      expect(engine.status().used).toBe(0)
    })

    test('a signal does the same, also inside a transaction, which can be rolled back after', async () => {
      await engine.transaction(async (tx) => {
        const abort = new AbortController()
        setTimeout(() => abort.abort(new Error('changed my mind')), 100)
        const error = await failure(tx.execute(slow(), { signal: abort.signal }))
        expect(error).toBeInstanceOf(QueryCanceledError)
        expect(error.cause).toBe(abort.signal.reason)
        await tx.rollback()
      })
      expect(await sessions()).toBe(0)
    })

    test('a hundred aborts at odd moments neither lose a connection nor hit the wrong statement', async () => {
      await using small = createEngine(database.url, { pool: { size: 3, maxOverflow: 0 } })
      await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const abort = new AbortController()
          setTimeout(() => abort.abort(), i % 17)
          await small
            .execute(sql`select count(*) from parents`, { signal: abort.signal })
            .catch((error) => expect(error).toBeInstanceOf(QueryCanceledError))
          expect(Number(await small.scalar(sql`select ${i} + 0`))).toBe(i)
        }),
      )
      await pause(50)
      expect(small.status()).toMatchObject({ used: 0, waiting: 0 })
    })

    test('a connection killed while idle in a transaction: the next statement says so and nothing else suffers', async () => {
      const errors: unknown[] = []
      engine.on('error', ({ error }) => errors.push(error))
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(sql`insert into parents values (5, ${'five'}, 5)`)
        const id = await tx.scalar(database.dialect === 'postgres' ? sql`select pg_backend_pid()` : sql`select connection_id()`)
        await engine.execute(kill(String(id))).catch(() => {})
        await pause(200)
        await tx.execute(sql`insert into parents values (6, ${'six'}, 6)`)
      })
      await expect(outcome).rejects.toThrow(ConnectionLostError)
      expect(Number(await engine.scalar(sql`select count(*) from parents`))).toBe(1)
      expect(engine.status().used).toBe(0)
    })

    test('a rollback that fails hides nothing: the callback’s own error is the one that is thrown', async () => {
      const mine = new Error('mine')
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(sql`insert into parents values (8, ${'eight'}, 8)`)
        const id = await tx.scalar(database.dialect === 'postgres' ? sql`select pg_backend_pid()` : sql`select connection_id()`)
        await engine.execute(kill(String(id))).catch(() => {})
        await pause(200)
        throw mine
      })
      await expect(outcome).rejects.toBe(mine)
      expect(Number(await engine.scalar(sql`select count(*) from parents`))).toBe(1)
      expect(engine.status().used).toBe(0)
    })

    test('close takes a connection that never comes back with it', async () => {
      const leaky = createEngine(database.url)
      const leaked = await leaky.connect()
      await leaked.execute(sql`select 1`)
      const started = performance.now()
      await leaky.close({ timeout: 100 })
      expect(performance.now() - started).toBeLessThan(5_000)
      await expect(leaked.execute(sql`select 1`)).rejects.toThrow(ConnectionLostError)
      await leaked.close()
      expect(leaky.status()).toMatchObject({ used: 0, idle: 0, closing: 0 })
    })

    test('the loser of a deadlock that swallows its error writes nothing any more', async () => {
      await using conn = await engine.connect()
      await conn.script(
        'create table pairs (id integer primary key, n integer); insert into pairs values (1, 0); insert into pairs values (2, 0)',
      )
      let arrived = 0
      let meet: () => void = () => {}
      const both = new Promise<void>((resolve) => (meet = resolve))
      let deadlocks = 0
      const cross = (from: number, to: number) =>
        engine.transaction(async (tx) => {
          await tx.execute(sql`update pairs set n = n + 1 where id = ${from}`)
          if (++arrived === 2) meet()
          await both
          await tx.execute(sql`update pairs set n = n + 1 where id = ${to}`).catch((error) => {
            expect(error).toBeInstanceOf(DeadlockError)
            deadlocks++
          })
          await tx.execute(sql`update pairs set n = n + 100 where id = ${from}`).catch(() => {})
        })
      const outcomes = await Promise.allSettled([cross(1, 2), cross(2, 1)])
      const rejected = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(deadlocks).toBe(1)
      expect(rejected).toHaveLength(1)
      expect(rejected[0]!.reason).toBeInstanceOf(TransactionRolledBackError)
      expect(Number(await conn.scalar(sql`select sum(n) from pairs`))).toBe(102)
      await conn.script('drop table pairs')
    })

    test('killed before a swallowed COMMIT: known not to be committed', async () => {
      const outcome = engine.transaction(async (tx) => {
        await tx.execute(sql`insert into parents values (7, ${'seven'}, 7)`)
        const id = await tx.scalar(database.dialect === 'postgres' ? sql`select pg_backend_pid()` : sql`select connection_id()`)
        await engine.execute(kill(String(id))).catch(() => {})
        await pause(200)
      })
      const error = await failure(outcome)
      expect(error).not.toBeInstanceOf(CommitUnknownError)
      expect(error).toBeInstanceOf(ConnectionLostError)
      expect(Number(await engine.scalar(sql`select count(*) from parents`))).toBe(1)
    })

    if (target.startsWith('postgres')) {
      test('killed during COMMIT: the outcome is unknown, and said to be', async () => {
        await using conn = await engine.connect()
        await conn.script(`
          create function linger() returns trigger language plpgsql as 'begin perform pg_sleep(20); return null; end';
          create constraint trigger linger after insert on children deferrable initially deferred for each row execute function linger()
        `)
        const outcome = engine.transaction(async (tx) => {
          await tx.execute(sql`insert into children values (1, 1)`)
          const id = await tx.scalar(sql`select pg_backend_pid()`)
          setTimeout(() => void conn.execute(kill(String(id))), 200)
        })
        await expect(outcome).rejects.toThrow(CommitUnknownError)
        await expect(outcome).rejects.toMatchObject({ cause: expect.any(ConnectionLostError) })
        await conn.script('drop trigger linger on children; drop function linger')
        expect(engine.status().used).toBe(1)
      })

      test('a COMMIT that the server refuses is that refusal', async () => {
        await using conn = await engine.connect()
        await conn.script('create table later (id integer primary key, other integer references later (id) deferrable initially deferred)')
        await expect(engine.transaction((tx) => tx.execute(sql`insert into later values (1, 2)`))).rejects.toThrow(ForeignKeyViolationError)
        expect(Number(await conn.scalar(sql`select count(*) from later`))).toBe(0)
      })
    }

    test('idle connections that were killed cost nobody an error', async () => {
      const ids = new Set<string>()
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          await using conn = await engine.connect()
          ids.add(conn.id)
          await pause(20)
        }),
      )
      await using outside = createEngine(database.url)
      for (const id of ids) await outside.execute(kill(id)).catch(() => {})
      await pause(100)
      expect(engine.status().idle).toBe(0)
      expect(await Promise.all(Array.from({ length: 8 }, () => engine.scalar(sql`select count(*) from parents`)))).toHaveLength(8)
    })
  })
})
