/** MySQL 8.4 and later, from information_schema; MariaDB spreads it. */

import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { bigint, integer, text } from '@quern/schema'
import { actionOf, type Catalog, groups, notesOf } from './catalog.js'
import type { CheckDetails, ColumnDetails, ForeignKeyDetails, KeyDetails, TableDetails } from './details.js'
import { defineMysql, spellMysql } from './mysql-types.js'

const tablesOf = (schema: string) =>
  sql`
SELECT table_name, table_type, table_comment, engine, table_collation FROM information_schema.tables
WHERE table_schema = ${schema} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') ORDER BY table_name`.returns({
    name: text().notNull(),
    type: text().notNull(),
    comment: text(),
    engine: text(),
    collation: text(),
  })

/** Not joined to the tables: information_schema has no indexes to join over. */
const columnsOf = (schema: string) =>
  sql`
SELECT table_name, column_name, column_type, is_nullable, column_default, extra, generation_expression,
  character_maximum_length, numeric_precision, numeric_scale, datetime_precision, collation_name, column_comment
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
  })
export type ColumnRow = RowOfRuns<ReturnType<typeof columnsOf>>

const partsOf = (schema: string, expression: Piece, visible: Piece) =>
  sql`
SELECT table_name, index_name, non_unique, column_name, sub_part, collation, index_type, ${expression}, ${visible}
FROM information_schema.statistics WHERE table_schema = ${schema} ORDER BY table_name, index_name, seq_in_index`.returns({
    table: text().notNull(),
    index: text().notNull(),
    nonUnique: integer().notNull(),
    column: text(),
    prefix: bigint({ mode: 'number' }),
    order: text(),
    method: text().notNull(),
    expression: text(),
    visible: text().notNull(),
  })
type PartRow = RowOfRuns<ReturnType<typeof partsOf>>

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

const checksOf = (schema: string) =>
  sql`
SELECT t.table_name, c.constraint_name, c.check_clause, t.enforced
FROM information_schema.check_constraints c
  JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'
