/** MySQL 8.4 and later, from information_schema. */
import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { bigint, text } from '@quern/schema'
import { canonicalMysql } from './canonical-mysql.js'
import { actionOf, type Catalog, groups, type Known, noNamed, notesOf, plainType } from './catalog.js'
import type { CheckDetails, ColumnDetails, ForeignKeyDetails, TypeDetails } from './details.js'
import { keysOf } from './mysql-keys.js'
import { mysqlObjects } from './mysql-objects.js'
import { tableCollations, tableDetails } from './mysql-tables.js'
import { labelsOf, shown } from './mysql-text.js'
import { defineMysql, spellMysql } from './mysql-types.js'

/** Not joined to the tables: information_schema has no indexes to join over. */
const columnsOf = (schema: string, reference: Piece) =>
  sql`
SELECT table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression,
  character_maximum_length, numeric_precision, numeric_scale, datetime_precision, collation_name, column_comment, ${reference}
FROM information_schema.columns WHERE table_schema = ${schema} ORDER BY table_name, ordinal_position`.returns({
    table: text().notNull(),
    name: text().notNull(),
    type: text().notNull(),
    nullable: text().notNull(),
    default: text(),
    extra: text().notNull(),
    generated: text(),
    length: bigint({ mode: 'number' }),
    digits: bigint({ mode: 'number' }),
    scale: bigint({ mode: 'number' }),
    decimals: bigint({ mode: 'number' }),
    collation: text(),
    comment: text(),
    reference: text(),
  })
export type ColumnRow = RowOfRuns<ReturnType<typeof columnsOf>>

const foreignKeysOf = (schema: string) =>
  sql`
SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule
FROM information_schema.key_column_usage k
  JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name AND r.constraint_name = k.constraint_name
WHERE k.table_schema = ${schema} AND k.constraint_schema = ${schema} AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position`.returns({
    table: text().notNull(),
    name: text().notNull(),
    column: text().notNull(),
    referencedSchema: text().notNull(),
    referencedTable: text().notNull(),
    referencedColumn: text().notNull(),
    onDelete: text().notNull(),
    onUpdate: text().notNull(),
  })

/** Both views are read once and then joined: merged, the one would be read anew for each row of the other, half a minute for a thousand tables. */
const checksOf = (schema: string) =>
  sql`
SELECT /*+ NO_MERGE(c) NO_MERGE(t) */ t.table_name, c.constraint_name, c.check_clause, t.enforced
FROM (SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = ${schema}) c
  JOIN (SELECT table_name, constraint_name, enforced FROM information_schema.table_constraints WHERE constraint_schema = ${schema} AND constraint_type = 'CHECK') t
    ON t.constraint_name = c.constraint_name
ORDER BY t.table_name, c.constraint_name`.returns({
    table: text().notNull(),
    name: text().notNull(),
    expression: text().notNull(),
    enforced: text().notNull(),
  })

export const garbledNote = 'holds characters outside ASCII, which the catalog shows as others; it is left out'
export const mysqlText = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** A literal stands in the catalog as its bare value, so what it looks like in SQL has to be told from the type. */
function readDefault(row: ColumnRow): string | null | undefined {
  if (row.default === null) return null
  // as a default, an expression that is the time now and the words for it are the same
  const now = /^now\((\d?)\)$/.exec(row.default)
  if (now && /^(datetime|timestamp)/.test(row.type)) return `CURRENT_TIMESTAMP${now[1] ? `(${now[1]})` : ''}`
  if (/\bDEFAULT_GENERATED\b/.test(row.extra)) return shown(row.default)
  const numeric = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|bit|year)\b/.test(row.type)
  return numeric || isNow(row) ? row.default : mysqlText(row.default)
}
const isNow = (row: ColumnRow): boolean => /^(datetime|timestamp)/.test(row.type) && /^CURRENT_TIMESTAMP(\(\d\))?$/i.test(row.default ?? '')

export function typeOf(row: ColumnRow): TypeDetails {
  return {
    ...plainType(row.type),
    length: row.length,
    precision: row.digits ?? row.decimals,
    scale: row.scale,
    labels: labelsOf(row.type),
    unsigned: /\bunsigned\b/.test(row.type) && !row.type.startsWith('enum') && !row.type.startsWith('set'),
  }
}

