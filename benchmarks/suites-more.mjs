/** Streams, starting up, reflection, and how costs grow. Data only. */
const contender = (library, label, variant, target) => ({
  id: variant ? `${library}-${variant}` : library,
  library,
  variant,
  label,
  target,
})

/** At least 0.9 of the raw cursor's speed, in 50 MiB. */
const flat = { ratio: 1.11, memory: 50 }
const streams = (database, title, raw, peers) => ({
  name: database,
  title,
  database,
  base: 'raw',
  contenders: [contender('raw', raw), contender('quern', 'Quern', undefined, flat), ...peers],
})
const kysely = contender('kysely', 'Kysely')
const knex = contender('knex', 'Knex')

const start = (target) => [
  contender('quern', 'Quern', undefined, target),
  contender('kysely', 'Kysely'),
  contender('drizzle', 'Drizzle 0.45, pg-core'),
  contender('drizzle', 'Drizzle 1.0 rc, pg-core', 'drizzle-next'),
  contender('knex', 'Knex'),
]

const reflection = (database, title) => ({
  name: database,
  title,
  database,
  base: 'quern',
  contenders: [contender('quern', 'Quern', undefined, { ns: 1.5e9 })],
  time: { warmUp: 1, batches: 3, batchTime: 1 },
})

const sizes = {
  rows: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
  tables: [1, 2, 5, 20, 100, 500],
  callers: [1, 10, 100, 1_000],
}
const curve = (name, of, contenders, time) =>
  sizes[name].map((n) => ({
    name: `${name}-${n}`,
    title: `${of}, ${n.toLocaleString('en')}`,
    curve: { name, of, n },
    base: contenders[0].id,
    contenders,
    time,
  }))

export const moreSuites = [
  {
    name: 'stream',
    title: 'Streaming a million rows',
    unit: 'per row of five columns, read in batches of 1,000; memory is the most that the process held beyond what it held before',
    folder: 'stream',
    servers: true,
    setUp: 'database/set-up.mjs',
    cases: [
      streams('postgres', 'PostgreSQL', 'pg-cursor by hand', [kysely, knex]),
      streams('mysql', 'MySQL', 'mysql2 stream by hand', [kysely, knex]),
      streams('mariadb', 'MariaDB', 'mysql2 stream by hand', [kysely, knex]),
      streams('sqlite', 'SQLite', 'better-sqlite3 iterate by hand', [kysely]),
    ],
  },
  {
    name: 'import',
    title: 'Starting up',
    unit: 'in a fresh process, without the start of Node; files in the cache of the system; nothing but the library',
    module: 'start/start.mjs',
    time: { batches: 5 },
    cases: [
      { name: 'import', title: 'import', base: 'kysely', contenders: start({ ns: 25e6 }) },
      { name: 'first-statement', title: 'import, one table, one select by key compiled', base: 'kysely', contenders: start() },
    ],
  },
  {
    name: 'size',
    title: 'Size',
    unit: 'as one file, minified and compressed (esbuild, gzip), without client libraries',
    format: 'bytes',
    module: 'start/start.mjs',
    cases: [
      { name: 'size-at-once', title: 'what Node loads at the import', base: 'kysely', contenders: start({ ns: 60_000 }) },
      {
        name: 'size-first-statement',
        title: 'what it has loaded when one table is declared and one select by key compiled',
        base: 'kysely',
        contenders: start(),
      },
      {
        name: 'size-all',
        title: 'everything, as a bundler finds it: with what is loaded when it is first called',
        base: 'kysely',
        contenders: start(),
      },
    ],
  },
  {
    name: 'reflect',
    title: 'Reflecting 1,000 tables',
    unit: 'for everything: columns, keys, indexes, checks, foreign keys. No peer reads the same, so there is none to compare with',
    folder: 'reflect',
    servers: true,
    setUp: 'reflect/set-up.mjs',
    cases: [
      reflection('postgres', 'PostgreSQL'),
      reflection('mysql', 'MySQL'),
      reflection('mariadb', 'MariaDB'),
      reflection('sqlite', 'SQLite'),
    ],
  },
  {
    name: 'scale',
    title: 'How costs grow',
    unit: 'per row, per joined table, per call; PostgreSQL for rows and callers',
    folder: 'scale',
    database: 'postgres',
    servers: true,
    setUp: 'database/set-up.mjs',
    cases: [
      ...curve('rows', 'per row of a result of five columns', [contender('raw', 'pg, named'), contender('quern', 'Quern')], {
        warmUp: 150,
        batches: 5,
        batchTime: 10,
      }),
      ...curve('tables', 'building and compiling, per table joined', [contender('kysely', 'Kysely'), contender('quern', 'Quern')], {
        warmUp: 200,
        batches: 7,
        batchTime: 10,
      }),
      ...curve(
        'callers',
        'point select, per call, callers at once over ten connections',
        [contender('raw', 'pg, named'), contender('quern', 'Quern')],
        { warmUp: 300, batches: 7, batchTime: 20 },
      ),
    ],
  },
]
