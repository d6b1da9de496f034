/** Spec rows of INSERT, UPDATE, DELETE and MERGE beyond the plain ones. */
import { spec, unsupported } from '@quern/testkit'
import {
  alias,
  constraint,
  deleteFrom,
  exists,
  insertIgnore,
  insertInto,
  integer,
  max,
  mergeInto,
  replaceInto,
  select,
  update,
  valuesTable,
  varchar,
} from 'quern'
import { posts, stock, users } from './tables.js'

const boss = alias(users, 'boss')
const given = { sku: 'a', amount: 1 }
const delivery = valuesTable(
  { sku: varchar(20).notNull(), amount: integer().notNull() },
  [
    { sku: 'a', amount: 10 },
    { sku: 'c', amount: 3 },
  ],
  'delivery',
)
const active = select({ id: users.id }).from(users).where(users.active).cte('active')
const sold = deleteFrom(stock).where(stock.sku.eq('b')).returning(stock.sku, stock.amount).cte('sold')
const merged = mergeInto(stock).using(delivery, delivery.sku.eq(stock.sku))

export const writeStatements = [
  spec('DEFAULT VALUES', insertInto(stock).values({ sku: 'z' }), {
    sql: 'INSERT INTO "stock" ("sku") VALUES ($1)',
    params: ['z'],
    rowCount: 1,
  }),
  spec(
    'expressions and subqueries as values',
    insertInto(stock).values({
      sku: 'e',
      amount: select({ n: max(posts.views) })
        .from(posts)
        .scalar(),
    }),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, (SELECT MAX("posts"."views") AS "n" FROM "posts"))',
      params: ['e'],
      rowCount: 1,
    },
  ),
  spec('a row in conflict is left alone', insertInto(stock).values(given).onConflict(stock.sku).doNothing(), {
    sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2) ON CONFLICT ("sku") DO NOTHING',
    mysql: 'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2) ON DUPLICATE KEY UPDATE `sku` = `stock`.`sku`',
    params: ['a', 1],
    rows: [],
  }),
  spec('a conflict with any key', insertInto(stock).values({ sku: 'q', place: 'A1' }).onConflict().doNothing(), {
    sql: 'INSERT INTO "stock" ("sku", "place") VALUES ($1, $2) ON CONFLICT DO NOTHING',
    mysql: 'INSERT INTO `stock` (`sku`, `place`) VALUES ($1, $2) ON DUPLICATE KEY UPDATE `sku` = `stock`.`sku`',
    params: ['q', 'A1'],
    rows: [],
  }),
  spec(
    'upsert',
    insertInto(stock)
      .values([given, { sku: 'n', amount: 2 }])
      .onConflict(stock.sku)
      .doUpdate((excluded) => ({ amount: stock.amount.add(excluded.amount), note: 'more' })),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2), ($3, $4) ON CONFLICT ("sku") DO UPDATE SET "amount" = "stock"."amount" + "excluded"."amount", "note" = $5',
      mysql:
        'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2), ($3, $4) AS `excluded` ON DUPLICATE KEY UPDATE `amount` = `stock`.`amount` + `excluded`.`amount`, `note` = $5',
      mariadb:
        'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2), ($3, $4) ON DUPLICATE KEY UPDATE `amount` = `stock`.`amount` + VALUES(`stock`.`amount`), `note` = $5',
      params: ['a', 1, 'n', 2, 'more'],
      rowCount: 2,
    },
  ),
  spec(
    'upsert that changes some rows only',
    insertInto(stock)
      .values(given)
      .onConflict(stock.sku)
      .doUpdate((excluded) => ({ amount: excluded.amount }), { where: (excluded) => excluded.amount.gt(stock.amount) }),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2) ON CONFLICT ("sku") DO UPDATE SET "amount" = "excluded"."amount" WHERE "excluded"."amount" > "stock"."amount"',
      mysql:
        'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2) AS `excluded` ON DUPLICATE KEY UPDATE `amount` = CASE WHEN `excluded`.`amount` > `stock`.`amount` THEN `excluded`.`amount` ELSE `stock`.`amount` END',
      mariadb:
        'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2) ON DUPLICATE KEY UPDATE `amount` = CASE WHEN VALUES(`stock`.`amount`) > `stock`.`amount` THEN VALUES(`stock`.`amount`) ELSE `stock`.`amount` END',
      params: ['a', 1],
      rows: [],
    },
  ),
  spec(
    'upsert by one of several keys that the row can meet',
    insertInto(stock).values({ sku: 'm', place: 'A1' }).onConflict(stock.place).doUpdate({ note: 'here' }),
    {
      sql: 'INSERT INTO "stock" ("sku", "place") VALUES ($1, $2) ON CONFLICT ("place") DO UPDATE SET "note" = $3',
      mysql: unsupported('conflictTarget'),
      params: ['m', 'A1', 'here'],
      rowCount: 1,
    },
  ),
  spec(
    'upsert by a constraint’s name',
    insertInto(stock).values({ sku: 'k', place: 'A1' }).onConflict(constraint('stock_place')).doUpdate({ note: 'here' }),
    {
      sql: 'INSERT INTO "stock" ("sku", "place") VALUES ($1, $2) ON CONFLICT ON CONSTRAINT "stock_place" DO UPDATE SET "note" = $3',
      mysql: unsupported('conflictTarget'),
      sqlite: 'INSERT INTO "stock" ("sku", "place") VALUES ($1, $2) ON CONFLICT ("place") DO UPDATE SET "note" = $3',
      params: ['k', 'A1', 'here'],
      rowCount: 1,
    },
  ),
  spec('upsert by any key', insertInto(stock).values({ sku: 'k', place: 'A1' }).onConflict().doUpdate({ note: 'here' }), {
    sql: 'INSERT INTO "stock" ("sku", "place") VALUES ($1, $2) ON CONFLICT DO UPDATE SET "note" = $3',
    postgres: unsupported('conflictAnyKey'),
    mysql: 'INSERT INTO `stock` (`sku`, `place`) VALUES ($1, $2) AS `excluded` ON DUPLICATE KEY UPDATE `note` = $3',
    mariadb: 'INSERT INTO `stock` (`sku`, `place`) VALUES ($1, $2) ON DUPLICATE KEY UPDATE `note` = $3',
    params: ['k', 'A1', 'here'],
    rowCount: 1,
  }),
  spec(
    'upsert of what a select yields',
    insertInto(stock)
      .from(select({ sku: users.name, amount: users.id }).from(users))
      .onConflict(stock.sku)
      .doUpdate((excluded) => ({ amount: excluded.amount })),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") SELECT "users"."name" AS "sku", "users"."id" AS "amount" FROM "users" ON CONFLICT ("sku") DO UPDATE SET "amount" = "excluded"."amount"',
      mysql:
        'INSERT INTO `stock` (`sku`, `amount`) SELECT `excluded`.`sku`, `excluded`.`amount` FROM (SELECT `users`.`name` AS `sku`, `users`.`id` AS `amount` FROM `users`) AS `excluded` ON DUPLICATE KEY UPDATE `amount` = VALUES(`stock`.`amount`)',
      sqlite:
        'INSERT INTO "stock" ("sku", "amount") SELECT "users"."name" AS "sku", "users"."id" AS "amount" FROM "users" WHERE 1 ON CONFLICT ("sku") DO UPDATE SET "amount" = "excluded"."amount"',
      rowCount: 4,
    },
  ),
  spec(
    'upsert returning',
    insertInto(stock)
      .values(given)
      .onConflict(stock.sku)
      .doUpdate((excluded) => ({ amount: excluded.amount }))
      .returning(stock.sku, stock.amount),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2) ON CONFLICT ("sku") DO UPDATE SET "amount" = "excluded"."amount" RETURNING "sku", "amount"',
      mysql: unsupported('insertReturning'),
      mariadb:
        'INSERT INTO `stock` (`sku`, `amount`) VALUES ($1, $2) ON DUPLICATE KEY UPDATE `amount` = VALUES(`stock`.`amount`) RETURNING `sku`, `amount`',
      params: ['a', 1],
      rows: [{ sku: 'a', amount: 1 }],
    },
  ),
  spec(
    'what a conflict leaves alone is not returned',
    insertInto(stock)
      .values([given, { sku: 'w' }])
      .onConflict(stock.sku)
      .doNothing()
      .returning(stock.sku),
    {
      sql: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2), ($3, DEFAULT) ON CONFLICT ("sku") DO NOTHING RETURNING "sku"',
      mysql: unsupported('conflictReturning'),
      sqlite: 'INSERT INTO "stock" ("sku", "amount") VALUES ($1, $2), ($3, $4) ON CONFLICT ("sku") DO NOTHING RETURNING "sku"',
      params: ['a', 1, 'w', 0],
      rows: [{ sku: 'w' }],
    },
  ),
  spec('WITH of what nothing names, before INSERT … VALUES', insertInto(stock).values({ sku: 'z' }).with(active), {
    sql: 'WITH "active" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") INSERT INTO "stock" ("sku") VALUES ($1)',
    mysql: unsupported('withBeforeInsert'),
    params: ['z'],
    rowCount: 1,
  }),
  spec(
    'WITH of what nothing names, before INSERT … SELECT',
    insertInto(stock)
      .from(select({ sku: users.name }).from(users).where(users.id.eq(1)))
      .with(active),
    {
      sql: 'WITH "active" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") INSERT INTO "stock" ("sku") SELECT "users"."name" AS "sku" FROM "users" WHERE "users"."id" = $1',
      mysql:
        'INSERT INTO `stock` (`sku`) WITH `active` AS (SELECT `users`.`id` FROM `users` WHERE `users`.`active`) SELECT `users`.`name` AS `sku` FROM `users` WHERE `users`.`id` = $1',
      params: [1],
      rowCount: 1,
    },
  ),
  spec('WITH of what nothing names, before UPDATE', update(stock).set({ note: 'n' }).where(stock.sku.eq('a')).with(active), {
    sql: 'WITH "active" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") UPDATE "stock" SET "note" = $1 WHERE "stock"."sku" = $2',
    mariadb: unsupported('withBeforeUpdate'),
    params: ['n', 'a'],
    rowCount: 1,
  }),
  spec('WITH of what nothing names, before DELETE', deleteFrom(stock).with(active).where(stock.sku.eq('a')), {
    sql: 'WITH "active" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") DELETE FROM "stock" WHERE "stock"."sku" = $1',
    mariadb: unsupported('withBeforeUpdate'),
    params: ['a'],
    rowCount: 1,
  }),
  spec('WITH that deletes, which nothing names', update(stock).set({ note: 'n' }).where(stock.sku.eq('a')).with(sold), {
    sql: 'WITH "sold" AS (DELETE FROM "stock" WHERE "stock"."sku" = $1 RETURNING "sku", "amount") UPDATE "stock" SET "note" = $2 WHERE "stock"."sku" = $3',
    mysql: unsupported('dmlInWith'),
    mariadb: unsupported('withBeforeUpdate'),
    sqlite: unsupported('dmlInWith'),
    params: ['b', 'n', 'a'],
    rowCount: 1,
  }),
  spec('REPLACE', replaceInto(stock).values(given), {
    sql: 'REPLACE INTO "stock" ("sku", "amount") VALUES ($1, $2)',
    postgres: unsupported('replaceInto'),
    params: ['a', 1],
    rowCount: 1,
  }),
  spec('INSERT IGNORE', insertIgnore(stock).values([given, { sku: 'i', amount: 1 }]), {
    sql: 'INSERT IGNORE INTO "stock" ("sku", "amount") VALUES ($1, $2), ($3, $4)',
    postgres: unsupported('insertIgnore'),
    sqlite: 'INSERT OR IGNORE INTO "stock" ("sku", "amount") VALUES ($1, $2), ($3, $4)',
    params: ['a', 1, 'i', 1],
    rowCount: 1,
  }),
  spec(
    'a common table expression beside INSERT',
    insertInto(stock).from(
      select({ sku: users.name, amount: active.id }).from(users).join(active, active.id.eq(users.id)).where(users.id.eq(1)),
    ),
    {
      sql: 'WITH "active" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") INSERT INTO "stock" ("sku", "amount") SELECT "users"."name" AS "sku", "active"."id" AS "amount" FROM "users" INNER JOIN "active" ON "active"."id" = "users"."id" WHERE "users"."id" = $1',
      mysql:
        'INSERT INTO `stock` (`sku`, `amount`) WITH `active` AS (SELECT `users`.`id` FROM `users` WHERE `users`.`active`) SELECT `users`.`name` AS `sku`, `active`.`id` AS `amount` FROM `users` INNER JOIN `active` ON `active`.`id` = `users`.`id` WHERE `users`.`id` = $1',
      params: [1],
      rowCount: 1,
    },
  ),
  spec(
    'rows moved from one table to another',
    insertInto(users)
      .from(select({ name: sold.sku, age: sold.amount }).from(sold))
      .returning(users.name, users.age),
    {
      sql: 'WITH "sold" AS (DELETE FROM "stock" WHERE "stock"."sku" = $1 RETURNING "sku", "amount") INSERT INTO "users" ("name", "age") SELECT "sold"."sku" AS "name", "sold"."amount" AS "age" FROM "sold" RETURNING "name", "age"',
      mysql: unsupported('dmlInWith'),
      sqlite: unsupported('dmlInWith'),
      params: ['b'],
      rows: [{ name: 'b', age: 7 }],
    },
  ),
  spec(
    'update from another table',
    update(users).set({ city: posts.title }).from(posts).where(posts.authorId.eq(users.id), posts.views.lt(10)),
    {
      sql: 'UPDATE "users" SET "city" = "posts"."title" FROM "posts" WHERE "posts"."author_id" = "users"."id" AND "posts"."views" < $1',
      mysql:
        'UPDATE `users` CROSS JOIN `posts` SET `users`.`city` = `posts`.`title` WHERE `posts`.`author_id` = `users`.`id` AND `posts`.`views` < $1',
      params: [10],
      rowCount: 1,
    },
  ),
  spec(
    'update from joined tables',
    update(posts)
      .set({ title: boss.name })
      .from(users)
      .leftJoin(boss, boss.id.eq(users.managerId))
      .where(users.id.eq(posts.authorId), boss.id.isNotNull()),
    {
      sql: 'UPDATE "posts" SET "title" = "boss"."name" FROM "users" LEFT JOIN "users" AS "boss" ON "boss"."id" = "users"."manager_id" WHERE "users"."id" = "posts"."author_id" AND "boss"."id" IS NOT NULL',
      mysql:
        'UPDATE `posts` CROSS JOIN `users` LEFT JOIN `users` AS `boss` ON `boss`.`id` = `users`.`manager_id` SET `posts`.`title` = `boss`.`name` WHERE `users`.`id` = `posts`.`author_id` AND `boss`.`id` IS NOT NULL',
      rowCount: 1,
    },
  ),
  spec(
    'update from another table, returning both',
    update(users).set({ age: 50 }).from(posts).where(posts.authorId.eq(users.id), posts.id.eq(3n)).returning(users.name, posts.title),
    {
      sql: 'UPDATE "users" SET "age" = $1 FROM "posts" WHERE "posts"."author_id" = "users"."id" AND "posts"."id" = $2 RETURNING "users"."name", "posts"."title"',
      mysql: unsupported('joinedReturning'),
      sqlite: unsupported('joinedReturning'),
      params: [50, 3n],
      rows: [{ name: 'Bob', title: 'Rivers' }],
    },
  ),
  spec('a SET that reads what it sets', update(stock).set({ amount: 0, note: stock.place, place: 'x' }).where(stock.sku.eq('a')), {
    sql: 'UPDATE "stock" SET "amount" = $1, "note" = "stock"."place", "place" = $2 WHERE "stock"."sku" = $3',
    params: [0, 'x', 'a'],
    rowCount: 1,
  }),
  spec('a SET whose order matters', update(stock).set({ place: 'x', note: stock.place }).where(stock.sku.eq('a')), {
    sql: 'UPDATE "stock" SET "place" = $1, "note" = "stock"."place" WHERE "stock"."sku" = $2',
    mysql: 'UPDATE `stock` SET `note` = `stock`.`place`, `place` = $1 WHERE `stock`.`sku` = $2',
    params: ['x', 'a'],
    rowCount: 1,
  }),
  spec('columns that swap', update(stock).set({ place: stock.note, note: stock.place }).where(stock.sku.eq('a')), {
    sql: 'UPDATE "stock" SET "place" = "stock"."note", "note" = "stock"."place" WHERE "stock"."sku" = $1',
    mysql: unsupported('swapInSet'),
    params: ['a'],
    rowCount: 1,
  }),
  spec(
    'a subquery over the changed table',
    deleteFrom(posts).where(
      posts.views.eq(
        select({ m: max(posts.views) })
          .from(posts)
          .scalar(),
      ),
    ),
    {
      sql: 'DELETE FROM "posts" WHERE "posts"."views" = (SELECT MAX("posts"."views") AS "m" FROM "posts")',
      mysql:
        'DELETE FROM `posts` WHERE `posts`.`views` = (SELECT /*+ NO_MERGE(target) */ `target`.`m` FROM (SELECT MAX(`posts`.`views`) AS `m` FROM `posts`) AS `target`)',
      mariadb: 'DELETE FROM `posts` WHERE `posts`.`views` = (SELECT MAX(`posts`.`views`) AS `m` FROM `posts`)',
      rowCount: 1,
    },
  ),
  spec(
    'a subquery in SET over the changed table',
    update(posts)
      .set({
        views: select({ m: max(posts.views) })
          .from(posts)
          .scalar(),
      })
      .where(posts.id.eq(2n)),
    {
      sql: 'UPDATE "posts" SET "views" = (SELECT MAX("posts"."views") AS "m" FROM "posts") WHERE "posts"."id" = $1',
      mysql:
        'UPDATE `posts` SET `views` = (SELECT /*+ NO_MERGE(target) */ `target`.`m` FROM (SELECT MAX(`posts`.`views`) AS `m` FROM `posts`) AS `target`) WHERE `posts`.`id` = $1',
      mariadb: 'UPDATE `posts` SET `views` = (SELECT MAX(`posts`.`views`) AS `m` FROM `posts`) WHERE `posts`.`id` = $1',
      sqlite:
        'UPDATE "posts" SET "views" = (SELECT MAX("posts"."views") AS "m" FROM "posts") FROM (SELECT 1) AS "before" WHERE "posts"."id" = $1',
      params: [2n],
      rowCount: 1,
    },
  ),
  spec(
    'a correlated subquery over the changed table',
    deleteFrom(users).where(exists(select(boss.id).from(boss).where(boss.managerId.eq(users.id), users.id.gt(90)))),
    {
      sql: 'DELETE FROM "users" WHERE EXISTS (SELECT "boss"."id" FROM "users" AS "boss" WHERE "boss"."manager_id" = "users"."id" AND "users"."id" > $1)',
      mysql: unsupported('targetInSubquery'),
      mariadb:
        'DELETE FROM `users` WHERE EXISTS (SELECT `boss`.`id` FROM `users` AS `boss` WHERE `boss`.`manager_id` = `users`.`id` AND `users`.`id` > $1)',
      params: [90],
      rowCount: 0,
    },
  ),
  spec('delete using another table', deleteFrom(posts).using(users).where(users.id.eq(posts.authorId), users.name.eq('Bob')), {
    sql: 'DELETE FROM "posts" USING "users" WHERE "users"."id" = "posts"."author_id" AND "users"."name" = $1',
    mysql: 'DELETE FROM `posts` USING `posts` CROSS JOIN `users` WHERE `users`.`id` = `posts`.`author_id` AND `users`.`name` = $1',
    sqlite: 'DELETE FROM "posts" WHERE EXISTS (SELECT 1 FROM "users" WHERE "users"."id" = "posts"."author_id" AND "users"."name" = $1)',
    params: ['Bob'],
    rowCount: 1,
  }),
  spec('update and delete of the first rows', deleteFrom(posts).where(posts.views.gt(0)).orderBy(posts.views).limit(2), {
    sql: 'DELETE FROM "posts" WHERE "posts"."views" > $1 ORDER BY "posts"."views" LIMIT $2',
    postgres: unsupported('writeLimit'),
    params: [0, 2],
    rowCount: 2,
  }),
  spec(
    'MERGE',
    merged
      .whenMatched(stock.amount.gt(100))
      .thenDelete()
      .whenMatched()
      .thenUpdate({ amount: stock.amount.add(delivery.amount) })
      .whenNotMatched(delivery.amount.gt(5))
      .thenDoNothing()
      .whenNotMatched()
      .thenInsert({ sku: delivery.sku, amount: delivery.amount, note: 'new' }),
    {
      sql: 'MERGE INTO "stock" USING (VALUES ($1::text, $2::int4), ($3::text, $4::int4)) AS "delivery" ("sku", "amount") ON "delivery"."sku" = "stock"."sku" WHEN MATCHED AND "stock"."amount" > $5 THEN DELETE WHEN MATCHED THEN UPDATE SET "amount" = "stock"."amount" + "delivery"."amount" WHEN NOT MATCHED AND "delivery"."amount" > $6 THEN DO NOTHING WHEN NOT MATCHED THEN INSERT ("sku", "amount", "note") VALUES ("delivery"."sku", "delivery"."amount", $7)',
      mysql: unsupported('merge'),
      sqlite: unsupported('merge'),
      params: ['a', 10, 'c', 3, 100, 5, 'new'],
      rowCount: 2,
    },
  ),
]
