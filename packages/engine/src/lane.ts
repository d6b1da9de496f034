import { cancelledEarly } from './cancel.js'
import { ParentLockedError } from './errors.js'
import { isInside } from './scope.js'
import type { Transaction } from './transaction.js'
import { Waiters } from './waiters.js'

/** Who has a connection or a transaction to itself: one statement, a stream that is being read, or a transaction inside it. */
type Holder = 'statement' | 'stream' | Transaction

/**
 * A connection speaks with one at a time. Everyone who uses a handle enters its lane, in order of arrival; an open child (a transaction
 * on a connection, a savepoint in a transaction) stays in its parent's lane until it ends, so that nobody can mix with it.
 */
export class Lane {
  #holder: Holder | undefined
  /** Ends the stream that is being read here. */
  #endStream: (() => Promise<void>) | undefined
  readonly #waiters: Waiters<void>

  constructor(timeout: number) {
    const late = () => new ParentLockedError(`the transaction or stream that is open inside was not ended within ${timeout} ms`)
    this.#waiters = new Waiters(timeout, late, false)
  }

  /** Returns at once where nobody is inside. Throws where waiting would be waiting for oneself. */
  enter(signal?: AbortSignal): Promise<void> | undefined {
    if (this.#holder === undefined) {
      this.#holder = 'statement'
      return undefined
    }
    if (this.#holder !== 'statement') refuse(this.#holder)
    return this.#waiters.wait({ signal, aborted: () => cancelledEarly(signal!) })
  }

  /** Who entered stays, as what it has become. Those who wait do so against the clock from now on. */
  hold(as: Holder, endStream?: () => Promise<void>): void {
    this.#holder = as
    this.#endStream = endStream
    this.#waiters.start()
  }

  leave(): void {
    this.#endStream = undefined
    this.#waiters.stop()
    // The lane is handed over: whoever comes between this line and the next one's start must not slip in.
    this.#holder = this.#waiters.serve(undefined) ? 'statement' : undefined
  }

  /** Throws where the caller is inside the open child, and ending the parent would pull the ground from under it. */
  refuseInside(): void {
    if (typeof this.#holder === 'object' && isInside(this.#holder)) refuse(this.#holder)
  }

  /** Ends a stream that was left half read. */
  async endStream(): Promise<void> {
    await this.#endStream?.()
  }

  /** Whether a stream is being read. */
  get streams(): boolean {
    return this.#holder === 'stream'
  }

  /** Whether something runs here or waits for its turn. */
  get busy(): boolean {
    return this.#holder !== undefined
  }

  /** The open transaction inside. */
  get child(): Transaction | undefined {
    return typeof this.#holder === 'object' ? this.#holder : undefined
  }
}

/**
 * Inside a callback the async context tells who calls. For a transaction begun by hand, and for a stream, it cannot: there the
 * caller is taken for the one who would wait for itself, because a prompt error can be understood and a hang cannot.
 */
function refuse(holder: 'stream' | Transaction): void {
  if (holder === 'stream') {
    throw new ParentLockedError('a stream is being read here; use another connection meanwhile, or read it to its end first')
  }
  if (!holder.explicit && !isInside(holder)) return
  const child = holder.savepointName === undefined ? 'transaction' : 'savepoint'
  throw new ParentLockedError(`a ${child} is open inside; use the ${child}'s own handle, or end it first`)
}
