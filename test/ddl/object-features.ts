/** Every schema object and every DDL statement: what it makes of the server's own catalogs on each dialect, or what the dialect refuses. */
import type { DialectName, Feature } from '@quern/sql'
import {
  alterDomain,
  alterEnum,
  alterSequence,
  alterTable,
  bigint,
  check,
  comment,
  count,
  createDomain,
  createEnum,
  createIndex,
  createMaterializedView,
  createSchema,
  createSequence,
  createTable,
  createView,
  type DdlStatement,
  domain,
  dropDomain,
  dropEnum,
  dropIndex,
  dropMaterializedView,
  dropSchema,
  dropSequence,
  dropTable,
  dropView,
  enumType,
  foreignKey,
  index,
  insertInto,
  integer,
  materializedView,
  type Runnable,
  refreshMaterializedView,
  renameTable,
  schema,
  select,
  sequence,
  sql,
  table,
  text,
  truncate,
  unique,
  varchar,
  view,
} from 'quern'

/** A query of the catalogs by hand, and what it must answer. */
export interface Seen {
  readonly query: string
  readonly rows: readonly (readonly unknown[])[]
}
export interface ObjectFeature {
  readonly feature: string
  /** What must be there first. */
  readonly before?: readonly Runnable<any>[]
  /** What must be there first on PostgreSQL alone, where types are objects, and goes last. */
  readonly types?: { readonly create: DdlStatement; readonly drop: DdlStatement }
  /** The statements that this row is about. */
  readonly statements: readonly DdlStatement[]
  /** What the catalogs say then; MariaDB's is MySQL's unless it has its own. */
  readonly seen: { readonly [Name in DialectName]?: Seen }
  /** The dialects that refuse, and the feature they name. */
  readonly refused: { readonly [Name in DialectName]?: Feature }
  /** Takes everything away again. */
  readonly after?: readonly Runnable<any>[]
}
export const expectedOn = (row: ObjectFeature, dialect: DialectName): 'yes' | { readonly refused: Feature } => {
  const refused = row.refused[dialect]
  return refused === undefined ? 'yes' : { refused }
}
export const seenOn = (row: ObjectFeature, dialect: DialectName): Seen | undefined =>
  row.seen[dialect] ?? (dialect === 'mariadb' ? row.seen.mysql : undefined)

/** Names that break out of their quotes wherever they are not quoted. */
const evil = (name: string): string => `${name} "'\`;--\\ é`
/** The same as a text in a catalog query. */
const q = (name: string): string => `'${evil(name).replaceAll("'", "''")}'`
const m = (name: string): string => q(name).replaceAll('\\', '\\\\')

const people = table(evil('people'), { id: integer().primaryKey(), name: varchar(20).named(evil('name')), age: integer() }, (t) => [
  index(evil('people_name')).on(t.name),
  unique(evil('people_age')).on(t.age),
])
const pets = table(evil('pets'), { id: integer().primaryKey(), owner: integer() })
const audit = schema(`quern_${process.pid}_${evil('audit')}`)
const log = audit.table(evil('log'), { id: integer().primaryKey() })
const adults = view(
  evil('adults'),
  select({ id: people.id, who: people.name }).from(people).where(people.age.gte(18), people.name.ne("O'Hara\\")),
)
const totals = materializedView(evil('totals'), select({ n: count(), id: people.id }).from(people).groupBy(people.id), { withData: false })
const ticket = sequence(evil('ticket'), { start: 1000, increment: 5, min: 10, max: 100_000, cache: 2, cycle: true })
const mood = enumType(evil('mood'), ["it's", 'so\\so'])
const email = domain(evil('email'), varchar(50), { check: (value) => value.like("%'@%"), checkName: evil('has_at'), default: "a'@b" })

