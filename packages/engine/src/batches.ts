import { onAbort } from './abort.js'
import { atRest, cancelled, endsBefore, quiet } from './cancel.js'
import { deadlineSignal } from './deadline.js'
import type { DriverConnection } from './driver.js'
import type { Lease } from './pool-slot.js'

/** What ends a stream before its rows do. */
export interface StreamLimits {
  readonly signal: AbortSignal | undefined
  /** How long the server may take for each batch, in milliseconds; the reader's own time does not count. */
  readonly each: number
  /** What to say of a batch that took longer. */
  readonly late: () => unknown
}

/** The batches of a stream, none of which keeps its reader waiting for longer than it may, also where nothing passes any more. */
export class Batches<T> {
  readonly #batches: AsyncGenerator<T, void, undefined>
  readonly #lease: Lease<DriverConnection>
  readonly #limits: StreamLimits
  readonly #calledOff: (() => void) | undefined
  #waiting = false
  /** The request to stop what runs between two batches, and the rest of a batch that nobody waits for any more. */
  #stopping: Promise<void> | undefined
  #abandoned: Promise<void> | undefined

  constructor(batches: AsyncGenerator<T, void, undefined>, lease: Lease<DriverConnection>, limits: StreamLimits) {
    this.#batches = batches
    this.#lease = lease
    this.#limits = limits
    // While a batch is awaited, `next` sees to it.
    const stop = () => {
      if (!this.#waiting) this.#stopping = lease.connection.cancel().catch(() => {})
    }
    this.#calledOff = limits.signal && onAbort(limits.signal, stop)
  }

  /** The next batch, or `undefined` at the end. */
  async next(): Promise<T | undefined> {
    const { signal, each, late } = this.#limits
    if (signal?.aborted) throw cancelled('the stream was cancelled', signal)
    if (each === Number.POSITIVE_INFINITY) return await this.#within(signal)
    const deadline = deadlineSignal(each, late, signal)
    try {
      return await this.#within(deadline.signal)
    } finally {
      deadline.clear()
    }
  }

  async #within(signal: AbortSignal | undefined): Promise<T | undefined> {
    const pending = this.#batches.next()
    this.#waiting = true
    const ended = signal === undefined || (await endsBefore(pending, signal))
    if (!ended) this.#abandoned = quiet(pending, this.#lease)
    try {
      if (!ended) throw cancelled('the stream was cancelled', signal)
      return (await pending).value as T | undefined
    } finally {
      this.#waiting = false
    }
  }

  /** Whether a batch is on its way that nobody waits for any more. */
  get abandoned(): boolean {
    return this.#abandoned !== undefined
  }

  /** Ends the stream wherever it is. `leave` is called when nothing runs on the connection any more, which the reader need not wait for. */
  async end(leave: () => Promise<void> | undefined | void): Promise<void> {
    this.#calledOff?.()
    const abandoned = this.#abandoned
    if (abandoned !== undefined) return void abandoned.then(() => this.#batches.return()).then(leave, leave)
    try {
      await atRest(Promise.all([this.#batches.return(), this.#stopping]), this.#lease)
    } finally {
      await leave()
    }
  }
}
