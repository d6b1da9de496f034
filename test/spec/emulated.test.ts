/**
 * Random statements with clauses that PostgreSQL has itself and the others get in other words: all answer the same rows.
 * `QUERN_TEST_EMULATED` is how many of each kind.
 */
import {
  alias,
  caseWhen,
  coalesce,
  count,
  createEngine,
  cube,
  exceptAll,
  groupingSets,
  insertInto,
  integer,
  intersectAll,
  max,
  metadata,
  type Runnable,
  rollup,
  select,
  sum,
  table,
  varchar,
} from 'quern'
import { freshDatabase, targets } from '../servers/urls.js'

const t = table('t', { id: integer().primaryKey(), a: integer(), b: varchar(5), c: integer(), d: integer().notNull() })
const u = alias(t, 'u')

let seed = 20240229
function below(n: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
  return (seed >> 8) % n
}
const rows = Array.from({ length: 80 }, (_, i) => ({
  id: i + 1,
  a: below(5) === 0 ? null : below(3),
  b: below(6) === 0 ? null : `x${below(3)}`,
  c: below(4) === 0 ? null : below(3),
  d: below(10),
}))

const part = coalesce(t.a, 7)
const keys: readonly any[] = [t.a, t.b, t.c, part]
const key = () => keys[below(keys.length)]

/** Several groupings, and expressions over what they group by. */
function groupings(): unknown {
  const [first, second, third] = [key(), key(), key()]
  const lists: any[][] = Array.from({ length: 1 + below(3) }, () => Array.from({ length: below(3) }, key))
  const [by, used]: [any[], any[]] = (
    [
      [[rollup(first, second)], [first, second]],
      [[cube(first, second)], [first, second]],
      [
        [third, cube(first, second)],
        [first, second, third],
      ],
      [
        [rollup(first), rollup(second)],
        [first, second],
      ],
      [[groupingSets(...lists)], lists.flat()],
    ] as [any[], any[]][]
  )[below(5)]!
  const over: Record<string, any> = { n: count(), s: sum(t.d), m: max(t.c) }
  for (const [i, one] of [...new Set(used)].entries()) over[`k${i}`] = one
  if (used.includes(t.a)) Object.assign(over, { e: caseWhen(t.a.isNull()).then('none').else('some'), f: t.a.add(1) })
  let statement: any = select(over)
    .from(t)
    .where(t.id.lte(below(80)))
    .groupBy(...by)
  if (below(2) === 0) statement = statement.having(count().gt(below(4)))
  return below(3) === 0 ? statement.distinct() : statement
}

function firsts(): unknown {
  const on: any[] = [[t.a], [t.b], [t.a, t.b], [part]][below(4)]!
  const order = on.map((one) => (below(2) === 0 ? one.asc().nullsLast() : one.desc().nullsFirst()))
  const statement = select({ a: t.a, b: t.b, id: t.id, part })
    .from(t)
    .where(t.id.lte(below(80)))
    .distinctOn(...on)
    .orderBy(...order, t.d.desc(), t.id)
  return below(2) === 0 ? statement : statement.limit(below(5)).offset(below(3))
}

function ties(): unknown {
  const statement = select({ a: t.a, d: t.d }).from(t).orderBy(t.d.desc(), t.a.asc().nullsLast())
  return (below(2) === 0 ? statement : statement.offset(below(80))).fetch(below(12), { withTies: true })
}

function sets(): unknown {
  const some = (to: number) => select({ a: t.a, b: t.b }).from(t).where(t.id.lte(to))
  const others = select({ b: u.b, a: u.c })
    .from(u)
    .where(u.id.gt(below(80)))
  const operation = below(2) === 0 ? intersectAll : exceptAll
  return below(2) === 0 ? operation(some(below(80)), others) : operation(some(below(80)), others, some(below(20)))
}

const times = Number(process.env.QUERN_TEST_EMULATED ?? 40)
const statements = Array.from({ length: times }, () => [groupings(), firsts(), ties(), sets()]).flat() as Runnable<any>[]
const answers = new Map<string, string[][]>()

test.each(targets)('%s answers', async (target) => {
  const database = await freshDatabase(target)
  const engine = createEngine(database.url)
  await metadata({ t }).createAll(engine)
  await engine.execute(insertInto(t).values(rows))
  const found: string[][] = []
  for (const statement of statements) found.push((await engine.all(statement)).map((row) => JSON.stringify(row)).sort())
  answers.set(target, found)
  await engine.close()
  await database.drop()
  // most of them find something, or they would prove nothing
  expect(found.filter((some) => some.length > 0).length).toBeGreaterThan(statements.length / 2)
})

test('and all answer the same', () => {
  const [[, first] = [], ...others] = [...answers]
  for (const [, found] of others) expect(found).toEqual(first)
})
