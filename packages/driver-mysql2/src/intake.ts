import type { Buffer } from 'node:buffer'
import type { DriverRequest } from '@quern/engine'
import { type Cell, RowReader } from './binary-row.js'
import type { Client, Field, Packet } from './client.js'

/** Who reads the rows of the statement that runs. */
export interface RowTaker {
  /** An array for the next row; a new one where it says nothing. */
  room?(): Cell[] | undefined
  add(row: Cell[]): void
}

/** What the packets and the connection of mysql2 have that rows can be read by; not in every version. */
interface RowPacket extends Packet {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
  readonly sequenceId: number
  readonly numPackets: number
}
interface Counting extends Client {
  sequenceId: number
}

const isReadable = (packet: RowPacket, client: Counting): boolean =>
  packet.buffer instanceof Uint8Array &&
  typeof packet.offset === 'number' &&
  typeof packet.end === 'number' &&
  typeof packet.numPackets === 'number' &&
  client.sequenceId === packet.sequenceId

/**
 * Stands where mysql2 hands every packet to the command that runs: rows of prepared statements go from the bytes straight to whoever
 * reads them, everything else takes its way. mysql2 would make a row of them through a call or two for each value, and moments and
 * 64-bit integers as text, of many small pieces. It also hands rows over without the server's status, which is heard here.
 */
export class Intake {
  // Hard private, because a client has the password in it.
  readonly #client: Counting
  private readonly heard: (status: number) => void
  private readable: boolean | undefined
  private reader: RowReader | undefined
  private taker: RowTaker | undefined
  /** From the columns of a result to the packet that ends them. */
  private announced: RowTaker | undefined

  constructor(client: Client, heard: (status: number) => void) {
    this.#client = client as Counting
    this.heard = heard
    const handle = client.handlePacket
    client.handlePacket = (packet) => {
      if (packet === undefined) handle.call(client, packet)
      else this.receive(packet as RowPacket, handle)
    }
  }

  /** When the last column of a prepared statement's result has been described. Yields whether `taker` gets its rows. */
  expect(fields: readonly Field[], { forms }: DriverRequest, taker: RowTaker): boolean {
    this.reader = this.readable ? RowReader.of(fields, forms) : undefined
    this.announced = this.reader && taker
    return this.reader !== undefined
  }

  private receive(packet: RowPacket, handle: Client['handlePacket']): void {
    const { taker } = this
    this.readable ??= isReadable(packet, this.#client)
    if (taker !== undefined) {
      // a packet of another kind ends the rows
      if (packet.buffer[packet.offset] === 0) {
        this.takeRow(packet, taker)
        return
      }
      this.taker = undefined
      // it has the last piece of the network
      this.reader = undefined
    }
    if (packet.isEOF()) {
      this.heard(packet.eofStatusFlags())
      this.taker = this.announced
    }
    this.announced = undefined
    handle.call(this.#client, packet)
  }

  /** Nothing may be thrown into the socket's own events. */
  private takeRow(packet: RowPacket, taker: RowTaker): void {
    const client = this.#client
    client.sequenceId = (packet.sequenceId + packet.numPackets) & 255
    try {
      taker.add(this.reader!.read(packet.buffer, packet.offset, packet.end, taker.room?.()))
    } catch (cause) {
      client.stream.destroy(cause as Error)
    }
  }
}
