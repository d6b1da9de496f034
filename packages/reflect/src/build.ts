/** Makes the tables, types and sequences that `reflect` yields, and notes what they cannot express. */
import { QuernError } from '@quern/expression'
import type { AnyColumnDef } from '@quern/schema'
import { buildOrExplain, buildTable, type Found, type Lookup, type TableContext } from './build-table.js'
import { buildView, sortViews } from './build-view.js'
import type { ColumnDetails, NamedDetails, SequenceDetails } from './details.js'
import type { DynamicColumn, DynamicTable } from './dynamic.js'
import { nameEnums } from './enum-names.js'
import { UnknownNameError } from './errors.js'
import { nameOf, readTables, schemasOf, withoutPartitions } from './found.js'
import type { Inspector } from './inspector.js'
import { definitionOf, NamedObjects } from './named.js'
import { matcher } from './patterns.js'
import type { ReflectOptions } from './reflect.js'
import { warnObjects } from './warn-objects.js'
import { warnPartitions } from './warn-partitions.js'
import { type Warnings, warningsFor } from './warning-list.js'
import type { Warning } from './warnings.js'

/** What `reflect` yields, of a database that can be asked. */
export async function build(
  inspector: Inspector,
  options: ReflectOptions,
): Promise<{ readonly tables: Record<string, DynamicTable>; readonly warnings: readonly Warning[] }> {
  const schemas = schemasOf(inspector, options)
  const read = await readTables(inspector, options)
  const { found, enums } = nameEnums(withoutPartitions(read))
  const warnings = warningsFor()
  warnPartitions(read, withoutPartitions(read), warnings)
  const named = await namedOf(inspector, schemas, enums)
  const tables = tablesOf(inspector, found, named, schemas, options, warnings)
  for (const name of schemas) warnObjects(await inspector.objects({ schema: name }), found, isWhole(options), warnings)
  return { tables, warnings: warnings.list }
}

const isWhole = (options: ReflectOptions): boolean => options.only === undefined && options.except === undefined

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

function tablesOf(
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
