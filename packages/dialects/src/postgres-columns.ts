/** Column types that only PostgreSQL has. */
import { CompileError, type Family, type SqlType, sqlType, TYPE, type TypeName, type TypeToken } from '@quern/expression'
import { bigint, type ColumnDef, columnOf, date, integer, numeric, timestamp, timestamptz } from '@quern/schema'
import type { Range } from './postgres-arrays.js'

const named = <Value, Fam extends Family>(name: TypeName, family: Fam, length?: number) =>
  columnOf<Value, Fam>(sqlType(name, family, bits(name, length)))

function bits(name: string, length: number | undefined): number | undefined {
  if (length !== undefined && !(Number.isSafeInteger(length) && length > 0))
    throw new CompileError(`${name} length must be a positive whole number, not ${String(length)}`)
  return length
}

/** INET: an address with or without a mask, as the server writes it: `'192.168.0.1'`, `'10.0.0.0/8'`. */
export const inet = () => named<string, 'network'>('inet', 'network')
/** CIDR: a network, `'10.0.0.0/8'`. */
export const cidr = () => named<string, 'network'>('cidr', 'network')
/** MACADDR: `'08:00:2b:01:02:03'`. */
export const macaddr = () => named<string, 'network'>('macaddr', 'network')
/** BIT(length) as a string of exactly so many 0 and 1. */
export const bit = (length = 1) => named<string, 'bits'>('bit', 'bits', length)
/** BIT VARYING(length) as a string of 0 and 1. */
export const varbit = (length?: number) => named<string, 'bits'>('varbit', 'bits', length)
/** TSVECTOR, as the server's own text. */
export const tsvector = () => named<string, 'search'>('tsvector', 'search')
/** TSQUERY, as the server's own text. */
export const tsquery = () => named<string, 'search'>('tsquery', 'search')

type Ranges<T> = ColumnDef<Range<T> | 'empty' | null, 'range'>
type Multiranges<T> = ColumnDef<Range<T>[] | null, 'range'>
const rangeOf = <T>(name: TypeName, sqlName: string, bound: TypeToken<T | null, Family>): ColumnDef<any, 'range'> =>
  columnOf<unknown, 'range'>(
    sqlType(name, 'range', undefined, undefined, undefined, undefined, sqlName, { element: bound[TYPE] as SqlType }),
  )

/** INT4RANGE, kept as `[lower, upper)`. */
export const int4range = (): Ranges<number> => rangeOf('range', 'int4range', integer())
/** INT8RANGE, kept as `[lower, upper)`. */
export const int8range = (): Ranges<bigint> => rangeOf('range', 'int8range', bigint())
/** NUMRANGE */
export const numrange = (): Ranges<string> => rangeOf('range', 'numrange', numeric())
/** DATERANGE, kept as `[lower, upper)`. */
export const daterange = (): Ranges<string> => rangeOf('range', 'daterange', date())
/** TSRANGE of timestamps without a zone. */
export const tsrange = (): Ranges<Date> => rangeOf('range', 'tsrange', timestamp())
/** TSTZRANGE of moments. */
export const tstzrange = (): Ranges<Date> => rangeOf('range', 'tstzrange', timestamptz())
/** INT4MULTIRANGE: ranges in order, none touching another. */
export const int4multirange = (): Multiranges<number> => rangeOf('multirange', 'int4multirange', integer())
/** INT8MULTIRANGE */
export const int8multirange = (): Multiranges<bigint> => rangeOf('multirange', 'int8multirange', bigint())
/** NUMMULTIRANGE */
export const nummultirange = (): Multiranges<string> => rangeOf('multirange', 'nummultirange', numeric())
/** DATEMULTIRANGE */
export const datemultirange = (): Multiranges<string> => rangeOf('multirange', 'datemultirange', date())
/** TSMULTIRANGE */
export const tsmultirange = (): Multiranges<Date> => rangeOf('multirange', 'tsmultirange', timestamp())
/** TSTZMULTIRANGE */
export const tstzmultirange = (): Multiranges<Date> => rangeOf('multirange', 'tstzmultirange', timestamptz())

/** A range value: `range(1, 5)` is `[1,5)`; `null` is no bound. */
export const range = <T>(lower: T | null, upper: T | null, bounds: Range<T>['bounds'] = '[)'): Range<T> => ({
  lower,
  upper,
  bounds: `${lower === null ? '[' : bounds[0]}${upper === null ? ')' : bounds[1]}` as Range<T>['bounds'],
})
