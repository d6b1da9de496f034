/** SQLite 3.39 and later: the schema table joined to its pragmas, and the text of CREATE TABLE for what they leave out. */

import type { Executor } from '@quern/engine'
import { type RowOfRuns, sql } from '@quern/expression'
import { boolean, integer, text } from '@quern/schema'
import { canonicalSqlite } from './canonical-sqlite.js'
import { actionOf, type Catalog, groups, type Known, noNamed, notesOf, plainType } from './catalog.js'
import type {
  CheckDetails,
  ColumnDetails,
  ForeignKeyDetails,
  IndexDetails,
  IndexKeyDetails,
  KeyDetails,
  ObjectDetails,
  PrimaryKeyDetails,
  TableDetails,
  TriggerDetails,
  UniqueDetails,
} from './details.js'
import {
  readIndexText,
  readTableText,
  readViewText,
  type TableText,
  type TextConstraint,
  triggerWords,
  withoutComments,
} from './sqlite-text.js'
import { affinityOf, defineSqlite, isPlainInteger, sizes } from './sqlite-types.js'

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
SELECT l.name, m.sql, i.name, i."unique", i.origin, i.partial, i.seq, p.name, p."desc", p.coll, d.sql
FROM pragma_table_list l JOIN ${master(schema)} m ON m.name = l.name AND m.type = 'table' JOIN pragma_index_list(l.name, ${schema}) i JOIN pragma_index_xinfo(i.name, ${schema}) p
  LEFT JOIN ${master(schema)} d ON d.name = i.name AND d.type = 'index'
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
    definition: text(),
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

const triggersOf = (schema: string) =>
  sql`SELECT tbl_name, name, sql FROM ${master(schema)} WHERE type = 'trigger' ORDER BY name`.returns({
    table: text().notNull(),
    name: text().notNull(),
    definition: text().notNull(),
  })

const plainCheck = { valid: true, enforced: true, noInherit: false, inherited: false, notes: [] }

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
    ...plainType(generated ? row.type.replace(/\s*GENERATED ALWAYS$/i, '') : row.type),
    ...sizes(row.type),
    nullable: !row.notNull && !rowid,
    default: row.default === null ? null : withoutComments(row.default),
    sequence: null,
    identity: rowid ? { always: false, start: null, increment: null, min: null, max: null, cache: null, cycle: false } : null,
    generated: generated ? { kind: generated, expression: written?.generated ?? '' } : null,
    onUpdate: null,
    collation,
    comment: null,
    inherited: false,
    notes: notesOf(
      ['is not AUTOINCREMENT; createAll makes it so', rowid && written?.autoincrement === false],
      [
        `is a key of the type ${JSON.stringify(row.type)}; createAll makes it INTEGER, which numbers itself`,
        isKey && !rowid && !row.withoutRowid && isPlainInteger(row.type),
      ],
    ),
  }
}

const columnRows = (db: Executor, schema: string, known: Known) => known.once(`sqlite columns ${schema}`, () => db.all(columnsOf(schema)))
const tableRows = (db: Executor, schema: string, known: Known) => known.once(`sqlite tables ${schema}`, () => db.all(tablesOf(schema)))

