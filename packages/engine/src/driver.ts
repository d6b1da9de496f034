import type { CellForm, Dialect, DriverValue } from '@quern/sql'

/**
 * The contract between the engine and one client library. A driver binds that library to a dialect; it knows nothing of plans,
 * tables or rows with names. Every method settles: a lost connection rejects what runs on it, and no event of the library may
 * leave the driver as an uncaught error. Causes are rejected as the library made them; the engine classifies them.
 */
export interface Driver {
  /** The client library: `pg`, `mysql2`, `better-sqlite3`. */
  readonly name: string
  /** The dialect before a server has told its version. */
  readonly dialect: Dialect
  /** What may be shown of where it connects to: never a password. */
  readonly address: string
  /** Hosts beyond this machine to which it would speak without encryption although nobody has asked for that. */
  readonly plaintext?: readonly string[]
  /** The most connections that make sense: 1 for a database that lives in one connection's memory. */
  readonly maxConnections: number
  /** Opens a connection, pins its session and verifies the pins. Rejects when `signal` aborts, and then leaves nothing open. */
  connect(signal: AbortSignal): Promise<DriverConnection>
}

/** `idle`: no transaction. `open`: inside one. `aborted`: inside one that can only be rolled back. As the server says, not as we assume. */
export type TransactionStatus = 'idle' | 'open' | 'aborted'

export interface DriverRequest {
  readonly text: string
  readonly values: readonly DriverValue[]
  /** Whether the statement yields rows. */
  readonly returnsRows: boolean
  /** Some result column is a 64-bit integer: hand such values over as bigint or text, not as lossy numbers. */
  readonly wide: boolean
  /** As what the values of each column may be handed over besides text; a driver may ignore it. */
  readonly forms?: readonly CellForm[] | undefined
  /**
   * Makes rows of raw ones, for a driver that gets them bit by bit: many raw rows that wait for the last one cost more than all else. A
   * driver may ignore it; else it says so in `built`.
   */
  readonly build?:
    | ((rows: readonly (readonly unknown[])[], columnTypes: readonly number[] | undefined, before?: number) => unknown[])
    | undefined
  /** Keep the statement prepared on this connection. */
  readonly prepare: boolean
  /** The SQL types of the values: a statement that was prepared for values of other types, by the same text, must not be met. */
  readonly types?: string
}

export interface DriverRows {
  /** Raw values in the order of the select list. */
  readonly rows: readonly (readonly unknown[])[]
  /**
   * The server's type number of each column (PostgreSQL's OID, MySQL's column type), where the protocol tells it: the only word about
   * the type of hand-written SQL. Passed on to `Plan.decode(rows, columnTypes)`.
   */
  readonly columnTypes: readonly number[] | undefined
  /** The rows as `build` made them; `rows` is empty then. */
  readonly built?: Built | undefined
}

/** How the building of rows went: the statement itself has succeeded either way. */
export interface Built {
  readonly rows: unknown[]
  /** What `build` threw; no rows then. */
  readonly failure: { readonly error: unknown } | undefined
}

export interface DriverResult extends DriverRows {
  /** Rows yielded, or rows changed where the statement yields none. */
  readonly rowCount: number
  /** What the server generated for an identity column, where the protocol tells it (MySQL, SQLite). */
  readonly insertedId: number | bigint | undefined
  /** The server's word for what it did, where the protocol tells it: `COMMIT` of an aborted transaction answers `ROLLBACK`. */
  readonly command: string | undefined
}

/** `rollback`: only what a transaction may have left. `session`: settings, temporary tables and locks too; pinned again afterwards. */
export type ResetLevel = 'rollback' | 'session'

/** Why a statement was not run: the server refused the BEGIN that went out with it. */
export class BeginRefused {
  readonly text: string
  readonly cause: unknown

  constructor(text: string, cause: unknown) {
    this.text = text
    this.cause = cause
  }
}

/**
 * One session. One statement at a time: while one runs, or a stream is open, a further one is refused, because behind an open
 * stream it could wait for itself for ever. Only `cancel` and `close` may be called meanwhile. When a promise rejects, `status()`
 * and `lost` are already right.
 */
export interface DriverConnection {
  /** The dialect with this server's version. */
  readonly dialect: Dialect
  /** The server's name for this session, for messages and `KILL`. */
  readonly id: string
  /** Where it leads, where the driver knows several hosts. */
  address?: string
  /** It is to lead to a server that takes writes: one that refuses them is left. */
  writes?: boolean
  /** A library that answers at once yields the result itself; a failure is always a rejected promise. */
  execute(request: DriverRequest): DriverResult | Promise<DriverResult>
  /** Runs text without values, several statements allowed; transaction control goes through here too. Yields the last command. */
  script(text: string): Promise<string | undefined>
  /** Rows in batches through a server-side cursor where the server has one; bounded memory; ending the iteration early closes it. */
  stream(request: DriverRequest, batchSize: number): AsyncIterable<DriverRows>
  /**
   * COPY … FROM STDIN or LOAD DATA LOCAL INFILE with our own bytes; yields the number of rows. A piece may hold other bytes as soon as the
   * next one is asked for.
   */
  copyIn(text: string, bytes: AsyncIterable<Uint8Array>): Promise<number>
  /**
   * Sends all requests at once and yields their results in order; absent where the protocol cannot. When one fails, none of them
   * has happened: outside a transaction they are one by themselves. `failed` is told which one it was.
   */
  pipeline?(requests: readonly DriverRequest[], failed?: (position: number) => void): Promise<DriverResult[]>
  /**
   * Begins a transaction with the next statement, in one write with it; absent where the protocol cannot. `status` is `open` from now on. Where
   * the server refuses to begin it does not run the statement, which is rejected with `BeginRefused`.
   */
  beginWithNext?(text: string): void
  /** Takes that back; whether nothing has been sent since. */
  notBegun?(): boolean
  /** Subscribes to a channel; absent where the server has none. Yields the function that ends it. */
  listen?(channel: string, receive: (payload: string) => void): Promise<() => Promise<void>>
  /** How long to wait for others' locks, where the library waits and not the server; absent where the server has a setting for it. */
  waitForLocks?(milliseconds: number): void
  status(): TransactionStatus
  /** How many statements it keeps prepared; absent where that is not known. */
  readonly prepared?: number | undefined
  /** A round trip that proves the session alive. */
  ping(): Promise<void>
  /** Asks the server, from the side, to stop what runs now. Resolves when the request is delivered, not when the statement has ended. */
  cancel(): Promise<void>
  reset(level: ResetLevel): Promise<void>
  /** Whether the open connection alone keeps the process alive, as it does unless told otherwise; absent where it never does. */
  hold?(process: boolean): void
  /** Ends the session; never rejects and never waits for a silent peer for longer than a second. */
  close(): Promise<void>
  /** Why the connection is no longer usable, or `undefined` while it is. */
  readonly lost: unknown
  /** Called once when the connection is lost while nothing runs on it. A connection that can listen takes several listeners. */
  onLost(listener: (cause: unknown) => void): void
}
