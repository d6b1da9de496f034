import { printTables, reflect, warningsOf } from '@quern/reflect'
import { createEngine, type Engine } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { runScript } from './databases.js'

/** What the database is told, what the source says, and whether there is a warning, because the two are not the same. */
type Row = readonly [column: string, source: string, warning?: string]

const postgres: Row[] = [
  ['smallint', 'smallint()'],
  ['integer NOT NULL DEFAULT -5', 'integer().notNull().default(-5)'],
  ['bigint DEFAULT 9007199254740993', 'bigint().default(9007199254740993n)'],
  ['numeric(10,2) DEFAULT 1.50', "numeric(10, 2).default('1.5')"],
  ['numeric', 'numeric()'],
  ['numeric(3,5)', 'numeric(3, 5)'],
  ['numeric(5,-2)', 'numeric()', 'is "numeric(5,-2)"; createAll would write numeric'],
  ['real DEFAULT 0.5', 'real().default(0.5)'],
  ['double precision DEFAULT 1e300', 'doublePrecision().default(1e+300)'],
  ['boolean NOT NULL DEFAULT true', 'boolean().notNull().default(true)'],
  ['char(3)', 'char(3)'],
  ["varchar(40) DEFAULT 'it''s'", "varchar(40).default('it\\'s')"],
  ["varchar DEFAULT ''", "varchar().default('')"],
  ['text DEFAULT NULL', 'text()'],
  ["text DEFAULT 'a' || 'b'", "text().default(sql`'a'::text || 'b'::text`)"],
  ['bytea', 'blob()'],
  ["date DEFAULT '2020-02-29'", "date().default('2020-02-29')"],
  ['date DEFAULT CURRENT_DATE', 'date().default(sql`CURRENT_DATE`)'],
  ['time', 'time()'],
  ['timestamp', "timestamp({ mode: 'string' })"],
  ["timestamp(3) DEFAULT '2020-01-02 03:04:05.678'", "timestamp().default(new Date('2020-01-02T03:04:05.678Z'))"],
  ['timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3)', 'timestamptz().default(now())'],
  ['timestamptz DEFAULT now()', "timestamptz({ mode: 'string' }).default(sql`now()`)"],
  ['timestamp(0)', 'timestamp()', 'is "timestamp(0) without time zone"; createAll would write timestamp(3) without time zone'],
  ['uuid DEFAULT gen_random_uuid()', 'uuid().default(sql`gen_random_uuid()`)'],
  ['jsonb', 'jsonb()'],
  ["json DEFAULT '{}'", "json().default(sql`'{}'::json`)"],
  ['mood', "customType('mood')", 'is of the type "mood", which Quern does not know; its values are typed unknown'],
  ['int[]', "customType('integer[]')", 'is of the type "integer[]", which Quern does not know; its values are typed unknown'],
  ['interval', "customType('interval')", 'is of the type "interval", which Quern does not know; its values are typed unknown'],
  ['serial', 'integer().notNull().identity()', 'is a serial column; createAll makes it an identity'],
  [
    'bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10)',
    'bigint().notNull().identity({ always: true, start: 100, increment: 10 })',
  ],
  ['integer GENERATED ALWAYS AS (7) STORED', 'integer()', 'is generated (stored); it is reflected as a plain column'],
  ['text COLLATE "C"', 'text()', 'has the collation "C", which is left out'],
]

/** Both servers; where they differ, MySQL's source stands first. */
const mysql = (maria: boolean): Row[] => [
  ['tinyint(1) DEFAULT 1', 'boolean().default(true)'],
  ['tinyint', 'smallint()', 'is "tinyint'],
  ['tinyint unsigned', 'smallint()', 'createAll would write smallint'],
  ['smallint DEFAULT -3', 'smallint().default(-3)'],
  ['smallint unsigned', 'integer()', 'createAll would write int'],
  ['mediumint', 'integer()', 'createAll would write int'],
  ['int NOT NULL', 'integer().notNull()'],
  ['int unsigned', "bigint({ mode: 'number' })", 'createAll would write bigint'],
  ['bigint DEFAULT 9007199254740993', 'bigint().default(9007199254740993n)'],
  ['bigint unsigned', 'bigint()', 'createAll would write bigint'],
  ['decimal(10,2) DEFAULT 1.50', "numeric(10, 2).default('1.5')"],
  ['float DEFAULT 0.5', 'real().default(0.5)'],
  ['double', 'doublePrecision()'],
  ['char(3)', 'char(3)'],
  ["varchar(40) DEFAULT 'it''s \\\\ here'", "varchar(40).default('it\\'s \\\\ here')"],
  [
    "varchar(40) DEFAULT (concat('a', 'b'))",
    maria ? "varchar(40).default(sql`concat('a','b')`)" : "varchar(40).default(sql`concat(_utf8mb4'a',_utf8mb4'b')`)",
  ],
  ['text', 'text()', 'is "text"; createAll would write longtext'],
  ['longtext', 'text()'],
  ['varbinary(16)', 'blob()', 'is "varbinary(16)"; createAll would write longblob'],
  ['longblob', 'blob()'],
  ["date DEFAULT '2020-02-29'", "date().default('2020-02-29')"],
  ['time(6)', 'time()'],
  ['datetime(3) DEFAULT CURRENT_TIMESTAMP(3)', 'timestamp().default(now())'],
  ["datetime(6) DEFAULT '2020-01-02 03:04:05.678901'", "timestamp({ mode: 'string' }).default('2020-01-02 03:04:05.678901')"],
  ['datetime', 'timestamp()', 'is "datetime"; createAll would write datetime(3)'],
  ['timestamp(3) NULL', 'timestamptz()', 'is "timestamp(3)"; createAll would write datetime(3)'],
  ['datetime(3) DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(3)', 'timestamp()', 'changes by itself ON UPDATE, which is left out'],
  ['json', 'json()'],
  ["enum('a', 'it''s') DEFAULT 'a'", "varchar(4).default('a')", 'takes only the values of its list, which is left out'],
  ["set('a', 'b')", 'varchar(3)', 'takes only the values of its list, which is left out'],
  ['year', maria ? "customType('year(4)')" : "customType('year')", 'which Quern does not know; its values are typed unknown'],
  ['int GENERATED ALWAYS AS (7) STORED', 'integer()', 'is generated (stored); it is reflected as a plain column'],
  ...(maria ? ([['uuid', 'uuid()']] as const) : []),
]

