/** The defects of other pools by their numbers, each against real servers: T1 to T12 of tarn, P1 to P20 of the client libraries' own pools. */
import { createServer, type Server as TcpServer } from 'node:net'
import {
  ConnectError,
  ConnectionLostError,
  type Engine,
  type EngineWarning,
  ParentLockedError,
  PoolClosedError,
  type PoolOptions,
  PoolTimeoutError,
  QueryCanceledError,
  sql,
  UniqueViolationError,
} from 'quern'
import { patience, times } from '../faults/counts.js'
import {
  endAll,
  engineOn,
  failure,
  later,
  type Observer,
  observe,
  pause,
  type ServerDialect,
  type ServerTarget,
  until,
} from '../faults/observer.js'
import { faultTexts } from '../faults/texts.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const one: PoolOptions = { size: 1, maxOverflow: 0 }
const atRest = { used: 0, waiting: 0, connecting: 0 }
const text = (statement: string) => sql`${sql.unsafe(statement)}`
const ticks = async (count: number) => {
  for (let i = 0; i < count; i++) await undefined
}

async function expectRest(engine: Engine): Promise<void> {
  const status = await until(
    () => engine.status(),
    ({ used, waiting, connecting, closing }) => used + waiting + connecting + closing === 0,
  )
  expect(status).toMatchObject({ ...atRest, closing: 0 })
}

