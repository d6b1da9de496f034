/** Spec rows of what SELECT has beyond its plain clauses. */
import { spec, unsupported } from '@quern/testkit'
import {
  alias,
  boolean,
  count,
  cube,
  deleteFrom,
  fn,
  groupingSets,
  integer,
  json,
  lateral,
  literal,
  max,
  nested,
  recursiveCte,
  rollup,
  select,
  tableFunction,
  tableSample,
  text,
  union,
  update,
  valuesTable,
} from 'quern'
import { posts, users } from './tables.js'

const boss = alias(users, 'boss')
const latest = lateral(
  select({ title: posts.title, views: posts.views }).from(posts).where(posts.authorId.eq(users.id)).orderBy(posts.views.desc()).limit(1),
  'latest',
)
const titles = select({ title: posts.title, id: posts.id }).from(posts).where(posts.authorId.eq(users.id)).orderBy(posts.id)
const pairs = valuesTable(
  { id: integer().notNull(), note: text() },
  [
    { id: 1, note: 'first' },
    { id: 4, note: null },
  ],
  'pairs',
)
const none = valuesTable({ id: integer().notNull() }, [], 'none')
const counted = tableFunction(fn('generate_series', integer())(literal(7), literal(8)), { value: integer() }, { ordinality: 'n' }).as(
  'counted',
)
const items = tableFunction(fn('json_each', text())(literal({ b: 1, a: 2 }, json<object>())), { key: text(), value: json() }).as('items')
const walk = recursiveCte(
  'walk',
  select({ id: users.id, name: users.name }).from(users).where(users.managerId.isNull()),
  (self) => select({ id: users.id, name: users.name }).from(users).join(self, self.id.eq(users.managerId)),
  { search: { depthFirst: ['name'], set: 'place' } },
)
const loop = recursiveCte(
  'loop',
  select({ id: users.id }).from(users).where(users.id.eq(1)),
  (self) => select({ id: users.managerId }).from(users).join(self, users.id.ne(self.id)).where(users.managerId.isNotNull()),
  { cycle: { by: ['id'], set: 'again', using: 'path' } },
)
const reach = recursiveCte(
  'reach',
  select({ id: users.id }).from(users).where(users.id.eq(4)),
  (self) => select({ id: users.managerId }).from(users).join(self, self.id.eq(users.id)).where(users.managerId.isNotNull()),
  { distinct: true },
)
const kept = select({ id: users.id }).from(users).where(users.active).cte('kept', { materialized: true })
const merged = select({ id: users.id }).from(users).where(users.active).cte('merged', { materialized: false })

const gone = deleteFrom(posts).where(posts.id.eq(3n)).returning(posts.title, posts.authorId).cte('gone')
const renamed = update(users).set({ name: 'Zoe' }).where(users.id.eq(3)).returning({ id: users.id, now: users.name }).cte('renamed')

