/** Types that are read through SQL of their own: wherever a value comes from, that SQL stands around it once, where it leaves the database. */
import {
  arrayAgg,
  arrayLength,
  caseWhen,
  coalesce,
  compile,
  count,
  createEngine,
  createMaterializedView,
  customType,
  diff,
  type Engine,
  fn,
  insertInto,
  integer,
  lag,
  lateral,
  literal,
  materializedView,
  max,
  metadata,
  min,
  nested,
  nullif,
  recursiveCte,
  refreshMaterializedView,
  select,
  sql,
  table,
  text,
  union,
  unionAll,
  update,
  uuid,
  valuesTable,
  view,
  withVariant,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

/** `abc` is stored as `<abc`: read once it is `abc` again, read twice `bc`. */
const word = () =>
  customType<string>('varchar(50)', { bind: (value) => sql`concat('<', ${value})`, select: (column) => sql`substr(${column}, 2)` })
const words = table('words', { id: integer().primaryKey(), word: word(), plain: text() })
const copies = table('copies', { id: integer().primaryKey(), word: word() })

const all = select({ id: words.id, word: words.word }).from(words)
const stored = view('stored', all)
const again = view('again', select({ id: stored.id, word: stored.word }).from(stored))
const both = view('both', unionAll(all, select({ id: words.id.add(10), word: words.word }).from(words)))
const greatest = view('greatest', select({ word: max(words.word) }).from(words))
const fixed = view('fixed', select({ word: literal('fixed', word()) }))
const rows = view('rows_of', select({ id: words.id, words: nested(all) }).from(words))
const byHand = view('by_hand', sql`SELECT id, word FROM words`.returns({ id: integer(), word: word() }))
const views = { stored, again, both, greatest, fixed, rows, byHand }

for (const target of targets) {
  describe(`on ${target}`, () => {
    const dialect = dialectOf(target)
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ words, copies, ...views }).createAll(engine)
      await engine.execute(
        insertInto(words).values([
          { id: 1, word: 'abc', plain: '-' },
          { id: 2, word: 'xyz' },
        ]),
      )
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    const abc = { id: 1, word: 'abc' }
    const xyz = { id: 2, word: 'xyz' }

    test('the table keeps what was bound, and the statement reads it', async () => {
      expect(await engine.execute(sql`SELECT word FROM words ORDER BY id`.returns({ word: text() }))).toMatchObject({
        rows: [{ word: '<abc' }, { word: '<xyz' }],
      })
      expect(await engine.all(all.orderBy(words.id))).toEqual([abc, xyz])
    })

    test('a view has what is stored, and is read like a table', async () => {
      expect(await engine.all(select(stored).orderBy(stored.id))).toEqual([abc, xyz])
      expect(await engine.all(select({ word: stored.word }).from(stored).where(stored.word.eq('xyz')))).toEqual([{ word: 'xyz' }])
      expect(
        await engine.all(
          select({ word: again.word })
            .from(again)
            .where(again.word.in(['abc'])),
        ),
      ).toEqual([{ word: 'abc' }])
      expect(await engine.scalars(select({ word: both.word }).from(both).orderBy(both.id))).toEqual(['abc', 'xyz', 'abc', 'xyz'])
      expect(await engine.scalar(select(greatest))).toBe('xyz')
      expect(await engine.scalar(select(fixed))).toBe('fixed')
      expect(await engine.all(select(byHand).orderBy(byHand.id))).toEqual([abc, xyz])
      const inner = select({ word: stored.word }).from(stored).where(stored.id.eq(words.id))
      expect(
        await engine.all(
          select({ inner: nested(inner) })
            .from(words)
            .where(words.id.eq(2)),
        ),
      ).toEqual([{ inner: [{ word: 'xyz' }] }])
      expect(await engine.scalar(select({ words: rows.words }).from(rows).where(rows.id.eq(1)))).toEqual(expect.arrayContaining([abc, xyz]))
    })

    test('hand-written SQL sees in a view what it sees in the table', async () => {
      for (const name of ['stored', 'again', 'both']) {
        const found = await engine.all(sql`SELECT word FROM ${sql.identifier(name)} WHERE id = 1`.returns({ word: text() }))
        expect(found).toEqual([{ word: '<abc' }])
      }
      expect(await engine.scalar(sql`SELECT word FROM greatest`.returns({ word: text() }))).toBe('<xyz')
    })

    test('rows that go through a view into a table are the same rows', async () => {
      await engine.execute(insertInto(copies).from(select(stored)))
      expect(await engine.all(select(copies).orderBy(copies.id))).toEqual([abc, xyz])
    })

    test('the database is as declared', async () => {
      expect(await diff(metadata({ words, copies, ...views }), engine)).toEqual([])
    })

    test('derived tables, common table expressions and set operations in them', async () => {
      const sub = all.subquery('s')
      const twice = select(sub).subquery('twice')
      const expression = all.cte('c')
      const set = union(all, select({ id: words.id, word: words.word }).from(words)).subquery('u')
      const tree = recursiveCte('tree', all, (self) =>
        select({ id: self.id.add(10), word: self.word })
          .from(self)
          .where(self.id.lt(3)),
      )
      const values = valuesTable({ id: integer(), word: word() }, [abc, xyz], 'v')
      // MySQL makes rows of a table of values by CAST, which knows no varchar there
      for (const source of [sub, twice, expression, set, ...(dialect === 'mysql' ? [] : [values])])
        expect(await engine.all(select({ id: source.id, word: source.word }).from(source).orderBy(source.id))).toEqual([abc, xyz])
      expect(await engine.scalars(select({ word: tree.word }).from(tree).orderBy(tree.id))).toEqual(['abc', 'xyz', 'abc', 'xyz'])
      const found = select({ rows: nested(select({ word: sub.word }).from(sub).where(sub.id.eq(words.id))) }).from(words)
      expect(await engine.all(found.where(words.id.eq(1)))).toEqual([{ rows: [{ word: 'abc' }] }])
    })

    test('a NULL and a value beside the column in a set operation', async () => {
      const nothing = select({ id: literal(3), word: sql<null>`NULL` })
      const set = unionAll(all, nothing, select({ id: literal(4), word: literal('new', word()) })).subquery('u')
      expect(await engine.all(select(set).orderBy(set.id))).toEqual([abc, xyz, { id: 3, word: null }, { id: 4, word: 'new' }])
      const pair = unionAll(all, nothing).subquery('u')
      expect(await engine.all(select(pair).orderBy(pair.id))).toEqual([abc, xyz, { id: 3, word: null }])
      const reverse = unionAll(nothing, all).subquery('u')
      expect(await engine.all(select(reverse).orderBy(reverse.id))).toEqual([abc, xyz, { id: 3, word: null }])
    })

    test('expressions that yield such a value', async () => {
      const one = words.id.eq(1)
      const yields = {
        greatest: max(words.word).over({ partitionBy: [words.id] }),
        before: lag(words.word).over({ orderBy: [words.id] }),
        filled: coalesce(words.word, 'x'),
        but: nullif(words.word, 'abc'),
        cases: caseWhen(one).then(words.word).else('other'),
        lowered: fn('lower', word())(words.word),
        scalar: select({ w: min(words.word) })
          .from(words)
          .scalar(),
        label: words.word.as('l'),
      }
      const [first, second] = await engine.all(select(yields).from(words).orderBy(words.id))
      const same = { scalar: 'abc' }
      expect(first).toEqual({
        ...same,
        greatest: 'abc',
        before: null,
        filled: 'abc',
        but: null,
        cases: 'abc',
        lowered: 'abc',
        label: 'abc',
      })
      expect(second).toEqual({
        ...same,
        greatest: 'xyz',
        before: 'abc',
        filled: 'xyz',
        but: 'xyz',
        cases: 'other',
        lowered: 'xyz',
        label: 'xyz',
      })
      const sub = select(yields).from(words).subquery('s')
      expect(await engine.all(select(sub).orderBy(sub.scalar, sub.label))).toEqual([first, second])
      const filled = coalesce(words.word, 'x')
      const grouped = select({ filled, n: count() }).from(words).groupBy(filled).orderBy(filled)
      expect(await engine.all(grouped)).toEqual([
        { filled: 'abc', n: 1 },
        { filled: 'xyz', n: 1 },
      ])
      expect(await engine.all(select({ last: max(words.word), n: count() }).from(words))).toEqual([{ last: 'xyz', n: 2 }])
    })

    if (dialect === 'postgres' || dialect === 'mysql')
      test('LATERAL', async () => {
        const own = lateral(select({ word: words.word }).from(words).where(words.id.eq(copies.id)), 'own')
        const found = select({ a: copies.word, b: own.word }).from(copies).join(own).where(copies.id.eq(2))
        expect(await engine.all(found)).toEqual([{ a: 'xyz', b: 'xyz' }])
      })

    if (dialect === 'postgres') {
      test('a materialized view', async () => {
        const kept = materializedView('kept', all)
        await engine.execute(createMaterializedView(kept))
        await engine.execute(refreshMaterializedView(kept))
        expect(await engine.all(select(kept).where(kept.word.eq('abc')))).toEqual([abc])
        expect(await engine.all(sql`SELECT word FROM kept ORDER BY id`.returns({ word: text() }))).toEqual([
          { word: '<abc' },
          { word: '<xyz' },
        ])
      })

      test('RETURNING, and a common table expression that writes', async () => {
        const insert = insertInto(copies).values({ id: 5, word: 'five' }).returning({ id: copies.id, word: copies.word })
        const written = insert.cte('written')
        expect(await engine.all(select(written))).toEqual([{ id: 5, word: 'five' }])
        const changed = update(copies).set({ word: 'six' }).where(copies.id.eq(5))
        expect(await engine.all(changed.returning({ word: copies.word, filled: coalesce(copies.word, '-') }))).toEqual([
          { word: 'six', filled: 'six' },
        ])
      })

      test('an array of such values is refused where it is read, and may be handed to a function', async () => {
        const gathered = select({ list: arrayAgg(words.word) }).from(words)
        const refusal =
          'list is an array of values that are read through SQL of their own, which would stand around the whole array; gather what that SQL yields'
        expect(() => compile(gathered, 'postgres')).toThrow(refusal)
        const sub = gathered.subquery('s')
        expect(() => compile(select(sub), 'postgres')).toThrow(refusal)
        expect(await engine.scalar(select({ n: arrayLength(sub.list) }).from(sub))).toBe(2)
      })
    }
  })
}

