/** DISTINCT ON, WITH TIES, INTERSECT ALL and EXCEPT ALL mean the same whoever has them: held against answers worked out here. */
import {
  alias,
  compile,
  count,
  createEngine,
  type Engine,
  exceptAll,
  fn,
  insertInto,
  integer,
  intersectAll,
  metadata,
  nested,
  prepare,
  random,
  select,
  table,
  text,
  UnsupportedFeatureError,
  varchar,
} from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const items = table('items', { id: integer().primaryKey(), kind: varchar(10), rank: integer() })
const rows = Array.from({ length: 60 }, (_, i) => ({
  id: i + 1,
  kind: i % 7 === 0 ? null : `k${(i * 5) % 4}`,
  rank: i % 11 === 0 ? null : (i * 7) % 6,
}))
type Item = (typeof rows)[number]
type Value = string | number | null

/** NULLs last, as the statements here say. */
const ascending = (a: Value, b: Value): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1)
const byKind = (a: Item, b: Item) => ascending(a.kind, b.kind)
const byRank = (a: Item, b: Item) => ascending(a.rank, b.rank)
const downByRank = (a: Item, b: Item) => (a.rank === null || b.rank === null ? byRank(a, b) : byRank(b, a))
const byId = (a: Item, b: Item) => a.id - b.id
const sorted = (...orders: ((a: Item, b: Item) => number)[]) =>
  [...rows].sort((a, b) => orders.reduce((found, order) => found || order(a, b), 0))
const firstOfEachKind = (list: readonly Item[]) => list.filter((row, i) => list.findIndex(({ kind }) => kind === row.kind) === i)
const idsOf = (list: readonly Item[]) => list.map(({ id }) => id)

function withTies(list: readonly Item[], limit: number, offset = 0): number[] {
  const taken = list.slice(offset, offset + limit)
  const last = taken.at(-1)
  const ties = last === undefined ? [] : list.slice(offset + limit).filter((row) => byRank(row, last) === 0)
  return idsOf([...taken, ...ties])
}

/** Each value as often as `times` makes of how often each list has it. */
function asOftenAs(times: (...counts: number[]) => number, ...lists: Value[][]): string[] {
  const counts = (value: Value) => lists.map((list) => list.filter((other) => other === value).length)
  const values = [...new Set(lists.flat())]
  return values.flatMap((value) => new Array<string>(Math.max(0, times(...counts(value)))).fill(String(value))).sort()
}
const kindsUpTo = (id: number) => rows.filter((row) => row.id <= id).map(({ kind }) => kind)

