/** One row from its bytes: numbers, truth and moments without a string between, what comes in binary as `binary.ts` says, all else as text. */
import { Buffer } from 'node:buffer'
import type { CellForm } from '@quern/sql'
import { type Cell, type Coming, readBinary } from './binary.js'
import { int32 } from './intake.js'

export type { Cell } from './binary.js'

type Slice = (bytes: Buffer, from: number, end: number) => string
/** What `toString` calls in the end; for short texts it takes half of the time to get there. */
const sliceBy = (encoding: 'latin1' | 'utf8'): Slice => {
  const method = (Buffer.prototype as unknown as Record<string, (from: number, end: number) => string>)[`${encoding}Slice`]
  if (typeof method !== 'function') return (bytes, from, end) => bytes.toString(encoding, from, end)
  return (bytes, from, end) => method.call(bytes, from, end)
}
const latin1 = sliceBy('latin1')
const utf8 = sliceBy('utf8')

/** A text cut from the row's own keeps all of that in memory, so only short rows are cut. */
const longestCut = 1024
/** Doubles hold every whole number of so many digits. */
const exactDigits = 15
/** Exact powers of ten: a quotient of two exact doubles is rounded once, as the number that the digits are. */
const powers = Array.from({ length: exactDigits + 1 }, (_, i) => 10 ** i)

const allText: readonly CellForm[] = []
const noBinary: readonly Coming[] = []

/** From where the number of values stands to behind the last of them. */
export function readRow(
  bytes: Buffer,
  start: number,
  end: number,
  forms: readonly CellForm[] = allText,
  coming: readonly Coming[] = noBinary,
): Cell[] {
  const count = (bytes[start]! << 8) | bytes[start + 1]!
  const cells = new Array<Cell>(count)
  let whole: string | undefined
  let at = start + 2
  for (let i = 0; i < count; i++) {
    const length = int32(bytes, at)
    at += 4
    if (length < 0) {
      cells[i] = null
      continue
    }
    const until = at + length
    if (until > end) throw new RangeError('The server sent a row that is shorter than its values.')
    const binary = i < coming.length ? coming[i]! : 0
    let cell: Cell | undefined = binary > 0 ? readBinary(binary, bytes, at, until) : readAs(forms[i], bytes, at, until)
    if (cell === undefined) {
      if (end - start > longestCut || !isPlain(bytes, at, until)) cell = utf8(bytes, at, until)
      else {
        // One call for all texts of the row.
        whole ??= latin1(bytes, start, end)
        cell = whole.substring(at - start, until - start)
      }
    }
    cells[i] = cell
    at = until
  }
  return cells
}

/** ASCII alone, which is the same in both encodings. */
function isPlain(bytes: Uint8Array, from: number, end: number): boolean {
  let bits = 0
  for (let at = from; at < end; at++) bits |= bytes[at]!
  return bits < 128
}

/** `undefined` for what is not plainly a value of that form: then the server's text says it. */
function readAs(form: CellForm | undefined, bytes: Uint8Array, from: number, end: number): number | boolean | undefined {
  if (form === undefined || form === 'text') return undefined
  if (form === 'boolean') return end - from !== 1 ? undefined : bytes[from] === 116 ? true : bytes[from] === 102 ? false : undefined
  if (form === 'moment') return readMoment(bytes, from, end)
  return form === 'bytes' || form === 'decimal' ? undefined : readNumber(bytes, from, end, form !== 'integer')
}

/** So many digits fit into 31 bits. */
const smallDigits = 9

function readNumber(bytes: Uint8Array, from: number, end: number, fractions: boolean): number | undefined {
  if (end - from <= smallDigits) {
    let small = 0
    let at = from
    for (; at < end; at++) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      small = (small * 10 + digit) | 0
    }
    if (at === end && at > from) return small
  }
  return readLong(bytes, from, end, fractions)
}

function readLong(bytes: Uint8Array, from: number, end: number, fractions: boolean): number | undefined {
  const negative = bytes[from] === 45
  let at = negative ? from + 1 : from
  // A point may be among the digits.
  if (at === end || end - at > exactDigits + 1) return undefined
  let value = 0
  let digits = 0
  let point = -1
  for (; at < end; at++) {
    const digit = bytes[at]! - 48
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits++
    } else if (fractions && digit === -2 && point < 0) point = digits
    else return undefined
  }
  if (digits === 0 || digits > exactDigits) return undefined
  if (point >= 0) value /= powers[digits - point]!
  return negative ? -value : value
}

/** Two digits, or a number beyond all that is asked of them. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000
}

/** `2024-05-06 07:08:09.123+00`, as milliseconds since 1970. */
function readMoment(bytes: Uint8Array, from: number, end: number): number | undefined {
  if (end - from < 19 || bytes[from + 4] !== 45 || bytes[from + 7] !== 45 || bytes[from + 10] !== 32) return undefined
  if (bytes[from + 13] !== 58 || bytes[from + 16] !== 58) return undefined
  const century = two(bytes, from)
  const years = two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  const hour = two(bytes, from + 11)
  const minute = two(bytes, from + 14)
  const second = two(bytes, from + 17)
  if (century > 99 || years > 99 || month < 1 || month > 12 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined
  let at = from + 19
  let fraction = 0
  if (bytes[at] === 46 && at < end) {
    let unit = 100
    for (at++; at < end; at++, unit /= 10) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      // Finer than a millisecond: the decoder says what that means.
      if (unit < 1) return undefined
      fraction += digit * unit
    }
    if (unit === 100) return undefined
  }
  const zoned = end - at === 3 && bytes[at] === 43 && bytes[at + 1] === 48 && bytes[at + 2] === 48
  if (at !== end && !zoned) return undefined
  const seconds = (hour * 60 + minute) * 60 + second
  return (daysBefore(century * 100 + years, month) + day - 1) * 86_400_000 + seconds * 1000 + fraction
}

/** From 1970 to the first of a month, by the Gregorian calendar; years begin in March, so that the odd day comes last. */
function daysBefore(year: number, month: number): number {
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const ofEra = shifted - era * 400
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5)
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}
