/**
 * The mistakes that a toolkit for SQL can catch, each where it is caught: by the types here, and at run time for dynamic code, in the
 * sentences of test/spec/ladder.test.ts. The numbers are those of that test. Nothing here runs.
 */
import type { Executor } from 'quern'
import {
  alias,
  and,
  bigint,
  boolean,
  count,
  deleteFrom,
  exists,
  fn,
  insertInto,
  integer,
  literal,
  max,
  numeric,
  rowNumber,
  select,
  sql,
  sum,
  table,
  text,
  timestamptz,
  union,
  update,
} from 'quern'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Same<Expected, Actual> extends true ? [] : [expected: Expected, actual: Actual]
) => void

const users = table('users', {
  id: integer().primaryKey().identity(),
  name: text().notNull(),
  age: integer(),
  active: boolean().notNull().default(true),
  createdAt: timestamptz().notNull(),
})
const posts = table('posts', { id: bigint().primaryKey(), authorId: integer().notNull(), title: text().notNull(), price: numeric() })
declare const ex: Executor
declare const since: Date

// 1 an unknown column
// @ts-expect-error there is no nam
select({ x: users.nam }).from(users)

// 2 a column against a literal of another type
// @ts-expect-error a number against a string
users.age.eq('3')

// 3 a column against a column of another type
// @ts-expect-error text against numeric
users.name.eq(posts.price)

// 4 functions and operators on types that lack them
// @ts-expect-error the sum of texts
sum(users.name)
// @ts-expect-error LIKE on a number
users.age.like('3%')

// 5 a projected table that is not in FROM
// @ts-expect-error posts is not in FROM
await ex.all(select({ title: posts.title }).from(users))

// 6 the same in WHERE
// @ts-expect-error posts is not in FROM
await ex.all(select(users).where(posts.title.eq('x')))

// 7 a subquery that refers to a table outside of its scope
const inner = alias(users, 'inner')
const outOfScope = select(inner).where(posts.id.isNull())
// @ts-expect-error posts is not in FROM
await ex.all(select(users).where(exists(outOfScope)))

// 8 columns of outer joins may be null
const joined = (await ex.all(select({ title: posts.title }).from(users).leftJoin(posts, posts.authorId.eq(users.id))))[0]!
exactly<string | null>()(joined.title)
// @ts-expect-error it may be null
joined.title.length

// 9 SUM and scalar subqueries over no rows are null
const empty = await ex.one(select({ s: sum(users.age), one: select({ id: users.id }).from(users).scalar() }).from(users))
exactly<{ s: number | null; one: number | null }>()(empty)

// 10 an aggregate beside a bare column
// @ts-expect-error users.name must be in GROUP BY
await ex.all(select({ name: users.name, n: count() }).from(users))

// 11 a column that is not grouped
// @ts-expect-error posts.title must be in GROUP BY
await ex.all(select({ title: posts.title, n: count() }).from(posts).groupBy(posts.authorId))

// 12 an aggregate in WHERE
// @ts-expect-error an aggregate is no condition on a row
select(users).where(count().gt(1))

// 13 a window function in WHERE
// @ts-expect-error a window function is no condition on a row
select(users).where(rowNumber().over().eq(1))

// 13 an aggregate of an aggregate has a meaning as a window only
// @ts-expect-error it needs over()
select({ n: sum(count()) })
// @ts-expect-error it needs over()
max(sum(users.age)).add(1)
exactly<{ n: number | null }[]>()(
  await ex.all(
    select({ n: sum(count()).over() })
      .from(users)
      .groupBy(users.active),
  ),
)

// 14 HAVING without GROUP BY
// @ts-expect-error users.name must be in GROUP BY
await ex.all(select({ name: users.name }).from(users).having(count().gt(1)))
await ex.all(select({ n: count() }).from(users).having(count().gt(1)))

// 15 a feature that the dialect lacks, 16 a table of another dialect: statements know no dialect until they are compiled, which refuses

// 17 an insert without a required column
// @ts-expect-error createdAt is missing
insertInto(users).values({ name: 'a' })

// 18 an unknown column in INSERT and UPDATE
// @ts-expect-error there is no nam
insertInto(users).values({ name: 'a', createdAt: since, nam: 'x' })
// @ts-expect-error there is no nam
update(users).set({ nam: 'x' })

// 19 another type, and NULL for NOT NULL
// @ts-expect-error name is text
insertInto(users).values({ name: 1, createdAt: since })
// @ts-expect-error name is NOT NULL
update(users).set({ name: null })

// 20 two columns of one name
// @ts-expect-error two columns are called id
select(users.id, posts.id)

// 21 a scalar subquery of two columns, compared
// @ts-expect-error it has two columns
users.id.eq(select({ a: users.id, b: users.age }).from(users).scalar())
// @ts-expect-error it has two columns
users.id.in(select({ a: users.id, b: users.age }).from(users))

// 22 the same in a select list
// @ts-expect-error it has two columns
select({ x: select({ a: users.id, b: users.age }).from(users).scalar() })

// 23 IN a subquery of another type
// @ts-expect-error text against a number
users.id.in(select({ t: posts.title }).from(posts))

// 24 set operations of other columns and types
// @ts-expect-error b is not in both
union(select({ a: users.id, b: users.name }).from(users), select({ a: users.id }).from(users))
// @ts-expect-error a is a number and text
union(select({ a: users.id }).from(users), select({ a: users.name }).from(users))

// 25 set operations whose columns stand in another order meet by key
exactly<{ a: number; b: string }[]>()(
  await ex.all(union(select({ a: users.id, b: users.name }).from(users), select({ b: posts.title, a: posts.authorId }).from(posts))),
)

// 26 a value against a typed fragment
// @ts-expect-error it is a number
sql<number>`length(${users.name})`.eq('x')

// 27 UPDATE and DELETE without WHERE
// @ts-expect-error no condition
await ex.execute(update(users).set({ name: 'x' }))
// @ts-expect-error no condition
await ex.execute(deleteFrom(users))

// 28 a common table expression where it is not in FROM; one that is, is written by itself
const top = select({ id: posts.authorId, n: count() }).from(posts).groupBy(posts.authorId).cte('top')
// @ts-expect-error top is not in FROM
await ex.all(select({ n: top.n }).from(users))
await ex.all(select({ n: top.n }).from(users).join(top, top.id.eq(users.id)))

// 29 = NULL is IS NULL
users.age.eq(null)
// @ts-expect-error undefined is no value
users.age.eq(undefined)

// 30 an empty list is false
users.id.in([])

// 31 a table twice without an alias
// @ts-expect-error users is in FROM already
select(users).join(users, users.id.eq(1))

// 32 locks where there are no rows of tables
// @ts-expect-error GROUP BY
select({ id: users.id }).from(users).groupBy(users.id).forUpdate()
// @ts-expect-error DISTINCT
select(users.name).from(users).distinct().forUpdate()
select(users.name).from(users).forUpdate()

// 33 empty lists, 34 rows with other keys: known when they come
insertInto(users).values([])
insertInto(users).values([
  { name: 'a', createdAt: since },
  { name: 'b', createdAt: since, active: false },
])

void [and, fn, literal, max]