const pg = (query: string, ...rows: (readonly unknown[])[]): Seen => ({ query, rows })
const columns = (name: string) => ({
  postgres: `SELECT attname::text, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute WHERE attrelid = quote_ident(${q(name)})::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  mysql: `SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m(name)} ORDER BY ORDINAL_POSITION`,
  sqlite: `SELECT name, type, "notnull" FROM pragma_table_info(${q(name)}) ORDER BY cid`,
})
const names = (name: string) => ({
  postgres: `SELECT relkind::text FROM pg_class WHERE relname = ${q(name)}`,
  mysql: `SELECT TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m(name)}`,
  sqlite: `SELECT type FROM sqlite_master WHERE name = ${q(name)}`,
})
const named = (name: string, rows: Readonly<Record<'postgres' | 'mysql' | 'sqlite', readonly (readonly unknown[])[]>>) => {
  const queries = names(name)
  return {
    postgres: { query: queries.postgres, rows: rows.postgres },
    mysql: { query: queries.mysql, rows: rows.mysql },
    sqlite: { query: queries.sqlite, rows: rows.sqlite },
  }
}
const gone = (name: string) => named(name, { postgres: [], mysql: [], sqlite: [] })
const a = evil('name')
const withPeople = { before: [createTable(people)], after: [dropTable(people)] }

const tables: readonly ObjectFeature[] = [
  {
    feature: 'CREATE TABLE',
    statements: [createTable(people), createTable(people, { ifNotExists: true })],
    seen: {
      postgres: pg(columns('people').postgres, ['id', 'integer', true], [a, 'character varying(20)', false], ['age', 'integer', false]),
      mysql: pg(columns('people').mysql, ['id', 'int', 'NO'], [a, 'varchar(20)', 'YES'], ['age', 'int', 'YES']),
      mariadb: pg(columns('people').mysql, ['id', 'int(11)', 'NO'], [a, 'varchar(20)', 'YES'], ['age', 'int(11)', 'YES']),
      sqlite: pg(columns('people').sqlite, ['id', 'INTEGER', 1], [a, 'VARCHAR(20)', 0], ['age', 'INTEGER', 0]),
    },
    refused: {},
    after: [dropTable(people)],
  },
  {
    feature: 'DROP TABLE',
    before: [createTable(people)],
    statements: [dropTable(people), dropTable(people, { ifExists: true })],
    seen: gone('people'),
    refused: {},
  },
  {
    feature: 'DROP TABLE … CASCADE',
    before: [createTable(people), createView(adults)],
    statements: [dropTable(people, { cascade: true })],
    seen: gone('adults'),
    refused: { mysql: 'dropCascade', mariadb: 'dropCascade', sqlite: 'dropCascade' },
  },
  {
    feature: 'CREATE INDEX of a table',
    ...withPeople,
    statements: [createIndex(people, evil('people_name'))],
    seen: {
      postgres: { query: names('people_name').postgres, rows: [['i']] },
      mysql: {
        query: `SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = ${m('people_name')}`,
        rows: [[a]],
      },
      sqlite: { query: names('people_name').sqlite, rows: [['index']] },
    },
    refused: {},
  },
  {
    feature: 'DROP INDEX',
    before: [createTable(people), createIndex(index(evil('other')).on(people.age, people.name))],
    statements: [dropIndex(index(evil('other')).on(people.age, people.name))],
    seen: {
      postgres: { query: names('other').postgres, rows: [] },
      mysql: {
        query: `SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = ${m('other')}`,
        rows: [],
      },
      sqlite: { query: names('other').sqlite, rows: [] },
    },
    refused: {},
    after: [dropTable(people)],
  },
  {
    feature: 'DROP INDEX IF EXISTS',
    ...withPeople,
    statements: [dropIndex(people, evil('people_name'), { ifExists: true })],
    seen: {
      postgres: { query: 'SELECT 1', rows: [[1]] },
      mariadb: { query: 'SELECT 1', rows: [[1]] },
      sqlite: { query: 'SELECT 1', rows: [[1]] },
    },
    refused: { mysql: 'indexIfExists' },
  },
  {
    feature: 'TRUNCATE … RESTART IDENTITY',
    before: [createTable(people), insertInto(people).values({ id: 1 })],
    statements: [truncate(people, { restartIdentity: true })],
    seen: {
      postgres: { query: `SELECT count(*)::int FROM "${evil('people').replaceAll('"', '""')}"`, rows: [[0]] },
      mysql: { query: `SELECT CAST(COUNT(*) AS CHAR) FROM \`${evil('people').replaceAll('`', '``')}\``, rows: [['0']] },
    },
    refused: { sqlite: 'truncate' },
    after: [dropTable(people)],
  },
  {
    feature: 'TRUNCATE … CASCADE',
    before: [createTable(people)],
    statements: [truncate([people], { cascade: true })],
    seen: { postgres: { query: `SELECT count(*)::int FROM "${evil('people').replaceAll('"', '""')}"`, rows: [[0]] } },
    refused: { mysql: 'dropCascade', mariadb: 'dropCascade', sqlite: 'truncate' },
    after: [dropTable(people)],
  },
  {
    feature: 'COMMENT ON TABLE and COLUMN',
    ...withPeople,
    statements: [comment(people, "it's \\ a 'table'"), comment(people.name, "it's \\ a column")],
    seen: {
      postgres: {
        query: `SELECT obj_description(c.oid, 'pg_class'), col_description(c.oid, 2) FROM pg_class c WHERE relname = ${q('people')}`,
        rows: [["it's \\ a 'table'", "it's \\ a column"]],
      },
      mysql: {
        query: `SELECT TABLE_COMMENT, COLUMN_COMMENT FROM information_schema.TABLES t JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('people')} AND COLUMN_NAME = ${m('name')}`,
        rows: [["it's \\ a 'table'", "it's \\ a column"]],
      },
    },
    refused: { sqlite: 'comments' },
  },
]

