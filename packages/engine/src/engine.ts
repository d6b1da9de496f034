import { checkOptions } from '@quern/expression'
import { type Dialect, keptReadings, keptStatements } from '@quern/sql'
import { attributesOf } from './attributes.js'
import { begin } from './begin.js'
import { cancelledEarly } from './cancel.js'
import { Connection } from './connection.js'
import type { Driver, DriverConnection } from './driver.js'
import { connectError, ParentLockedError, PoolClosedError } from './errors.js'
import { type EngineEvent, type EngineEvents, Events, eventNames } from './events.js'
import type { Context } from './execute.js'
import { Executor } from './executor.js'
import { noteHealth } from './health.js'
import { IdleWatches } from './idle.js'
import { checkChannel, Listening, type ListenOptions, type Receiver, type Subscription } from './listening.js'
import {
  type CloseOptions,
  checkCloseOptions,
  checkEngineOptions,
  type EngineOptions,
  OptionError,
  type PoolOptions,
  poolSettings,
  type RetriedOptions,
} from './options.js'
import { outcomeOf } from './outcome.js'
import { warnOfPlaintext } from './plaintext.js'
import { Pool } from './pool.js'
import type { EngineStatus, Lease, Slot } from './pool-slot.js'
import { loadRegister } from './pool-tarn.js'
import { repeated } from './retry.js'
import { conduct, enclosing, insideAny } from './scope.js'
import { located, programFrames } from './site.js'
import { commentOf } from './tags.js'
import type { Transaction } from './transaction.js'
import { holdWatch, warn } from './watch.js'

/** A driver that is loaded when the first connection is opened. */
export interface LazyDriver {
  readonly dialect: Dialect
  /** What may be shown of where it connects to: never a password. */
  readonly address: string
  load(): Promise<Driver>
  /** The same place for those who only read; absent where there is no choice of servers. */
  reader?(fallback: boolean): LazyDriver
}

export interface ReaderOptions {
  /** What to read from when no standby answers: nothing, unless told (`primary`). */
  readonly fallback?: 'primary'
}

/** How long `close` waits for connections that are in use. */
const drainWithin = 10_000

/** A database and the connections to it. Each call runs on any free connection. */
export class Engine extends Executor {
  /** What may be shown of where it connects to. */
  readonly address: string
  readonly #source: Driver | LazyDriver
  readonly #settings: Required<PoolOptions>
  readonly #options: EngineOptions
  readonly #context: Context
  #pool: Pool<DriverConnection> | undefined
  #listening: Listening | undefined
  #loading: Promise<Pool<DriverConnection>> | undefined
  #state: 'open' | 'closed' = 'open'
  /** Whether a call from inside a transaction has been warned of. */
  #nested = false
  readonly #readers = new Map<boolean, Engine>()
  /** Hosts of which somebody has been warned. */
  readonly #warned = new Set<string>()

  /** @internal */
  constructor(source: Driver | LazyDriver, options: EngineOptions, reads = false) {
    super()
    checkEngineOptions(options)
    this.#source = source
    this.#settings = poolSettings(options.pool)
    this.#options = options
    this.address = source.address
    const idleLimit = options.idleInTransactionTimeout ?? 300_000
    this.#context = {
      dialect: source.dialect,
      events: new Events(attributesOf(source.dialect.name, source.address)),
      echo: options.echo === true ? (line) => console.error(line) : options.echo || undefined,
      prepare: options.prepare !== 'never',
      isolation: options.isolation,
      patience: this.#settings.timeout,
      statementTimeout: options.statementTimeout ?? Number.POSITIVE_INFINITY,
      idle: idleLimit === Number.POSITIVE_INFINITY ? undefined : new IdleWatches(idleLimit),
      slowQuery: options.slowQuery ?? Number.POSITIVE_INFINITY,
      longHold: options.longHold ?? Number.POSITIVE_INFINITY,
      tags: options.tags ?? {},
      comment: commentOf(options.tags ?? {}, source.dialect),
      reads,
      outcomeOf: (token) => outcomeOf(this, token, this.#settings.timeout),
    }
  }