const sqlite: Row[] = [
  ['INTEGER DEFAULT -5', 'integer().default(-5)'],
  ['INT', 'integer()'],
  ['BIGINT DEFAULT 9007199254740993', 'bigint().default(9007199254740993n)'],
  ['SMALLINT', 'smallint()'],
  ['NUMERIC(10,2) DEFAULT 1.5', "numeric(10, 2, { mode: 'number' }).default(1.5)"],
  ['DECIMAL', "numeric(undefined, undefined, { mode: 'number' })"],
  ['DECIMAL(8)', "numeric(8, 0, { mode: 'number' })"],
  ['REAL', 'real()'],
  ['DOUBLE PRECISION', 'doublePrecision()'],
  ['BOOLEAN NOT NULL DEFAULT FALSE', 'boolean().notNull().default(false)'],
  ['BOOLEAN DEFAULT 1', 'boolean().default(true)'],
  ["NVARCHAR(160) DEFAULT 'it''s'", "varchar(160).default('it\\'s')"],
  ['CHARACTER(20)', 'char(20)'],
  ['TEXT DEFAULT NULL', 'text()'],
  ["TEXT DEFAULT (lower('A'))", "text().default(sql`lower('A')`)"],
  ['BLOB', 'blob()'],
  ["DATE DEFAULT '2020-02-29'", "date().default('2020-02-29')"],
  ['DATETIME DEFAULT CURRENT_TIMESTAMP', 'timestamp().default(sql`CURRENT_TIMESTAMP`)'],
  ["TIMESTAMP DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'now'))", 'timestamp().default(now())'],
  ['JSON', 'json()', 'is "JSON"; createAll would write JSON_TEXT'],
  ['UUID', 'uuid()'],
  ['LONG INTEGERISH', 'integer()'],
  ['STRING THING', "customType('STRING THING')", 'is of the type "STRING THING", which Quern does not know; its values are typed unknown'],
  ['', "customType('BLOB')", 'is of the type "", which Quern does not know; its values are typed unknown'],
  ['TEXT COLLATE NOCASE', 'text()', 'has the collation "NOCASE", which is left out'],
  ['INTEGER GENERATED ALWAYS AS (7) VIRTUAL', 'integer()', 'is generated (virtual); it is reflected as a plain column'],
]

const rowsOf = { postgres, mysql: mysql(false), mariadb: mysql(true), sqlite }

describe.each(targets)('types on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    const columns = rowsOf[database.dialect].map(([column], i) => `c${i} ${column}`)
    const before = database.dialect === 'postgres' ? "CREATE TYPE mood AS ENUM ('sad', 'ok');" : ''
    await runScript(database, `${before} CREATE TABLE types (${columns.join(', ')})`)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('each column is declared as its values need it', async () => {
    const source = printTables(await reflect(engine), { dialect: database.dialect })
    const declared = source.split('\n').filter((line) => /^ {2}c\d+: /.test(line))
    expect(declared).toEqual(rowsOf[database.dialect].map(([, text], i) => `  c${i}: ${text},`))
  })

  test('what a copy would not have is listed, and nothing else', async () => {
    const warnings = warningsOf(await reflect(engine))
    const expected = rowsOf[database.dialect].flatMap(([, , warning], i) => (warning === undefined ? [] : [`c${i}`]))
    expect([...new Set(warnings.map(({ name }) => name))].sort()).toEqual(expected.sort())
    for (const [i, [, , warning]] of rowsOf[database.dialect].entries()) {
      if (warning !== undefined)
        expect(
          warnings
            .filter(({ name }) => name === `c${i}`)
            .map(({ message }) => message)
            .join('\n'),
        ).toContain(warning)
    }
  })
})
