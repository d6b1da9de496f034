/** Several groupings at once mean the same whether the server has them or each is a statement of its own: held against answers worked out here. */
import {
  bigint,
  boolean,
  coalesce,
  compile,
  count,
  createEngine,
  cube,
  date,
  type Engine,
  fn,
  groupingSets,
  insertInto,
  integer,
  lower,
  metadata,
  numeric,
  random,
  rank,
  rollup,
  select,
  sum,
  table,
  timestamptz,
  UnsupportedFeatureError,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const sales = table('sales', {
  id: integer().primaryKey(),
  place: varchar(10),
  big: bigint(),
  open: boolean(),
  day: date(),
  at: timestamptz(),
  amount: integer().notNull(),
  price: numeric(10, 2, { mode: 'number' }),
})
const rows = Array.from({ length: 40 }, (_, i) => ({
  id: i + 1,
  place: i % 9 === 0 ? null : `p${i % 3}`,
  big: i % 2 === 0 ? 9007199254740993n : 5n,
  open: i % 5 < 2,
  day: `2024-0${(i % 4) + 1}-01`,
  at: new Date(Date.UTC(2024, i % 2, 1)),
  amount: i,
  price: i / 4,
}))
type Sale = (typeof rows)[number]
type Key = 'place' | 'big' | 'open' | 'day' | 'at'

/** One object for each group of each list: its keys, null where the list has not got them, how many rows and what amount. */
function groups(lists: readonly (readonly Key[])[], all: readonly Key[], list: readonly Sale[] = rows): string[] {
  return lists
    .flatMap((keys) => {
      const found = new Map<string, Sale[]>(keys.length === 0 ? [['', []]] : [])
      for (const row of list) {
        const of = keys.map((key) => text(row[key])).join('|')
        found.set(of, [...(found.get(of) ?? []), row])
      }
      return [...found.values()].map((group) =>
        line([
          ...all.map((key) => (keys.includes(key) ? group[0]![key] : null)),
          group.length,
          group.length === 0 ? null : group.reduce((total, { amount }) => total + amount, 0),
        ]),
      )
    })
    .sort()
}
const text = (value: unknown): string => (value instanceof Date ? value.toISOString() : `${typeof value} ${value}`)
const line = (values: readonly unknown[]): string => values.map(text).join(', ')
const lines = (found: readonly object[]): string[] => found.map((row) => line(Object.values(row))).sort()

const { place, big, open, day, at } = sales
const [n, total] = [count(), sum(sales.amount)]

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ sales }).createAll(engine)
      await engine.execute(insertInto(sales).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('ROLLUP', async () => {
      const found = await engine.all(select({ place, open, n, total }).from(sales).groupBy(rollup(place, open)))
      expect(lines(found)).toEqual(groups([['place', 'open'], ['place'], []], ['place', 'open']))
    })

    test('ROLLUP by expressions, and by one key twice', async () => {
      const label = coalesce(place, 'none')
      const found = await engine.all(select({ label, n }).from(sales).groupBy(rollup(label)).orderBy(n.desc()))
      expect(found[0]).toEqual({ label: null, n: 40 })
      expect(found.filter((row) => row.label === 'none')).toEqual([{ label: 'none', n: 5 }])
      const twice = await engine.all(select({ open, n, total }).from(sales).groupBy(rollup(open, open)))
      expect(lines(twice)).toEqual(groups([['open'], ['open'], []], ['open']))
      const none = select({ open, n }).from(sales).where(sales.id.lt(0)).groupBy(rollup(open))
      expect(await engine.all(none)).toEqual([{ open: null, n: 0 }])
    })

    test('CUBE of keys of many types', async () => {
      const found = await engine.all(
        select({ big, day, at, n, total })
          .from(sales)
          .groupBy(cube(big, day, at)),
      )
      const lists: Key[][] = [['big', 'day', 'at'], ['big', 'day'], ['big', 'at'], ['day', 'at'], ['big'], ['day'], ['at'], []]
      expect(lines(found)).toEqual(groups(lists, ['big', 'day', 'at']))
    })

    test('GROUPING SETS, also one list twice', async () => {
      const found = await engine.all(
        select({ place, open, n, total })
          .from(sales)
          .groupBy(groupingSets([place], [open, place], [place], [])),
      )
      expect(lines(found)).toEqual(groups([['place'], ['open', 'place'], ['place'], []], ['place', 'open']))
    })

    test('ROLLUP beside a key and CUBE', async () => {
      const found = await engine.all(select({ open, place, day, n, total }).from(sales).groupBy(open, rollup(place), cube(day)))
      const lists: Key[][] = [['open', 'place', 'day'], ['open', 'day'], ['open', 'place'], ['open']]
      expect(lines(found)).toEqual(groups(lists, ['open', 'place', 'day']))
    })

    test('HAVING, an order, limits and distinct rows are about all groups', async () => {
      const grouped = select({ place, n, total }).from(sales).groupBy(rollup(place)).having(n.gt(8))
      const expected = ['p1', 'p2', null].map((of) => {
        const group = of === null ? rows : rows.filter((row) => row.place === of)
        return { place: of, n: group.length, total: group.reduce((all, { amount }) => all + amount, 0) }
      })
      const some = expected.filter((group) => group.n > 8).sort((a, b) => b.total - a.total)
      const all = await engine.all(grouped.orderBy(total.desc()))
      expect(all).toEqual(expect.arrayContaining(some))
      expect(all.map((group) => group.total)).toEqual([...all.map((group) => group.total!)].sort((a, b) => b - a))
      expect(await engine.all(grouped.orderBy(total.desc()).limit(1).offset(1))).toEqual([all[1]])
      const distinct = select({ open, big }).from(sales).groupBy(cube(open, big)).distinct()
      expect((await engine.all(distinct)).length).toBe(9)
    })

    test('aggregates see what the groups lack, and expressions see NULL', async () => {
      const label = lower(place)
      const found = await engine.all(
        select({ label, inside: count(place), x: open.isNull() })
          .from(sales)
          .where(sales.id.lte(10))
          .groupBy(groupingSets([label], [open]))
          .orderBy(label.asc().nullsLast(), open.asc().nullsLast()),
      )
      const ten = rows.slice(0, 10)
      const named = (of: string) => ({ label: of, inside: ten.filter((row) => row.place === of).length, x: true })
      const opened = (of: boolean) => ({ label: null, inside: ten.filter((row) => row.open === of && row.place !== null).length, x: false })
      expect(found).toEqual([named('p0'), named('p1'), named('p2'), opened(false), opened(true), { label: null, inside: 0, x: true }])
    })

    test('no rows are one total', async () => {
      const nothing = select({ place, open })
        .from(sales)
        .where(sales.id.lt(0))
        .groupBy(groupingSets([place, open], [place], []))
      expect(await engine.all(nothing)).toEqual([{ place: null, open: null }])
      const cubed = select({ place, n, total }).from(sales).where(sales.id.lt(0)).groupBy(cube(place, open))
      expect(await engine.all(cubed)).toEqual([{ place: null, n: 0, total: null }])
    })

    test('grouping() tells a total from a group of NULLs', async () => {
      const bit = fn('grouping', integer())(place)
      const found = await engine.all(
        select({ place, bit, n }).from(sales).where(sales.id.lte(10)).groupBy(rollup(place)).orderBy(bit, n.desc()),
      )
      expect(found.at(-1)).toEqual({ place: null, bit: 1, n: 10 })
      expect(found.filter((row) => row.place === null)).toEqual([
        { place: null, bit: 0, n: 2 },
        { place: null, bit: 1, n: 10 },
      ])
    })

    test('as a subquery and with common table expressions', async () => {
      const early = select({ place, amount: sales.amount }).from(sales).where(sales.id.lte(20)).cte('early')
      const cubed = select({ place: early.place, total: sum(early.amount) })
        .from(early)
        .groupBy(cube(early.place))
        .subquery('cubed')
      expect(await engine.scalar(select({ all: sum(cubed.total) }).from(cubed))).toBe(2 * 190)
    })
  })
}

test.each(['mysql', 'mariadb', 'sqlite'] as const)('%s: what would not be the same for each grouping is refused', (dialect) => {
  const refused = (statement: object) => expect(() => compile(statement, dialect)).toThrow(UnsupportedFeatureError)
  refused(
    select({ place, r: rank().over({ orderBy: place }) })
      .from(sales)
      .groupBy(cube(place)),
  )
  refused(select({ place, n }).from(sales).where(random().gt(0.5)).groupBy(cube(place)))
  const some = select(sales).limit(3).subquery('some')
  refused(select({ place: some.place, n }).from(some).groupBy(cube(some.place)))
  refused(
    select({ n })
      .from(sales)
      .groupBy(cube(sales.id, place, big, open, day, at, sales.amount)),
  )
  expect(() => compile(select({ place, n }).from(sales).groupBy(cube(place), cube(open)), dialect)).not.toThrow()
})
