/** MariaDB 10.11 and later: MySQL's information_schema, with defaults and checks written as SQL. */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { bigint, text } from '@quern/schema'
import { type Catalog, type Known, notesOf } from './catalog.js'
import type { CheckDetails, ColumnDetails, SequenceDetails } from './details.js'
import { columnDetails, columnRows, mysqlCatalog, plainCheck } from './mysql.js'
import { keysOf } from './mysql-keys.js'
import { sequenceNames, tableDetails } from './mysql-tables.js'

const checksOf = (schema: string) =>
  sql`SELECT table_name, constraint_name, check_clause, level FROM information_schema.check_constraints WHERE constraint_schema = ${schema} ORDER BY table_name, constraint_name`.returns(
    {
      table: text().notNull(),
      name: text().notNull(),
      expression: text().notNull(),
      level: text().notNull(),
    },
  )
const checkRows = (db: Executor, schema: string, known: Known) => known.once(`mariadb checks ${schema}`, () => db.all(checksOf(schema)))

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``
const jsonCheck = (column: string): string => `json_valid(${quoted(column)})`

/** A sequence is a table of one row that describes it; all of them are read at once. */
async function sequences(db: Executor, schema: string, known: Known): Promise<SequenceDetails[]> {
  const names = await sequenceNames(db, schema, known)
  if (names.length === 0) return []
  const one = (name: string) =>
    sql`SELECT ${name}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM ${sql.identifier(schema, name)}`
  const rows = await db.all(
    sql`${sql.join(names.map(one), ' UNION ALL ')}`.returns({
      name: text().notNull(),
      start: bigint().notNull(),
      increment: bigint().notNull(),
      min: bigint().notNull(),
      max: bigint().notNull(),
      cache: bigint().notNull(),
      cycle: bigint().notNull(),
    }),
  )
  return rows.map((row) => ({
    ...row,
    schema,
    type: 'bigint',
    cycle: row.cycle !== 0n,
    ownedBy: null,
    identity: false,
    comment: null,
    notes: [],
  }))
}

/** The default draws from a sequence: `` nextval(`db`.`s`) ``. */
const drawn = /^nextval\(`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`\)$/

export const mariadbCatalog: Catalog = {
  ...mysqlCatalog,
  tables: (db, schema, known) => tableDetails(db, schema, known, (text) => text),
  /** JSON is `longtext` with a check of the column's name. */
  async columns(db, schema, known) {
    const rows = await columnRows(db, schema, known, sql.unsafe('NULL'))
    const texts = rows.some(({ type }) => type === 'longtext')
    const checks = texts ? await checkRows(db, schema, known) : []
    const json = new Set(
      checks
        .filter(({ level, name, expression }) => level === 'Column' && expression === jsonCheck(name))
        .map(({ table, name }) => JSON.stringify([table, name])),
    )
    return rows.map((row): ColumnDetails => {
      const isJson = row.type === 'longtext' && json.has(JSON.stringify([row.table, row.name]))
      const found = columnDetails(schema, row, row.default === 'NULL' ? null : row.default, (text) => text)
      const [, from, sequence] = drawn.exec(row.default ?? '') ?? []
      const plain = (name: string) => name.replaceAll('``', '`')
      const details =
        from === undefined || sequence === undefined ? found : { ...found, sequence: { schema: plain(from), name: plain(sequence) } }
      // JSON brings utf8mb4_bin with it
      return isJson ? { ...details, type: 'json', collation: null, length: null } : details
    })
  },
  keys: (db, schema) => keysOf(db, schema, sql.unsafe('NULL'), sql.unsafe("CASE ignored WHEN 'NO' THEN 'YES' ELSE 'NO' END")),
  /** The check that makes a JSON column is part of its type. */
  async checks(db, schema, known) {
    const rows = await checkRows(db, schema, known)
    return rows
      .filter(({ level, name, expression }) => !(level === 'Column' && expression === jsonCheck(name)))
      .map(
        ({ table, name, expression, level }): CheckDetails => ({
          ...plainCheck,
          schema,
          table,
          name,
          expression,
          notes: notesOf(['stands at its column; createAll puts it at the table', level === 'Column']),
        }),
      )
  },
  async named(db, schema, known) {
    return { enums: [], domains: [], sequences: await sequences(db, schema, known) }
  },
  now: /^(CURRENT_TIMESTAMP|now)\(3\)$/i,
  plainAction: 'restrict',
}
