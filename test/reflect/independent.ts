/** What a database holds, asked in words of our own: no text here is shared with Quern's catalogs. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import type { FreshDatabase } from '../servers/urls.js'
import { rowsOf } from './databases.js'

const own = "n.nspname NOT IN ('information_schema') AND n.nspname NOT LIKE 'pg\\_%'"

/** Each query yields lines of text, one per thing. */
const postgres: Readonly<Record<string, string>> = {
  tables: `SELECT concat_ws(' ', n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions, obj_description(c.oid), (SELECT string_agg(inhparent::regclass::text, ',') FROM pg_inherits WHERE inhrelid = c.oid), pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${own} AND relkind IN ('r','p','f')`,
  columns: `SELECT concat_ws(' ', table_schema, table_name, ordinal_position, column_name, column_default, is_nullable, (SELECT format_type(atttypid, atttypmod) || coalesce(' ' || col_description(attrelid, attnum), '') FROM pg_attribute WHERE attrelid = format('%I.%I', table_schema, table_name)::regclass AND attname = column_name), collation_name, is_identity, identity_generation, identity_start, identity_increment, identity_maximum, identity_minimum, identity_cycle, is_generated, generation_expression) FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  constraints: `SELECT concat_ws(' ', conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(o.oid), obj_description(o.oid, 'pg_constraint')) FROM pg_constraint o JOIN pg_namespace n ON n.oid = connamespace WHERE ${own}`,
  indexes: `SELECT concat_ws(' ', indexdef, obj_description(format('%I.%I', schemaname, indexname)::regclass)) FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog')`,
  types: `SELECT concat_ws(' ', n.nspname, typname, typtype, format_type(nullif(typbasetype, 0), typtypmod), typnotnull, typdefault, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE ${own} AND typtype IN ('e', 'd')`,
  sequences: `SELECT concat_ws(' ', schemaname, sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size) FROM pg_sequences`,
  views: `SELECT concat_ws(' ', schemaname, viewname, definition) FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema') UNION ALL SELECT concat_ws(' ', schemaname, matviewname, definition) FROM pg_matviews`,
}

const sqlite: Readonly<Record<string, string>> = {
  tables: `SELECT l.name || ' ' || l.type || ' ' || l.ncol || ' ' || l.wr || ' ' || l.strict FROM pragma_table_list l WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite%' AND l.type <> 'view'`,
  columns: `SELECT m.name || ' ' || c.cid || ' ' || c.name || ' ' || CASE
      WHEN upper(c.type) LIKE '%INT%' THEN 'INTEGER' WHEN upper(c.type) LIKE '%CHAR%' OR upper(c.type) LIKE '%CLOB%' OR upper(c.type) LIKE '%TEXT%' THEN 'TEXT'
      WHEN c.type = '' OR upper(c.type) LIKE '%BLOB%' THEN 'BLOB' WHEN upper(c.type) LIKE '%REAL%' OR upper(c.type) LIKE '%FLOA%' OR upper(c.type) LIKE '%DOUB%' THEN 'REAL' ELSE 'NUMERIC' END
    || ' ' || c."notnull" || ' ' || coalesce(trim(c.dflt_value, '()'), 'null') || ' ' || c.pk || ' ' || c.hidden
    FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`,
  indexes: `SELECT m.name || ' ' || i.name || ' ' || i."unique" || ' ' || i.origin || ' ' || i.partial || ' ' || group_concat(coalesce(k.name, 'expression') || ' ' || k."desc" || ' ' || k.coll)
    FROM sqlite_schema m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) k WHERE m.type = 'table' AND k.key = 1 GROUP BY m.name, i.name`,
  foreignKeys: `SELECT m.name || ' ' || k."table" || ' ' || k.seq || ' ' || k."from" || ' ' || coalesce(k."to", '') || ' ' || k.on_update || ' ' || k.on_delete FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'`,
}

/** Lines that sort, by kind. */
export async function catalogOf(database: FreshDatabase): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  const ask = async (kind: string, query: string) => {
    found[kind] = (await rowsOf(database, query)).map(([line]) => String(line).replace(/\s+/g, ' ')).sort()
  }
  if (database.dialect === 'postgres') for (const [kind, query] of Object.entries(postgres)) await ask(kind, query)
  else if (database.dialect === 'sqlite') for (const [kind, query] of Object.entries(sqlite)) await ask(kind, query)
  else {
    const names = await rowsOf(database, `SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = database()`)
    for (const [name, type] of names as [string, string][]) {
      const [row] = await rowsOf(
        database,
        `SHOW CREATE ${type === 'VIEW' ? 'VIEW' : type === 'SEQUENCE' ? 'SEQUENCE' : 'TABLE'} \`${name.replaceAll('`', '``')}\``,
      )
      const text = String(row![1]).replaceAll(`\`${database.name}\`.`, '')
      // one line per column, key and option
      found[name] = text
        .split('\n')
        .map((line) =>
          line
            .trim()
            .replace(/,$/, '')
            .replace(/ AUTO_INCREMENT=\d+/, ''),
        )
        .sort()
    }
  }
  return found
}

/** Debian's, or the one in the path. */
const dumper = (major: number): string | undefined =>
  [`/usr/lib/postgresql/${major}/bin/pg_dump`, `/usr/local/pgsql/bin/pg_dump`].find((path) => existsSync(path))

/** `pg_dump --schema-only`, statement by statement; `undefined` where there is none of the server's version. */
export async function dumpOf(database: FreshDatabase): Promise<string[] | undefined> {
  const [[version]] = (await rowsOf(database, "SELECT current_setting('server_version_num')")) as [[string]]
  const path = dumper(Math.floor(Number(version) / 10_000))
  if (path === undefined) return undefined
  const args = ['--schema-only', '--no-owner', '--no-privileges', '--dbname', database.url]
  const { stdout } = await promisify(execFile)(path, args, { maxBuffer: 1 << 26 })
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !/^(--|SET |SELECT pg_catalog\.set_config|\\)/.test(line))
    .join('\n')
    .split(/;\n/)
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .sort()
}
