/** Upserts against a model of what they mean, and against each other. */
import fc from 'fast-check'
import {
  constraint,
  count,
  createEngine,
  deleteFrom,
  type Engine,
  index,
  insertIgnore,
  insertInto,
  integer,
  json,
  metadata,
  numeric,
  replaceInto,
  select,
  table,
  text,
  timestamptz,
  unique,
  varchar,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const kept = table('kept', {
  k: integer().primaryKey(),
  n: integer().notNull().default(7),
  note: varchar(10),
  touched: integer().notNull().default(0).onUpdate(1),
})
const counters = table('counters', { name: varchar(20).primaryKey(), n: integer().notNull() })
const people = table(
  'people',
  {
    id: integer().primaryKey().identity(),
    email: varchar(50).notNull(),
    nick: varchar(20),
    price: numeric(8, 2),
    doc: json<{ a: number }>(),
    at: timestamptz(),
  },
  (t) => [unique('people_email').on(t.email)],
)
const drafts = table(
  'drafts',
  { id: integer().primaryKey(), slug: varchar(20).notNull(), live: integer().notNull(), body: text() },
  (t) => [index('drafts_live').on(t.slug).unique().where(t.live.eq(1))],
)

interface Row {
  k: number
  n?: number
  note?: string | null
}
interface Kept {
  k: number
  n: number
  note: string | null
  touched: number
}
type Mode = 'nothing' | 'set' | 'add' | 'where'

/** What the documentation says, row by row. */
function model(there: Map<number, Kept>, row: Row, mode: Mode): void {
  const old = there.get(row.k)
  const fresh = { k: row.k, n: row.n ?? 7, note: row.note ?? null, touched: 0 }
  if (old === undefined) there.set(row.k, fresh)
  else if (mode === 'set') there.set(row.k, { ...old, n: fresh.n, note: fresh.note, touched: 1 })
  else if (mode === 'add') there.set(row.k, { ...old, n: old.n + fresh.n, note: old.note, touched: 1 })
  else if (mode === 'where' && fresh.n > old.n) there.set(row.k, { ...old, n: fresh.n, note: fresh.note, touched: 1 })
}

function upsert(rows: readonly Row[], mode: Mode) {
  const start = insertInto(kept).values(rows).onConflict(kept.k)
  if (mode === 'nothing') return start.doNothing()
  if (mode === 'set') return start.doUpdate((excluded) => ({ n: excluded.n, note: excluded.note }))
  if (mode === 'add') return start.doUpdate((excluded) => ({ n: kept.n.add(excluded.n) }))
  return start.doUpdate((excluded) => ({ note: excluded.note, n: excluded.n }), { where: (excluded) => excluded.n.gt(kept.n) })
}

const row = fc.record(
  { k: fc.integer({ min: 1, max: 6 }), n: fc.integer({ min: -3, max: 12 }), note: fc.constantFrom('a', 'b', null) },
  { requiredKeys: ['k'] },
)
const steps = fc.array(
  fc.record({
    mode: fc.constantFrom<Mode>('nothing', 'set', 'add', 'where'),
    rows: fc.uniqueArray(row, { selector: ({ k }) => k, minLength: 1, maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 4 },
)

for (const target of targets) {
  const dialect = dialectOf(target)
  const mysqlLike = dialect === 'mysql' || dialect === 'mariadb'

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ kept, counters, people }).createAll(engine)
      if (!mysqlLike) await metadata({ drafts }).createAll(engine)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('random upserts end where the model does', async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (list) => {
          await engine.execute(deleteFrom(kept).allRows())
          const expected = new Map<number, Kept>()
          for (const { mode, rows } of list) {
            await engine.execute(upsert(rows as Row[], mode))
            for (const one of rows as Row[]) model(expected, one, mode)
          }
          expect(await engine.all(select(kept).orderBy(kept.k))).toEqual([...expected.values()].sort((a, b) => a.k - b.k))
        }),
        { numRuns: 40 },
      )
    })

    test('a key twice in one statement: each sees what the one before left, or PostgreSQL says no', async () => {
      await engine.execute(deleteFrom(kept).allRows())
      const twice = upsert(
        [
          { k: 1, n: 1 },
          { k: 1, n: 2 },
        ],
        'add',
      )
      if (dialect === 'postgres') {
        await expect(engine.execute(twice)).rejects.toMatchObject({ name: 'DatabaseError' })
        return
      }
      await engine.execute(twice)
      expect(await engine.scalar(select(kept.n).from(kept))).toBe(3)
    })

    test('concurrent upserts lose nothing', async () => {
      await engine.execute(deleteFrom(counters).allRows())
      const one = insertInto(counters)
        .values({ name: 'visits', n: 1 })
        .onConflict(counters.name)
        .doUpdate((excluded) => ({ n: counters.n.add(excluded.n) }))
      await Promise.all(Array.from({ length: 60 }, () => engine.execute(one)))
      expect(await engine.one(select(counters))).toEqual({ name: 'visits', n: 60 })
    })

    test('rowCount and insertedId', async () => {
      await engine.execute(deleteFrom(people).allRows())
      const first = await engine.execute(insertInto(people).values({ email: 'other' }))
      if (dialect !== 'postgres') expect(first.insertedId).toEqual(await engine.scalar(select(people.id).from(people)))
      const statement = (email: string, nick: string) =>
        insertInto(people)
          .values({ email, nick })
          .onConflict(people.email)
          .doUpdate((excluded) => ({ nick: excluded.nick }))
      for (const nick of ['x', 'y', 'y']) expect(await engine.execute(statement('a', nick))).toEqual({ rows: [], rowCount: 1 })
      const nothing = insertInto(people)
        .values([{ email: 'a' }, { email: 'b' }])
        .onConflict(people.email)
        .doNothing()
      expect((await engine.execute(nothing)).rowCount).toBe(mysqlLike ? 2 : 1)
      expect(await engine.all(select(people.email, people.nick).from(people).orderBy(people.email))).toEqual([
        { email: 'a', nick: 'y' },
        { email: 'b', nick: null },
        { email: 'other', nick: null },
      ])
    })

    test('values are kept exactly on both ways, also under a condition', async () => {
      await engine.execute(deleteFrom(people).allRows())
      const at = new Date('2024-02-29T12:00:00.250Z')
      const values = { price: '12.50', doc: { a: 1 }, at }
      const given = { email: 'e', ...values }
      for (const where of [undefined, people.email.eq('e')]) {
        await engine.execute(
          insertInto(people).values({ email: 'e', price: '1' }).onConflict(people.email).doUpdate({ price: '1', doc: null }),
        )
        await engine.execute(
          insertInto(people)
            .values(given)
            .onConflict(people.email)
            .doUpdate(values, where && { where }),
        )
        const row = await engine.one(select({ price: people.price, doc: people.doc, at: people.at }).from(people))
        expect(row).toEqual({ price: '12.5', doc: { a: 1 }, at })
      }
      const cut = insertInto(people).values(given).onConflict(people.email).doUpdate({ price: '1.005' }, { where: people.nick.isNull() })
      await expect(engine.execute(cut)).rejects.toMatchObject({ name: 'InvalidValueError' })
      const long = insertInto(people)
        .values(given)
        .onConflict(people.email)
        .doUpdate({ nick: 'x'.repeat(21) })
      await expect(engine.execute(long)).rejects.toMatchObject({ name: 'InvalidValueError' })
    })

    test('a failure that is no conflict stays one', async () => {
      const bad = { email: null } as never
      expect(() => insertInto(people).values(bad)).toThrow('people.email is NOT NULL'.slice(7))
      const missing = insertInto(people)
        .from(select({ email: people.nick }).from(people).where(people.nick.isNull()) as never)
        .onConflict(people.email)
        .doNothing()
      await engine.execute(deleteFrom(people).allRows())
      await engine.execute(insertInto(people).values({ email: 'n' }))
      await expect(engine.execute(missing)).rejects.toMatchObject({ name: 'NotNullViolationError' })
    })

    test('what a select yields, and a constraint by its name', async () => {
      await engine.execute(deleteFrom(people).allRows())
      await engine.execute(insertInto(people).values([{ email: 'a' }, { email: 'b', nick: 'B' }]))
      const copy = select({ email: people.email, nick: people.email }).from(people)
      await engine.execute(
        insertInto(people)
          .from(copy)
          .onConflict(constraint('people_email'))
          .doUpdate((excluded) => ({ nick: excluded.nick })),
      )
      expect(await engine.all(select(people.email, people.nick).from(people).orderBy(people.email))).toEqual([
        { email: 'a', nick: 'a' },
        { email: 'b', nick: 'b' },
      ])
      await engine.execute(insertInto(people).from(copy).onConflict().doNothing())
      expect(await engine.scalar(select({ n: count() }).from(people))).toBe(2)
    })

    test('a partial unique index is named by its predicate', async () => {
      const statement = insertInto(drafts)
        .values({ id: 2, slug: 'a', live: 1, body: 'new' })
        .onConflict(drafts.slug)
        .where(drafts.live.eq(1))
        .doUpdate((excluded) => ({ body: excluded.body }))
      if (mysqlLike) {
        await expect(engine.execute(statement)).rejects.toMatchObject({ feature: 'partialIndex' })
        return
      }
      await engine.execute(
        insertInto(drafts).values([
          { id: 1, slug: 'a', live: 1 },
          { id: 9, slug: 'a', live: 0 },
        ]),
      )
      // often enough for a server to plan without looking at the values
      for (let i = 0; i < 8; i++) await engine.execute(statement)
      expect(await engine.all(select(drafts).orderBy(drafts.id))).toEqual([
        { id: 1, slug: 'a', live: 1, body: 'new' },
        { id: 9, slug: 'a', live: 0, body: null },
      ])
    })

    test('REPLACE and INSERT IGNORE where they are native', async () => {
      await engine.execute(deleteFrom(kept).allRows())
      await engine.execute(insertInto(kept).values({ k: 1, n: 1, note: 'old' }))
      const replace = replaceInto(kept).values([{ k: 1, n: 2 }, { k: 2 }])
      const ignore = insertIgnore(kept).values([{ k: 1, n: 3 }, { k: 3 }])
      if (dialect === 'postgres') {
        await expect(engine.execute(replace)).rejects.toMatchObject({ feature: 'replaceInto' })
        await expect(engine.execute(ignore)).rejects.toMatchObject({ feature: 'insertIgnore' })
        return
      }
      expect((await engine.execute(replace)).rowCount).toBe(2)
      expect((await engine.execute(ignore)).rowCount).toBe(1)
      expect(await engine.all(select(kept).orderBy(kept.k))).toEqual([
        { k: 1, n: 2, note: null, touched: 0 },
        { k: 2, n: 7, note: null, touched: 0 },
        { k: 3, n: 7, note: null, touched: 0 },
      ])
    })
  })
}
