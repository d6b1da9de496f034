/** Arrays and ranges in PostgreSQL's text form, of any element type and depth. */
import { type ParameterNode, QuernError, type SqlType } from '@quern/expression'
import { type Decode, type DriverValue, decoderOf, encoderOf, hexOf, storerOf, type TypeCodecs } from '@quern/sql'
import { faultOf } from './range-bounds.js'
import { reject } from './values.js'

const dialect = (types: TypeCodecs) => ({ name: 'postgres' as const, types, natural: () => undefined })

/** `{"a","b",NULL}`; every element in quotes, so that nothing in it can end it. */
export function arrayText(items: readonly (DriverValue | string)[]): string {
  return `{${items.map(element).join(',')}}`
}
function element(item: DriverValue): string {
  if (item === null) return 'NULL'
  if (typeof item === 'string') return `"${item.replace(/[\\"]/g, '\\$&')}"`
  return item instanceof Uint8Array ? `"\\\\x${hexOf(item)}"` : String(item)
}

const isArray = (type: SqlType): boolean => type.name === 'array'

export function encodeArray(value: unknown, parameter: ParameterNode, type: SqlType, types: TypeCodecs, stored: boolean): string {
  if (!Array.isArray(value)) return reject(parameter, 'an array', value)
  const { element: inner, elementNotNull } = type.detail!
  const encode = (stored ? storerOf : encoderOf)(inner!, dialect(types))
  if (isArray(inner!)) return nestedArray(value, parameter, inner!, types, stored)
  // what an element may be stands in its own type: a length, a scale, the labels of an enum
  const each: ParameterNode = { ...parameter, type: inner! }
  const items: DriverValue[] = []
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i]
    if (item === undefined || (item === null && elementNotNull)) return reject(parameter, `an array without ${item} (at [${i}])`, value)
    items.push(item === null ? null : encode(item, each))
  }
  return arrayText(items)
}

/** PostgreSQL's arrays of arrays are boxes: all rows of one length, none of them empty or NULL. */
function nestedArray(value: readonly unknown[], parameter: ParameterNode, inner: SqlType, types: TypeCodecs, stored: boolean): string {
  const size = sizeOf(value[0])
  for (const row of value) {
    if (!Array.isArray(row) || row.length === 0 || sizeOf(row) !== size)
      return reject(parameter, 'an array whose inner arrays all have the same length, which is not 0', value)
  }
  return `{${value.map((row) => encodeArray(row, parameter, inner, types, stored)).join(',')}}`
}
const sizeOf = (value: unknown): string => (Array.isArray(value) ? `${value.length},${sizeOf(value[0])}` : '')

/** The text form back to elements. */
export function decodeArray(type: SqlType, types: TypeCodecs): Decode {
  let { element: inner, elementNotNull } = type.detail!
  while (isArray(inner!)) ({ element: inner, elementNotNull } = inner!.detail!)
  const decode = decoderOf(inner!, dialect(types)) ?? ((raw: string) => raw)
  return (raw: string) => new ArrayReader(raw, decode, elementNotNull === true).read()
}

class ArrayReader {
  private at: number
  private readonly text: string
  private readonly decode: Decode
  private readonly notNull: boolean

  constructor(text: string, decode: Decode, notNull: boolean) {
    this.text = text
    this.decode = decode
    this.notNull = notNull
    // `[0:1]={…}` says where counting begins, which arrays here do not have
    this.at = text.indexOf('{')
  }

  read(): unknown[] {
    const items: unknown[] = []
    this.at++
    while (this.text[this.at] !== '}') {
      items.push(this.text[this.at] === '{' ? this.read() : this.item())
      if (this.text[this.at] === ',') this.at++
    }
    this.at++
    return items
  }

  private item(): unknown {
    if (this.text[this.at] === '"') return this.decode(this.quotedText())
    const start = this.at
    while (this.text[this.at] !== ',' && this.text[this.at] !== '}') this.at++
    const raw = this.text.slice(start, this.at)
    if (raw !== 'NULL') return this.decode(raw)
    if (this.notNull)
      throw new QuernError('the database holds an array with NULL in it; declare its elements without notNull()', 'VALUE_OUT_OF_RANGE')
    return null
  }

