/** What the types promise of nested rows, set operations and the clauses that few statements have; nothing here runs. */
import type { Executor, Row, RowOfRuns } from 'quern'
import {
  type AnySelect,
  bigint,
  boolean,
  count,
  cube,
  deleteFrom,
  except,
  fn,
  groupingSets,
  integer,
  lateral,
  literal,
  max,
  nested,
  numeric,
  prepare,
  recursiveCte,
  rollup,
  select,
  sum,
  table,
  tableFunction,
  tableSample,
  text,
  timestamptz,
  union,
  unionAll,
  valuesTable,
  view,
} from 'quern'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Same<Expected, Actual> extends true ? [] : [expected: Expected, actual: Actual]
) => void

const users = table('users', {
  id: integer().primaryKey(),
  name: text().notNull(),
  age: integer(),
  managerId: integer(),
  createdAt: timestamptz().notNull(),
  active: boolean().notNull(),
})
const posts = table('posts', {
  id: bigint().primaryKey(),
  authorId: integer()
    .notNull()
    .references(() => users.id),
  title: text().notNull(),
  price: numeric(),
})
const plain = table('plain', { key: integer().primaryKey() })
declare const ex: Executor
declare const cond: boolean

// rows inside a row
const byUser = select(posts).where(posts.authorId.eq(users.id))
const n1 = (await ex.all(select({ u: users.name, posts: nested(byUser.orderBy(posts.id).limit(3)) }).from(users)))[0]!
exactly<{ u: string; posts: Row<typeof posts>[] }>()(n1)
const n2 = (
  await ex.all(
    select({
      id: users.id,
      posts: nested(
        select({ id: posts.id, inner: nested(select({ k: plain.key }).from(plain).where(plain.key.eq(users.id))) })
          .from(posts)
          .where(posts.authorId.eq(users.id)),
      ),
    }).from(users),
  )
)[0]!
exactly<{ id: number; posts: { id: bigint; inner: { k: number }[] }[] }>()(n2)
// @ts-expect-error users is not in FROM: correlated, but the statement around has no users
await ex.all(select({ posts: nested(byUser) }).from(plain))
// @ts-expect-error plain is not in FROM, two levels down
await ex.all(select({ posts: nested(select({ x: nested(select(posts).where(posts.authorId.eq(plain.key))) })) }))
// @ts-expect-error posts.title must be in GROUP BY, inside
nested(select({ title: posts.title, n: count() }).from(posts).groupBy(posts.authorId))
const list = select({ list: nested(select({ id: posts.id }).from(posts)) }).subquery('list')
exactly<{ list: { id: bigint }[] }[]>()(await ex.all(select(list)))
exactly<{ list: { id: bigint }[] | null }[]>()(await ex.all(select({ list: list.list }).from(users).leftJoin(list, literal(true))))

// set operations
const u1 = union(select({ id: users.id, t: users.name }).from(users), select({ t: posts.title, id: posts.authorId }).from(posts))
exactly<{ id: number; t: string }[]>()(await ex.all(u1.orderBy((out) => out.t.asc()).limit(3)))
exactly<{ n: number | null }[]>()(await ex.all(unionAll(select({ n: users.age }).from(users), select({ n: users.id }).from(users))))
exactly<{ n: number | bigint }[]>()(await ex.all(unionAll(select({ n: users.id }).from(users), select({ n: posts.id }).from(posts))))
const u3 = except(u1, u1, select({ id: users.id, t: users.name }).from(users))
exactly<{ id: number; t: string }[]>()(await ex.all(u3))
const sub = u1.subquery('u')
exactly<{ t: string; n: number }[]>()(await ex.all(select({ t: sub.t, n: count() }).from(sub).groupBy(sub.t)))
await ex.all(select(users).where(users.id.in(union(select(posts.authorId).from(posts), select({ authorId: users.id }).from(users)))))
exactly<number | null>()(
  (await ex.one(select({ x: except(select({ id: users.id }).from(users), select({ id: users.id }).from(users)).scalar() }))).x,
)
// @ts-expect-error t is not in both
union(select({ id: users.id, t: users.name }).from(users), select({ id: users.id }).from(users))
// @ts-expect-error x and t
union(select({ t: users.name }).from(users), select({ x: users.name }).from(users))
// @ts-expect-error text against numbers
union(select({ t: users.name }).from(users), select({ t: users.id }).from(users))
// @ts-expect-error both are strings in TypeScript, and not in SQL
union(select({ t: users.name }).from(users), select({ t: posts.price }).from(posts))
// @ts-expect-error there is no such column
u1.orderBy((out) => out.title.asc())
// @ts-expect-error posts is not in FROM
await ex.all(union(select({ id: users.id }).from(users), select({ id: posts.authorId }).from(users)))
// @ts-expect-error not grouped
union(select({ t: users.name, n: count() }).from(users), select({ t: users.name, n: users.id }).from(users))