test('columns of which one is read through SQL of its own are not put together', () => {
  const refusal = 'word is read through SQL of its own in one statement of the set operation and not so in another'
  const plain = select({ id: words.id, word: words.plain }).from(words)
  expect(() => union(all, plain)).toThrow(refusal)
  expect(() => union(plain, all)).toThrow(refusal)
  const bytes = customType<string>('binary(16)', { select: (column) => sql`hex(${column})` })
  const ids = table('ids', { own: withVariant(uuid(), 'mysql', bytes), other: withVariant(uuid(), 'mysql', bytes), text: uuid() })
  expect(() => union(select({ word: ids.own }).from(ids), select({ word: ids.text }).from(ids))).toThrow(refusal)
  const set = union(select({ word: ids.own }).from(ids), select({ word: ids.other }).from(ids)).subquery('u')
  expect(compile(select(set), 'mysql').sql).toMatch(/^SELECT hex\(`u`\.`word`\) AS `word` FROM/)
  expect(compile(select(set), 'postgres').sql).toMatch(/^SELECT "u"\."word" FROM/)
})

test('a set operation is refused where its rows are read, also with its values in place, and whatever yields them', () => {
  const refusal = 'word is read through SQL of its own, which set operations do not do; select from the set operation as a subquery'
  const filled = select({ id: words.id, word: coalesce(words.word, '-') }).from(words)
  for (const set of [unionAll(all, all), unionAll(filled, filled)]) {
    expect(() => compile(set, 'sqlite')).toThrow(refusal)
    expect(() => compile(set, 'sqlite', { inline: true })).toThrow(refusal)
  }
})
