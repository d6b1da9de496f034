/** Rows inside rows: every value as in a select of its own, on four databases. */
import fc from 'fast-check'
import {
  alias,
  bigint,
  blob,
  boolean,
  CompileError,
  char,
  compile,
  count,
  createEngine,
  date,
  doublePrecision,
  type Engine,
  enumType,
  insertInto,
  integer,
  json,
  metadata,
  nested,
  numeric,
  real,
  select,
  smallint,
  sql,
  table,
  text,
  time,
  timestamp,
  timestamptz,
  union,
  uuid,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const mood = enumType('mood', ['sad', 'ok', "it's"])
const owners = table('owners', { id: integer().primaryKey(), name: text().notNull(), bossId: integer() })
const values = table('things', {
  id: integer().primaryKey(),
  ownerId: integer()
    .named('owner_id')
    .references(() => owners.id),
  small: smallint(),
  big: bigint(),
  bigNumber: bigint({ mode: 'number' }),
  exact: numeric(38, 10),
  exactNumber: numeric(12, 2, { mode: 'number' }),
  real: real(),
  double: doublePrecision(),
  yes: boolean(),
  fixed: char(5),
  short: varchar(200),
  long: text(),
  bytes: blob(),
  day: date(),
  clock: time(),
  at: timestamp(),
  atz: timestamptz(),
  micro: timestamp({ mode: 'string' }),
  doc: json<unknown>(),
  key: uuid(),
  mood: mood(),
  secret: text().codec({ encode: (value: readonly string[]) => value.join('|'), decode: (stored: string) => stored.split('|') }),
  coded: bigint().codec({ encode: (value: { n: bigint }) => value.n, decode: (stored: bigint) => ({ n: stored }) }),
})
const db = metadata({ owners, values })

const nothing = Object.fromEntries(Object.keys(values).map((key) => [key, null]))
const full = {
  ownerId: 1,
  small: -32768,
  big: 9007199254740993n,
  bigNumber: Number.MAX_SAFE_INTEGER,
  exact: '1234567890123456789012345678.0123456789',
  exactNumber: 0.1,
  real: Math.fround(0.1),
  double: 0.1 + 0.2,
  yes: true,
  fixed: 'ab',
  short: 'a"b\\c\'d\u0001\n\t\u2028é😀 [1] {"a":1}',
  long: '',
  bytes: new Uint8Array([0, 255, 128, 34, 92]),
  day: '2024-02-29',
  clock: '23:59:59.5',
  at: new Date('2024-02-29T12:00:00.250Z'),
  atz: new Date('1969-12-31T23:59:59.999Z'),
  micro: '2024-02-29 12:00:00.123456',
  doc: { a: [1, 'x"\\', null, { b: 1.5 }], é: '😀' },
  key: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  mood: "it's",
  secret: ['a', 'b"'],
  coded: { n: -9223372036854775808n },
} as const
const rows: any[] = [
  { ...full, id: 1 },
  { ...nothing, id: 2, ownerId: 1 },
  {
    ...full,
    id: 3,
    ownerId: 1,
    big: -1n,
    bigNumber: -Number.MAX_SAFE_INTEGER,
    exact: '-0.0000000001',
    real: Math.fround(-3.4e38),
    double: 1.7976931348623157e308,
    yes: false,
    fixed: '',
    bytes: new Uint8Array(0),
    doc: 'text',
    mood: 'sad',
  },
  { ...full, id: 4, ownerId: 2, double: 5e-324, doc: [], exact: '10', real: Math.fround(1e-40) },
]
/** Columns of numeric type are text on SQLite, so they are left out where they are ordered by. */
const things = (owner: number) => rows.filter(({ ownerId }) => ownerId === owner)

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      await engine.execute(
        insertInto(owners).values([
          { id: 1, name: 'Ada' },
          { id: 2, name: 'Bob', bossId: 1 },
          { id: 3, name: 'Cleo', bossId: 1 },
        ]),
      )
      await engine.execute(insertInto(values).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('every type reads as in a select of its own', async () => {
      const flat = await engine.all(select(values).orderBy(values.id))
      expect(flat).toEqual(rows)
      const found = await engine.all(
        select({ id: owners.id, things: nested(select(values).where(values.ownerId.eq(owners.id)).orderBy(values.id)) })
          .from(owners)
          .orderBy(owners.id),
      )
      expect(found).toEqual([
        { id: 1, things: things(1) },
        { id: 2, things: things(2) },
        { id: 3, things: [] },
      ])
    })

    test('order, limit and offset of the inner statement hold', async () => {
      const ids = select({ id: values.id }).from(values).where(values.ownerId.eq(owners.id)).orderBy(values.id.desc())
      const one = (statement: typeof ids) =>
        engine.one(
          select({ things: nested(statement) })
            .from(owners)
            .where(owners.id.eq(1)),
        )
      expect(await one(ids)).toEqual({ things: [{ id: 3 }, { id: 2 }, { id: 1 }] })
      expect(await one(ids.limit(2))).toEqual({ things: [{ id: 3 }, { id: 2 }] })
      expect(await one(ids.limit(1).offset(1))).toEqual({ things: [{ id: 2 }] })
      expect(await one(ids.offset(2))).toEqual({ things: [{ id: 1 }] })
      expect(await one(ids.offset(7))).toEqual({ things: [] })
      expect(await one(ids.limit(0))).toEqual({ things: [] })
    })

    test('at any depth, correlated with any statement around', async () => {
      const staff = alias(owners, 'staff')
      const found = await engine.all(
        select({
          name: owners.name,
          staff: nested(
            select({
              name: staff.name,
              boss: owners.name,
              things: nested(
                select({ id: values.id, big: values.big, owner: staff.name, boss: { id: owners.id } })
                  .from(values)
                  .where(values.ownerId.eq(staff.id), owners.id.eq(1))
                  .orderBy(values.id),
              ),
            })
              .from(staff)
              .where(staff.bossId.eq(owners.id))
              .orderBy(staff.id),
          ),
        })
          .from(owners)
          .orderBy(owners.id),
      )
      expect(found).toEqual([
        {
          name: 'Ada',
          staff: [
            { name: 'Bob', boss: 'Ada', things: [{ id: 4, big: 9007199254740993n, owner: 'Bob', boss: { id: 1 } }] },
            { name: 'Cleo', boss: 'Ada', things: [] },
          ],
        },
        { name: 'Bob', staff: [] },
        { name: 'Cleo', staff: [] },
      ])
    })

    test('nested objects of outer joins are null in it, and it goes through subqueries', async () => {
      const inner = select({ id: owners.id, thing: { id: values.id, day: values.day } })
        .from(owners)
        .leftJoin(values, values.ownerId.eq(owners.id))
        .where(owners.id.ne(1))
        .orderBy(owners.id)
      const all = select({ list: nested(inner) }).subquery('all_of_them')
      const expected = [
        { id: 2, thing: { id: 4, day: '2024-02-29' } },
        { id: 3, thing: null },
      ]
      expect(await engine.all(select({ list: nested(inner) }))).toEqual([{ list: expected }])
      expect(await engine.all(select({ list: all.list }).from(all))).toEqual([{ list: expected }])
      expect(await engine.all(select({ outer: nested(select({ list: all.list }).from(all)) }))).toEqual([{ outer: [{ list: expected }] }])
    })

    test('groups, distinct rows and set operations, where nothing refers to the outside', async () => {
      const groups = select({ owner: values.ownerId, n: count() }).from(values).groupBy(values.ownerId).orderBy(values.ownerId.desc())
      expect(await engine.one(select({ groups: nested(groups) }))).toEqual({
        groups: [
          { owner: 2, n: 1 },
          { owner: 1, n: 3 },
        ],
      })
      const owners1 = select({ id: values.ownerId }).from(values).distinct().orderBy(values.ownerId)
      expect(await engine.one(select({ ids: nested(owners1) }))).toEqual({ ids: [{ id: 1 }, { id: 2 }] })
      const both = union(select({ id: owners.id }).from(owners), select({ id: values.id }).from(values)).orderBy((out) => out.id.desc())
      expect(await engine.one(select({ ids: nested(both) }))).toEqual({ ids: [{ id: 4 }, { id: 3 }, { id: 2 }, { id: 1 }] })
    })

    test('more than a hundred columns', async () => {
      const shape = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`c${i}`, i % 2 ? values.big : values.short]))
      const statement = select(shape).from(values).where(values.id.eq(1))
      expect(await engine.one(select({ rows: nested(statement) }))).toEqual({ rows: await engine.all(statement) })
    })

    test('any text, any double, any integer of 64 bits', async () => {
      const random = table('random_values', {
        id: integer().primaryKey(),
        word: text(),
        double: doublePrecision(),
        big: bigint(),
        bytes: blob(),
      })
      await metadata({ random }).createAll(engine)
      const view = new DataView(new ArrayBuffer(8))
      const double = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => {
        view.setBigUint64(0, bits)
        return view.getFloat64(0)
      })
      const row = fc.record({
        word: fc.string({ unit: 'binary', maxLength: 40 }).map((word) => word.replaceAll('\0', '0')),
        double: fc.oneof(double, fc.double()).map((value) => (Number.isFinite(value) && value !== 0 ? value : 0)),
        big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        bytes: fc.uint8Array({ maxLength: 20 }),
      })
      const given = fc
        .sample(row, { numRuns: 400, seed: 20_260_102 })
        .map((value, id) => ({ ...value, id, bytes: new Uint8Array(value.bytes) }))
      await engine.execute(insertInto(random).values(given))
      expect(await engine.all(select(random).orderBy(random.id))).toEqual(given)
      expect(await engine.one(select({ all: nested(select(random).orderBy(random.id)) }))).toEqual({ all: given })
    })

    test('five mebibytes', async () => {
      const chunks = table('chunks', { id: integer().primaryKey(), body: text().notNull() })
      await metadata({ chunks }).createAll(engine)
      const body = 'é"\\x'.repeat(32 * 1024)
      const count = Math.ceil((5 * 1024 * 1024) / body.length)
      for (let id = 0; id < count; id++) await engine.execute(insertInto(chunks).values({ id, body }))
      const { all } = await engine.one(select({ all: nested(select(chunks).orderBy(chunks.id.desc())) }))
      expect(all.length).toBe(count)
      expect(all.every((row, i) => row.id === count - 1 - i && row.body === body)).toBe(true)
    })
  })
}

test('a column whose type nobody said is refused', () => {
  expect(() => nested(select({ x: sql`1` }))).toThrow(CompileError)
})

test('MariaDB gathers correlated groups nowhere', () => {
  const groups = select({ n: count() }).from(values).where(values.ownerId.eq(owners.id))
  const statement = select({ name: owners.name, groups: nested(groups) }).from(owners)
  expect(() => compile(statement, 'mariadb')).toThrow('MariaDB 10.11 has no derived tables that refer to the statement around them')
  expect(compile(statement, 'mysql').sql).toContain('JSON_ARRAYAGG')
})
