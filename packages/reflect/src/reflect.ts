/** From what a database says of itself to the tables that a user would have written. */
import { QuernError, TYPE } from '@quern/expression'
import {
  type AnyColumnDef,
  type Constraint,
  check,
  foreignKey,
  index,
  Metadata,
  makeTable,
  primaryKey,
  type ReferenceAction,
  unique,
} from '@quern/schema'
import { ddlName } from '@quern/sql'
import { defaultOf, sqlText } from './defaults.js'
import type {
  CheckDetails,
  ColumnDetails,
  ForeignKeyDetails,
  IndexDetails,
  PrimaryKeyDetails,
  TableDetails,
  UniqueDetails,
} from './details.js'
import type { DynamicColumn, DynamicMetadata, DynamicTable } from './dynamic.js'
import { type Inspectable, Inspector, inspect, UnknownNameError } from './inspector.js'
import { keepWarnings, type Warnings, warningsFor } from './warnings.js'

export interface ReflectOptions {
  /** The schema or schemas to read; the one that unqualified names mean unless told. */
  readonly schema?: string | readonly string[]
  /** Only these tables, by their database names. */
  readonly only?: readonly string[]
  /** All but these tables. */
  readonly except?: readonly string[]
  /** Views too, as tables to select from. */
  readonly views?: boolean
}
const optionKeys: { readonly [Key in keyof Required<ReflectOptions>]: true } = { schema: true, only: true, except: true, views: true }

/** Everything known of one table. */
interface Found {
  /** The name in the metadata: `users`, or `audit.users` outside the default schema. */
  readonly key: string
  readonly table: TableDetails
  readonly columns: readonly ColumnDetails[]
  readonly primaryKey: PrimaryKeyDetails | undefined
  readonly foreignKeys: readonly ForeignKeyDetails[]
  readonly uniques: readonly UniqueDetails[]
  readonly indexes: readonly IndexDetails[]
  readonly checks: readonly CheckDetails[]
}

/**
 * The tables of an existing database, usable in statements at once. What Quern's tables cannot express of it is in `warningsOf(metadata)`.
 *
 * `const db = await reflect(engine)`, `await engine.all(select(db.table('users')))`
 */
export function reflect(source: Inspectable | Inspector, options?: ReflectOptions): Promise<DynamicMetadata>
/** `gather` makes the metadata, where it is a class of one's own. */
export function reflect<M extends DynamicMetadata>(
  source: Inspectable | Inspector,
  options: ReflectOptions | undefined,
  gather: (tables: Record<string, DynamicTable>) => M,
): Promise<M>
export async function reflect(
  source: Inspectable | Inspector,
  options: ReflectOptions = {},
  gather: (tables: Record<string, DynamicTable>) => DynamicMetadata = (tables) => new Metadata(tables),
): Promise<DynamicMetadata> {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(optionKeys, key))
      throw new QuernError(`reflect has no option ${JSON.stringify(key)}; it has ${Object.keys(optionKeys).join(', ')}`, 'OPTION')
  }
  const inspector = source instanceof Inspector ? source : await inspect(source)
  const { schema } = options
  const schemas = schema === undefined ? [inspector.schemaOf({})] : typeof schema === 'string' ? [schema] : [...new Set(schema)]
  const found: Found[] = []
  for (const name of schemas) found.push(...(await readSchema(inspector, name, options)))
  refuseUnknown(options.only ?? [], found, schemas)
  const warnings = warningsFor()
  const metadata = gather(build(inspector, found, warnings))
  keepWarnings(metadata, warnings.list)
  return metadata
}

