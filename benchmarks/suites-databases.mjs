/** End to end on the four databases: the same cases and contenders, with what each database's client library offers. Data only. */
const contender = (library, label, variant, target) => ({
  id: variant ? `${library}-${variant}` : library,
  library,
  variant,
  label,
  target,
})

const peers = (prepared) => [
  contender('kysely', 'Kysely'),
  contender('drizzle', 'Drizzle 0.45', 'fresh'),
  ...(prepared ? [contender('drizzle', 'Drizzle 0.45 .prepare()', 'prepared')] : []),
  contender('drizzle', 'Drizzle 1.0 rc', 'next-fresh'),
  ...(prepared ? [contender('drizzle', 'Drizzle 1.0 rc .prepare()', 'next-prepared')] : []),
  contender('knex', 'Knex'),
]

/** `base` is what the targets refer to. */
function caseOf(name, title, { base = 'raw-named', raw, targets = {}, prepared = false, time }) {
  return {
    name,
    title,
    base,
    time,
    contenders: [
      contender('raw', raw[0], 'text'),
      contender('raw', raw[1], 'named'),
      contender('quern', 'Quern', 'fresh', targets.fresh),
      ...(prepared ? [contender('quern', 'Quern prepare()', 'prepared', targets.prepared)] : []),
      ...peers(prepared),
      { ...contender('raw', raw[2] ?? 'the same bytes, nothing decoded', 'floor'), floor: true },
    ],
  }
}

/** Long enough for statements that are built anew on each call: their code is compiled later than that of a text by hand. */
const short = { warmUp: 1_000, batches: 11, batchTime: 20 }
const long = { warmUp: 500, batches: 5, batchTime: 1 }

function cases(raw, targets) {
  const one = caseOf('point', 'one row of four columns by key, through the pool, one caller', {
    raw,
    prepared: true,
    time: short,
    targets: targets.point,
  })
  const many = caseOf('lanes', 'the same by 32 callers at once over ten connections', {
    raw,
    prepared: true,
    time: short,
    targets: targets.lanes,
  })
  return [
    one,
    many,
    caseOf('thousand', '1,000 rows of ten columns', { raw, time: short, targets: targets.thousand }),
    caseOf('all', '100,000 rows of ten columns', { raw, base: targets.allBase ?? 'raw-text', time: long, targets: targets.all }),
    caseOf('joins', 'three tables joined, 1,000 rows of three objects each', { raw, time: short, targets: targets.joins }),
    caseOf('arrays', '50 rows with an array of five rows in each', { raw, time: short, targets: targets.arrays }),
    caseOf('insert', targets.insertTitle ?? 'insert of one row, returning its key', { raw, time: short, targets: targets.insert }),
  ]
}

/** BEGIN, a row by key, a row written, COMMIT. */
const transactions = (raw) =>
  [
    caseOf('transaction', 'a transaction that reads a row by key and writes one, one caller', { raw, time: short }),
    caseOf('transactions', 'the same by 32 callers at once over ten connections', { raw, time: short }),
  ].map((of) => ({ ...of, module: 'database/transaction.mjs', contenders: of.contenders.filter(({ floor }) => !floor) }))

const unit = 'per call; servers on the same machine, so half of the time is the server'
const within = (ratio, further) => ({ fresh: { ratio, ...further }, prepared: { ratio, ...further } })
/** At least one and a half times as fast as the client library without a prepared statement. */
const besideText = { beside: { id: 'raw-text', label: 'pg by hand', ratio: 0.67 } }

/** MariaDB has no LATERAL and no JSON type to cast to, which these two write. */
const withoutLacking = (suite, of) =>
  suite === 'mariadb' && of.name === 'arrays'
    ? { ...of, contenders: of.contenders.filter(({ library }) => library !== 'kysely' && library !== 'drizzle') }
    : of

export const databaseSuites = [
  {
    name: 'postgres',
    title: 'PostgreSQL, end to end',
    database: 'postgres',
    cases: [
      ...cases(['pg by hand', 'pg by hand, named statement'], {
        lanes: within(1, besideText),
        all: within(0.8, { then: 0.5 }),
      }),
      ...transactions(['pg by hand', 'pg by hand, named statement']),
    ],
  },
  {
    name: 'mysql',
    title: 'MySQL, end to end',
    database: 'mysql',
    cases: cases(['mysql2 by hand, query', 'mysql2 by hand, execute'], {
      all: within(0.9),
      insertTitle: 'insert of one row, with its key',
    }),
  },
  {
    name: 'mariadb',
    title: 'MariaDB, end to end',
    database: 'mariadb',
    cases: cases(['mysql2 by hand, query', 'mysql2 by hand, execute'], { all: within(0.9) }),
  },
  {
    name: 'sqlite-rows',
    title: 'SQLite, end to end',
    database: 'sqlite',
    cases: cases(['better-sqlite3, prepare on each call', 'better-sqlite3, statement kept', 'the same steps, arrays of raw values'], {
      all: within(1.05),
      allBase: 'raw-named',
    }).filter(({ name }) => name !== 'lanes'),
  },
]
  .map((suite) => ({ ...suite, cases: suite.cases.map((of) => withoutLacking(suite.name, of)) }))
  .map((suite) => ({ ...suite, unit, folder: 'database', servers: true, setUp: 'database/set-up.mjs' }))
