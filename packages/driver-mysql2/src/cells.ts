/** Numbers and moments of prepared statements without a text between, where the decoders take them. */
import type { DriverRequest } from '@quern/engine'
import type { Field, Packet } from './client.js'

/** What mysql2's packets offer to the parsers that it generates; not in every version. */
interface CellPacket extends Packet {
  offset: number
  readInt8(): number
  readInt16(): number
  readInt32(): number
  readSInt64JSNumber(): number
  readSInt64String(): string | number
  readDateTimeString(decimals: number, separator: string | null, type: number): string | number
}
interface Readers {
  readonly moment: CellPacket['readDateTimeString']
  readonly integer: CellPacket['readSInt64String']
}
const parts = ['readInt8', 'readInt16', 'readInt32', 'readSInt64JSNumber', 'readSInt64String', 'readDateTimeString'] as const

const timestamp = 7
const longlong = 8
const datetime = 12
const isMoment = (type: number): boolean => type === timestamp || type === datetime

/**
 * mysql2 writes every moment and every 64-bit integer as text, of many small pieces, because Quern asks it not to lose digits. The
 * connection's packets get readers of their own, which make numbers of what a number holds exactly, while the statement that runs takes them. Values that it cannot hold stay text.
 */
export class Cells {
  private moments = false
  private integers = false
  private readers: Readers | null | undefined

  /** At the columns of each result; a procedure's further results are read as text. */
  expect(fields: readonly Field[] | undefined, forms: DriverRequest['forms'], result = 0): void {
    const told = fields !== undefined && forms !== undefined && result === 0
    this.moments = told && fields.every(({ columnType }, i) => !isMoment(columnType) || forms[i] === 'moment')
    this.integers = told && fields.every(({ columnType }, i) => columnType !== longlong || forms[i] === 'integer')
  }

  /** Gives a packet the readers; does nothing the second time, or where mysql2 has other ones. */
  equip(given: Packet): void {
    const packet = given as CellPacket
    if (this.readers === undefined) this.readers = parts.every((name) => typeof packet[name] === 'function') ? this.readersOf(packet) : null
    if (this.readers === null || packet.readDateTimeString === this.readers.moment) return
    packet.readDateTimeString = this.readers.moment
    packet.readSInt64String = this.readers.integer
  }

  /** One pair of functions for all packets of the connection: rows that wait in mysql2 have packets of their own. */
  private readersOf({ readDateTimeString, readSInt64String }: CellPacket): Readers {
    const cells = this
    return {
      moment(this: CellPacket, decimals, separator, type) {
        const { offset } = this
        const moment = cells.moments && isMoment(type) ? readMoment(this) : undefined
        if (moment !== undefined) return moment
        this.offset = offset
        return readDateTimeString.call(this, decimals, separator, type)
      },
      integer(this: CellPacket) {
        const { offset } = this
        const value = cells.integers ? this.readSInt64JSNumber() : Number.NaN
        if (Number.isSafeInteger(value)) return value
        this.offset = offset
        return readSInt64String.call(this)
      },
    }
  }
}

/** Milliseconds since 1970; `undefined` for what the decoder has to look at closely: zero dates, years below 100, microseconds. */
function readMoment(packet: CellPacket): number | undefined {
  const length = packet.readInt8()
  if (length < 4) return undefined
  const year = packet.readInt16()
  const month = packet.readInt8()
  const day = packet.readInt8()
  if (year < 100 || month === 0 || day === 0) return undefined
  if (length === 4) return Date.UTC(year, month - 1, day)
  const hour = packet.readInt8()
  const minute = packet.readInt8()
  const second = packet.readInt8()
  const fraction = length > 7 ? packet.readInt32() : 0
  if (fraction % 1000 !== 0) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second, fraction / 1000)
}
