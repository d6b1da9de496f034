import type { DriverConnection } from './driver.js'

/** What the pool itself asks of a connection. */
export type Poolable = Pick<
  DriverConnection,
  'id' | 'status' | 'ping' | 'reset' | 'cancel' | 'close' | 'hold' | 'lost' | 'onLost' | 'prepared'
>

/** How the pool stands at one moment. */
export interface PoolFigures {
  /** The most connections there may be, in whatever state. */
  readonly limit: number
  readonly used: number
  readonly idle: number
  readonly connecting: number
  readonly closing: number
  readonly waiting: number
  /** Statements kept prepared, over all connections; `statementCache` bounds them for each. */
  readonly prepared: number
}

/** How an engine stands: its pool, and what the process keeps for all engines, each bounded. */
export interface EngineStatus extends PoolFigures {
  /** Statements whose text is kept for others that differ in their values only: at most 16 for each column that statements begin with. */
  readonly statements: number
  /** Texts for which it is known how their rows are read: at most 1,000, of two million characters together. */
  readonly readings: number
}

/** A connection in the hands of a borrower. */
export interface Lease<C> {
  readonly connection: C
  /** Set by the borrower. `doubtful`: its state is not known. `lost`: its server is gone, and so may be the others. */
  health: 'sound' | 'doubtful' | 'lost'
}

/** A connection in the pool, from its opening to its end. */
export interface Slot<C extends Poolable> extends Lease<C> {
  /** `idle`: in the pool. `checking`: being pinged or reset. `used`: lent. `closing`: never to be lent again. */
  state: 'idle' | 'checking' | 'used' | 'closing'
  /** Connections of an older generation than the pool's are not lent again. */
  readonly generation: number
  readonly expires: number
  idleSince: number
  /** How often it was lent. */
  uses: number
}

/** What the pool tells its owner. */
export interface PoolHost<C extends Poolable> {
  /** Opens a connection or rejects; the signal aborts when the pool closes or the acquire deadline of who started it has passed. */
  open(signal: AbortSignal): Promise<C>
  /** Prepares a session again that has been reset to what it was before `open` prepared it. */
  prepare?(connection: C): Promise<void>
  /** What a caller hears whose time ran out while the very first connections were still being opened. */
  unanswered?(): Error
  /** Something went wrong that no caller hears of. */
  failed(error: unknown): void
}
