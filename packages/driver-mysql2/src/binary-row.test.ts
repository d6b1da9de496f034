import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Cell, RowReader } from './binary-row.js'
import type { Field } from './client.js'

type Form = 'text' | 'integer' | 'moment'
const field = (columnType: number, more: Partial<Field> = {}): Field => ({
  name: '',
  columnType,
  flags: 0,
  decimals: 0,
  characterSet: 224,
  encoding: 'utf8',
  ...more,
})
const unsigned = { flags: 32 }
const bytesOnly = { characterSet: 63, encoding: 'binary' }

/** A row as the server sends it: values that are null stand in its bitmap alone. */
function rowOf(values: readonly (Buffer | null)[]): Buffer {
  const bitmap = Buffer.alloc((values.length + 9) >> 3)
  values.forEach((value, i) => {
    if (value === null) bitmap[(i + 2) >> 3]! |= 1 << ((i + 2) & 7)
  })
  return Buffer.concat([Buffer.from([0]), bitmap, ...values.filter((value) => value !== null)])
}
function sized(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes as string)
  const { length } = content
  const head =
    length < 251 ? [length] : length < 65536 ? [252, length & 255, length >> 8] : [253, length & 255, (length >> 8) & 255, length >> 16]
  return Buffer.concat([Buffer.from(head), content])
}
function number(write: (bytes: Buffer) => number): Buffer {
  const bytes = Buffer.alloc(8)
  return bytes.subarray(0, write(bytes))
}
const moment = (year: number, month: number, day: number, ...rest: number[]): Buffer => {
  const body = [year & 255, year >> 8, month, day, ...rest.slice(0, 3)]
  if (rest.length > 3) body.push(...Buffer.from(Uint32Array.of(rest[3]!).buffer))
  return sized(Buffer.from(body))
}
const clock = (negative: number, days: number, hours: number, minutes: number, seconds: number, fraction?: number): Buffer =>
  sized(
    Buffer.concat([
      Buffer.from([negative]),
      Buffer.from(Uint32Array.of(days).buffer),
      Buffer.from([hours, minutes, seconds]),
      ...(fraction === undefined ? [] : [Buffer.from(Uint32Array.of(fraction).buffer)]),
    ]),
  )

/** In a packet that stands somewhere among other bytes. */
function read(fields: readonly Field[], values: readonly (Buffer | null)[], forms?: readonly Form[]): Cell[] {
  const row = rowOf(values)
  const bytes = Buffer.concat([Buffer.from('before'), row, Buffer.from('behind')])
  return RowReader.of(fields, forms)!.read(bytes, 6, 6 + row.length)
}
const one = (described: Field, value: Buffer, form?: Form): Cell => read([described], [value], form && [form])[0]!

test('whole numbers of all sizes, with a sign and without', () => {
  const cases: readonly [number, number, (bytes: Buffer) => number, (bytes: Buffer) => number][] = [
    [1, 8, (b) => b.writeInt8(-128), (b) => b.writeUInt8(255)],
    [2, 16, (b) => b.writeInt16LE(-32768), (b) => b.writeUInt16LE(65535)],
    [3, 32, (b) => b.writeInt32LE(-(2 ** 31)), (b) => b.writeUInt32LE(2 ** 32 - 1)],
    [9, 32, (b) => b.writeInt32LE(-(2 ** 31)), (b) => b.writeUInt32LE(2 ** 32 - 1)],
  ]
  for (const [type, bits, low, high] of cases) {
    expect(one(field(type), number(low))).toBe(-(2 ** (bits - 1)))
    expect(one(field(type, unsigned), number(high))).toBe(2 ** bits - 1)
  }
  expect(
    one(
      field(13),
      number((b) => b.writeUInt16LE(2155)),
    ),
  ).toBe(2155)
})

