/** What the types promise, checked by plain `tsc`: nothing here runs. A line under `@ts-expect-error` must not compile. */

import type { Connection, Engine, Executor, Transaction } from 'quern'
import {
  type AnySelect,
  alias,
  and,
  avg,
  bigint,
  boolean,
  caseWhen,
  coalesce,
  columnsOf,
  count,
  deleteFrom,
  doublePrecision,
  exists,
  foreignKey,
  insertInto,
  integer,
  literal,
  max,
  type NewRow,
  numeric,
  or,
  type Patch,
  prepare,
  type Row,
  recursiveCte,
  rowNumber,
  schema,
  select,
  sql,
  sum,
  type TableWith,
  table,
  text,
  timestamptz,
  update,
} from 'quern'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Accepts a value only of exactly this type. */
declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...wrong: Same<Expected, Actual> extends true ? [] : [expected: Expected, actual: Actual]
) => void

const users = table(
  'users',
  {
    id: integer().primaryKey().identity(),
    tenantId: integer().notNull(),
    name: text().notNull(),
    age: integer(),
    managerId: integer(),
    deletedAt: timestamptz(),
    createdAt: timestamptz().notNull(),
    active: boolean().notNull().default(true),
    score: doublePrecision().notNull(),
  },
  (t) => [foreignKey(t.managerId).references(t.id)],
)
const posts = table('posts', {
  id: bigint().primaryKey(),
  tenantId: integer().notNull(),
  authorId: integer()
    .notNull()
    .references(() => users.id),
  title: text().notNull(),
  price: numeric(),
  deletedAt: timestamptz(),
})
const plain = table('plain', { key: integer().primaryKey(), other: text().notNull() })
declare const ex: Executor
declare const engine: Engine
declare const conn: Connection
declare const tx: Transaction
declare const cond: boolean
declare const since: Date

// rows by name, of a table, a list, an object
const r1 = (await ex.all(select(users)))[0]!
exactly<{
  id: number
  tenantId: number
  name: string
  age: number | null
  managerId: number | null
  deletedAt: Date | null
  createdAt: Date
  active: boolean
  score: number
}>()(r1)
const r2 = (await ex.all(select(users.id, users.name, count().as('n')).from(users).groupBy(users.id)))[0]!
exactly<{ id: number; name: string; n: number }>()(r2)
const r3 = (await ex.all(select({ key: posts.id, price: posts.price }).from(posts)))[0]!
exactly<{ key: bigint; price: string | null }>()(r3)
const r4 = await ex.one(select({ n: count() }))
exactly<{ n: number }>()(r4)
exactly<number | null>()(await ex.scalar(select({ n: count() }).from(users)))

// nested rows, null as a whole where an outer join finds nothing
const r5 = (
  await ex.all(
    select({ user: users, last: { id: posts.id, title: posts.title } })
      .from(users)
      .leftJoin(posts, posts.authorId.eq(users.id)),
  )
)[0]!
exactly<{ id: bigint; title: string } | null>()(r5.last)
exactly<Row<typeof users>>()(r5.user)
const r6 = (
  await ex.all(
    select({ post: posts, user: { id: users.id, n: literal(1) } })
      .from(posts)
      .leftJoin(users),
  )
)[0]!
exactly<{ id: number | null; n: number }>()(r6.user)
const r6b = (
  await ex.all(
    select({ both: { user: users.id, post: posts.id } })
      .from(posts)
      .leftJoin(users),
  )
)[0]!
exactly<{ user: number | null; post: bigint }>()(r6b.both)

// nullability through joins and expressions
const r7 = (
  await ex.all(
    select({
      title: posts.title,
      twice: posts.authorId.add(1),
      known: coalesce(posts.title, 'none'),
      missing: posts.id.isNull(),
      same: posts.authorId.eq(1),
      name: users.name,
    })
      .from(users)
      .leftJoin(posts),
  )
)[0]!
exactly<{ title: string | null; twice: number | null; known: string; missing: boolean; same: boolean | null; name: string }>()(r7)
const r8 = (await ex.all(select({ title: posts.title, name: users.name }).from(users).rightJoin(posts)))[0]!
exactly<{ title: string; name: string | null }>()(r8)
const r9 = (await ex.all(select({ title: posts.title, name: users.name }).from(users).fullJoin(posts)))[0]!
exactly<{ title: string | null; name: string | null }>()(r9)
const r10 = (await ex.all(select(users).rightJoin(posts)))[0]!
exactly<number | null>()(r10.id)
const r11 = (await ex.all(select({ older: users.age.gt(3), sum: users.age.add(users.id) }).from(users)))[0]!
exactly<{ older: boolean | null; sum: number | null }>()(r11)

