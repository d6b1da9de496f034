/** A table as `table()` makes it, with everything that its third argument says. */
import { CompileError, type Typed } from '@quern/expression'
import {
  type AnyColumnDef,
  check,
  exclude,
  foreignKey,
  type IndexKey,
  index,
  indexKey,
  makeTable,
  mysqlOptions,
  postgresOptions,
  primaryKey,
  type ReferenceAction,
  sqliteOptions,
  type TablePart,
  tableComment,
  unique,
} from '@quern/schema'
import { supports } from '@quern/sql'
import { buildColumn, type ColumnContext } from './build-column.js'
import { buildPartitioning } from './build-partition.js'
import type { Catalog } from './catalog.js'
import { fragment } from './defaults.js'
import type {
  CheckDetails,
  ColumnDetails,
  DeferrableDetails,
  ExclusionDetails,
  ForeignKeyDetails,
  IndexDetails,
  IndexKeyDetails,
  PrimaryKeyDetails,
  TableDetails,
  UniqueDetails,
} from './details.js'
import type { DynamicColumn, DynamicTable } from './dynamic.js'

/** Everything known of one table. */
export interface Found {
  /** The name in the metadata: `users`, or `audit.users` outside the default schema. */
  readonly key: string
  readonly table: TableDetails
  readonly columns: readonly ColumnDetails[]
  readonly primaryKey: PrimaryKeyDetails | undefined
  readonly foreignKeys: readonly ForeignKeyDetails[]
  readonly uniques: readonly UniqueDetails[]
  readonly exclusions: readonly ExclusionDetails[]
  readonly indexes: readonly IndexDetails[]
  readonly checks: readonly CheckDetails[]
}

/** A reflected table; its columns are there once all tables are. */
export type Lookup = (
  schema: string,
  table: string,
) => { readonly one: Found; table(): DynamicTable; column(name: string): DynamicColumn } | undefined

export interface TableContext extends ColumnContext {
  readonly lookup: Lookup
}

type Pick = (names: readonly string[]) => DynamicColumn[]

export function buildTable(context: TableContext, one: Found): DynamicTable {
  const { inspector } = context
  const { table } = one
  const key = ownKey(one)
  const definitions = one.columns.map((column): [string, AnyColumnDef] => [
    context.keyOf(column),
    buildColumn(context, column, column.name === key),
  ])
  const keys = new Map(one.columns.map((column) => [column.name, context.keyOf(column)]))
  const schema = table.schema === inspector.defaultSchema ? undefined : table.schema
  const parts = (t: DynamicTable): TablePart[] => {
    const pick: Pick = (names) => names.map((name) => (t as Record<string, DynamicColumn>)[keys.get(name)!]!)
    return [
      ...(one.primaryKey && key === undefined ? [buildPrimaryKey(one.primaryKey, pick)] : []),
      ...one.foreignKeys.flatMap((details) => buildForeignKey(context, details, pick)),
      ...one.uniques.map((details) => buildUnique(details, pick)),
      ...buildChecks(context, one),
      ...one.exclusions.map((details) => buildExclusion(context, details, pick)),
      ...one.indexes.flatMap((details) => buildIndex(context, one, details, pick)),
      ...buildOptions(context, one),
      ...buildPartitioning(context, one, pick),
    ]
  }
  warnTable(context, one)
  return makeTable<DynamicTable>(table.name, schema, definitions, parts, { primaryKeyName: one.primaryKey?.name ?? undefined })
}

/** The column that is the key: `.primaryKey()` makes it NOT NULL, so where the database lets a key be null (SQLite), it stands in the third argument. */
function ownKey({ columns, primaryKey: key }: Found): string | undefined {
  const [name, ...more] = key?.columns ?? []
  if (more.length > 0 || !key || key.include.length > 0 || key.deferrable !== null) return undefined
  return columns.some((column) => column.name === name && !column.nullable) ? name : undefined
}

const initially = (words: NonNullable<DeferrableDetails>) =>
  words === 'deferrable initially deferred' ? ({ initially: 'deferred' } as const) : true

function buildPrimaryKey(details: PrimaryKeyDetails, pick: Pick): TablePart {
  let made = primaryKey(...pick(details.columns))
  if (details.include.length > 0) made = made.include(...pick(details.include))
  return details.deferrable === null ? made : made.deferrable(initially(details.deferrable))
}