export const selectStatements = [
  spec('DELETE in WITH', select({ title: gone.title, name: users.name }).from(gone).join(users, users.id.eq(gone.authorId)), {
    sql: 'WITH "gone" AS (DELETE FROM "posts" WHERE "posts"."id" = $1 RETURNING "title", "author_id" AS "authorId") SELECT "gone"."title", "users"."name" FROM "gone" INNER JOIN "users" ON "users"."id" = "gone"."authorId"',
    mysql: unsupported('dmlInWith'),
    sqlite: unsupported('dmlInWith'),
    params: [3n],
    rows: [{ title: 'Rivers', name: 'Bob' }],
  }),
  spec('UPDATE in WITH', select(renamed), {
    sql: 'WITH "renamed" AS (UPDATE "users" SET "name" = $1 WHERE "users"."id" = $2 RETURNING "id", "name" AS "now") SELECT "renamed"."id", "renamed"."now" FROM "renamed"',
    mysql: unsupported('dmlInWith'),
    sqlite: unsupported('dmlInWith'),
    params: ['Zoe', 3],
    rows: [{ id: 3, now: 'Zoe' }],
  }),
  spec(
    'rows inside a row',
    select({ id: users.id, posts: nested(titles) })
      .from(users)
      .where(users.id.lt(4))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id", (SELECT COALESCE(json_agg(json_build_array("nested"."title", "nested"."id"::text)), \'[]\'::json) FROM (SELECT "posts"."title", "posts"."id" FROM "posts" WHERE "posts"."author_id" = "users"."id" ORDER BY "posts"."id") AS "nested") AS "posts" FROM "users" WHERE "users"."id" < $1 ORDER BY "users"."id"',
      mysql:
        'SELECT `users`.`id`, (SELECT COALESCE(JSON_ARRAYAGG(JSON_ARRAY(`nested`.`title`, CAST(`nested`.`id` AS CHAR))), JSON_ARRAY()) FROM (SELECT `posts`.`title`, `posts`.`id` FROM `posts` WHERE `posts`.`author_id` = `users`.`id` ORDER BY `posts`.`id` LIMIT 18446744073709551615) AS `nested`) AS `posts` FROM `users` WHERE `users`.`id` < $1 ORDER BY `users`.`id`',
      mariadb:
        'SELECT `users`.`id`, (SELECT JSON_ARRAY(COUNT(*), JSON_ARRAYAGG(JSON_ARRAY(`posts`.`title`, CAST(`posts`.`id` AS CHAR)) ORDER BY `posts`.`id`)) FROM `posts` WHERE `posts`.`author_id` = `users`.`id`) AS `posts` FROM `users` WHERE `users`.`id` < $1 ORDER BY `users`.`id`',
      sqlite:
        'SELECT "users"."id", (SELECT COALESCE(JSON_GROUP_ARRAY(JSON_ARRAY("nested"."title", CAST("nested"."id" AS TEXT))), JSON_ARRAY()) FROM (SELECT "posts"."title", "posts"."id" FROM "posts" WHERE "posts"."author_id" = "users"."id" ORDER BY "posts"."id") AS "nested") AS "posts" FROM "users" WHERE "users"."id" < $1 ORDER BY "users"."id"',
      params: [4],
      rows: [
        {
          id: 1,
          posts: [
            { title: 'Engines', id: 1n },
            { title: 'Notes', id: 2n },
          ],
        },
        { id: 2, posts: [{ title: 'Rivers', id: 3n }] },
        { id: 3, posts: [] },
      ],
    },
  ),
  spec('a lateral subquery', select({ name: users.name, title: latest.title }).from(users).join(latest).orderBy(users.id), {
    sql: 'SELECT "users"."name", "latest"."title" FROM "users" INNER JOIN LATERAL (SELECT "posts"."title", "posts"."views" FROM "posts" WHERE "posts"."author_id" = "users"."id" ORDER BY "posts"."views" DESC LIMIT $1) AS "latest" ON TRUE ORDER BY "users"."id"',
    mariadb: unsupported('lateral'),
    sqlite: unsupported('lateral'),
    params: [1],
    rows: [
      { name: 'Ada', title: 'Engines' },
      { name: 'Bob', title: 'Rivers' },
    ],
  }),
  spec(
    'a lateral subquery behind a left join',
    select({ id: users.id, views: latest.views }).from(users).leftJoin(latest, latest.views.gt(10)).orderBy(users.id).limit(2),
    {
      sql: 'SELECT "users"."id", "latest"."views" FROM "users" LEFT JOIN LATERAL (SELECT "posts"."title", "posts"."views" FROM "posts" WHERE "posts"."author_id" = "users"."id" ORDER BY "posts"."views" DESC LIMIT $1) AS "latest" ON "latest"."views" > $2 ORDER BY "users"."id" LIMIT $3',
      mariadb: unsupported('lateral'),
      sqlite: unsupported('lateral'),
      params: [1, 10, 2],
      rows: [
        { id: 1, views: 100 },
        { id: 2, views: null },
      ],
    },
  ),
  spec('DISTINCT ON', select(posts.authorId, posts.title).from(posts).distinctOn(posts.authorId).orderBy(posts.authorId, posts.views), {
    sql: 'SELECT DISTINCT ON ("posts"."author_id") "posts"."author_id" AS "authorId", "posts"."title" FROM "posts" ORDER BY "posts"."author_id", "posts"."views"',
    mysql:
      'SELECT `numbered`.`authorId`, `numbered`.`title` FROM (SELECT `posts`.`author_id` AS `authorId`, `posts`.`title`, `posts`.`views` AS `n1`, ROW_NUMBER() OVER (PARTITION BY `posts`.`author_id` ORDER BY `posts`.`author_id`, `posts`.`views`) AS `n2` FROM `posts`) AS `numbered` WHERE `numbered`.`n2` = $1 ORDER BY `numbered`.`authorId`, `numbered`.`n1`',
    sqlite:
      'SELECT "numbered"."authorId", "numbered"."title" FROM (SELECT "posts"."author_id" AS "authorId", "posts"."title", "posts"."views" AS "n1", ROW_NUMBER() OVER (PARTITION BY "posts"."author_id" ORDER BY "posts"."author_id", "posts"."views") AS "n2" FROM "posts") AS "numbered" WHERE "numbered"."n2" = $1 ORDER BY "numbered"."authorId", "numbered"."n1"',
    params: [1],
    rows: [
      { authorId: 1, title: 'Notes' },
      { authorId: 2, title: 'Rivers' },
    ],
  }),
  spec(
    'DISTINCT ON over groups, the last of them',
    select({ author: posts.authorId, views: max(posts.views) })
      .from(posts)
      .groupBy(posts.authorId)
      .distinctOn(posts.authorId)
      .orderBy(posts.authorId, count().desc())
      .limit(1)
      .offset(1),
    {
      sql: 'SELECT DISTINCT ON ("posts"."author_id") "posts"."author_id" AS "author", MAX("posts"."views") AS "views" FROM "posts" GROUP BY "posts"."author_id" ORDER BY "posts"."author_id", COUNT(*) DESC LIMIT $1 OFFSET $2',
      mysql:
        'SELECT `numbered`.`author`, `numbered`.`views` FROM (SELECT `posts`.`author_id` AS `author`, MAX(`posts`.`views`) AS `views`, COUNT(*) AS `n1`, ROW_NUMBER() OVER (PARTITION BY `posts`.`author_id` ORDER BY `posts`.`author_id`, COUNT(*) DESC) AS `n2` FROM `posts` GROUP BY `posts`.`author_id`) AS `numbered` WHERE `numbered`.`n2` = $1 ORDER BY `numbered`.`author`, `numbered`.`n1` DESC LIMIT $1 OFFSET $2',
      sqlite:
        'SELECT "numbered"."author", "numbered"."views" FROM (SELECT "posts"."author_id" AS "author", MAX("posts"."views") AS "views", COUNT(*) AS "n1", ROW_NUMBER() OVER (PARTITION BY "posts"."author_id" ORDER BY "posts"."author_id", COUNT(*) DESC) AS "n2" FROM "posts" GROUP BY "posts"."author_id") AS "numbered" WHERE "numbered"."n2" = $1 ORDER BY "numbered"."author", "numbered"."n1" DESC LIMIT $1 OFFSET $2',
      params: [1, 1],
      rows: [{ author: 2, views: 7 }],
    },
  ),
  spec('FETCH with ties', select(users.id).from(users).orderBy(users.active.desc()).fetch(1, { withTies: true }), {
    sql: 'SELECT "users"."id" FROM "users" ORDER BY "users"."active" DESC FETCH FIRST $1 ROWS WITH TIES',
    mysql:
      'SELECT `numbered`.`id` FROM (SELECT `users`.`id`, `users`.`active` AS `n1`, RANK() OVER (ORDER BY `users`.`active` DESC) AS `n2` FROM `users`) AS `numbered` WHERE `numbered`.`n2` <= $1 ORDER BY `numbered`.`n1` DESC',
    mariadb: 'SELECT `users`.`id` FROM `users` ORDER BY `users`.`active` DESC FETCH FIRST $1 ROWS WITH TIES',
    sqlite:
      'SELECT "numbered"."id" FROM (SELECT "users"."id", "users"."active" AS "n1", RANK() OVER (ORDER BY "users"."active" DESC) AS "n2" FROM "users") AS "numbered" WHERE "numbered"."n2" <= $1 ORDER BY "numbered"."n1" DESC',
    params: [1],
    rows: [{ id: 1 }, { id: 2 }, { id: 4 }],
  }),
  spec(
    'FETCH with ties, from the second on',
    select({ city: users.city }).from(users).where(users.city.isNotNull()).orderBy(users.city).offset(1).fetch(1, { withTies: true }),
    {
      sql: 'SELECT "users"."city" FROM "users" WHERE "users"."city" IS NOT NULL ORDER BY "users"."city" OFFSET $1 ROWS FETCH FIRST $2 ROWS WITH TIES',
      mysql:
        'SELECT `numbered`.`city` FROM (SELECT `users`.`city`, RANK() OVER (ORDER BY `users`.`city`) AS `n1`, ROW_NUMBER() OVER (ORDER BY `users`.`city`) AS `n2` FROM `users` WHERE `users`.`city` IS NOT NULL) AS `numbered` WHERE `numbered`.`n2` > $1 AND `numbered`.`n1` <= $2 + $1 AND $2 > $3 ORDER BY `numbered`.`city`',
      mariadb:
        'SELECT `users`.`city` FROM `users` WHERE `users`.`city` IS NOT NULL ORDER BY `users`.`city` OFFSET $1 ROWS FETCH FIRST $2 ROWS WITH TIES',
      sqlite:
        'SELECT "numbered"."city" FROM (SELECT "users"."city", RANK() OVER (ORDER BY "users"."city") AS "n1", ROW_NUMBER() OVER (ORDER BY "users"."city") AS "n2" FROM "users" WHERE "users"."city" IS NOT NULL) AS "numbered" WHERE "numbered"."n2" > $1 AND "numbered"."n1" <= $2 + $1 AND $2 > $3 ORDER BY "numbered"."city"',
      params: [1, 1, 0],
      rows: [{ city: 'London' }],
    },
  ),
  spec('FETCH is LIMIT', select(users.id).from(users).orderBy(users.id).fetch(1), {
    sql: 'SELECT "users"."id" FROM "users" ORDER BY "users"."id" LIMIT $1',
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec('FOR UPDATE', select(users.id).from(users).where(users.id.eq(1)).forUpdate(), {
    sql: 'SELECT "users"."id" FROM "users" WHERE "users"."id" = $1 FOR UPDATE',
    sqlite: unsupported('rowLocks'),
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec(
    'FOR UPDATE of one table, without waiting',
    select(users.id).from(users).join(posts).where(posts.id.eq(1n)).forUpdate({ of: users, noWait: true }),
    {
      sql: 'SELECT "users"."id" FROM "users" INNER JOIN "posts" ON "posts"."author_id" = "users"."id" WHERE "posts"."id" = $1 FOR UPDATE OF "users" NOWAIT',
      mariadb: unsupported('lockOf'),
      sqlite: unsupported('rowLocks'),
      params: [1n],
      rows: [{ id: 1 }],
    },
  ),
  spec('FOR SHARE, skipping locked rows', select(users.id).from(users).where(users.id.eq(1)).forShare({ skipLocked: true }), {
    sql: 'SELECT "users"."id" FROM "users" WHERE "users"."id" = $1 FOR SHARE SKIP LOCKED',
    mariadb: 'SELECT `users`.`id` FROM `users` WHERE `users`.`id` = $1 LOCK IN SHARE MODE SKIP LOCKED',
    sqlite: unsupported('rowLocks'),
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec(
    'TABLESAMPLE',
    select(users.id)
      .from(tableSample(users, 'bernoulli', 100, { seed: 7 }))
      .orderBy(users.id)
      .limit(1),
    {
      sql: 'SELECT "users"."id" FROM "users" TABLESAMPLE BERNOULLI ($1) REPEATABLE ($2) ORDER BY "users"."id" LIMIT $3',
      mysql: unsupported('tableSample'),
      sqlite: unsupported('tableSample'),
      params: [100, 7, 1],
      rows: [{ id: 1 }],
    },
  ),
  spec(
    'a hint in a comment',
    select(users.id).from(users).where(users.id.eq(1)).hint({ mysql: 'MAX_EXECUTION_TIME(1000)', postgres: 'SeqScan(users)' }),
    {
      sql: 'SELECT /*+ SeqScan(users) */ "users"."id" FROM "users" WHERE "users"."id" = $1',
      mysql: 'SELECT /*+ MAX_EXECUTION_TIME(1000) */ `users`.`id` FROM `users` WHERE `users`.`id` = $1',
      mariadb: 'SELECT `users`.`id` FROM `users` WHERE `users`.`id` = $1',
      sqlite: 'SELECT "users"."id" FROM "users" WHERE "users"."id" = $1',
      params: [1],
      rows: [{ id: 1 }],
    },
  ),
  spec('a hint in a comment for every planner', select(users.id).from(users).where(users.id.eq(1)).hint('NO_INDEX_MERGE(users)'), {
    sql: 'SELECT /*+ NO_INDEX_MERGE(users) */ "users"."id" FROM "users" WHERE "users"."id" = $1',
    mariadb: unsupported('hintComments'),
    sqlite: unsupported('hintComments'),
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec('a materialized expression', select(kept).orderBy(kept.id).limit(1), {
    sql: 'WITH "kept" AS MATERIALIZED (SELECT "users"."id" FROM "users" WHERE "users"."active") SELECT "kept"."id" FROM "kept" ORDER BY "kept"."id" LIMIT $1',
    mysql: unsupported('materializedCte'),
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec('an expression that is not materialized', select(merged).orderBy(merged.id).limit(1), {
    sql: 'WITH "merged" AS NOT MATERIALIZED (SELECT "users"."id" FROM "users" WHERE "users"."active") SELECT "merged"."id" FROM "merged" ORDER BY "merged"."id" LIMIT $1',
    mysql: unsupported('materializedCte'),
    params: [1],
    rows: [{ id: 1 }],
  }),
  spec('a recursive expression of distinct rows', select(reach).orderBy(reach.id), {
    sql: 'WITH RECURSIVE "reach" AS (SELECT "users"."id" FROM "users" WHERE "users"."id" = $1 UNION SELECT "users"."manager_id" AS "id" FROM "users" INNER JOIN "reach" ON "reach"."id" = "users"."id" WHERE "users"."manager_id" IS NOT NULL) SELECT "reach"."id" FROM "reach" ORDER BY "reach"."id"',
    params: [4],
    rows: [{ id: 1 }, { id: 2 }, { id: 4 }],
  }),
  spec('SEARCH DEPTH FIRST', select({ name: walk.name }).from(walk).orderBy(walk.place), {
    sql: 'WITH RECURSIVE "walk" AS (SELECT "users"."id", "users"."name" FROM "users" WHERE "users"."manager_id" IS NULL UNION ALL SELECT "users"."id", "users"."name" FROM "users" INNER JOIN "walk" ON "walk"."id" = "users"."manager_id") SEARCH DEPTH FIRST BY "name" SET "place" SELECT "walk"."name" FROM "walk" ORDER BY "walk"."place"',
    mysql: unsupported('searchClause'),
    sqlite: unsupported('searchClause'),
    rows: [{ name: 'Ada' }, { name: 'Bob' }, { name: 'Dan_' }, { name: 'Cleo' }],
  }),
  spec(
    'CYCLE',
    select({ id: loop.id, again: loop.again })
      .from(loop)
      .where(loop.again.eq(literal(false, boolean())))
      .orderBy(loop.id)
      .limit(1),
    {
      sql: 'WITH RECURSIVE "loop" AS (SELECT "users"."id" FROM "users" WHERE "users"."id" = $1 UNION ALL SELECT "users"."manager_id" AS "id" FROM "users" INNER JOIN "loop" ON "users"."id" <> "loop"."id" WHERE "users"."manager_id" IS NOT NULL) CYCLE "id" SET "again" USING "path" SELECT "loop"."id", "loop"."again" FROM "loop" WHERE "loop"."again" = $2 ORDER BY "loop"."id" LIMIT $3',
      mysql: unsupported('cycleClause'),
      sqlite: unsupported('cycleClause'),
      params: [1, false, 1],
      rows: [{ id: 1, again: false }],
    },
  ),
  spec(
    'a table of values',
    select({ name: users.name, note: pairs.note }).from(users).join(pairs, pairs.id.eq(users.id)).orderBy(users.id),
    {
      sql: 'SELECT "users"."name", "pairs"."note" FROM "users" INNER JOIN (VALUES ($1::int4, $2::text), ($3::int4, $4::text)) AS "pairs" ("id", "note") ON "pairs"."id" = "users"."id" ORDER BY "users"."id"',
      mysql:
        'SELECT `users`.`name`, `pairs`.`note` FROM `users` INNER JOIN (WITH `pairs` (`id`, `note`) AS (VALUES ROW(CAST($1 AS signed), CAST($2 AS char)), ROW(CAST($3 AS signed), CAST($4 AS char))) SELECT * FROM `pairs`) AS `pairs` ON `pairs`.`id` = `users`.`id` ORDER BY `users`.`id`',
      mariadb:
        'SELECT `users`.`name`, `pairs`.`note` FROM `users` INNER JOIN (SELECT CAST($1 AS signed) AS `id`, CAST($2 AS char) AS `note` UNION ALL SELECT CAST($3 AS signed), CAST($4 AS char)) AS `pairs` ON `pairs`.`id` = `users`.`id` ORDER BY `users`.`id`',
      sqlite:
        'SELECT "users"."name", "pairs"."note" FROM "users" INNER JOIN (SELECT column1 AS "id", column2 AS "note" FROM (VALUES ($1, $2), ($3, $4))) AS "pairs" ON "pairs"."id" = "users"."id" ORDER BY "users"."id"',
      params: [1, 'first', 4, null],
      rows: [
        { name: 'Ada', note: 'first' },
        { name: 'Dan_', note: null },
      ],
    },
  ),
  spec(
    'a table of no values',
    select({ id: users.id, none: none.id }).from(users).leftJoin(none, none.id.eq(users.id)).where(users.id.eq(1)),
    {
      sql: 'SELECT "users"."id", "none"."id" AS "none" FROM "users" LEFT JOIN (SELECT CAST(NULL AS int4) AS "id" LIMIT 0) AS "none" ON "none"."id" = "users"."id" WHERE "users"."id" = $1',
      mysql:
        'SELECT `users`.`id`, `none`.`id` AS `none` FROM `users` LEFT JOIN (SELECT CAST(NULL AS signed) AS `id` LIMIT 0) AS `none` ON `none`.`id` = `users`.`id` WHERE `users`.`id` = $1',
      sqlite:
        'SELECT "users"."id", "none"."id" AS "none" FROM "users" LEFT JOIN (SELECT CAST(NULL AS INTEGER) AS "id" LIMIT 0) AS "none" ON "none"."id" = "users"."id" WHERE "users"."id" = $1',
      params: [1],
      rows: [{ id: 1, none: null }],
    },
  ),
  spec('a function in FROM', select({ key: items.key }).from(items).orderBy(items.key), {
    sql: 'SELECT "items"."key" FROM json_each($1::json) AS "items" ("key", "value") ORDER BY "items"."key"',
    mysql: unsupported('tableFunctions'),
    sqlite: 'SELECT "items"."key" FROM json_each($1) AS "items" ORDER BY "items"."key"',
    params: [{ b: 1, a: 2 }],
    rows: [{ key: 'a' }, { key: 'b' }],
  }),
  spec('WITH ORDINALITY', select(counted).orderBy(counted.n.desc()), {
    sql: 'SELECT "counted"."value", "counted"."n" FROM generate_series($1::int4, $2::int4) WITH ORDINALITY AS "counted" ("value", "n") ORDER BY "counted"."n" DESC',
    mysql: unsupported('tableFunctions'),
    sqlite: unsupported('ordinality'),
    params: [7, 8],
    rows: [
      { value: 8, n: 2 },
      { value: 7, n: 1 },
    ],
  }),
  spec('ROLLUP', select({ active: users.active, n: count() }).from(users).groupBy(rollup(users.active)), {
    sql: 'SELECT "users"."active", COUNT(*) AS "n" FROM "users" GROUP BY ROLLUP ("users"."active")',
    mysql: 'SELECT `users`.`active`, COUNT(*) AS `n` FROM `users` GROUP BY `users`.`active` WITH ROLLUP',
    mariadb:
      'SELECT `grouped`.`active`, `grouped`.`n` FROM (SELECT `users`.`active`, COUNT(*) AS `n` FROM `users` GROUP BY `users`.`active` UNION ALL SELECT NULL AS `active`, COUNT(*) AS `n` FROM `users`) AS `grouped`',
    sqlite:
      'SELECT "grouped"."active", "grouped"."n" FROM (SELECT "users"."active", COUNT(*) AS "n" FROM "users" GROUP BY "users"."active" UNION ALL SELECT NULL AS "active", COUNT(*) AS "n" FROM "users") AS "grouped"',
    rowCount: 3,
  }),
  spec('ROLLUP, ordered', select({ active: users.active, n: count() }).from(users).groupBy(rollup(users.active)).orderBy(count()), {
    sql: 'SELECT "users"."active", COUNT(*) AS "n" FROM "users" GROUP BY ROLLUP ("users"."active") ORDER BY COUNT(*)',
    mysql: 'SELECT `users`.`active`, COUNT(*) AS `n` FROM `users` GROUP BY `users`.`active` WITH ROLLUP ORDER BY COUNT(*)',
    mariadb:
      'SELECT `grouped`.`active`, `grouped`.`n` FROM (SELECT `users`.`active`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users` GROUP BY `users`.`active` UNION ALL SELECT NULL AS `active`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users`) AS `grouped` ORDER BY `grouped`.`n1`',
    sqlite:
      'SELECT "grouped"."active", "grouped"."n" FROM (SELECT "users"."active", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users" GROUP BY "users"."active" UNION ALL SELECT NULL AS "active", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users") AS "grouped" ORDER BY "grouped"."n1"',
    rows: [
      { active: false, n: 1 },
      { active: true, n: 3 },
      { active: null, n: 4 },
    ],
  }),
  spec(
    'CUBE beside a key',
    select({ active: users.active, city: users.city, n: count() })
      .from(users)
      .groupBy(users.active, cube(users.city))
      .orderBy(users.active, users.city.asc().nullsLast(), count())
      .limit(2),
    {
      sql: 'SELECT "users"."active", "users"."city", COUNT(*) AS "n" FROM "users" GROUP BY "users"."active", CUBE ("users"."city") ORDER BY "users"."active", "users"."city" NULLS LAST, COUNT(*) LIMIT $1',
      mysql:
        'SELECT `grouped`.`active`, `grouped`.`city`, `grouped`.`n` FROM (SELECT `users`.`active`, `users`.`city`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users` GROUP BY `users`.`active`, `users`.`city` UNION ALL SELECT `users`.`active`, NULL AS `city`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users` GROUP BY `users`.`active`) AS `grouped` ORDER BY `grouped`.`active`, `grouped`.`city` IS NULL, `grouped`.`city`, `grouped`.`n1` LIMIT $1',
      sqlite:
        'SELECT "grouped"."active", "grouped"."city", "grouped"."n" FROM (SELECT "users"."active", "users"."city", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users" GROUP BY "users"."active", "users"."city" UNION ALL SELECT "users"."active", NULL AS "city", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users" GROUP BY "users"."active") AS "grouped" ORDER BY "grouped"."active", "grouped"."city" NULLS LAST, "grouped"."n1" LIMIT $1',
      params: [2],
      rows: [
        { active: false, city: 'London', n: 1 },
        { active: false, city: null, n: 1 },
      ],
    },
  ),
  spec(
    'GROUPING SETS',
    select({ active: users.active, n: count() })
      .from(users)
      .groupBy(groupingSets([users.active], []))
      .orderBy(count()),
    {
      sql: 'SELECT "users"."active", COUNT(*) AS "n" FROM "users" GROUP BY GROUPING SETS (("users"."active"), ()) ORDER BY COUNT(*)',
      mysql:
        'SELECT `grouped`.`active`, `grouped`.`n` FROM (SELECT `users`.`active`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users` GROUP BY `users`.`active` UNION ALL SELECT NULL AS `active`, COUNT(*) AS `n`, COUNT(*) AS `n1` FROM `users`) AS `grouped` ORDER BY `grouped`.`n1`',
      sqlite:
        'SELECT "grouped"."active", "grouped"."n" FROM (SELECT "users"."active", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users" GROUP BY "users"."active" UNION ALL SELECT NULL AS "active", COUNT(*) AS "n", COUNT(*) AS "n1" FROM "users") AS "grouped" ORDER BY "grouped"."n1"',
      rows: [
        { active: false, n: 1 },
        { active: true, n: 3 },
        { active: null, n: 4 },
      ],
    },
  ),
  spec('after a cursor, in one direction', select(users.id).from(users).seek([users.name.asc(), users.id.asc()], ['Bob', 2]), {
    sql: 'SELECT "users"."id" FROM "users" WHERE "users"."name" >= $1 AND ("users"."name" > $1 OR "users"."name" = $1 AND "users"."id" > $2) ORDER BY "users"."name", "users"."id"',
    mysql:
      'SELECT `users`.`id` FROM `users` WHERE `users`.`name` >= $1 AND (`users`.`name` > $1 OR `users`.`name` = $1 AND `users`.`id` > $2) ORDER BY `users`.`name`, `users`.`id`',
    params: ['Bob', 2],
    rows: [{ id: 3 }, { id: 4 }],
  }),
  spec(
    'after a cursor that is NULL, in two directions',
    select(users.id).from(users).seek([users.city.desc().nullsLast(), users.id.asc()], { city: 'London', id: 1 }),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."city" < $1 OR "users"."city" IS NULL OR "users"."city" = $1 AND "users"."id" > $2 ORDER BY "users"."city" DESC NULLS LAST, "users"."id"',
      mysql:
        'SELECT `users`.`id` FROM `users` WHERE `users`.`city` < $1 OR `users`.`city` IS NULL OR `users`.`city` = $1 AND `users`.`id` > $2 ORDER BY `users`.`city` IS NULL, `users`.`city` DESC, `users`.`id`',
      params: ['London', 1],
      rows: [{ id: 3 }, { id: 4 }],
    },
  ),
  spec(
    'a boss is another row of the same table, joined over its key',
    select({ name: users.name, boss: boss.name }).from(users).leftJoin(boss, boss.id.eq(users.managerId)).orderBy(users.id).limit(2),
    {
      sql: 'SELECT "users"."name", "boss"."name" AS "boss" FROM "users" LEFT JOIN "users" AS "boss" ON "boss"."id" = "users"."manager_id" ORDER BY "users"."id" LIMIT $1',
      params: [2],
      rows: [
        { name: 'Ada', boss: null },
        { name: 'Bob', boss: 'Ada' },
      ],
    },
  ),
  spec(
    'a set operation as a subquery',
    (() => {
      const both = union(select({ id: users.id }).from(users), select({ id: posts.authorId }).from(posts)).subquery('both')
      return select({ n: count(both.id) }).from(both)
    })(),
    {
      sql: 'SELECT COUNT("both"."id") AS "n" FROM (SELECT "users"."id" FROM "users" UNION SELECT "posts"."author_id" AS "id" FROM "posts") AS "both"',
      rows: [{ n: 4 }],
    },
  ),
]
