import { printTables, reflect, warningsOf } from '@quern/reflect'
import { createEngine, type Engine } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { runScript } from './databases.js'

/** What the database is told, what the source says, and whether there is a warning, because the two are not the same. */
type Row = readonly [column: string, source: string | ((i: number) => string), warning?: string]

const postgresTypes = `CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE "Odd ""mood" AS ENUM ('it''s', 'ok');
  CREATE TYPE pair AS (a int, b text);
  CREATE SEQUENCE ticket;
  CREATE DOMAIN email AS varchar(255) DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
  CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 0);`

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
  ['time(0)', 'time({ precision: 0 })'],
  ['timestamp', "timestamp({ mode: 'string' })"],
  ["timestamp(3) DEFAULT '2020-01-02 03:04:05.678'", "timestamp().default(new Date('2020-01-02T03:04:05.678Z'))"],
  ['timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3)', 'timestamptz().default(now())'],
  ['timestamptz DEFAULT now()', "timestamptz({ mode: 'string' }).default(sql`now()`)"],
  ['timestamp(0)', 'timestamp({ precision: 0 })'],
  ['timestamptz(5)', "timestamptz({ mode: 'string', precision: 5 })"],
  ['uuid DEFAULT gen_random_uuid()', 'uuid().default(sql`gen_random_uuid()`)'],
  ['jsonb', 'jsonb()'],
  ["json DEFAULT '{}'", "json().default(sql`'{}'::json`)"],
  ["mood DEFAULT 'ok'", "mood().default('ok')"],
  ['"Odd ""mood"', 'Odd__mood()'],
  ['mood[]', 'array(mood())'],
  ['int[]', 'array(integer())'],
  ["varchar(3)[] DEFAULT '{}'", "array(varchar(3)).default(sql`'{}'::character varying[]`)"],
  ['int[][]', 'array(array(integer()))', 'is declared with 2 dimensions, which the database forgets in a copy'],
  ['email', 'email()'],
  ["email NOT NULL DEFAULT 'x@y'", "email().notNull().default('x@y')"],
  ['positive', 'positive()'],
  ['email[]', 'array(email())'],
  ['interval', 'interval()'],
  ['interval(3)', 'interval()', 'is "interval(3)"; createAll would write interval'],
  ['inet', 'inet()'],
  ['cidr', 'cidr()'],
  ['macaddr', 'macaddr()'],
  ['bit(3)', 'bit(3)'],
  ['varbit(3)', 'varbit(3)'],
  ['tsvector', 'tsvector()'],
  ['int4range', 'int4range()'],
  ['tstzmultirange', 'tstzmultirange()'],
  ['numrange[]', 'array(numrange())'],
  ['money', "customType('money')", 'is of the type "money", which Quern does not know; its values are typed unknown'],
  ['pair', "customType('pair')", 'is of the type "pair", which Quern does not know; its values are typed unknown'],
  ['serial', 'integer().notNull().identity()', 'is a serial column; createAll makes it an identity'],
  ["integer NOT NULL DEFAULT nextval('ticket')", 'integer().notNull().default(ticket.nextValue())'],
  [
    'bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10 MINVALUE 5 MAXVALUE 9007199254740993 CACHE 7 CYCLE)',
    'bigint().notNull().identity({ always: true, start: 100, increment: 10, min: 5, max: 9007199254740993n, cache: 7, cycle: true })',
  ],
  ['integer GENERATED ALWAYS AS (7) STORED', 'integer().generatedAs(sql`7`)'],
  ['text COLLATE "C"', "text().collate('C')"],
]