const objects: readonly ObjectFeature[] = [
  {
    feature: 'CREATE SCHEMA, with a table in it',
    statements: [createSchema(audit), createSchema(audit, { ifNotExists: true }), createTable(log)],
    seen: {
      postgres: {
        query: `SELECT count(*)::int FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND relname = ${q('log')}`,
        rows: [[1]],
      },
      mysql: {
        query: `SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.TABLES WHERE TABLE_SCHEMA LIKE 'quern\\_${process.pid}\\_audit %' AND TABLE_NAME = ${m('log')}`,
        rows: [['1']],
      },
    },
    refused: { sqlite: 'schemas' },
    after: [dropSchema(audit, { cascade: true })],
  },
  {
    feature: 'DROP SCHEMA that spares what is in it',
    before: [createSchema(audit)],
    statements: [dropSchema(audit), dropSchema(audit, { ifExists: true })],
    seen: { postgres: { query: `SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'quern%'`, rows: [] } },
    refused: { mysql: 'dropSchemaRestrict', mariadb: 'dropSchemaRestrict', sqlite: 'schemas' },
    after: [dropSchema(audit, { ifExists: true, cascade: true })],
  },
  {
    feature: 'CREATE VIEW',
    ...withPeople,
    statements: [createView(adults)],
    seen: {
      postgres: pg(columns('adults').postgres, ['id', 'integer', false], ['who', 'character varying(20)', false]),
      mysql: pg(columns('adults').mysql, ['id', 'int', 'NO'], ['who', 'varchar(20)', 'YES']),
      mariadb: pg(columns('adults').mysql, ['id', 'int(11)', 'NO'], ['who', 'varchar(20)', 'YES']),
      sqlite: pg(columns('adults').sqlite, ['id', 'INTEGER', 0], ['who', 'VARCHAR(20)', 0]),
    },
    refused: {},
    after: [dropView(adults), dropTable(people)],
  },
  {
    feature: 'CREATE OR REPLACE VIEW',
    before: [createTable(people), createView(adults)],
    statements: [createView(adults, { orReplace: true })],
    seen: { postgres: { query: names('adults').postgres, rows: [['v']] }, mysql: { query: names('adults').mysql, rows: [['VIEW']] } },
    refused: { sqlite: 'replaceView' },
    after: [dropView(adults, { ifExists: true }), dropTable(people)],
  },
  {
    feature: 'CREATE VIEW IF NOT EXISTS',
    before: [createTable(people), createView(adults)],
    statements: [createView(adults, { ifNotExists: true })],
    seen: { mariadb: { query: names('adults').mysql, rows: [['VIEW']] }, sqlite: { query: names('adults').sqlite, rows: [['view']] } },
    refused: { postgres: 'viewIfNotExists', mysql: 'viewIfNotExists' },
    after: [dropView(adults, { ifExists: true }), dropTable(people)],
  },
  {
    feature: 'DROP VIEW',
    before: [createTable(people), createView(adults)],
    statements: [dropView(adults)],
    seen: gone('adults'),
    refused: {},
    after: [dropTable(people)],
  },
  {
    feature: 'CREATE MATERIALIZED VIEW … WITH NO DATA',
    ...withPeople,
    statements: [createMaterializedView(totals)],
    seen: {
      postgres: { query: `SELECT relkind::text, relispopulated FROM pg_class WHERE relname = ${q('totals')}`, rows: [['m', false]] },
    },
    refused: { mysql: 'materializedViews', mariadb: 'materializedViews', sqlite: 'materializedViews' },
    after: [dropMaterializedView(totals), dropTable(people)],
  },
  {
    feature: 'REFRESH MATERIALIZED VIEW',
    before: [createTable(people), createMaterializedView(totals)],
    statements: [refreshMaterializedView(totals)],
    seen: { postgres: { query: `SELECT relkind::text, relispopulated FROM pg_class WHERE relname = ${q('totals')}`, rows: [['m', true]] } },
    refused: { mysql: 'materializedViews', mariadb: 'materializedViews', sqlite: 'materializedViews' },
    after: [dropMaterializedView(totals), dropTable(people)],
  },
  {
    feature: 'DROP MATERIALIZED VIEW',
    before: [createTable(people), createMaterializedView(totals)],
    statements: [dropMaterializedView(totals)],
    seen: { postgres: { query: names('totals').postgres, rows: [] } },
    refused: { mysql: 'materializedViews', mariadb: 'materializedViews', sqlite: 'materializedViews' },
    after: [dropTable(people)],
  },
  {
    feature: 'CREATE SEQUENCE',
    statements: [createSequence(ticket), createSequence(ticket, { ifNotExists: true })],
    seen: {
      postgres: {
        query: `SELECT seqstart::text, seqincrement::text, seqmin::text, seqmax::text, seqcache::text, seqcycle FROM pg_sequence WHERE seqrelid = quote_ident(${q('ticket')})::regclass`,
        rows: [['1000', '5', '10', '100000', '2', true]],
      },
      mariadb: {
        query: `SELECT CAST(START_VALUE AS CHAR), CAST(INCREMENT AS CHAR), CAST(MINIMUM_VALUE AS CHAR), CAST(MAXIMUM_VALUE AS CHAR), CAST(CACHE_SIZE AS CHAR), CAST(CYCLE_OPTION AS CHAR) FROM \`${evil('ticket').replaceAll('`', '``')}\``,
        rows: [['1000', '5', '10', '100000', '2', '1']],
      },
    },
    refused: { mysql: 'sequences', sqlite: 'sequences' },
    after: [dropSequence(ticket)],
  },
  {
    feature: 'ALTER SEQUENCE',
    before: [createSequence(ticket)],
    statements: [alterSequence(ticket, { increment: 7, cycle: false, restart: 500 })],
    seen: {
      postgres: {
        query: `SELECT seqincrement::text, seqcycle, nextval(seqrelid::regclass)::text FROM pg_sequence WHERE seqrelid = quote_ident(${q('ticket')})::regclass`,
        rows: [['7', false, '500']],
      },
      mariadb: {
        query: `SELECT CAST(INCREMENT AS CHAR), CAST(CYCLE_OPTION AS CHAR), CAST(NEXTVAL(\`${evil('ticket').replaceAll('`', '``')}\`) AS CHAR) FROM \`${evil('ticket').replaceAll('`', '``')}\``,
        rows: [['7', '0', '500']],
      },
    },
    refused: { mysql: 'sequences', sqlite: 'sequences' },
    after: [dropSequence(ticket)],
  },
  {
    feature: 'DROP SEQUENCE',
    before: [createSequence(ticket)],
    statements: [dropSequence(ticket), dropSequence(ticket, { ifExists: true })],
    seen: { postgres: { query: names('ticket').postgres, rows: [] }, mariadb: { query: names('ticket').mysql, rows: [] } },
    refused: { mysql: 'sequences', sqlite: 'sequences' },
  },
  {
    feature: 'CREATE TYPE … AS ENUM',
    statements: [createEnum(mood)],
    seen: {
      postgres: {
        query: `SELECT enumlabel::text FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typname = ${q('mood')} ORDER BY enumsortorder`,
        rows: [["it's"], ['so\\so']],
      },
    },
    refused: { mysql: 'enumTypes', mariadb: 'enumTypes', sqlite: 'enumTypes' },
    after: [dropEnum(mood)],
  },
  {
    feature: 'ALTER TYPE of an enum',
    before: [createEnum(mood)],
    statements: [alterEnum(mood).addValue("o'k", { before: 'so\\so' }).renameValue("it's", "it'll do").addValue('last')],
    seen: {
      postgres: {
        query: `SELECT enumlabel::text FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typname = ${q('mood')} ORDER BY enumsortorder`,
        rows: [["it'll do"], ["o'k"], ['so\\so'], ['last']],
      },
    },
    refused: { mysql: 'enumTypes', mariadb: 'enumTypes', sqlite: 'enumTypes' },
    after: [dropEnum(mood)],
  },
  {
    feature: 'DROP TYPE of an enum',
    before: [createEnum(mood)],
    statements: [dropEnum(mood), dropEnum(mood, { ifExists: true })],
    seen: { postgres: { query: `SELECT 1 FROM pg_type WHERE typname = ${q('mood')}`, rows: [] } },
    refused: { mysql: 'enumTypes', mariadb: 'enumTypes', sqlite: 'enumTypes' },
  },
  {
    feature: 'CREATE DOMAIN',
    statements: [createDomain(email)],
    seen: {
      postgres: {
        query: `SELECT format_type(typbasetype, typtypmod), typnotnull, typdefault, conname::text FROM pg_type t JOIN pg_constraint ON contypid = t.oid WHERE typname = ${q('email')}`,
        rows: [['character varying(50)', false, "'a''@b'::character varying", evil('has_at')]],
      },
    },
    refused: { mysql: 'domains', mariadb: 'domains', sqlite: 'domains' },
    after: [dropDomain(email)],
  },
  {
    feature: 'ALTER DOMAIN',
    before: [createDomain(email)],
    statements: [
      alterDomain(email)
        .dropCheck(evil('has_at'))
        .setNotNull()
        .dropDefault()
        .addCheck(evil('long'), (value) => value.ne("x'\\")),
    ],
    seen: {
      postgres: {
        query: `SELECT typnotnull, typdefault, conname::text FROM pg_type t JOIN pg_constraint ON contypid = t.oid AND contype = 'c' WHERE typname = ${q('email')}`,
        rows: [[true, null, evil('long')]],
      },
    },
    refused: { mysql: 'domains', mariadb: 'domains', sqlite: 'domains' },
    after: [dropDomain(email)],
  },
  {
    feature: 'DROP DOMAIN',
    before: [createDomain(email)],
    statements: [dropDomain(email)],
    seen: { postgres: { query: `SELECT 1 FROM pg_type WHERE typname = ${q('email')}`, rows: [] } },
    refused: { mysql: 'domains', mariadb: 'domains', sqlite: 'domains' },
  },
  {
    feature: 'COMMENT ON VIEW',
    before: [createTable(people), createView(adults)],
    statements: [comment(adults, "a view's")],
    seen: {
      postgres: { query: `SELECT obj_description(c.oid, 'pg_class') FROM pg_class c WHERE relname = ${q('adults')}`, rows: [["a view's"]] },
    },
    refused: { mysql: 'objectComments', mariadb: 'objectComments', sqlite: 'comments' },
    after: [dropView(adults), dropTable(people)],
  },
]

