import { MultipleRowsError, NoRowError, OptionError, TransactionClosedError } from '@quern/engine'
import { createEngine, deleteFrom, type Engine, insertInto, integer, metadata, prepare, select, sql, table, text, update } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const people = table('people', {
  id: integer().primaryKey().identity(),
  name: text().notNull(),
  age: integer(),
})
const db = metadata({ people })

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await db.createAll(engine)
    await engine.execute(insertInto(people).values([{ name: 'Ada', age: 36 }, { name: 'Grace', age: 85 }, { name: 'Edsger' }]))
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  const byName = prepare({ name: text() }, ($) => select(people.age).from(people).where(people.name.eq($.name)))
  const names = select(people.name).from(people).orderBy(people.name.asc())

  test('all, one, oneOrNull, first, scalar, scalars', async () => {
    expect(await engine.all(names)).toEqual([{ name: 'Ada' }, { name: 'Edsger' }, { name: 'Grace' }])
    expect(await engine.scalars(names)).toEqual(['Ada', 'Edsger', 'Grace'])
    expect(await engine.scalar(names)).toBe('Ada')
    expect(await engine.first(names)).toEqual({ name: 'Ada' })
    expect(await engine.one(names.limit(1))).toEqual({ name: 'Ada' })
    expect(await engine.oneOrNull(names.limit(1))).toEqual({ name: 'Ada' })
  })

  test('without rows', async () => {
    const nobody = names.where(people.name.eq('Nobody'))
    expect(await engine.all(nobody)).toEqual([])
    expect(await engine.scalar(nobody)).toBeNull()
    expect(await engine.first(nobody)).toBeNull()
    expect(await engine.oneOrNull(nobody)).toBeNull()
    await expect(engine.one(nobody)).rejects.toThrow(NoRowError)
  })

  test('with too many rows', async () => {
    await expect(engine.one(names)).rejects.toThrow(MultipleRowsError)
    await expect(engine.oneOrNull(names)).rejects.toThrow('yields 3 rows')
  })

  test('a NULL in the first column is null', async () => {
    expect(await engine.scalar(select(people.age).from(people).where(people.name.eq('Edsger')))).toBeNull()
  })

  test('prepared statements take their values with the call', async () => {
    const age: number | null = await engine.scalar(byName, { name: 'Ada' })
    expect(age).toBe(36)
    // @ts-expect-error a prepared statement needs its parameters
    await expect(engine.scalar(byName)).rejects.toThrow('needs a value for name')
    // @ts-expect-error of the declared type
    await expect(engine.scalar(byName, { name: 1 })).rejects.toThrow()
    expect(await engine.one(byName, { name: 'Grace' }, { timeout: 10_000 })).toEqual({ age: 85 })
    expect(await engine.oneOrNull(byName, { name: 'Nobody' })).toBeNull()
  })

  test('the server tells the type of hand-written SQL, for streams too', async () => {
    const counted = select({ n: sql`count(*)` }).from(people)
    for (let i = 0; i < 2; i++) {
      expect(await engine.all(counted)).toEqual([{ n: 3 }])
      expect(await engine.scalar(sql`select count(*) from people`)).toBe(3)
      const seen: unknown[] = []
      for await (const row of engine.stream(counted)) seen.push(row)
      expect(seen).toEqual([{ n: 3 }])
    }
    await using unprepared = createEngine(database.url, { prepare: 'never' })
    expect(await unprepared.all(counted)).toEqual([{ n: 3 }])
  })

  test('execute tells how many rows changed and the generated key', async () => {
    const changed = await engine.execute(update(people).set({ age: 37 }).where(people.name.eq('Ada')))
    expect(changed).toMatchObject({ rows: [], rowCount: 1 })
    const inserted = await engine.execute(insertInto(people).values({ name: 'Barbara' }))
    expect(inserted.rowCount).toBe(1)
    if (database.dialect !== 'postgres') expect(Number(inserted.insertedId)).toBeGreaterThan(3)
    await engine.execute(sql`delete from people where name = ${'Barbara'}`)
    await engine.execute(update(people).set({ age: 36 }).where(people.name.eq('Ada')))
  })

  test('a stream yields all rows, whatever the batch', async () => {
    for (const batchSize of [1, 2, 3, 1_000]) {
      const seen: string[] = []
      for await (const { name } of engine.stream(names, { batchSize })) seen.push(name)
      expect(seen).toEqual(['Ada', 'Edsger', 'Grace'])
    }
    expect(engine.status().used).toBe(0)
  })

  test('leaving a stream early frees its connection', async () => {
    for await (const _ of engine.stream(names, { batchSize: 1 })) break
    expect(engine.status().used).toBe(0)
    expect(await engine.scalar(names)).toBe('Ada')
  })

  test('a held connection runs one statement after the other, in order', async () => {
    await using conn = await engine.connect()
    const results = await Promise.all(['Ada', 'Grace', 'Edsger'].map((name) => conn.scalar(byName, { name })))
    expect(results).toEqual([36, 85, null])
    expect(engine.status().used).toBe(1)
  })

  test('a closed connection refuses', async () => {
    const conn = await engine.connect()
    await conn.close()
    await conn.close()
    await expect(conn.all(names)).rejects.toThrow(TransactionClosedError)
    await expect(conn.begin()).rejects.toThrow('was closed')
    await expect(async () => {
      for await (const _ of conn.stream(names));
    }).rejects.toThrow(TransactionClosedError)
    expect(engine.status().used).toBe(0)
  })

  test('a script runs several statements', async () => {
    await using conn = await engine.connect()
    await conn.script('create table scripted (n integer); insert into scripted values (1); insert into scripted values (2)')
    expect(Number(await conn.scalar(sql`select count(*) from scripted`))).toBe(2)
    await conn.script('drop table scripted')
  })

  test('bulkInsert writes all rows or none, also inside a transaction', async () => {
    const rows = Array.from({ length: 1_200 }, (_, i) => ({ name: `bulk ${i}`, age: i }))
    expect(await engine.bulkInsert(people, rows)).toMatchObject({ rowCount: 1_200 })
    const broken = [...rows, { name: null as unknown as string }]
    await expect(engine.bulkInsert(people, broken)).rejects.toThrow()
    await engine.transaction(async (tx) => {
      await tx.bulkInsert(people, rows)
      await expect(tx.bulkInsert(people, broken)).rejects.toThrow()
      await tx.rollback()
    })
    const bulk = select(people.name).from(people).where(people.name.like('bulk %'))
    expect(await engine.all(bulk)).toHaveLength(1_200)
    await engine.execute(deleteFrom(people).where(people.name.like('bulk %')))
  })

  test('misspelt options are answered by name', async () => {
    await expect(engine.all(names, { timeOut: 1 } as object)).rejects.toThrow(OptionError)
    expect(engine.status().used).toBe(0)
  })

  test('createAll twice, then dropAll', async () => {
    const other = metadata({ other: table('other_table', { id: integer().primaryKey() }) })
    await other.createAll(engine)
    await other.createAll(engine)
    await engine.execute(sql`insert into other_table (id) values (1)`)
    await other.dropAll(engine)
    await expect(engine.execute(sql`select * from other_table`)).rejects.toThrow()
  })
})