afterEach(endAll)

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(target)
    const engine = engineOn(database.url)
    await using conn = await engine.connect()
    await conn.script('create table notes (id integer primary key, body varchar(50))')
    await endAll()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    const engine = engineOn(database.url)
    await engine.execute(sql`delete from notes`)
    await engine.close()
  })
  const count = async (engine: Engine) => Number(await engine.scalar(sql`select count(*) from notes`))

  test('T1: no abort loses a connection, however many ticks it comes after the call', async () => {
    const engine = engineOn(database.url, { pool: one })
    await engine.execute(sql`select 1`)
    for (let k = 0; k < 64; k++) {
      const abort = new AbortController()
      const call = engine.scalar(sql`select ${k} + 0`, { signal: abort.signal })
      const next = engine.scalar(sql`select ${k} + 1`)
      await ticks(k)
      abort.abort()
      await call.catch((error) => expect(error).toBeInstanceOf(QueryCanceledError))
      expect(Number(await next)).toBe(k + 1)
    }
    await expectRest(engine)
  })

  test('T2: a closed pool refuses at once', async () => {
    const engine = engineOn(database.url)
    await engine.execute(sql`select 1`)
    await engine.close()
    const outcomes: string[] = []
    void engine.connect().catch((error) => outcomes.push(error.name))
    void engine.execute(sql`select 1`).catch((error) => outcomes.push(error.name))
    await new Promise(setImmediate)
    expect(outcomes).toEqual(['PoolClosedError', 'PoolClosedError'])
  })

  test('T3: close does not wait for a connection that never comes back longer than it was told', async () => {
    const engine = engineOn(database.url)
    const leaked = await engine.connect()
    await engine.close({ timeout: 50 })
    expect(engine.status()).toMatchObject({ ...atRest, idle: 0, closing: 0 })
    await expect(leaked.execute(sql`select 1`)).rejects.toThrow(ConnectionLostError)
  })

  test('T9: the wall clock may jump: nothing is replaced and nobody times out', async () => {
    const engine = engineOn(database.url, { pool: { ...one, idleTimeout: 60_000, recycle: 60_000 } })
    const connected: string[] = []
    engine.on('connect', ({ connection }) => connected.push(connection))
    await engine.execute(sql`select 1`)
    const real = Date.now
    try {
      for (const hours of [1, -1, 24 * 365]) {
        Date.now = () => real() + hours * 3_600_000
        const held = await engine.connect()
        const waiting = engine.execute(sql`select 1`)
        await pause(20)
        await held.close()
        await waiting
      }
    } finally {
      Date.now = real
    }
    expect(connected).toHaveLength(1)
  })

  test('T11: 10,000 concurrent acquires on 10 connections are served in order, and all of them', async () => {
    const engine = engineOn(database.url, { pool: { size: 10, maxOverflow: 0, timeout: 60_000 } })
    const total = times(10_000)
    const served: number[] = []
    let most = 0
    await Promise.all(
      Array.from({ length: total }, async (_, i) => {
        const conn = await engine.connect()
        served.push(i)
        most = Math.max(most, engine.status().used)
        await conn.close()
      }),
    )
    expect(served).toEqual(Array.from({ length: total }, (_, i) => i))
    expect(most).toBeLessThanOrEqual(10)
    await expectRest(engine)
  })

  test('P2: who waits in vain hears of it after 30 seconds unless told otherwise, counted from its own call', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] })
    const start = performance.now()
    const clock = jest.spyOn(performance, 'now')
    try {
      const engine = engineOn(database.url, { pool: one })
      const held = await engine.connect()
      const heard: unknown[] = []
      const waiting = engine.connect().catch((error) => heard.push(error))
      clock.mockImplementation(() => start + 29_000)
      await jest.advanceTimersByTimeAsync(29_000)
      expect(heard).toEqual([])
      clock.mockImplementation(() => start + 31_000)
      await jest.advanceTimersByTimeAsync(2_000)
      await waiting
      expect(heard).toEqual([expect.any(PoolTimeoutError)])
      await held.close()
    } finally {
      clock.mockRestore()
      jest.useRealTimers()
    }
  })

  test('P4: close refuses all who wait, and resolves when nothing is open any more', async () => {
    const engine = engineOn(database.url, { pool: one })
    const held = await engine.connect()
    const waiting = Array.from({ length: 20 }, () => failure(engine.connect()))
    const closing = engine.close()
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(PoolClosedError)
    await held.close()
    await closing
    expect(engine.status()).toMatchObject({ ...atRest, idle: 0, closing: 0 })
  })

  test('P7: an open transaction is rolled back on return, and the next one’s insert stays', async () => {
    const engine = engineOn(database.url, { pool: one })
    const first = await engine.connect()
    await first.script('begin')
    await first.execute(sql`insert into notes values (1, 'left open')`)
    const { id } = first
    await first.close()
    await using second = await engine.connect()
    expect(second.id).toBe(id)
    await second.execute(sql`insert into notes values (2, 'acknowledged')`)
    expect(Number(await second.scalar(sql`select count(*) from notes where id = 1`))).toBe(0)
    if (target !== 'sqlite') expect(await count(engineOn(database.url))).toBe(1)
  })

  test('P7: with resetOnReturn false a connection with an open transaction is closed instead', async () => {
    const engine = engineOn(database.url, { pool: { ...one, resetOnReturn: false } })
    const first = await engine.connect()
    await first.script('begin')
    await first.execute(sql`insert into notes values (1, 'left open')`)
    const { id } = first
    await first.close()
    await using second = await engine.connect()
    expect(second.id).not.toBe(id)
    expect(Number(await second.scalar(sql`select count(*) from notes`))).toBe(0)
  })

  test('P7b: a full reset begins with the rollback, and the place is not lost', async () => {
    const engine = engineOn(database.url, { pool: { ...one, resetOnReturn: 'full' } })
    for (let round = 0; round < 3; round++) {
      const conn = await engine.connect()
      await conn.script('begin')
      await conn.execute(sql`insert into notes values (1, 'left open')`)
      await conn.close()
    }
    expect(await count(engine)).toBe(0)
    await expectRest(engine)
  })

  test('P8: after a full reset onConnect has prepared the session again', async () => {
    let calls = 0
    const engine = engineOn(database.url, {
      pool: { ...one, resetOnReturn: 'full' },
      onConnect: async (conn) => {
        calls++
        await conn.script('create temporary table mine (id integer)')
      },
    })
    for (let round = 1; round <= 3; round++) {
      expect(Number(await engine.scalar(sql`select count(*) from mine`))).toBe(0)
      await until(
        () => calls,
        (n) => n > round,
      )
    }
    expect(calls).toBe(4)
  })

  test('P14: who waits in vain hears who has the connections, since when and from where', async () => {
    const engine = engineOn(database.url, { pool: { size: 1, maxOverflow: 1, timeout: 400, leakTracing: true } })
    async function theCulprit() {
      return await engine.connect()
    }
    const leaked = await theCulprit()
    await pause(20)
    const other = await engine.connect()
    const error = await failure(engine.connect())
    expect(error).toBeInstanceOf(PoolTimeoutError)
    expect(error.message).toContain('no connection became free within 400 ms: of at most 2, 2 in use, 0 idle, 0 connecting, 0 closing')
    expect(error.message).toMatch(new RegExp(`longest in use:\n {2}connection ${leaked.id}, for \\d+ ms\n(.*\n)?.*theCulprit.*pool-cases`))
    expect(error.message).not.toContain('packages/engine')
    expect(error.message.indexOf(`connection ${leaked.id},`)).toBeLessThan(error.message.indexOf(`connection ${other.id},`))
    await other.close()
    await leaked.close()
    const held = await engine.connect()
    const again = await engine.connect()
    expect((await failure(engine.connect())).message).toContain(`connection ${held.id}, `)
    await Promise.all([held.close(), again.close()])
  })

  test('P15: an acquire inside a transaction that holds the last connection is refused at once', async () => {
    const engine = engineOn(database.url, { pool: one })
    await engine.transaction(async (tx) => {
      const error = await failure(engine.execute(sql`select 1`))
      expect(error).toBeInstanceOf(ParentLockedError)
      await tx.execute(sql`insert into notes values (1, 'goes on')`)
    })
    expect(await count(engine)).toBe(1)
  })

  test('P15: while others are free such a call works, and is warned of once, with its place', async () => {
    const engine = engineOn(database.url, { pool: { size: 2, maxOverflow: 1 } })
    const warnings: EngineWarning[] = []
    engine.on('warning', (warning) => warnings.push(warning))
    await engine.transaction(async (tx) => {
      for (let i = 0; i < 3; i++) expect(Number(await engine.scalar(sql`select ${i} + 0`))).toBe(i)
      await tx.execute(sql`select 1`)
    })
    // a call that only began in there is nobody's mistake
    const later = await engine.transaction(async () => async () => engine.scalar(sql`select 1`))
    await later()
    expect(warnings.map(({ kind }) => kind)).toEqual(['nested'])
    expect(warnings[0]!.message).toContain('pool-cases.test')
  })

  test('P16: a unique violation does not cost a connection', async () => {
    const engine = engineOn(database.url, { pool: one })
    const connected: string[] = []
    engine.on('connect', ({ connection }) => connected.push(connection))
    await engine.execute(sql`insert into notes values (1, 'first')`)
    for (let i = 0; i < times(500); i++)
      expect(await failure(engine.execute(sql`insert into notes values (1, 'again')`))).toBeInstanceOf(UniqueViolationError)
    expect(connected).toHaveLength(1)
  })

  test('P20: a column named __proto__ is a column', async () => {
    const engine = engineOn(database.url, { pool: one })
    const q = target === 'mysql' || target === 'mariadb' ? '`' : '"'
    const row = await engine.one(text(`select 5 as ${q}__proto__${q}, 6 as ${q}constructor${q}`))
    // hand-written SQL names its columns by position
    expect(Object.values(row as object).map(Number)).toEqual([5, 6])
    expect(Number(await engine.scalar(sql`select 7 + 0`))).toBe(7)
  })

  if (target === 'sqlite') return
  networked(target, () => database)
})

