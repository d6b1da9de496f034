/** MariaDB 10.11 and later: MySQL's information_schema, with defaults and checks written as SQL. */
import { sql } from '@quern/expression'
import { text } from '@quern/schema'
import { type Catalog, notesOf } from './catalog.js'
import type { CheckDetails, ColumnDetails } from './details.js'
import { columnDetails, columnRows, keysOf, mysqlCatalog } from './mysql.js'

const checksOf = (schema: string) =>
  sql`SELECT table_name, constraint_name, check_clause, level FROM information_schema.check_constraints WHERE constraint_schema = ${schema} ORDER BY table_name, constraint_name`.returns(
    {
      table: text().notNull(),
      name: text().notNull(),
      expression: text().notNull(),
      level: text().notNull(),
    },
  )

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
const jsonCheck = (column: string): string => `json_valid(${quoted(column)})`

export const mariadbCatalog: Catalog = {
  ...mysqlCatalog,
  /** JSON is `longtext` with a check of the column's name. */
  async columns(db, schema) {
    const rows = await columnRows(db, schema)
    const texts = rows.some(({ type }) => type === 'longtext')
    const checks = texts ? await db.all(checksOf(schema)) : []
    const json = new Set(
      checks
        .filter(({ level, name, expression }) => level === 'Column' && expression === jsonCheck(name))
        .map(({ table, name }) => JSON.stringify([table, name])),
    )
    return rows.map((row): ColumnDetails => {
      const isJson = row.type === 'longtext' && json.has(JSON.stringify([row.table, row.name]))
      const details = columnDetails(schema, row, row.default === 'NULL' ? null : row.default)
      // JSON brings utf8mb4_bin with it
      return isJson ? { ...details, type: 'json', collation: null, length: null } : details
    })
  },
  keys: (db, schema) => keysOf(db, schema, sql.unsafe('NULL'), sql.unsafe("CASE ignored WHEN 'NO' THEN 'YES' ELSE 'NO' END")),
  /** The check that makes a JSON column is part of its type. */
  async checks(db, schema) {
    const rows = await db.all(checksOf(schema))
    return rows
      .filter(({ level, name, expression }) => !(level === 'Column' && expression === jsonCheck(name)))
      .map(
        ({ table, name, expression, level }): CheckDetails => ({
          schema,
          table,
          name,
          expression,
          notes: notesOf(['stands at its column; createAll puts it at the table', level === 'Column']),
        }),
      )
  },
  now: /^(CURRENT_TIMESTAMP|now)\(3\)$/i,
  plainAction: 'restrict',
}
