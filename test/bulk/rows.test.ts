/** What bulk calls write is what single statements would have written, whichever way the rows go. */
import {
  createEngine,
  customType,
  type Engine,
  insertInto,
  integer,
  metadata,
  select,
  sql,
  table,
  text,
  time,
  timestamp,
  UnsupportedFeatureError,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { numbers, raggedRow, stored, wide, wideRow } from './wide-table.js'

const keyed = table('keyed', {
  id: integer().primaryKey().identity(),
  code: varchar(20).notNull().unique(),
  n: integer(),
  note: text().default('-'),
})
const single = table('single', { code: varchar(20).primaryKey(), n: integer(), m: integer() })
const stamped = table('stamped', {
  id: integer().primaryKey(),
  n: integer().defaultFn(() => 7),
  by: varchar(10).onUpdateFn(() => 'bulk'),
  tag: varchar(10).onUpdate('later'),
})
const own = table('own', { id: integer().primaryKey(), code: customType<string>('varchar(20)') })

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  let sent: string[] = []
  const dialect = target === 'postgres15' ? 'postgres' : target
  const returnsUpdates = dialect === 'postgres' || dialect === 'sqlite'

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await metadata({ wide, keyed, single, stamped, own }).createAll(engine)
    engine.on('query', ({ sql: text }) => sent.push(text))
  })
  beforeEach(async () => {
    for (const name of ['wide', 'keyed', 'single', 'stamped', 'own']) await engine.execute(sql`delete from ${sql.identifier(name)}`)
    sent = []
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })
  const all = () => engine.all(select(wide).orderBy(wide.id))

  const methods = {
    postgres: ['auto', 'copy', 'unnest', 'values'],
    mysql: ['auto', 'load', 'values'],
    mariadb: ['auto', 'load', 'values'],
    sqlite: ['auto', 'values'],
  } as const
  const word = {
    copy: /^COPY/,
    load: /^LOAD DATA LOCAL/,
    unnest: /unnest\(/,
    values: / VALUES /,
    auto: { postgres: /^COPY/, mysql: /^LOAD/, mariadb: /^LOAD/, sqlite: / VALUES / }[dialect],
  }

  test.each(methods[dialect])('2,500 rows of ten types, method %s', async (method) => {
    const rows = numbers(2_500).map(wideRow)
    const progress: number[] = []
    const result = await engine.bulkInsert(wide, rows, { method, onProgress: ({ rows: done, total }) => progress.push(done, total!) })
    expect(result).toEqual({ rowCount: 2_500, rows: [], failures: [] })
    expect(sent.some((text) => word[method].test(text))).toBe(true)
    expect(sent.filter((text) => text.startsWith('ROLLBACK'))).toEqual([])
    expect(await all()).toEqual(stored(rows))
    expect(progress.at(-2)).toBe(2_500)
    expect(progress.at(-1)).toBe(2_500)
  })

  test('rows with different keys keep their defaults, from a generator that waits', async () => {
    async function* slowly() {
      for (const i of numbers(1_500)) {
        if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
        yield raggedRow(i)
      }
    }
    expect((await engine.bulkInsert(wide, slowly())).rowCount).toBe(1_500)
    expect(await all()).toEqual(stored(numbers(1_500).map(raggedRow)))
  })

  test('rows with SQL in them, rows without a column, a function for a default, no rows', async () => {
    const rows = [
      { code: 'a', n: 1 },
      { code: 'b', n: sql<number>`1 + ${2}` },
      { code: 'c', note: 'x' },
    ]
    await engine.bulkInsert(keyed, rows)
    expect(await engine.all(select(keyed.code, keyed.n, keyed.note).from(keyed).orderBy(keyed.code))).toEqual([
      { code: 'a', n: 1, note: '-' },
      { code: 'b', n: 3, note: '-' },
      { code: 'c', n: null, note: 'x' },
    ])
    await engine.bulkInsert(
      stamped,
      numbers(300).map((id) => (id % 2 ? { id } : { id, n: id })),
    )
    expect(await engine.scalar(sql`select sum(n) from stamped`.returns({ s: integer() }))).toBe(150 * 7 + 2 * ((149 * 150) / 2))
    sent = []
    expect(await engine.bulkInsert(keyed, [])).toEqual({ rowCount: 0, rows: [], failures: [] })
    expect(sent).toEqual([])
  })

  test('RETURNING is in the order of the rows: keys shuffled, other writers between', async () => {
    if (dialect === 'mysql') {
      await expect(engine.bulkInsert(wide, [wideRow(1)], { returning: true })).rejects.toThrow(UnsupportedFeatureError)
      return
    }
    const count = 2_000
    // 7,919 is prime, so that this is every number once
    const rows = numbers(count).map((i) => ({ code: `c${(i * 7919) % count}`, ...(i % 3 === 0 ? {} : { n: i }) }))
    let going = true
    const writer = (async () => {
      for (let i = 0; going && dialect !== 'sqlite'; i++) await engine.execute(insertInto(keyed).values({ code: `w${i}` }))
    })()
    const seen: { id: number; code: string; n: number | null }[] = []
    for await (const row of engine.bulkInsert(keyed, rows, { returning: [keyed.id, keyed.code, keyed.n], batchSize: 300 })) seen.push(row)
    going = false
    await writer
    expect(seen.map(({ code, n }) => ({ code, n }))).toEqual(rows.map(({ code, n }) => ({ code, n: n ?? null })))
    const ids = new Map((await engine.all(select(keyed))).map(({ id, code }) => [code, id]))
    expect(seen.every(({ id, code }) => ids.get(code) === id)).toBe(true)
  })

  test('a loop over returned rows that is left early writes nothing', async () => {
    if (dialect === 'mysql') return
    for await (const { id } of engine.bulkInsert(wide, numbers(2_000).map(wideRow), { returning: [wide.id], batchSize: 100 }))
      if (id === 250) break
    expect(await all()).toEqual([])
  })

  test.each([undefined, 150])('bulkUpdate of 2,500 rows of ten types, %s rows a statement', async (batchSize) => {
    await engine.bulkInsert(wide, numbers(2_500).map(wideRow))
    const changed = numbers(2_500).map((id) => ({ ...wideRow(id + 7_000), id }))
    sent = []
    const result = await engine.bulkUpdate(wide, changed, { by: [wide.id], ...(batchSize && { batchSize }) })
    expect(result).toEqual({ rowCount: 2_500, rows: [], failures: [] })
    expect(sent.some((text) => text.startsWith('LOAD DATA'))).toBe(staged && batchSize === undefined)
    expect(sent.some((text) => text.startsWith('INSERT INTO `quern_staging'))).toBe(staged && batchSize === 150)
    expect(await all()).toEqual(stored(changed))
  })

  test('bulkUpdate of more rows than one VALUES takes, with a type that no stream takes', async () => {
    await engine.bulkInsert(
      own,
      numbers(1_300).map((id) => ({ id, code: 'old' })),
    )
    const changed = numbers(1_300).map((id) => ({ id, code: `c${id}` }))
    expect((await engine.bulkUpdate(own, changed)).rowCount).toBe(1_300)
    expect(sent.some((text) => /LOAD DATA.*quern_staging/.test(text))).toBe(false)
    expect(await engine.all(select(own).orderBy(own.id))).toEqual(changed)
  })

  test('a table made anew with other types, by texts that are prepared already', async () => {
    const moments = table('anew', { id: integer().primaryKey(), v: timestamp({ precision: 6, mode: 'string' }) })
    const times = table('anew', { id: integer().primaryKey(), v: time({ precision: 6 }) })
    const filled = async (of: typeof moments | typeof times, v: string, update: string) => {
      await metadata({ of }).createAll(engine)
      const rows = (v: string) => numbers(5).map((id) => ({ id, v }))
      const read = async () => (await engine.all(select(of).orderBy(of.id))).map((row) => row.v)
      await engine.bulkInsert(of as typeof moments, rows(v), { method: 'values' })
      expect(await read()).toEqual(Array(5).fill(v))
      await engine.bulkUpdate(of as typeof moments, rows(update))
      expect(await read()).toEqual(Array(5).fill(update))
      await engine.execute(sql`drop table anew`)
    }
    await filled(moments, '2020-01-02 03:04:05', '2021-01-02 03:04:05')
    await filled(times, '00:00:00.000009', '12:00:00.5')
    await filled(moments, '2020-01-02 03:04:05', '2021-01-02 03:04:05')
  })

  const staged = dialect === 'mysql' || dialect === 'mariadb'
  const createdStages = () => sent.flatMap((text) => /CREATE TEMPORARY TABLE \S+( ENGINE = \w+)?/.exec(text)?.slice(1) ?? [])

  test('the temporary table is kept in memory; where it does not fit, or has columns that memory does not take, elsewhere', async () => {
    await engine.execute(sql`create table narrow (id integer primary key, body text, n integer)`)
    // one text that is a TEXT in truth, and one that says so
    const narrow = table('narrow', { id: integer().primaryKey(), body: varchar(100), n: integer() })
    const told = table('narrow', { id: integer().primaryKey(), body: text(), n: integer() })
    await engine.bulkInsert(
      narrow,
      numbers(1_000).map((id) => ({ id, body: 'b', n: 0 })),
    )
    const read = () => engine.all(select(narrow).orderBy(narrow.id))
    const changed = numbers(1_000).map((id) => ({ id, body: `body ${id}`, n: id * 2 }))
    const kept = dialect === 'mariadb' ? ' ENGINE = Aria' : undefined
    sent = []
    expect((await engine.bulkUpdate(narrow, changed)).rowCount).toBe(1_000)
    expect(createdStages()).toEqual(staged ? [' ENGINE = MEMORY', undefined] : [])
    expect(await read()).toEqual(changed)
    sent = []
    const again = changed.map((row) => ({ ...row, body: `again ${row.id}` }))
    expect((await engine.bulkUpdate(told, again)).rowCount).toBe(1_000)
    expect(createdStages()).toEqual(staged ? [kept] : [])
    expect(await read()).toEqual(again)
    await engine.execute(sql`drop table narrow`)
  })

  test('a temporary table that fills the memory that the server lets it have is made anew elsewhere', async () => {
    await engine.bulkInsert(
      single,
      numbers(3_000).map((n) => ({ code: `c${n}`, n, m: 0 })),
    )
    await engine.transaction(async (tx) => {
      if (staged) await tx.execute(sql`set session max_heap_table_size = 16384`)
      const changes = numbers(3_000).map((n) => ({ code: `c${n}`, m: n }))
      sent = []
      expect((await tx.bulkUpdate(single, changes, { batchSize: 2_000 })).rowCount).toBe(3_000)
      expect(createdStages()).toEqual(staged ? [' ENGINE = MEMORY', undefined] : [])
      if (staged) await tx.execute(sql`set session max_heap_table_size = default`)
    })
    const { rows } = await engine.execute(select({ n: single.n, m: single.m }).from(single))
    expect(rows).toHaveLength(3_000)
    expect(rows.filter(({ n, m }) => n !== m)).toEqual([])
  })

  test('tables of two calls on one connection at once, and of the next call, do not meet', async () => {
    await engine.bulkInsert(
      single,
      numbers(600).map((n) => ({ code: `c${n}`, n, m: 0 })),
    )
    await engine.bulkInsert(
      stamped,
      numbers(600).map((id) => ({ id, n: 0 })),
    )
    await engine.transaction(async (tx) => {
      const both = await Promise.all([
        tx.bulkUpdate(
          single,
          numbers(600).map((n) => ({ code: `c${n}`, m: n })),
          { batchSize: 150 },
        ),
        tx.bulkUpdate(
          stamped,
          numbers(600).map((id) => ({ id, n: id + 1 })),
          { batchSize: 250 },
        ),
      ])
      expect(both.map(({ rowCount }) => rowCount)).toEqual([600, 600])
      expect((await tx.bulkDelete(single, ['c1', 'c2', 'gone'])).rowCount).toBe(2)
    })
    expect((await engine.all(select({ n: single.n, m: single.m }).from(single))).filter(({ n, m }) => n !== m)).toEqual([])
    expect((await engine.all(select({ id: stamped.id, n: stamped.n }).from(stamped))).filter(({ id, n }) => n !== id + 1)).toEqual([])
  })

  test('bulkUpdate: other columns per row, the last of one key wins, unknown keys change nothing', async () => {
    const rows = numbers(3_000).map(wideRow)
    await engine.bulkInsert(wide, rows)
    const changes = [
      ...numbers(3_000).map((id) =>
        id % 2 ? { id, name: `new ${id}`, data: { i: -id, words: [] }, bytes: new Uint8Array([1]) } : { id, price: '1.5', note: null },
      ),
      { id: 1, name: 'first' },
      { id: 1, name: 'second', price: '9' },
      { id: 1, name: 'third' },
      { id: 5_000_000, name: 'nobody' },
    ]
    const expected = new Map<number, any>(rows.map((row) => [row.id, row]))
    for (const change of changes) if (expected.has(change.id)) expected.set(change.id, { ...expected.get(change.id), ...change })
    expect((await engine.bulkUpdate(wide, changes, { by: [wide.id] })).rowCount).toBe(3_003)
    expect(await all()).toEqual(stored([...expected.values()]))
  })

  test('bulkUpdate sets what every update sets, takes SQL, and returns rows in order', async () => {
    await engine.bulkInsert(
      stamped,
      numbers(500).map((id) => ({ id })),
    )
    const changes = numbers(500).map((i) => ({ id: (i * 7919) % 500, n: i }))
    const returned = await engine.bulkUpdate(stamped, changes, returnsUpdates ? { returning: [stamped.id, stamped.n] } : {})
    if (returnsUpdates) expect(returned.rows).toEqual(changes)
    await engine.bulkUpdate(stamped, [{ id: 3, n: stamped.n.add(1000) }])
    const after = await engine.all(select(stamped).where(stamped.id.lt(4)).orderBy(stamped.id))
    const n = (id: number) => changes.find((change) => change.id === id)!.n + (id === 3 ? 1000 : 0)
    expect(after).toEqual([0, 1, 2, 3].map((id) => ({ id, n: n(id), by: 'bulk', tag: 'later' })))
  })

  test('keys that only the server knows to be equal: the last one still wins', async () => {
    const folds = dialect === 'mysql' || dialect === 'mariadb'
    await engine.bulkInsert(single, [
      { code: 'a', n: 0 },
      { code: 'b', n: 0 },
    ])
    const changes = [
      ...numbers(100).flatMap((n) => [
        { code: 'a', n },
        { code: 'A', n: -n },
      ]),
      { code: 'B', m: 1 },
      { code: 'b', n: 5 },
    ]
    await engine.bulkUpdate(single, changes)
    expect(await engine.all(select(single).orderBy(single.code))).toEqual([
      { code: 'a', n: folds ? -99 : 99, m: null },
      { code: 'b', n: 5, m: folds ? 1 : null },
    ])
  })

  test('bulkUpsert: new rows, old rows, the last of one key', async () => {
    await engine.bulkInsert(
      single,
      numbers(1_500).map((i) => ({ code: `c${i}`, n: i, m: i })),
    )
    const rows = [
      ...numbers(2_000, 1_000).map((i) => ({ code: `c${i}`, n: -i, m: -i })),
      { code: 'c1', n: 1, m: 1 },
      { code: 'c1', n: 2, m: 2 },
    ]
    const result = await engine.bulkUpsert(single, rows, { by: [single.code], update: [single.n] })
    expect(result.rowCount).toBe(2_002)
    const found = new Map((await engine.all(select(single))).map(({ code, n, m }) => [code, [n, m]]))
    expect(found.size).toBe(3_000)
    expect([found.get('c0'), found.get('c1'), found.get('c1200'), found.get('c2999')]).toEqual([
      [0, 0],
      [2, 1],
      [-1200, 1200],
      [-2999, -2999],
    ])
  })

  test('onConflict: left alone, overwritten, and refused where the server cannot tell the key', async () => {
    await engine.bulkInsert(keyed, [
      { code: 'a', n: 1 },
      { code: 'b', n: 1 },
    ])
    const rows = [
      { code: 'b', n: 2 },
      { code: 'c', n: 2 },
      { code: 'd', n: 2 },
      { code: 'd', n: 3 },
    ]
    await engine.bulkInsert(keyed, rows, { onConflict: 'nothing' })
    const codes = () => engine.all(select(keyed.code, keyed.n).from(keyed).orderBy(keyed.code))
    expect(await codes()).toEqual([
      { code: 'a', n: 1 },
      { code: 'b', n: 1 },
      { code: 'c', n: 2 },
      { code: 'd', n: 2 },
    ])
    // the identity key is left to the server, so that the code is the only key to meet
    await engine.bulkInsert(keyed, rows, { onConflict: { target: [keyed.code], update: [keyed.n] } })
    expect(await codes()).toEqual([
      { code: 'a', n: 1 },
      { code: 'b', n: 2 },
      { code: 'c', n: 2 },
      { code: 'd', n: 3 },
    ])
    const both = engine.bulkInsert(keyed, [{ id: 900, code: 'x' }], { onConflict: { target: [keyed.code], update: [keyed.n] } })
    if (dialect === 'mysql' || dialect === 'mariadb') await expect(both).rejects.toThrow(UnsupportedFeatureError)
    else await both
  })

  test('bulkUpsert sets what every update sets, by each way', async () => {
    await engine.bulkInsert(stamped, [{ id: 1 }, { id: 2 }, { id: 3 }])
    const rows = [
      { id: 1, n: 10 },
      { id: 2, n: sql<number>`10 + ${10}` },
      { id: 9, n: sql<number>`90` },
      { id: 10, n: 100 },
    ]
    expect((await engine.bulkUpsert(stamped, rows)).rowCount).toBe(4)
    if (dialect === 'postgres') await engine.bulkUpsert(stamped, [{ id: 3, n: 30 }], { method: 'values' })
    else await engine.bulkUpsert(stamped, [{ id: 3, n: 30 }])
    expect(await engine.all(select(stamped).orderBy(stamped.id))).toEqual([
      { id: 1, n: 10, by: 'bulk', tag: 'later' },
      { id: 2, n: 20, by: 'bulk', tag: 'later' },
      { id: 3, n: 30, by: 'bulk', tag: 'later' },
      { id: 9, n: 90, by: null, tag: null },
      { id: 10, n: 100, by: null, tag: null },
    ])
  })

  test('onConflict of rows with SQL in them: left alone, overwritten, in the order of the rows', async () => {
    await engine.bulkInsert(keyed, [{ code: 'a', n: 1 }])
    const rows = [
      { code: 'a', n: sql<number>`1 + ${1}` },
      { code: 'b', n: sql<number>`${20}` },
      { code: 'b', n: 21 },
    ]
    await engine.bulkInsert(keyed, rows, { onConflict: 'nothing' })
    const codes = () => engine.all(select(keyed.code, keyed.n).from(keyed).orderBy(keyed.code))
    expect(await codes()).toEqual([
      { code: 'a', n: 1 },
      { code: 'b', n: 20 },
    ])
    await engine.bulkInsert(keyed, rows, { onConflict: { target: [keyed.code], update: [keyed.n] } })
    expect(await codes()).toEqual([
      { code: 'a', n: 2 },
      { code: 'b', n: 21 },
    ])
  })

  test('bulkDelete by values and by rows', async () => {
    await engine.bulkInsert(wide, numbers(5_000).map(wideRow))
    expect((await engine.bulkDelete(wide, numbers(4_000), { by: [wide.id] })).rowCount).toBe(4_000)
    expect(
      (
        await engine.bulkDelete(
          wide,
          numbers(500, 4_000).map((id) => ({ id })),
        )
      ).rowCount,
    ).toBe(500)
    expect((await all()).map(({ id }) => id)).toEqual(numbers(500, 4_500))
    if (dialect === 'mysql') return
    const keys = numbers(100, 4_600).reverse()
    expect((await engine.bulkDelete(wide, keys, { returning: [wide.id] })).rows).toEqual(keys.map((id) => ({ id })))
  })

  test('no limit of parameters is met: 70,000 values and more in one call', async () => {
    const rows = numbers(7_000, 1).map(wideRow)
    await engine.bulkInsert(wide, rows, { batchSize: 7_000, method: 'values' })
    await engine.bulkUpdate(
      wide,
      rows.map(({ id, name, note }) => ({ id, name: `${name}!`, note })),
      { batchSize: 7_000 },
    )
    await engine.bulkUpsert(wide, rows, { batchSize: 7_000 })
    expect(await all()).toEqual(stored(rows))
    expect(
      (
        await engine.bulkDelete(
          wide,
          rows.map(({ id }) => ({ id })),
          { batchSize: 7_000 },
        )
      ).rowCount,
    ).toBe(7_000)
  })

  test('inside a transaction it is a savepoint of it', async () => {
    await engine
      .transaction(async (tx) => {
        await tx.bulkInsert(wide, numbers(400).map(wideRow))
        await expect(tx.bulkInsert(wide, numbers(400, 399).map(wideRow))).rejects.toMatchObject({ name: 'UniqueViolationError', row: 0 })
        await tx.execute(update(wide).set({ note: 'kept' }).where(wide.id.eq(1)))
      })
      .catch((error) => {
        throw error
      })
    expect(await all()).toHaveLength(400)
  })
})
