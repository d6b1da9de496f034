/** What a diagram shows, whatever draws it: tables with their columns, and which of them refer to which. */
import type { Found } from '../build-table.js'
import type { ForeignKeyDetails, TableDetails } from '../details.js'

export interface DrawnColumn {
  readonly name: string
  readonly type: string
  readonly primary: boolean
  readonly foreign: boolean
  /** Unique by itself, and not as the primary key. */
  readonly unique: boolean
  readonly nullable: boolean
}

export interface DrawnTable {
  readonly schema: string
  readonly name: string
  /** `elsewhere`: is not part of the picture, and stands there because something refers to it. */
  readonly kind: TableDetails['kind'] | 'elsewhere'
  readonly columns: readonly DrawnColumn[]
}

export interface DrawnReference {
  readonly name: string | null
  /** Places in the list of tables. */
  readonly from: number
  readonly to: number
  readonly columns: readonly string[]
  readonly referencedColumns: readonly string[]
  /** A row is referred to by one row at most. */
  readonly once: boolean
  /** A row may refer to none. */
  readonly optional: boolean
}

export interface Drawing {
  readonly tables: readonly DrawnTable[]
  readonly references: readonly DrawnReference[]
}

/** By code points, so that the picture is the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const keyOf = (schema: string, name: string): string => JSON.stringify([schema, name])

export function drawingOf(found: readonly Found[], keysOnly: boolean): Drawing {
  const sorted = [...found].sort((a, b) => compare(a.table.schema, b.table.schema) || compare(a.table.name, b.table.name))
  const tables: DrawnTable[] = sorted.map((one) => tableOf(one, keysOnly))
  const places = new Map(tables.map(({ schema, name }, i) => [keyOf(schema, name), i]))
  const placeOf = (schema: string, name: string): number => {
    const key = keyOf(schema, name)
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, tables.length)
    return tables.push({ schema, name, kind: 'elsewhere', columns: [] }) - 1
  }
  const references = sorted.flatMap((one, from) =>
    [...one.foreignKeys]
      .sort((a, b) =>
        compare(JSON.stringify([a.columns, a.referencedColumns, a.name]), JSON.stringify([b.columns, b.referencedColumns, b.name])),
      )
      .map((key) => referenceOf(one, key, from, placeOf(key.referencedSchema, key.referencedTable))),
  )
  return { tables, references }
}

function tableOf({ table, columns, primaryKey, foreignKeys, uniques, indexes }: Found, keysOnly: boolean): DrawnTable {
  const primary = new Set(primaryKey?.columns)
  const foreign = new Set(foreignKeys.flatMap((key) => key.columns))
  const unique = new Set(uniqueKeys({ uniques, indexes }).flatMap((key) => (key.length === 1 ? key : [])))
  const all = columns.map(
    ({ name, type, nullable }): DrawnColumn => ({
      name,
      type,
      primary: primary.has(name),
      foreign: foreign.has(name),
      unique: unique.has(name) && !(primary.has(name) && primary.size === 1),
      nullable: nullable && !primary.has(name),
    }),
  )
  const shown = keysOnly ? all.filter((column) => column.primary || column.foreign || column.unique) : all
  return { schema: table.schema, name: table.name, kind: table.kind, columns: shown }
}

/** Those of unique indexes too, where they hold for all rows and name columns only. */
function uniqueKeys({ uniques, indexes }: Pick<Found, 'uniques' | 'indexes'>): (readonly string[])[] {
  const whole = indexes.filter(
    ({ unique, predicate, columns, keys }) =>
      unique && predicate === null && !columns.includes(null) && keys.every(({ length }) => length === null),
  )
  return [...uniques.map((key) => key.columns), ...whole.map(({ columns }) => columns as readonly string[])]
}

function referenceOf(one: Found, key: ForeignKeyDetails, from: number, to: number): DrawnReference {
  const keys = [...(one.primaryKey ? [one.primaryKey.columns] : []), ...uniqueKeys(one)]
  const own = new Set(key.columns)
  const isPrimary = new Set(one.primaryKey?.columns)
  return {
    name: key.name,
    from,
    to,
    columns: key.columns,
    referencedColumns: key.referencedColumns,
    once: keys.some((columns) => columns.every((column) => own.has(column))),
    optional: one.columns.some(({ name, nullable }) => own.has(name) && nullable && !isPrimary.has(name)),
  }
}
