/** From what a database says of itself to the tables that a user would have written. */
import { QuernError } from '@quern/expression'
import { type AnyColumnDef, Metadata } from '@quern/schema'
import { buildOrExplain, buildTable, type Found, type Lookup, type TableContext } from './build-table.js'
import { buildView, sortViews } from './build-view.js'
import type { ColumnDetails, NamedDetails, SequenceDetails } from './details.js'
import type { DynamicColumn, DynamicMetadata, DynamicTable } from './dynamic.js'
import { nameEnums } from './enum-names.js'
import { type Inspectable, Inspector, inspect, UnknownNameError } from './inspector.js'
import { definitionOf, NamedObjects } from './named.js'
import { matcher } from './patterns.js'
import { warnObjects } from './warn-objects.js'
import { warnPartitions } from './warn-partitions.js'
import { keepWarnings, type Warnings, warningsFor } from './warnings.js'

export interface ReflectOptions {
  /** The schema or schemas to read; the one that unqualified names mean unless told. */
  readonly schema?: string | readonly string[]
  /** Only these tables, by their database names; `*` stands for any text, `?` for one character: `['users', 'audit_*']`. */
  readonly only?: readonly string[]
  /** All but these tables. */
  readonly except?: readonly string[]
  /** Views too. */
  readonly views?: boolean
  /** The property of a column from its database name: `camelCase`. */
  readonly naming?: (name: string, column: ColumnDetails) => string
  /** Types that the program knows better, by `table.column` or a pattern: `{ 'orders.meta': json<Meta>(), '*.id': bigint({ mode: 'number' }) }`. */
  readonly types?: Readonly<Record<string, AnyColumnDef>>
}
const optionKeys: { readonly [Key in keyof Required<ReflectOptions>]: true } = {
  schema: true,
  only: true,
  except: true,
  views: true,
  naming: true,
  types: true,
}

/**
 * The tables of an existing database, usable in statements at once. What Quern's tables cannot express of it is in `warningsOf(metadata)`.
 *
 * `const db = await reflect(engine)`, `await engine.all(select(db.table('users')))`
 *
 * @throws UnknownNameError where a schema or a table of `only` is not there, QuernError for an option that there is not
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
  const schemas = schemasOf(inspector, options)
  const read = await readTables(inspector, options)
  const { found, enums } = nameEnums(withoutPartitions(read))
  const warnings = warningsFor()
  warnPartitions(read, withoutPartitions(read), warnings)
  const named = await namedOf(inspector, schemas, enums)
  const metadata = gather(build(inspector, found, named, schemas, options, warnings))
  for (const name of schemas) warnObjects(await inspector.objects({ schema: name }), found, isWhole(options), warnings)
  keepWarnings(metadata, warnings.list)
  return metadata
}

function schemasOf(inspector: Inspector, { schema }: Pick<ReflectOptions, 'schema'>): readonly string[] {
  return schema === undefined ? [inspector.schemaOf({})] : typeof schema === 'string' ? [schema] : [...new Set(schema)]
}

type Filters = Pick<ReflectOptions, 'schema' | 'only' | 'except' | 'views'>

/** The tables that the options mean, schema by schema, without the partitions of those. */
export const findTables = async (inspector: Inspector, options: Filters): Promise<Found[]> =>
  withoutPartitions(await readTables(inspector, options))

async function readTables(inspector: Inspector, options: Filters): Promise<Found[]> {
  const schemas = schemasOf(inspector, options)
  const read: Found[] = []
  for (const name of schemas) read.push(...(await readSchema(inspector, name, options)))
  refuseUnknown(options.only ?? [], read, schemas)
  return read
}

const isWhole = (options: ReflectOptions): boolean => options.only === undefined && options.except === undefined

