/** What a column must refuse although its type could carry it: values that it would round, cut or pad, and so give back otherwise. */
import { type ParameterNode, QuernError, type SqlType } from '@quern/expression'
import { bitsValue, bytesValue, canonicalNumeric, numericValue, plainDigits, reject } from './values.js'

const characters = (value: string): number => {
  let count = 0
  for (const _ of value) count++
  return count
}

/** Text that a column of limited length keeps: counted in characters, as the servers count. */
export function checkLength(value: string, parameter: ParameterNode, type: SqlType, limit = type.length): string {
  if (limit !== undefined && value.length > limit && characters(value) > limit)
    return reject(parameter, `at most ${limit} characters`, value)
  return value
}

/** Text of a class of columns that are limited in bytes. */
export function checkBytes(value: string, parameter: ParameterNode, type: SqlType): string {
  const limit = type.detail?.bytes
  if (limit === undefined || value.length * 3 <= limit) return value
  let bytes = 0
  for (const character of value) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes > limit ? reject(parameter, `text of at most ${limit} bytes`, value) : value
}

/** CHAR gives text back without the blanks at its end. */
export function refuseBlanks(value: string, parameter: ParameterNode): string {
  return value.endsWith(' ') ? reject(parameter, 'text without blanks at its end, which char() loses; use varchar()', value) : value
}

/** Bytes within a column's limit. */
export function storedBytes(value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): Uint8Array {
  const bytes = bytesValue(value, parameter)
  const limit = type.length ?? type.detail?.bytes
  if (type.detail?.fixed && bytes.length !== type.length) return reject(parameter, `exactly ${type.length} bytes`, value)
  if (limit !== undefined && bytes.length > limit) return reject(parameter, `at most ${limit} bytes`, value)
  return bytes
}

/** An exact decimal that fits the digits a column keeps; servers would round the rest away in silence. */
export function storedNumeric(
  value: unknown,
  parameter: ParameterNode,
  type: SqlType,
  precision = type.precision,
  scale = type.precision === undefined ? undefined : (type.scale ?? 0),
): string {
  const text = numericValue(value, parameter, type)
  const point = text.indexOf('.')
  const before = (point < 0 ? text.length : point) - (text.startsWith('-') ? 1 : 0)
  if (scale !== undefined && point >= 0 && text.length - point - 1 > scale)
    return reject(parameter, `at most ${scale} decimals, so that none is rounded away`, value)
  const isFraction = before === 1 && text[text.startsWith('-') ? 1 : 0] === '0'
  if (precision !== undefined && !isFraction && before > precision - (scale ?? 0))
    return reject(parameter, `at most ${precision - (scale ?? 0)} digits before the point`, value)
  return text
}

/** A number that 32 bits hold: `Math.fround(x) === x`. */
export function storedReal(value: unknown, parameter: ParameterNode, check: (value: unknown, parameter: ParameterNode) => number): number {
  const number = check(value, parameter)
  if (Object.is(Math.fround(number), number) || Number.isNaN(number)) return number
  return reject(parameter, 'a number of 32 bits (Math.fround(x)); use doublePrecision() for 64', value)
}

/** The decimals that a time or timestamp column keeps. */
export const fractionOf = (type: SqlType): number => type.precision ?? (type.mode === 'string' || type.name === 'time' ? 6 : 3)

/** A time, a timestamp with no more decimals than its column keeps. */
export function storedFraction(text: string, value: unknown, parameter: ParameterNode, type: SqlType): string {
  const point = text.indexOf('.')
  if (point < 0 || text.length - point - 1 <= fractionOf(type)) return text
  const digits = text.slice(point + 1).replace(/0+$/, '')
  return digits.length > fractionOf(type)
    ? reject(parameter, `at most ${fractionOf(type)} decimals of a second, so that none is rounded away`, value)
    : text
}

export function storedBits(value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): string {
  const bits = bitsValue(value, parameter)
  const { length } = type
  if (type.name === 'bit' && bits.length !== (length ?? 1)) return reject(parameter, `exactly ${length ?? 1} bits`, value)
  return length !== undefined && bits.length > length ? reject(parameter, `at most ${length} bits`, value) : bits
}

/** A numeric column shown as a number: an error where the number would not be the same decimal. */
export function exactNumber(raw: string): number {
  const number = Number(raw)
  if (canonicalNumeric(plainDigits(number)) === canonicalNumeric(raw) || !Number.isFinite(number)) return number
  throw new QuernError(
    'the database holds a numeric with more digits than a number has; read the column as numeric()',
    'VALUE_OUT_OF_RANGE',
  )
}
