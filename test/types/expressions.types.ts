/** What TypeScript makes of functions and operators: right ones have exactly these rows, wrong ones do not compile. */
import {
  any,
  arrayAgg,
  avg,
  bigint,
  boolAnd,
  boolean,
  caseOf,
  charLength,
  count,
  dateAdd,
  dateDiff,
  dateTrunc,
  doublePrecision,
  type Executor,
  extract,
  fn,
  greatest,
  integer,
  json,
  jsonAgg,
  jsonObject,
  jsonSet,
  lag,
  left,
  literal,
  nullif,
  numeric,
  operator,
  round,
  select,
  sql,
  stringAgg,
  substring,
  sum,
  table,
  text,
  timestamptz,
  tuple,
} from 'quern'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Same<Expected, Actual> extends true ? [] : [expected: Expected, actual: Actual]
) => void
declare const ex: Executor
const users = table('users', {
  id: integer().primaryKey(),
  name: text().notNull(),
  nick: text(),
  age: integer(),
  big: bigint().notNull(),
  score: doublePrecision().notNull(),
  price: numeric(),
  active: boolean().notNull(),
  at: timestamptz().notNull(),
  seen: timestamptz(),
  doc: json<{ tags: string[]; size: { w: number; h?: number } }>().notNull(),
})
const posts = table('posts', { id: integer().primaryKey(), title: text().notNull() })
const u = users
const first = async <Rw>(q: Promise<Rw[]>): Promise<Rw> => (await q)[0]!

exactly<{
  a: string
  b: string | null
  c: number
  d: number | null
  e: number
  f: Date
  g: Date | null
  h: number | null
  i: bigint | null
  j: number | null
  k: string | null
}>()(
  await first(
    ex.all(
      select({
        a: left(u.name, 3),
        b: substring(u.nick, 1, charLength(u.name)),
        c: charLength(u.name),
        d: extract('year', u.seen),
        e: extract('year', u.at),
        f: dateTrunc('day', u.at),
        g: dateAdd('day', u.age, u.seen),
        h: dateDiff('day', u.at, u.seen),
        i: u.age.shiftLeft(3),
        j: greatest(u.age, 3),
        k: nullif(u.name, ''),
      }).from(u),
    ),
  ),
)

exactly<{
  a: string | null
  b: { w: number; h?: number } | null
  c: number
  d: string | null
  e: { n: number | null; when: string | null }
}>()(
  await first(
    ex.all(
      select({
        a: u.doc.path(['tags', 0]),
        b: u.doc.get('size'),
        c: u.doc.path(['size', 'w']),
        d: u.doc.getText('tags', 0),
        e: jsonObject({ n: u.id, when: u.at }),
      }).from(u),
    ),
  ),
)
exactly<{ tags: string[]; size: { w: number; h?: number } }>()((await first(ex.all(select({ x: jsonSet(u.doc, ['tags'], []) }).from(u)))).x)
// @ts-expect-error the document has no such member
u.doc.path(['tag', 0])
// @ts-expect-error an object has no positions
u.doc.path(['size', 0])

exactly<{
  a: string | null
  b: (number | null)[] | null
  c: (string | null)[] | null
  d: boolean | null
  e: number | null
  f: number | null
}>()(
  await first(
    ex.all(
      select({
        a: stringAgg(u.name, ', ').orderBy(u.age.desc()),
        b: arrayAgg(u.age),
        c: jsonAgg(u.seen),
        d: boolAnd(u.active).filter(u.age.gt(3)),
        e: sum(u.score),
        f: avg(u.score),
      }).from(u),
    ),
  ),
)
// @ts-expect-error an aggregate cannot stand in FILTER
sum(u.age).filter(count().gt(1))
// @ts-expect-error users.name must be in GROUP BY, although the aggregate has an order
await ex.all(select({ name: u.name, x: stringAgg(u.nick, ',').orderBy(u.id) }).from(u))
// @ts-expect-error posts is not in FROM, in the order of an aggregate
await ex.all(select({ x: stringAgg(u.name, ',').orderBy(posts.title) }).from(u))

exactly<{ a: number | null; b: number; c: number | null }>()(
  await first(
    ex.all(
      select({
        a: lag(u.age, 2).over({ orderBy: u.id, rows: [-2, 'current row'], exclude: 'ties' }),
        b: lag(u.id, 1, 0).over({ orderBy: u.at }),
        c: sum(u.age).over('w'),
      }).from(u),
    ),
  ),
)
// @ts-expect-error no such bound
sum(u.age).over({ rows: ['2 preceding', 'current row'] })
// @ts-expect-error a default of another type
lag(u.age, 1, 'x')

exactly<{ a: string; b: string | null }>()(
  await first(
    ex.all(
      select({
        a: caseOf(u.id).when(1).then('one').when(u.age).then('age').else('other'),
        b: caseOf(u.name).when('x').then('y').end(),
      }).from(u),
    ),
  ),
)
// @ts-expect-error a text for a number
caseOf(u.id).when('1')

tuple(u.id, u.name).eq([1, 'a'])
tuple(u.id, u.name).in([[1, 'a']])
// @ts-expect-error the members' types in their order
tuple(u.id, u.name).eq(['a', 1])
// @ts-expect-error as many members
tuple(u.id, u.name).in([[1]])
// @ts-expect-error posts is not in FROM
await ex.all(select(u).where(tuple(u.id, posts.id).eq([1, 2])))
u.id.eq(any(select({ id: posts.id }).from(posts)))
// @ts-expect-error a text column against a number
u.id.eq(any(select({ title: posts.title }).from(posts)))

exactly<{ a: string | null; b: boolean | null; n: number; t: string | null }>()(
  await first(
    ex.all(
      select({
        a: fn('soundex', text())(u.name, 'x', 3),
        b: operator('@@', boolean())(u.nick, 'x'),
        n: sql<number>`1`,
        t: sql.typed(text())`x`,
      }).from(u),
    ),
  ),
)
exactly<number | null>()((await first(ex.all(select({ x: fn.aggregate('bit_or', integer())(u.age) }).from(u)))).x)
// @ts-expect-error posts is not in FROM, in a function by name
await ex.all(select({ x: fn('soundex', text())(posts.title) }).from(u))
// @ts-expect-error a number is no text
left(u.age, 3)
// @ts-expect-error text is no number
round(u.name)
// @ts-expect-error a number is no moment
extract('year', u.age)
// @ts-expect-error no such part
extract('years', u.at)
// @ts-expect-error text has no bits
u.name.bitAnd(1)
// @ts-expect-error a number has no regular expressions
u.age.regexp('x')
void literal