  /** @internal */
  get context(): Context {
    return this.#context
  }

  /** The dialect, before a server has told its version. */
  get dialect(): Dialect {
    return this.#source.dialect
  }

  /**
   * An engine over the standbys of the same URL, with the same options and a pool of its own, whose sessions refuse to write. It sees what
   * the primary has committed a moment later. Where no standby answers, calls fail, unless the primary may stand in. Closed with this engine.
   *
   * @example const recent = await engine.reader({ fallback: 'primary' }).all(select(posts).from(posts).limit(10))
   * @throws ReadOnlyError for what writes, whichever server it is; OptionError on SQLite, which has no standbys
   */
  reader(options: ReaderOptions = {}): Engine {
    checkOptions('reader()', options, ['fallback'])
    if (options.fallback !== undefined && options.fallback !== 'primary') throw new OptionError("fallback must be 'primary', or left out")
    const fallback = options.fallback === 'primary'
    const found = this.#readers.get(fallback)
    if (found !== undefined) return found
    const source = 'reader' in this.#source ? this.#source.reader?.(fallback) : undefined
    if (source === undefined) throw new OptionError(`${this.dialect.title} has no standbys here; read from the engine itself`)
    const reader = new Engine(source, this.#options, true)
    this.#readers.set(fallback, reader)
    if (this.#state === 'closed') void reader.close()
    return reader
  }

  /**
   * A connection to hold; `await using` or `close` returns it.
   *
   * @example await using conn = await engine.connect()
   * @throws OptionError for a callback, which would never be called: `transaction` takes one
   */
  async connect(...nothing: never[]): Promise<Connection> {
    if (nothing.length > 0)
      throw new OptionError('connect() takes no callback and no options; hold what it yields: await using conn = await engine.connect()')
    const slot = await this.#entered()
    const stop = holdWatch(this.context, slot.connection.id)
    return new Connection(this.context, slot, () => {
      stop?.()
      return this.leave(slot)
    })
  }

  /** @internal */
  override async onOne<T>(work: (one: Executor) => Promise<T>): Promise<T> {
    await using connection = await this.connect()
    return await work(connection)
  }

  /** Runs `work` in a transaction on a connection of its own: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options: RetriedOptions = {}): Promise<T> {
    return options.retries === undefined
      ? this.#transaction(work, options)
      : repeated(() => this.#transaction(work, options), options.retries)
  }

  async #transaction<T>(work: (tx: Transaction) => Promise<T>, options: RetriedOptions): Promise<T> {
    const slot = await this.#entered()
    const stop = holdWatch(this.context, slot.connection.id)
    let transaction: Transaction
    const release = () => {
      stop?.()
      return this.leave(slot)
    }
    try {
      transaction = await begin(this.context, slot, options, false, release)
    } catch (error) {
      await release()
      throw error
    }
    return conduct(transaction, work)
  }

  /**
   * Calls `receive` with every payload that is sent to the channel, until the subscription is closed. One connection of the pool is held
   * for all channels together. Where it is lost another one listens as soon as there is one; what was sent meanwhile is lost, which
   * `onReconnect` is told. PostgreSQL only.
   *
   * @example await using orders = await engine.listen('orders', (payload) => console.log(payload)) // LISTEN "orders"
   * @throws UnsupportedFeatureError where the database has no notifications
   */
  async listen(channel: string, receive: Receiver, options: ListenOptions = {}): Promise<Subscription> {
    checkOptions('listen()', options, ['onReconnect'])
    checkChannel(channel, this.dialect)
    this.#listening ??= new Listening({
      take: async () => await this.enter(undefined),
      give: (lease) => this.leave(lease as Slot<DriverConnection>),
      failed: (error) => this.context.events.emit('error', { error }),
    })
    return this.#listening.add(channel, receive, options)
  }

