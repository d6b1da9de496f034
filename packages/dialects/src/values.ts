/** What every dialect asks of a value before it is sent, whatever form it then takes. */
import { CompileError, type ParameterNode, QuernError, quoted, type SqlType } from '@quern/expression'
import { InvalidValueError } from '@quern/sql'

export const reject = (parameter: ParameterNode, expected: string, value: unknown): never => {
  throw new InvalidValueError(parameter, expected, value)
}

/** A whole number between two bounds, given as a number or a bigint. */
export function wholeNumber(value: unknown, parameter: ParameterNode, low: number, high: number, title: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value === 0 ? 0 : value
  if (typeof value === 'bigint' && value >= BigInt(low) && value <= BigInt(high)) return Number(value)
  if (typeof value === 'number' && !Number.isInteger(value)) return reject(parameter, `${title}, a whole number`, value)
  return reject(parameter, `${title}, from ${low} to ${high}`, value)
}
export const smallintValue = (value: unknown, parameter: ParameterNode): number =>
  wholeNumber(value, parameter, -32768, 32767, 'a smallint')
export const integerValue = (value: unknown, parameter: ParameterNode): number =>
  wholeNumber(value, parameter, -2147483648, 2147483647, 'an integer')

export const tinyintValue = (value: unknown, parameter: ParameterNode): number => wholeNumber(value, parameter, -128, 127, 'a tinyint')
export const mediumintValue = (value: unknown, parameter: ParameterNode): number =>
  wholeNumber(value, parameter, -8388608, 8388607, 'a mediumint')

const bigLow = -(2n ** 63n)
const bigHigh = 2n ** 63n - 1n
/** A 64-bit integer; a number is fine as long as it is exact. */
export function bigintValue(value: unknown, parameter: ParameterNode): bigint {
  if (typeof value === 'bigint' && value >= bigLow && value <= bigHigh) return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return reject(parameter, 'a bigint of 64 bits', value)
}
/** The same for a column that is shown as a number: it could not be read back. */
export function storedBigint(value: unknown, parameter: ParameterNode, type: SqlType, check = bigintValue): bigint {
  const exact = check(value, parameter)
  if (type.mode === 'number' && !Number.isSafeInteger(Number(exact)))
    return reject(parameter, "a bigint of 64 bits that mode 'number' can show, at most 2^53 - 1", value)
  return exact
}

const numericText = /^[+-]?(\d+(\.\d*)?|\.\d+)$/
/** An exact decimal as canonical text; a plain number where the column says mode 'number'. */
export function numericValue(value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): string {
  if (type.mode === 'number') {
    const number = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
    return canonicalNumeric(plainDigits(finiteValue(number, parameter)))
  }
  if (typeof value === 'string' && numericText.test(value)) return canonicalNumeric(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && Number.isSafeInteger(value)) return canonicalNumeric(plainDigits(value))
  return reject(parameter, "an exact decimal as a string, such as '12.50'", value)
}

/** One text per value: no plus, no leading or trailing zeros, no negative zero, no exponent. */
export function canonicalNumeric(text: string): string {
  return plainNumeric(text) ?? rewrittenNumeric(text)
}

/** The same for what servers send: digits with at most zeros behind the point to drop; `undefined` for anything else. */
function plainNumeric(text: string): string | undefined {
  const { length } = text
  const first = text.charCodeAt(0)
  const start = first === 45 ? 1 : 0
  // A leading zero is the whole number's only digit, or a point follows it.
  if (text.charCodeAt(start) === 48 && length > start + 1 && text.charCodeAt(start + 1) !== 46) return undefined
  let point = -1
  let zero = true
  let kept = length
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46 && point < 0 && i > start) {
      point = i
      kept = i
    } else if (code > 48 && code < 58) {
      zero = false
      kept = i + 1
    } else if (code !== 48) return undefined
    else if (point < 0) kept = i + 1
  }
  if (length === start) return undefined
  if (zero) return '0'
  return kept === length ? text : text.slice(0, kept)
}

function rewrittenNumeric(text: string): string {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text)
  if (!match) return text
  const [, sign, whole, fraction] = match
  const digits = `${whole || '0'}${fraction ? `.${fraction}` : ''}`
  return sign === '-' && digits !== '0' ? `-${digits}` : digits
}

