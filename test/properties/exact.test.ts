/** Exact numerics calculate, compare, sort and add up on every database as decimals of whole numbers do in the program; on SQLite, which keeps them as text, too. */
import fc from 'fast-check'
import {
  abs,
  caseWhen,
  coalesce,
  createEngine,
  type Engine,
  greatest,
  insertInto,
  integer,
  least,
  literal,
  max,
  metadata,
  min,
  numeric,
  select,
  sum,
  table,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const runs = Number(process.env.QUERN_TEST_TREES ?? 240) > 2000 ? 5000 : 240
const things: any = table('things', {
  id: integer().primaryKey(),
  price: numeric(10, 2),
  fine: numeric(17, 6),
  whole: numeric(15, 0),
  part: numeric(5, 5),
  count: integer(),
})
const db = metadata({ things })

/** A decimal as a whole number of its smallest unit. */
interface Decimal {
  readonly units: bigint
  readonly scale: number
}
const decimal = (text: string): Decimal => {
  const [whole, fraction = ''] = text.split('.')
  return { units: BigInt(whole + fraction), scale: fraction.length }
}
const at = ({ units, scale }: Decimal, to: number): bigint => units * 10n ** BigInt(to - scale)
const textOf = ({ units, scale }: Decimal): string => {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '')
  return units < 0n ? `-${text}` : text
}
const compare = (a: Decimal, b: Decimal): number => {
  const scale = Math.max(a.scale, b.scale)
  const difference = at(a, scale) - at(b, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

type Name = 'price' | 'fine' | 'whole' | 'part' | 'count'
type Tree =
  | { readonly op: 'column'; readonly name: Name }
  | { readonly op: 'value'; readonly text: string }
  | { readonly op: 'neg'; readonly a: Tree }
  | { readonly op: 'abs'; readonly a: Tree }
  | { readonly op: 'add' | 'sub' | 'mul' | 'coalesce' | 'greatest' | 'least' | 'case'; readonly a: Tree; readonly b: Tree }

const values = ['0', '1', '-1', '0.5', '-2.25', '10', '0.05', '99.99', '3.125']
const { tree } = fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ op: fc.constant('column' as const), name: fc.constantFrom<Name>('price', 'fine', 'whole', 'part', 'count') }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('value' as const), text: fc.constantFrom(...values) }) },
  ),
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('leaf'),
    fc.record({ op: fc.constantFrom('neg' as const, 'abs' as const), a: tie('tree') }),
    fc.record({
      op: fc.constantFrom(
        'add' as const,
        'sub' as const,
        'mul' as const,
        'coalesce' as const,
        'greatest' as const,
        'least' as const,
        'case' as const,
      ),
      a: tie('tree'),
      b: tie('tree'),
    }),
  ),
}))

function build(node: Tree): any {
  switch (node.op) {
    case 'column':
      return things[node.name]
    case 'value':
      return literal(node.text, numeric())
    case 'neg':
      return build(node.a).neg()
    case 'abs':
      return abs(build(node.a))
    case 'coalesce':
      return coalesce(build(node.a), build(node.b))
    case 'greatest':
      return greatest(build(node.a), build(node.b))
    case 'least':
      return least(build(node.a), build(node.b))
    case 'case':
      return caseWhen(build(node.a).gt(build(node.b)))
        .then(build(node.a))
        .else(build(node.b))
    default:
      return build(node.a)[node.op](build(node.b))
  }
}
/** Integers alone are another type, with limits and operators of their own. */
function isWhole(node: Tree): boolean {
  if (node.op === 'column') return node.name === 'count'
  if (node.op === 'value') return false
  return [node.a, 'b' in node ? (node as { b: Tree }).b : node.a].every(isWhole)
}

/** What the program makes of it; the largest number of units on the way is noted. */
function evaluate(node: Tree, row: Record<Name, string | null>, note: (units: bigint) => void): Decimal | null {
  const found = evaluated(node, row, note)
  if (found) note(found.units)
  return found
}
function evaluated(node: Tree, row: Record<Name, string | null>, note: (units: bigint) => void): Decimal | null {
  if (node.op === 'column') return row[node.name] === null ? null : decimal(row[node.name]!)
  if (node.op === 'value') return decimal(node.text)
  const a = evaluate(node.a, row, note)
  if (node.op === 'neg') return a && { units: -a.units, scale: a.scale }
  if (node.op === 'abs') return a && { units: a.units < 0n ? -a.units : a.units, scale: a.scale }
  const b = evaluate(node.b, row, note)
  if (node.op === 'coalesce') return a ?? b
  if (node.op === 'case') return a && b && compare(a, b) > 0 ? a : b
  if (a === null || b === null) return null
  const scale = Math.max(a.scale, b.scale)
  switch (node.op) {
    case 'add':
      return { units: at(a, scale) + at(b, scale), scale }
    case 'sub':
      return { units: at(a, scale) - at(b, scale), scale }
    case 'mul':
      return { units: a.units * b.units, scale: a.scale + b.scale }
    case 'greatest':
      return compare(a, b) >= 0 ? a : b
    default:
      return compare(a, b) <= 0 ? a : b
  }
}

