/** How many things of each kind a database holds: by the server's own count, and by the inspector's. */
import type { Inspector } from 'quern'
import type { FreshDatabase } from '../servers/urls.js'
import { rowsOf } from './databases.js'

/** How many of each kind the inspector tells of, in the default schema. */
export async function countedBy(inspector: Inspector): Promise<Record<string, number>> {
  const length = async (list: Promise<readonly unknown[]>) => (await list).length
  const [tables, views, columns, others] = [
    await inspector.tables(),
    await inspector.views(),
    await inspector.columns(),
    await inspector.others(),
  ]
  const ofKind = (kind: string) => others.filter((one) => one.kind === kind).length
  const postgres = inspector.dialect.name === 'postgres'
  return {
    tables: tables.length,
    views: views.length,
    columns: columns.length,
    primaryKeys: await length(inspector.primaryKeys()),
    foreignKeys: await length(inspector.foreignKeys()),
    uniques: await length(inspector.uniques()),
    exclusions: await length(inspector.exclusions()),
    checks: await length(inspector.checks()),
    // what an index of a foreign key is called on MySQL: the server lists it as an index, and so does the inspector
    indexes: await length(inspector.indexes()),
    enums: await length(inspector.enums()),
    domains: await length(inspector.domains()),
    sequences: await length(inspector.sequences()),
    triggers: await length(inspector.triggers()),
    routines: await length(inspector.routines()),
    rules: ofKind('rule'),
    policies: await length(inspector.policies()),
    comments: await length(inspector.comments()),
    materialized: views.filter(({ kind }) => kind === 'materialized view').length,
    foreignTables: tables.filter(({ kind }) => kind === 'foreign table').length,
    partitioned: tables.filter(({ partitioning }) => partitioning !== null).length,
    partitions: postgres
      ? tables.filter(({ partitionOf }) => partitionOf !== null).length
      : tables.reduce((sum, { partitioning }) => sum + (partitioning?.partitions.length ?? 0), 0),
    inherited: tables.reduce((sum, { inherits }) => sum + inherits.length, 0),
    identities: columns.filter(({ identity }) => identity !== null).length,
    generated: columns.filter(({ generated }) => generated !== null).length,
    ...(postgres && { defaults: columns.filter((column) => column.default !== null).length }),
    extensions: await length(inspector.extensions()),
    composites: ofKind('composite type'),
    ranges: ofKind('range type'),
    statistics: ofKind('statistics'),
    collations: ofKind('collation'),
    events: ofKind('event'),
  }
}

