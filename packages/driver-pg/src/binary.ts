/** Which result columns are asked for in binary, and how their values are read: exactly what the server's text would have said. */
import type { Buffer } from 'node:buffer'
import type { CellForm } from '@quern/sql'
import { stampText } from './stamp-text.js'

export type Cell = string | number | boolean | Uint8Array | null

const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  stamp: 1114,
  stampTz: 1184,
  numeric: 1700,
}
/** Their bytes are the same in both formats. */
const texts: ReadonlySet<number> = new Set([18, 19, 25, 114, 142, 705, 1042, 1043])

const whole = [oid.int2, oid.int4, oid.int8, oid.oid]
/** By what a column's decoder takes: the types whose binary values say the same. A column of any other type is asked for as text. */
const asked: Readonly<Record<CellForm, readonly number[]>> = {
  text: [],
  number: [...whole, oid.float8],
  real: [...whole, oid.float8, oid.float4],
  integer: whole,
  boolean: [oid.bool],
  moment: [oid.stamp, oid.stampTz],
  bytes: [oid.bytea],
  decimal: [oid.numeric],
}

/** A format code for each column, 1 where the server is to send binary; `undefined` where it is to send text alone. */
export function formatsOf(forms: readonly CellForm[], types: readonly number[]): readonly number[] | undefined {
  if (forms.length !== types.length) return undefined
  const formats = forms.map((form, i) => Number(asked[form].includes(types[i]!)))
  return formats.includes(1) ? formats : undefined
}

export const isBytes = (type: number): boolean => type === oid.bytea

/** How a column comes: as text, or as the binary value of the type of that number. */
export type Coming = 0 | number

/** What the server says of the rows that follow. */
interface Described {
  readonly dataTypeID: number
  readonly format?: string
}

/** `undefined` where a column comes in binary that nobody here can read: its type is another one than when the statement was prepared. */
export function comingOf(fields: readonly Described[], forms: readonly CellForm[]): readonly Coming[] | undefined {
  const coming: Coming[] = []
  for (const [i, { dataTypeID, format }] of fields.entries()) {
    const readable = asked[forms[i] ?? 'text'].includes(dataTypeID)
    if (format === 'binary' && !readable && !texts.has(dataTypeID)) return undefined
    coming.push(format === 'binary' && readable ? dataTypeID : 0)
  }
  return coming
}

const two32 = 4_294_967_296
/** Beyond so many times 2^32 a double does not hold every whole number. */
const safeHigh = 1 << 21
/** From 1970 to 2000, where the server begins to count, in milliseconds. */
const epoch = 946_684_800_000
/** The first moment of year 1 and of year 10000. */
const [firstYear, lastYear] = [-62_135_596_800_000, 253_402_300_800_000]

const int32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

export function readBinary(type: number, bytes: Buffer, at: number, end: number): Cell {
  switch (type) {
    case oid.int4:
      return int32(bytes, at)
    case oid.int8:
      return readInt8(bytes, at)
    case oid.float8:
      return bytes.readDoubleBE(at)
    case oid.bool:
      return bytes[at] === 1
    case oid.stamp:
    case oid.stampTz:
      return readStamp(bytes, at, type === oid.stampTz)
    case oid.numeric:
      return readNumeric(bytes, at)
    case oid.int2:
      return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
    case oid.oid:
      return int32(bytes, at) >>> 0
    case oid.float4:
      return bytes.readFloatBE(at)
    default:
      // A copy: the socket's chunk must not live as long as the value.
      return new Uint8Array(bytes.subarray(at, end))
  }
}

/** Text where a number would not be exact. */
function readInt8(bytes: Buffer, at: number): number | string {
  const high = int32(bytes, at)
  if (high >= safeHigh || high < -safeHigh) return String(bytes.readBigInt64BE(at))
  return high * two32 + (int32(bytes, at + 4) >>> 0)
}

/** Milliseconds since 1970 where a Date of the years 1 to 9999 says the same, else the server's text. */
function readStamp(bytes: Buffer, at: number, zoned: boolean): number | string {
  const high = int32(bytes, at)
  if (high < safeHigh && high >= -safeHigh) {
    const micro = high * two32 + (int32(bytes, at + 4) >>> 0)
    const milli = Math.round(micro / 1000)
    if (milli * 1000 === micro) return milli + epoch
  }
  const micro = bytes.readBigInt64BE(at)
  const milli = Number(micro / 1000n) + epoch
  return micro % 1000n === 0n && milli >= firstYear && milli < lastYear ? milli : stampText(micro, zoned)
}

const int16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
const special: Readonly<Record<number, string>> = { 49152: 'NaN', 53248: 'Infinity', 61440: '-Infinity' }
/** By how many digits are shown, the point and up to three of them: money has two. */
const fractions: readonly string[][] = [[''], [], [], []]

/** The first digits of a group of four, behind a point; as many as the server shows. */
function fractionOf(group: number, shown: number): string {
  const value = Math.floor(group / 10 ** (4 - shown))
  const known = fractions[shown]
  if (known === undefined) return `.${String(value).padStart(shown, '0')}`
  return (known[value] ??= `.${String(value).padStart(shown, '0')}`)
}

/** Groups of four digits, the first of them `weight` groups before the point, and how many digits behind the point are shown. */
function readNumeric(bytes: Uint8Array, at: number): string {
  const count = int16(bytes, at)
  const weight = (int16(bytes, at + 2) << 16) >> 16
  const sign = int16(bytes, at + 4)
  const scale = int16(bytes, at + 6)
  if (sign !== 0 && sign !== 0x4000) return special[sign]!
  const digits = at + 8
  if (weight <= 1 && scale <= 4) {
    // The most money is: at most eight digits before the point and four behind it.
    const first = weight < 0 ? 0 : count > 0 ? int16(bytes, digits) : 0
    const before = weight === 1 ? first * 10_000 + (count > 1 ? int16(bytes, digits + 2) : 0) : first
    const position = weight + 1
    const behind = position >= 0 && position < count ? int16(bytes, digits + 2 * position) : 0
    return (sign === 0 ? '' : '-') + before + fractionOf(behind, scale)
  }
  const group = (position: number): number => (position >= 0 && position < count ? int16(bytes, digits + 2 * position) : 0)
  let text = sign === 0 ? '' : '-'
  if (weight < 0) text += '0'
  for (let i = 0; i <= weight; i++) text += i === 0 ? group(0) : String(group(i)).padStart(4, '0')
  let left = scale
  if (left > 0) text += '.'
  for (let i = weight + 1; left > 0; i++, left -= 4)
    text += left >= 4 ? String(group(i)).padStart(4, '0') : fractionOf(group(i), left).slice(1)
  return text
}