// FROM
// @ts-expect-error posts is not in FROM
await ex.all(select(users).where(posts.title.eq('x')))
// @ts-expect-error users is not in FROM
await ex.all(select({ id: users.id }))
// @ts-expect-error users is not in FROM: correlated, but run alone
await ex.all(select(posts).where(posts.authorId.eq(users.id)))
// @ts-expect-error posts is not in FROM, deep inside an expression
await ex.all(select({ x: and(users.active, or(users.id.eq(1), posts.id.isNull())) }).from(users))
// @ts-expect-error plain is not in FROM, in a join's condition
await ex.all(select(users).join(posts, posts.authorId.eq(plain.key)))
// @ts-expect-error posts is not in FROM, inside an aggregate
await ex.all(select({ n: count(posts.id) }).from(users))
// @ts-expect-error posts is not in FROM, in a window
await ex.all(select({ n: rowNumber().over({ partitionBy: posts.title }) }).from(users))
await ex.all(select(users).where(exists(select(posts).where(posts.authorId.eq(users.id)))))
// @ts-expect-error plain is not in FROM, two levels down
await ex.all(select(users).where(exists(select(posts).where(exists(select(users).where(plain.key.eq(posts.authorId)))))))
await ex.all(select(users).where(users.id.in(select({ id: posts.authorId }).from(posts))))
// @ts-expect-error a text column against a number
await ex.all(select(users).where(users.id.in(select({ id: posts.title }).from(posts))))

// GROUP BY
await ex.all(select({ name: users.name, n: count() }).from(users).groupBy(users.id))
await ex.all(select({ other: plain.other, n: count() }).from(plain).groupBy(plain.key))
// @ts-expect-error users.name must be in GROUP BY
await ex.all(select({ name: users.name, n: count() }).from(users))
// @ts-expect-error posts.title must be in GROUP BY
await ex.all(select({ title: posts.title, n: count() }).from(posts).groupBy(posts.authorId))
// @ts-expect-error the key of another table frees nothing
await ex.all(select({ title: posts.title, n: count() }).from(posts).join(users).groupBy(users.id))
// @ts-expect-error an aggregate cannot stand in WHERE
select({ n: count() }).from(users).where(count().gt(3))
// @ts-expect-error a window function cannot stand in WHERE
select({ n: count() }).from(users).where(rowNumber().over().gt(3))
const r12 = (
  await ex.all(
    select({
      m: max(users.name),
      s: sum(users.age),
      b: sum(posts.id),
      p: sum(posts.price),
      a: avg(users.age),
      f: avg(users.score),
      n: count(users.age),
    })
      .from(users)
      .join(posts),
  )
)[0]!
exactly<{ m: string | null; s: number | null; b: bigint | null; p: string | null; a: string | null; f: number | null; n: number }>()(r12)
await ex.all(select({ name: users.name, r: rowNumber().over({ partitionBy: users.active, orderBy: users.age.desc() }) }).from(users))
await ex.all(
  select({ n: sum(count()).over() })
    .from(users)
    .groupBy(users.age),
)
await ex.all(select({ id: users.id }).from(users).groupBy(users.id).having(count().gt(2)))

// operands by family
posts.id.eq(users.id)
posts.price.gt(users.age)
users.score.lt(users.age)
// @ts-expect-error text against numeric, although both are strings in TypeScript
posts.price.eq(users.name)
// @ts-expect-error text against a timestamp
users.createdAt.gt(users.name)
// @ts-expect-error a number has no LIKE
users.id.like('x')
// @ts-expect-error text has no addition
users.name.add(1)
// @ts-expect-error a string for a number
users.id.eq('1')
// @ts-expect-error undefined is no value
users.id.eq(undefined)
users.age.eq(null)

// duplicate keys
// @ts-expect-error two columns are called id
select(users.id, posts.id)

