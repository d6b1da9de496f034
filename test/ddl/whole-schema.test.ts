/** The schema of 25 tables, created, counted in the servers' own catalogs, and dropped; the figures are counted by hand from its declaration. */
import { createEngine, type Engine } from 'quern'
import { rowsOf } from '../reflect/databases.js'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { wholeSchema } from './whole-schema.js'

const ofSchema = 'connamespace = current_schema()::regnamespace AND conparentid = 0'
const ofDatabase = (table: string) => `FROM information_schema.${table} WHERE CONSTRAINT_SCHEMA = DATABASE()`
const mysqlQueries = {
  tables: "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  primaryKeys: `SELECT COUNT(*) ${ofDatabase('TABLE_CONSTRAINTS')} AND CONSTRAINT_TYPE = 'PRIMARY KEY'`,
  foreignKeys: `SELECT COUNT(*) ${ofDatabase('REFERENTIAL_CONSTRAINTS')}`,
  uniques: `SELECT COUNT(*) ${ofDatabase('TABLE_CONSTRAINTS')} AND CONSTRAINT_TYPE = 'UNIQUE'`,
  checks: `SELECT COUNT(*) ${ofDatabase('CHECK_CONSTRAINTS')}`,
  // every foreign key brings an index of its own, which is not the user's
  indexes:
    "SELECT COUNT(DISTINCT TABLE_NAME, INDEX_NAME) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME LIKE 'ix\\_%'",
  views: 'SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()',
  partitions: 'SELECT COUNT(*) FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL',
  generated: "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%STORED GENERATED%'",
  identities: "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND EXTRA = 'auto_increment'",
  comments: "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_COMMENT = 'a comment of a column'",
}
const shared = { tables: 25, primaryKeys: 22, foreignKeys: 17, generated: 1, identities: 10 }
const queries = {
  postgres: {
    tables:
      "SELECT COUNT(*) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace",
    primaryKeys: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'p' AND ${ofSchema}`,
    foreignKeys: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'f' AND ${ofSchema}`,
    uniques: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'u' AND ${ofSchema}`,
    checks: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND ${ofSchema}`,
    exclusions: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'x' AND condeferrable AND ${ofSchema}`,
    deferred: `SELECT COUNT(*) FROM pg_constraint WHERE contype = 'f' AND condeferred AND ${ofSchema}`,
    indexes: "SELECT COUNT(*) FROM pg_class WHERE relkind = 'i' AND relname LIKE 'ix\\_%'",
    views: "SELECT COUNT(*) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace",
    partitions: "SELECT COUNT(*) FROM pg_class WHERE relispartition AND relnamespace = current_schema()::regnamespace AND relkind = 'r'",
    generated: "SELECT COUNT(*) FROM pg_attribute WHERE attgenerated = 's' AND attrelid = 'products'::regclass",
    identities: "SELECT COUNT(*) FROM pg_attribute WHERE attidentity <> ''",
    enums: "SELECT COUNT(*) FROM pg_type WHERE typtype = 'e' AND typnamespace = current_schema()::regnamespace",
    domains: "SELECT COUNT(*) FROM pg_type WHERE typtype = 'd' AND typnamespace = current_schema()::regnamespace",
    sequences: "SELECT COUNT(*) FROM pg_sequences WHERE sequencename = 'order_numbers' AND start_value = 1000 AND increment_by = 5",
    comments: "SELECT COUNT(*) FROM pg_description WHERE description IN ('a comment of a column', 'who works where; it''s 100 %')",
  },
  mysql: mysqlQueries,
  mariadb: {
    ...mysqlQueries,
    sequences: "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'SEQUENCE'",
  },
  sqlite: {
    tables: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    primaryKeys:
      "SELECT COUNT(DISTINCT m.name) FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.pk > 0",
    foreignKeys:
      "SELECT COUNT(*) FROM (SELECT DISTINCT m.name, k.id FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table')",
    uniques: "SELECT COUNT(*) FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'u'",
    checks: "SELECT SUM((LENGTH(sql) - LENGTH(REPLACE(sql, 'CHECK (', ''))) / 7) FROM sqlite_master WHERE type = 'table'",
    indexes: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix\\_%' ESCAPE '\\'",
    views: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'view'",
    generated: "SELECT COUNT(*) FROM pragma_table_xinfo('products') WHERE hidden = 3",
    identities: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'",
    strict: 'SELECT COUNT(*) FROM pragma_table_list WHERE strict = 1',
    withoutRowid: "SELECT COUNT(*) FROM pragma_table_list WHERE wr = 1 AND schema = 'main'",
  },
}
const figures = {
  postgres: {
    ...shared,
    uniques: 6,
    checks: 5,
    exclusions: 1,
    deferred: 1,
    indexes: 5,
    views: 3,
    partitions: 2,
    enums: 2,
    domains: 1,
    sequences: 1,
    comments: 2,
  },
  // a domain is a CHECK of each of its columns
  mysql: { ...shared, uniques: 5, checks: 7, indexes: 5, views: 2, partitions: 2, comments: 1 },
  // and so is JSON on MariaDB
  mariadb: { ...shared, uniques: 5, checks: 11, indexes: 3, views: 2, partitions: 2, comments: 1, sequences: 1 },
  // and an enum on SQLite
  sqlite: { ...shared, uniques: 5, checks: 9, indexes: 3, views: 2, strict: 1, withoutRowid: 1 },
}

for (const target of targets) {
  describe(`25 tables on ${target}`, () => {
    const dialect = dialectOf(target)
    const { db, tables } = wholeSchema(dialect)
    let database: FreshDatabase
    let engine: Engine

    const count = async (query: string): Promise<number> => Number((await rowsOf(database, query))[0]![0])
    const counted = async (): Promise<Record<string, number>> => {
      const found: Record<string, number> = {}
      for (const [name, query] of Object.entries(queries[dialect])) found[name] = await count(query)
      return found
    }

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('are created with all that the dialect has, and dropped without a trace', async () => {
      expect(tables).toBe(25)
      await db.createAll(engine)
      expect(await counted()).toEqual(figures[dialect])
      // what is there is left alone
      await db.createAll(engine)
      expect(await counted()).toEqual(figures[dialect])
      await db.dropAll(engine)
      const { generated: _, ...others } = queries[dialect]
      for (const query of Object.values(others)) expect([query, await count(query)]).toEqual([query, 0])
    })

    test('stand again after the printed texts were run by hand', async () => {
      const { runScript } = await import('../reflect/databases.js')
      await runScript(database, db.toDdl(dialect).join(';\n'))
      expect(await counted()).toEqual(figures[dialect])
      await db.dropAll(engine)
    })
  })
}
