import { type Dialect, supports } from '@quern/sql'
import { UnsupportedFeatureError } from '@quern/sql/errors'
import { settledWithin } from './deadline.js'
import type { DriverConnection } from './driver.js'
import { PoolClosedError } from './errors.js'
import { OptionError } from './options.js'
import type { Lease } from './pool-slot.js'

/** Called with every payload. What it throws is told to the engine's `error` listeners. */
export type Receiver = (payload: string, channel: string) => unknown

export interface ListenOptions {
  /** Called when the connection was lost and the channel is listened to again: what was sent meanwhile is lost. */
  readonly onReconnect?: () => unknown
}

/** What listening needs of its engine. */
export interface ListeningHost {
  take(): Promise<Lease<DriverConnection>>
  give(lease: Lease<DriverConnection>): unknown
  failed(error: unknown): void
}

/** Names of channels are identifiers; PostgreSQL would cut a longer one without a word. */
export function checkChannel(channel: unknown, dialect: Dialect): asserts channel is string {
  if (!supports(dialect, 'notifications'))
    throw new UnsupportedFeatureError(
      dialect,
      'notifications',
      'LISTEN and NOTIFY',
      'ask a table from time to time, or use a message broker',
    )
  const fits = typeof channel === 'string' && channel !== '' && !channel.includes('\0') && new TextEncoder().encode(channel).length <= 63
  if (!fits) throw new OptionError('the name of a channel is a text of 1 to 63 bytes without U+0000')
}

/** A receiver on a channel, until `close`; also by `await using`. */
export class Subscription {
  readonly channel: string
  readonly #end: () => Promise<void>

  /** @internal */
  constructor(channel: string, end: () => Promise<void>) {
    this.channel = channel
    this.#end = end
  }

  close(): Promise<void> {
    return this.#end()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

interface Entry {
  readonly channel: string
  readonly receive: Receiver
  readonly onReconnect: (() => unknown) | undefined
}

/** How often a silent connection is asked whether it is still there, and how long it may take to say so. */
const heartbeat = 30_000
const answerWithin = 5_000
const longestPause = 5_000

/** All channels of an engine, on one connection of the pool that is held as long as somebody listens. */
export class Listening {
  readonly #host: ListeningHost
  readonly #entries = new Set<Entry>()
  #lease: Lease<DriverConnection> | undefined
  /** What ends LISTEN, by channel. */
  #ends = new Map<string, () => Promise<void>>()
  /** Changes happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #closed = false

  constructor(host: ListeningHost) {
    this.#host = host
  }

  async add(channel: string, receive: Receiver, { onReconnect }: ListenOptions): Promise<Subscription> {
    const entry: Entry = { channel, receive, onReconnect }
    await this.#inTurn(async () => {
      if (this.#closed) throw new PoolClosedError()
      this.#entries.add(entry)
      try {
        await this.#connect()
        await this.#listen(channel)
      } catch (error) {
        await this.#drop(entry)
        throw error
      }
    })
    return new Subscription(channel, () => this.#inTurn(() => this.#drop(entry)))
  }

  close(): void {
    this.#closed = true
    this.#entries.clear()
    // Not in turn: what waits for a connection there ends when the pool closes.
    this.#disconnect()
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #drop(entry: Entry): Promise<void> {
    if (!this.#entries.delete(entry)) return
    if (this.#entries.size === 0) return this.#disconnect()
    for (const { channel } of this.#entries) if (channel === entry.channel) return
    const end = this.#ends.get(entry.channel)
    this.#ends.delete(entry.channel)
    // A connection that is lost listens to nothing any more.
    await end?.().catch(() => {})
  }

  async #connect(): Promise<void> {
    if (this.#lease !== undefined) return
    const lease = await this.#host.take()
    if (this.#closed) {
      lease.health = 'doubtful'
      this.#host.give(lease)
      throw new PoolClosedError()
    }
    this.#lease = lease
    lease.connection.onLost((cause) => void this.#lost(lease, cause))
    this.#watch(lease)
  }

  async #listen(channel: string): Promise<void> {
    if (this.#ends.has(channel)) return
    const { connection } = this.#lease!
    this.#ends.set(channel, await connection.listen!(channel, (payload) => this.#receive(channel, payload)))
  }

  #receive(channel: string, payload: string): void {
    for (const entry of this.#entries) if (entry.channel === channel) this.#call(() => entry.receive(payload, channel))
  }

  #call(work: () => unknown): void {
    try {
      const told = work()
      if (told instanceof Promise) told.catch((error) => this.#host.failed(error))
    } catch (error) {
      this.#host.failed(error)
    }
  }

  /** The connection is closed and not lent again: that is the surest end of all LISTENs. */
  #disconnect(): void {
    clearTimeout(this.#timer)
    const lease = this.#lease
    this.#lease = undefined
    this.#ends = new Map()
    if (lease === undefined) return
    if (lease.health === 'sound') lease.health = 'doubtful'
    this.#host.give(lease)
  }

  #lost(lease: Lease<DriverConnection>, _cause: unknown): void {
    if (this.#lease !== lease) return
    lease.health = 'lost'
    this.#disconnect()
    if (!this.#closed && this.#entries.size > 0) this.#later()
  }

  /** Tries again after a pause that grows, for as long as somebody wants to listen. */
  #later(): void {
    const pause = Math.random() * Math.min(longestPause, 50 * 2 ** this.#failures)
    this.#timer = setTimeout(() => void this.#inTurn(() => this.#again()), pause)
  }

  async #again(): Promise<void> {
    if (this.#closed || this.#entries.size === 0 || this.#lease !== undefined) return
    try {
      await this.#connect()
      for (const channel of new Set([...this.#entries].map((entry) => entry.channel))) await this.#listen(channel)
      this.#failures = 0
    } catch (error) {
      if (this.#closed) return
      this.#host.failed(error)
      this.#failures++
      this.#disconnect()
      this.#later()
      return
    }
    for (const { onReconnect } of this.#entries) if (onReconnect) this.#call(onReconnect)
  }

  /** A network that swallows everything is noticed only by asking. */
  #watch(lease: Lease<DriverConnection>): void {
    this.#timer = setTimeout(async () => {
      if (this.#lease !== lease) return
      const { connection } = lease
      const alive = await this.#inTurn(() => settledWithin(connection.ping(), answerWithin).catch(() => false))
      if (this.#lease !== lease) return
      if (alive) return this.#watch(lease)
      await connection.close()
      this.#lost(lease, connection.lost)
    }, heartbeat)
    this.#timer.unref?.()
  }
}
