import { Buffer } from 'node:buffer'
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Wire } from './wire.js'

/** Who reads the rows of the statement that runs, from where a row's number of values stands to where its last value ends. */
export interface RowTaker {
  takeRow(bytes: Buffer, at: number, end: number): void
}

type Pass = (chunk: Buffer) => void
/** What is there up to `end`. Only for as long as it is called: a chunk may be overwritten by the next one. */
type Receive = (chunk: Buffer, end?: number) => void

/** A message is a letter, and a length that counts itself. */
const headerLength = 5
const dataRow = 68
const bindComplete = 50
const commandComplete = 67
const readyForQuery = 90
/** As much as Node reads at once. */
const readSize = 65_536

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
  /** Whether pg's client is told of the ends of statements without pg's parser; not before it is connected, when they mean more to it. */
  tells = false
  /** Whether it stands there: no row of a statement that has a taker gets to pg's parser, which would take all of them for text. */
  reads = false
  /** The parts of a message that is not all there yet, and how long it is, once that is known. */
  private parts: Buffer[] = []
  private held = 0
  private wanted = 0
  private receiver: Receive | undefined
  private wire: Wire | undefined

  /**
   * A socket that reads into the same buffer again and again. Node else allocates one of 64 KiB for every answer, however small, and sends
   * it through a stream, which takes longer than all that is done with the answer. Not for TLS, which takes the bytes from the socket itself.
   */
  socket(): Socket {
    const buffer = Buffer.allocUnsafeSlow(readSize)
    const callback = (length: number): boolean => {
      // where pg listens to its socket in another way, or not yet
      if (this.receiver === undefined) return socket.push(Buffer.from(buffer.subarray(0, length)))
      this.receiver(buffer, length)
      return true
    }
    // known to Node, not to its types
    const options: SocketConstructorOpts & Pick<ConnectOpts, 'onread'> = { onread: { buffer, callback } }
    const socket = new Socket(options)
    return socket
  }

  /** Before the client connects: pg listens as soon as it has a stream, which under TLS is another one than the first. */
  install(connection: Wire, rows = true): void {
    const { attachListeners } = connection
    if (typeof attachListeners !== 'function') return
    this.wire = connection
    connection.attachListeners = (stream) => {
      attachListeners.call(connection, new Proxy(stream, { get: (target, key) => this.seen(target, key, rows) }))
    }
  }

  /** The stream as pg is shown it. */
  private seen(stream: Duplex, key: string | symbol, rows: boolean): unknown {
    const value: unknown = Reflect.get(stream, key, stream)
    if (key === 'on')
      return (event: string, listener: Pass) => {
        if (event !== 'data') return stream.on(event, listener)
        this.reads = rows
        const receiver = this.before(listener, stream, rows)
        this.receiver = receiver
        return stream.on('data', (chunk: Buffer) => receiver(chunk))
      }
    return typeof value === 'function' ? value.bind(stream) : value
  }

  /** Nothing may be thrown into the socket's own events. */
  private before(pass: Pass, stream: Duplex, rows: boolean): Receive {
    return (chunk, end = chunk.length) => {
      try {
        if (rows) this.receive(chunk, end, pass)
        else pass(copied(chunk, 0, end))
      } catch (cause) {
        // pg reads past the end of a message that is none of PostgreSQL's
        stream.destroy(
          (cause as Error).name === 'RangeError' ? new Error('The server sent what is not its protocol.', { cause }) : (cause as Error),
        )
      }
    }
  }

  private receive(chunk: Buffer, end: number, pass: Pass): void {
    let at = 0
    if (this.held > 0) {
      at = this.hold(chunk, at, end, headerLength)
      if (this.held < headerLength) return
      if (this.wanted === 0) {
        this.parts = [Buffer.concat(this.parts)]
        this.wanted = 1 + int32(this.parts[0]!, 1)
      }
      at = this.hold(chunk, at, end, this.wanted)
      if (this.held < this.wanted) return
      const message = Buffer.concat(this.parts)
      this.parts = []
      this.held = 0
      this.walk(message, 0, message.length, pass)
    }
    if (at < end) this.walk(chunk, at, end, pass)
  }

  /**
   * What comes with every answer, told to pg's client as pg's parser would, which takes several times as long to find it out. False where
   * nobody listens, or it is not what it should be.
   */
  private told(letter: number, bytes: Buffer, at: number, next: number): boolean {
    if (letter === bindComplete) return next === at + headerLength
    if (letter === readyForQuery)
      return (
        next === at + headerLength + 1 &&
        this.wire!.emit('readyForQuery', { name: 'readyForQuery', length: 5, status: String.fromCharCode(bytes[at + headerLength]!) })
      )
    const text = bytes.toString('latin1', at + headerLength, next - 1)
    return this.wire!.emit('commandComplete', { name: 'commandComplete', length: next - at - 1, text })
  }

  /** Adds to the message until so many of its bytes are there; yields where the chunk goes on. */
  private hold(chunk: Buffer, at: number, length: number, until: number): number {
    const end = Math.min(length, at + until - this.held)
    if (end <= at) return at
    this.parts.push(copied(chunk, at, end))
    this.held += end - at
    return end
  }

  private walk(bytes: Buffer, from: number, end: number, pass: Pass): void {
    let at = from
    let passed = from
    while (at + headerLength <= end) {
      const next = at + 1 + int32(bytes, at + 1)
      if (next < at + headerLength) throw new Error('The server sent what is not its protocol.')
      if (next > end) break
      const letter = bytes[at]!
      if (letter !== dataRow && !(this.tells && (letter === bindComplete || letter === commandComplete || letter === readyForQuery))) {
        at = next
        continue
      }
      // What stands before says whose they are.
      if (passed < at) pass(copied(bytes, passed, at))
      passed = at
      if (letter === dataRow) {
        const taker = this.taker()
        at = rowsFrom(bytes, at, end, taker)
        if (taker !== undefined) passed = at
      } else {
        at = next
        if (this.told(letter, bytes, passed, next)) passed = next
      }
    }
    if (passed < at) pass(copied(bytes, passed, at))
    if (at === end) return
    this.parts = [copied(bytes, at, end)]
    this.held = end - at
    this.wanted = this.held < headerLength ? 0 : 1 + int32(bytes, at + 1)
  }
}

/** What is kept until the next chunk comes, and what pg gets, which may keep a part of it: not much, since rows are none of it. */
const copied = (bytes: Buffer, from: number, end: number): Buffer => Buffer.from(bytes.subarray(from, end))

/** Hands over every row that is there in full; yields where something else begins. */
function rowsFrom(bytes: Buffer, from: number, end: number, taker: RowTaker | undefined): number {
  let at = from
  while (at + headerLength <= end && bytes[at] === dataRow) {
    const next = at + 1 + int32(bytes, at + 1)
    if (next > end || next < at + headerLength) break
    taker?.takeRow(bytes, at + headerLength, next)
    at = next
  }
  return at
}