/** Everything of the tables of a schema. */
export async function readSchema(inspector: Inspector, schema: string, options: ReflectOptions): Promise<Found[]> {
  const place = { schema }
  const tables = options.views ? await inspector.relations(place) : await inspector.tables(place)
  const columns = byTable(await inspector.columns(undefined, place))
  const primaryKeys = byTable(await inspector.primaryKeys(place))
  const foreignKeys = byTable(await inspector.foreignKeys(undefined, place))
  const uniques = byTable(await inspector.uniques(undefined, place))
  const exclusions = byTable(await inspector.exclusions(undefined, place))
  const indexes = byTable(await inspector.indexes(undefined, place))
  const checks = byTable(await inspector.checks(undefined, place))
  const isIn = options.only && matcher(options.only)
  const isOut = matcher(options.except ?? [])
  return tables
    .map(
      (table): Found => ({
        key: schema === inspector.defaultSchema ? table.name : `${schema}.${table.name}`,
        table,
        columns: columns(table.name),
        primaryKey: primaryKeys(table.name)[0],
        foreignKeys: foreignKeys(table.name),
        uniques: uniques(table.name),
        exclusions: exclusions(table.name),
        indexes: indexes(table.name),
        checks: checks(table.name),
      }),
    )
    .filter((one) => (isIn === undefined || namesOf(one).some(isIn)) && !namesOf(one).some(isOut))
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

const namesOf = ({ key, table }: Found): string[] => [table.name, key, `${table.schema}.${table.name}`]

function refuseUnknown(only: readonly string[], found: readonly Found[], schemas: readonly string[]): void {
  for (const name of only) {
    const isNamed = matcher([name])
    if (!found.some((one) => namesOf(one).some(isNamed)))
      throw new UnknownNameError(
        `there is no table ${JSON.stringify(name)} in ${schemas.map((schema) => JSON.stringify(schema)).join(', ')}`,
      )
  }
}

/** A partition is declared with its table, where that is reflected. */
function withoutPartitions(found: readonly Found[]): Found[] {
  const known = new Set(found.map(({ table }) => nameOf(table.schema, table.name)))
  return found.filter(({ table: { partitionOf: of } }) => !(of && known.has(nameOf(of.schema, of.name))))
}

/** Types are known of all schemas; sequences of those that are read. */
async function namedOf(inspector: Inspector, schemas: readonly string[], enums: NamedDetails['enums']): Promise<NamedDetails> {
  const all = await Promise.all(schemas.map((schema) => inspector.named({ schema })))
  const once = <T extends { schema: string; name: string }>(list: readonly T[]): T[] => [
    ...new Map(list.map((one) => [nameOf(one.schema, one.name), one])).values(),
  ]
  return {
    enums: [...once(all.flatMap((named) => named.enums)), ...enums],
    domains: once(all.flatMap((named) => named.domains)),
    sequences: once(all.flatMap((named) => named.sequences)),
  }
}

const nameOf = (schema: string, name: string): string => JSON.stringify([schema, name])

function build(
  inspector: Inspector,
  found: readonly Found[],
  details: NamedDetails,
  schemas: readonly string[],
  options: ReflectOptions,
  warnings: Warnings,
): Record<string, DynamicTable> {
  const byName = new Map(found.map((one) => [nameOf(one.table.schema, one.table.name), one]))
  const tables: Record<string, DynamicTable> = Object.create(null)
  const keyOf = options.naming ? keysBy(options.naming, found) : (column: ColumnDetails) => column.name
  const lookup: Lookup = (schema, table) => {
    const one = byName.get(nameOf(schema, table))
    if (!one || one.table.kind.endsWith('view')) return undefined
    const property = (name: string) => keyOf(one.columns.find((column) => column.name === name)!)
    return { one, table: () => make(one), column: (name) => (make(one) as Record<string, DynamicColumn>)[property(name)]! }
  }
  const owner = (schema: string, table: string, column: string) => {
    const of = lookup(schema, table)
    return of?.one.columns.some(({ name }) => name === column) ? () => of.column(column) : undefined
  }
  const named = new NamedObjects(inspector, details, warnings, owner)
  const context: TableContext = { inspector, named, warnings, lookup, keyOf, override: overrides(options.types ?? {}, found) }
  const make = (one: Found): DynamicTable => (tables[one.key] ??= buildOrExplain(one, () => buildTable(context, one)))
  for (const one of ordered(found)) {
    if (one.columns.length === 0) warnings.add(one.table, undefined, 'table', 'has no columns and is left out')
    else if (one.table.kind.endsWith('view')) tables[one.key] = buildView(context, one) ?? make(one)
    else make(one)
  }
  if (isWhole(options)) for (const schema of schemas) named.declareAll(schema, (sequence) => isIdentity(sequence, byName))
  return gathered(found, tables, named, inspector)
}

/** By name; then views, those last that read others. */
function ordered(found: readonly Found[]): Found[] {
  const seen = new Set<string>()
  for (const { key } of found) {
    if (seen.has(key))
      throw new QuernError(`two tables would be called ${JSON.stringify(key)}; reflect their schemas one by one`, 'COMPILE')
    seen.add(key)
  }
  const isView = ({ table }: Found) => table.kind.endsWith('view')
  return [...found.filter((one) => !isView(one)), ...sortViews(found.filter(isView))]
}

/** Tables under their names, in the order of reading; types and sequences under theirs, where no table has it. */
function gathered(
  found: readonly Found[],
  tables: Readonly<Record<string, DynamicTable>>,
  named: NamedObjects,
  inspector: Inspector,
): Record<string, DynamicTable> {
  const all: Record<string, DynamicTable> = Object.create(null)
  for (const one of ordered(found)) if (tables[one.key]) all[one.key] = tables[one.key]!
  // where types have no life of their own, the columns bring them along
  for (const { details, object } of named.made()) {
    const isType = !('nextValue' in object)
    if (isType && !inspector.dialect.objects.namedTypes) continue
    const plain = details.schema === inspector.defaultSchema ? details.name : `${details.schema}.${details.name}`
    let key = plain
    for (let i = 2; key in all; i++) key = `${plain} ${i}`
    all[key] = object as unknown as DynamicTable
  }
  return all
}

/** The sequence of an identity column, or of a serial one, which is reflected as one. */
function isIdentity({ identity, ownedBy, schema, name }: SequenceDetails, byName: ReadonlyMap<string, Found>): boolean {
  if (identity) return true
  const column = ownedBy && byName.get(nameOf(ownedBy.schema, ownedBy.table))?.columns.find((one) => one.name === ownedBy.column)
  return column?.identity != null && column.sequence === null && schema === ownedBy!.schema && name !== ''
}

/** Two columns of one table never share a property. */
function keysBy(naming: NonNullable<ReflectOptions['naming']>, found: readonly Found[]): (column: ColumnDetails) => string {
  const keys = new Map<string, string>()
  for (const { table, columns } of found) {
    const taken = new Set<string>()
    for (const column of columns) {
      const wanted = table.kind.endsWith('view') ? column.name : naming(column.name, column)
      let key = wanted
      for (let i = 2; taken.has(key); i++) key = `${wanted}${i}`
      taken.add(key)
      keys.set(JSON.stringify([table.schema, table.name, column.name]), key)
    }
  }
  return (column) => keys.get(JSON.stringify([column.schema, column.table, column.name])) ?? column.name
}

function overrides(types: Readonly<Record<string, AnyColumnDef>>, found: readonly Found[]) {
  const rules = Object.entries(types).map(([pattern, type]) => ({
    pattern,
    isMeant: matcher([pattern]),
    type: definitionOf(type, pattern),
  }))
  const names = ({ schema, table, name }: ColumnDetails) => [`${table}.${name}`, `${schema}.${table}.${name}`]
  for (const { pattern, isMeant } of rules) {
    if (!found.some(({ columns }) => columns.some((column) => names(column).some(isMeant))))
      throw new UnknownNameError(`there is no column ${JSON.stringify(pattern)}, for which types says a type`)
  }
  return (column: ColumnDetails): AnyColumnDef | undefined => rules.find(({ isMeant }) => names(column).some(isMeant))?.type
}
