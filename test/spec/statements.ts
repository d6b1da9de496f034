/** The spec table: canonical SQL once, true differences per dialect, and the rows that every database must answer. */

import { spec, unsupported } from '@quern/testkit'
import {
  alias,
  avg,
  caseWhen,
  cast,
  charLength,
  coalesce,
  count,
  deleteFrom,
  exists,
  insertInto,
  lag,
  literal,
  lower,
  max,
  not,
  or,
  recursiveCte,
  rowNumber,
  select,
  sql,
  sum,
  text,
  update,
  varchar,
} from 'quern'
import { clauseStatements } from './statements-clauses.js'
import { expressionStatements } from './statements-expressions.js'
import { selectStatements } from './statements-select.js'
import { setStatements } from './statements-set.js'
import { writeStatements } from './statements-writes.js'
import { noon, postRows, posts, userRows, users } from './tables.js'

const boss = alias(users, 'boss')
const perAuthor = select({ uid: posts.authorId, n: count(), views: sum(posts.views) })
  .from(posts)
  .groupBy(posts.authorId)
  .cte('per_author')
const tree = recursiveCte(
  'tree',
  select({ id: users.id, depth: literal(0) })
    .from(users)
    .where(users.managerId.isNull()),
  (self) =>
    select({ id: users.id, depth: self.depth.add(1) })
      .from(users)
      .join(self, self.id.eq(users.managerId)),
)
const busy = select({ uid: posts.authorId }).from(posts).where(posts.views.gt(10)).subquery('busy')
const size = caseWhen(users.age.gte(40)).then('old').else('young')

/** A price as SQLite compares it: its text as a whole number of cents. */
const cents = 'CAST(ROUND(CAST("posts"."price" AS REAL) * 100) AS INTEGER)'