// lateral joins, samples, values, functions
const latest = lateral(byUser.orderBy(posts.id).limit(1), 'latest')
exactly<{ name: string; title: string | null }[]>()(
  await ex.all(select({ name: users.name, title: latest.title }).from(users).leftJoin(latest)),
)
// @ts-expect-error users is not in FROM
await ex.all(select({ title: latest.title }).from(latest))
exactly<Row<typeof users>[]>()(await ex.all(select(tableSample(users, 'system', 10))))
exactly<{ id: number }[]>()(await ex.all(select({ id: users.id }).from(tableSample(users, 'bernoulli', 10))))
const given = valuesTable({ id: integer().notNull(), note: text() }, [{ id: 1, note: null }], 'given')
exactly<{ id: number; note: string | null }[]>()(await ex.all(select(given)))
// @ts-expect-error note is text
valuesTable({ id: integer().notNull(), note: text() }, [{ id: 1, note: 1 }], 'given')
// @ts-expect-error note is missing
valuesTable({ id: integer().notNull(), note: text() }, [{ id: 1 }], 'given')
const series = tableFunction(
  fn('generate_series', integer())(literal(1), literal(3)),
  { value: integer().notNull() },
  { ordinality: 'n' },
).as('g')
exactly<{ value: number; n: number }[]>()(await ex.all(select(series)))

// groupings make their keys null
exactly<{ name: string | null; n: number }[]>()(
  await ex.all(select({ name: users.name, n: count() }).from(users).groupBy(rollup(users.name))),
)
await ex.all(select({ id: users.id, name: users.name, n: count() }).from(users).groupBy(users.id, cube(users.name)))
await ex.all(
  select({ n: users.name, s: sum(users.age) })
    .from(users)
    .groupBy(groupingSets([users.name], [users.id, users.name], [])),
)
// @ts-expect-error users.name must be in GROUP BY
await ex.all(select({ name: users.name, n: count() }).from(users).groupBy(rollup(users.age)))

// a view of a set operation
const both = view('both', union(select({ a: users.id }).from(users), select({ a: users.managerId }).from(users)))
exactly<{ a: number | null }[]>()(await ex.all(select(both)))
// @ts-expect-error both has no b
select(both.b)

// locks, DISTINCT ON, ties, hints, windows, cursors keep the row
const locked = select(users.id).from(users).where(users.active).forUpdate({ of: users, skipLocked: true })
exactly<{ id: number }[]>()(
  await ex.all(locked.forShare().hint('x').hint({ mysql: 'y' }).hint(users, { force: 'i' }).fetch(3, { withTies: true })),
)
exactly<{ id: number }[]>()(
  await ex.all(select(users.id).from(users).distinctOn(users.name).orderBy(users.name).window('w', { orderBy: users.id })),
)
exactly<{ id: number }[]>()(await ex.all(select(users.id).from(users).seek([users.name.asc(), users.id.desc()], ['a', 3])))
exactly<{ id: number }[]>()(
  await ex.all(
    select(users.id)
      .from(users)
      .seek([users.id], cond ? { id: 3 } : null),
  ),
)
// LIMIT and OFFSET take numbers and parameters, no columns and no texts
prepare({ n: integer() }, ($) => select(users.id).from(users).limit($.n).offset($.n))
// @ts-expect-error a column is no limit
select(users.id).from(users).limit(users.id)
// @ts-expect-error a text is no limit
prepare({ n: text() }, ($) => select(users.id).from(users).limit($.n))
// @ts-expect-error there is no such option
select(users).forUpdate({ skiplocked: true })
// @ts-expect-error posts is not in FROM
await ex.all(select(users.id).from(users).distinctOn(posts.title))

// common table expressions
const tree = recursiveCte(
  'tree',
  select({ id: users.id, name: users.name }).from(users),
  (self) => select({ id: users.id, name: users.name }).from(users).join(self, self.id.eq(users.managerId)),
  { search: { breadthFirst: ['name'], set: 'place' }, cycle: { by: ['id'], set: 'again', using: 'path' } },
)
exactly<{ id: number; again: boolean }[]>()(await ex.all(select({ id: tree.id, again: tree.again }).from(tree).orderBy(tree.place)))
recursiveCte('t', select({ id: users.id }).from(users), () => select({ id: users.id }).from(users), {
  // @ts-expect-error there is no column nam
  search: { depthFirst: ['nam'], set: 'place' },
})
const gone = deleteFrom(posts).where(posts.id.eq(1n)).returning(posts.id, posts.title).cte('gone')
exactly<{ id: bigint; title: string }[]>()(await ex.all(select(gone)))
const kept = select({ id: users.id }).from(users).cte('kept', { materialized: true })
exactly<{ id: number }[]>()(await ex.all(select(kept)))

// helpers over any statement
function page<Q extends AnySelect>(q: Q, n: number): Q {
  return q.limit(n).offset(2).orderBy(users.id)
}
exactly<{ id: number }[]>()(await ex.all(page(select(users.id).from(users).distinct(), 3)))
exactly<{ id: number; t: string }[]>()(await ex.all(page(u1, 3)))
type FirstRow = RowOfRuns<typeof u1>
exactly<FirstRow>()(null as unknown as { id: number; t: string })
void [max]