/** The cases that need a server. */
function networked(target: ServerTarget, database: () => FreshDatabase): void {
  const dialect = (target === 'postgres15' ? 'postgres' : target) as ServerDialect
  const texts = faultTexts[dialect]
  let observer: Observer
  beforeEach(async () => {
    observer = later(await observe(database().url, dialect), (it) => it.close())
  })

  test('T3, P4: once close has resolved the server has no session any more, leaked ones included', async () => {
    const engine = engineOn(database().url)
    await engine.connect()
    // a SLEEP that stands alone is not interrupted on MySQL: it yields 1
    const long = dialect === 'postgres' ? texts.sleep(60) : 'select sleep(60), count(*) from information_schema.schemata'
    const busy = failure(engine.execute(text(long)))
    await pause(50)
    await engine.close({ timeout: 50 })
    await busy
    expect(
      await until(
        () => observer.sessions(),
        (ids) => ids.length === 0,
      ),
    ).toEqual([])
  })

  test('T8: while nobody answers, attempts to connect are few, and callers hear the driver’s own error', async () => {
    let attempts = 0
    const refusing: TcpServer = createServer((socket) => {
      attempts++
      socket.destroy()
    })
    later(refusing, (it) => it.close())
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    const url = new URL(database().url)
    url.port = String((refusing.address() as { port: number }).port)
    const engine = engineOn(url.href, { pool: { size: 2, maxOverflow: 2, timeout: 5_000 } })
    let running = true
    let told = 0
    const workers = Array.from({ length: 32 }, async () => {
      while (running) {
        const error = await failure(engine.execute(sql`select 1`))
        expect(error).toBeInstanceOf(ConnectError)
        expect(error.cause).toBeInstanceOf(Error)
        told++
      }
    })
    await pause(500)
    running = false
    await Promise.all(workers)
    expect(told).toBeGreaterThan(32)
    // four at first, then one after ever longer pauses: 10, 20, 40, … ms, less up to a half
    expect(attempts).toBeLessThanOrEqual(20)
    expect(engine.status()).toMatchObject(atRest)
  })

  test('T12: a connection that arrives after its caller has gone is kept for the next one', async () => {
    const engine = engineOn(database().url, { pool: one })
    const connected: string[] = []
    engine.on('connect', ({ connection }) => connected.push(connection))
    const abort = new AbortController()
    const call = failure(engine.execute(sql`select 1`, { signal: abort.signal }))
    while (engine.status().connecting === 0) await new Promise(setImmediate)
    abort.abort()
    await call
    expect(
      await until(
        () => engine.status(),
        ({ idle }) => idle === 1,
      ),
    ).toMatchObject({ ...atRest, idle: 1 })
    await engine.execute(sql`select 1`)
    expect(connected).toHaveLength(1)
  })

  test('P1: a session killed while its transaction is idle: the next statement says so, and nothing else happens', async () => {
    const engine = engineOn(database().url, { pool: one })
    const outcome = engine.transaction(async (tx) => {
      await tx.execute(sql`insert into notes values (1, 'lost')`)
      await observer.kill(String(await tx.scalar(text(texts.own))))
      await pause(100)
      await tx.execute(sql`insert into notes values (2, 'lost too')`)
    })
    await expect(outcome).rejects.toThrow(ConnectionLostError)
    expect(Number(await engine.scalar(sql`select count(*) from notes`))).toBe(0)
    expect(engine.status()).toMatchObject(atRest)
  })

  test('P5: statements that time out are stopped on the server, which never has more sessions than the pool may', async () => {
    const engine = engineOn(database().url, { pool: { size: 2, maxOverflow: 0 } })
    const busy =
      dialect === 'postgres'
        ? `datname = current_database() and state = 'active' and query like 'select pg_sleep(60%'`
        : `db = database() and info like 'select sleep(60%'`
    const table = dialect === 'postgres' ? 'pg_stat_activity' : 'information_schema.processlist'
    for (let i = 0; i < 10; i++) {
      const calls = [0, 1].map(() => failure(engine.execute(text(texts.sleep(60)), { timeout: 40 })))
      for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(QueryCanceledError)
      const [running] = await observer.ask(`select count(*) from ${table} where ${busy}`)
      expect(Number(running)).toBeLessThanOrEqual(2)
      expect(engine.status().used).toBeLessThanOrEqual(2)
    }
    expect(Number(await engine.scalar(sql`select 3 + 0`))).toBe(3)
    // a statement that was cancelled has its connection until the server has said so
    const look = async () => ({ sessions: (await observer.sessions()).length, idle: engine.status().idle })
    const { sessions, idle } = await until(look, (there) => there.sessions === there.idle && there.sessions <= 2)
    expect(sessions).toBe(idle)
    expect(sessions).toBeLessThanOrEqual(2)
  })

  test('P6: who comes after a statement that timed out does not wait for it', async () => {
    const engine = engineOn(database().url, { pool: one })
    await engine.execute(sql`select 1`)
    const late = failure(engine.execute(text(texts.sleep(60)), { timeout: 50 }))
    const next = engine.scalar(sql`select 4 + 0`)
    expect(await late).toBeInstanceOf(QueryCanceledError)
    expect(Number(await next)).toBe(4)
  })

  test('P8, P17: a full reset restores what a session carries over, and the text of prepared statements still runs', async () => {
    const engine = engineOn(database().url, { pool: { ...one, resetOnReturn: 'full' } })
    const ask = async (statement: string) => Object.values((await engine.one(text(statement))) as object).map(String)
    const { change, look } = sessionState[dialect]
    const before = await ask(look)
    const conn = await engine.connect()
    const { id } = conn
    for (const statement of change) await conn.script(statement)
    const changed = Object.values((await conn.one(text(look))) as object).map(String)
    for (const [i, value] of changed.entries()) expect(value).not.toBe(before[i])
    await conn.close()
    expect(await ask(look)).toEqual(before)
    await using after = await engine.connect()
    expect(after.id).toBe(id)
    await expect(after.execute(sql`select * from passing`)).rejects.toThrow()
  })

  test('P18: the server never has to keep more prepared statements than the driver’s limit', async () => {
    const engine = engineOn(database().url, { pool: one })
    for (let i = 0; i < times(600); i++) expect(Number(await engine.scalar(sql`select ${i} + ${sql.unsafe(String(i))}`))).toBe(2 * i)
    // of this session alone: others may be at work on the same server
    // and one more, which is the question itself
    const kept = await keptPrepared(engine, dialect)
    expect(kept).toBeLessThanOrEqual(257)
    expect(kept).toBeGreaterThan(200)
  })

  if (dialect !== 'postgres')
    test('P19: LOAD DATA LOCAL is refused, and the connection goes on', async () => {
      const engine = engineOn(database().url, { pool: one })
      const statement = sql`load data local infile '/etc/hostname' into table notes`
      for (let i = 0; i < 3; i++) expect(await failure(engine.execute(statement))).toBeInstanceOf(Error)
      expect(Number(await engine.scalar(sql`select count(*) from notes`))).toBe(0)
    })

  test(
    '10,000 aborts at random moments: nobody’s statement is hit but one’s own, and no connection is lost',
    async () => {
      const engine = engineOn(database().url, { pool: { size: 5, maxOverflow: 5, timeout: 60_000 } })
      let cancelled = 0
      const strike = async (i: number) => {
        const abort = new AbortController()
        const call = engine.scalar(sql`select ${i} + 0`, { signal: abort.signal })
        const mode = i % 50
        if (mode === 0) setTimeout(() => abort.abort(), Math.random() * 20)
        else void ticks(Math.floor(Math.random() * 40)).then(() => abort.abort())
        try {
          expect(Number(await call)).toBe(i)
        } catch (error) {
          expect(error).toBeInstanceOf(QueryCanceledError)
          cancelled++
        }
      }
      // every hundredth call has no signal and must be answered
      for (let round = 0; round < times(10); round++) {
        await Promise.all(
          Array.from({ length: 1_000 }, (_, i) =>
            i % 100 === 99 ? engine.scalar(sql`select ${i} + 0`).then((n) => expect(Number(n)).toBe(i)) : strike(i),
          ),
        )
      }
      expect(cancelled).toBeGreaterThan(1_000)
      await expectRest(engine)
      expect(
        await until(
          () => observer.sessions(),
          (ids) => ids.length <= engine.status().idle,
        ),
      ).toHaveLength(engine.status().idle)
    },
    patience(60_000),
  )
}

