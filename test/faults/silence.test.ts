/** Servers that stop without a word and networks that swallow bytes: every call settles by its deadline, `close` too. */
import { CommitUnknownError, ConnectionLostError, type Engine, PoolTimeoutError, QueryCanceledError, sql } from 'quern'
import { type FreshDatabase, freshDatabase, type Server, startServer, targets } from '../servers/urls.js'
import { patience, times } from './counts.js'
import { expectNothingLeft, Ledger } from './ledger.js'
import { Network } from './network.js'
import { endAll, engineOn, failure, later, observe, pause, type ServerDialect, type ServerTarget, scene, until } from './observer.js'
import { faultTexts } from './texts.js'

const servers = targets.filter((target): target is ServerTarget => target !== 'sqlite')
/** What a call may take at most: its own deadline, the pool's, and what ending a dead connection takes. Only guards against hanging. */
const guard = 8_000
const pool = { size: 4, maxOverflow: 2, timeout: 500 }

afterEach(endAll)

/** Rejects where the work does not settle; what it rejects with by itself is an outcome like any other. */
async function settled<T>(work: Promise<T>, limit = guard): Promise<T | Error> {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a call hung for ${limit} ms`)), limit)
  })
  try {
    return await Promise.race([work.catch((error: Error) => error), hung])
  } finally {
    clearTimeout(timer)
  }
}

const allowed = [QueryCanceledError, ConnectionLostError, PoolTimeoutError, CommitUnknownError]
const names = new Set(allowed.map(({ name }) => name).concat('ConnectError', 'TransactionClosedError'))

/** Twelve queries, two transactions and a borrower that keeps what it has, all while nothing answers. */
async function everythingSettles(engine: Engine): Promise<void> {
  const calls: Promise<unknown>[] = Array.from({ length: 12 }, (_, i) => engine.scalar(sql`select ${i} + 0`))
  for (let i = 0; i < 2; i++) calls.push(engine.transaction((tx) => tx.execute(sql`select 1`)))
  for (const outcome of await Promise.all(calls.map((call) => settled(call)))) {
    expect(outcome).toBeInstanceOf(Error)
    expect(names).toContain((outcome as Error).constructor.name)
  }
}

/** Opens connections before anything goes wrong; on a busy machine that may take longer than the pool's own deadline. */
async function warm(engine: Engine): Promise<void> {
  const all = () => Promise.all(Array.from({ length: 6 }, () => engine.execute(sql`select 1`)))
  const done = await until(
    () =>
      all().then(
        () => true,
        () => false,
      ),
    (it) => it,
  )
  expect(done).toBe(true)
}

async function goesOn(engine: Engine): Promise<void> {
  const answer = await until(
    () => settled(engine.scalar(sql`select ${7} + 0`)),
    (outcome) => Number(outcome) === 7,
  )
  expect(Number(answer)).toBe(7)
}

describe.each(servers)('%s', (target) => {
  const dialect = (target === 'postgres15' ? 'postgres' : target) as ServerDialect

  let server: Server
  beforeAll(async () => {
    server = await startServer(target)
  })
  afterAll(() => server.stop())

  test('P12: a frozen server: every call settles by its deadline, and it goes on when the server does', async () => {
    const engine = engineOn(server.url, { pool, statementTimeout: 250 })
    await warm(engine)
    await server.kill('SIGSTOP')
    try {
      await everythingSettles(engine)
    } finally {
      await server.kill('SIGCONT')
    }
    await goesOn(engine)
    expect(
      await until(
        () => engine.status().used,
        (used) => used === 0,
      ),
    ).toBe(0)
  })

  test('P12: a frozen server: close settles too, with a transaction open and a call under way', async () => {
    const engine = engineOn(server.url, { pool })
    const held = await engine.connect()
    const tx = await held.begin()
    await tx.execute(sql`select 1`)
    await server.kill('SIGSTOP')
    const call = settled(engine.scalar(sql`select 1`))
    await pause(50)
    await settled(engine.close({ timeout: 300 }))
    expect(await call).toBeInstanceOf(Error)
    expect(engine.status()).toMatchObject({ used: 0, idle: 0, waiting: 0, connecting: 0, closing: 0 })
    await server.kill('SIGCONT')
    const fresh = engineOn(server.url)
    await goesOn(fresh)
  })

  test.each(['drop', 'freeze'] as const)(
    'P12: a network that lets nothing pass (%s): every call settles, and it goes on when it does',
    async (how) => {
      const { database, observer } = await scene(target)
      const network = later(await Network.before(database.url), (it) => it.close())
      const engine = engineOn(network.url(database.url), { pool, statementTimeout: 250 })
      await warm(engine)
      for (let round = 0; round < times(1); round++) {
        network[how]()
        await everythingSettles(engine)
        network.heal()
        await goesOn(engine)
      }
      // what was swallowed never reached the server: its sessions end when their sockets do
      network.reset()
      await expectNothingLeft(engine, observer)
    },
    patience(30_000),
  )

  test('P12: a network that lets nothing pass: close settles', async () => {
    const { database } = await scene(target)
    const network = later(await Network.before(database.url), (it) => it.close())
    const engine = engineOn(network.url(database.url), { pool })
    const held = await engine.connect()
    await held.begin()
    const running = settled(engine.execute(sql`${sql.unsafe(faultTexts[dialect].sleep(30))}`))
    await pause(100)
    network.drop()
    await settled(engine.close({ timeout: 300 }))
    expect(await running).toBeInstanceOf(Error)
    expect(engine.status()).toMatchObject({ used: 0, idle: 0, waiting: 0, connecting: 0, closing: 0 })
  })

  /** Too much for all buffers on the way, without a table. */
  const many = () =>
    sql`${sql.unsafe(`with recursive s(n) as (select 1 union all select n + 1 from s where n < 500) select repeat('x', 1000) as x from s a, s b`)}`

  /** Reads until the network goes silent, and then ends, or is left, in one of four ways. */
  async function readInSilence(url: string, network: Network, how: 'deadline' | 'timeout' | 'signal' | 'leaving') {
    const engine = engineOn(network.url(url), { pool: { ...pool, timeout: 4_000 }, ...(how === 'deadline' && { statementTimeout: 250 }) })
    const controller = new AbortController()
    const limits = { ...(how === 'timeout' && { timeout: 400 }), ...(how === 'signal' && { signal: controller.signal }) }
    const reading = (async () => {
      let read = 0
      for await (const _ of engine.stream(many(), { batchSize: 50, ...limits })) {
        if (++read !== 10) continue
        network.drop()
        if (how === 'signal') setTimeout(() => controller.abort('enough'), 50)
        if (how === 'leaving') return 'left'
      }
      return read
    })()
    const outcome = await settled(reading)
    network.heal()
    await goesOn(engine)
    const used = await until(
      () => engine.status().used,
      (n) => n === 0,
    )
    await engine.close({ timeout: 0 })
    network.reset()
    return [how, outcome instanceof Error ? outcome.constructor.name : outcome, used]
  }

  test('P12: a network that lets nothing pass: a stream that is being read ends by its deadline or signal, and can be left', async () => {
    const { database, observer } = await scene(target)
    const ways = ['deadline', 'timeout', 'signal', 'leaving'] as const
    const outcomes = ways.map(async (how) => {
      const network = later(await Network.before(database.url), (it) => it.close())
      return readInSilence(database.url, network, how)
    })
    expect(await Promise.all(outcomes)).toEqual([
      ['deadline', 'QueryCanceledError', 0],
      ['timeout', 'QueryCanceledError', 0],
      ['signal', 'QueryCanceledError', 0],
      ['leaving', 'left', 0],
    ])
    expect(
      await until(
        () => observer.sessions(),
        (ids) => ids.length === 0,
      ),
    ).toEqual([])
  })

  test('a script ends by its deadline, its timeout and its signal', async () => {
    const { database, observer } = await scene(target)
    const engine = engineOn(database.url, { pool, statementTimeout: 300 })
    const text = faultTexts[dialect].sleep(20)
    await using conn = await engine.connect()
    const before = conn.id
    expect(await settled(conn.script(text))).toBeInstanceOf(QueryCanceledError)
    expect(await settled(conn.script(text, { timeout: 100 }))).toBeInstanceOf(QueryCanceledError)
    expect(await settled(conn.script(text, { signal: AbortSignal.timeout(100) }))).toBeInstanceOf(QueryCanceledError)
    await conn.script(faultTexts[dialect].sleep(0.5), { timeout: 20_000 })
    expect(Number(await conn.scalar(sql`select 5 + 0`))).toBe(5)
    expect(conn.id).toBe(before)
    await conn.close()
    await expectNothingLeft(engine, observer)
  })

  test('a stream that was given up frees its transaction by itself', async () => {
    const { database, observer } = await scene(target)
    await observer.ask(Ledger.table)
    const engine = engineOn(database.url, { pool })
    await engine
      .transaction(async (tx) => {
        await tx.execute(sql`insert into ops values (1, 1)`)
        const slow = async () => {
          for await (const _ of tx.stream(sql`${sql.unsafe(faultTexts[dialect].sleep(20))}`, { timeout: 100 }));
        }
        expect(await settled(slow())).toBeInstanceOf(QueryCanceledError)
        // PostgreSQL's transaction is aborted then, as after any failure
        const next = tx.execute(sql`insert into ops values (1, 2)`)
        if (dialect === 'postgres') await expect(settled(next)).resolves.toMatchObject({ code: '25P02' })
        else await expect(next).resolves.toMatchObject({ rowCount: 1 })
        throw new Error('undo')
      })
      .catch((error) => expect(error).toMatchObject({ message: 'undo' }))
    expect(await observer.ask('select half from ops')).toEqual([])
    await expectNothingLeft(engine, observer)
  })

  test('T7, P11: idle connections behind a network that forgot them cost nobody an error', async () => {
    const { database, observer } = await scene(target)
    const network = later(await Network.before(database.url), (it) => it.close())
    const engine = engineOn(network.url(database.url), { pool: { ...pool, timeout: 10_000 } })
    await Promise.all(Array.from({ length: 4 }, () => engine.execute(sql`select 1`)))
    expect(engine.status().idle).toBeGreaterThan(0)
    network.forget()
    await pause(1_100)
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => settled(engine.scalar(sql`select ${i} + 0`))))
    expect(answers.map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    network.reset()
    await expectNothingLeft(engine, observer)
  })

  test('T4, P3: connects that are slower than the deadline stay within the limit and leave no session behind', async () => {
    const { database, observer } = await scene(target)
    const network = later(await Network.before(database.url), (it) => it.close())
    network.delay = 500
    const engine = engineOn(network.url(database.url), { pool: { size: 2, maxOverflow: 2, timeout: 200 } })
    for (let i = 0; i < times(5); i++) {
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => settled(engine.scalar(sql`select 1`))))
      for (const outcome of outcomes) expect(outcome).toBeInstanceOf(Error)
    }
    expect(network.most).toBeLessThanOrEqual(4)
    network.delay = 0
    await goesOn(engine)
    await expectNothingLeft(engine, observer)
  })

  describe('P9, P13: what begins or ends a transaction does not get through', () => {
    const cases = (['BEGIN', 'COMMIT', 'ROLLBACK'] as const).flatMap((text) =>
      (['drop', 'reset'] as const).map((fault) => [text, fault] as const),
    )

    let database: FreshDatabase
    beforeAll(async () => {
      database = await freshDatabase(target)
      const admin = await observe(database.url, dialect)
      await admin.ask(Ledger.table)
      await admin.close()
    })
    afterAll(() => database.drop())

    test.each(cases)('%s, %s', async (text, fault) => {
      const observer = later(await observe(database.url, dialect), (it) => it.close())
      const network = later(await Network.before(database.url), (it) => it.close())
      const engine = engineOn(network.url(database.url), { pool, statementTimeout: 250 })
      await engine.execute(sql`select 1`)
      const word = text === 'BEGIN' && dialect !== 'postgres' ? 'START TRANSACTION' : text
      network.when(word, fault)
      const mine = new Error('mine')
      const outcome = await settled(
        engine.transaction(async (tx) => {
          await tx.execute(sql`insert into ops values (1, 1)`)
          if (text === 'ROLLBACK') throw mine
        }),
      )
      expect(network.sprung).toBe(true)
      if (text === 'ROLLBACK') expect(outcome).toBe(mine)
      // there it goes out with the first statement, which is late then
      else if (text === 'BEGIN' && fault === 'drop' && dialect === 'postgres') expect(outcome).toBeInstanceOf(QueryCanceledError)
      else expect(outcome).toBeInstanceOf(text === 'COMMIT' ? CommitUnknownError : ConnectionLostError)
      await goesOn(engine)
      network.reset()
      // the fault came before the server saw anything of it
      expect(
        await until(
          () => observer.sessions(),
          (ids) => ids.length === 0,
        ),
      ).toEqual([])
      expect(await observer.ask('select id from ops')).toEqual([])
      await expectNothingLeft(engine, observer)
    })
  })

  test('a statement that fails with a deadline is not a reason to close: the same session answers the next one', async () => {
    const { database } = await scene(target)
    const engine = engineOn(database.url, { pool: { size: 1, maxOverflow: 0 }, statementTimeout: 300 })
    await using conn = await engine.connect()
    const before = conn.id
    expect(await failure(conn.execute(sql`${sql.unsafe(faultTexts[dialect].sleep(20))}`))).toBeInstanceOf(QueryCanceledError)
    expect(Number(await conn.scalar(sql`select 5 + 0`))).toBe(5)
    expect(conn.id).toBe(before)
  })

  test('the time in the pool’s queue is not the statement’s: its limit begins when it has a connection', async () => {
    const { database } = await scene(target)
    const engine = engineOn(database.url, { pool: { size: 1, maxOverflow: 0, timeout: 5_000 }, statementTimeout: 300 })
    const held = await engine.connect()
    const waiting = engine.scalar(sql`select 5 + 0`)
    await pause(500)
    await held.close()
    expect(Number(await waiting)).toBe(5)
  })
})
