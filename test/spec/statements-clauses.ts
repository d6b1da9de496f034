/** Spec rows of clauses that no other row has: one each. */
import { spec } from '@quern/testkit'
import { and, count, or, rank, select } from 'quern'
import { posts, stock, users } from './tables.js'

const idle = select({ id: users.id }).from(users).where(users.active.eq(false)).cte('idle')
const off = false as boolean

export const clauseStatements = [
  spec(
    'a cross join',
    select({ name: users.name, sku: stock.sku }).from(users).crossJoin(stock).where(users.id.lt(3)).orderBy(users.id, stock.sku.desc()),
    {
      sql: 'SELECT "users"."name", "stock"."sku" FROM "users" CROSS JOIN "stock" WHERE "users"."id" < $1 ORDER BY "users"."id", "stock"."sku" DESC',
      params: [3],
      rows: [
        { name: 'Ada', sku: 'b' },
        { name: 'Ada', sku: 'a' },
        { name: 'Bob', sku: 'b' },
        { name: 'Bob', sku: 'a' },
      ],
    },
  ),
  spec('DISTINCT', select({ on: users.active }).from(users).distinct().orderBy(users.active.desc()), {
    sql: 'SELECT DISTINCT "users"."active" AS "on" FROM "users" ORDER BY "users"."active" DESC',
    rows: [{ on: true }, { on: false }],
  }),
  spec(
    'a window by its name',
    select({ id: users.id, r: rank().over('w'), n: count().over('w') })
      .from(users)
      .window('w', { orderBy: users.active.desc() })
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id", RANK() OVER "w" AS "r", COUNT(*) OVER "w" AS "n" FROM "users" WINDOW "w" AS (ORDER BY "users"."active" DESC) ORDER BY "users"."id"',
      rows: [
        { id: 1, r: 1, n: 3 },
        { id: 2, r: 1, n: 3 },
        { id: 3, r: 4, n: 4 },
        { id: 4, r: 1, n: 3 },
      ],
    },
  ),
  spec(
    'conditions that vanish',
    select(users.id)
      .from(users)
      .where(off && users.age.gt(1), and(off && users.age.gt(1), users.id.gt(2)), or(off && users.age.gt(1), users.active)),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."id" > $1 AND "users"."active"',
      params: [2],
      rows: [{ id: 4 }],
    },
  ),
  spec(
    'clauses and columns under a condition',
    select({ id: users.id, ...(off && { age: users.age }) })
      .from(users)
      .orderBy(users.id)
      .if(!off, (statement) => statement.limit(1))
      .if(off, (statement) => statement.offset(1)),
    {
      sql: 'SELECT "users"."id" FROM "users" ORDER BY "users"."id" LIMIT $1',
      params: [1],
      rows: [{ id: 1 }],
    },
  ),
  spec('WITH that nothing refers to', select(users.id).from(users).where(users.id.eq(1)).with(idle), {
    sql: 'WITH "idle" AS (SELECT "users"."id" FROM "users" WHERE "users"."active" = $1) SELECT "users"."id" FROM "users" WHERE "users"."id" = $2',
    params: [false, 1],
    rows: [{ id: 1 }],
  }),
  spec(
    'rows inside a row, of a source that an outer join left without one',
    select({ name: users.name, post: { id: posts.id, title: posts.title } })
      .from(users)
      .leftJoin(posts, and(posts.authorId.eq(users.id), posts.views.gt(60)))
      .where(users.id.lt(3))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."name", "posts"."id" AS "post.id", "posts"."title" AS "post.title" FROM "users" LEFT JOIN "posts" ON "posts"."author_id" = "users"."id" AND "posts"."views" > $1 WHERE "users"."id" < $2 ORDER BY "users"."id"',
      params: [60, 3],
      rows: [
        { name: 'Ada', post: { id: 1n, title: 'Engines' } },
        { name: 'Bob', post: null },
      ],
    },
  ),
]
