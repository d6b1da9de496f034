/**
 * The SQL types as plain data. What a type does on a dialect (DDL, encoding, decoding) is one row of that dialect's type table;
 * here is only what a type *is*.
 */

/** What may be compared with what. `exact` (integers, numeric) and `float` compare with each other; every other family only with itself. */
export type Family = 'exact' | 'float' | 'text' | 'boolean' | 'datetime' | 'uuid' | 'json' | 'bytes' | 'unknown'

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
  uuid: 'uuid'
  json: 'json'
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
  /** The server's own name of a `custom` type. */
  readonly sqlName: string | undefined
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
): SqlType {
  return Object.freeze({ name, family, length, precision, scale, mode, sqlName })
}

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
  /** Nothing is known: values are bound and decoded as the driver has them. */
  unknown: sqlType('custom', 'unknown'),
} as const satisfies Record<string, SqlType>

/** A 64-bit integer shown as a number, which throws beyond 2^53: counts and sums of integers. */
export const countType = sqlType('bigint', 'exact', undefined, undefined, undefined, 'number')

/** An exact decimal shown as a number. */
export const numericNumber = sqlType('numeric', 'exact', undefined, undefined, undefined, 'number')

export const isNumber = (family: Family): boolean => family === 'exact' || family === 'float'

const integers: readonly TypeName[] = ['smallint', 'integer', 'bigint']
export const isInteger = (type: SqlType): boolean => integers.includes(type.name)

/** What an arithmetic operator on two numbers yields: the wider of the two, as the SQL standard and all four servers have it. */
export function promote(a: SqlType, b: SqlType): SqlType {
  const rank = Math.max(rankOf(a), rankOf(b))
  if (rank === 4) return builtin.doublePrecision
  const wider = rankOf(a) === rank ? a : b
  if (rank === 3) return wider.mode === 'number' ? numericNumber : builtin.numeric
  if (rank === 2) return wider.mode === 'number' ? builtin.integer : builtin.bigint
  return rank === 1 ? builtin.integer : builtin.unknown
}

function rankOf(type: SqlType): number {
  if (type.family === 'float') return 4
  if (type.family !== 'exact') return 0
  return type.name === 'numeric' ? 3 : type.name === 'bigint' ? 2 : 1
}
