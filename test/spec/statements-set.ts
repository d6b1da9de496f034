/** Spec rows of set operations. */
import { spec } from '@quern/testkit'
import { except, exceptAll, intersect, intersectAll, select, union, unionAll } from 'quern'
import { posts, users } from './tables.js'

const names = select({ name: users.name, id: users.id }).from(users)
const ids = select({ id: users.id }).from(users)
const authors = select({ id: posts.authorId }).from(posts)
const managers = select({ id: users.managerId }).from(users).where(users.managerId.isNotNull())

export const setStatements = [
  spec(
    'UNION, ordered by a column of the result',
    union(ids, authors)
      .orderBy((out) => out.id.desc())
      .limit(2),
    {
      sql: 'SELECT "users"."id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts" ORDER BY "id" DESC LIMIT $1',
      params: [2],
      rows: [{ id: 4 }, { id: 3 }],
    },
  ),
  spec(
    'UNION ALL keeps every row',
    unionAll(authors, managers).orderBy((out) => out.id.asc()),
    {
      sql: 'SELECT "posts"."author_id" AS "id" FROM "posts" UNION ALL SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL ORDER BY "id"',
      rows: [{ id: 1 }, { id: 1 }, { id: 1 }, { id: 1 }, { id: 2 }, { id: 2 }],
    },
  ),
  spec(
    'columns meet by key, not by their order',
    union(names, select({ id: posts.authorId, name: posts.title }).from(posts).where(posts.id.eq(3n))).orderBy((out) => out.name.asc()),
    {
      sql: 'SELECT "users"."name", "users"."id" FROM "users" UNION SELECT "posts"."title" AS "name", "posts"."author_id" AS "id" FROM "posts" WHERE "posts"."id" = $1 ORDER BY "name"',
      params: [3n],
      rows: [
        { name: 'Ada', id: 1 },
        { name: 'Bob', id: 2 },
        { name: 'Cleo', id: 3 },
        { name: 'Dan_', id: 4 },
        { name: 'Rivers', id: 2 },
      ],
    },
  ),
  spec(
    'a set operation inside another keeps its grouping',
    except(ids, union(authors, managers)).orderBy((out) => out.id.asc()),
    {
      sql: 'SELECT "users"."id" FROM "users" EXCEPT (SELECT "posts"."author_id" AS "id" FROM "posts" UNION SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL) ORDER BY "id"',
      sqlite:
        'SELECT "users"."id" FROM "users" EXCEPT SELECT * FROM (SELECT "posts"."author_id" AS "id" FROM "posts" UNION SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL) ORDER BY "id"',
      rows: [{ id: 3 }, { id: 4 }],
    },
  ),
  spec(
    'INTERSECT binds as it is nested',
    union(ids, intersect(authors, managers)).orderBy((out) => out.id.asc()),
    {
      sql: 'SELECT "users"."id" FROM "users" UNION (SELECT "posts"."author_id" AS "id" FROM "posts" INTERSECT SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL) ORDER BY "id"',
      sqlite:
        'SELECT "users"."id" FROM "users" UNION SELECT * FROM (SELECT "posts"."author_id" AS "id" FROM "posts" INTERSECT SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL) ORDER BY "id"',
      rows: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }],
    },
  ),
  spec(
    'INTERSECT after UNION, as it is nested',
    intersect(union(ids, authors), managers).orderBy((out) => out.id.asc()),
    {
      sql: '(SELECT "users"."id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts") INTERSECT SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL ORDER BY "id"',
      sqlite:
        'SELECT * FROM (SELECT "users"."id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts") INTERSECT SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL ORDER BY "id"',
      rows: [{ id: 1 }, { id: 2 }],
    },
  ),
  spec(
    'INTERSECT ALL',
    intersectAll(authors, managers).orderBy((out) => out.id.asc()),
    {
      sql: 'SELECT "posts"."author_id" AS "id" FROM "posts" INTERSECT ALL SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL ORDER BY "id"',
      sqlite:
        'SELECT "compound"."id" FROM (SELECT "part"."id", ROW_NUMBER() OVER (PARTITION BY "part"."id") AS "n1" FROM (SELECT "posts"."author_id" AS "id" FROM "posts") AS "part" INTERSECT SELECT "part"."id", ROW_NUMBER() OVER (PARTITION BY "part"."id") AS "n1" FROM (SELECT "users"."manager_id" AS "id" FROM "users" WHERE "users"."manager_id" IS NOT NULL) AS "part") AS "compound" ORDER BY "compound"."id"',
      rows: [{ id: 1 }, { id: 1 }, { id: 2 }],
    },
  ),
  spec('EXCEPT ALL', exceptAll(authors, ids), {
    sql: 'SELECT "posts"."author_id" AS "id" FROM "posts" EXCEPT ALL SELECT "users"."id" FROM "users"',
    sqlite:
      'SELECT "compound"."id" FROM (SELECT "part"."id", ROW_NUMBER() OVER (PARTITION BY "part"."id") AS "n1" FROM (SELECT "posts"."author_id" AS "id" FROM "posts") AS "part" EXCEPT SELECT "part"."id", ROW_NUMBER() OVER (PARTITION BY "part"."id") AS "n1" FROM (SELECT "users"."id" FROM "users") AS "part") AS "compound"',
    rows: [{ id: 1 }],
  }),
  spec(
    'parts with an order and a limit of their own',
    unionAll(ids.orderBy(users.id.desc()).limit(1), authors.orderBy(posts.id).limit(1)),
    {
      sql: '(SELECT "users"."id" FROM "users" ORDER BY "users"."id" DESC LIMIT $1) UNION ALL (SELECT "posts"."author_id" AS "id" FROM "posts" ORDER BY "posts"."id" LIMIT $2)',
      sqlite:
        'SELECT * FROM (SELECT "users"."id" FROM "users" ORDER BY "users"."id" DESC LIMIT $1) UNION ALL SELECT * FROM (SELECT "posts"."author_id" AS "id" FROM "posts" ORDER BY "posts"."id" LIMIT $2)',
      params: [1, 1],
      rows: [{ id: 4 }, { id: 1 }],
    },
  ),
  spec(
    'a set operation ordered by an expression',
    union(ids, authors)
      .orderBy((out) => out.id.mul(-1))
      .limit(1),
    {
      sql: 'SELECT "compound"."id" FROM (SELECT "users"."id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts") AS "compound" ORDER BY "compound"."id" * $1 LIMIT $2',
      params: [-1, 1],
      rows: [{ id: 4 }],
    },
  ),
  spec(
    'a set operation with NULLs in their place',
    union(select({ id: users.managerId }).from(users), authors).orderBy((out) => out.id.asc().nullsFirst()),
    {
      sql: 'SELECT "users"."manager_id" AS "id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts" ORDER BY "id" NULLS FIRST',
      mysql:
        'SELECT `compound`.`id` FROM (SELECT `users`.`manager_id` AS `id` FROM `users` UNION SELECT `posts`.`author_id` AS `id` FROM `posts`) AS `compound` ORDER BY `compound`.`id` IS NULL DESC, `compound`.`id`',
      rows: [{ id: null }, { id: 1 }, { id: 2 }],
    },
  ),
  spec(
    'integers and 64-bit integers meet as the wider',
    unionAll(select({ n: users.id }).from(users).where(users.id.eq(1)), select({ n: posts.id }).from(posts).where(posts.id.eq(2n))).orderBy(
      (out) => out.n.asc(),
    ),
    {
      sql: 'SELECT "users"."id" AS "n" FROM "users" WHERE "users"."id" = $1 UNION ALL SELECT "posts"."id" AS "n" FROM "posts" WHERE "posts"."id" = $2 ORDER BY "n"',
      params: [1, 2n],
      rows: [{ n: 1n }, { n: 2n }],
    },
  ),
  spec(
    'in a set operation',
    select(users.name)
      .from(users)
      .where(users.id.in(except(ids, authors)))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."name" FROM "users" WHERE "users"."id" IN (SELECT "users"."id" FROM "users" EXCEPT SELECT "posts"."author_id" AS "id" FROM "posts") ORDER BY "users"."id"',
      rows: [{ name: 'Cleo' }, { name: 'Dan_' }],
    },
  ),
]