const { id, kind, rank } = items
const first = select(id).from(items).distinctOn(kind).orderBy(kind.asc().nullsLast(), rank.desc().nullsLast(), id)
const kinds = (upTo: number) => select({ kind }).from(items).where(id.lte(upTo))

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ items }).createAll(engine)
      await engine.execute(insertInto(items).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('the first of each kind, in an order that goes on, with limits, from a cursor on', async () => {
      const expected = idsOf(firstOfEachKind(sorted(byKind, downByRank, byId)))
      expect(await engine.scalars(first)).toEqual(expected)
      expect(await engine.scalars(first.limit(2).offset(1))).toEqual(expected.slice(1, 3))
      const after = select(id).from(items).distinctOn(kind).seek([kind.asc().nullsLast(), id.asc()], ['k1', 30])
      const rest = sorted(byKind, byId).filter((row) => row.kind === null || row.kind > 'k1' || (row.kind === 'k1' && row.id > 30))
      expect(await engine.scalars(after)).toEqual(idsOf(firstOfEachKind(rest)))
    })

    test('the first of each kind by an expression with a value in it, which is selected, too', async () => {
      const half = id.add(1).div(20)
      const found = await engine.all(select({ half, id }).from(items).distinctOn(half).orderBy(half.desc(), id.desc()))
      expect(found).toEqual([60, 58, 38, 18].map((last) => ({ half: Math.floor((last + 1) / 20), id: last })))
    })

    test('the first of each kind where statements stand in others', async () => {
      const expected = firstOfEachKind(sorted(byKind, downByRank, byId))
      const chosen = first.subquery('chosen')
      expect(await engine.scalar(select({ n: count(chosen.id) }).from(chosen))).toBe(expected.length)
      const there = await engine.scalars(select(id).from(items).where(id.in(first)).orderBy(id))
      expect(there).toEqual(idsOf(expected).sort((a, b) => a - b))
      const cte = first.cte('chosen')
      expect(await engine.scalars(select({ id: cte.id }).from(cte).orderBy(cte.id))).toEqual(there)
      const listed = await engine.one(
        select({ list: nested(first) })
          .from(items)
          .where(id.eq(1)),
      )
      expect(listed.list.map((row) => row.id)).toEqual(idsOf(expected))
      const both = exceptAll(select(id).from(items), first)
      expect((await engine.scalars(both)).length).toBe(rows.length - expected.length)
    })

    test('the first of each kind, of the row around it', async () => {
      const inner = alias(items, 'inner')
      const best = select({ id: inner.id })
        .from(inner)
        .where(inner.kind.eq(kind))
        .distinctOn(inner.kind)
        .orderBy(inner.kind, inner.id.desc())
      const statement = select({ id, best: best.scalar() }).from(items).orderBy(id).limit(5)
      // its derived table would refer to the outside, which is refused where the server cannot
      if (dialectOf(target) === 'mariadb') await expect(engine.all(statement)).rejects.toMatchObject({ feature: 'correlatedDerived' })
      else {
        const last = (of: Item) => rows.filter((row) => row.kind !== null && row.kind === of.kind).at(-1)?.id ?? null
        expect(await engine.all(statement)).toEqual(rows.slice(0, 5).map((row) => ({ id: row.id, best: last(row) })))
      }
    })

    test('names that differ in case only stay two', async () => {
      const found = await engine.one(
        select({ a: id, A: rank, 'b.c': kind }).from(items).distinctOn(kind).orderBy(kind.asc().nullsLast(), id).limit(1),
      )
      const [expected] = firstOfEachKind(sorted(byKind, byId))
      expect(found).toEqual({ a: expected!.id, A: expected!.rank, 'b.c': expected!.kind })
    })

    test.each([
      [1, 0],
      [9, 0],
      [10, 3],
      [1, 59],
      [5, 60],
      [0, 0],
      [0, 7],
      [100, 2],
    ])('%i rows and those that tie, after %i', async (limit, offset) => {
      const ordered = select(id).from(items).orderBy(rank.asc().nullsLast())
      const paged = (offset === 0 ? ordered : ordered.offset(offset)).fetch(limit, { withTies: true })
      // which of those that tie are skipped is not said: how many of each rank come is
      const ranks = (ids: readonly number[]) => ids.map((each) => rows[each - 1]!.rank)
      expect(ranks(await engine.scalars(paged))).toEqual(ranks(withTies(sorted(byRank, byId), limit, offset)))
    })

    test('ties of distinct rows, of the first of each kind, and with a prepared limit', async () => {
      const distinct = select({ rank }).from(items).distinct().orderBy(rank.desc().nullsLast()).fetch(2, { withTies: true })
      expect(await engine.scalars(distinct)).toEqual([5, 4])
      const firstTies = select({ kind, rank }).from(items).distinctOn(kind).orderBy(kind.asc().nullsLast(), id).fetch(2, { withTies: true })
      expect(await engine.all(firstTies)).toEqual(
        firstOfEachKind(sorted(byKind, byId))
          .slice(0, 2)
          .map((row) => ({ kind: row.kind, rank: row.rank })),
      )
      const up = prepare({ n: integer() }, ($) =>
        select(id).from(items).orderBy(rank.asc().nullsLast()).limit($.n).fetch(3, { withTies: true }),
      )
      expect((await engine.scalars(up, { n: 1 })).sort((a, b) => a - b)).toEqual(withTies(sorted(byRank, byId), 3).sort((a, b) => a - b))
    })

    test('each row as often as both have it, and as one has it more', async () => {
      const all = (list: readonly unknown[]) => list.map(String).sort()
      expect(all(await engine.scalars(intersectAll(kinds(30), kinds(60), kinds(45))))).toEqual(
        asOftenAs(Math.min, kindsUpTo(30), kindsUpTo(60), kindsUpTo(45)),
      )
      expect(all(await engine.scalars(exceptAll(kinds(60), kinds(20))))).toEqual(asOftenAs((a, b) => a! - b!, kindsUpTo(60), kindsUpTo(20)))
      expect(all(await engine.scalars(exceptAll(kinds(60), kinds(20), kinds(13))))).toEqual(
        asOftenAs((a, b, c) => Math.max(0, a! - b!) - c!, kindsUpTo(60), kindsUpTo(20), kindsUpTo(13)),
      )
      expect(all(await engine.scalars(exceptAll(kinds(60), intersectAll(kinds(20), kinds(13)))))).toEqual(
        asOftenAs((a, b, c) => a! - Math.min(b!, c!), kindsUpTo(60), kindsUpTo(20), kindsUpTo(13)),
      )
      const paged = exceptAll(kinds(60), kinds(20)).orderBy((out) => out.kind.asc().nullsLast())
      expect(await engine.scalars(paged.limit(5).offset(2))).toEqual([...(await engine.scalars(paged))].slice(2, 7))
    })
  })
}

test.each(['mysql', 'mariadb', 'sqlite'] as const)('%s: what is another value each time it is written has no first row', (dialect) => {
  const statement = select(id).from(items).distinctOn(kind).orderBy(kind, random())
  expect(() => compile(statement, dialect)).toThrow(UnsupportedFeatureError)
  expect(() => compile(statement, dialect)).toThrow('random(…)')
  expect(compile(statement, 'postgres').sql).toContain('DISTINCT ON')
  const own = fn('my_lower', text())(kind)
  expect(() => compile(select(id).from(items).distinctOn(own).orderBy(own), dialect)).toThrow(
    'which may be another value each time it is written; select it in a common table expression, and order by that',
  )
})

test.each(['mysql', 'sqlite'] as const)('%s: ties are not locked', (dialect) => {
  const statement = select(id).from(items).orderBy(rank).fetch(1, { withTies: true }).forUpdate()
  expect(() => compile(statement, dialect)).toThrow('has no WITH TIES beside row locks; lock the rows in a second statement, by their keys')
})
