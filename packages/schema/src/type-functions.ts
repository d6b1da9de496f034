/** The type functions: each yields a column definition that modifiers change further. */
import {
  CompileError,
  checkOptions,
  describe,
  type Expr,
  type ExpressionNode,
  type Family,
  nodeOf,
  quoted,
  type SqlType,
  sqlType,
  TYPE,
  type TypeDetail,
  type TypeName,
  type TypeToken,
  typed,
  withDetail,
} from '@quern/expression'
import { ColumnDef } from './columns.js'

/** A column definition of any type. */
export function columnOf<Value, Fam extends Family>(type: SqlType): ColumnDef<Value | null, Fam> {
  return new ColumnDef({ type })
}

function define<Value, Fam extends Family>(
  name: TypeName,
  family: Fam,
  length?: number,
  precision?: number,
  scale?: number,
  mode?: 'number' | 'string',
  sqlName?: string,
  detail?: TypeDetail,
): ColumnDef<Value | null, Fam> {
  return columnOf(sqlType(name, family, length, precision, scale, mode, sqlName, detail))
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
interface FractionOptions {
  /** Decimals of a second that the column keeps, 0 to 6; a value with more is refused. */
  readonly precision?: number
}
/** TIME as `'HH:MM:SS'` with up to six decimals: `time()`, `time({ precision: 0 })`. */
export function time(options?: FractionOptions): ColumnDef<string | null, 'datetime'> {
  return define('time', 'datetime', undefined, fraction('time()', options, ['precision']))
}
type DateMode = FractionOptions & { readonly mode: 'string' }
type PlainDate = FractionOptions & { readonly mode?: 'date' }
/**
 * TIMESTAMP without a zone, as a `Date` read in UTC with milliseconds; mode `'string'` keeps microseconds.
 *
 * `timestamp()` is `timestamp(3) without time zone`, `datetime(3)`; `timestamp({ precision: 0 })` keeps whole seconds and refuses others.
 */
export function timestamp(options: DateMode): ColumnDef<string | null, 'datetime'>
export function timestamp(options?: PlainDate): ColumnDef<Date | null, 'datetime'>
export function timestamp(options?: DateMode | PlainDate): unknown {
  return stamp('timestamp', options)
}
/** TIMESTAMP WITH TIME ZONE: a moment, as a `Date` with milliseconds; mode `'string'` keeps microseconds. */
export function timestamptz(options: DateMode): ColumnDef<string | null, 'datetime'>
export function timestamptz(options?: PlainDate): ColumnDef<Date | null, 'datetime'>
export function timestamptz(options?: DateMode | PlainDate): unknown {
  return stamp('timestamptz', options)
}
function stamp(name: 'timestamp' | 'timestamptz', options: DateMode | PlainDate | undefined): unknown {
  const precision = fraction(`${name}()`, options, ['precision', 'mode'])
  return define(
    name,
    'datetime',
    undefined,
    precision,
    undefined,
    modeOf(`${name}()`, options && { mode: options.mode }, ['date', 'string']),
  )
}

function fraction(place: string, options: FractionOptions | undefined, known: readonly string[]): number | undefined {
  if (options === undefined) return undefined
  checkOptions(place, options, known)
  const { precision } = options
  if (precision !== undefined && !(Number.isInteger(precision) && precision >= 0 && precision <= 6))
    throw new CompileError(`the precision of ${place} is a whole number from 0 to 6, not ${String(precision)}`, 'OPTION')
  return precision
}

/** INTERVAL as ISO 8601 text in canonical form: `'P1Y2M3DT4H5M6.5S'`. PostgreSQL only. */
export const interval = () => define<string, 'interval'>('interval', 'interval')
/** UUID as its lower-case text. */
export const uuid = () => define<string, 'uuid'>('uuid', 'uuid')
/** JSON; the type argument is what the program promises to store. On PostgreSQL the text as it was written: `jsonb()` can be compared and indexed. */
export const json = <T = unknown>() => define<T, 'json'>('json', 'json')
/** JSONB on PostgreSQL, JSON elsewhere. */
export const jsonb = <T = unknown>() => define<T, 'json'>('jsonb', 'json')

/**
 * An array of any type and depth, PostgreSQL only: `array(text())` is `text[]`, with elements that may be null; `array(text().notNull())` refuses
 * NULL in it. All inner arrays of `array(array(integer()))` have one length.
 */
export function array<Value, Fam extends Family>(element: TypeToken<Value, Fam>): ColumnDef<Value[] | null, 'array'> {
  const type = typeOf(element, 'array()')
  if (type.detail?.bind || type.detail?.select)
    throw new CompileError('array() takes no type with SQL around its values: that stands around a whole array; give the array a codec')
  const { notNull } = ColumnDef.options(element, 'array()')
  return define('array', 'array', undefined, undefined, undefined, undefined, undefined, { element: type, elementNotNull: notNull })
}

function typeOf(token: unknown, place: string): SqlType {
  if (!(token instanceof ColumnDef)) throw new CompileError(`${place} takes a type such as integer(), not ${describe(token)}`)
  return token[TYPE]
}

export interface CustomTypeOptions<Value> {
  /** The type as which its values travel: text unless told. It decides how they are checked, sent and read. */
  readonly as?: TypeToken<Value | null, Family>
  /** SQL around every value that is sent. */
  readonly bind?: (value: Expr<Value>) => object
  /** SQL around every value of the type where it leaves the database: in the rows of a statement, and not in its subqueries, nor in a view. */
  readonly select?: (column: Expr<Value>) => object
}
/**
 * A type of the server's own by its name; values are bound and read as the driver has them, or through SQL of their own:
 *
 * `customType<string>('geometry(Point,4326)', { bind: (v) => sql`ST_GeomFromText(${v}, 4326)`, select: (c) => sql`ST_AsText(${c})` })`
 * inserts `ST_GeomFromText($1, 4326)` and selects `ST_AsText("t"."place")`.
 */
export function customType<Value = unknown>(sqlName: string, options?: CustomTypeOptions<Value>): ColumnDef<Value | null, 'unknown'> {
  if (options === undefined) return define('custom', 'unknown', undefined, undefined, undefined, undefined, sqlName)
  checkOptions('customType()', options, ['as', 'bind', 'select'])
  const { as, bind, select } = options
  return define('custom', 'unknown', undefined, undefined, undefined, undefined, sqlName, {
    ...(as !== undefined && { element: typeOf(as, 'as of customType()') }),
    bind: bind && around(bind),
    select: select && around(select),
  })
}
const around =
  (wrap: (value: Expr<any>) => object) =>
  (node: ExpressionNode): ExpressionNode =>
    nodeOf(wrap(typed(node)))

/**
 * Another type on one dialect, of the same values: `withVariant(uuid(), 'mysql', customType<string>('binary(16)', { … }))`. Modifiers of the
 * first stay; of the second only its type counts.
 */
export function withVariant<Def extends ColumnDef<any, any, any>>(
  definition: Def,
  dialect: 'postgres' | 'mysql' | 'mariadb' | 'sqlite',
  variant: TypeToken<ValueOfDef<Def> | null, Family>,
): Def {
  if (!['postgres', 'mysql', 'mariadb', 'sqlite'].includes(dialect))
    throw new CompileError(
      `withVariant() takes postgres, mysql, mariadb or sqlite, not ${typeof dialect === 'string' ? quoted(dialect) : describe(dialect)}`,
    )
  const type = typeOf(definition, 'withVariant()')
  const variants = Object.freeze({ ...type.detail?.variants, [dialect]: typeOf(variant, 'withVariant()') })
  return definition.retyped(withDetail(type, { variants })) as Def
}
type ValueOfDef<Def> = Def extends ColumnDef<infer Value, any, any> ? Value : never
