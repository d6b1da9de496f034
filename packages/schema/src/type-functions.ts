/** The type functions: each yields a column definition that modifiers change further. */
import { CompileError, checkOptions, describe, type Family, quoted, sqlType, type TypeName } from '@quern/expression'
import { ColumnDef } from './columns.js'

function define<Value, Fam extends Family>(
  name: TypeName,
  family: Fam,
  length?: number,
  precision?: number,
  scale?: number,
  mode?: 'number' | 'string',
  sqlName?: string,
): ColumnDef<Value | null, Fam> {
  return new ColumnDef({
    type: sqlType(name, family, length, precision, scale, mode, sqlName),
    name: undefined,
    notNull: false,
    nullable: false,
    primaryKey: false,
    unique: false,
    identity: undefined,
    default: undefined,
    defaultFn: undefined,
    references: undefined,
  })
}

function positive(what: string, value: number | undefined): number | undefined {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
    throw new CompileError(`${what} must be a positive whole number, not ${String(value)}`)
  return value
}

/** The mode that a type function was asked for: the second of two, or nothing where it is the usual one. */
function modeOf<Mode extends 'number' | 'string'>(
  place: string,
  options: object | undefined,
  modes: readonly [string, Mode],
): Mode | undefined {
  if (options === undefined) return undefined
  checkOptions(place, options, ['mode'])
  const { mode } = options as { readonly mode?: unknown }
  if (mode !== undefined && !modes.includes(mode as Mode))
    throw new CompileError(
      `the mode of ${place} is one of ${modes.join(', ')}, not ${typeof mode === 'string' ? quoted(mode) : describe(mode)}`,
      'OPTION',
    )
  return mode === modes[1] ? modes[1] : undefined
}

/** SMALLINT: −32,768 to 32,767. */
export const smallint = () => define<number, 'exact'>('smallint', 'exact')
/** INTEGER: 32 bits. */
export const integer = () => define<number, 'exact'>('integer', 'exact')
/** BIGINT: 64 bits as a `bigint`; mode `'number'` gives a number and throws beyond 2^53. */
export function bigint(options: { readonly mode: 'number' }): ColumnDef<number | null, 'exact'>
export function bigint(options?: { readonly mode?: 'bigint' }): ColumnDef<bigint | null, 'exact'>
export function bigint(options: { readonly mode?: 'number' | 'bigint' } = {}): unknown {
  return define('bigint', 'exact', undefined, undefined, undefined, modeOf('bigint()', options, ['bigint', 'number']))
}
/** NUMERIC(precision, scale) as an exact string in canonical form; mode `'number'` gives a number. */
export function numeric(
  precision: number | undefined,
  scale: number | undefined,
  options: { readonly mode: 'number' },
): ColumnDef<number | null, 'exact'>
export function numeric(precision?: number, scale?: number, options?: { readonly mode?: 'string' }): ColumnDef<string | null, 'exact'>
export function numeric(precision?: number, scale?: number, options: { readonly mode?: 'number' | 'string' } = {}): unknown {
  positive('numeric precision', precision)
  if (scale !== undefined && !(Number.isSafeInteger(scale) && scale >= 0))
    throw new CompileError(`numeric scale must be a whole number from 0, not ${scale}`)
  return define('numeric', 'exact', undefined, precision, scale, modeOf('numeric()', options, ['string', 'number']))
}
/** REAL: 32-bit floating point. */
export const real = () => define<number, 'float'>('real', 'float')
/** DOUBLE PRECISION: 64-bit floating point, the numbers of JavaScript. */
export const doublePrecision = () => define<number, 'float'>('doublePrecision', 'float')
/** BOOLEAN, real booleans on MySQL and SQLite too. */
export const boolean = () => define<boolean, 'boolean'>('boolean', 'boolean')
/** CHAR(length), padded with blanks by the server. */
export const char = (length = 1) => define<string, 'text'>('char', 'text', positive('char length', length))
/** VARCHAR(length); MySQL and MariaDB need a length. */
export const varchar = (length?: number) => define<string, 'text'>('varchar', 'text', positive('varchar length', length))
/** TEXT of any length. */
export const text = () => define<string, 'text'>('text', 'text')
/** BYTEA, LONGBLOB or BLOB as a `Uint8Array`. */
export const blob = () => define<Uint8Array, 'bytes'>('blob', 'bytes')
/** DATE as `'YYYY-MM-DD'`. */
export const date = () => define<string, 'datetime'>('date', 'datetime')
/** TIME as `'HH:MM:SS'` with up to six decimals. */
export const time = () => define<string, 'datetime'>('time', 'datetime')
type DateMode = { readonly mode: 'string' }
/** TIMESTAMP without a zone, as a `Date` read in UTC with milliseconds; mode `'string'` keeps microseconds. */
export function timestamp(options: DateMode): ColumnDef<string | null, 'datetime'>
export function timestamp(): ColumnDef<Date | null, 'datetime'>
export function timestamp(options?: DateMode): unknown {
  return define('timestamp', 'datetime', undefined, undefined, undefined, modeOf('timestamp()', options, ['date', 'string']))
}
/** TIMESTAMP WITH TIME ZONE: a moment, as a `Date` with milliseconds; mode `'string'` keeps microseconds. */
export function timestamptz(options: DateMode): ColumnDef<string | null, 'datetime'>
export function timestamptz(): ColumnDef<Date | null, 'datetime'>
export function timestamptz(options?: DateMode): unknown {
  return define('timestamptz', 'datetime', undefined, undefined, undefined, modeOf('timestamptz()', options, ['date', 'string']))
}
/** UUID as its lower-case text. */
export const uuid = () => define<string, 'uuid'>('uuid', 'uuid')
/** JSON (JSONB on PostgreSQL); the type argument is what the program promises to store. */
export const json = <T = unknown>() => define<T, 'json'>('json', 'json')
/** A type of the server's own by its name; values are bound and read as the driver has them. */
export function customType<Value = unknown>(sqlName: string): ColumnDef<Value | null, 'unknown'> {
  return define('custom', 'unknown', undefined, undefined, undefined, undefined, sqlName)
}
