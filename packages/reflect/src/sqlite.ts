/** SQLite 3.39 and later: the schema table joined to its pragmas, and the text of CREATE TABLE for what they leave out. */

import type { Executor } from '@quern/engine'
import { type RowOfRuns, sql } from '@quern/expression'
import { boolean, integer, text } from '@quern/schema'
import { actionOf, type Catalog, groups, notesOf } from './catalog.js'
import type {
  CheckDetails,
  ColumnDetails,
  ForeignKeyDetails,
  IndexDetails,
  KeyDetails,
  PrimaryKeyDetails,
  TableDetails,
  UniqueDetails,
} from './details.js'
import { readTableText, type TableText, type TextConstraint } from './sqlite-text.js'
import { affinityOf, defineSqlite, dimensions, isPlainInteger } from './sqlite-types.js'

const master = (schema: string) => sql.identifier(schema, 'sqlite_master')
/** The tables of users: neither SQLite's own nor the hidden ones behind a virtual table. */
const listed = (schema: string) =>
  sql`l.schema = ${schema} AND l.type IN ('table', 'view', 'virtual') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

const tablesOf = (schema: string) =>
  sql`
SELECT l.name, l.type, l.wr, l.strict, m.sql FROM pragma_table_list l LEFT JOIN ${master(schema)} m ON m.name = l.name AND m.type IN ('table', 'view')
WHERE ${listed(schema)} ORDER BY l.name`.returns({
    name: text().notNull(),
    type: text().notNull(),
    withoutRowid: boolean().notNull(),
    strict: boolean().notNull(),
    sql: text(),
  })

const columnsOf = (schema: string) =>
  sql`
SELECT l.name, l.type, l.wr, m.sql, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM pragma_table_list l LEFT JOIN ${master(schema)} m ON m.name = l.name AND m.type IN ('table', 'view') JOIN pragma_table_xinfo(l.name, ${schema}) c
WHERE ${listed(schema)} AND c.hidden <> 1 ORDER BY l.name, c.cid`.returns({
    table: text().notNull(),
    kind: text().notNull(),
    withoutRowid: boolean().notNull(),
    sql: text(),
    name: text().notNull(),
    type: text().notNull(),
    notNull: boolean().notNull(),
    default: text(),
    key: integer().notNull(),
    hidden: integer().notNull(),
  })
type ColumnRow = RowOfRuns<ReturnType<typeof columnsOf>>

const partsOf = (schema: string) =>
  sql`
SELECT l.name, m.sql, i.name, i."unique", i.origin, i.partial, i.seq, p.name, p."desc", p.coll
FROM pragma_table_list l JOIN ${master(schema)} m ON m.name = l.name AND m.type = 'table' JOIN pragma_index_list(l.name, ${schema}) i JOIN pragma_index_xinfo(i.name, ${schema}) p
WHERE ${listed(schema)} AND p.key = 1 ORDER BY l.name, i.seq DESC, p.seqno`.returns({
    table: text().notNull(),
    sql: text().notNull(),
    index: text().notNull(),
    unique: boolean().notNull(),
    origin: text().notNull(),
    partial: boolean().notNull(),
    seq: integer().notNull(),
    column: text(),
    descending: boolean().notNull(),
    collation: text(),
  })
type PartRow = RowOfRuns<ReturnType<typeof partsOf>>

const foreignKeysOf = (schema: string) =>
  sql`