  private quotedText(): string {
    let out = ''
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      if (this.text[this.at] === '\\') this.at++
      out += this.text[this.at]
    }
    this.at++
    return out
  }
}

/** A range as data; `null` is no bound at all on that side. */
export interface Range<T> {
  readonly lower: T | null
  readonly upper: T | null
  /** Which of the bounds belong to it. PostgreSQL keeps ranges of whole numbers and days as `[)`. */
  readonly bounds: '[)' | '(]' | '[]' | '()'
}
const boundKinds: readonly string[] = ['[)', '(]', '[]', '()']

export function encodeRange(value: unknown, parameter: ParameterNode, type: SqlType, types: TypeCodecs): string {
  if (value === 'empty') return 'empty'
  const { lower, upper, bounds } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Range<unknown>>
  if (lower === undefined || upper === undefined || !boundKinds.includes(bounds!))
    return reject(parameter, "a range as { lower, upper, bounds: '[)' } or 'empty'", value)
  const inner = type.detail!.element!
  const encode = encoderOf(inner, dialect(types))
  const [low, high] = [lower, upper].map((bound) => (bound === null ? null : encode(bound, parameter))) as [DriverValue, DriverValue]
  const fault = faultOf(low, high, bounds!, inner)
  if (fault !== undefined) return reject(parameter, fault, value)
  const side = (bound: DriverValue) => (bound === null ? '' : element(String(bound)))
  return `${bounds![0]}${side(low)},${side(high)}${bounds![1]}`
}

export function encodeMultirange(value: unknown, parameter: ParameterNode, type: SqlType, types: TypeCodecs): string {
  if (!Array.isArray(value)) return reject(parameter, 'an array of ranges', value)
  return `{${Array.from(value, (range) => encodeRange(range, parameter, type, types)).join(',')}}`
}

export function decodeRange(type: SqlType, types: TypeCodecs): Decode {
  const decode = decoderOf(type.detail!.element!, dialect(types)) ?? ((raw: string) => raw)
  return (raw: string) => new RangeReader(raw, decode).range()
}
export function decodeMultirange(type: SqlType, types: TypeCodecs): Decode {
  const decode = decoderOf(type.detail!.element!, dialect(types)) ?? ((raw: string) => raw)
  return (raw: string) => {
    const reader = new RangeReader(raw.slice(1, -1), decode)
    const ranges: unknown[] = []
    while (reader.more()) ranges.push(reader.range())
    return ranges
  }
}

class RangeReader {
  private at = 0
  private readonly text: string
  private readonly decode: Decode

  constructor(text: string, decode: Decode) {
    this.text = text
    this.decode = decode
  }

  more(): boolean {
    if (this.text[this.at] === ',') this.at++
    return this.at < this.text.length
  }

  range(): Range<unknown> | 'empty' {
    if (this.text.startsWith('empty', this.at)) {
      this.at += 5
      return 'empty'
    }
    const open = this.text[this.at++]!
    const lower = this.bound()
    this.at++
    const upper = this.bound()
    const close = this.text[this.at++]!
    // a side without a bound is written as not included; said here in one way only
    return { lower, upper, bounds: `${lower === null ? '[' : open}${upper === null ? ')' : close}` as Range<unknown>['bounds'] }
  }

  private bound(): unknown {
    let out = ''
    const start = this.at
    let inQuotes = false
    for (; inQuotes || !/[,)\]]/.test(this.text[this.at]!); this.at++) {
      const character = this.text[this.at]!
      if (character === '"') {
        if (inQuotes && this.text[this.at + 1] === '"') out += this.text[++this.at]
        else inQuotes = !inQuotes
      } else if (character === '\\') out += this.text[++this.at]
      else out += character
    }
    return this.at === start ? null : this.decode(out)
  }
}