export const statements = [
  ...selectStatements,
  ...setStatements,
  ...writeStatements,
  ...expressionStatements,
  ...clauseStatements,
  spec('all columns of a table', select(users).where(users.id.eq(1)), {
    sql: 'SELECT "users"."id", "users"."name", "users"."age", "users"."manager_id" AS "managerId", "users"."active", "users"."city" FROM "users" WHERE "users"."id" = $1',
    params: [1],
    rows: [userRows[0]],
  }),
  spec('a list of columns, limit and offset', select(users.id, users.name).from(users).orderBy(users.id).limit(2).offset(1), {
    sql: 'SELECT "users"."id", "users"."name" FROM "users" ORDER BY "users"."id" LIMIT $1 OFFSET $2',
    params: [2, 1],
    rows: [
      { id: 2, name: 'Bob' },
      { id: 3, name: 'Cleo' },
    ],
  }),
  spec('offset alone', select(users.id).from(users).orderBy(users.id.desc()).offset(3), {
    sql: 'SELECT "users"."id" FROM "users" ORDER BY "users"."id" DESC OFFSET $1',
    mysql: 'SELECT `users`.`id` FROM `users` ORDER BY `users`.`id` DESC LIMIT 18446744073709551615 OFFSET $1',
    sqlite: 'SELECT "users"."id" FROM "users" ORDER BY "users"."id" DESC LIMIT -1 OFFSET $1',
    params: [3],
    rows: [{ id: 1 }],
  }),
  spec(
    'precedence: a subtraction inside a product',
    select({ x: users.id.sub(1).mul(2) })
      .from(users)
      .orderBy(users.id),
    {
      sql: 'SELECT ("users"."id" - $1) * $2 AS "x" FROM "users" ORDER BY "users"."id"',
      params: [1, 2],
      rows: [{ x: 0 }, { x: 2 }, { x: 4 }, { x: 6 }],
    },
  ),
  spec(
    'precedence: a subtraction on the right of another',
    select({ x: users.id.sub(users.id.sub(1)) })
      .from(users)
      .where(users.id.eq(3)),
    {
      sql: 'SELECT "users"."id" - ("users"."id" - $1) AS "x" FROM "users" WHERE "users"."id" = $2',
      params: [1, 3],
      rows: [{ x: 1 }],
    },
  ),
  spec('precedence: a comparison compared', select(users.id).from(users).where(users.id.eq(1).eq(users.active)).orderBy(users.id), {
    sql: 'SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1) = "users"."active" ORDER BY "users"."id"',
    params: [1],
    rows: [{ id: 1 }, { id: 3 }],
  }),
  spec('precedence: two signs', select({ x: users.id.neg().neg() }).from(users).where(users.id.eq(2)), {
    sql: 'SELECT -(-"users"."id") AS "x" FROM "users" WHERE "users"."id" = $1',
    params: [2],
    rows: [{ x: 2 }],
  }),
  spec(
    'and, or and not',
    select(users.id)
      .from(users)
      .where(users.active, or(users.age.lt(30), users.city.eq('London')), not(users.name.eq('Bob')))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."active" AND ("users"."age" < $1 OR "users"."city" = $2) AND NOT ("users"."name" = $3) ORDER BY "users"."id"',
      params: [30, 'London', 'Bob'],
      rows: [{ id: 1 }, { id: 4 }],
    },
  ),
  spec(
    'integers divide to an integer, remainders keep the sign',
    select({ q: users.id.add(6).div(2), r: users.id.sub(8).mod(4) })
      .from(users)
      .where(users.id.eq(1)),
    {
      sql: 'SELECT ("users"."id" + $1) / $2 AS "q", ("users"."id" - $3) % $4 AS "r" FROM "users" WHERE "users"."id" = $5',
      mysql: 'SELECT (`users`.`id` + $1) DIV $2 AS `q`, (`users`.`id` - $3) % $4 AS `r` FROM `users` WHERE `users`.`id` = $5',
      params: [6, 2, 8, 4, 1],
      rows: [{ q: 3, r: -3 }],
    },
  ),
  spec(
    'a fraction beside an integer',
    select({ x: users.id.add(0.5) })
      .from(users)
      .where(users.id.eq(4)),
    {
      sql: 'SELECT "users"."id" + $1::float8 AS "x" FROM "users" WHERE "users"."id" = $2',
      params: [0.5, 4],
      rows: [{ x: 4.5 }],
    },
  ),
  spec('eq(null) and ne(null)', select(users.id).from(users).where(users.managerId.eq(null), users.age.ne(null)), {
    sql: 'SELECT "users"."id" FROM "users" WHERE "users"."manager_id" IS NULL AND "users"."age" IS NOT NULL',
    rows: [{ id: 1 }],
  }),
  spec(
    'equality in which NULL equals NULL',
    select(users.id).from(users).where(users.city.isDistinctFrom('London'), users.age.isNotDistinctFrom(users.age)).orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."city" IS DISTINCT FROM $1 AND "users"."age" IS NOT DISTINCT FROM "users"."age" ORDER BY "users"."id"',
      mysql: 'SELECT `users`.`id` FROM `users` WHERE NOT (`users`.`city` <=> $1) AND `users`.`age` <=> `users`.`age` ORDER BY `users`.`id`',
      sqlite: 'SELECT "users"."id" FROM "users" WHERE "users"."city" IS NOT $1 AND "users"."age" IS "users"."age" ORDER BY "users"."id"',
      params: ['London'],
      rows: [{ id: 2 }, { id: 4 }],
    },
  ),
  spec(
    'in a list of numbers',
    select(users.id)
      .from(users)
      .where(users.id.in([4, 2, 99]))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."id" = ANY($1::int4[]) ORDER BY "users"."id"',
      mysql: 'SELECT `users`.`id` FROM `users` WHERE `users`.`id` IN ($2, $3, $4, $4) ORDER BY `users`.`id`',
      sqlite: 'SELECT "users"."id" FROM "users" WHERE "users"."id" IN (SELECT value FROM json_each($1)) ORDER BY "users"."id"',
      params: [[4, 2, 99], 4, 2, 99],
      rows: [{ id: 2 }, { id: 4 }],
    },
  ),
  spec(
    'not in a list of texts',
    select(users.id)
      .from(users)
      .where(users.name.notIn(['Ada', 'Bob']))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."name" <> ALL($1::text[]) ORDER BY "users"."id"',
      mysql: 'SELECT `users`.`id` FROM `users` WHERE `users`.`name` NOT IN ($2, $3) ORDER BY `users`.`id`',
      sqlite: 'SELECT "users"."id" FROM "users" WHERE "users"."name" NOT IN (SELECT value FROM json_each($1)) ORDER BY "users"."id"',
      params: [['Ada', 'Bob'], 'Ada', 'Bob'],
      rows: [{ id: 3 }, { id: 4 }],
    },
  ),
  spec('in an empty list', select(users.id).from(users).where(users.id.in([])), {
    sql: 'SELECT "users"."id" FROM "users" WHERE FALSE',
    sqlite: 'SELECT "users"."id" FROM "users" WHERE 0',
    rows: [],
  }),
  spec(
    'in a subquery',
    select(users.id)
      .from(users)
      .where(users.id.in(select({ id: posts.authorId }).from(posts)))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE "users"."id" IN (SELECT "posts"."author_id" AS "id" FROM "posts") ORDER BY "users"."id"',
      rows: [{ id: 1 }, { id: 2 }],
    },
  ),
  spec(
    'exists, correlated',
    select(users.id)
      .from(users)
      .where(
        not(
          exists(
            select({ one: literal(1) })
              .from(posts)
              .where(posts.authorId.eq(users.id)),
          ),
        ),
      )
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE NOT (EXISTS (SELECT $1::int4 AS "one" FROM "posts" WHERE "posts"."author_id" = "users"."id")) ORDER BY "users"."id"',
      params: [1],
      rows: [{ id: 3 }, { id: 4 }],
    },
  ),
  spec(
    'a scalar subquery in the select list',
    select({ id: users.id, n: select({ n: count() }).from(posts).where(posts.authorId.eq(users.id)).scalar() })
      .from(users)
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id", (SELECT COUNT(*) AS "n" FROM "posts" WHERE "posts"."author_id" = "users"."id") AS "n" FROM "users" ORDER BY "users"."id"',
      rows: [
        { id: 1, n: 2 },
        { id: 2, n: 1 },
        { id: 3, n: 0 },
        { id: 4, n: 0 },
      ],
    },
  ),
  spec('between and a timestamp', select(posts.id).from(posts).where(posts.views.between(7, 50), posts.at.lt(noon)), {
    sql: 'SELECT "posts"."id" FROM "posts" WHERE "posts"."views" BETWEEN $1 AND $2 AND "posts"."at" < $3',
    params: [7, 50, noon],
    rows: [{ id: 3n }],
  }),
  spec('contains escapes its wildcards', select(users.id).from(users).where(users.name.contains('n_')), {
    sql: `SELECT "users"."id" FROM "users" WHERE "users"."name" LIKE $1 ESCAPE '\\'`,
    mysql: `SELECT \`users\`.\`id\` FROM \`users\` WHERE \`users\`.\`name\` LIKE $1 ESCAPE '\\\\'`,
    params: ['%n\\_%'],
    rows: [{ id: 4 }],
  }),
  spec(
    'an inner join',
    select({ name: users.name, title: posts.title })
      .from(users)
      .join(posts, posts.authorId.eq(users.id))
      .where(posts.views.gte(50))
      .orderBy(posts.id),
    {
      sql: 'SELECT "users"."name", "posts"."title" FROM "users" INNER JOIN "posts" ON "posts"."author_id" = "users"."id" WHERE "posts"."views" >= $1 ORDER BY "posts"."id"',
      params: [50],
      rows: [
        { name: 'Ada', title: 'Engines' },
        { name: 'Ada', title: 'Notes' },
      ],
    },
  ),
  spec(
    'a left join over the only foreign key, nested and null as a whole',
    select({ id: users.id, post: { title: posts.title, price: posts.price } })
      .from(users)
      .leftJoin(posts)
      .where(users.id.gt(1))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id", "posts"."title" AS "post.title", "posts"."price" AS "post.price" FROM "users" LEFT JOIN "posts" ON "posts"."author_id" = "users"."id" WHERE "users"."id" > $1 ORDER BY "users"."id"',
      params: [1],
      rows: [
        { id: 2, post: { title: 'Rivers', price: null } },
        { id: 3, post: null },
        { id: 4, post: null },
      ],
    },
  ),
  spec(
    'a nested shape whose own columns are all nullable gets a hidden witness',
    select({ id: users.id, post: { price: posts.price } })
      .from(users)
      .leftJoin(posts)
      .where(users.id.in([2, 3]))
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."id", "posts"."price" AS "post.price", "posts"."id" AS "posts.id?" FROM "users" LEFT JOIN "posts" ON "posts"."author_id" = "users"."id" WHERE "users"."id" = ANY($1::int4[]) ORDER BY "users"."id"',
      mysql:
        'SELECT `users`.`id`, `posts`.`price` AS `post.price`, `posts`.`id` AS `posts.id?` FROM `users` LEFT JOIN `posts` ON `posts`.`author_id` = `users`.`id` WHERE `users`.`id` IN ($2, $3) ORDER BY `users`.`id`',
      sqlite:
        'SELECT "users"."id", "posts"."price" AS "post.price", "posts"."id" AS "posts.id?" FROM "users" LEFT JOIN "posts" ON "posts"."author_id" = "users"."id" WHERE "users"."id" IN (SELECT value FROM json_each($1)) ORDER BY "users"."id"',
      params: [[2, 3], 2, 3],
      rows: [
        { id: 2, post: { price: null } },
        { id: 3, post: null },
      ],
    },
  ),
  spec(
    'a self join with an alias',
    select({ name: users.name, boss: boss.name }).from(users).leftJoin(boss, boss.id.eq(users.managerId)).orderBy(users.id),
    {
      sql: 'SELECT "users"."name", "boss"."name" AS "boss" FROM "users" LEFT JOIN "users" AS "boss" ON "boss"."id" = "users"."manager_id" ORDER BY "users"."id"',
      rows: [
        { name: 'Ada', boss: null },
        { name: 'Bob', boss: 'Ada' },
        { name: 'Cleo', boss: 'Ada' },
        { name: 'Dan_', boss: 'Bob' },
      ],
    },
  ),
  spec(
    'a right join',
    select({ name: users.name, id: posts.id })
      .from(posts)
      .rightJoin(users, posts.authorId.eq(users.id))
      .where(posts.id.isNull())
      .orderBy(users.id),
    {
      sql: 'SELECT "users"."name", "posts"."id" FROM "posts" RIGHT JOIN "users" ON "posts"."author_id" = "users"."id" WHERE "posts"."id" IS NULL ORDER BY "users"."id"',
      rows: [
        { name: 'Cleo', id: null },
        { name: 'Dan_', id: null },
      ],
    },
  ),
  spec('a full join', select({ n: count() }).from(users).fullJoin(posts, posts.authorId.eq(users.id)), {
    sql: 'SELECT COUNT(*) AS "n" FROM "users" FULL JOIN "posts" ON "posts"."author_id" = "users"."id"',
    mysql: unsupported('fullJoin'),
    rows: [{ n: 5 }],
  }),
  spec('a subquery in FROM', select({ name: users.name }).from(users).join(busy, busy.uid.eq(users.id)).distinct(), {
    sql: 'SELECT DISTINCT "users"."name" FROM "users" INNER JOIN (SELECT "posts"."author_id" AS "uid" FROM "posts" WHERE "posts"."views" > $1) AS "busy" ON "busy"."uid" = "users"."id"',
    params: [10],
    rows: [{ name: 'Ada' }],
  }),
  spec(
    'aggregates, grouped by a primary key, with HAVING',
    select({ name: users.name, n: count(posts.id), top: max(posts.views), mean: avg(posts.views) })
      .from(users)
      .join(posts)
      .groupBy(users.id)
      .having(count(posts.id).gt(1)),
    {
      sql: 'SELECT "users"."name", COUNT("posts"."id") AS "n", MAX("posts"."views") AS "top", AVG("posts"."views") AS "mean" FROM "users" INNER JOIN "posts" ON "posts"."author_id" = "users"."id" GROUP BY "users"."id" HAVING COUNT("posts"."id") > $1',
      params: [1],
      rows: [{ name: 'Ada', n: 2, top: 100, mean: '75' }],
    },
  ),
  spec(
    'aggregates over no rows',
    select({ n: count(), s: sum(posts.views), m: max(posts.title), b: sum(posts.id) })
      .from(posts)
      .where(posts.id.lt(0n)),
    {
      sql: 'SELECT COUNT(*) AS "n", SUM("posts"."views") AS "s", MAX("posts"."title") AS "m", SUM("posts"."id") AS "b" FROM "posts" WHERE "posts"."id" < $1',
      params: [0n],
      rows: [{ n: 0, s: null, m: null, b: null }],
    },
  ),
  spec(
    'a filtered aggregate',
    select({ all: count(), on: count().filter(users.active), cities: count(users.city).distinct() }).from(users),
    {
      sql: 'SELECT COUNT(*) AS "all", COUNT(*) FILTER (WHERE "users"."active") AS "on", COUNT(DISTINCT "users"."city") AS "cities" FROM "users"',
      mysql:
        'SELECT COUNT(*) AS `all`, COUNT(CASE WHEN `users`.`active` THEN TRUE END) AS `on`, COUNT(DISTINCT `users`.`city`) AS `cities` FROM `users`',
      rows: [{ all: 4, on: 3, cities: 2 }],
    },
  ),
  spec(
    'one expression with a parameter, selected, grouped and ordered by',
    select({ size, n: count() }).from(users).where(users.age.isNotNull()).groupBy(size).orderBy(size),
    {
      sql: 'SELECT CASE WHEN "users"."age" >= $1 THEN $2::text ELSE $3::text END AS "size", COUNT(*) AS "n" FROM "users" WHERE "users"."age" IS NOT NULL GROUP BY CASE WHEN "users"."age" >= $1 THEN $2::text ELSE $3::text END ORDER BY CASE WHEN "users"."age" >= $1 THEN $2::text ELSE $3::text END',
      mysql:
        'SELECT CASE WHEN `users`.`age` >= $1 THEN $2 ELSE $3 END AS `size`, COUNT(*) AS `n` FROM `users` WHERE `users`.`age` IS NOT NULL GROUP BY 1 ORDER BY 1',
      sqlite:
        'SELECT CASE WHEN "users"."age" >= $1 THEN $2 ELSE $3 END AS "size", COUNT(*) AS "n" FROM "users" WHERE "users"."age" IS NOT NULL GROUP BY 1 ORDER BY 1',
      params: [40, 'old', 'young'],
      rows: [
        { size: 'old', n: 1 },
        { size: 'young', n: 2 },
      ],
    },
  ),
  spec(
    'a window function with a frame',
    select({
      id: posts.id,
      r: rowNumber().over({ partitionBy: posts.authorId, orderBy: posts.views.desc() }),
      run: sum(posts.views).over({ orderBy: posts.id, rows: ['unbounded preceding', 'current row'] }),
      before: lag(posts.title).over({ orderBy: posts.id }),
    })
      .from(posts)
      .orderBy(posts.id),
    {
      sql: 'SELECT "posts"."id", ROW_NUMBER() OVER (PARTITION BY "posts"."author_id" ORDER BY "posts"."views" DESC) AS "r", SUM("posts"."views") OVER (ORDER BY "posts"."id" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "run", LAG("posts"."title") OVER (ORDER BY "posts"."id") AS "before" FROM "posts" ORDER BY "posts"."id"',
      rows: [
        { id: 1n, r: 1, run: 100, before: null },
        { id: 2n, r: 2, run: 150, before: 'Engines' },
        { id: 3n, r: 1, run: 157, before: 'Notes' },
      ],
    },
  ),
  spec(
    'nulls last, emulated where there is no such clause',
    select(users.id).from(users).orderBy(users.city.asc().nullsLast(), users.id.desc()),
    {
      sql: 'SELECT "users"."id" FROM "users" ORDER BY "users"."city" NULLS LAST, "users"."id" DESC',
      mysql: 'SELECT `users`.`id` FROM `users` ORDER BY `users`.`city` IS NULL, `users`.`city`, `users`.`id` DESC',
      rows: [{ id: 3 }, { id: 1 }, { id: 2 }, { id: 4 }],
    },
  ),
  spec(
    'a common table expression',
    select({ name: users.name, n: perAuthor.n, views: perAuthor.views })
      .from(users)
      .join(perAuthor, perAuthor.uid.eq(users.id))
      .orderBy(perAuthor.n.desc()),
    {
      sql: 'WITH "per_author" AS (SELECT "posts"."author_id" AS "uid", COUNT(*) AS "n", SUM("posts"."views") AS "views" FROM "posts" GROUP BY "posts"."author_id") SELECT "users"."name", "per_author"."n", "per_author"."views" FROM "users" INNER JOIN "per_author" ON "per_author"."uid" = "users"."id" ORDER BY "per_author"."n" DESC',
      rows: [
        { name: 'Ada', n: 2, views: 150 },
        { name: 'Bob', n: 1, views: 7 },
      ],
    },
  ),
  spec('a recursive common table expression', select(tree).orderBy(tree.id), {
    sql: 'WITH RECURSIVE "tree" AS (SELECT "users"."id", $1::int4 AS "depth" FROM "users" WHERE "users"."manager_id" IS NULL UNION ALL SELECT "users"."id", "tree"."depth" + $2 AS "depth" FROM "users" INNER JOIN "tree" ON "tree"."id" = "users"."manager_id") SELECT "tree"."id", "tree"."depth" FROM "tree" ORDER BY "tree"."id"',
    params: [0, 1],
    rows: [
      { id: 1, depth: 0 },
      { id: 2, depth: 1 },
      { id: 3, depth: 1 },
      { id: 4, depth: 2 },
    ],
  }),
  spec(
    'functions and concatenation',
    select({ low: lower(users.name), n: charLength(users.name), both: users.name.concat('!'), city: coalesce(users.city, '?') })
      .from(users)
      .where(users.id.eq(4)),
    {
      sql: 'SELECT LOWER("users"."name") AS "low", CHAR_LENGTH("users"."name") AS "n", "users"."name" || $1 AS "both", COALESCE("users"."city", $2) AS "city" FROM "users" WHERE "users"."id" = $3',
      mysql:
        'SELECT LOWER(`users`.`name`) AS `low`, CHAR_LENGTH(`users`.`name`) AS `n`, CONCAT(`users`.`name`, $1) AS `both`, COALESCE(`users`.`city`, $2) AS `city` FROM `users` WHERE `users`.`id` = $3',
      sqlite:
        'SELECT LOWER("users"."name") AS "low", LENGTH("users"."name") AS "n", "users"."name" || $1 AS "both", COALESCE("users"."city", $2) AS "city" FROM "users" WHERE "users"."id" = $3',
      params: ['!', '?', 4],
      rows: [{ low: 'dan_', n: 4, both: 'Dan_!', city: '?' }],
    },
  ),
  spec(
    'values of several types without a table',
    select({ i: literal(1), t: literal('x'), b: literal(true), big: literal(9007199254740993n), f: literal(1.5), at: literal(noon) }),
    {
      sql: 'SELECT $1::int4 AS "i", $2::text AS "t", $3::bool AS "b", $4::int8 AS "big", $5::float8 AS "f", $6::timestamptz AS "at"',
      mysql: 'SELECT $1 AS `i`, $2 AS `t`, $3 AS `b`, $4 AS `big`, $5 AS `f`, CAST($6 AS datetime(3)) AS `at`',
      params: [1, 'x', true, 9007199254740993n, 1.5, noon],
      rows: [{ i: 1, t: 'x', b: true, big: 9007199254740993n, f: 1.5, at: noon }],
    },
  ),
  spec(
    'a numeric shown as a number keeps its type beside values',
    select(posts.id, posts.cost).from(posts).where(posts.cost.mul(10).eq(11)),
    {
      sql: 'SELECT "posts"."id", "posts"."cost" FROM "posts" WHERE "posts"."cost" * $1 = $2',
      mysql:
        'SELECT `posts`.`id`, `posts`.`cost` FROM `posts` WHERE `posts`.`cost` * CAST($1 AS decimal(65, 30)) = CAST($2 AS decimal(65, 30))',
      params: [10, 11],
      rows: [{ id: 1n, cost: 1.1 }],
    },
  ),
  spec(
    'an exact average beside a value',
    select({ a: posts.authorId })
      .from(posts)
      .groupBy(posts.authorId)
      .having(avg(posts.views).gt('9.5'), avg(posts.views).between('70', '80')),
    {
      sql: 'SELECT "posts"."author_id" AS "a" FROM "posts" GROUP BY "posts"."author_id" HAVING AVG("posts"."views") > $1 AND AVG("posts"."views") BETWEEN $2 AND $3',
      mysql:
        'SELECT `posts`.`author_id` AS `a` FROM `posts` GROUP BY `posts`.`author_id` HAVING AVG(`posts`.`views`) > CAST($1 AS decimal(65, 30)) AND AVG(`posts`.`views`) BETWEEN CAST($2 AS decimal(65, 30)) AND CAST($3 AS decimal(65, 30))',
      sqlite:
        'SELECT "posts"."author_id" AS "a" FROM "posts" GROUP BY "posts"."author_id" HAVING AVG("posts"."views") > CAST($1 AS NUMERIC) AND AVG("posts"."views") BETWEEN CAST($2 AS NUMERIC) AND CAST($3 AS NUMERIC)',
      params: ['9.5', '70', '80'],
      rows: [{ a: 1 }],
    },
  ),
  spec('an exact numeric equal to a value', select(posts.id).from(posts).where(posts.price.eq('2.250')), {
    sql: 'SELECT "posts"."id" FROM "posts" WHERE "posts"."price" = $1',
    mysql: 'SELECT `posts`.`id` FROM `posts` WHERE `posts`.`price` = CAST($1 AS decimal(65, 30))',
    params: ['2.250'],
    rows: [{ id: 2n }],
  }),
  spec('order of exact numerics', select(posts.id).from(posts).where(posts.price.gt('3')).orderBy(posts.price.desc()), {
    sql: 'SELECT "posts"."id" FROM "posts" WHERE "posts"."price" > $1 ORDER BY "posts"."price" DESC',
    mysql: 'SELECT `posts`.`id` FROM `posts` WHERE `posts`.`price` > CAST($1 AS decimal(65, 30)) ORDER BY `posts`.`price` DESC',
    // $2: 300 cents, for the text as a whole number of the smallest unit
    sqlite: `SELECT "posts"."id" FROM "posts" WHERE ${cents} > $2 ORDER BY ${cents} DESC`,
    params: ['3', 300n],
    rows: [{ id: 1n }],
  }),
  spec('sum of exact numerics', select({ s: sum(posts.price) }).from(posts), {
    sql: 'SELECT SUM("posts"."price") AS "s" FROM "posts"',
    sqlite: `SELECT CASE WHEN SUM(${cents}) IS NOT NULL THEN RTRIM(RTRIM(PRINTF('%s%d.%02d', CASE WHEN SUM(${cents}) < 0 THEN '-' ELSE '' END, ABS(SUM(${cents})) / 100, ABS(SUM(${cents})) % 100), '0'), '.') END AS "s" FROM "posts"`,
    params: [],
    rows: [{ s: '12.75' }],
  }),
  spec(
    'arithmetic of exact numerics',
    select({ x: posts.price.mul(posts.views) })
      .from(posts)
      .orderBy(posts.id),
    {
      sql: 'SELECT "posts"."price" * "posts"."views" AS "x" FROM "posts" ORDER BY "posts"."id"',
      // what 64 bits do not hold is an error there, and never a double
      sqlite: `SELECT (SELECT CASE WHEN n IS NOT NULL THEN RTRIM(RTRIM(PRINTF('%s%d.%02d', CASE WHEN n < 0 THEN '-' ELSE '' END, ABS(n) / 100, ABS(n) % 100), '0'), '.') END FROM (SELECT ((SELECT CASE WHEN TYPEOF(n) = 'real' THEN ABS(-9223372036854775808) ELSE n END FROM (SELECT (${cents} * "posts"."views") AS n))) AS n)) AS "x" FROM "posts" ORDER BY "posts"."id"`,
      params: [],
      rows: [{ x: '1050' }, { x: '112.5' }, { x: null }],
    },
  ),
  spec('division of exact numerics', select(posts.id).from(posts).where(posts.price.div(2).gt('2')), {
    sql: 'SELECT "posts"."id" FROM "posts" WHERE "posts"."price" / $1 > $2',
    mysql: 'SELECT `posts`.`id` FROM `posts` WHERE `posts`.`price` / CAST($1 AS decimal(65, 30)) > CAST($2 AS decimal(65, 30))',
    sqlite: unsupported('numericArithmetic'),
    params: [2, '2'],
    rows: [{ id: 1n }],
  }),
  spec(
    'a named window ordered by exact numerics',
    select({ r: rowNumber().over('w') })
      .from(posts)
      .where(posts.id.lt(3n))
      .window('w', { orderBy: posts.price })
      .orderBy(posts.id),
    {
      sql: 'SELECT ROW_NUMBER() OVER "w" AS "r" FROM "posts" WHERE "posts"."id" < $1 WINDOW "w" AS (ORDER BY "posts"."price") ORDER BY "posts"."id"',
      sqlite: `SELECT ROW_NUMBER() OVER "w" AS "r" FROM "posts" WHERE "posts"."id" < $1 WINDOW "w" AS (ORDER BY ${cents}) ORDER BY "posts"."id"`,
      params: [3n],
      // 10.5 is more than 2.25, and less as text
      rows: [{ r: 2 }, { r: 1 }],
    },
  ),
  spec(
    'a window ordered by exact numerics',
    select({ r: rowNumber().over({ orderBy: posts.price.desc() }) })
      .from(posts)
      .where(posts.id.lt(3n))
      .orderBy(posts.id),
    {
      sql: 'SELECT ROW_NUMBER() OVER (ORDER BY "posts"."price" DESC) AS "r" FROM "posts" WHERE "posts"."id" < $1 ORDER BY "posts"."id"',
      sqlite: `SELECT ROW_NUMBER() OVER (ORDER BY ${cents} DESC) AS "r" FROM "posts" WHERE "posts"."id" < $1 ORDER BY "posts"."id"`,
      params: [3n],
      rows: [{ r: 1 }, { r: 2 }],
    },
  ),
  spec(
    'casts keep their length',
    select({ short: cast(users.name, varchar(2)), n: cast(users.age, text()) })
      .from(users)
      .where(users.id.eq(1)),
    {
      sql: 'SELECT CAST("users"."name" AS varchar(2)) AS "short", CAST("users"."age" AS text) AS "n" FROM "users" WHERE "users"."id" = $1',
      mysql: 'SELECT CAST(`users`.`name` AS char(2)) AS `short`, CAST(`users`.`age` AS char) AS `n` FROM `users` WHERE `users`.`id` = $1',
      sqlite: unsupported('castLength'),
      params: [1],
      rows: [{ short: 'Ad', n: '36' }],
    },
  ),
  spec(
    'a fragment never loses its parentheses',
    select(users.id).from(users).where(sql<boolean>`${users.id} = ${1} or ${users.id} = ${2}`, users.name.eq('Bob')),
    {
      sql: 'SELECT "users"."id" FROM "users" WHERE ("users"."id" = $1::int4 or "users"."id" = $2::int4) AND "users"."name" = $3',
      params: [1, 2, 'Bob'],
      rows: [{ id: 2 }],
    },
  ),
  spec(
    'insert rows with different keys',
    insertInto(users).values([
      { name: 'Eve', active: false },
      { name: 'Fay', city: 'Rome' },
    ]),
    {
      sql: 'INSERT INTO "users" ("name", "active", "city") VALUES ($1, $2, DEFAULT), ($3, DEFAULT, $4)',
      sqlite: 'INSERT INTO "users" ("name", "active") VALUES ($1, $2);\nINSERT INTO "users" ("name", "city") VALUES ($3, $4)',
      params: ['Eve', false, 'Fay', 'Rome'],
      rowCount: 2,
    },
  ),
  spec('insert returning', insertInto(users).values({ id: 9, name: 'Gus' }).returning(), {
    sql: 'INSERT INTO "users" ("id", "name") VALUES ($1, $2) RETURNING "id", "name", "age", "manager_id" AS "managerId", "active", "city"',
    mysql: unsupported('insertReturning'),
    mariadb:
      'INSERT INTO `users` (`id`, `name`) VALUES ($1, $2) RETURNING `id`, `name`, `age`, `manager_id` AS `managerId`, `active`, `city`',
    params: [9, 'Gus'],
    rows: [{ id: 9, name: 'Gus', age: null, managerId: null, active: true, city: null }],
  }),
  spec(
    'insert from a select',
    insertInto(posts).from(
      select({ id: posts.id.add(10), authorId: posts.authorId, title: posts.title, at: posts.at })
        .from(posts)
        .where(posts.views.lt(60)),
    ),
    {
      sql: 'INSERT INTO "posts" ("id", "author_id", "title", "at") SELECT "posts"."id" + $1 AS "id", "posts"."author_id" AS "authorId", "posts"."title", "posts"."at" FROM "posts" WHERE "posts"."views" < $2',
      params: [10, 60],
      rowCount: 2,
    },
  ),
  spec(
    'update with an expression',
    update(users)
      .set({ age: users.age.add(1), city: null })
      .where(users.id.lte(2)),
    {
      sql: 'UPDATE "users" SET "age" = "users"."age" + $1, "city" = $2 WHERE "users"."id" <= $3',
      params: [1, null, 2],
      rowCount: 2,
    },
  ),
  spec('update returning', update(posts).set({ price: '3.10' }).where(posts.id.eq(1n)).returning(posts.id, posts.price), {
    sql: 'UPDATE "posts" SET "price" = $1 WHERE "posts"."id" = $2 RETURNING "id", "price"',
    mysql: unsupported('updateReturning'),
    params: ['3.10', 1n],
    rows: [{ id: 1n, price: '3.1' }],
  }),
  spec('delete with a condition', deleteFrom(posts).where(posts.title.eq('Notes')), {
    sql: 'DELETE FROM "posts" WHERE "posts"."title" = $1',
    params: ['Notes'],
    rowCount: 1,
  }),
  spec('delete all rows', deleteFrom(posts).allRows(), { sql: 'DELETE FROM "posts"', rowCount: postRows.length }),
]