/** How many statements the engine's only session keeps prepared, by the server's own count. */
async function keptPrepared(engine: Engine, dialect: ServerDialect): Promise<number> {
  if (dialect === 'postgres') return Number(await engine.scalar(sql`select count(*) from pg_prepared_statements`))
  const rows = await engine.all(sql`show session status where variable_name in ('Com_stmt_prepare', 'Com_stmt_close')`)
  const counts = rows.map((row) => Object.values(row as Record<string, unknown>)) as [string, string][]
  const count = (name: string) => Number(counts.find(([one]) => one.toLowerCase() === name)![1])
  return count('com_stmt_prepare') - count('com_stmt_close')
}

/** What a session carries over, and a query whose columns show it; each must differ after the change. `passing` is a temporary table. */
const sessionState: { readonly [Name in ServerDialect]: { readonly change: readonly string[]; readonly look: string } } = {
  postgres: {
    change: [
      'set search_path = pg_catalog',
      'set statement_timeout = 12345',
      'create temporary table passing (id integer)',
      'select pg_advisory_lock(7741)',
      'set role pg_read_all_data',
      'listen gossip',
    ],
    look: `select current_setting('search_path') a, current_setting('statement_timeout') b,
      (select count(*) from pg_class where relname = 'passing') c,
      (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) d,
      current_user::text e, (select count(*) from pg_listening_channels()) f`,
  },
  mysql: mysqlState('transaction_isolation'),
  mariadb: mysqlState('tx_isolation'),
}

function mysqlState(isolation: string) {
  return {
    change: [
      `set @mine = 7741`,
      'create temporary table passing (id integer)',
      `select get_lock('quern_7741', 0)`,
      'set session transaction isolation level serializable',
      'set session group_concat_max_len = 4096',
      'use information_schema',
    ],
    look: `select coalesce(@mine, 'none') a, coalesce(is_used_lock('quern_7741'), 'none') b, @@session.${isolation} c,
      @@session.group_concat_max_len d, database() e`,
  }
}
