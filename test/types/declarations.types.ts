/** A library built on Quern exports what it infers: every type in these declarations must have a name that it can import. */
import {
  alias,
  and,
  caseWhen,
  count,
  deleteFrom,
  insertInto,
  integer,
  numeric,
  prepare,
  recursiveCte,
  rowNumber,
  select,
  sql,
  sum,
  table,
  text,
  update,
} from 'quern'

export const users = table('users', { id: integer().primaryKey(), name: text().notNull(), managerId: integer(), score: numeric(10, 2) })
export const boss = alias(users, 'boss')
export const totals = () =>
  select({ n: count(), total: sum(users.score), first: users.name })
    .from(users)
    .leftJoin(boss, boss.id.eq(users.managerId))
    .groupBy(users.id)
export const top = select({ id: users.id, n: count() }).from(users).groupBy(users.id).cte('top')
export const tree = recursiveCte('tree', select({ id: users.id }).from(users), (t) =>
  select({ id: users.id }).from(users).join(t, t.id.eq(users.managerId)),
)
export const ranked = select({ r: rowNumber().over({ orderBy: users.id }), size: caseWhen(users.id.gt(1)).then('big').else('small') }).from(
  users,
)
export const active = and(users.id.gt(1), users.name.like('x%'))
export const aggregate = sum(users.id)
export const inserted = insertInto(users).values({ id: 1, name: 'x' }).returning(users.id)
export const changed = update(users).set({ name: 'y' }).where(users.id.eq(1))
export const removed = deleteFrom(users).allRows()
export const byName = prepare({ name: text() }, ($) => select(users).where(users.name.eq($.name)))
export const fragment = sql<number>`length(${users.name})`
export const raw = sql`select 1`.returns({ n: integer() })
export const window = rowNumber()
