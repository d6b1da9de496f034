/**
 * Statements are values: what is added to one is in no other, however long its lists are and whoever goes on from where. The expected text is
 * written here from plain lists.
 */
import fc from 'fast-check'
import { compile, deleteFrom, integer, select, table, update } from 'quern'

const root = table('root', { id: integer().primaryKey(), n: integer() })
const numbers = Array.from({ length: 12 }, (_, i) => i)
const above = numbers.map((i) => table(`above${i}`, { id: integer().primaryKey() }))
/** Each refers to the root, and to one table of its own. */
const below = numbers.map((i) =>
  table(`below${i}`, {
    id: integer().primaryKey(),
    root: integer().references(() => root.id),
    above: integer().references(() => above[i]!.id),
  }),
)

interface Model {
  readonly joins: readonly string[]
  readonly names: readonly string[]
  readonly where: readonly number[]
  readonly order: readonly string[]
  readonly limit: number | undefined
}
type Step = { readonly what: string; readonly from: number; readonly n: number }
interface Kind {
  readonly start: any
  readonly steps: readonly string[]
  text(model: Model): string
  readonly first: readonly unknown[]
}

const whereText = (where: readonly number[], before: number) =>
  where.length === 0 ? '' : ` WHERE ${where.map((_, i) => `"root"."id" <> $${i + 1 + before}`).join(' AND ')}`
const selectText = ({ joins, where, order, limit }: Model) =>
  `SELECT "root"."id" FROM "root"${joins.join('')}${whereText(where, 0)}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}${
    limit === undefined ? '' : ` LIMIT $${where.length + 1}`
  }`

const kinds: Readonly<Record<string, Kind>> = {
  select: {
    start: select({ id: root.id }).from(root),
    steps: ['where', 'where', 'join', 'join', 'implied', 'implied', 'implied', 'order', 'limit', 'look'],
    text: selectText,
    first: [],
  },
  update: {
    start: update(root).set({ n: 7 }),
    steps: ['where', 'where', 'two', 'look'],
    text: ({ where }) => `UPDATE "root" SET "n" = $1${whereText(where, 1)}`,
    first: [7],
  },
  delete: {
    start: deleteFrom(root),
    steps: ['where', 'where', 'two', 'look'],
    text: ({ where }) => `DELETE FROM "root"${whereText(where, 0)}`,
    first: [],
  },
}

/** The name of the table, and the condition that its only foreign key to these tables gives. */
function implied(n: number, names: readonly string[]): { readonly name: string; readonly source: any; readonly on: string | undefined } {
  const i = n % numbers.length
  const key = `"below${i}"."above" = "above${i}"."id"`
  if (n % 2) return { name: `above${i}`, source: above[i], on: names.includes(`below${i}`) ? key : undefined }
  return { name: `below${i}`, source: below[i], on: names.includes(`above${i}`) ? undefined : `"below${i}"."root" = "root"."id"` }
}

function next(statement: any, model: Model, { what, n }: Step, value: number): readonly [any, Model] {
  const condition = root.id.ne(value)
  switch (what) {
    case 'where':
      return [statement.where(condition), { ...model, where: [...model.where, value] }]
    case 'two':
      return [statement.where(condition, root.id.ne(-value)), { ...model, where: [...model.where, value, -value] }]
    case 'order':
      return [
        statement.orderBy(n % 2 ? root.n.desc() : root.id),
        { ...model, order: [...model.order, n % 2 ? '"root"."n" DESC' : '"root"."id"'] },
      ]
    case 'limit':
      return [statement.limit(value), { ...model, limit: value }]
    case 'look':
      // the node is made here, and what comes after goes on from it
      if (model.where.length > 0) compile(statement, 'postgres')
      return [statement, model]
  }
  const { name, source, on } = implied(n, model.names)
  if (model.names.includes(name)) return [statement, model]
  const names = [...model.names, name]
  if (what === 'join')
    return [
      statement.leftJoin(source, source.id.eq(root.id)),
      { ...model, names, joins: [...model.joins, ` LEFT JOIN "${name}" ON "${name}"."id" = "root"."id"`] },
    ]
  if (on === undefined) {
    expect(() => statement.join(source)).toThrow(
      n % 2 ? `no foreign key joins ${name} to the tables in FROM` : `2 foreign keys join ${name}`,
    )
    return [statement, model]
  }
  return [statement.join(source), { ...model, names, joins: [...model.joins, ` INNER JOIN "${name}" ON ${on}`] }]
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`${name}: no statement sees what is added to another`, () => {
    const step = fc.record({ what: fc.constantFrom(...kind.steps), from: fc.nat(1000), n: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps) => {
        const made: (readonly [any, Model])[] = [[kind.start, { joins: [], names: ['root'], where: [], order: [], limit: undefined }]]
        for (const [i, step] of steps.entries()) {
          // mostly one long chain, from which others branch off anywhere
          const [statement, model] = step.from % 4 ? made.at(-1)! : made[step.from % made.length]!
          made.push(next(statement, model, step, i + 1))
        }
        for (const [statement, model] of made) {
          if (name !== 'select' && model.where.length === 0) continue
          const { sql, params } = compile(statement, 'postgres')
          expect(sql).toBe(kind.text(model))
          expect(params).toEqual([...kind.first, ...model.where, ...(model.limit === undefined ? [] : [model.limit])])
        }
      }),
      { numRuns: 150 },
    )
  })
}

test('a long statement that two go on from: the foreign keys of the one are none of the other', () => {
  let long: any = select({ id: root.id }).from(root)
  for (const one of below.slice(0, 8)) long = long.join(one)
  const first = long.join(below[8])
  expect(() => long.join(above[8])).toThrow('no foreign key joins above8 to the tables in FROM')
  expect(compile(first.join(above[8]), 'postgres').sql).toMatch(/INNER JOIN "above8" ON "below8"."above" = "above8"."id"$/)
  expect(compile(long.join(above[7]), 'postgres').sql).toMatch(/INNER JOIN "above7" ON "below7"."above" = "above7"."id"$/)
})

test('a condition that no foreign key gives is refused among many tables as among few', () => {
  let long: any = select({ id: root.id }).from(root)
  for (const one of below) long = long.join(one)
  const stranger = table('stranger', { id: integer().primaryKey() })
  expect(() => long.join(stranger)).toThrow('no foreign key joins stranger to the tables in FROM; give the join a condition')
  const many = table('many', { a: integer().references(() => below[7]!.id), b: integer().references(() => below[3]!.id) })
  expect(() => long.join(many)).toThrow('2 foreign keys join many (many.b to below3; many.a to below7); give the join a condition')
  // and what was refused is not there
  expect(compile(long, 'postgres').sql).not.toMatch(/stranger|many/)
})