/** A number's digits without an exponent. */
export function plainDigits(value: number): string {
  const text = String(value)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const [, sign, head, tail = '', exponent] = match
  const digits = head! + tail
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${point >= digits.length ? digits + '0'.repeat(point - digits.length) : `${digits.slice(0, point)}.${digits.slice(point)}`}`
}

export function finiteValue(value: unknown, parameter: ParameterNode): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : reject(parameter, 'a finite number', value)
}
export function numberValue(value: unknown, parameter: ParameterNode): number {
  return typeof value === 'number' ? value : reject(parameter, 'a number', value)
}
export function booleanValue(value: unknown, parameter: ParameterNode): boolean {
  return typeof value === 'boolean' ? value : reject(parameter, 'true or false', value)
}

/** Text without half surrogate pairs, which every driver would silently replace. */
export function textValue(value: unknown, parameter: ParameterNode): string {
  if (typeof value !== 'string') return reject(parameter, 'a string', value)
  return value.isWellFormed() ? value : reject(parameter, 'well-formed text (this has half a surrogate pair)', value)
}
export function bytesValue(value: unknown, parameter: ParameterNode): Uint8Array {
  return value instanceof Uint8Array ? value : reject(parameter, 'bytes as a Uint8Array', value)
}

const uuidText = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export function uuidValue(value: unknown, parameter: ParameterNode): string {
  return typeof value === 'string' && uuidText.test(value) ? value.toLowerCase() : reject(parameter, 'a UUID as a string', value)
}

const dateText = /^(\d{4})-(\d\d)-(\d\d)$/
export function dateValue(value: unknown, parameter: ParameterNode): string {
  const match = typeof value === 'string' ? dateText.exec(value) : null
  return match && isDay(match) ? match[0] : reject(parameter, "a date as 'YYYY-MM-DD', years 0001 to 9999", value)
}

function isDay([, year, month, day]: readonly string[]): boolean {
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return Number(year) >= 1 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}

const clock = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?'
const timeText = new RegExp(`^${clock}$`)
export function timeValue(value: unknown, parameter: ParameterNode): string {
  return typeof value === 'string' && timeText.test(value)
    ? trimFraction(value)
    : reject(parameter, "a time as 'HH:MM:SS', with up to six decimals", value)
}

/** No decimals rather than zeros, as PostgreSQL writes times. */
export const trimFraction = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

const stampText = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)[ T]${clock}(?:Z|\\+00(?::00)?)?$`)
/** `YYYY-MM-DD HH:MM:SS.mmm` in UTC, from a Date, or as given in mode 'string' with up to microseconds. */
export function timestampValue(value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): string {
  if (type.mode === 'string') {
    const match = typeof value === 'string' ? stampText.exec(value) : null
    if (!match || !isDay(match)) return reject(parameter, "a timestamp in UTC as 'YYYY-MM-DD HH:MM:SS', with up to six decimals", value)
    return value === undefined ? '' : trimFraction((value as string).replace('T', ' ').replace(/(Z|\+00(:00)?)$/, ''))
  }
  const time = value instanceof Date ? value.getTime() : Number.NaN
  if (!(time >= firstMoment && time < endOfTime)) return reject(parameter, 'a valid Date in the years 1 to 9999', value)
  return momentText(time)
}

const dayLength = 86_400_000
/** `YYYY-MM-DD ` of days that came before, in the slot of the day's last bits; rows of one table are seldom years apart. */
const days: { readonly day: number; readonly text: string }[] = []
const pad = (value: number, digits: number) => String(value).padStart(digits, '0')
let clockTexts: { readonly minutes: readonly string[]; readonly seconds: readonly string[]; readonly milliseconds: readonly string[] }

/** The same text as of `toISOString`, which takes four times as long. */
function momentText(time: number): string {
  clockTexts ??= {
    minutes: Array.from({ length: 1440 }, (_, i) => `${pad(Math.floor(i / 60), 2)}:${pad(i % 60, 2)}:`),
    seconds: Array.from({ length: 60 }, (_, i) => `${pad(i, 2)}.`),
    milliseconds: Array.from({ length: 1000 }, (_, i) => pad(i, 3)),
  }
  const day = Math.floor(time / dayLength)
  let kept = days[day & 255]
  if (kept?.day !== day) {
    kept = { day, text: `${new Date(day * dayLength).toISOString().slice(0, 10)} ` }
    days[day & 255] = kept
  }
  const rest = time - day * dayLength
  const minute = Math.floor(rest / 60_000)
  const second = Math.floor((rest - minute * 60_000) / 1000)
  return (
    kept.text + clockTexts.minutes[minute]! + clockTexts.seconds[second]! + clockTexts.milliseconds[rest - minute * 60_000 - second * 1000]!
  )
}
const firstMoment = Date.parse('0001-01-01T00:00:00.000Z')
const endOfTime = Date.parse('9999-12-31T23:59:59.999Z') + 1

/** Two digits of a text, or a number beyond all that is asked of them. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000
}

/** `2024-05-06 07:08:09.123+00` as milliseconds, without a pattern; `undefined` for what has other parts, which `dateOf` looks at closely. */
function plainMoment(text: string): number | undefined {
  const { length } = text
  if (length < 19 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58)
    return
  const between = text.charCodeAt(10)
  if (between !== 32 && between !== 84) return
  const century = two(text, 0)
  const years = two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  // Years below 100 are others to Date.UTC.
  if (century === 0 || century > 99 || years > 99 || month > 12 || month === 0 || day > 31 || hour > 24 || minute > 59 || second > 60)
    return
  let milliseconds = 0
  let at = 19
  if (text.charCodeAt(at) === 46) {
    let unit = 100
    for (at++; at < length; at++, unit /= 10) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      if (unit < 1) return
      milliseconds += digit * unit
    }
    if (unit === 100) return
  }
  if (at !== length && !(length - at === 3 && text.endsWith('+00')) && !(length - at === 1 && text.charCodeAt(at) === 90)) return
  return Date.UTC(century * 100 + years, month - 1, day, hour, minute, second, milliseconds)
}