// vanishing conditions and columns
await ex.all(select(users).where(cond && users.age.gt(3)))
const r13 = (await ex.all(select({ id: users.id, ...(cond && { age: users.age }) }).from(users)))[0]!
const r13c: { id: number; age?: number | null | undefined } = r13
await ex.all(select(users).if(cond, (q) => q.limit(3)))

// aliases, subqueries and common table expressions keep their types, families and nullability
const boss = alias(users, 'boss')
const r14 = (await ex.all(select({ name: users.name, boss: boss.name }).from(users).leftJoin(boss, boss.id.eq(users.managerId))))[0]!
exactly<{ name: string; boss: string | null }>()(r14)
// @ts-expect-error boss is not in FROM
await ex.all(select({ name: users.name, boss: boss.name }).from(users))
const top = select({ uid: posts.authorId, n: count(), title: max(posts.title) })
  .from(posts)
  .groupBy(posts.authorId)
  .cte('top')
const r15 = (
  await ex.all(
    select({ name: users.name, n: top.n, title: top.title })
      .from(users)
      .join(top, top.uid.eq(users.id))
      .where(top.title.like('x%'), top.n.add(1).gt(3)),
  )
)[0]!
exactly<{ name: string; n: number; title: string | null }>()(r15)
// @ts-expect-error a number column of a CTE has no LIKE
top.n.like('x')
// @ts-expect-error top is not in FROM
await ex.all(select({ n: top.n }).from(users))
const left = select({ id: users.id, title: posts.title }).from(users).leftJoin(posts).subquery('l')
exactly<{ id: number; title: string | null }>()((await ex.all(select(left)))[0]!)
const tree = recursiveCte(
  'tree',
  select({ id: users.id, depth: literal(0) })
    .from(users)
    .where(users.managerId.isNull()),
  (t) =>
    select({ id: users.id, depth: t.depth.add(1) })
      .from(users)
      .join(t, t.id.eq(users.managerId)),
)
exactly<{ id: number; depth: number }>()((await ex.all(select(tree).where(tree.depth.lt(3))))[0]!)
const r16 = (
  await ex.all(select({ id: users.id, n: select({ n: count() }).from(posts).where(posts.authorId.eq(users.id)).scalar() }).from(users))
)[0]!
exactly<{ id: number; n: number | null }>()(r16)

// names with a dot and schemas do not share a scope
const audit = schema('audit').table('users', { id: integer().primaryKey(), note: text() })
const dotted = table('a.b', { id: integer().primaryKey() })
const a = table('a', { id: integer().primaryKey() })
await ex.all(select(audit).where(audit.note.isNull()))
await ex.all(select(dotted).where(dotted.id.eq(1)))
// @ts-expect-error users is not in FROM: audit.users is another table
await ex.all(select(audit).where(users.name.eq('x')))
// @ts-expect-error audit.users is not in FROM
await ex.all(select(users).where(audit.note.eq('x')))
// @ts-expect-error a is not in FROM
await ex.all(select(dotted).where(a.id.eq(1)))

// an alias equal to a table in scope
const twin = alias(posts, 'users')
// @ts-expect-error users is in FROM already
select(users).join(twin, twin.id.isNull())
// @ts-expect-error a table joined with itself needs an alias
select(users).join(users, users.id.eq(1))

// users' own functions
function ofTenant<T extends TableWith<{ tenantId: number }>>(t: T, id: number) {
  return select(t).where(t.tenantId.eq(id))
}
const r17 = (await ex.all(ofTenant(posts, 3)))[0]!
exactly<Row<typeof posts>>()(r17)
// @ts-expect-error plain has no tenantId
ofTenant(plain, 3)
async function fetchTenant<T extends TableWith<{ tenantId: number }>>(db: Executor, t: T, id: number) {
  return db.all(ofTenant(t, id))
}
const r18: { title: string }[] = await fetchTenant(engine, posts, 1)
const alive = (t: TableWith<{ deletedAt: Date | null }>) => t.deletedAt.isNull()
await ex.all(select(users).where(alive(users), cond && users.active))
function page<Q extends AnySelect>(q: Q, n: number): Q {
  return q.limit(n)
}
exactly<{ id: number }>()((await ex.all(page(select(users.id).from(users), 3)))[0]!)
async function repo(db: Executor) {
  return db.transaction(async (inner) => inner.all(select(users.id).from(users)))
}
await repo(engine)
await repo(conn)
await repo(tx)