test('64-bit integers as text, or as numbers where these are asked for and exact', () => {
  for (const value of [0n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    const bytes = number((b) => b.writeBigInt64LE(value))
    expect(one(field(8), bytes)).toBe(String(value))
    expect(one(field(8), bytes, 'text')).toBe(String(value))
    expect(one(field(8), bytes, 'integer')).toBe(Number.isSafeInteger(Number(value)) ? Number(value) : String(value))
  }
  for (const value of [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n - 1n]) {
    const bytes = number((b) => b.writeBigUInt64LE(value))
    expect(one(field(8, unsigned), bytes)).toBe(String(value))
    expect(one(field(8, unsigned), bytes, 'integer')).toBe(value < 2n ** 53n ? Number(value) : String(value))
  }
})

test('floats', () => {
  for (const value of [0, -0, 1.5, Math.fround(0.1), -3.4028234663852886e38])
    expect(
      one(
        field(4),
        number((b) => b.writeFloatLE(value)),
      ),
    ).toBe(value)
  for (const value of [0.1, -0, 5e-324, 1.7976931348623157e308])
    expect(
      one(
        field(5),
        number((b) => b.writeDoubleLE(value)),
      ),
    ).toBe(value)
})

test('texts of every length, of one byte a character or several', () => {
  for (const type of [15, 247, 248, 249, 250, 251, 252, 253, 254])
    for (const text of [
      '',
      'a',
      'München',
      '😀'.repeat(3),
      'a'.repeat(250),
      'b'.repeat(251),
      'é'.repeat(700),
      'c'.repeat(1024),
      'd'.repeat(70_000),
      '\0',
    ])
      expect(one(field(type), sized(text))).toBe(text)
  for (const type of [0, 246, 245]) expect(one(field(type, bytesOnly), sized('-12.50'))).toBe('-12.50')
  expect(one(field(252, { ...bytesOnly, extendedFormat: 'json', encoding: 'utf8' }), sized('{"ä":1}'))).toBe('{"ä":1}')
})

test('texts of many rows in one piece of the network, each its own', () => {
  const rows = Array.from({ length: 100 }, (_, i) =>
    rowOf([sized(`first ${i} `.repeat(1 + (i % 9))), i % 3 ? sized(`zweite für ${i}`) : null, sized('x'.repeat(i * 20))]),
  )
  const bytes = Buffer.concat(rows)
  const reader = RowReader.of([field(253), field(253), field(252)], undefined)!
  let at = 0
  rows.forEach((row, i) => {
    expect(reader.read(bytes, at, at + row.length)).toEqual([
      `first ${i} `.repeat(1 + (i % 9)),
      i % 3 ? `zweite für ${i}` : null,
      'x'.repeat(i * 20),
    ])
    at += row.length
  })
  expect(reader.read(rows[1]!, 0, rows[1]!.length)[0]).toBe('first 1 first 1 ')
})

test('bytes stay bytes', () => {
  for (const type of [16, 252, 253, 254])
    expect(one(field(type, bytesOnly), sized(Buffer.from([0, 255, 128])))).toEqual(Buffer.from([0, 255, 128]))
})

test('moments as milliseconds where these are asked for', () => {
  const as = (bytes: Buffer, type = 12) => one(field(type, { decimals: 6 }), bytes, 'moment')
  expect(as(moment(2024, 2, 29, 23, 59, 58, 123_000))).toBe(Date.UTC(2024, 1, 29, 23, 59, 58, 123))
  expect(as(moment(1969, 12, 31, 1, 2, 3), 7)).toBe(Date.UTC(1969, 11, 31, 1, 2, 3))
  expect(as(moment(1969, 12, 31, 1, 2, 4), 7)).toBe(Date.UTC(1969, 11, 31, 1, 2, 4))
  expect(as(moment(1000, 1, 1))).toBe(Date.UTC(1000, 0, 1))
  expect(as(moment(9999, 12, 31, 23, 59, 59, 999_000))).toBe(Date.UTC(9999, 11, 31, 23, 59, 59, 999))
})

test('moments as text, where a number cannot say them or nobody has asked for it', () => {
  const cases: readonly [Buffer, string][] = [
    [sized(''), '0000-00-00 00:00:00'],
    [moment(0, 0, 0, 0, 0, 0, 1), '0000-00-00 00:00:00.000001'],
    [moment(2024, 0, 1), '2024-00-01 00:00:00'],
    [moment(2024, 1, 0, 1, 2, 3), '2024-01-00 01:02:03'],
    [moment(99, 1, 1), '0099-01-01 00:00:00'],
    [moment(2024, 1, 1, 0, 0, 0, 1), '2024-01-01 00:00:00.000001'],
  ]
  for (const type of [7, 12]) for (const [bytes, text] of cases) expect(one(field(type, { decimals: 6 }), bytes, 'moment')).toBe(text)
  expect(one(field(12), moment(2024, 1, 2, 3, 4, 5))).toBe('2024-01-02 03:04:05')
  expect(one(field(12, { decimals: 3 }), moment(2024, 1, 2, 3, 4, 5, 6000), 'text')).toBe('2024-01-02 03:04:05.006')
  expect(read([field(12), field(12)], [moment(2024, 1, 2), moment(2024, 1, 2)], ['text', 'moment'])).toEqual([
    '2024-01-02 00:00:00',
    Date.UTC(2024, 0, 2),
  ])
})

test('days and times', () => {
  expect(one(field(10), moment(2024, 2, 9))).toBe('2024-02-09')
  expect(one(field(10), sized(''))).toBe('0000-00-00')
  expect(one(field(11), sized(''))).toBe('00:00:00')
  expect(one(field(11), clock(1, 34, 22, 59, 59, 1))).toBe('-838:59:59.000001')
  expect(one(field(11), clock(0, 0, 1, 2, 3))).toBe('01:02:03')
  expect(one(field(11), clock(0, 0, 0, 0, 0, 120_000))).toBe('00:00:00.12')
})

test('what is left to mysql2, and rows that end too early', () => {
  for (const type of [255, 242, 14, 200]) expect(RowReader.of([field(3), field(type)], undefined)).toBeUndefined()
  expect(RowReader.of([field(253, { encoding: 'latin1' })], undefined)).toBeUndefined()
  const row = rowOf([sized('abc')])
  const short = (bytes: Buffer, type: number) => () => RowReader.of([field(type)], undefined)!.read(bytes, 0, row.length - 1)
  expect(short(row, 253)).toThrow('shorter than its values')
  expect(short(Buffer.concat([rowOf([Buffer.alloc(2)]), Buffer.alloc(8)]), 8)).toThrow('shorter than its values')
})

/** The parser that mysql2 makes for the same columns, told what Quern tells it. */
function mysql2Reads(fields: readonly Field[], row: Buffer): unknown[] {
  const load = createRequire(__filename)
  const lib = join(dirname(load.resolve('mysql2')), 'lib')
  const parserOf = load(join(lib, 'parsers/binary_parser.js'))
  const Packet = load(join(lib, 'packets/packet.js'))
  const options = { rowsAsArray: true, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, jsonStrings: true }
  const packet = new Packet(0, Buffer.concat([Buffer.alloc(4), row]), 0, row.length + 4)
  return new (parserOf(fields, options, options))().next(packet, fields, options)
}

test('is what mysql2 reads, whatever the row', () => {
  let seed = 7
  const below = (most: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >> 8) % most
  }
  const makers: readonly [Field, () => Buffer][] = [
    ...[1, 2, 3, 8, 9].flatMap((type): [Field, () => Buffer][] =>
      [field(type), field(type, unsigned)].map((described) => [
        described,
        () => Buffer.from(Array.from({ length: { 1: 1, 2: 2, 8: 8 }[type] ?? 4 }, () => below(4) * 85)),
      ]),
    ),
    [field(4), () => number((b) => b.writeFloatLE(below(1000) / 7))],
    [field(5), () => number((b) => b.writeDoubleLE(below(1000) / 7))],
    [field(13), () => number((b) => b.writeUInt16LE(below(3000)))],
    [field(10), () => (below(5) === 0 ? sized('') : moment(below(9999), below(13), below(32)))],
    [field(11), () => clock(below(2), below(35), below(24), below(60), below(60), ...(below(2) ? [1 + below(999_999)] : []))],
    [
      field(12, { decimals: 6 }),
      () => moment(1 + below(9998), 1 + below(12), 1 + below(28), below(24), below(60), below(60), ...(below(2) ? [below(1_000_000)] : [])),
    ],
    [
      field(7, { decimals: 3 }),
      () =>
        moment(1970 + below(60), 1 + below(12), 1 + below(28), ...(below(2) ? [below(24), below(60), below(60), below(1000) * 1000] : [])),
    ],
    [field(253), () => sized('aé😀\n'.repeat(below(300)).slice(below(3)))],
    [field(252), () => sized('plain '.repeat(below(300)))],
    [field(246, bytesOnly), () => sized(`-${below(1000)}.${below(1000)}`)],
    [field(245, bytesOnly), () => sized(JSON.stringify({ ü: below(100) }))],
    [field(252, bytesOnly), () => sized(Buffer.from(Array.from({ length: below(600) }, () => below(256))))],
  ]
  for (let round = 0; round < 300; round++) {
    const columns = Array.from({ length: 1 + below(20) }, () => makers[below(makers.length)]!)
    const fields = columns.map(([described]) => described)
    const row = rowOf(columns.map(([, make]) => (below(5) === 0 ? null : make())))
    expect(RowReader.of(fields, undefined)!.read(row, 0, row.length)).toEqual(mysql2Reads(fields, row))
  }
})