SELECT l.name, m.sql, k.id, k."table", k."from", k."to", k.on_update, k.on_delete
FROM pragma_table_list l JOIN ${master(schema)} m ON m.name = l.name AND m.type = 'table' JOIN pragma_foreign_key_list(l.name, ${schema}) k
WHERE ${listed(schema)} ORDER BY l.name, k.id DESC, k.seq`.returns({
    table: text().notNull(),
    sql: text().notNull(),
    id: integer().notNull(),
    referenced: text().notNull(),
    column: text().notNull(),
    target: text(),
    onUpdate: text().notNull(),
    onDelete: text().notNull(),
  })

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const sameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name, i) => same(name, b[i]!))

/** The text of each table is read once, however many of its columns and keys ask. */
function reader(): (text: string) => TableText {
  const known = new Map<string, TableText>()
  return (text) => {
    let found = known.get(text)
    if (!found) known.set(text, (found = readTableText(text)))
    return found
  }
}

const constraintOf = (text: TableText, kind: TextConstraint['kind'], columns: readonly string[]): TextConstraint | undefined =>
  text.constraints.find((constraint) => constraint.kind === kind && sameList(constraint.columns, columns))

/** The column that is another name of the rowid: never null, numbered by itself. */
const isRowid = (row: ColumnRow, keyColumns: number): boolean =>
  row.key === 1 && keyColumns === 1 && !row.withoutRowid && row.kind === 'table' && row.type.toUpperCase() === 'INTEGER'

function columnDetails(schema: string, row: ColumnRow, keyColumns: number, read: (text: string) => TableText): ColumnDetails {
  const rowid = isRowid(row, keyColumns)
  const isKey = row.key === 1 && keyColumns === 1
  const written = row.kind === 'table' && row.sql !== null ? read(row.sql).columns.find(({ name }) => same(name, row.name)) : undefined
  const generated = row.hidden === 2 ? ('virtual' as const) : row.hidden === 3 ? ('stored' as const) : undefined
  const collation = written?.collation !== undefined && !same(written.collation, 'BINARY') ? written.collation : null
  return {
    schema,
    table: row.table,
    name: row.name,
    type: generated ? row.type.replace(/\s*GENERATED ALWAYS$/i, '') : row.type,
    nullable: !row.notNull && !rowid,
    default: row.default,
    identity: rowid ? { always: false, start: null, increment: null } : null,
    generated: generated ? { kind: generated, expression: written?.generated ?? '' } : null,
    ...dimensions(row.type),
    collation,
    comment: null,
    notes: notesOf(
      ['is not AUTOINCREMENT; createAll makes it so', rowid && written?.autoincrement === false],
      [
        `is a key of the type ${JSON.stringify(row.type)}; createAll makes it INTEGER, which numbers itself`,
        isKey && !rowid && isPlainInteger(row.type),
      ],
    ),
  }
}

/** A table's key is in its columns; its indexes leave out the one that is the rowid. */
async function primaryKeys(db: Executor, schema: string, read: (text: string) => TableText): Promise<PrimaryKeyDetails[]> {
  const rows = (await db.all(columnsOf(schema))).filter(({ key }) => key > 0)
  return groups(rows, ({ table }) => table).map((group) => {
    const columns = [...group].sort((a, b) => a.key - b.key).map(({ name }) => name)
    const written = group[0]!.sql === null ? undefined : read(group[0]!.sql).constraints.find(({ kind }) => kind === 'primary')
    return {
      schema,
      table: group[0]!.table,
      name: written?.name ?? null,
      columns,
      notes: notesOf(['has an ON CONFLICT clause', written?.onConflict === true]),
    }
  })
}

function uniqueDetails(schema: string, group: readonly PartRow[], read: (text: string) => TableText): UniqueDetails {
  const { table, sql: text } = group[0]!
  const columns = group.map(({ column }) => column!)
  const written = constraintOf(read(text), 'unique', columns)
  return {
    schema,
    table,
    name: written?.name ?? null,
    columns,
    notes: notesOf(['has an ON CONFLICT clause', written?.onConflict === true]),
  }
}

function indexDetails(schema: string, group: readonly PartRow[]): IndexDetails {
  const { table, index, unique, partial } = group[0]!
  return {
    schema,
    table,
    name: index,
    columns: group.map(({ column }) => column),
    unique,
    notes: notesOf(
      ['is partial', partial],
      ['has expressions', group.some(({ column }) => column === null)],
      ['orders its keys descending', group.some(({ descending }) => descending)],
      ['uses collations', group.some(({ collation }) => collation !== null && collation !== 'BINARY')],
    ),
  }
}

export const sqliteCatalog: Catalog = {
  defaultSchema: async () => 'main',
  schemas: (db) => db.all(sql`SELECT name FROM pragma_database_list ORDER BY seq`.returns({ name: text().notNull() })),
  async tables(db, schema) {
    return (await db.all(tablesOf(schema))).map(
      (row): TableDetails => ({
        schema,
        name: row.name,
        kind: row.type === 'view' ? 'view' : row.type === 'virtual' ? 'virtual table' : 'table',
        comment: null,
        notes: notesOf(
          ['is a virtual table; createAll makes a plain one', row.type === 'virtual'],
          ['is WITHOUT ROWID; createAll makes a plain table', row.withoutRowid && row.type === 'table'],
          ['is STRICT; createAll makes a plain table', row.strict],
        ),
      }),
    )
  },
  async columns(db, schema) {
    const read = reader()
    const rows = await db.all(columnsOf(schema))
    return groups(rows, ({ table }) => table).flatMap((group) => {
      const keyColumns = group.filter(({ key }) => key > 0).length
      return group.map((row) => columnDetails(schema, row, keyColumns, read))
    })
  },
  async keys(db, schema): Promise<KeyDetails> {
    const read = reader()
    const parts = groups(await db.all(partsOf(schema)), ({ table, index }) => JSON.stringify([table, index]))
    return {
      primaryKeys: await primaryKeys(db, schema, read),
      uniques: parts.filter(([first]) => first!.origin === 'u').map((group) => uniqueDetails(schema, group, read)),
      indexes: parts.filter(([first]) => first!.origin === 'c').map((group) => indexDetails(schema, group)),
    }
  },
  /** Names in SQLite have no case, and a reference without columns means the primary key. */
  async foreignKeys(db, schema) {
    const read = reader()
    const rows = await db.all(foreignKeysOf(schema))
    if (rows.length === 0) return []
    const tables = groups(await db.all(columnsOf(schema)), ({ table }) => table)
    return groups(rows, ({ table, id }) => JSON.stringify([table, id])).map((group): ForeignKeyDetails => {
      const { table, sql: text, referenced, onDelete, onUpdate } = group[0]!
      const target = tables.find(([first]) => same(first!.table, referenced))
      const key = target?.filter((row) => row.key > 0).sort((a, b) => a.key - b.key) ?? []
      const spelled = (columns: readonly ColumnRow[] | undefined, name: string) =>
        columns?.find((row) => same(row.name, name))?.name ?? name
      const own = tables.find(([first]) => first!.table === table)
      const columns = group.map(({ column }) => spelled(own, column))
      const written = constraintOf(read(text), 'foreign', columns)
      return {
        schema,
        table,
        name: written?.name ?? null,
        columns,
        referencedSchema: schema,
        referencedTable: target?.[0]?.table ?? referenced,
        referencedColumns: group.map((row, i) => (row.target === null ? (key[i]?.name ?? '') : spelled(target, row.target))),
        onDelete: actionOf(onDelete),
        onUpdate: actionOf(onUpdate),
        notes: notesOf(['is deferrable', written?.deferrable === true]),
      }
    })
  },
  async checks(db, schema) {
    const rows = await db.all(tablesOf(schema))
    return rows
      .filter((row) => row.type === 'table' && row.sql !== null)
      .flatMap(({ name: table, sql: text }) =>
        readTableText(text!)
          .constraints.filter(({ kind }) => kind === 'check')
          .map(({ name, expression }): CheckDetails => ({ schema, table, name, expression, notes: [] })),
      )
  },
  define: defineSqlite,
  // what is declared decides only how values are stored
  spelling: affinityOf,
  now: /^STRFTIME\('%Y-%m-%d %H:%M:%f', 'now'\)$/i,
  backslashEscapes: false,
  plainAction: 'no action',
  indexOfForeignKey: () => false,
}
