import { CompileError } from './errors.js'
import { describe } from './operand.js'
import { builtin, countType, type SqlType } from './types.js'

/** The SQL type of a value that stands alone, without a column beside it. */
export function typeOfValue(value: unknown): SqlType {
  if (typeof value === 'string') return builtin.text
  if (typeof value === 'bigint') return builtin.bigint
  if (typeof value === 'boolean') return builtin.boolean
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return builtin.doublePrecision
    return Math.abs(value) <= 2147483647 ? builtin.integer : countType
  }
  if (value instanceof Date) return builtin.timestamptz
  if (value instanceof Uint8Array) return builtin.blob
  throw new CompileError(`the SQL type of ${describe(value)} cannot be told; name it: literal(value, json())`)
}

/** The type of a literal, without its one value. */
export type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends bigint
      ? bigint
      : Value extends boolean
        ? boolean
        : Value
export type LiteralFamily<Value> = Value extends string
  ? 'text'
  : Value extends number | bigint
    ? 'exact'
    : Value extends boolean
      ? 'boolean'
      : Value extends Date
        ? 'datetime'
        : 'bytes'
