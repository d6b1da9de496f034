/** Which rows of a table the given rows mean. */
import type { ColumnNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type DriverValue, type UniqueKey, uniqueKeys } from '@quern/sql'
import type { Apart, Bucket } from './batches.js'
import type { Shape } from './shape.js'

/**
 * Rows of one key keep their order: where a key comes again, the rows before it are written first. Where only the server knows which keys
 * are equal, all rows keep their order.
 */
export class KeysApart implements Apart {
  readonly #keys: readonly ColumnNode[]
  readonly #known: boolean
  /** The one key is a whole number, which needs no text to be compared. */
  readonly #whole: boolean
  #seen = new Set<string | number>()
  #shape: Shape | undefined

  constructor(keys: readonly ColumnNode[], table: TableNode, exactText: boolean) {
    this.#keys = keys
    this.#known = keys.length > 0 && areExact(keys, table) && (exactText || !keys.some((key) => key.type.family === 'text'))
    this.#whole = keys.length === 1 && areWhole(keys)
  }

  begin(): void {
    this.#seen = new Set()
    this.#shape = undefined
  }

  mayFollow(bucket: Bucket): boolean {
    const { shape } = bucket
    const changed = this.#shape !== undefined && shape !== this.#shape
    this.#shape ??= shape
    if (!this.#known || shape.computed) return !changed
    const places = this.#placesOf(shape)
    if (places === undefined) return !changed
    const key = this.#keyOf(bucket.values, (bucket.length - 1) * shape.columns.length, places)
    const { size } = this.#seen
    return this.#seen.add(key).size > size
  }

  #keyOf(values: readonly DriverValue[], start: number, places: readonly number[]): string | number {
    if (this.#whole) {
      const only = values[start + places[0]!]!
      if (typeof only === 'number') return only
      if (typeof only === 'bigint' && Number.isSafeInteger(Number(only))) return Number(only)
    }
    let key = ''
    for (const place of places) key += keyText(values[start + place]!)
    return key
  }

  readonly #places = new Map<Shape, readonly number[] | undefined>()
  #lastShape: Shape | undefined
  #lastPlaces: readonly number[] | undefined
  #placesOf(shape: Shape): readonly number[] | undefined {
    if (shape === this.#lastShape) return this.#lastPlaces
    if (!this.#places.has(shape)) {
      const places = this.#keys.map((key) => shape.columns.indexOf(key))
      this.#places.set(shape, places.includes(-1) ? undefined : places)
    }
    this.#lastShape = shape
    return (this.#lastPlaces = this.#places.get(shape))
  }
}

function keyText(value: DriverValue): string {
  // the two zeros are equal in every database
  const text = value === '-0' || Object.is(value, -0) ? '0' : typeof value === 'object' && value !== null ? value.join() : String(value)
  return `${text.length}:${text}`
}

const wholeTypes: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'tinyint', 'mediumint'])
/** Whether keys that differ here differ in the database too, whatever it may do to a value that it stores. */
export const areWhole = (keys: readonly ColumnNode[]): boolean => keys.every((key) => wholeTypes.has(key.type.name))

const exact: ReadonlySet<string> = new Set(
  'smallint integer bigint tinyint mediumint year numeric real doublePrecision boolean char varchar text blob date time timestamp timestamptz uuid enum bit varbit inet cidr macaddr'.split(
    ' ',
  ),
)
/** Whether two keys are equal to the database exactly where they are sent as the same text. */
export const areExact = (keys: readonly ColumnNode[], table: TableNode): boolean =>
  keys.every(
    (key) => exact.has(key.type.name) && !table.columns.some(({ node, options }) => node === key && options.collation !== undefined),
  )

/** A key that a row of these columns could meet besides the target; one that the database makes up meets nothing. */
export const otherKey = (table: TableNode, target: readonly ColumnNode[], columns: readonly ColumnNode[]): UniqueKey | undefined =>
  uniqueKeys(table).find((key) => key.computed || !(sameColumns(key.columns, target) || isMadeUp(key.columns, table, columns)))

export const isKey = (table: TableNode, target: readonly ColumnNode[]): boolean =>
  uniqueKeys(table).some((key) => !key.computed && sameColumns(key.columns, target))

const sameColumns = (a: readonly ColumnNode[], b: readonly ColumnNode[]): boolean =>
  a.length === b.length && a.every((column) => b.includes(column))
const isMadeUp = ([only, ...more]: readonly ColumnNode[], { columns: all }: TableNode, columns: readonly ColumnNode[]): boolean =>
  more.length === 0 && !columns.includes(only!) && all.some(({ node, options }) => node === only && options.identity !== undefined)