const stored = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:Z|\+00(?::?00)?)?$/
/** A stored timestamp as a Date: digits to numbers, without the host's own rules for dates. */
export function dateOf(raw: string): Date {
  const plain = plainMoment(raw)
  if (plain !== undefined) return new Date(plain)
  const match = stored.exec(raw)
  if (!match)
    throw new QuernError(
      `the database holds ${JSON.stringify(raw)}, which is no moment of the years 1 to 9999 in UTC; declare the column with mode 'string'`,
      'VALUE_OUT_OF_RANGE',
    )
  const fraction = match[7]
  if (fraction !== undefined && fraction.length > 3 && /[1-9]/.test(fraction.slice(3))) {
    throw new QuernError(
      `the database holds a timestamp finer than a millisecond, which a Date would cut; declare the column with mode 'string'`,
      'VALUE_OUT_OF_RANGE',
    )
  }
  const date = new Date(0)
  date.setUTCFullYear(+match[1]!, +match[2]! - 1, +match[3]!)
  date.setUTCHours(+(match[4] ?? 0), +(match[5] ?? 0), +(match[6] ?? 0), fraction === undefined ? 0 : +fraction.slice(0, 3).padEnd(3, '0'))
  return date
}

export function safeNumber(value: number): number {
  if (!Number.isSafeInteger(value))
    throw new QuernError(
      `the database holds an integer beyond 2^53, which a number cannot hold; read the column as bigint()`,
      'VALUE_OUT_OF_RANGE',
    )
  return value
}

/** Values of a type that the library knows by name only: what a driver can carry without a decision. */
export function plainValue(value: unknown, parameter: ParameterNode): string | number | bigint | boolean | Uint8Array {
  if (typeof value === 'string') return textValue(value, parameter)
  if (typeof value === 'number') return finiteValue(value, parameter)
  if (typeof value === 'bigint')
    return value >= bigLow && value < 2n ** 64n ? value : reject(parameter, 'a whole number of 64 bits; give it as text', value)
  if (typeof value === 'boolean' || value instanceof Uint8Array) return value
  return reject(parameter, 'a string, number, bigint, boolean or bytes; give it a type with literal(value, type)', value)
}

/** The name of a type that only the server knows: words, a length, brackets; nothing that could end the statement. */
export function customName(sqlName: string | undefined): string {
  if (sqlName === undefined || !/^[A-Za-z_][\w ]*(\.[A-Za-z_]\w*)?( ?\(\d+(, ?\d+)?\))?( [A-Za-z ]+)?(\[\])*$/.test(sqlName)) {
    throw new CompileError(`${quoted(sqlName ?? '')} is no type name; customType() takes plain names such as 'tsvector' or 'bit(8)'`)
  }
  return sqlName
}

export const labelValue = (value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): string => {
  const { labels } = type.detail ?? {}
  return typeof value === 'string' && labels?.includes(value)
    ? value
    : reject(parameter, `one of ${(labels ?? []).map((label) => JSON.stringify(label)).join(', ')}`, value)
}

/** The labels of a set in their declared order, each once, as MySQL keeps them. */
export function setValue(value: unknown, parameter: ParameterNode, type: SqlType = parameter.type): string {
  const { labels = [] } = type.detail ?? {}
  if (!Array.isArray(value)) return reject(parameter, 'an array of labels', value)
  for (const item of value)
    if (!labels.includes(item)) return reject(parameter, `labels out of ${labels.map((label) => JSON.stringify(label)).join(', ')}`, value)
  return labels.filter((label) => value.includes(label)).join(',')
}

/** Bits as text of 0 and 1. */
export function bitsValue(value: unknown, parameter: ParameterNode): string {
  return typeof value === 'string' && /^[01]*$/.test(value)
    ? value
    : reject(parameter, "bits as a string of 0 and 1, such as '0101'", value)
}

/** The same as a number, which is what a server without bit strings compares. */
export const bitsNumber = (value: unknown, parameter: ParameterNode): bigint => {
  const bits = bitsValue(value, parameter)
  return bits.length <= 64 ? BigInt(`0b0${bits}`) : reject(parameter, 'at most 64 bits', value)
}

export function yearValue(value: unknown, parameter: ParameterNode): number {
  return value === 0 || value === 0n ? 0 : wholeNumber(value, parameter, 1901, 2155, 'a year')
}

/** A 64-bit integer without a sign. */
export function unsignedBigint(value: unknown, parameter: ParameterNode): bigint {
  if (typeof value === 'bigint' && value >= 0n && value < 2n ** 64n) return value
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  return reject(parameter, 'a bigint of 64 bits without a sign', value)
}