async function readSchema(inspector: Inspector, schema: string, options: ReflectOptions): Promise<Found[]> {
  const place = { schema }
  const tables = options.views ? await inspector.relations(place) : await inspector.tables(place)
  const columns = byTable(await inspector.columns(undefined, place))
  const primaryKeys = byTable(await inspector.primaryKeys(place))
  const foreignKeys = byTable(await inspector.foreignKeys(undefined, place))
  const uniques = byTable(await inspector.uniques(undefined, place))
  const indexes = byTable(await inspector.indexes(undefined, place))
  const checks = byTable(await inspector.checks(undefined, place))
  return tables
    .map(
      (table): Found => ({
        key: schema === inspector.defaultSchema ? table.name : `${schema}.${table.name}`,
        table,
        columns: columns(table.name),
        primaryKey: primaryKeys(table.name)[0],
        foreignKeys: foreignKeys(table.name),
        uniques: uniques(table.name),
        indexes: indexes(table.name),
        checks: checks(table.name),
      }),
    )
    .filter((one) => (options.only === undefined || isNamed(one, options.only)) && !isNamed(one, options.except ?? []))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

function byTable<Details extends { readonly table: string }>(list: readonly Details[]): (table: string) => readonly Details[] {
  const found = new Map<string, Details[]>()
  for (const details of list) {
    const own = found.get(details.table)
    if (own) own.push(details)
    else found.set(details.table, [details])
  }
  return (table) => found.get(table) ?? []
}

const isNamed = ({ key, table }: Found, names: readonly string[]): boolean =>
  names.includes(table.name) || names.includes(key) || names.includes(`${table.schema}.${table.name}`)

function refuseUnknown(only: readonly string[], found: readonly Found[], schemas: readonly string[]): void {
  for (const name of only) {
    if (!found.some((one) => isNamed(one, [name])))
      throw new UnknownNameError(
        `there is no table ${JSON.stringify(name)} in ${schemas.map((schema) => JSON.stringify(schema)).join(', ')}`,
      )
  }
}

function build(inspector: Inspector, found: readonly Found[], warnings: Warnings): Record<string, DynamicTable> {
  const byName = new Map(found.map((one) => [nameOf(one.table.schema, one.table.name), one]))
  const lookup: Lookup = (schema, table) => {
    const one = byName.get(nameOf(schema, table))
    return one && { one, columns: () => tables[one.key] as Columns }
  }
  const tables: Record<string, DynamicTable> = Object.create(null)
  for (const one of found) {
    if (one.key in tables)
      throw new QuernError(`two tables would be called ${JSON.stringify(one.key)}; reflect their schemas one by one`, 'COMPILE')
    if (one.columns.length === 0) warnings.add(one.table, undefined, 'table', 'has no columns and is left out')
    else tables[one.key] = buildTable(inspector, one, lookup, warnings)
  }
  return tables
}

const nameOf = (schema: string, table: string): string => JSON.stringify([schema, table])

type Columns = Readonly<Record<string, DynamicColumn>>
/** A reflected table; its columns are there once all tables are. */
type Lookup = (schema: string, table: string) => { readonly one: Found; columns(): Columns } | undefined

function buildTable(inspector: Inspector, one: Found, lookup: Lookup, warnings: Warnings): DynamicTable {
  const { table } = one
  const key = ownKey(one)
  const definitions: Record<string, AnyColumnDef> = Object.create(null)
  for (const column of one.columns) definitions[column.name] = buildColumn(inspector, column, column.name === key, warnings)
  warnTable(one, warnings)
  const constraints = (t: DynamicTable): Constraint[] => {
    const pick: Pick = (names) => names.map((name) => (t as Columns)[name]!)
    return [
      ...(one.primaryKey && key === undefined ? [primaryKey(...pick(one.primaryKey.columns))] : []),
      ...one.foreignKeys.flatMap((details) => buildForeignKey(inspector, details, pick, lookup, warnings)),
      ...one.uniques.map((details) => unique(details.name ?? undefined).on(...pick(details.columns))),
      ...buildChecks(one, warnings),
      ...one.indexes.flatMap((details) => buildIndex(inspector, one, details, pick, warnings)),
    ]
  }
  return makeTable<DynamicTable>(
    table.name,
    table.schema === inspector.defaultSchema ? undefined : table.schema,
    definitions,
    constraints,
    {
      primaryKeyName: one.primaryKey?.name ?? undefined,
    },
  )
}

type Pick = (names: readonly string[]) => DynamicColumn[]

/** The column that is the key: `.primaryKey()` makes it NOT NULL, so where the database lets a key be null (SQLite), it stands in the third argument. */
function ownKey({ columns, primaryKey: key }: Found): string | undefined {
  const [name, ...more] = key?.columns ?? []
  return more.length === 0 && columns.some((column) => column.name === name && !column.nullable) ? name : undefined
}

function buildColumn(inspector: Inspector, column: ColumnDetails, isKey: boolean, warnings: Warnings): AnyColumnDef {
  const { catalog, dialect } = inspector
  let definition = catalog.define(column)
  warnColumn(inspector, column, definition, warnings)
  if (!column.nullable) definition = definition.notNull()
  if (isKey && !column.nullable) definition = definition.primaryKey()
  if (column.identity) {
    const { always, start, increment } = column.identity
    definition = definition.identity({
      ...(always && { always }),
      ...(start !== null && { start }),
      ...(increment !== null && { increment }),
    })
  } else if (column.default !== null && !column.generated) {
    const found = defaultOf(column.default, definition[TYPE], catalog, dialect)
    if (found) definition = definition.default(found.value as never)
  }
  return definition
}

function buildForeignKey(inspector: Inspector, details: ForeignKeyDetails, pick: Pick, lookup: Lookup, warnings: Warnings): Constraint[] {
  const target = lookup(details.referencedSchema, details.referencedTable)
  const title = details.name ?? details.columns.join(', ')
  if (!target || !details.referencedColumns.every((name) => target.one.columns.some((column) => column.name === name))) {
    const place = JSON.stringify(`${details.referencedSchema}.${details.referencedTable}`)
    warnings.add(details, title, 'foreign key', `refers to ${place}, which is not among the reflected tables, and is left out`)
    return []
  }
  warnings.addAll(details, title, 'foreign key', details.notes)
  let key = foreignKey(...pick(details.columns)).references(() => details.referencedColumns.map((name) => target.columns()[name]!))
  if (details.name !== null) key = key.named(details.name)
  const said = (action: ReferenceAction) => action !== inspector.catalog.plainAction
  if (said(details.onDelete)) key = key.onDelete(details.onDelete)
  if (said(details.onUpdate)) key = key.onUpdate(details.onUpdate)
  return [key]
}

/** A check without a name gets one of its place, so that it can be written down. */
function buildChecks({ table, checks }: Found, warnings: Warnings): Constraint[] {
  return checks.flatMap((details, i) => {
    const name = details.name ?? `${table.name}_check_${i + 1}`
    warnings.addAll(details, name, 'check', details.notes)
    return details.expression === null ? [] : [check(name, sqlText(details.expression))]
  })
}

/** An index that Quern cannot express as a whole is left out: a half of it, above all of a unique one, would mean something else. */
function buildIndex(inspector: Inspector, { foreignKeys }: Found, details: IndexDetails, pick: Pick, warnings: Warnings): Constraint[] {
  if (details.notes.length > 0) {
    warnings.add(details, details.name, 'index', `${details.notes.join(', ')}; it is left out`)
    return []
  }
  const isOf = (key: ForeignKeyDetails) =>
    inspector.catalog.indexOfForeignKey(details, key) && key.columns.join('\0') === details.columns.join('\0')
  if (!details.unique && foreignKeys.some(isOf)) return []
  const made = index(details.name).on(...pick(details.columns as readonly string[]))
  return [details.unique ? made.unique() : made]
}

function warnTable({ table, primaryKey: key, uniques }: Found, warnings: Warnings): void {
  warnings.addAll(table, undefined, 'table', table.notes)
  if (table.kind === 'view' || table.kind === 'materialized view')
    warnings.add(table, undefined, 'view', 'is reflected as a table to select from; createAll would make a table of it')
  if (table.comment !== null) warnings.add(table, undefined, 'comment', 'has a comment, which is left out')
  if (key) warnings.addAll(key, key.name ?? undefined, 'primary key', key.notes)
  for (const details of uniques) warnings.addAll(details, details.name ?? details.columns.join(', '), 'unique', details.notes)
}

function warnColumn({ catalog, dialect }: Inspector, column: ColumnDetails, definition: AnyColumnDef, warnings: Warnings): void {
  const type = definition[TYPE]
  const say = (kind: 'type' | 'column' | 'comment', message: string) => warnings.add(column, column.name, kind, message)
  if (type.name === 'custom')
    say('type', `is of the type ${JSON.stringify(column.type)}, which Quern does not know; its values are typed unknown`)
  else if (column.identity === null || dialect.name !== 'sqlite') {
    const written = ddlName(type, dialect)
    if (catalog.spelling(written) !== catalog.spelling(column.type))
      say('type', `is ${JSON.stringify(column.type)}; createAll would write ${written}`)
  }
  if (column.generated) say('column', `is generated (${column.generated.kind}); it is reflected as a plain column`)
  if (column.collation !== null) say('column', `has the collation ${JSON.stringify(column.collation)}, which is left out`)
  if (column.comment !== null) say('comment', 'has a comment, which is left out')
  for (const note of column.notes) say('column', note)
}
