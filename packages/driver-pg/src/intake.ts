import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { Wire } from './wire.js'

/** Who reads the rows of the statement that runs, from where a row's number of values stands to where its last value ends. */
export interface RowTaker {
  takeRow(bytes: Buffer, at: number, end: number): void
}

type Receive = (chunk: Buffer) => void

/** A message is a letter, and a length that counts itself. */
const headerLength = 5
const dataRow = 68

export const int32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

/**
 * Stands between the socket and pg's parser: rows go from the bytes straight to whoever reads them, everything else goes on to pg in
 * whole messages. pg makes a string of every value and an event of every row, which is most of what reading many rows costs. Where
 * nobody takes a row, or where a version of pg listens to its socket in another way, all is as without it.
 */
export class Intake {
  /** Asked at every run of rows. */
  taker: () => RowTaker | undefined = () => undefined
  /** Whether it stands there: no row of a statement that has a taker gets to pg's parser, which would take all of them for text. */
  reads = false
  /** The parts of a message that is not all there yet, and how long it is, once that is known. */
  private parts: Buffer[] = []
  private held = 0
  private wanted = 0

  /** Before the client connects: pg listens as soon as it has a stream, which under TLS is another one than the first. */
  install(connection: Wire, rows = true): void {
    const { attachListeners } = connection
    if (typeof attachListeners !== 'function') return
    connection.attachListeners = (stream) => {
      attachListeners.call(connection, new Proxy(stream, { get: (target, key) => this.seen(target, key, rows) }))
    }
  }

  /** The stream as pg is shown it. */
  private seen(stream: Duplex, key: string | symbol, rows: boolean): unknown {
    const value: unknown = Reflect.get(stream, key, stream)
    if (key === 'on')
      return (event: string, listener: Receive) => {
        if (event === 'data') this.reads = rows
        return stream.on(event, event === 'data' ? this.before(listener, stream, rows) : listener)
      }
    return typeof value === 'function' ? value.bind(stream) : value
  }

  /** Nothing may be thrown into the socket's own events. */
  private before(pass: Receive, stream: Duplex, rows: boolean): Receive {
    return (chunk) => {
      try {
        if (rows) this.receive(chunk, pass)
        else pass(chunk)
      } catch (cause) {
        // pg reads past the end of a message that is none of PostgreSQL's
        stream.destroy(
          (cause as Error).name === 'RangeError' ? new Error('The server sent what is not its protocol.', { cause }) : (cause as Error),
        )
      }
    }
  }

  private receive(chunk: Buffer, pass: Receive): void {
    let at = 0
    if (this.held > 0) {
      at = this.hold(chunk, at, headerLength)
      if (this.held < headerLength) return
      if (this.wanted === 0) {
        this.parts = [Buffer.concat(this.parts)]
        this.wanted = 1 + int32(this.parts[0]!, 1)
      }
      at = this.hold(chunk, at, this.wanted)
      if (this.held < this.wanted) return
      const message = Buffer.concat(this.parts)
      this.parts = []
      this.held = 0
      this.walk(message, 0, pass)
    }
    if (at < chunk.length) this.walk(chunk, at, pass)
  }

  /** Adds to the message until so many of its bytes are there; yields where the chunk goes on. */
  private hold(chunk: Buffer, at: number, until: number): number {
    const end = Math.min(chunk.length, at + until - this.held)
    if (end <= at) return at
    this.parts.push(chunk.subarray(at, end))
    this.held += end - at
    return end
  }

  private walk(bytes: Buffer, from: number, pass: Receive): void {
    const end = bytes.length
    let at = from
    let passed = from
    while (at + headerLength <= end) {
      const next = at + 1 + int32(bytes, at + 1)
      if (next < at + headerLength) throw new Error('The server sent what is not its protocol.')
      if (next > end) break
      if (bytes[at] !== dataRow) {
        at = next
        continue
      }
      // What stands before the rows says whose they are.
      if (passed < at) pass(bytes.subarray(passed, at))
      passed = at
      const taker = this.taker()
      at = rowsFrom(bytes, at, taker)
      if (taker !== undefined) passed = at
    }
    if (passed < at) pass(bytes.subarray(passed, at))
    if (at === end) return
    this.parts = [bytes.subarray(at)]
    this.held = end - at
    this.wanted = this.held < headerLength ? 0 : 1 + int32(bytes, at + 1)
  }
}

/** Hands over every row that is there in full; yields where something else begins. */
function rowsFrom(bytes: Buffer, from: number, taker: RowTaker | undefined): number {
  const end = bytes.length
  let at = from
  while (at + headerLength <= end && bytes[at] === dataRow) {
    const next = at + 1 + int32(bytes, at + 1)
    if (next > end || next < at + headerLength) break
    taker?.takeRow(bytes, at + headerLength, next)
    at = next
  }
  return at
}