/** A table's key is in its columns; its indexes leave out the one that is the rowid. */
async function primaryKeys(db: Executor, schema: string, known: Known, read: (text: string) => TableText): Promise<PrimaryKeyDetails[]> {
  const rows = (await columnRows(db, schema, known)).filter(({ key }) => key > 0)
  return groups(rows, ({ table }) => table).map((group) => {
    const columns = [...group].sort((a, b) => a.key - b.key).map(({ name }) => name)
    const written = group[0]!.sql === null ? undefined : read(group[0]!.sql).constraints.find(({ kind }) => kind === 'primary')
    return {
      schema,
      table: group[0]!.table,
      name: written?.name ?? null,
      columns,
      include: [],
      deferrable: null,
      notes: notesOf(['has an ON CONFLICT clause, which is left out', written?.onConflict === true]),
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
    include: [],
    deferrable: null,
    nullsNotDistinct: false,
    notes: notesOf(['has an ON CONFLICT clause, which is left out', written?.onConflict === true]),
  }
}

/** What a constraint's own index says that a constraint of a declaration cannot. */
const orderNotes = (group: readonly PartRow[], collations: (table: string, column: string) => string): string[] =>
  notesOf(
    ['has a key in descending order, which is left out', group.some(({ descending }) => descending)],
    [
      'compares a column by another collation than the column has, which is left out',
      group.some(({ table, column, collation }) => column !== null && collation !== null && !same(collation, collations(table, column))),
    ],
  )

function indexDetails(schema: string, group: readonly PartRow[], collations: (table: string, column: string) => string): IndexDetails {
  const { table, index, unique, definition } = group[0]!
  const written = readIndexText(definition ?? '')
  const keys = group.map(({ column, descending, collation }, i): IndexKeyDetails => {
    const usual = column === null ? '' : collations(table, column)
    return {
      column,
      expression: column === null ? (written.keys[i] ?? null) : null,
      descending,
      nulls: null,
      opclass: null,
      // an expression carries its own
      collation: column === null || collation === null || same(collation, usual) ? null : collation,
      length: null,
    }
  })
  return {
    schema,
    table,
    name: index,
    columns: keys.map(({ column }) => column),
    keys,
    unique,
    method: 'btree',
    type: null,
    include: [],
    predicate: written.predicate,
    nullsNotDistinct: false,
    with: {},
    visible: true,
    valid: true,
    inherited: false,
    comment: null,
    notes: [],
  }
}

/** The collation that a column was declared with. */
async function collationsOf(db: Executor, schema: string, known: Known, read: (text: string) => TableText) {
  const tables = new Map((await tableRows(db, schema, known)).map((row) => [row.name, row.type === 'table' ? row.sql : null]))
  return (table: string, column: string): string => {
    const text = tables.get(table)
    return (text && read(text).columns.find(({ name }) => same(name, column))?.collation) || 'BINARY'
  }
}

export const sqliteCatalog: Catalog = {
  defaultSchema: async () => 'main',
  schemas: (db) => db.all(sql`SELECT name FROM pragma_database_list ORDER BY seq`.returns({ name: text().notNull() })),
  async tables(db, schema, known) {
    return (await tableRows(db, schema, known)).map(
      (row): TableDetails => ({
        schema,
        name: row.name,
        kind: row.type === 'view' ? 'view' : row.type === 'virtual' ? 'virtual table' : 'table',
        comment: null,
        definition: row.type === 'view' && row.sql !== null ? readViewText(row.sql) : null,
        reads: [],
        options: {
          ...(row.strict && { strict: true as const }),
          ...(row.withoutRowid && row.type === 'table' && { withoutRowid: true as const }),
        },
        inherits: [],
        partitioning: null,
        partitionOf: null,
        notes: notesOf(['is a virtual table; createAll makes a plain one', row.type === 'virtual']),
      }),
    )
  },
  async columns(db, schema, known) {
    const read = reader()
    const rows = await columnRows(db, schema, known)
    return groups(rows, ({ table }) => table).flatMap((group) => {
      const keyColumns = group.filter(({ key }) => key > 0).length
      return group.map((row) => columnDetails(schema, row, keyColumns, read))
    })
  },
  async keys(db, schema, known): Promise<KeyDetails> {
    const read = reader()
    const collations = await collationsOf(db, schema, known, read)
    const parts = groups(await db.all(partsOf(schema)), ({ table, index }) => JSON.stringify([table, index]))
    const noted = <Key extends PrimaryKeyDetails>(key: Key, group: readonly PartRow[] | undefined): Key =>
      group ? { ...key, notes: [...key.notes, ...orderNotes(group, collations)] } : key
    const primary = new Map(parts.filter(([first]) => first!.origin === 'pk').map((group) => [group[0]!.table, group]))
    return {
      primaryKeys: (await primaryKeys(db, schema, known, read)).map((key) => noted(key, primary.get(key.table))),
      exclusions: [],
      uniques: parts.filter(([first]) => first!.origin === 'u').map((group) => noted(uniqueDetails(schema, group, read), group)),
      indexes: parts.filter(([first]) => first!.origin === 'c').map((group) => indexDetails(schema, group, collations)),
    }
  },
  /** Names in SQLite have no case, and a reference without columns means the primary key. */
  async foreignKeys(db, schema, known) {
    const read = reader()
    const rows = await db.all(foreignKeysOf(schema))
    if (rows.length === 0) return []
    const tables = groups(await columnRows(db, schema, known), ({ table }) => table)
    const byName = new Map(tables.map((group) => [group[0]!.table.toLowerCase(), group]))
    return groups(rows, ({ table, id }) => JSON.stringify([table, id])).map((group): ForeignKeyDetails => {
      const { table, sql: text, referenced, onDelete, onUpdate } = group[0]!
      const target = byName.get(referenced.toLowerCase())
      const key = target?.filter((row) => row.key > 0).sort((a, b) => a.key - b.key) ?? []
      const spelled = (columns: readonly ColumnRow[] | undefined, name: string) =>
        columns?.find((row) => same(row.name, name))?.name ?? name
      const own = byName.get(table.toLowerCase())
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
        onDeleteColumns: [],
        match: 'simple',
        deferrable: written?.deferrable ?? null,
        valid: true,
        notes: notesOf(['has a MATCH clause, which SQLite does not read, and which is left out', written?.match === true]),
      }
    })
  },
  async checks(db, schema, known) {
    const rows = await tableRows(db, schema, known)
    return rows
      .filter((row) => row.type === 'table' && row.sql !== null)
      .flatMap(({ name: table, sql: text }) =>
        readTableText(text!)
          .constraints.filter(({ kind }) => kind === 'check')
          .map(({ name, expression }): CheckDetails => ({ ...plainCheck, schema, table, name, expression })),
      )
  },
  named: async () => noNamed,
  async objects(db, schema): Promise<ObjectDetails> {
    const triggers = (await db.all(triggersOf(schema))).map(
      (row): TriggerDetails => ({ schema, ...row, ...triggerWords(row.definition), enabled: true }),
    )
    return { triggers, routines: [], policies: [], extensions: [], others: [] }
  },
  define: defineSqlite,
  // what is declared decides only how values are stored
  spelling: affinityOf,
  now: /^STRFTIME\('%Y-%m-%d %H:%M:%f', 'now'\)$/i,
  sequence: { cache: 1n, greatest: (bits) => 2n ** bits - 1n, least: (bits) => -(2n ** bits) },
  backslashEscapes: false,
  plainAction: 'no action',
  indexOfForeignKey: () => false,
  options: ['strict', 'withoutRowid'],
  uniqueIndexIsConstraint: false,
  namesHaveCase: false,
  tablesHaveCase: false,
  restrict: 'restrict',
  identityOptions: false,
  keysAreNotNull: ({ sqlite }) => sqlite.withoutRowid === true,
  usual: async () => ({ collation: 'BINARY', opclasses: [], options: {} }),
  canonical: canonicalSqlite,
}
