/** Every operator beside every other, grouped to the left and to the right: the tree decides, and never the grammar of a server. */
import { and, caseWhen, createEngine, type Engine, insertInto, integer, metadata, not, or, select, sql, table } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

type Value = number | boolean | null
interface Operator {
  readonly name: string
  readonly takes: 'number' | 'truth'
  readonly gives: 'number' | 'truth'
  readonly build: (x: any, y: any) => any
  readonly value: (x: any, y: any) => Value
}
const numbers = (name: string, f: (x: number, y: number) => number, build = (x: any, y: any) => x[name](y)): Operator => ({
  name,
  takes: 'number',
  gives: 'number',
  build,
  value: (x, y) => (x === null || (f.length > 1 && y === null) ? null : f(x, y)),
})
const predicate = (name: string, f: (x: number, y: number) => boolean, build = (x: any, y: any) => x[name](y)): Operator => ({
  name,
  takes: 'number',
  gives: 'truth',
  build,
  value: (x, y) => (x === null || (f.length > 1 && y === null) ? null : f(x, y)),
})
const operators: readonly Operator[] = [
  numbers('add', (x, y) => x + y),
  numbers('sub', (x, y) => x - y),
  numbers('mul', (x, y) => x * y),
  numbers(
    'div',
    (x, y) => Math.trunc(x / (y === 0 ? 3 : y)) + 0,
    (x, y) => x.div(caseWhen(y.eq(0)).then(3).else(y)),
  ),
  numbers(
    'mod',
    (x, y) => (x % (y === 0 ? 3 : y)) + 0,
    (x, y) => x.mod(caseWhen(y.eq(0)).then(3).else(y)),
  ),
  numbers('bitAnd', (x, y) => x & y),
  numbers('bitOr', (x, y) => x | y),
  numbers('bitXor', (x, y) => x ^ y),
  numbers(
    'shiftLeft',
    (x) => x * 2,
    (x) => x.shiftLeft(1).cast(integer()),
  ),
  numbers(
    'shiftRight',
    (x) => x >> 1,
    (x) => x.shiftRight(1),
  ),
  numbers(
    'neg',
    (x) => 0 - x,
    (x) => x.neg(),
  ),
  numbers(
    'bitNot',
    (x) => ~x,
    (x) => x.bitNot(),
  ),
  numbers(
    'a fragment',
    (x, y) => x - y,
    (x, y) => sql<number>`${x} - ${y}`.cast(integer()),
  ),
  predicate('eq', (x, y) => x === y),
  predicate('lt', (x, y) => x < y),
  predicate('gte', (x, y) => x >= y),
  {
    name: 'between',
    takes: 'number',
    gives: 'truth',
    build: (x, y) => x.between(y, 3),
    // beyond one end it is false, whatever the other end is
    value: (x, y) => (x === null ? null : x > 3 ? false : y === null ? null : x >= y),
  },
  predicate(
    'betweenSymmetric',
    (x, y) => x >= Math.min(y, 3) && x <= Math.max(y, 3),
    (x, y) => x.betweenSymmetric(y, 3),
  ),
  predicate(
    'in',
    (x) => x === 1 || x === 2,
    (x) => x.in([1, 2]),
  ),
  { name: 'isNull', takes: 'number', gives: 'truth', build: (x) => x.isNull(), value: (x) => x === null },
  { name: 'isDistinctFrom', takes: 'number', gives: 'truth', build: (x, y) => x.isDistinctFrom(y), value: (x, y) => x !== y },
  { name: 'isNotDistinctFrom', takes: 'number', gives: 'truth', build: (x, y) => x.isNotDistinctFrom(y), value: (x, y) => x === y },
  {
    name: 'and',
    takes: 'truth',
    gives: 'truth',
    build: (x, y) => and(x, y),
    value: (x, y) => (x === false || y === false ? false : x === null || y === null ? null : true),
  },
  {
    name: 'or',
    takes: 'truth',
    gives: 'truth',
    build: (x, y) => or(x, y),
    value: (x, y) => (x === true || y === true ? true : x === null || y === null ? null : false),
  },
  { name: 'not', takes: 'truth', gives: 'truth', build: (x) => not(x), value: (x) => (x === null ? null : !x) },
  {
    name: 'eq of truths',
    takes: 'truth',
    gives: 'truth',
    build: (x, y) => x.eq(y),
    value: (x, y) => (x === null || y === null ? null : x === y),
  },
]

