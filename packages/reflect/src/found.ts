/** The tables of a database, each with everything that is known of it. */
import type { Found } from './build-table.js'
import { UnknownNameError } from './errors.js'
import type { Inspector } from './inspector.js'
import { matcher } from './patterns.js'
import type { ReflectOptions } from './reflect.js'

export function schemasOf(inspector: Inspector, { schema }: Pick<ReflectOptions, 'schema'>): readonly string[] {
  return schema === undefined ? [inspector.schemaOf({})] : typeof schema === 'string' ? [schema] : [...new Set(schema)]
}

export type Filters = Pick<ReflectOptions, 'schema' | 'only' | 'except' | 'views'>

/** The tables that the options mean, schema by schema, without the partitions of those. */
export const findTables = async (inspector: Inspector, options: Filters): Promise<Found[]> =>
  withoutPartitions(await readTables(inspector, options))

export async function readTables(inspector: Inspector, options: Filters): Promise<Found[]> {
  const schemas = schemasOf(inspector, options)
  const read: Found[] = []
  for (const name of schemas) read.push(...(await readSchema(inspector, name, options)))
  refuseUnknown(options.only ?? [], read, schemas)
  return read
}

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
export function withoutPartitions(found: readonly Found[]): Found[] {
  const known = new Set(found.map(({ table }) => nameOf(table.schema, table.name)))
  return found.filter(({ table: { partitionOf: of } }) => !(of && known.has(nameOf(of.schema, of.name))))
}

export const nameOf = (schema: string, name: string): string => JSON.stringify([schema, name])
