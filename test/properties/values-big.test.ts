/** Values of sixteen mebibytes, and empty ones; and what a server's packet does not hold. */
import { createHash } from 'node:crypto'
import {
  blob,
  createEngine,
  DataError,
  type Engine,
  insertInto,
  integer,
  metadata,
  nested,
  prepare,
  select,
  sql,
  table,
  text,
  update,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const mebibyte = 2 ** 20
/** Every byte, and no period that a buffer's size could hide. */
const bytes = Uint8Array.from({ length: 16 * mebibyte }, (_, i) => (i * 2654435761 + (i >>> 11)) & 255)
/** Sixteen mebibytes of UTF-8: a prime number of bytes again and again, so that no cut falls between two of them. */
const words = (() => {
  const unit = "é😀'\\\n$1?%x"
  const size = Buffer.byteLength(unit)
  const whole = unit.repeat(Math.floor((16 * mebibyte) / size))
  return whole + 'x'.repeat(16 * mebibyte - Buffer.byteLength(whole))
})()
const things = table('things', { id: integer().primaryKey(), bytes: blob(), words: text() })
const rows = [
  { id: 1, bytes, words: null },
  { id: 2, bytes: null, words },
  { id: 3, bytes: new Uint8Array(0), words: '' },
  { id: 4, bytes: null, words: null },
]
const print = (value: Uint8Array | string | null) =>
  value === null ? null : `${typeof value} ${value.length} ${createHash('sha256').update(value).digest('hex')}`
const prints = (found: readonly { id: number; bytes: Uint8Array | null; words: string | null }[]) =>
  found.map((row) => ({ id: row.id, bytes: print(row.bytes), words: print(row.words) }))
const expected = prints(rows)

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const all = select(things).orderBy(things.id)
  beforeAll(async () => {
    expect(Buffer.byteLength(words)).toBe(16 * mebibyte)
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await metadata({ things }).createAll(engine)
  })
  beforeEach(() => engine.execute(sql`delete from things`))
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('insert and select', async () => {
    for (const row of rows) await engine.execute(insertInto(things).values(row))
    expect(prints(await engine.all(all))).toEqual(expected)
    const lengths = dialectOf(target) === 'sqlite' ? sql`length(cast(words as blob))` : sql`octet_length(words)`
    expect(Number(await engine.scalar(sql`select ${lengths} from things where id = 2`))).toBe(16 * mebibyte)
  }, 120_000)

  test('both in one statement, update, a prepared statement, a stream', async () => {
    await engine.execute(insertInto(things).values({ id: 1, bytes, words }))
    await engine.execute(insertInto(things).values({ id: 2 }))
    await engine.execute(update(things).set({ bytes, words }).where(things.id.eq(2)))
    const put = prepare({ id: integer(), bytes: blob(), words: text() }, ($) =>
      insertInto(things).values({ id: $.id, bytes: $.bytes, words: $.words }),
    )
    await engine.execute(put, { id: 3, bytes, words })
    const found = []
    for await (const row of engine.stream(all)) found.push(row)
    expect(prints(found)).toEqual(prints([1, 2, 3].map((id) => ({ id, bytes, words }))))
  }, 120_000)

  test('bulk', async () => {
    await engine.bulkInsert(things, rows)
    expect(prints(await engine.all(all))).toEqual(expected)
  }, 120_000)

  test('in a condition, and inside a nested row', async () => {
    await engine.bulkInsert(things, rows)
    expect(await engine.scalars(select(things.id).from(things).where(things.bytes.eq(bytes)))).toEqual([1])
    expect(await engine.scalars(select(things.id).from(things).where(things.words.eq(words)))).toEqual([2])
    const { inside } = await engine.one(select({ inside: nested(all) }))
    expect(prints(inside)).toEqual(expected)
  }, 120_000)

  if (dialectOf(target) === 'mysql' || dialectOf(target) === 'mariadb') {
    test('what the packet does not hold is refused before it is sent, and the session goes on', async () => {
      const limit = Number(await engine.scalar(sql`select @@max_allowed_packet`))
      expect(limit).toBe(64 * mebibyte)
      const conn = await engine.connect()
      try {
        const before = conn.id
        await conn.transaction(async (tx) => {
          await tx.execute(insertInto(things).values({ id: 1 }))
          const refused = await tx
            .execute(insertInto(things).values({ id: 2, bytes: new Uint8Array(limit) }))
            .catch((error) => error as Error)
          expect(refused).toBeInstanceOf(DataError)
          expect((refused as Error).message).toMatch(
            /^The statement and its values are 671\d{5} bytes, and the server takes 67108864 in one packet/,
          )
          await tx.execute(insertInto(things).values({ id: 3 }))
        })
        const inText = await conn.execute(sql`select ${sql.unsafe(`'${'x'.repeat(limit)}'`)}`).catch((error) => error as Error)
        expect(inText).toBeInstanceOf(DataError)
        expect(await conn.scalars(select(things.id).from(things).orderBy(things.id))).toEqual([1, 3])
        expect(conn.id).toBe(before)
      } finally {
        await conn.close()
      }
      // the longest that it takes
      await engine.execute(insertInto(things).values({ id: 5, bytes: new Uint8Array(limit - 64) }))
      expect(await engine.scalar(sql`select length(bytes) from things where id = 5`)).toBe(limit - 64)
    }, 120_000)
  }
})