const grid = table('grid', { id: integer().primaryKey(), a: integer(), b: integer(), c: integer() })
const cells = [-3, 0, 1, 2, null] as const
const rows = cells.flatMap((a) => cells.flatMap((b) => cells.map((c) => ({ a, b, c })))).map((row, i) => ({ id: i + 1, ...row }))
type Row = (typeof rows)[number]

/** A leaf of the kind that an operator takes. */
const leaf = (key: 'a' | 'b' | 'c', kind: 'number' | 'truth') => ({
  build: () => (kind === 'number' ? grid[key] : grid[key].gt(0)),
  value: (row: Row): Value => (kind === 'number' || row[key] === null ? row[key] : row[key] > 0),
})
/** What one operator gives, as what the next one takes. */
const fitted = (of: { build: () => any; value: (row: Row) => Value }, gives: Operator['gives'], takes: Operator['takes']) => {
  if (gives === takes) return of
  if (takes === 'truth')
    return { build: () => of.build().gt(0), value: (row: Row) => ((x) => (x === null ? null : (x as number) > 0))(of.value(row)) }
  return {
    build: () => caseWhen(of.build()).then(2).else(1),
    value: (row: Row) => (of.value(row) === true ? 2 : 1),
  }
}

interface Pair {
  readonly name: string
  readonly build: () => any
  readonly value: (row: Row) => Value
}
const pairs: readonly Pair[] = operators.flatMap((outer) =>
  operators.flatMap((inner) => {
    const [a, b] = [leaf('a', inner.takes), leaf('b', inner.takes)]
    const nested = fitted(
      { build: () => inner.build(a.build(), b.build()), value: (row) => inner.value(a.value(row), b.value(row)) },
      inner.gives,
      outer.takes,
    )
    const c = leaf('c', outer.takes)
    return [
      {
        name: `(a ${inner.name} b) ${outer.name} c`,
        build: () => outer.build(nested.build(), c.build()),
        value: (row: Row) => outer.value(nested.value(row), c.value(row)),
      },
      {
        name: `c ${outer.name} (a ${inner.name} b)`,
        build: () => outer.build(c.build(), nested.build()),
        value: (row: Row) => outer.value(c.value(row), nested.value(row)),
      },
    ]
  }),
)
const plain = (value: unknown): unknown => (Object.is(value, -0) ? 0 : value)

for (const target of targets) {
  describe(`pairs of operators on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ grid }).createAll(engine)
      await engine.execute(insertInto(grid).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test(`${operators.length} operators, ${pairs.length} trees, ${rows.length} rows`, async () => {
      const wrong: string[] = []
      for (let i = 0; i < pairs.length; i += 50) {
        const batch = pairs.slice(i, i + 50)
        const shape = Object.fromEntries(batch.map((pair, k) => [`x${k}`, pair.build()]))
        const found = (await engine.all(select(shape).from(grid).orderBy(grid.id))) as Record<string, unknown>[]
        for (const [k, pair] of batch.entries()) {
          const at = rows.findIndex((row, r) => plain(found[r]![`x${k}`]) !== plain(pair.value(row)))
          if (at >= 0) wrong.push(`${pair.name} of ${JSON.stringify(rows[at])}: ${found[at]![`x${k}`]} instead of ${pair.value(rows[at]!)}`)
        }
      }
      expect(wrong).toEqual([])
    })
  })
}