let state = 20261121
const next = (below: number): number => (state = (state * 48271) % 2147483647) % below
const digits = (count: number): string => Array.from({ length: count }, () => next(10)).join('')
const random = (whole: number, scale: number): string | null => {
  if (next(8) === 0) return null
  const text = `${BigInt(digits(1 + next(whole)))}${scale > 0 ? `.${digits(scale)}` : ''}`
  return next(2) === 0 ? `-${text}` : text
}
const rows = Array.from({ length: 24 }, (_, id) => ({
  id,
  price: random(8, 2),
  fine: random(11, 6),
  whole: random(15, 0),
  part: next(6) === 0 ? null : `${next(2) ? '-' : ''}0.${digits(5)}`,
  count: next(7) === 0 ? null : next(2001) - 1000,
}))
const exactRows = rows.map((row) => ({ ...row, count: row.count === null ? null : String(row.count) }))

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      await engine.execute(insertInto(things).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test(`${runs} expressions`, async () => {
      const seen: Record<string, number> = {}
      let refused = 0
      let overflowed = 0
      const trees = fc.sample(
        tree.filter((node) => node.op !== 'value' && !isWhole(node)),
        { seed: 4711, numRuns: runs },
      )
      for (const node of trees) {
        let largest = 0n
        const note = (units: bigint): void => {
          if (units > largest || -units > largest) largest = units < 0n ? -units : units
        }
        const expected = exactRows.map((row) => ({ id: row.id, x: evaluate(node, row, note) }))
        let statement: any
        try {
          const x = build(node)
          statement = {
            x: select({ id: things.id, x }).from(things).orderBy(things.id),
            sorted: select({ id: things.id }).from(things).where(x.isNotNull()).orderBy(x.desc(), things.id),
            above: select({ id: things.id }).from(things).where(x.gt('1.5')).orderBy(things.id),
            all: select({ sum: sum(x), min: min(x), max: max(x) }).from(things),
          }
        } catch (error) {
          throw new Error(JSON.stringify(node), { cause: error })
        }
        let got: any
        try {
          got = {
            x: await engine.all(statement.x),
            sorted: await engine.all(statement.sorted),
            above: await engine.all(statement.above),
            all: await engine.one(statement.all),
          }
        } catch (error) {
          const { name, message } = error as Error
          // SQLite says no where more digits than 64 bits have could come, and never goes on with others
          if (target === 'sqlite' && name === 'UnsupportedFeatureError') refused++
          else if (target === 'sqlite' && name === 'DataError' && message === 'integer overflow' && largest * 10n ** 11n > 2n ** 63n)
            overflowed++
          else throw new Error(`${JSON.stringify(node)}: ${message}`, { cause: error })
          continue
        }
        const present = expected.flatMap(({ id, x }) => (x === null ? [] : [{ id, x }]))
        const total = present.reduce<Decimal | null>((so, { x }) => {
          if (so === null) return x
          const scale = Math.max(so.scale, x.scale)
          return { units: at(so, scale) + at(x, scale), scale }
        }, null)
        const order = [...present].sort((p, q) => compare(q.x, p.x) || p.id - q.id)
        const texts = (x: Decimal | null | undefined): string | null => (x ? textOf(x) : null)
        expect({ node, ...got }).toEqual({
          node,
          x: expected.map(({ id, x }) => ({ id, x: texts(x) })),
          sorted: order.map(({ id }) => ({ id })),
          above: present.filter(({ x }) => compare(x, decimal('1.5')) > 0).map(({ id }) => ({ id })),
          all: { sum: texts(total), min: texts(order.at(-1)?.x), max: texts(order[0]?.x) },
        })
        JSON.stringify(node, (key, value) => {
          if (key === 'op') seen[value] = (seen[value] ?? 0) + 1
          return value
        })
      }
      process.stderr.write(`    ${target}: ${JSON.stringify(seen)}, refused ${refused}, overflowed ${overflowed}\n`)
      expect(refused + overflowed).toBeLessThan(runs / 2)
      if (target !== 'sqlite') expect(refused + overflowed).toBe(0)
    }, 600_000)
  })
}