/** `read` says how a generated column's expression is written. */
export function columnDetails(
  schema: string,
  row: ColumnRow,
  defaultText: string | null | undefined,
  read: (text: string) => string | undefined,
): ColumnDetails {
  const kind = /\b(STORED|VIRTUAL|PERSISTENT) GENERATED\b/.exec(row.extra)?.[1]
  const versioned = kind !== undefined && /^ROW (START|END)$/i.test(row.generated ?? '')
  const expression = kind === undefined || versioned ? undefined : read(row.generated ?? '')
  const spatial = row.reference === null ? undefined : Number(row.reference)
  return {
    schema,
    table: row.table,
    name: row.name,
    ...typeOf(row),
    nullable: row.nullable === 'YES',
    default: defaultText ?? null,
    sequence: null,
    identity: /\bauto_increment\b/.test(row.extra)
      ? { always: false, start: null, increment: null, min: null, max: null, cache: null, cycle: false }
      : null,
    generated: expression === undefined ? null : { kind: kind === 'VIRTUAL' ? 'virtual' : 'stored', expression },
    onUpdate: /\bon update (.+?)\s*(?:INVISIBLE)?$/i.exec(row.extra)?.[1]?.replace(/,\s*$/, '') ?? null,
    collation: row.collation,
    comment: row.comment || null,
    inherited: false,
    notes: notesOf(
      ['changes by itself ON UPDATE, which is left out', /\bon update\b/i.test(row.extra)],
      ['is invisible; createAll makes it visible', /\bINVISIBLE\b/.test(row.extra)],
      ['is kept by system versioning; it is reflected as a plain column', versioned],
      [`is generated by an expression that ${garbledNote}`, kind !== undefined && !versioned && expression === undefined],
      [`has a default that ${garbledNote}`, defaultText === undefined],
      [`has the spatial reference system ${spatial}, which is left out`, spatial !== undefined && !Number.isNaN(spatial)],
    ),
  }
}

/** The columns of tables and views, with a collation only where it is not the table's. */
export async function columnRows(db: Executor, schema: string, known: Known, reference: Piece): Promise<ColumnRow[]> {
  const collations = await tableCollations(db, schema, known)
  const rows = (await db.all(columnsOf(schema, reference))).filter(({ table }) => collations.has(table))
  return rows.map((row) => ({
    ...row,
    collation: [null, row.collation].includes(collations.get(row.table) ?? null) ? null : row.collation,
  }))
}

export const mysqlCatalog: Catalog = {
  async defaultSchema(db) {
    return (await db.scalar(sql`SELECT DATABASE()`.returns({ name: text() }))) ?? undefined
  },
  schemas: (db) =>
    db.all(
      sql`
SELECT schema_name FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY schema_name`.returns({
        name: text().notNull(),
      }),
    ),
  tables: (db, schema, known) => tableDetails(db, schema, known, (text) => text),
  async columns(db, schema, known) {
    const rows = await columnRows(db, schema, known, sql.identifier('srs_id'))
    return rows.map((row) => columnDetails(schema, row, readDefault(row), shown))
  },
  keys: (db, schema) => keysOf(db, schema, sql.identifier('expression'), sql.identifier('is_visible')),
  async foreignKeys(db, schema) {
    const rows = await db.all(foreignKeysOf(schema))
    return groups(rows, (row) => JSON.stringify([row.table, row.name])).map((group): ForeignKeyDetails => {
      const { table, name, referencedSchema, referencedTable, onDelete, onUpdate } = group[0]!
      return {
        schema,
        table,
        name,
        columns: group.map(({ column }) => column),
        referencedSchema,
        referencedTable,
        referencedColumns: group.map(({ referencedColumn }) => referencedColumn),
        onDelete: actionOf(onDelete),
        onUpdate: actionOf(onUpdate),
        onDeleteColumns: [],
        match: 'simple',
        deferrable: null,
        valid: true,
        notes: [],
      }
    })
  },
  async checks(db, schema) {
    const rows = await db.all(checksOf(schema))
    return rows.map(({ table, name, expression, enforced }): CheckDetails => {
      const text = shown(expression)
      return {
        ...plainCheck,
        schema,
        table,
        name,
        expression: text ?? null,
        enforced: enforced === 'YES',
        notes: notesOf([garbledNote, text === undefined]),
      }
    })
  },
  named: async () => noNamed,
  objects: mysqlObjects,
  define: defineMysql,
  spelling: spellMysql,
  now: /^(CURRENT_TIMESTAMP|now)\(3\)$/i,
  sequence: { cache: 1000n, greatest: (bits) => 2n ** bits - 2n, least: (bits) => -(2n ** bits) + 1n },
  backslashEscapes: true,
  plainAction: 'no action',
  indexOfForeignKey: (index, key) => index.name === key.name,
  options: ['engine', 'collation', 'rowFormat'],
  uniqueIndexIsConstraint: true,
  namesHaveCase: false,
  // as lower_case_table_names has it but on Windows and macOS
  tablesHaveCase: true,
  restrict: 'no action',
  identityOptions: false,
  keysAreNotNull: () => true,
  async usual(db) {
    const collation = await db.scalar(
      sql`SELECT default_collate_name FROM information_schema.character_sets WHERE character_set_name = 'utf8mb4'`.returns({
        name: text(),
      }),
    )
    return { collation, opclasses: [], options: collation === null ? {} : { collation } }
  },
  canonical: canonicalMysql,
}

export const plainCheck = { valid: true, enforced: true, noInherit: false, inherited: false, notes: [] }
