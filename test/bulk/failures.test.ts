/** A bulk call that fails leaves nothing behind, says which row it was, and gives the connection back clean. */
import {
  type BulkMethod,
  CompileError,
  createEngine,
  type Engine,
  type Executor,
  InvalidValueError,
  integer,
  NotNullViolationError,
  QueryCanceledError,
  select,
  sql,
  table,
  text,
  UniqueViolationError,
  varchar,
} from 'quern'
import { type Dialect, dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { numbers } from './wide-table.js'

/** Less strict than the table itself, so that the server is the one who refuses. */
const things = table('things', { id: integer().primaryKey(), code: text(), short: varchar(20) })
const row = (id: number) => ({ id, code: `code ${id}`, short: 'x' })

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const dialect = dialectOf(target)

  beforeAll(async () => {
    database = await freshDatabase(target)
    // one connection: what a failed call left on it would meet the next one
    engine = createEngine(database.url, { pool: { size: 1, maxOverflow: 0 } })
    await engine.execute(
      sql`create table things (id integer primary key, code varchar(50) not null unique, short varchar(5), constraint long_enough check (length(short) < 6))`,
    )
  })
  afterEach(async () => {
    expect(await count()).toBe(0)
    await engine.bulkInsert(things, numbers(300).map(row))
    expect(await count()).toBe(300)
    await engine.execute(sql`delete from things`)
    expect(engine.status()).toMatchObject({ used: 0 })
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })
  const count = async (on: Executor = engine) => Number(await on.scalar(sql`select count(*) from things`))
  const failing = (work: PromiseLike<unknown>): Promise<any> =>
    Promise.resolve(work).then(
      () => {
        throw new Error('it did not fail')
      },
      (error) => error,
    )
  const methods = (
    {
      postgres: ['auto', 'copy', 'unnest', 'values'],
      mysql: ['auto', 'load', 'values'],
      mariadb: ['auto', 'load', 'values'],
      sqlite: ['auto', 'values'],
    } satisfies Record<Dialect, BulkMethod[]>
  )[dialect]

  test.each(methods)('a duplicate in the middle, method %s', async (method) => {
    const rows = numbers(3_000).map(row)
    rows[2_100] = { ...rows[2_100]!, code: 'code 7' }
    const error = await failing(engine.bulkInsert(things, rows, { method }))
    expect(error).toBeInstanceOf(UniqueViolationError)
    expect(error.row).toBe(2_100)
  })

  test.each(methods)('NULL into NOT NULL and text too long, method %s: no server makes a value of it', async (method) => {
    const rows: any[] = numbers(2_500).map(row)
    rows[2_222] = { id: 2_222, code: null, short: 'x' }
    const error = await failing(engine.bulkInsert(things, rows, { method }))
    expect(error).toBeInstanceOf(NotNullViolationError)
    expect(error.row).toBe(2_222)
    rows[2_222] = { ...row(2_222), short: 'too long' }
    expect(await failing(engine.bulkInsert(things, rows, { method }))).toMatchObject({
      row: 2_222,
      name: dialect === 'sqlite' ? 'CheckViolationError' : 'DataError',
    })
  })

  test('NULL into NOT NULL at row 99,999', async () => {
    function* rows() {
      for (let i = 0; i < 100_000; i++) yield i === 99_999 ? { id: i, code: null } : { id: i, code: `c${i}` }
    }
    expect(await failing(engine.bulkInsert(things, rows()))).toMatchObject({ name: 'NotNullViolationError', row: 99_999 })
  })

  test('a value that the column cannot hold, a key that is no column: the row is told, and its values are not', async () => {
    const rows: any[] = numbers(9_000).map(row)
    rows[8_500] = { ...row(8_500), id: 'secret' }
    const error = await failing(engine.bulkInsert(things, rows))
    expect(error).toBeInstanceOf(InvalidValueError)
    expect(error).toMatchObject({ row: 8_500 })
    expect(error.message).not.toContain('secret')
    rows[8_500] = JSON.parse('{"id":1,"code":"a","__proto__":{"short":"x"}}')
    expect(await failing(engine.bulkInsert(things, rows))).toMatchObject({ name: 'CompileError', row: 8_500 })
  })

  test('onError: collect leaves out what fails, by the program and by the server, and names it', async () => {
    const rows: any[] = numbers(3_000).map(row)
    rows[5] = { ...row(5), id: 1.5 }
    rows[1_000] = { ...row(1_000), code: 'code 0' }
    rows[2_001] = { id: 2_001, code: null }
    rows[2_999] = { ...row(2_999), id: 3 }
    const result = await engine.bulkInsert(things, rows, { onError: 'collect' })
    expect(result.rowCount).toBe(2_996)
    expect(result.failures.map(({ index, error }) => [index, error.name]).sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [5, 'InvalidValueError'],
      [1_000, 'UniqueViolationError'],
      [2_001, 'NotNullViolationError'],
      [2_999, 'UniqueViolationError'],
    ])
    expect(await count()).toBe(2_996)
    const updates: any[] = numbers(1_000, 2_000).map((id) => ({ id, code: `new ${id}` }))
    updates[500] = { id: 2_500, code: 'code 4' }
    const changed = await engine.bulkUpdate(things, updates, { onError: 'collect' })
    expect([changed.rowCount, changed.failures.map(({ index }) => index)]).toEqual([997, [500]])
    await engine.execute(sql`delete from things`)
  })

  test.each([
    ['an array', (rows: any[]) => rows],
    [
      'an async source',
      async function* (rows: any[]) {
        for (const one of rows) yield one
      },
    ],
  ])('streams that are refused do not disturb the rows of the next ones, from %s', async (_, source) => {
    const rows: any[] = numbers(11_000).map((id) => ({ id, code: `code ${id} ${'ü'.repeat(id % 40)}`, short: 'x' }))
    const twice = [2_000, 4_100, 7_300, 9_999]
    for (const at of twice) rows[at] = { ...rows[at], code: rows[1].code }
    const { rowCount, failures } = await engine.bulkInsert(things, source(rows), { onError: 'collect' })
    expect([rowCount, failures.map(({ index }) => index)]).toEqual([10_996, twice])
    const found = await engine.all(select(things).orderBy(things.id.asc()))
    expect(found).toEqual(rows.filter(({ id }) => !twice.includes(id)))
    await engine.execute(sql`delete from things`)
  })

  test.each([
    ['at once', 0],
    ['while rows are on their way', 6_500],
  ])('a source that throws %s', async (_, at) => {
    async function* broken() {
      for (let i = 0; i < 20_000; i++) {
        if (i === at) throw new RangeError('the source broke')
        yield row(i)
      }
    }
    expect(await failing(engine.bulkInsert(things, broken()))).toMatchObject({ name: 'RangeError', message: 'the source broke' })
  })

  test('a signal ends a call that waits for its source for ever, and closes the source', async () => {
    const closed: string[] = []
    async function* waiting() {
      try {
        for (let i = 0; i < 9_000; i++) yield row(i)
        await new Promise((resolve) => setTimeout(resolve, 300))
        yield row(9_000)
      } finally {
        closed.push('closed')
      }
    }
    const error = await failing(engine.bulkInsert(things, waiting(), { signal: AbortSignal.timeout(150) }))
    expect(error).toBeInstanceOf(QueryCanceledError)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(closed).toEqual(['closed'])
  })

  test('a signal between statements, and one that was there before', async () => {
    const aborter = new AbortController()
    const rows = numbers(20_000).map(row)
    const error = await failing(
      engine.bulkInsert(things, rows, {
        signal: aborter.signal,
        batchSize: 1_000,
        onProgress: ({ rows: n }) => n >= 5_000 && aborter.abort(),
      }),
    )
    expect(error).toBeInstanceOf(QueryCanceledError)
    expect(await failing(engine.bulkInsert(things, rows, { signal: AbortSignal.abort() }))).toBeInstanceOf(QueryCanceledError)
  })

  test('a transaction that holds a failed call goes on', async () => {
    await engine.transaction(async (tx) => {
      await tx.bulkInsert(things, numbers(500).map(row))
      for (const method of methods)
        expect(await failing(tx.bulkInsert(things, numbers(2_000, 499).map(row), { method }))).toMatchObject({
          name: 'UniqueViolationError',
          row: 0,
        })
      expect(await count(tx)).toBe(500)
      await tx.bulkDelete(things, numbers(500))
      expect(await count(tx)).toBe(0)
    })
  })

  test('misuse is refused in a sentence before anything is sent', async () => {
    const sent: string[] = []
    engine.on('query', ({ sql: text }) => sent.push(text))
    const cases: [() => PromiseLike<unknown>, RegExp][] = [
      [() => engine.bulkInsert(things, [row(1)], { method: 'fast' as never }), /^bulkInsert on \w+ has no method "fast"; it takes auto, /],
      [() => engine.bulkUpdate(things, [{ id: 1 }]), /^bulkUpdate\(things\): row 0 names no column to change$/],
      [() => engine.bulkUpdate(things, [{ code: 'x' }]), /row 0 lacks id, which says which row is meant$/],
      [() => engine.bulkDelete(things, [null]), /id is the key, and NULL is no key$/],
      [() => engine.bulkDelete(things, [row(1)]), /^bulkDelete\(things\): row 0 has more than the key/],
      [() => engine.bulkUpsert(things, [row(1)], { by: ['id'] as never }), /^bulkUpsert's by takes columns of things: id, code, short$/],
      [() => engine.bulkInsert(things, [row(1)], { onError: 'skip' as never }), /^onError is 'throw' or 'collect', not "skip"$/],
    ]
    for (const [work, sentence] of cases) {
      const error = await failing(work())
      expect(error).toBeInstanceOf(CompileError)
      expect(error.message).toMatch(sentence)
    }
    expect(sent).toEqual([])
  })

  // SQLite runs on this thread: nothing can end a statement there
  if (target === 'sqlite') return
  test.each([
    ['auto', 3_000],
    ['values', 10],
  ] as const)(
    'statementTimeout ends a call that waits for the server, and none that waits for its source; method %s',
    async (method, many) => {
      const other = createEngine(database.url)
      const limited = createEngine(database.url, { pool: { size: 1, maxOverflow: 0 }, statementTimeout: 200 })
      async function* slow() {
        for (let i = 0; i < many; i++) {
          if (i === many / 2) await new Promise((resolve) => setTimeout(resolve, 300))
          yield row(i)
        }
      }
      try {
        await using held = await other.connect()
        const tx = await held.begin()
        await tx.execute(sql`insert into things values (5, 'held', 'x')`)
        const error = await failing(limited.bulkInsert(things, numbers(many).map(row), { method }))
        expect(error).toBeInstanceOf(QueryCanceledError)
        expect(error.message).toContain('timed out after 200 ms')
        await tx.rollback()
        expect((await limited.bulkInsert(things, slow(), { method })).rowCount).toBe(many)
        await limited.execute(sql`delete from things`)
        expect(limited.status()).toMatchObject({ used: 0 })
      } finally {
        await limited.close()
        await other.close()
      }
    },
  )
})
