/** Rows are made while they arrive, where the driver can: what goes wrong then must look as if it were done at the end. */
import { bigint, createEngine, type Engine, integer, literal, metadata, type QuernError, select, table, text } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const stored = table('many_rows', { id: integer().primaryKey(), n: bigint(), label: text() })
const declared = table('many_rows', { id: integer().primaryKey(), n: bigint({ mode: 'number' }), label: text() })
const coded = table('many_rows', {
  id: integer().primaryKey(),
  label: text().codec({
    encode: (value: string) => value,
    decode: (raw: string) => {
      if (raw === 'label 150') throw new Error('no such label')
      return raw.length
    },
  } as never),
})

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { pool: { size: 1, maxOverflow: 0 } })
    await metadata({ stored }).createAll(engine)
    const rows = Array.from({ length: 300 }, (_, i) => ({
      id: i,
      n: i === 150 ? 2n ** 60n : BigInt(i),
      label: i % 7 === 0 ? null : `label ${i}`,
    }))
    await engine.bulkInsert(stored, rows)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('many rows are all there, in order, with their NULLs', async () => {
    const rows = await engine.all(select(stored).orderBy(stored.id.asc()))
    expect(rows).toHaveLength(300)
    for (const [i, row] of rows.entries())
      expect(row).toEqual({ id: i, n: i === 150 ? 2n ** 60n : BigInt(i), label: i % 7 === 0 ? null : `label ${i}` })
  })

  test('a value that cannot be read, in the middle of many, fails the call and nothing else', async () => {
    await engine.transaction(async (tx) => {
      const failure = await tx.all(select(declared).orderBy(declared.id.asc())).catch((error: QuernError) => error)
      expect(failure).toMatchObject({ name: 'QuernError', code: 'VALUE_OUT_OF_RANGE' })
      // neither the transaction nor the connection has heard of it
      expect(await tx.scalar(select({ one: literal(1, integer()) }))).toBe(1)
    })
    await expect(engine.all(select(coded))).rejects.toThrow('no such label')
    expect(await engine.all(select({ id: coded.id }).from(coded))).toHaveLength(300)
  })

  test.each([10, 100, 1_000])('nor does a stream yield anything for it; those before it come, %i at a time', async (batchSize) => {
    await engine.transaction(async (tx) => {
      const ids: number[] = []
      const read = async () => {
        for await (const { id } of tx.stream(select(declared).orderBy(declared.id.asc()), { batchSize })) ids.push(id)
      }
      await expect(read()).rejects.toMatchObject({ name: 'QuernError', code: 'VALUE_OUT_OF_RANGE' })
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => i))
      expect(ids.length).toBeLessThanOrEqual(150)
      if (batchSize === 10) expect(ids.length).toBeGreaterThanOrEqual(80)
      expect(await tx.scalar(select({ one: literal(1, integer()) }))).toBe(1)
    })
  })

  test('a key called __proto__ is a key like any other', async () => {
    const rows = await engine.all(
      select({ ['__proto__']: stored.id, 'a "b"\n': stored.n })
        .from(stored)
        .where(stored.id.lt(3))
        .orderBy(stored.id.asc()),
    )
    expect(rows.map((row) => Object.entries(row))).toEqual(
      [0, 1, 2].map((i) => [
        ['__proto__', i],
        ['a "b"\n', BigInt(i)],
      ]),
    )
  })

  test('status tells how many statements are kept prepared, at most as many as the option says', async () => {
    const small = createEngine(database.url, { pool: { size: 1, maxOverflow: 0 }, statementCache: 5 })
    try {
      expect(small.status()).toMatchObject({ prepared: 0 })
      await small.all(select(stored).where(stored.id.eq(1)))
      const { prepared } = small.status()
      expect(prepared).toBeGreaterThan(0)
      await small.all(select(stored).where(stored.id.eq(2)))
      expect(small.status()).toMatchObject({ prepared })
      for (let i = 0; i < 12; i++)
        await small.all(
          select(stored)
            .where(stored.id.gt(290))
            .limit(1)
            .offset(0)
            .orderBy(...Array(i).fill(stored.id.asc())),
        )
      expect(small.status()).toMatchObject({ prepared: 5 })
    } finally {
      await small.close()
    }
  })
})
