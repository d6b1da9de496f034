/** Tables, views and partitions of MySQL and MariaDB. */
import type { Executor } from '@quern/engine'
import { type RowOfRuns, sql } from '@quern/expression'
import { integer, text } from '@quern/schema'
import { groups, type Known, notesOf } from './catalog.js'
import type { PartitioningDetails, TableDetails, TableOptionDetails } from './details.js'
import { namedIn, unqualified } from './mysql-text.js'

const tablesOf = (schema: string) =>
  sql`
SELECT table_name, table_type, table_comment, engine, table_collation, create_options,
  (SELECT default_collate_name FROM information_schema.character_sets WHERE character_set_name = 'utf8mb4')
FROM information_schema.tables
WHERE table_schema = ${schema} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW', 'SEQUENCE') ORDER BY table_name`.returns({
    name: text().notNull(),
    type: text().notNull(),
    comment: text(),
    engine: text(),
    collation: text(),
    options: text(),
    usualCollation: text(),
  })
type TableRow = RowOfRuns<ReturnType<typeof tablesOf>>

const viewsOf = (schema: string) =>
  sql`SELECT table_name, view_definition, check_option, security_type FROM information_schema.views WHERE table_schema = ${schema}`.returns(
    {
      name: text().notNull(),
      definition: text(),
      check: text().notNull(),
      security: text().notNull(),
    },
  )
type ViewRow = RowOfRuns<ReturnType<typeof viewsOf>>

const partitionsOf = (schema: string) =>
  sql`
SELECT table_name, partition_name, subpartition_name, partition_method, partition_expression, partition_description, partition_comment, partition_ordinal_position
FROM information_schema.partitions WHERE table_schema = ${schema} AND partition_name IS NOT NULL
ORDER BY table_name, partition_ordinal_position, subpartition_ordinal_position`.returns({
    table: text().notNull(),
    name: text().notNull(),
    subpartition: text(),
    method: text().notNull(),
    expression: text(),
    bound: text(),
    comment: text(),
    position: integer(),
  })
type PartitionRow = RowOfRuns<ReturnType<typeof partitionsOf>>

const rows = (db: Executor, schema: string, known: Known): Promise<TableRow[]> =>
  known.once(`mysql tables ${schema}`, () => db.all(tablesOf(schema)))

/** The collation of each table; a view has none, and its columns have those of what it reads. */
export async function tableCollations(db: Executor, schema: string, known: Known): Promise<Map<string, string | null>> {
  const found = await rows(db, schema, known)
  return new Map(
    found.filter(({ type }) => type !== 'SEQUENCE').map(({ name, type, collation }) => [name, type === 'VIEW' ? null : collation]),
  )
}

export async function sequenceNames(db: Executor, schema: string, known: Known): Promise<string[]> {
  return (await rows(db, schema, known)).filter(({ type }) => type === 'SEQUENCE').map(({ name }) => name)
}

const formats: readonly string[] = ['dynamic', 'fixed', 'compressed', 'redundant', 'compact']
const rowFormat = (options: string | null): string | undefined => /\brow_format=(\w+)/i.exec(options ?? '')?.[1]?.toLowerCase()

function optionsOf(row: TableRow): TableOptionDetails {
  if (row.type === 'VIEW') return {}
  const format = rowFormat(row.options)
  return {
    ...(row.engine !== null && row.engine !== 'InnoDB' && { engine: row.engine }),
    ...(row.collation !== null && row.collation !== row.usualCollation && { collation: row.collation }),
    ...(format !== undefined && formats.includes(format) && { rowFormat: format }),
    ...(row.type === 'SYSTEM VERSIONED' && { systemVersioned: true as const }),
  }
}

/** Options that no declaration has: `key_block_size=8`, `encrypted=yes`. */
const furtherOptions = (options: string | null): string => (options ?? '').replace(/\brow_format=\w+|\bpartitioned\b/gi, '').trim()

const methods: Readonly<Record<string, PartitioningDetails['method']>> = {
  RANGE: 'range',
  'RANGE COLUMNS': 'range',
  LIST: 'list',
  'LIST COLUMNS': 'list',
  HASH: 'hash',
  KEY: 'key',
}

/** MariaDB shows the DEFAULT of a list so. */
const isRest = (method: string, bound: string | null): boolean => method === 'list' && bound === 'MAXVALUE'

function partitioningOf(group: readonly PartitionRow[] | undefined): PartitioningDetails | null {
  const method = group && methods[group[0]!.method]
  if (!group || method === undefined) return null
  const expression = group[0]!.expression ?? ''
  const names = /^`(?:[^`]|``)+`(?:,`(?:[^`]|``)+`)*$/.test(expression) ? [...expression.matchAll(/`((?:[^`]|``)+)`/g)] : undefined
  const keys = names ? names.map(([, name]) => ({ column: name!.replaceAll('``', '`'), expression: null })) : [{ column: null, expression }]
  const parts = groups(group, ({ name }) => name).map(([first]) => first!)
  return {
    method,
    keys,
    partitions: parts.map(({ name, bound, comment }) => ({
      name,
      bound: isRest(method, bound) ? 'DEFAULT' : bound,
      comment: comment || null,
    })),
  }
}

const partitionNotes = (group: readonly PartitionRow[] | undefined): [string, boolean][] => [
  [`is partitioned by ${group?.[0]?.method}, which is left out`, group !== undefined && methods[group[0]!.method] === undefined],
  ['has subpartitions, which are left out', group?.some(({ subpartition }) => subpartition !== null) === true],
  ['has comments of partitions, which are left out', group?.some(({ comment }) => Boolean(comment)) === true],
]

export async function tableDetails(db: Executor, schema: string, known: Known, read: (text: string) => string): Promise<TableDetails[]> {
  const found = (await rows(db, schema, known)).filter(({ type }) => type !== 'SEQUENCE')
  const views = new Map<string, ViewRow>()
  if (found.some(({ type }) => type === 'VIEW')) for (const view of await db.all(viewsOf(schema))) views.set(view.name, view)
  const partitions = new Map(groups(await db.all(partitionsOf(schema)), ({ table }) => table).map((group) => [group[0]!.table, group]))
  return found.map((row): TableDetails => {
    const view = views.get(row.name)
    const text = view?.definition ? read(view.definition) : ''
    const group = partitions.get(row.name)
    const definition = text === '' ? null : (unqualified(text, schema) ?? null)
    return {
      schema,
      name: row.name,
      kind: row.type === 'VIEW' ? 'view' : 'table',
      // a view's comment is the word VIEW
      comment: row.type === 'VIEW' ? null : row.comment || null,
      definition,
      reads: [...new Set(text === '' ? [] : namedIn(text, schema))]
        .filter((name) => views.has(name) && name !== row.name)
        .map((name) => ({ schema, name })),
      options: optionsOf(row),
      inherits: [],
      partitioning: partitioningOf(group),
      partitionOf: null,
      notes: notesOf(
        ['is system-versioned; createAll makes a plain table', row.type === 'SYSTEM VERSIONED'],
        [`has the options ${furtherOptions(row.options)}, which are left out`, row.type !== 'VIEW' && furtherOptions(row.options) !== ''],
        ['cannot be told apart from its database by name, so its text is left out', text !== '' && definition === null],
        ['shows its text to its owner alone', row.type === 'VIEW' && text === ''],
        [`is WITH ${view?.check} CHECK OPTION, which is left out`, view !== undefined && view.check !== 'NONE'],
        ['is SQL SECURITY INVOKER, which is left out', view?.security === 'INVOKER'],
        ...partitionNotes(group),
      ),
    }
  })
}
