/**
 * The SQL types as plain data. What a type does on a dialect (DDL, encoding, decoding) is one row of that dialect's type table;
 * here is only what a type *is*.
 */

import type { ExpressionNode, StatementNode } from './nodes.js'

/** What may be compared with what. `exact` (integers, numeric) and `float` compare with each other; every other family only with itself. */
export type Family =
  | 'exact'
  | 'float'
  | 'text'
  | 'boolean'
  | 'datetime'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'bytes'
  | 'enum'
  | 'set'
  | 'array'
  | 'range'
  | 'network'
  | 'bits'
  | 'search'
  | 'unknown'

export interface TypeNames {
  smallint: 'exact'
  integer: 'exact'
  bigint: 'exact'
  numeric: 'exact'
  real: 'float'
  doublePrecision: 'float'
  boolean: 'boolean'
  char: 'text'
  varchar: 'text'
  text: 'text'
  blob: 'bytes'
  date: 'datetime'
  time: 'datetime'
  timestamp: 'datetime'
  timestamptz: 'datetime'
  interval: 'interval'
  uuid: 'uuid'
  json: 'json'
  jsonb: 'json'
  enum: 'enum'
  array: 'array'
  range: 'range'
  multirange: 'range'
  inet: 'network'
  cidr: 'network'
  macaddr: 'network'
  bit: 'bits'
  varbit: 'bits'
  tsvector: 'search'
  tsquery: 'search'
  tinyint: 'exact'
  mediumint: 'exact'
  year: 'exact'
  set: 'set'
  custom: 'unknown'
}
export type TypeName = keyof TypeNames

export interface SqlType {
  readonly name: TypeName
  readonly family: Family
  readonly length: number | undefined
  readonly precision: number | undefined
  readonly scale: number | undefined
  /** How the value is shown to the program where a type has two ways: numeric and bigint as `number`, timestamps as `string`. */
  readonly mode: 'number' | 'string' | undefined
  /** The server's own name: of a `custom` type, an enum, a domain, a range. */
  readonly sqlName: string | undefined
  /** What few types have; absent for the others, so that asking costs one comparison. */
  readonly detail: TypeDetail | undefined
}

/** Between the program's value and the value of the SQL type; both are never null. */
export interface ValueCodec<Program = any, Stored = any> {
  encode(value: Program): Stored
  decode(value: Stored): Program
}

export interface TypeDetail {
  /** Of an array its elements' type, of a range its bounds', of a domain or a wrapped type the one as which its values travel. */
  readonly element?: SqlType
  /** An array's elements are declared NOT NULL. */
  readonly elementNotNull?: boolean
  /** The labels of an enum or a set, in their order. */
  readonly labels?: readonly string[]
  /** The schema of a type that has a name of its own. */
  readonly schema?: string | undefined
  /** The domain over this type, whose name the column has where there are domains. */
  readonly domain?: { readonly name: string; readonly schema: string | undefined }
  readonly unsigned?: boolean
  /** The most bytes of a text or blob that a dialect sizes by class (TINYTEXT, MEDIUMBLOB). */
  readonly bytes?: number
  /** Exactly `length` bytes (BINARY). */
  readonly fixed?: boolean
  /** Another type on some dialects. */
  readonly variants?: Readonly<Record<string, SqlType>>
  /** What the program sees instead of the type's own value. */
  readonly codec?: ValueCodec
  /** SQL around every value that is sent and every value that is read. */
  readonly bind?: ((value: ExpressionNode) => ExpressionNode) | undefined
  readonly select?: ((column: ExpressionNode) => ExpressionNode) | undefined
  /** The statement whose rows a value of this type is an array of. */
  readonly rows?: StatementNode
  /** Its values are shown in no log and no error, whatever is switched on. */
  readonly sensitive?: boolean
}

/** One factory, so that every type object has one shape. */
export function sqlType(
  name: TypeName,
  family: Family,
  length?: number,
  precision?: number,
  scale?: number,
  mode?: 'number' | 'string',
  sqlName?: string,
  detail?: TypeDetail,
): SqlType {
  return Object.freeze({ name, family, length, precision, scale, mode, sqlName, detail: detail && Object.freeze(detail) })
}

/** The same type with more detail. */
export const withDetail = (type: SqlType, detail: TypeDetail): SqlType =>
  sqlType(type.name, type.family, type.length, type.precision, type.scale, type.mode, type.sqlName, { ...type.detail, ...detail })

/** The types of expressions that no column declares: results of operators and functions. */
export const builtin = {
  smallint: sqlType('smallint', 'exact'),
  integer: sqlType('integer', 'exact'),
  bigint: sqlType('bigint', 'exact'),
  numeric: sqlType('numeric', 'exact'),
  real: sqlType('real', 'float'),
  doublePrecision: sqlType('doublePrecision', 'float'),
  boolean: sqlType('boolean', 'boolean'),
  text: sqlType('text', 'text'),
  blob: sqlType('blob', 'bytes'),
  date: sqlType('date', 'datetime'),
  timestamp: sqlType('timestamp', 'datetime'),
  timestamptz: sqlType('timestamptz', 'datetime'),
  uuid: sqlType('uuid', 'uuid'),
  json: sqlType('json', 'json'),
  jsonb: sqlType('jsonb', 'json'),
  interval: sqlType('interval', 'interval'),
  /** Nothing is known: values are bound and decoded as the driver has them. */
  unknown: sqlType('custom', 'unknown'),
} as const satisfies Record<string, SqlType>

/** A 64-bit integer shown as a number, which throws beyond 2^53: counts and sums of integers. */
export const countType = sqlType('bigint', 'exact', undefined, undefined, undefined, 'number')

/** An exact decimal shown as a number. */
export const numericNumber = sqlType('numeric', 'exact', undefined, undefined, undefined, 'number')

export const isNumber = (family: Family): boolean => family === 'exact' || family === 'float'

const integers: readonly TypeName[] = ['smallint', 'integer', 'bigint', 'tinyint', 'mediumint', 'year']
export const isInteger = (type: SqlType): boolean => integers.includes(type.name)

/** What an arithmetic operator on two numbers yields: the wider of the two, as the SQL standard and all four servers have it. */
export function promote(a: SqlType, b: SqlType): SqlType {
  const rank = Math.max(rankOf(a), rankOf(b))
  if (rank === 4) return builtin.doublePrecision
  const wider = rankOf(a) === rank ? a : b
  if (rank === 3) return wider.mode === 'number' ? numericNumber : builtin.numeric
  // still 64 bits: read as a plain integer, a sum beyond 2^53 would be rounded without a word
  if (rank === 2) return wider.mode === 'number' ? countType : builtin.bigint
  return rank === 1 ? builtin.integer : builtin.unknown
}

/** What a value is that is the one or the other, as of COALESCE and CASE: of numbers the wider, else what the first one is. */
export function eitherType(a: SqlType, b: SqlType): SqlType {
  const alike = a === b || (a.name === b.name && a.mode === b.mode)
  if (alike || !isNumber(a.family) || !isNumber(b.family) || a.detail !== undefined || b.detail !== undefined) return a
  return promote(a, b)
}

/** Whether a number of the first type could have no place in the second: a fraction among integers, a bigint among smaller ones. */
export const isWider = (a: SqlType, b: SqlType): boolean => a !== b && b.family === 'exact' && rankOf(a) > rankOf(b)

function rankOf(type: SqlType): number {
  if (type.family === 'float') return 4
  if (type.family !== 'exact') return 0
  return type.name === 'numeric' ? 3 : type.name === 'bigint' ? 2 : 1
}
