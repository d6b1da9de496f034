/** On PostgreSQL the BEGIN of a callback's transaction goes out with its first statement. */
import { pgDriver } from '@quern/driver-pg'
import { BeginRefused, type DriverConnection } from '@quern/engine'
import { boolean, createEngine, type Engine, integer, metadata, select, sql, table, UniqueViolationError } from 'quern'
import { Network } from '../faults/network.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const items = table('items', { id: integer().primaryKey(), n: integer().notNull() })
const add = (id: number) => sql`insert into items values (${id}, ${id})`

describe.each(targets.filter((target) => target.startsWith('postgres')))('%s', (target) => {
  let database: FreshDatabase
  let network: Network
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase(target)
    network = await Network.before(database.url)
    engine = createEngine(network.url(database.url), { pool: { size: 1, maxOverflow: 0 } })
    await metadata({ items }).createAll(engine)
  })
  afterAll(async () => {
    await engine.close()
    await network.close()
    await database.drop()
  })
  beforeEach(() => engine.execute(sql`delete from items`))

  const ids = () => engine.scalars(select(items.id).from(items).orderBy(items.id.asc()))
  const idle = async () => {
    const state = sql`select count(*) = 0 as free from pg_stat_activity where datname = current_database() and state like 'idle in%'`
    expect(await engine.scalar(state.returns({ free: boolean() }))).toBe(true)
  }

  test('a transaction without a statement sends nothing; where it throws neither', async () => {
    await engine.execute(sql`select 1`)
    const { client } = network.passed
    expect(await engine.transaction(async () => 7)).toBe(7)
    const mine = new Error('mine')
    await expect(engine.transaction(() => Promise.reject(mine))).rejects.toBe(mine)
    await engine.transaction(async (tx) => tx.rollback())
    expect(network.passed.client).toBe(client)
  })

  test('whatever comes first is inside: a statement, savepoints, batches, streams, COPY', async () => {
    const firsts: Readonly<Record<string, (tx: Parameters<Parameters<Engine['transaction']>[0]>[0]) => Promise<unknown>>> = {
      statement: (tx) => tx.execute(add(1)),
      savepoint: (tx) => tx.savepoint((inner) => inner.execute(add(1))),
      pipeline: (tx) => tx.pipeline([add(1), sql`select 1`]),
      stream: async (tx) => {
        for await (const _ of tx.stream(sql`insert into items values (1, 1) returning id`.returns({ id: integer() })));
      },
      copy: (tx) => tx.bulkInsert(items, [{ id: 1, n: 1 }], { method: 'copy' }),
      values: (tx) => tx.bulkInsert(items, [{ id: 1, n: 1 }], { method: 'values' }),
    }
    const mine = new Error('mine')
    for (const [name, first] of Object.entries(firsts)) {
      const failing = engine.transaction(async (tx) => {
        await first(tx)
        expect(await tx.scalars(select(items.id).from(items))).toEqual([1])
        throw mine
      })
      await expect(failing).rejects.toBe(mine)
      expect([name, await ids()]).toEqual([name, []])
      await engine.transaction(async (tx) => {
        await first(tx)
        await tx.execute(add(2))
      })
      expect([name, await ids()]).toEqual([name, [1, 2]])
      await engine.execute(sql`delete from items`)
    }
  })

  test('isolation and reading only go along, and a first statement that fails leaves nothing open', async () => {
    const level = sql`select current_setting('transaction_isolation') || current_setting('transaction_read_only') as level`
    const seen = await engine.transaction((tx) => tx.scalar(level), { isolation: 'repeatable read', readOnly: true })
    expect(seen).toBe('repeatable readon')
    await engine.execute(add(1))
    await expect(engine.transaction((tx) => tx.execute(add(1)))).rejects.toBeInstanceOf(UniqueViolationError)
    await idle()
    const swallowed = engine.transaction(async (tx) => {
      await tx.execute(add(1)).catch(() => {})
      await tx.execute(add(2))
    })
    await expect(swallowed).rejects.toThrow('current transaction is aborted')
    await expect(engine.transaction((tx) => tx.execute(sql`select ${'\0'}`))).rejects.toThrow()
    expect(await ids()).toEqual([1])
    await idle()
  })

  test('begun by hand it goes out by itself, and where somebody looks', async () => {
    const connection = await engine.connect()
    const { client } = network.passed
    const tx = await connection.begin()
    expect(network.passed.client).toBeGreaterThan(client)
    await tx.rollback()
    await connection.close()
    const seen: string[] = []
    const off = engine.on('query', ({ sql: text }) => seen.push(text))
    await engine.transaction((inner) => inner.execute(sql`select 1`))
    off()
    expect(seen).toEqual(['BEGIN', 'select 1', 'COMMIT'])
  })

  test('a first statement that is cancelled was inside', async () => {
    const cancelled = engine.transaction(async (tx) => {
      const late = sql`insert into items select 1, 1 from pg_sleep(10)`
      await expect(tx.execute(late, { timeout: 50 })).rejects.toThrow('timed out')
      await tx.execute(add(2))
    })
    await expect(cancelled).rejects.toThrow('current transaction is aborted')
    expect(await ids()).toEqual([])
    await idle()
  })

  test('where nothing runs for too long, there is nothing to roll back', async () => {
    await using hasty = createEngine(database.url, { idleInTransactionTimeout: 30, pool: { size: 1, maxOverflow: 0 } })
    const slow = hasty.transaction(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 120))
      await tx.execute(add(1))
    })
    await expect(slow).rejects.toThrow('the transaction was ended by the server')
    expect(await ids()).toEqual([])
    await hasty.execute(add(3))
    expect(await ids()).toEqual([3])
  })

  async function opened(): Promise<DriverConnection & AsyncDisposable> {
    const { hostname, port, username, password, pathname } = new URL(database.url)
    const options = { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1) }
    const connection = await pgDriver(options).connect(new AbortController().signal)
    return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
  }

  test('where BEGIN is refused, the statement beside it is not run', async () => {
    await using connection = await opened()
    const request = { text: 'insert into items values (1, 1)', values: [], returnsRows: false, wide: false, prepare: true }
    const ways: readonly (() => Promise<unknown>)[] = [
      async () => connection.execute(request),
      () => connection.script(request.text),
      () => connection.pipeline!([request, request]),
      async () => connection.stream(request, 1)[Symbol.asyncIterator]().next(),
    ]
    for (const way of ways) {
      connection.beginWithNext!('BEGIN ISOLATION LEVEL NONSENSE')
      expect(connection.status()).toBe('open')
      const refused = await way().catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(BeginRefused)
      expect(refused).toMatchObject({ text: 'BEGIN ISOLATION LEVEL NONSENSE', cause: { code: '42601' } })
      expect(connection.status()).toBe('idle')
      expect(await ids()).toEqual([])
    }
    connection.beginWithNext!('BEGIN')
    const late = connection.script('SELECT pg_sleep(20)')
    await Promise.all([connection.cancel(), expect(late).rejects.toMatchObject({ cause: { code: '57014' } })])
    await connection.reset('rollback')
    connection.beginWithNext!('BEGIN')
    await connection.execute(request)
    expect([connection.status(), connection.notBegun!()]).toEqual(['open', false])
    await connection.script('ROLLBACK')
    connection.beginWithNext!('BEGIN')
    await connection.reset('rollback')
    await connection.execute(request)
    expect([connection.status(), await ids()]).toEqual(['idle', [1]])
  })
})