function buildUnique(details: UniqueDetails, pick: Pick): TablePart {
  let made = unique(details.name ?? undefined).on(...pick(details.columns))
  if (details.nullsNotDistinct) made = made.nullsNotDistinct()
  if (details.include.length > 0) made = made.include(...pick(details.include))
  return details.deferrable === null ? made : made.deferrable(initially(details.deferrable))
}

function buildForeignKey({ inspector, lookup, warnings }: TableContext, details: ForeignKeyDetails, pick: Pick): TablePart[] {
  const target = lookup(details.referencedSchema, details.referencedTable)
  const title = details.name ?? details.columns.join(', ')
  if (!target || !details.referencedColumns.every((name) => target.one.columns.some((column) => column.name === name))) {
    const place = JSON.stringify(`${details.referencedSchema}.${details.referencedTable}`)
    warnings.add(details, title, 'foreign key', `refers to ${place}, which is not among the reflected tables, and is left out`)
    return []
  }
  warnings.addAll(details, title, 'foreign key', details.notes)
  let key = foreignKey(...pick(details.columns)).references(() => details.referencedColumns.map((name) => target.column(name)))
  if (details.name !== null) key = key.named(details.name)
  const said = (action: ReferenceAction) => action !== inspector.catalog.plainAction
  if (said(details.onDelete)) key = key.onDelete(details.onDelete, ...pick(details.onDeleteColumns))
  if (said(details.onUpdate)) key = key.onUpdate(details.onUpdate)
  if (details.match === 'full') key = key.match('full')
  if (details.deferrable !== null) key = key.deferrable(initially(details.deferrable))
  if (!details.valid) {
    key = key.notValid()
    warnings.add(details, title, 'foreign key', notValid)
  }
  return [key]
}

const notValid = 'is NOT VALID; an empty table has it valid'

/** A check without a name gets one of its place, so that it can be written down. One that comes from a parent is the parent's. */
function buildChecks({ inspector: { catalog }, warnings, lookup }: TableContext, { table, checks }: Found): TablePart[] {
  const hasParents = table.inherits.some(({ schema, name }) => lookup(schema, name))
  return checks.flatMap((details, i) => {
    const name = details.name ?? `${table.name}_check_${i + 1}`
    if (details.inherited && hasParents) return []
    warnings.addAll(details, name, 'check', details.notes)
    if (details.expression === null) return []
    let made = check(name, fragment(details.expression, catalog))
    if (!details.valid && details.enforced) {
      made = made.notValid()
      warnings.add(details, name, 'check', notValid)
    }
    if (details.noInherit) made = made.noInherit()
    return [details.enforced ? made : made.notEnforced()]
  })
}

function keyOf(details: IndexKeyDetails, pick: Pick, catalog: Catalog): Typed<any, any, any, any, any> | IndexKey {
  const { column, expression, descending, nulls, opclass, collation, length } = details
  const bare: DynamicColumn = column === null ? fragment(expression ?? '', catalog) : pick([column])[0]!
  const ordered = descending ? bare.desc() : nulls ? bare.asc() : bare
  const placed = nulls === null ? ordered : nulls === 'first' ? (ordered as any).nullsFirst() : (ordered as any).nullsLast()
  if (opclass === null && collation === null && length === null) return placed
  return indexKey(placed, {
    ...(opclass !== null && { opclass }),
    ...(collation !== null && { collate: collation }),
    ...(length !== null && { length }),
  })
}

function buildExclusion({ inspector: { catalog } }: TableContext, details: ExclusionDetails, pick: Pick): TablePart {
  const [first, ...more] = details.keys
  let made = exclude(details.name)
    .using(details.method)
    .with(keyOf(first!, pick, catalog), first!.operator)
  for (const key of more) made = made.with(keyOf(key, pick, catalog), key.operator)
  if (details.predicate !== null) made = made.where(fragment(details.predicate, catalog))
  if (details.include.length > 0) made = made.include(...pick(details.include))
  return details.deferrable === null ? made : made.deferrable(initially(details.deferrable))
}

/** Storage parameters are texts in the catalog. */
const parameters = (texts: Readonly<Record<string, string>>): Record<string, number | boolean | string> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text,
    ]),
  )