const moody = table(evil('moody'), { id: integer().primaryKey(), mood: mood().notNull() })
const mailed = table(evil('mailed'), { id: integer().primaryKey(), mail: email() })
const numbered = table(evil('numbered'), { id: bigint().primaryKey().default(ticket.nextValue()) })
const checksOf = (name: string): string =>
  `SELECT CHECK_CLAUSE LIKE '%@%' FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE CONSTRAINT_SCHEMA = DATABASE() AND t.TABLE_NAME = ${m(name)}`

const typed: readonly ObjectFeature[] = [
  {
    feature: 'a column of an enum type',
    types: { create: createEnum(mood), drop: dropEnum(mood) },
    statements: [createTable(moody)],
    seen: {
      postgres: pg(`${columns('moody').postgres} OFFSET 1`, ['mood', `"${evil('mood').replaceAll('"', '""')}"`, true]),
      // COLUMN_TYPE writes labels as literals, so a backslash is two; that it is one inside is what create-all.test.ts reads back
      mysql: pg(`${columns('moody').mysql} LIMIT 9 OFFSET 1`, ['mood', "enum('it''s','so\\\\so')", 'NO']),
      sqlite: {
        query: `SELECT instr(sql, 'CHECK ("mood" IN (''it''''s'', ''so\\so''))') > 0 FROM sqlite_master WHERE name = ${q('moody')}`,
        rows: [[1]],
      },
    },
    refused: {},
    after: [dropTable(moody)],
  },
  {
    feature: 'a column of a domain',
    types: { create: createDomain(email), drop: dropDomain(email) },
    statements: [createTable(mailed)],
    seen: {
      postgres: pg(`${columns('mailed').postgres} OFFSET 1`, ['mail', `"${evil('email').replaceAll('"', '""')}"`, false]),
      mysql: { query: checksOf('mailed'), rows: [[1]] },
      sqlite: {
        query: `SELECT instr(sql, 'CHECK ("mail" LIKE ''%''''@%''') > 0 FROM sqlite_master WHERE name = ${q('mailed')}`,
        rows: [[1]],
      },
    },
    refused: {},
    after: [dropTable(mailed)],
  },
  {
    feature: 'a sequence as the default of a column',
    statements: [createSequence(ticket), createTable(numbered)],
    seen: {
      postgres: {
        query: `SELECT column_default LIKE 'nextval(%' FROM information_schema.columns WHERE table_name = ${q('numbered')}`,
        rows: [[true]],
      },
      mariadb: {
        query: `SELECT COLUMN_DEFAULT LIKE '%nextval(%' FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('numbered')}`,
        rows: [[1]],
      },
    },
    refused: { mysql: 'sequences', sqlite: 'sequences' },
    after: [dropTable(numbered), dropSequence(ticket)],
  },
]

