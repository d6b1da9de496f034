/** One row of a prepared statement from its bytes: numbers and moments without a text between, where the decoders take them. */
import type { Buffer } from 'node:buffer'
import type { CellForm } from '@quern/sql'
import type { Field } from './client.js'

export type Cell = string | number | Uint8Array | null

/** How the values of a column stand in a row. */
const tiny = 0
const unsignedTiny = 1
const short = 2
const unsignedShort = 3
const long = 4
const unsignedLong = 5
const longlong = 6
const unsignedLonglong = 7
const float = 8
const double = 9
const text = 10
const bytes = 11
const date = 12
const moment = 13
const time = 14

/** By the protocol's number of the type: with a sign, and without. */
const numbers: Readonly<Record<number, readonly [number, number]>> = {
  1: [tiny, unsignedTiny],
  2: [short, unsignedShort],
  3: [long, unsignedLong],
  4: [float, float],
  5: [double, double],
  7: [moment, moment],
  8: [longlong, unsignedLonglong],
  9: [long, unsignedLong],
  10: [date, date],
  11: [time, time],
  12: [moment, moment],
  13: [unsignedShort, unsignedShort],
}
/** NULL, VARCHAR, BIT, and strings and blobs from ENUM to STRING. */
const sized: ReadonlySet<number> = new Set([6, 15, 16, 247, 248, 249, 250, 251, 252, 253, 254])
/** DECIMAL, old and new, and JSON: text, though their character set is said to be none. */
const texts: ReadonlySet<number> = new Set([0, 245, 246])
const withoutSign = 32
const binary = 63

function kindOf({ columnType, flags, characterSet, encoding, extendedFormat }: Field): number | undefined {
  const number = numbers[columnType]
  if (number !== undefined) return number[(flags & withoutSign) === 0 ? 0 : 1]
  if (texts.has(columnType)) return text
  if (!sized.has(columnType)) return undefined
  if (characterSet === binary && extendedFormat !== 'json') return bytes
  return encoding === 'utf8' ? text : undefined
}

/** What Buffers have and their types have not: texts without a look at the encoding's name. */
interface Slices extends Uint8Array {
  utf8Slice(start: number, end: number): string
  latin1Slice(start: number, end: number): string
}

/** A text cut from a longer one keeps all of that in memory: it is cut from no more than these bytes. */
const longestCut = 1024
const empty = new DataView(new ArrayBuffer(0))

/** Reads the rows of one result; what it yields is what mysql2 would, or numbers where the column's form is `integer` or `moment`. */
export class RowReader {
  private readonly kinds: readonly number[]
  private readonly forms: readonly CellForm[] | undefined
  private readonly fields: readonly Field[]
  private blank: readonly Cell[] | undefined
  private bytes: Slices | undefined
  /** The same bytes. */
  private view: DataView = empty
  private at = 0
  private end = 0
  /** Some of the bytes as text, one character each; one call for the texts of several rows. */
  private around = ''
  private aroundFrom = 0
  private aroundEnd = 0

  /** `undefined` where a column is of a type that is left to mysql2. */
  static of(fields: readonly Field[], forms: readonly CellForm[] | undefined): RowReader | undefined {
    const kinds: number[] = []
    for (const field of fields) {
      const kind = kindOf(field)
      if (kind === undefined) return undefined
      kinds.push(kind)
    }
    return new RowReader(kinds, fields, forms)
  }

  private constructor(kinds: readonly number[], fields: readonly Field[], forms: readonly CellForm[] | undefined) {
    this.kinds = kinds
    this.fields = fields
    this.forms = forms
  }

  /** `start` is where the packet's first byte stands, a zero, `end` behind its last; `cells` an array of another row that is done with. */
  read(row: Buffer, start: number, end: number, cells: Cell[] = this.row()): Cell[] {
    const { kinds } = this
    const count = kinds.length
    if ((this.bytes as unknown) !== row) this.open(row)
    this.end = end
    const bitmap = start + 1
    this.at = bitmap + ((count + 9) >> 3)
    for (let i = 0; i < count; i++) {
      // the first two bits mean nothing
      const bit = i + 2
      cells[i] = (row[bitmap + (bit >> 3)]! & (1 << (bit & 7))) !== 0 ? null : this.cell(kinds[i]!, i)
    }
    if (this.at > end) throw tooShort()
    return cells
  }

  /** A copy, because the engine learns nothing from it about how long rows live. */
  private row(): Cell[] {
    this.blank ??= this.kinds.map(() => null)
    return this.blank.slice()
  }

  private open(row: Buffer): void {
    this.bytes = row as unknown as Slices
    this.view = new DataView(row.buffer, row.byteOffset, row.length)
    this.aroundFrom = 0
    this.aroundEnd = 0
  }

  private cell(kind: number, i: number): Cell {
    const { view, at } = this
    switch (kind) {
      case tiny:
        this.at = at + 1
        return view.getInt8(at)
      case unsignedTiny:
        this.at = at + 1
        return view.getUint8(at)
      case short:
        this.at = at + 2
        return view.getInt16(at, true)
      case unsignedShort:
        this.at = at + 2
        return view.getUint16(at, true)
      case long:
        this.at = at + 4
        return view.getInt32(at, true)
      case unsignedLong:
        this.at = at + 4
        return view.getUint32(at, true)
      case longlong:
        this.at = at + 8
        return this.whole(view.getInt32(at + 4, true), view.getUint32(at, true), i)
      case unsignedLonglong:
        this.at = at + 8
        return this.whole(view.getUint32(at + 4, true), view.getUint32(at, true), i)
      case float:
        this.at = at + 4
        return view.getFloat32(at, true)
      case double:
        this.at = at + 8
        return view.getFloat64(at, true)
      case text:
        return this.text()
      case bytes: {
        const from = this.sized()
        return this.bytes!.subarray(from, this.at)
      }
      case date:
        return this.date()
      case moment:
        return this.moment(i)
      default:
        return this.time()
    }
  }