// prepare
const byName = prepare({ name: text(), min: integer() }, ($) => select(users).where(users.name.eq($.name), users.age.gt($.min)))
exactly<Row<typeof users>>()((await ex.all(byName, { name: 'a', min: 3 }))[0]!)
// @ts-expect-error min is missing
await ex.all(byName, { name: 'a' })
// @ts-expect-error name is text
await ex.all(byName, { name: 1, min: 3 })

// columns to spread, pick and drop
const { deletedAt, ...open } = columnsOf(users)
const r19 = (await ex.all(select(open).from(users)))[0]!
const r19c: { id: number; name: string } = r19
// @ts-expect-error it was dropped
r19.deletedAt

// CASE
exactly<{ size: string; n: number | null }>()(
  (
    await ex.all(
      select({
        size: caseWhen(users.age.gt(60)).then('old').when(users.age.gt(20)).then('mid').else('young'),
        n: caseWhen(users.active).then(1).end(),
      }).from(users),
    )
  )[0]!,
)

// hand-written SQL
exactly<{ n: number }>()((await ex.all(select({ n: sql<number>`length(${users.name})` }).from(users)))[0]!)
exactly<{ id: bigint | null; name: string }>()(
  (await ex.all(sql`select id, name from posts`.returns({ id: bigint(), name: text().notNull() })))[0]!,
)
exactly<unknown[]>()(await ex.all(sql`select 1`))

// INSERT, UPDATE, DELETE
type New = NewRow<typeof users>
exactly<{
  tenantId: number
  name: string
  createdAt: Date
  score: number
  id?: number | undefined
  age?: number | null | undefined
  managerId?: number | null | undefined
  deletedAt?: Date | null | undefined
  active?: boolean | undefined
}>()(null as unknown as New)
const patch: Patch<typeof users> = { name: 'x', age: null }
exactly<{ id: number }[]>()(
  await ex.all(insertInto(users).values({ tenantId: 1, name: 'a', createdAt: since, score: 1 }).returning(users.id)),
)
exactly<Row<typeof users>[]>()(
  await ex.all(
    insertInto(users)
      .values([{ tenantId: 1, name: 'a', createdAt: since, score: 1 }])
      .returning(),
  ),
)
// @ts-expect-error name is required
insertInto(users).values({ tenantId: 1, createdAt: since, score: 1 })
// @ts-expect-error there is no such column
insertInto(users).values({ tenantId: 1, name: 'a', createdAt: since, score: 1, nam: 'x' })
// @ts-expect-error name is text
insertInto(users).values({ tenantId: 1, name: 3, createdAt: since, score: 1 })
// @ts-expect-error NOT NULL
insertInto(users).values({ tenantId: 1, name: null, createdAt: since, score: 1 })
const always = table('always', { id: integer().identity({ always: true }), n: integer() })
// @ts-expect-error generated always
insertInto(always).values({ id: 1 })
insertInto(always).values({})
await ex.execute(update(users).set(patch).where(users.id.eq(1)))
await ex.execute(
  update(users)
    .set({ age: users.age.add(1) })
    .allRows(),
)
// @ts-expect-error update without a condition
await ex.execute(update(users).set({ name: 'x' }))
// @ts-expect-error delete without a condition
await ex.execute(deleteFrom(users))
// @ts-expect-error posts is not in FROM
await ex.execute(deleteFrom(users).where(posts.id.isNull()))
await ex.execute(deleteFrom(users).where(users.id.eq(1)))
exactly<{ id: number }[]>()(await ex.all(deleteFrom(users).where(users.id.eq(1)).returning(users.id)))

// windows and unions of the future stand on these
void [r1, r13c, r18, r19c, deletedAt]

// a prepared statement without its parameters
// @ts-expect-error the parameters are missing
await ex.all(byName)
exactly<{ name: string | null }[]>()(
  await ex.all(
    prepare({ min: integer().nullable() }, ($) => select(posts.price.as('name')).from(posts).where(posts.id.gt($.min))),
    { min: null },
  ),
)