/** Both servers; where they differ, MySQL's source stands first. */
const mysql = (maria: boolean): Row[] => [
  ['tinyint(1) DEFAULT 1', 'boolean().default(true)'],
  ['tinyint', 'tinyint()'],
  ['tinyint unsigned', 'unsigned(tinyint())'],
  ['smallint DEFAULT -3', 'smallint().default(-3)'],
  ['smallint unsigned', 'unsigned(smallint())'],
  ['mediumint', 'mediumint()'],
  ['int NOT NULL', 'integer().notNull()'],
  ['int unsigned DEFAULT 4294967295', 'unsigned(integer()).default(4294967295)'],
  ['bigint DEFAULT 9007199254740993', 'bigint().default(9007199254740993n)'],
  ['bigint unsigned', 'unsigned(bigint())'],
  ['decimal(10,2) DEFAULT 1.50', "numeric(10, 2).default('1.5')"],
  ['decimal(10,2) unsigned', 'numeric(10, 2)', 'createAll would write decimal(10, 2)'],
  ['float DEFAULT 0.5', 'real().default(0.5)'],
  ['double', 'doublePrecision()'],
  ['bit(5)', 'bit(5)'],
  ['char(3)', 'char(3)'],
  ["varchar(40) DEFAULT 'it''s \\\\ here'", "varchar(40).default('it\\'s \\\\ here')"],
  [
    "varchar(40) DEFAULT (concat('a', 'é'))",
    maria ? "varchar(40).default(sql`concat('a','é')`)" : "varchar(40).default(sql`concat(_utf8mb4'a',_utf8mb4'é')`)",
  ],
  ['tinytext', 'tinytext()'],
  ['text', 'regulartext()'],
  ['mediumtext', 'mediumtext()'],
  ['longtext', 'text()'],
  ['binary(3)', 'binary(3)'],
  ['varbinary(16)', 'varbinary(16)'],
  ['blob', 'regularblob()'],
  ['longblob', 'blob()'],
  ["date DEFAULT '2020-02-29'", "date().default('2020-02-29')"],
  ['time(6)', 'time()'],
  ['time', 'time({ precision: 0 })'],
  ['datetime(3) DEFAULT CURRENT_TIMESTAMP(3)', 'timestamp().default(now())'],
  ["datetime(6) DEFAULT '2020-01-02 03:04:05.678901'", "timestamp({ mode: 'string' }).default('2020-01-02 03:04:05.678901')"],
  ['datetime', 'timestamp({ precision: 0 })'],
  [
    'datetime DEFAULT CURRENT_TIMESTAMP',
    `timestamp({ precision: 0 }).default(sql\`${maria ? 'current_timestamp()' : 'CURRENT_TIMESTAMP'}\`)`,
  ],
  ['timestamp(3) NULL', 'mysqlTimestamp()'],
  ['timestamp NULL', 'mysqlTimestamp({ precision: 0 })'],
  ['timestamp(6) NULL', "mysqlTimestamp({ mode: 'string', precision: 6 })"],
  ['datetime(3) DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(3)', 'timestamp()', 'changes by itself ON UPDATE, which is left out'],
  ['json', 'json()'],
  ["enum('a', 'it''s', 'né, ') DEFAULT 'a'", (i) => `c${i}().default('a')`],
  ["set('a', 'b')", "set(['a', 'b'])"],
  ['year', 'year()'],
  ['point', "customType('point')", 'which Quern does not know; its values are typed unknown'],
  ['int GENERATED ALWAYS AS (7) STORED', 'integer().generatedAs(sql`7`)'],
  [
    "varchar(9) GENERATED ALWAYS AS (concat('é', c0)) VIRTUAL",
    `varchar(9).generatedAs(sql\`${maria ? "concat('é',\\`c0\\`)" : "concat(_utf8mb4'é',\\`c0\\`)"}\`, { stored: false })`,
  ],
  ["varchar(3) COLLATE utf8mb4_bin COMMENT 'it''s \\\\ é'", "varchar(3).collate('utf8mb4_bin').comment('it\\'s \\\\ é')"],
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
  ["TEXT DEFAULT (lower('A') -- not the end\n)", "text().default(sql`lower('A')`)"],
  ['BLOB', 'blob()'],
  ["DATE DEFAULT '2020-02-29'", "date().default('2020-02-29')"],
  ['DATETIME DEFAULT CURRENT_TIMESTAMP', 'timestamp().default(sql`CURRENT_TIMESTAMP`)'],
  ["TIMESTAMP DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'now'))", 'timestamp().default(now())'],
  ['JSON', 'json()', 'is "JSON"; createAll would write JSON_TEXT'],
  ['UUID', 'uuid()'],
  ['LONG INTEGERISH', 'integer()'],
  ['STRING THING', "customType('STRING THING')", 'is of the type "STRING THING", which Quern does not know; its values are typed unknown'],
  ['', "customType('BLOB')", 'is of the type "", which Quern does not know; its values are typed unknown'],
  ['TEXT COLLATE NOCASE', "text().collate('NOCASE')"],
  ['INTEGER GENERATED ALWAYS AS (c0 /* ) */ + 7) VIRTUAL', 'integer().generatedAs(sql`c0   + 7`, { stored: false })'],
]

const rowsOf = { postgres, mysql: mysql(false), mariadb: mysql(true), sqlite }

describe.each(targets)('types on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    const columns = rowsOf[database.dialect].map(([column], i) => `c${i} ${column}`)
    const before = database.dialect === 'postgres' ? postgresTypes : ''
    await runScript(database, `${before} CREATE TABLE types (${columns.join(', ')})`)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('each column is declared as its values need it', async () => {
    const source = printTables(await reflect(engine), { dialect: database.dialect })
    const declared = source.split('\n').filter((line) => /^ {2}c\d+: /.test(line))
    expect(declared).toEqual(rowsOf[database.dialect].map(([, text], i) => `  c${i}: ${typeof text === 'string' ? text : text(i)},`))
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