  /** 64 bits, whose upper half says whether they have a sign. */
  private whole(upper: number, lower: number, i: number): number | string {
    const value = upper * 0x1_0000_0000 + lower
    const safe = Number.isSafeInteger(value)
    if (this.forms?.[i] === 'integer' && safe) return value
    return String(safe ? value : (BigInt(upper) << 32n) | BigInt(lower))
  }

  /** Steps over a value that its length stands before; yields where it begins. */
  private sized(): number {
    const { view, at } = this
    let length = view.getUint8(at)
    let from = at + 1
    if (length > 250) {
      if (length === 252) {
        length = view.getUint16(from, true)
        from += 2
      } else if (length === 253) {
        length = view.getUint16(from, true) | (view.getUint8(from + 2) << 16)
        from += 3
      } else {
        length = view.getUint32(from, true) + view.getUint32(from + 4, true) * 0x1_0000_0000
        from += 8
      }
    }
    this.at = from + length
    if (this.at > this.end) throw tooShort()
    return from
  }

  private text(): string {
    const from = this.sized()
    const until = this.at
    if (until - from > longestCut || !isPlain(this.view, from, until)) return this.bytes!.utf8Slice(from, until)
    if (from < this.aroundFrom || until > this.aroundEnd) {
      this.aroundFrom = from
      this.aroundEnd = Math.min(from + longestCut, this.view.byteLength)
      this.around = this.bytes!.latin1Slice(from, this.aroundEnd)
    }
    return this.around.substring(from - this.aroundFrom, until - this.aroundFrom)
  }

  private date(): string {
    const from = this.sized()
    return this.at - from < 4 ? '0000-00-00' : dayText(this.view, from)
  }

  /** Milliseconds since 1970 for who takes them, but for what has to be looked at closely: zero dates, years below 100, microseconds. */
  private moment(i: number): number | string {
    const { view } = this
    const from = this.sized()
    const length = this.at - from
    const fraction = length > 7 ? view.getUint32(from + 7, true) : 0
    if (this.forms?.[i] === 'moment' && length >= 4 && fraction % 1000 === 0) {
      const year = view.getUint16(from, true)
      const month = view.getUint8(from + 2)
      const day = view.getUint8(from + 3)
      if (year >= 100 && month > 0 && day > 0) {
        const midnight = midnightOf(year, month, day)
        if (length === 4) return midnight
        const seconds = (view.getUint8(from + 4) * 60 + view.getUint8(from + 5)) * 60 + view.getUint8(from + 6)
        return midnight + seconds * 1000 + fraction / 1000
      }
    }
    const day = length < 4 ? '0000-00-00' : dayText(view, from)
    const clock = length < 7 ? '00:00:00' : clockText(view.getUint8(from + 4), view.getUint8(from + 5), view.getUint8(from + 6))
    return length > 7 ? `${day} ${clock}.${digits(fraction, 6).slice(0, this.fields[i]!.decimals || 6)}` : `${day} ${clock}`
  }

  /** `-838:59:59.000001`; zeros at the end of the fraction are left out. */
  private time(): string {
    const { view } = this
    const from = this.sized()
    const length = this.at - from
    if (length < 8) return '00:00:00'
    const hours = view.getUint32(from + 1, true) * 24 + view.getUint8(from + 5)
    const clock = clockText(hours, view.getUint8(from + 6), view.getUint8(from + 7))
    const fraction = length > 8 ? view.getUint32(from + 8, true) : 0
    const behind = fraction === 0 ? '' : `.${digits(fraction, 6).replace(/0+$/, '')}`
    return (view.getUint8(from) === 0 ? '' : '-') + clock + behind
  }
}

const tooShort = (): Error => new RangeError('The server sent a row that is shorter than its values.')

/** ASCII alone, which is the same in both encodings. */
function isPlain(view: DataView, from: number, end: number): boolean {
  let at = from
  for (const last = end - 4; at <= last; at += 4) if ((view.getInt32(at, true) & 0x80808080) !== 0) return false
  for (; at < end; at++) if (view.getUint8(at) > 127) return false
  return true
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0')
const dayText = (view: DataView, at: number): string =>
  `${digits(view.getUint16(at, true), 4)}-${digits(view.getUint8(at + 2), 2)}-${digits(view.getUint8(at + 3), 2)}`
const clockText = (hours: number, minutes: number, seconds: number): string =>
  `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(seconds, 2)}`

/** The day that was asked for last: rows of one table often tell of the same day, and always of few. */
let lastDay = 0
let lastMidnight = 0
function midnightOf(year: number, month: number, day: number): number {
  const asked = (year << 9) | (month << 5) | day
  if (asked !== lastDay) {
    lastMidnight = Date.UTC(year, month - 1, day)
    lastDay = asked
  }
  return lastMidnight
}