/** An index that Quern cannot express as a whole is left out: a half of it, above all of a unique one, would mean something else. */
function buildIndex({ inspector, warnings }: TableContext, { foreignKeys }: Found, details: IndexDetails, pick: Pick): TablePart[] {
  const isPlain = details.keys.every(({ column, descending, length }) => column !== null && !descending && length === null)
  const isOf = (key: ForeignKeyDetails) =>
    inspector.catalog.indexOfForeignKey(details, key) && key.columns.join('\0') === details.columns.join('\0')
  if (!details.unique && isPlain && details.visible && foreignKeys.some(isOf)) return []
  const lost = details.keys.some(({ column, expression }) => column === null && expression === null)
  if (!details.valid || lost) {
    warnings.add(
      details,
      details.name,
      'index',
      `${lost ? 'has an expression that the catalog does not show rightly' : 'is not valid'}; it is left out`,
    )
    return []
  }
  warnings.addAll(details, details.name, 'index', details.notes)
  let made = index(details.name).on(...(details.keys.map((key) => keyOf(key, pick, inspector.catalog)) as [IndexKey]))
  if (details.unique) made = made.unique()
  if (details.method !== 'btree' && supports(inspector.dialect, 'indexMethod')) made = made.using(details.method)
  if (details.type === 'fulltext') made = made.fulltext()
  if (details.type === 'spatial') made = made.spatial()
  if (details.include.length > 0) made = made.include(...pick(details.include))
  if (details.nullsNotDistinct) made = made.nullsNotDistinct()
  if (details.predicate !== null) made = made.where(fragment(details.predicate, inspector.catalog))
  if (Object.keys(details.with).length > 0) made = made.with(parameters(details.with))
  if (!details.visible) made = made.invisible()
  return [details.comment === null ? made : made.comment(details.comment)]
}

function buildOptions({ lookup, warnings }: TableContext, { table }: Found): TablePart[] {
  const { unlogged, with: stored, tablespace, accessMethod, engine, collation, rowFormat, strict, withoutRowid } = table.options
  const parents = table.inherits.flatMap(({ schema, name }) => {
    const parent = lookup(schema, name)
    if (!parent)
      warnings.add(
        table,
        undefined,
        'table',
        `inherits from ${JSON.stringify(`${schema}.${name}`)}, which is not among the reflected tables`,
      )
    return parent ? [parent.table()] : []
  })
  const own = {
    ...(unlogged && { unlogged }),
    ...(stored && { with: parameters(stored) }),
    ...(tablespace !== undefined && { tablespace }),
    ...(accessMethod !== undefined && { accessMethod }),
    ...(parents.length > 0 && { inherits: parents }),
  }
  const my = {
    ...(engine !== undefined && { engine }),
    ...(collation !== undefined && { collate: collation }),
    ...(rowFormat !== undefined && { rowFormat: rowFormat as 'dynamic' }),
  }
  const lite = { ...(strict && { strict }), ...(withoutRowid && { withoutRowid }) }
  const given = (options: object) => Object.keys(options).length > 0
  return [
    ...(table.comment === null ? [] : [tableComment(table.comment)]),
    ...(given(own) ? [postgresOptions(own)] : []),
    ...(given(my) ? [mysqlOptions(my)] : []),
    ...(given(lite) ? [sqliteOptions(lite)] : []),
  ]
}

function warnTable({ warnings, lookup }: TableContext, { table, primaryKey: key, uniques, exclusions }: Found): void {
  warnings.addAll(table, undefined, 'table', table.notes)
  if (table.partitionOf && !lookup(table.partitionOf.schema, table.partitionOf.name))
    warnings.add(table, undefined, 'table', 'is a partition; createAll makes a table of its own')
  if (table.kind === 'view' || table.kind === 'materialized view')
    warnings.add(table, undefined, 'view', 'is reflected as a table to select from; createAll would make a table of it')
  if (key) warnings.addAll(key, key.name ?? undefined, 'primary key', key.notes)
  for (const details of uniques) warnings.addAll(details, details.name ?? details.columns.join(', '), 'unique', details.notes)
  for (const details of exclusions) warnings.addAll(details, details.name, 'exclusion constraint', details.notes)
}

/** What a declaration refuses is told of its table. */
export function buildOrExplain<T>(one: Found, build: () => T): T {
  try {
    return build()
  } catch (error) {
    if (!(error instanceof CompileError) || error.message.includes(one.table.name)) throw error
    throw new CompileError(`${one.table.name}: ${error.message}`, error.code, { cause: error })
  }
}