WHERE c.constraint_schema = ${schema} ORDER BY t.table_name, c.constraint_name`.returns({
    table: text().notNull(),
    name: text().notNull(),
    expression: text().notNull(),
    enforced: text().notNull(),
  })

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', Z: '\x1a' }

/** MySQL's catalog shows expressions with every quote, backslash and line break in them escaped once more. */
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character)

/** It also shows characters outside ASCII in expressions as other ones: `'é'` as `'Ã©'`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII starts with them
const garbled = (text: string | null): boolean => text !== null && /[^\x00-\x7f]/.test(text)
const garbledNote = 'holds characters outside ASCII, which the catalog of MySQL shows as others; it is left out'

export const mysqlText = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** A literal stands in the catalog as its bare value, so what it looks like in SQL has to be told from the type. */
function readDefault(row: ColumnRow): string | null {
  if (row.default === null) return null
  if (/\bDEFAULT_GENERATED\b/.test(row.extra)) return garbled(row.default) ? null : unescaped(row.default)
  const numeric = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|bit|year)\b/.test(row.type)
  return numeric ? row.default : mysqlText(row.default)
}

export function columnDetails(schema: string, row: ColumnRow, defaultText: string | null, notes: readonly string[] = []): ColumnDetails {
  const generated = /\b(STORED|VIRTUAL|PERSISTENT) GENERATED\b/.exec(row.extra)?.[1]
  return {
    schema,
    table: row.table,
    name: row.name,
    type: row.type,
    nullable: row.nullable === 'YES',
    default: defaultText,
    identity: /\bauto_increment\b/.test(row.extra) ? { always: false, start: null, increment: null } : null,
    generated:
      generated === undefined ? null : { kind: generated === 'VIRTUAL' ? 'virtual' : 'stored', expression: unescaped(row.generated ?? '') },
    length: row.length,
    precision: row.digits ?? row.decimals,
    scale: row.scale,
    collation: row.collation,
    comment: row.comment || null,
    notes: [
      ...notesOf(
        ['changes by itself ON UPDATE, which is left out', /\bon update\b/i.test(row.extra)],
        ['is invisible', /\bINVISIBLE\b/.test(row.extra)],
      ),
      ...notesOf(['takes only the values of its list, which is left out', /^(enum|set)\b/.test(row.type)]),
      ...notes,
    ],
  }
}

function keyDetails(schema: string, parts: readonly PartRow[]): KeyDetails {
  const keys = groups(parts, (part) => JSON.stringify([part.table, part.index])).map((group) => ({
    first: group[0]!,
    group,
    notes: keyNotes(group),
  }))
  const named = ({ first, notes }: (typeof keys)[number]) => ({ schema, table: first.table, name: first.index, notes })
  const columns = (group: readonly PartRow[]) => group.map(({ column }) => column!)
  // a unique index is a unique constraint here; one over expressions or prefixes is more than a constraint can say
  const isUnique = ({ first, group }: (typeof keys)[number]) =>
    first.index !== 'PRIMARY' && first.nonUnique === 0 && group.every(({ column, prefix }) => column !== null && prefix === null)
  return {
    primaryKeys: keys
      .filter(({ first }) => first.index === 'PRIMARY')
      .map((key) => ({ ...named(key), name: null, columns: columns(key.group) })),
    uniques: keys.filter(isUnique).map((key) => ({ ...named(key), columns: columns(key.group) })),
    indexes: keys
      .filter((key) => key.first.index !== 'PRIMARY' && !isUnique(key))
      .map((key) => ({ ...named(key), columns: key.group.map(({ column }) => column), unique: key.first.nonUnique === 0 })),
  }
}

function keyNotes(group: readonly PartRow[]): string[] {
  const { method, visible } = group[0]!
  return notesOf(
    [`is of the kind ${method}`, method !== 'BTREE'],
    ['has expressions', group.some(({ column }) => column === null)],
    ['holds only the beginning of a column', group.some(({ prefix }) => prefix !== null) && method === 'BTREE'],
    ['orders its keys descending', group.some(({ order }) => order === 'D')],
    ['is invisible', visible !== 'YES'],
  )
}

export async function keysOf(db: Executor, schema: string, expression: Piece, visible: Piece): Promise<KeyDetails> {
  return keyDetails(schema, await db.all(partsOf(schema, expression, visible)))
}

/** The columns of tables and views, with a collation only where it is not the table's. */
export async function columnRows(db: Executor, schema: string): Promise<ColumnRow[]> {
  const collations = new Map((await db.all(tablesOf(schema))).map(({ name, collation }) => [name, collation]))
  const rows = (await db.all(columnsOf(schema))).filter(({ table }) => collations.has(table))
  return rows.map((row) => ({ ...row, collation: row.collation === collations.get(row.table) ? null : row.collation }))
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
  async tables(db, schema) {
    const rows = await db.all(tablesOf(schema))
    return rows.map(
      ({ name, type, comment, engine }): TableDetails => ({
        schema,
        name,
        kind: type === 'VIEW' ? 'view' : 'table',
        // a view's comment is the word VIEW
        comment: type === 'VIEW' ? null : comment || null,
        notes: notesOf(
          ['is system-versioned; createAll makes a plain table', type === 'SYSTEM VERSIONED'],
          [`is stored by ${engine}; createAll takes InnoDB`, type !== 'VIEW' && engine !== 'InnoDB'],
        ),
      }),
    )
  },
  async columns(db, schema) {
    return (await columnRows(db, schema)).map((row) => {
      const isExpression = /\bDEFAULT_GENERATED\b/.test(row.extra)
      return columnDetails(schema, row, readDefault(row), isExpression && garbled(row.default) ? [`has a default that ${garbledNote}`] : [])
    })
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
        notes: [],
      }
    })
  },
  async checks(db, schema) {
    const rows = await db.all(checksOf(schema))
    return rows.map(
      ({ table, name, expression, enforced }): CheckDetails => ({
        schema,
        table,
        name,
        expression: garbled(expression) ? null : unescaped(expression),
        notes: notesOf(['is not enforced', enforced !== 'YES'], [garbledNote, garbled(expression)]),
      }),
    )
  },
  define: defineMysql,
  spelling: spellMysql,
  now: /^(CURRENT_TIMESTAMP|now)\(3\)$/i,
  backslashEscapes: true,
  plainAction: 'no action',
  indexOfForeignKey: (index, key) => index.name === key.name,
}