  /** Calls the listener at every such event; yields the function that ends it. */
  on<E extends EngineEvent>(event: E, listener: (details: EngineEvents[E]) => void): () => void {
    if (!eventNames.includes(event)) throw new OptionError(`there is no event ${JSON.stringify(event)}; there are ${eventNames.join(', ')}`)
    return this.context.events.on(event, listener)
  }

  /**
   * How the pool stands: how many connections are used, idle, being opened and being closed, of at most `limit`, and how many callers wait;
   * and how many statements its connections keep prepared. `statements` and `readings` are what the process keeps for all engines: texts for
   * statements that differ in their values only, and how rows are read.
   *
   * @example engine.status()
   * // { limit: 15, used: 3, idle: 2, connecting: 0, closing: 0, waiting: 0, prepared: 12, statements: 9, readings: 12 }
   */
  status(): EngineStatus {
    const figures = this.#pool?.figures() ?? {
      limit: this.#settings.size + this.#settings.maxOverflow,
      used: 0,
      idle: 0,
      connecting: 0,
      closing: 0,
      waiting: 0,
      prepared: 0,
    }
    return { ...figures, statements: keptStatements(), readings: keptReadings() }
  }

  /** What metrics say of the pool beside its status. @internal */
  get figures(): { readonly size: number; readonly timeouts: number } {
    return { size: this.#settings.size, timeouts: this.#pool?.timeouts ?? 0 }
  }

  /**
   * Refuses new work, waits for connections in use (10 s unless told) and closes everything. What still runs after that is cancelled on
   * the server; where that does not answer, this takes up to two seconds longer.
   *
   * @example await engine.close({ timeout: 2_000 })
   */
  async close(options: CloseOptions = {}): Promise<void> {
    checkCloseOptions(options)
    this.#state = 'closed'
    const readers = [...this.#readers.values()].map((reader) => reader.close(options))
    this.#listening?.close()
    const pool = this.#pool ?? (await this.#loading?.catch(() => undefined))
    await pool?.close(options.timeout ?? drainWithin)
    await Promise.all(readers)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** @internal */
  enter(signal: AbortSignal | undefined, trace = this.#trace()): Slot<DriverConnection> | Promise<Slot<DriverConnection>> {
    const pool = this.#pool
    if (pool === undefined) return this.#load().then(() => this.enter(signal, trace))
    const called = this.#context.events.checkoutHeard ? performance.now() : undefined
    if (insideAny()) this.#lookAround(pool)
    const patience = signal && { signal, aborted: () => cancelledEarly(signal) }
    const slot = trace === undefined ? pool.take(patience) : pool.takeTraced(trace, patience)
    return called === undefined ? slot : this.#announce(slot, called)
  }

  /** @internal */
  leave(slot: Slot<DriverConnection>): Promise<void> | undefined {
    if (this.#context.events.checkinHeard) this.#context.events.emit('checkin', { connection: slot.connection.id })
    return this.#pool!.give(slot)
  }

  async #entered(): Promise<Slot<DriverConnection>> {
    try {
      return await this.enter(undefined)
    } catch (error) {
      throw located(error)
    }
  }

  /** Nobody else can use this call's connection, so nobody has to be kept out. @internal */
  streaming(): void {}

  /** @internal */
  ran(lease: Lease<DriverConnection>, error: unknown): void {
    noteHealth(lease, error)
  }

  /** The caller's stack, where leaks are to be traced. */
  #trace(): Error | undefined {
    return this.#settings.leakTracing ? new Error('borrowed here') : undefined
  }

  async #announce(taken: Slot<DriverConnection> | Promise<Slot<DriverConnection>>, called: number): Promise<Slot<DriverConnection>> {
    const slot = await taken
    this.context.events.emit('checkout', { connection: slot.connection.id, milliseconds: performance.now() - called })
    return slot
  }

  /**
   * The call comes from inside a transaction of this engine, and is no part of it. Where those transactions hold all connections, none can
   * come back before this call is done; where they do not it works today, and stops everything on the day when all are busy.
   */
  #lookAround(pool: Pool<DriverConnection>): void {
    const held = new Set<unknown>()
    for (const transaction of enclosing()) {
      if (transaction.context === this.context && !transaction.released) held.add(transaction.lease)
    }
    if (held.size === 0) return
    if (pool.exhausted && held.size >= pool.limit)
      throw new ParentLockedError(
        'the transaction around this call holds the last connection there can be; use its own handle (tx) instead of the engine',
      )
    if (!this.#nested && process.env.NODE_ENV !== 'production') this.#warnOfNesting()
  }

  /** Once for each engine: whoever means it should not have to hear it again. */
  #warnOfNesting(): void {
    this.#nested = true
    const message = `a call inside a transaction takes another connection and is no part of it; use the transaction's own handle (tx):\n${programFrames()}`
    warn(this.context, { kind: 'nested', message, connection: '', sql: undefined, milliseconds: undefined })
  }

  #load(): Promise<Pool<DriverConnection>> {
    if (this.#state === 'closed') return Promise.reject(new PoolClosedError())
    this.#loading ??= this.#makePool().catch((error) => {
      // The next call tries again: the package may have been installed meanwhile.
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  async #makePool(): Promise<Pool<DriverConnection>> {
    const driver = 'load' in this.#source ? await this.#source.load() : this.#source
    const host = {
      open: (signal: AbortSignal) => this.#open(driver, signal),
      prepare: (connection: DriverConnection) => this.#welcome(connection),
      unanswered: () => connectError(new Error(`no answer within ${this.#settings.timeout} ms`), driver.dialect, driver.address),
      failed: (error: unknown) => this.context.events.emit('error', { error }),
    }
    this.#pool = new Pool(host, this.#settings, await loadRegister(), driver.maxConnections)
    return this.#pool
  }

  async #open(driver: Driver, signal: AbortSignal): Promise<DriverConnection> {
    const started = performance.now()
    let connection: DriverConnection
    try {
      connection = await driver.connect(signal)
    } catch (cause) {
      if (signal.reason instanceof PoolClosedError) throw signal.reason
      const reason = signal.aborted ? new Error(`no answer within ${this.#settings.timeout} ms`) : cause
      throw connectError(reason, driver.dialect, driver.address)
    }
    try {
      await this.#welcome(connection)
    } catch (error) {
      await connection.close()
      throw error
    }
    const address = connection.address ?? driver.address
    this.context.events.emit('connect', { connection: connection.id, address, milliseconds: performance.now() - started })
    for (const host of driver.plaintext ?? []) warnOfPlaintext(this.context, this.#warned, host, connection.id)
    return connection
  }

  /** Sets the limits that the server keeps by itself. */
  async #limit(connection: DriverConnection): Promise<void> {
    const { lockTimeout } = this.#options
    const limits = { lock: lockTimeout ?? 60_000, idleInTransaction: this.context.idle?.limit ?? Number.POSITIVE_INFINITY }
    const { session } = connection.dialect
    const texts = [...session.limits(limits), ...(this.context.reads && session.readOnly !== undefined ? [session.readOnly] : [])]
    if (texts.length > 0) {
      const address = connection.address ?? this.address
      await connection.script(texts.join('; ')).catch((cause) => Promise.reject(connectError(cause, connection.dialect, address)))
    }
    if (lockTimeout !== undefined) connection.waitForLocks?.(lockTimeout)
  }

  /** Lets the user's `onConnect` prepare the session; a connection that it refuses is not kept. */
  async #welcome(connection: DriverConnection): Promise<void> {
    await this.#limit(connection)
    const { onConnect } = this.#options
    if (onConnect === undefined) return
    await using handle = new Connection(this.context, { connection, health: 'sound' }, () => undefined)
    await onConnect(handle)
  }
}

/** An engine over a driver; `quern`'s own `createEngine` finds the driver by a URL's scheme. */
export function createEngine(driver: Driver | LazyDriver, options: EngineOptions = {}): Engine {
  return new Engine(driver, options)
}
