import { checkOptions } from '@quern/expression'
import type { Dialect } from '@quern/sql'
import { AdvisoryLock, type AdvisoryLockOptions, dropLock, type LockKey, lockKey, takeLock } from './advisory.js'
import { begin } from './begin.js'
import { cancelledEarly } from './cancel.js'
import type { DriverConnection } from './driver.js'
import { ConnectionLostError, lostError, TransactionClosedError } from './errors.js'
import { type Context, script } from './execute.js'
import { Executor, limited, unlimited } from './executor.js'
import { noteHealth } from './health.js'
import { Lane } from './lane.js'
import { checkScriptOptions, type RetriedOptions, type RunOptions, refuseRetries } from './options.js'
import type { Lease } from './pool-slot.js'
import { repeated } from './retry.js'
import { conduct } from './scope.js'
import type { Transaction } from './transaction.js'

/** One connection of the pool, for as long as it is held. Statements commit by themselves until `begin`. */
export class Connection extends Executor {
  readonly #context: Context
  readonly #lease: Lease<DriverConnection>
  readonly #lane: Lane
  readonly #giveBack: () => Promise<void> | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Where it was closed. */
  #released: Error | undefined
  #closed: Promise<void> | undefined
  readonly #locks = new Map<AdvisoryLock, string | bigint>()

  /** @internal */
  constructor(context: Context, lease: Lease<DriverConnection>, giveBack: () => Promise<void> | undefined) {
    super()
    this.#context = context
    this.#lease = lease
    this.#lane = new Lane(context.patience)
    this.#giveBack = giveBack
  }

  /** @internal */
  get context(): Context {
    return this.#context
  }

  get dialect(): Dialect {
    return this.#lease.connection.dialect
  }

  /** The server's name for this session. */
  get id(): string {
    return this.#lease.connection.id
  }

  /**
   * Runs text that holds several statements and no values, as migrations and dumps do. `timeout`, or else the engine's `statementTimeout`,
   * is for all of it; where it ends, what is not inside a transaction may have happened in part.
   *
   * @example await conn.script('CREATE TABLE a (n int); INSERT INTO a VALUES (1)', { timeout: 60_000 })
   */
  async script(text: string, options: Pick<RunOptions, 'signal' | 'timeout'> = {}): Promise<void> {
    checkScriptOptions(options)
    const call = limited(options)
    try {
      if (call?.signal.aborted) throw cancelledEarly(call.signal)
      const limit = options.timeout === undefined ? this.#context.statementTimeout : unlimited
      await this.lend(call?.signal, ({ connection }) => script(this.#context, connection, text), limit)
    } finally {
      call?.clear()
    }
  }

  /**
   * Takes a lock on a word or a number, which this connection holds until it is released; it is not tied to a transaction, and ends with
   * the connection. All sessions of one database mean the same lock by the same key. PostgreSQL, MySQL and MariaDB.
   *
   * @example await using lock = await conn.advisoryLock('nightly report', { timeout: 5_000 })
   * @throws LockTimeoutError where it was not to be had in time; UnsupportedFeatureError on SQLite
   */
  async advisoryLock(key: LockKey, options: AdvisoryLockOptions = {}): Promise<AdvisoryLock> {
    checkOptions('advisoryLock()', options, ['timeout'])
    const known = lockKey(key, this.dialect, options.timeout)
    await this.lend(undefined, (lease) => takeLock(this.#context, lease, known, options.timeout ?? Number.POSITIVE_INFINITY))
    const lock = new AdvisoryLock(key, async () => {
      this.#locks.delete(lock)
      // It has ended with its session then.
      if (this.#state !== 'open' || this.#lease.health !== 'sound') return
      await this.lend(undefined, ({ connection }) => dropLock(this.#context, connection, known), this.#context.statementTimeout).catch(
        (error) => {
          if (!(error instanceof ConnectionLostError)) throw error
        },
      )
    })
    this.#locks.set(lock, known)
    return lock
  }

  /** Begins a transaction that ends with its `commit` or `rollback`, or with this connection. */
  begin(options: Omit<RetriedOptions, 'retries'> = {}): Promise<Transaction> {
    refuseRetries(options, 'begin() cannot repeat what you do by hand; give retries to transaction()')
    return this.#begin(options, true)
  }

  /** Runs `work` in a transaction: committed when it resolves, rolled back when it throws. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: RetriedOptions = {}): Promise<T> {
    if (options.retries === undefined) return conduct(await this.#begin(options, false), work)
    return repeated(async () => conduct(await this.#begin(options, false), work), options.retries)
  }

  async #begin(options: RetriedOptions, explicit: boolean): Promise<Transaction> {
    const lease = await this.enter(undefined)
    try {
      const transaction = await begin(this.#context, lease, options, explicit, () => this.leave())
      this.#lane.hold(transaction)
      return transaction
    } catch (error) {
      this.ran(lease, error)
      this.leave()
      throw error
    }
  }

  /** Waits for what was given to it, rolls back what is still open and returns the connection to the pool. */
  async close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#lane.refuseInside()
      this.#released = new Error('the connection was closed here')
      this.#closed = this.#close()
    }
    await this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    try {
      const child = this.#lane.child
      if (child?.explicit) await child.abandon()
      await this.#lane.enter()
      if (this.#lease.health === 'sound') {
        for (const key of this.#locks.values()) await dropLock(this.#context, this.#lease.connection, key)
      }
    } catch {
      // A stream was left half read, or something inside does not come to an end: the pool closes the connection.
      this.#lease.health = 'doubtful'
    }
    this.#state = 'closed'
    await this.#giveBack()
  }

  /** @internal */
  enter(signal: AbortSignal | undefined): Lease<DriverConnection> | Promise<Lease<DriverConnection>> {
    if (this.#state !== 'open')
      throw new TransactionClosedError('the connection was closed (returned to the pool); nothing more can run on it', {
        cause: this.#released,
      })
    if (this.#lease.health !== 'sound') throw lostError('the connection is no longer usable', this.#lease.connection.lost)
    const queued = this.#lane.enter(signal)
    return queued === undefined ? this.#lease : queued.then(() => this.#lease)
  }

  /** @internal */
  leave(): void {
    this.#lane.leave()
  }

  /** @internal */
  streaming(end: (() => Promise<void>) | undefined): void {
    this.#lane.hold(end === undefined ? 'statement' : 'stream', end)
  }

  /** @internal */
  ran(lease: Lease<DriverConnection>, error: unknown): void {
    noteHealth(lease, error)
  }
}
