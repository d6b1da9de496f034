import { Buffer } from 'node:buffer'
import { Exchange } from './exchange.js'
import type { Wire } from './wire.js'

/** The message header of CopyData is its letter and its length. */
const headerLength = 5

function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (cause: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/**
 * The buffer that pieces go out in, kept with the connection: the request of a write that had to wait holds its buffer until the next full
 * collection, and a million rows would leave tens of megabytes behind. Nobody gets it while the socket has it.
 */
export class Frames {
  private free: Buffer | undefined

  take(length: number): Buffer {
    const { free } = this
    this.free = undefined
    return free !== undefined && free.byteLength >= length ? free : Buffer.allocUnsafeSlow(length)
  }

  giveBack(frame: Buffer): void {
    if (frame.byteLength <= mostKept) this.free = frame
  }
}
const mostKept = 1 << 18

/** `COPY … FROM STDIN` with our own bytes, no faster than the server takes them. */
export class CopyIn extends Exchange {
  private readonly text: string
  private readonly frames: Frames
  private wire: Wire | undefined
  private state: 'sent' | 'copying' | 'ended' = 'sent'
  private readonly accepted = deferred<boolean>()
  /** Ends what the pump waits for: the server has stopped listening, or nobody wants the copy any more. */
  private interrupt: (cause?: Error) => void = () => {}
  private readonly ended = deferred<number>()

  constructor(text: string, frames: Frames) {
    super()
    this.text = text
    this.frames = frames
    this.ended.promise.catch(() => {})
  }

  submit(wire: Wire): void {
    this.wire = wire
    wire.query(this.text)
  }

  /** Sends all of `bytes` and yields the number of rows that the server took. */
  async send(bytes: AsyncIterable<Uint8Array>): Promise<number> {
    if (await this.accepted.promise) await this.pump(bytes[Symbol.asyncIterator]())
    else if (this.error === undefined) {
      await this.ended.promise
      throw new TypeError('copyIn takes one COPY … FROM STDIN statement.')
    }
    return await this.ended.promise
  }

  /** A server that waits for our bytes does not look at requests to cancel; it has to be told that none will come. */
  override cancel(): void {
    this.interrupt(Object.assign(new Error('The copy was cancelled.'), { code: '57014' }))
  }

  private async pump(source: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      for (;;) {
        // A source that never yields again must not keep the server's refusal from the caller.
        const next = await this.unlessStopped(source.next())
        if (next === 'stopped') break
        if (next.done) return this.finish((wire) => wire.endCopyFrom())
        await this.write(next.value)
      }
    } catch (cause) {
      this.finish((wire) => wire.sendCopyFail('the source of the rows failed'))
      await this.ended.promise.catch(() => {})
      throw cause
    } finally {
      void source.return?.()?.catch(() => {})
    }
  }

  private finish(send: (wire: Wire) => void): void {
    if (this.state !== 'copying') return
    this.state = 'ended'
    send(this.wire!)
  }

  private async write(chunk: Uint8Array): Promise<void> {
    const length = headerLength + chunk.byteLength
    const frame = this.frames.take(length)
    frame[0] = 0x64
    frame.writeUInt32BE(chunk.byteLength + 4, 1)
    frame.set(chunk, headerLength)
    const taken = deferred<void>()
    this.wire!.stream.write(frame.subarray(0, length), () => {
      this.frames.giveBack(frame)
      taken.resolve()
    })
    await this.unlessStopped(taken.promise)
  }

  /** Not `Promise.race`: racing one long-lived promise again and again keeps every loser in memory. */
  private unlessStopped<T>(work: Promise<T>): Promise<T | 'stopped'> {
    return new Promise((resolve, reject) => {
      this.interrupt = (cause) => (cause ? reject(cause) : resolve('stopped'))
      work.then(resolve, reject)
      if (this.state !== 'copying') this.interrupt()
    })
  }

  override handleCopyInResponse(wire: Wire): void {
    if (this.state === 'sent') this.state = 'copying'
    else super.handleCopyInResponse(wire)
    this.accepted.resolve(true)
  }

  override handleError(error: unknown, wire: Wire): void {
    super.handleError(error, wire)
    this.state = 'ended'
    this.interrupt()
    this.accepted.resolve(false)
  }

  settle(error: unknown): void {
    this.state = 'ended'
    this.error ??= error
    this.interrupt()
    this.accepted.resolve(false)
    if (error !== undefined) this.ended.reject(error)
    else this.ended.resolve(this.count)
  }
}
