/** What query builders are known to get wrong when they read, each as a statement that runs on every database. */
import {
  alias,
  bigint,
  CompileError,
  compile,
  count,
  createEngine,
  type Engine,
  exists,
  InvalidValueError,
  insertInto,
  integer,
  metadata,
  nested,
  not,
  select,
  sql,
  sum,
  table,
  text,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const a = table('a', { id: integer().primaryKey(), n: integer(), t: text() })
const b = table('b', { id: integer().primaryKey(), n: integer(), t: text() })
const odd = table('cat.sch.tbl', {
  id: integer().primaryKey(),
  dotted: integer().named('a.b'),
  renamed: text().named('x as y'),
  starred: text().named('*'),
})

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ a, b, odd }).createAll(engine)
      await engine.execute(
        insertInto(a).values([
          { id: 1, n: 1, t: 'x' },
          { id: 2, n: 2, t: null },
          { id: 3, n: null, t: 'z' },
        ]),
      )
      await engine.execute(
        insertInto(b).values([
          { id: 1, n: 5, t: null },
          { id: 7, n: null, t: null },
        ]),
      )
      await engine.execute(insertInto(odd).values({ id: 1, dotted: 2, renamed: 'r', starred: 's' }))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('a fragment with OR in ON keeps to itself', async () => {
      const either = sql<boolean>`${b.id} = ${1} or ${b.id} = ${7}`
      const found = select({ a: a.id, b: b.id }).from(a).join(b, either).where(a.id.eq(2)).orderBy(b.id)
      expect(await engine.all(found)).toEqual([
        { a: 2, b: 1 },
        { a: 2, b: 7 },
      ])
      expect(
        await engine.scalars(
          select(a.id)
            .from(a)
            .where(not(sql<boolean>`${a.id} = ${1} or ${a.id} = ${2}`)),
        ),
      ).toEqual([3])
    })

    test('conditions of several calls hold together, in whatever order the calls come', async () => {
      const base = select(a.id).from(a).where(a.id.gt(1))
      expect(await engine.scalars(base.where(a.id.lt(3)))).toEqual([2])
      expect(await engine.scalars(base.limit(5).where(a.n.isNull()))).toEqual([3])
    })

    test('a statement that others were made from is what it was', async () => {
      const base = select(a.id).from(a).orderBy(a.id)
      const before = compile(base, 'postgres')
      base.where(a.id.eq(1)).limit(1).distinct()
      base.orderBy(a.n).forUpdate()
      expect(compile(base, 'postgres')).toEqual(before)
      expect(await engine.scalars(base)).toEqual([1, 2, 3])
    })

    test('columns of one name in a subquery stay apart', async () => {
      const both = select({ aId: a.id, bId: b.id, aN: a.n, bN: b.n }).from(a).leftJoin(b, b.id.eq(a.id)).subquery('both')
      const rows: { aId: number; bId: number | null }[] = await engine.all(
        select({ aId: both.aId, bId: both.bId, aN: both.aN, bN: both.bN }).from(both).orderBy(both.aId),
      )
      expect(rows).toEqual([
        { aId: 1, bId: 1, aN: 1, bN: 5 },
        { aId: 2, bId: null, aN: 2, bN: null },
        { aId: 3, bId: null, aN: null, bN: null },
      ])
    })

    test('a row that is there and holds nulls is no missing row', async () => {
      const rows = await engine.all(
        select({ id: a.id, b: { t: b.t } })
          .from(a)
          .leftJoin(b, b.id.eq(a.id))
          .orderBy(a.id),
      )
      expect(rows).toEqual([
        { id: 1, b: { t: null } },
        { id: 2, b: null },
        { id: 3, b: null },
      ])
    })

    test('a fragment without a name of its own is a column of a subquery', async () => {
      const doubled = select({ id: a.id, twice: sql.typed(integer())`${a.n} * 2` })
        .from(a)
        .subquery('doubled')
      expect(await engine.all(select(doubled).where(doubled.twice.gt(3)))).toEqual([{ id: 2, twice: 4 }])
    })

    test('a fragment nests as exactly as its declared type says', async () => {
      const inner = select({ big: sql.typed(bigint())`9007199254740993`, id: a.id }).from(a).where(a.id.lt(3)).orderBy(a.id)
      expect(await engine.one(select({ rows: nested(inner) }))).toEqual({
        rows: [
          { big: 9007199254740993n, id: 1 },
          { big: 9007199254740993n, id: 2 },
        ],
      })
      const bare = select({ x: sql`1` }).from(a)
      expect(() => compile(select({ rows: nested(bare) }), 'sqlite')).toThrow('nobody said the type of x')
    })

    test('an aggregate that an outer join left without a row is null, as its type says', async () => {
      const per = select({ id: b.id, n: count(b.id), s: sum(b.n) })
        .from(b)
        .groupBy(b.id)
        .subquery('per')
      const rows: { n: number | null }[] = await engine.all(select({ n: per.n }).from(a).leftJoin(per, per.id.eq(a.id)).orderBy(a.id))
      expect(rows).toEqual([{ n: 1 }, { n: null }, { n: null }])
    })

    test('names with dots, blanks and stars are one name', async () => {
      expect(await engine.all(select(odd))).toEqual([{ id: 1, dotted: 2, renamed: 'r', starred: 's' }])
      const other = alias(odd, 'o.p as q')
      expect(await engine.all(select({ 'a.b': other.dotted, 'x as y': other.renamed }).from(other).where(other.starred.eq('s')))).toEqual([
        { 'a.b': 2, 'x as y': 'r' },
      ])
    })

    test('keys that objects have already are columns like any other', async () => {
      const row = await engine.one(
        select({ constructor: a.id, ['__proto__']: a.n, toString: a.t })
          .from(a)
          .where(a.id.eq(1)),
      )
      expect(Object.entries(row)).toEqual([
        ['constructor', 1],
        ['__proto__', 1],
        ['toString', 'x'],
      ])
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
    })

    test('an object is no text, and an array no list of parameters', async () => {
      for (const value of [{ id: 1 }, ['x'], new Map()])
        await expect(engine.all(select(a).where(a.t.eq(value as never)))).rejects.toBeInstanceOf(InvalidValueError)
      await expect(engine.all(select(a).where(a.id.in([[1, 2]] as never)))).rejects.toBeInstanceOf(InvalidValueError)
    })

    test('NOT IN with a NULL in the statement finds nothing, and NOT EXISTS does', async () => {
      const others = select(b.n).from(b)
      expect(await engine.scalars(select(a.id).from(a).where(a.n.notIn(others)))).toEqual([])
      const same = select(b.id).from(b).where(b.n.eq(a.n))
      expect(
        await engine.scalars(
          select(a.id)
            .from(a)
            .where(not(exists(same)))
            .orderBy(a.id),
        ),
      ).toEqual([1, 2, 3])
      expect(() => a.n.notIn([1, null] as never)).toThrow(CompileError)
    })
  })
}