const newer = table(evil('people'), { ...columnsDefs(), nick: text().named(evil('nick')) })
function columnsDefs() {
  return { id: integer().primaryKey(), name: varchar(20).named(evil('name')), age: integer() }
}

const alterings: readonly ObjectFeature[] = [
  {
    feature: 'ALTER TABLE ADD COLUMN',
    ...withPeople,
    statements: [alterTable(newer).addColumn(newer.nick).addColumn(evil('score'), integer().notNull().default(-5))],
    seen: {
      postgres: pg(`${columns('people').postgres} OFFSET 3`, [evil('nick'), 'text', false], [evil('score'), 'integer', true]),
      mysql: pg(`${columns('people').mysql} LIMIT 9 OFFSET 3`, [evil('nick'), 'longtext', 'YES'], [evil('score'), 'int', 'NO']),
      mariadb: pg(`${columns('people').mysql} LIMIT 9 OFFSET 3`, [evil('nick'), 'longtext', 'YES'], [evil('score'), 'int(11)', 'NO']),
      sqlite: pg(`${columns('people').sqlite} LIMIT 9 OFFSET 3`, [evil('nick'), 'TEXT', 0], [evil('score'), 'INTEGER', 1]),
    },
    refused: {},
  },
  {
    feature: 'ALTER TABLE ADD COLUMN with CHECK and REFERENCES',
    before: [createTable(people), createTable(pets)],
    statements: [
      alterTable(pets).addColumn(
        evil('keeper'),
        integer()
          .references(() => people.id, { onDelete: 'cascade' })
          .check((value) => value.gt(0)),
      ),
    ],
    seen: {
      postgres: {
        query: `SELECT contype::text FROM pg_constraint WHERE conrelid = quote_ident(${q('pets')})::regclass AND contype IN ('c', 'f') ORDER BY 1`,
        rows: [['c'], ['f']],
      },
      mysql: {
        query: `SELECT CONSTRAINT_TYPE FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('pets')} AND CONSTRAINT_TYPE <> 'PRIMARY KEY' ORDER BY 1`,
        rows: [['CHECK'], ['FOREIGN KEY']],
      },
      sqlite: {
        query: `SELECT "from", "to", on_delete FROM pragma_foreign_key_list(${q('pets')})`,
        rows: [[evil('keeper'), 'id', 'CASCADE']],
      },
    },
    refused: {},
    after: [dropTable(pets), dropTable(people)],
  },
  {
    feature: 'ALTER TABLE ADD COLUMN with a key',
    ...withPeople,
    statements: [alterTable(people).addColumn(evil('code'), integer().unique())],
    seen: {
      postgres: {
        query: `SELECT count(*)::int FROM pg_constraint WHERE conrelid = quote_ident(${q('people')})::regclass AND contype = 'u'`,
        rows: [[2]],
      },
      mysql: {
        query: `SELECT CAST(COUNT(*) AS CHAR) FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('people')} AND CONSTRAINT_TYPE = 'UNIQUE'`,
        rows: [['2']],
      },
    },
    refused: { sqlite: 'addColumnKey' },
  },
  {
    feature: 'ALTER TABLE DROP COLUMN',
    ...withPeople,
    statements: [alterTable(people).dropColumn(people.name)],
    seen: {
      postgres: {
        query: `SELECT attname::text FROM pg_attribute WHERE attrelid = quote_ident(${q('people')})::regclass AND attnum > 0 AND NOT attisdropped`,
        rows: [['id'], ['age']],
      },
      mysql: pg(columns('people').mysql, ['id', 'int', 'NO'], ['age', 'int', 'YES']),
      mariadb: pg(columns('people').mysql, ['id', 'int(11)', 'NO'], ['age', 'int(11)', 'YES']),
      sqlite: pg(columns('people').sqlite, ['id', 'INTEGER', 1], ['age', 'INTEGER', 0]),
    },
    refused: {},
  },
  {
    feature: 'ALTER TABLE DROP COLUMN IF EXISTS',
    ...withPeople,
    statements: [alterTable(people).dropColumn(evil('nothing'), { ifExists: true })],
    seen: {
      postgres: { query: names('people').postgres, rows: [['r']] },
      mariadb: { query: names('people').mysql, rows: [['BASE TABLE']] },
    },
    refused: { mysql: 'alterIfExists', sqlite: 'alterIfExists' },
  },
  {
    feature: 'ALTER TABLE ALTER COLUMN: type, NOT NULL, DEFAULT',
    ...withPeople,
    statements: [
      alterTable(people)
        .alterColumn(people.name, { type: varchar(30), setNotNull: true, default: "it's \\" })
        .alterColumn(people.age, { default: -7 }),
    ],
    seen: {
      postgres: {
        query: `SELECT column_name::text, character_maximum_length::int, is_nullable::text, column_default FROM information_schema.columns WHERE table_name = ${q('people')} AND column_name <> 'id' ORDER BY ordinal_position`,
        rows: [
          [a, 30, 'NO', "'it''s \\'::character varying"],
          ['age', null, 'YES', "'-7'::integer"],
        ],
      },
      mysql: {
        query: `SELECT COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('people')} AND COLUMN_NAME <> 'id' ORDER BY ORDINAL_POSITION`,
        rows: [
          ['varchar(30)', 'NO', "it's \\"],
          ['int', 'YES', '-7'],
        ],
      },
      mariadb: {
        query: `SELECT COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('people')} AND COLUMN_NAME <> 'id' ORDER BY ORDINAL_POSITION`,
        rows: [
          ['varchar(30)', 'NO', "'it''s \\\\'"],
          ['int(11)', 'YES', '-7'],
        ],
      },
    },
    refused: { sqlite: 'alterColumn' },
  },
  {
    feature: 'ALTER TABLE ALTER COLUMN … TYPE … USING',
    ...withPeople,
    statements: [alterTable(people).alterColumn(people.name, { type: bigint(), using: sql`char_length(${people.name})` })],
    seen: { postgres: pg(`${columns('people').postgres} OFFSET 1 LIMIT 1`, [a, 'bigint', false]) },
    refused: { mysql: 'alterColumnUsing', mariadb: 'alterColumnUsing', sqlite: 'alterColumn' },
  },
  {
    feature: 'ALTER TABLE RENAME COLUMN',
    ...withPeople,
    statements: [alterTable(people).renameColumn(people.age, evil('years'))],
    seen: {
      postgres: pg(`${columns('people').postgres} OFFSET 2`, [evil('years'), 'integer', false]),
      mysql: pg(`${columns('people').mysql} LIMIT 9 OFFSET 2`, [evil('years'), 'int', 'YES']),
      mariadb: pg(`${columns('people').mysql} LIMIT 9 OFFSET 2`, [evil('years'), 'int(11)', 'YES']),
      sqlite: pg(`${columns('people').sqlite} LIMIT 9 OFFSET 2`, [evil('years'), 'INTEGER', 0]),
    },
    refused: {},
  },
  {
    feature: 'ALTER TABLE ADD and DROP CONSTRAINT',
    before: [createTable(people), createTable(pets)],
    statements: [
      alterTable(pets)
        .addConstraint(foreignKey(pets.owner).references(people.id).named(evil('pets_owner')))
        .addConstraint(check(evil('pets_id'), pets.id.gt(0)))
        .addConstraint(unique(evil('pets_u')).on(pets.id, pets.owner)),
      alterTable(pets).dropConstraint(evil('pets_u')),
    ],
    seen: {
      postgres: {
        query: `SELECT conname::text FROM pg_constraint WHERE conrelid = quote_ident(${q('pets')})::regclass AND contype IN ('c', 'f', 'u') ORDER BY contype`,
        rows: [[evil('pets_id')], [evil('pets_owner')]],
      },
      mysql: {
        query: `SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${m('pets')} AND CONSTRAINT_TYPE <> 'PRIMARY KEY' ORDER BY CONSTRAINT_TYPE`,
        rows: [[evil('pets_id')], [evil('pets_owner')]],
      },
    },
    refused: { sqlite: 'alterConstraints' },
    after: [dropTable(pets), dropTable(people)],
  },
  {
    feature: 'ALTER TABLE RENAME CONSTRAINT',
    ...withPeople,
    statements: [alterTable(people).renameConstraint(evil('people_age'), evil('people_years'))],
    seen: {
      postgres: {
        query: `SELECT conname::text FROM pg_constraint WHERE conrelid = quote_ident(${q('people')})::regclass AND contype = 'u'`,
        rows: [[evil('people_years')]],
      },
    },
    refused: { mysql: 'renameConstraint', mariadb: 'renameConstraint', sqlite: 'renameConstraint' },
  },
  {
    feature: 'ALTER TABLE RENAME TO',
    before: [createTable(people)],
    statements: [
      renameTable(people, evil('folk')),
      alterTable(table(evil('folk'), { id: integer() }))
        .renameTo(evil('men'))
        .addColumn('later', text()),
    ],
    seen: named('men', { postgres: [['r']], mysql: [['BASE TABLE']], sqlite: [['table']] }),
    refused: {},
    after: [dropTable(table(evil('men'), { id: integer() }))],
  },
  {
    feature: 'ALTER TABLE SET SCHEMA',
    before: [createTable(people), createSchema(audit)],
    statements: [alterTable(people).setSchema(`quern_${process.pid}_${evil('audit')}`)],
    seen: {
      postgres: {
        query: `SELECT nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = ${q('people')}`,
        rows: [[`quern_${process.pid}_${evil('audit')}`]],
      },
      mysql: {
        query: `SELECT TABLE_SCHEMA FROM information_schema.TABLES WHERE TABLE_NAME = ${m('people')} AND TABLE_SCHEMA LIKE 'quern\\_${process.pid}\\_audit %'`,
        rows: [[`quern_${process.pid}_${evil('audit')}`]],
      },
    },
    refused: { sqlite: 'setSchema' },
    after: [dropSchema(audit, { cascade: true })],
  },
]

export const objectFeatures: readonly ObjectFeature[] = [...tables, ...objects, ...typed, ...alterings]
