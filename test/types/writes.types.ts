/** What the types promise of statements that write, checked by plain `tsc`: nothing here runs. */

import {
  bigint,
  boolean,
  constraint,
  deleteFrom,
  type Executor,
  insertIgnore,
  insertInto,
  integer,
  max,
  mergeInto,
  numeric,
  type Row,
  replaceInto,
  select,
  sql,
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

const users = table('users', {
  id: integer().primaryKey().identity(),
  email: text().notNull().unique(),
  age: integer(),
  score: numeric(),
  active: boolean().notNull().default(true),
  at: timestamptz(),
  size: integer().generatedAs((t) => t.age),
})
const posts = table('posts', { id: bigint().primaryKey(), userId: integer().notNull(), title: text().notNull() })
declare const ex: Executor

// values
insertInto(users).values({ email: 'a', age: users.age.add(1), at: sql<Date>`now()`, score: users.id })
insertInto(users).values([{ email: 'a' }, { email: 'b', active: false }])
// @ts-expect-error email is required
insertInto(users).values({ age: 1 })
// @ts-expect-error email is required in every row
insertInto(users).values([{ email: 'a' }, { age: 1 }])
// @ts-expect-error there is no such column
insertInto(users).values({ email: 'a', mail: 'b' })
// @ts-expect-error NOT NULL
insertInto(users).values({ email: null })
// @ts-expect-error a generated column takes no value
insertInto(users).values({ email: 'a', size: 1 })
// @ts-expect-error an expression of another family
insertInto(users).values({ email: users.age })
// @ts-expect-error an aggregate of another family
update(users).set({ at: max(users.age) })
// @ts-expect-error a generated column is not set
update(users).set({ size: 1 })
// @ts-expect-error NOT NULL
update(users).set({ email: null })

// ON CONFLICT
const row = { email: 'a', age: 1 }
const upsert = insertInto(users).values(row).onConflict(users.email)
exactly<Row<typeof users>[]>()(await ex.all(upsert.doNothing().returning()))
exactly<{ id: number; age: number | null }[]>()(
  await ex.all(
    upsert
      .doUpdate((excluded) => ({ age: excluded.age, at: sql<Date>`now()` }), { where: (excluded) => excluded.age.gt(users.age) })
      .returning(users.id, users.age),
  ),
)
await ex.execute(upsert.doUpdate({ age: users.age.add(1) }, { where: users.active }))
await ex.execute(upsert.where(users.active).doNothing())
insertInto(users).values(row).onConflict(constraint('users_email_key')).doNothing()
insertInto(users).values(row).onConflict().doNothing()
// @ts-expect-error it does nothing yet
await ex.execute(upsert)
// @ts-expect-error a column of another table
insertInto(users).values(row).onConflict(posts.id)
// @ts-expect-error there is no such column
upsert.doUpdate((excluded) => ({ age: excluded.years }))
// @ts-expect-error excluded.age is a number
upsert.doUpdate((excluded) => ({ email: excluded.age }))
// @ts-expect-error a generated column is not set
upsert.doUpdate((excluded) => ({ size: excluded.age }))
// @ts-expect-error a condition about another table
upsert.doUpdate({ age: 1 }, { where: posts.id.isNull() })
// @ts-expect-error one ON CONFLICT is enough
upsert.doNothing().onConflict(users.email)
replaceInto(users).values(row)
// @ts-expect-error email is required
insertIgnore(users).values({})
// @ts-expect-error REPLACE knows no conflict
replaceInto(users).values(row).onConflict(users.email)

// FROM and USING
const joined = update(users).set({ email: posts.title }).from(posts)
exactly<{ id: number; title: string }[]>()(
  await ex.all(joined.where(posts.userId.eq(users.id)).returning({ id: users.id, title: posts.title })),
)
await ex.execute(deleteFrom(users).using(posts).where(posts.userId.eq(users.id)))
await ex.execute(deleteFrom(users).using(posts).allRows())
await ex.execute(deleteFrom(users).where(users.active).orderBy(users.id.desc()).limit(3))
// @ts-expect-error no condition
await ex.execute(joined)
// @ts-expect-error no condition
await ex.execute(deleteFrom(users).using(posts))
// @ts-expect-error posts is not in FROM
await ex.execute(update(users).set({ age: 1 }).where(posts.id.isNull()))

// before and after
exactly<{ was: string; is: string }[]>()(
  await ex.all(
    update(users)
      .set({ email: 'x' })
      .allRows()
      .returning(({ old, new: now }) => ({ was: old.email, is: now.email })),
  ),
)
exactly<{ was: string | null; is: string }[]>()(
  await ex.all(upsert.doNothing().returning(({ old, new: now }) => ({ was: old.email, is: now.email }))),
)
exactly<{ was: string; is: string | null }[]>()(
  await ex.all(
    deleteFrom(users)
      .allRows()
      .returning(({ old, new: now }) => ({ was: old.email, is: now.email })),
  ),
)

// MERGE
const merge = mergeInto(users).using(posts, posts.userId.eq(users.id))
await ex.execute(merge.whenMatched(posts.title.eq('x')).thenDelete().whenMatched().thenUpdate({ email: posts.title }))
await ex.execute(merge.whenNotMatched().thenInsert({ email: posts.title }))
// @ts-expect-error it does nothing yet
await ex.execute(merge)
// @ts-expect-error email is required
merge.whenNotMatched().thenInsert({ age: 1 })
// @ts-expect-error a row that is not there has no columns
merge.whenNotMatched(users.active)
// @ts-expect-error what has no source has none of its columns
merge.whenNotMatchedBySource(posts.id.isNull())
// @ts-expect-error a row that is there is not inserted
merge.whenMatched().thenInsert({ email: 'a' })
// @ts-expect-error text for a number
merge.whenMatched().thenUpdate({ age: posts.title })

// statements that change rows, in WITH
const gone = deleteFrom(posts).allRows().returning(posts.id, posts.title).cte('gone')
exactly<{ id: bigint; title: string }[]>()(await ex.all(select(gone)))
await ex.execute(insertInto(users).from(select({ email: gone.title }).from(gone)))
// @ts-expect-error email is text
insertInto(users).from(select({ email: gone.id }).from(gone))
