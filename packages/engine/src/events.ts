import { type Channel, channel, tracingChannel } from 'node:diagnostics_channel'
import type { Attributes } from './attributes.js'
import type { QueryTrace } from './watch.js'

/** What the engine tells its listeners. None of it holds a bound value or a password. */
export interface EngineEvents {
  query: {
    readonly connection: string
    readonly sql: string
    /** What it does, in a few words without values: `SELECT users posts`. */
    readonly summary: string
    /** From sending it to the answer. */
    readonly milliseconds: number
    /** How long the call waited for a connection, or for its turn on one, in milliseconds. */
    readonly queued: number
    /** How long it took to make rows of the answer, in milliseconds. */
    readonly decoding: number
    readonly rowCount: number | undefined
    readonly error: unknown
  }
  /** `address`: where the connection leads, one of several hosts. */
  connect: { readonly connection: string; readonly address: string; readonly milliseconds: number }
  /** `milliseconds`: how long the caller waited for it. */
  checkout: { readonly connection: string; readonly milliseconds: number }
  checkin: { readonly connection: string }
  begin: TransactionEvent
  commit: TransactionEvent
  rollback: TransactionEvent
  /** Something that works and should not be so: a slow statement, a connection held for long, statements that were not awaited, no encryption. */
  warning: EngineWarning
  /** A failure that no caller hears of: an idle connection was lost, a rollback failed. */
  error: { readonly error: unknown }
}
export interface EngineWarning {
  readonly kind: 'slow query' | 'long hold' | 'not awaited' | 'plaintext' | 'nested'
  readonly message: string
  /** Empty where it is about a call that has none yet. */
  readonly connection: string
  readonly sql: string | undefined
  readonly milliseconds: number | undefined
}
export interface TransactionEvent {
  readonly connection: string
  /** The savepoint's name, or `undefined` for the transaction itself. */
  readonly savepoint: string | undefined
}

export type EngineEvent = keyof EngineEvents
/** Hears of a statement when it is sent, and yields what hears of its end; the trace says more by then. */
export type Follower = (query: QueryTrace) => () => void
type Listener<E extends EngineEvent> = (event: EngineEvents[E]) => void

/** Process-wide: `quern:begin` and so on for whoever has no engine at hand, and `tracing:quern:query:*` around every statement. */
const channels: { readonly [E in EngineEvent]: Channel } = {
  query: channel('quern:query'),
  connect: channel('quern:connect'),
  checkout: channel('quern:checkout'),
  checkin: channel('quern:checkin'),
  begin: channel('quern:begin'),
  commit: channel('quern:commit'),
  rollback: channel('quern:rollback'),
  warning: channel('quern:warning'),
  error: channel('quern:error'),
}
export const tracing = tracingChannel('quern:query')
export const eventNames = Object.keys(channels) as readonly EngineEvent[]

/** Unlike Node's emitter it needs no listener for `error`, and a listener that throws stops nobody. */
export class Events {
  readonly #listeners: { [E in EngineEvent]?: Set<Listener<E>> } = {}
  readonly #followers = new Set<Follower>()
  /** What every message of a channel says of its database. */
  readonly attributes: Attributes

  constructor(attributes: Attributes) {
    this.attributes = attributes
  }

  /** Whether anybody listens to statements; asked once for each. */
  get watched(): boolean {
    return (
      this.#listeners.query !== undefined ||
      this.#followers.size > 0 ||
      tracing.start.hasSubscribers ||
      tracing.asyncEnd.hasSubscribers ||
      tracing.error.hasSubscribers ||
      channels.query.hasSubscribers
    )
  }

  /** Whether anybody wants to know of a statement what OpenTelemetry has names for. */
  get traced(): boolean {
    return this.#followers.size > 0 || tracing.start.hasSubscribers || tracing.asyncEnd.hasSubscribers || tracing.error.hasSubscribers
  }

  /** Follows every statement of this engine; yields the function that ends it. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  /** Tells all who follow that a statement is sent; yields what tells them of its end. */
  sent(query: QueryTrace): () => void {
    const ends = [...this.#followers].map((follower) => this.#guarded(() => follower(query)))
    return () => {
      for (const end of ends) if (end !== undefined) this.#guarded(end)
    }
  }

  #guarded<T>(tell: () => T): T | undefined {
    try {
      return tell()
    } catch (error) {
      this.#complain('query', error)
      return undefined
    }
  }

  /** The same as `heard('checkout')` and `heard('checkin')`, which every call through the pool asks: a name known beforehand is found faster. */
  get checkoutHeard(): boolean {
    return this.#listeners.checkout !== undefined || channels.checkout.hasSubscribers
  }
  get checkinHeard(): boolean {
    return this.#listeners.checkin !== undefined || channels.checkin.hasSubscribers
  }

  heard(event: EngineEvent): boolean {
    return this.#listeners[event] !== undefined || channels[event].hasSubscribers
  }

  on<E extends EngineEvent>(event: E, listener: Listener<E>): () => void {
    const all: { [Name in E]?: Set<Listener<E>> | undefined } = this.#listeners as any
    const listeners = all[event] ?? new Set()
    all[event] = listeners
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && all[event] === listeners) all[event] = undefined
    }
  }

  emit<E extends EngineEvent>(event: E, details: EngineEvents[E]): void {
    const listeners = this.#listeners[event]
    if (listeners !== undefined) {
      for (const listener of listeners) {
        try {
          const told: unknown = listener(details)
          // An async listener that fails would end the process.
          if (told instanceof Promise) told.catch((error) => this.#complain(event, error))
        } catch (error) {
          this.#complain(event, error)
        }
      }
    }
    // Node itself reports a subscriber that throws, in a turn of its own.
    if (channels[event].hasSubscribers) channels[event].publish({ ...this.attributes, ...details })
  }

  #complain(event: EngineEvent, error: unknown): void {
    console.error(`quern: a listener of '${event}' threw`, error)
  }
}
