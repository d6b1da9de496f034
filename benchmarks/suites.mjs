/**
 * What is measured: data only, read by the runner and the report. The code of a contender is `cases/<suite>/<module>.mjs`; it is
 * run in a process of its own. `target` is the limit of the design: a ratio to the base, or nanoseconds.
 */
import { databaseSuites } from './suites-databases.mjs'
import { moreSuites } from './suites-more.mjs'

const quern = (target, variant, label = 'Quern') => ({
  id: variant ? `quern-${variant}` : 'quern',
  library: 'quern',
  variant,
  label,
  target,
})
const kysely = (label = 'Kysely', variant) => ({ id: variant ? `kysely-${variant}` : 'kysely', library: 'kysely', variant, label })
const drizzle = (label = 'Drizzle 0.45', variant) => ({
  id: variant ? `drizzle-${variant}` : 'drizzle',
  library: 'drizzle',
  variant,
  label,
})
const raw = (variant, label) => ({ id: `raw-${variant}`, library: 'raw', variant, label })

const knex = (label = 'Knex') => ({ id: 'knex', library: 'knex', variant: undefined, label })

const freshShape = (name, title) => ({
  name,
  title,
  base: 'kysely',
  contenders: [quern({ ratio: 0.2 }), kysely(), drizzle(), drizzle('Drizzle 1.0 rc', 'next'), knex()],
})

/** A peer's run takes many times as long as ours, and one after the warm-up says as much. */
const once = { batches: 1 }
const inserts = (name, title, label, target) => ({
  name,
  title,
  base: 'raw-hand',
  contenders: [
    raw('hand', label),
    quern({ ratio: target }, undefined, 'Quern, bulkInsert'),
    ...[
      kysely('Kysely, VALUES of 1,000'),
      drizzle('Drizzle 0.45, VALUES of 500'),
      drizzle('Drizzle 1.0 rc, VALUES of 500', 'next'),
      knex('Knex, batchInsert'),
    ].map((peer) => ({ ...peer, time: once })),
  ],
})

const updates = (database, title, label, target) => ({
  name: `update-${database}`,
  title: `update of 10,000 rows out of 100,000 by key, ${title}; time per changed row`,
  base: 'raw-hand',
  contenders: [
    raw('hand', label),
    quern(target && { ratio: target }, undefined, 'Quern, bulkUpdate'),
    ...[
      kysely('Kysely, one by one'),
      drizzle('Drizzle 0.45, one by one'),
      drizzle('Drizzle 1.0 rc, one by one', 'next'),
      knex('Knex, one by one'),
    ].map((peer) => ({ ...peer, time: once })),
  ],
})

export const suites = [
  {
    name: 'compile',
    title: 'Build and compile',
    unit: 'per statement: from the first builder call to SQL text and parameters, PostgreSQL dialect',
    cases: [
      freshShape('point', 'point select, fresh'),
      freshShape('list', 'two conditions, order by two columns, limit, fresh'),
      freshShape('joins', 'three joins, where, order, limit, fresh'),
      freshShape('insert', 'insert of one row, fresh'),
      freshShape('update', 'update by key, fresh'),
      freshShape('upsert', 'insert on conflict do update, fresh'),
      {
        name: 'kept',
        title: 'point select, statement kept: all before the driver',
        base: 'kysely',
        contenders: [
          quern({ ns: 100 }, 'kept', 'Quern, kept in a variable'),
          quern({ ns: 100 }, 'prepared', 'Quern prepare(), new values'),
          kysely('Kysely, builder kept'),
          drizzle('Drizzle 0.45, builder kept', 'kept'),
          drizzle('Drizzle 0.45 .prepare(), new values', 'prepared'),
          drizzle('Drizzle 1.0 rc, builder kept', 'next-kept'),
          drizzle('Drizzle 1.0 rc .prepare(), new values', 'next-prepared'),
          knex('Knex, builder kept'),
        ],
      },
    ],
  },
  {
    name: 'sqlite',
    title: 'SQLite point select, end to end',
    unit: 'per row fetched by primary key, from the call to the row; better-sqlite3, database in memory, 10,000 rows',
    cases: [
      {
        name: 'select',
        title: 'one row of four columns by key',
        base: 'raw-kept',
        contenders: [
          raw('kept', 'better-sqlite3, statement kept'),
          raw('awaited', 'better-sqlite3, kept, in a promise'),
          raw('fresh', 'better-sqlite3, prepare on each call'),
          quern({ ratio: 2 }, 'fresh', 'Quern, fresh statement'),
          quern(undefined, 'kept', 'Quern, kept statement'),
          quern({ ratio: 1.3 }, 'prepared', 'Quern prepare()'),
          quern({ ratio: 2 }, 'fresh-engine', 'Quern, fresh, through the pool'),
          quern({ ratio: 1.3 }, 'prepared-engine', 'Quern prepare(), through the pool'),
          kysely(),
          drizzle('Drizzle 0.45', 'fresh'),
          drizzle('Drizzle 0.45 .prepare()', 'prepared'),
          drizzle('Drizzle 1.0 rc', 'next-fresh'),
          drizzle('Drizzle 1.0 rc .prepare()', 'next-prepared'),
          knex(),
        ],
      },
    ],
  },
  {
    name: 'bulk',
    title: 'Many rows',
    unit: 'per row of 100,000 with ten columns, from an array of objects, in one transaction; servers on the same machine',
    /** One run before, two that count: a run is long enough by itself. */
    time: { batches: 2 },
    servers: true,
    cases: [
      inserts('postgres', 'insert, PostgreSQL', 'COPY by hand (pg-copy-streams)', 1.3),
      inserts('mysql', 'insert, MySQL', 'LOAD DATA LOCAL by hand (mysql2)', 1.3),
      inserts('mariadb', 'insert, MariaDB', 'LOAD DATA LOCAL by hand (mysql2)', 1.3),
      inserts('sqlite', 'insert, SQLite', 'prepared VALUES of 100 by hand (better-sqlite3)', 1.1),
      updates('postgres', 'PostgreSQL', 'UPDATE from unnest by hand (pg)', 1.2),
      updates('mysql', 'MySQL', 'UPDATE from JSON_TABLE by hand (mysql2)'),
      updates('mariadb', 'MariaDB', 'UPDATE from JSON_TABLE by hand (mysql2)'),
      updates('sqlite', 'SQLite', 'a prepared UPDATE for each row by hand (better-sqlite3)'),
    ],
  },
  ...databaseSuites,
  ...moreSuites,
]
