import { Buffer } from 'node:buffer'
import { Cells } from './cells.js'

/** A packet as mysql2 makes it: what the readers of its own class say is `text`. */
function packetOf(bytes: Buffer) {
  class Packet {
    offset = 0
    readInt8 = () => bytes.readUInt8(this.offset++)
    readInt16 = () => {
      this.offset += 2
      return bytes.readUInt16LE(this.offset - 2)
    }
    readInt32 = () => {
      this.offset += 4
      return bytes.readUInt32LE(this.offset - 4)
    }
    readSInt64JSNumber = () => {
      this.offset += 8
      return Number(bytes.readBigInt64LE(this.offset - 8))
    }
    readSInt64String(): string | number {
      this.offset += 8
      return String(bytes.readBigInt64LE(this.offset - 8))
    }
    readDateTimeString(_decimals: number, _separator: string | null, type: number): string | number {
      const length = bytes.readUInt8(this.offset)
      this.offset += 1 + length
      return `text of ${type}`
    }
  }
  return new Packet()
}

function equipped(bytes: Buffer, types: number[], forms: readonly ('text' | 'integer' | 'moment')[] | undefined, result = 0) {
  const cells = new Cells()
  const packet = packetOf(bytes)
  cells.expect(
    types.map((columnType) => ({ name: '', columnType })),
    forms,
    result,
  )
  cells.equip(packet as never)
  cells.equip(packet as never)
  return packet
}

function moment(year: number, month: number, day: number, ...rest: number[]) {
  const body = [year & 255, year >> 8, month, day, ...rest.slice(0, 3)]
  if (rest.length > 3) body.push(...Buffer.from(Uint32Array.of(rest[3]!).buffer))
  return Buffer.from([body.length, ...body])
}
const read = (bytes: Buffer, type = 12, forms: readonly ('text' | 'moment')[] | undefined = ['moment']) => {
  const packet = equipped(bytes, [type], forms)
  const value = packet.readDateTimeString(6, null, type)
  expect(packet.offset).toBe(bytes.length)
  return value
}

test('moments as milliseconds', () => {
  expect(read(moment(2024, 2, 29, 23, 59, 58, 123_000))).toBe(Date.UTC(2024, 1, 29, 23, 59, 58, 123))
  expect(read(moment(1969, 12, 31, 1, 2, 3), 7)).toBe(Date.UTC(1969, 11, 31, 1, 2, 3))
  expect(read(moment(1000, 1, 1))).toBe(Date.UTC(1000, 0, 1))
})

test('what a number cannot say stays text', () => {
  for (const bytes of [Buffer.from([0]), moment(0, 0, 0), moment(2024, 0, 1), moment(99, 1, 1), moment(2024, 1, 1, 0, 0, 0, 1)])
    expect(read(bytes)).toBe('text of 12')
})

test('nobody gets numbers who has not asked for them', () => {
  const bytes = moment(2024, 1, 2, 3, 4, 5)
  expect(read(bytes, 10)).toBe('text of 10')
  expect(read(bytes, 12, ['text'])).toBe('text of 12')
  expect(equipped(bytes, [12], undefined).readDateTimeString(6, null, 12)).toBe('text of 12')
  expect(equipped(bytes, [12, 12], ['moment', 'text']).readDateTimeString(6, null, 12)).toBe('text of 12')
  expect(equipped(bytes, [12], ['moment'], 1).readDateTimeString(6, null, 12)).toBe('text of 12')
})

test('64-bit integers as numbers as far as these are exact', () => {
  for (const value of [0n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    const packet = equipped(bytes, [8], ['integer'])
    expect(packet.readSInt64String()).toBe(value > 2n ** 53n - 1n || value < -(2n ** 53n) + 1n ? String(value) : Number(value))
    expect(packet.offset).toBe(8)
    expect(equipped(bytes, [8], ['text']).readSInt64String()).toBe(String(value))
  }
})