/** How many of each kind, counted by the server. */
export async function countsOf(database: FreshDatabase): Promise<Record<string, number>> {
  const entries = Object.entries(counting[database.dialect === 'mariadb' ? 'mysql' : database.dialect]!)
  const found: Record<string, number> = {}
  for (const [kind, query] of entries) found[kind] = Number((await rowsOf(database, query))[0]![0])
  return found
}
const counting: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postgres: {
    tables: `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_type <> 'VIEW'`,
    views: `SELECT (SELECT count(*) FROM pg_views WHERE schemaname = 'public') + (SELECT count(*) FROM pg_matviews WHERE schemaname = 'public')`,
    columns: `SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p','f','v','m') AND attnum > 0 AND NOT attisdropped`,
    primaryKeys: `SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace`,
    foreignKeys: `SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    uniques: `SELECT count(*) FROM pg_constraint WHERE contype = 'u' AND connamespace = 'public'::regnamespace`,
    exclusions: `SELECT count(*) FROM pg_constraint WHERE contype = 'x' AND connamespace = 'public'::regnamespace`,
    checks: `SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace`,
    indexes: `SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))`,
    enums: `SELECT count(DISTINCT enumtypid) FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typnamespace = 'public'::regnamespace`,
    domains: `SELECT count(*) FROM information_schema.domains WHERE domain_schema = 'public'`,
    sequences: `SELECT count(*) FROM pg_sequences WHERE schemaname = 'public'`,
    triggers: `SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
    routines: `SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    rules: `SELECT count(*) FROM pg_rules WHERE schemaname = 'public'`,
    policies: `SELECT count(*) FROM pg_policies WHERE schemaname = 'public'`,
    materialized: `SELECT count(*) FROM pg_matviews WHERE schemaname = 'public'`,
    foreignTables: `SELECT count(*) FROM information_schema.foreign_tables WHERE foreign_table_schema = 'public'`,
    partitioned: `SELECT count(*) FROM pg_partitioned_table JOIN pg_class ON oid = partrelid WHERE relnamespace = 'public'::regnamespace`,
    partitions: `SELECT count(*) FROM pg_class WHERE relispartition AND relkind IN ('r', 'p', 'f') AND relnamespace = 'public'::regnamespace`,
    inherited: `SELECT count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE NOT relispartition AND relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    identities: `SELECT (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES') + (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) IS NOT NULL AND is_identity = 'NO' AND column_default = format('nextval(%L::regclass)', replace(pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name), 'public.', '')))`,
    generated: `SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'ALWAYS'`,
    defaults: `SELECT count(*) FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = 'public' AND c.column_default IS NOT NULL AND coalesce(c.column_default = format('nextval(%L::regclass)', replace(pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name), 'public.', '')), false) = false`,
    extensions: `SELECT count(*) FROM pg_extension WHERE extnamespace = 'public'::regnamespace`,
    composites: `SELECT count(*) FROM information_schema.user_defined_types WHERE user_defined_type_schema = 'public'`,
    ranges: `SELECT count(*) FROM pg_range JOIN pg_type ON pg_type.oid = rngtypid WHERE typnamespace = 'public'::regnamespace`,
    statistics: `SELECT count(*) FROM pg_stats_ext_exprs FULL JOIN pg_statistic_ext ON statistics_name = stxname WHERE stxnamespace = 'public'::regnamespace`,
    collations: `SELECT count(*) FROM information_schema.collations WHERE collation_schema = 'public'`,
    events: 'SELECT 0',
    comments: `SELECT count(*) FROM pg_description d JOIN pg_class c ON c.oid = objoid WHERE classoid = 'pg_class'::regclass AND relnamespace = 'public'::regnamespace AND relkind IN ('r','p','f','v','m')`,
  },
  mysql: {
    tables: `SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_type LIKE 'BASE%'`,
    views: `SELECT count(*) FROM information_schema.views WHERE table_schema = database()`,
    // to MariaDB a sequence is a table of eight columns
    columns: `SELECT count(*) FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = database() AND table_type <> 'SEQUENCE'`,
    primaryKeys: `SELECT count(*) FROM information_schema.table_constraints WHERE table_schema = database() AND constraint_type = 'PRIMARY KEY'`,
    foreignKeys: `SELECT count(*) FROM information_schema.table_constraints WHERE table_schema = database() AND constraint_type = 'FOREIGN KEY'`,
    // with a prefix, an expression or an order it can be no constraint of a declaration, and is an index
    uniques: `SELECT count(*) FROM (SELECT 1 FROM information_schema.statistics WHERE table_schema = database() AND non_unique = 0 AND index_name <> 'PRIMARY' GROUP BY table_name, index_name HAVING sum(sub_part IS NOT NULL OR column_name IS NULL OR collation = 'D') = 0) plain`,
    exclusions: 'SELECT 0',
    checks: `SELECT count(*) FROM information_schema.table_constraints WHERE table_schema = database() AND constraint_type = 'CHECK'`,
    indexes: `SELECT (SELECT count(DISTINCT table_name, index_name) FROM information_schema.statistics WHERE table_schema = database() AND index_name <> 'PRIMARY') - (SELECT count(*) FROM (SELECT 1 FROM information_schema.statistics WHERE table_schema = database() AND non_unique = 0 AND index_name <> 'PRIMARY' GROUP BY table_name, index_name HAVING sum(sub_part IS NOT NULL OR column_name IS NULL OR collation = 'D') = 0) plain)`,
    enums: 'SELECT 0',
    domains: 'SELECT 0',
    sequences: `SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_type = 'SEQUENCE'`,
    triggers: `SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()`,
    routines: `SELECT count(*) FROM information_schema.routines WHERE routine_schema = database()`,
    rules: 'SELECT 0',
    policies: 'SELECT 0',
    materialized: 'SELECT 0',
    foreignTables: 'SELECT 0',
    partitioned: `SELECT count(DISTINCT table_name) FROM information_schema.partitions WHERE table_schema = database() AND partition_name IS NOT NULL`,
    partitions: `SELECT count(DISTINCT table_name, partition_name) FROM information_schema.partitions WHERE table_schema = database() AND partition_name IS NOT NULL`,
    inherited: 'SELECT 0',
    identities: `SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND extra LIKE '%auto_increment%'`,
    generated: `SELECT count(*) FROM information_schema.columns WHERE table_schema = database() AND generation_expression <> ''`,
    extensions: 'SELECT 0',
    composites: 'SELECT 0',
    ranges: 'SELECT 0',
    statistics: 'SELECT 0',
    collations: 'SELECT 0',
    events: `SELECT count(*) FROM information_schema.events WHERE event_schema = database()`,
    comments: `SELECT (SELECT count(*) FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = database() AND table_type <> 'SEQUENCE' AND column_comment <> '') + (SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_comment NOT IN ('', 'VIEW'))`,
  },
  sqlite: {
    tables: `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
    views: `SELECT count(*) FROM sqlite_schema WHERE type = 'view'`,
    columns: `SELECT count(*) FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.name NOT LIKE 'sqlite%'AND m.type IN ('table', 'view')`,
    primaryKeys: `SELECT count(DISTINCT m.name) FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0`,
    foreignKeys: `SELECT count(DISTINCT m.name || k.id) FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'`,
    uniques: `SELECT count(*) FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'u'`,
    exclusions: 'SELECT 0',
    // the sample databases write the word only where a check begins
    checks: `SELECT sum((length(sql) - length(replace(upper(sql), 'CHECK (', ''))) / 7 + (length(sql) - length(replace(upper(sql), 'CHECK(', ''))) / 6) FROM sqlite_schema WHERE type = 'table'`,
    indexes: `SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`,
    enums: 'SELECT 0',
    domains: 'SELECT 0',
    sequences: 'SELECT 0',
    triggers: `SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'`,
    routines: 'SELECT 0',
    rules: 'SELECT 0',
    policies: 'SELECT 0',
    materialized: 'SELECT 0',
    foreignTables: 'SELECT 0',
    partitioned: 'SELECT 0',
    partitions: 'SELECT 0',
    inherited: 'SELECT 0',
    identities: `SELECT count(*) FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND c.pk = 1 AND upper(c.type) = 'INTEGER' AND (SELECT max(pk) FROM pragma_table_xinfo(m.name)) = 1 AND m.name IN (SELECT name FROM pragma_table_list WHERE wr = 0) AND m.name NOT LIKE 'sqlite%'`,
    generated: `SELECT count(*) FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE c.hidden IN (2, 3)`,
    extensions: 'SELECT 0',
    composites: 'SELECT 0',
    ranges: 'SELECT 0',
    statistics: 'SELECT 0',
    collations: 'SELECT 0',
    events: 'SELECT 0',
    comments: 'SELECT 0',
  },
}
