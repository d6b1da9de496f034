import { QuernError } from '@quern/expression'
import type { IsolationLevel, TransactionMode, TransactionOptions } from '@quern/sql'
import type { Connection } from './connection.js'
import { nearest } from './nearest.js'

export interface PoolOptions {
  /** Connections kept open for reuse (5). */
  readonly size?: number
  /** Connections beyond `size` in a rush, closed when they come back and nobody waits (10). */
  readonly maxOverflow?: number
  /** How long a caller waits for a connection, in milliseconds (30,000). */
  readonly timeout?: number
  /** The age in milliseconds at which a connection is replaced (1,800,000), less up to a tenth, so that not all are replaced at once. */
  readonly recycle?: number
  /** How often a connection is lent before it is replaced (no limit); some servers and proxies grow with every use. */
  readonly maxUses?: number
  /** Ping connections that were idle for more than a second before they are used (true). */
  readonly prePing?: boolean
  /** Idle connections are closed after this many milliseconds (600,000). */
  readonly idleTimeout?: number
  /** Use the connection that came back last (true), so that the others may grow old, or first. */
  readonly lifo?: boolean
  /**
   * What is undone when a connection comes back. `rollback` (unless told otherwise): an open transaction. `full`: also settings, temporary
   * tables, advisory locks and everything else a session carries over, which costs round trips each time; `onConnect` is called again.
   * `false`: nothing; a connection with an open transaction is closed instead.
   */
  readonly resetOnReturn?: 'rollback' | 'full' | false
  /** Remember where connections were borrowed, and say so when none becomes free in time (false). Costs a stack trace per call. */
  readonly leakTracing?: boolean
  /** Let the process end while connections lie idle (false), as scripts want that do not close their engine. */
  readonly allowExitOnIdle?: boolean
}

export const poolDefaults: Required<PoolOptions> = {
  size: 5,
  maxOverflow: 10,
  timeout: 30_000,
  recycle: 1_800_000,
  maxUses: Number.POSITIVE_INFINITY,
  prePing: true,
  idleTimeout: 600_000,
  lifo: true,
  resetOnReturn: 'rollback',
  leakTracing: false,
  allowExitOnIdle: false,
}

export interface EngineOptions {
  readonly pool?: PoolOptions
  /** Writes every statement with its values and its time to standard error, or to your own function; errors then show values too. */
  readonly echo?: boolean | ((line: string) => void)
  /** The isolation level of transactions that do not ask for one. */
  readonly isolation?: IsolationLevel
  /**
   * How long a statement may run, in milliseconds (no limit unless told); then it is cancelled on the server and the call rejects with
   * `QueryCanceledError`. A call's own `timeout` takes its place. It holds for BEGIN and COMMIT too, where the connection is closed
   * instead and the error is `ConnectionLostError` or, for COMMIT, `CommitUnknownError`. Of a stream each batch may take that long, of
   * a script all of it, of a bulk call each statement, and in COPY and LOAD DATA what the server does with each piece. Without a limit a server that is gone is noticed by the system's own means, in up to 15 minutes.
   */
  readonly statementTimeout?: number
  /** How long a statement waits for others' locks, in milliseconds (60,000, on SQLite 5,000); then it fails with `LockTimeoutError`. */
  readonly lockTimeout?: number
  /**
   * How long nothing may run in an open transaction, in milliseconds (300,000); then it is rolled back, because its locks keep others
   * waiting, and what comes after throws `TransactionClosedError`. Where the server can, it does the same ten seconds later.
   */
  readonly idleInTransactionTimeout?: number
  /** Statements that take longer than this many milliseconds are reported as a `warning` event, or by `process.emitWarning` (no limit). */
  readonly slowQuery?: number
  /** Connections and transactions that are held for longer are reported likewise, with the place where they were taken (no limit). */
  readonly longHold?: number
  /** Names and values that stand as a comment in every statement (sqlcommenter), as `{ application: 'shop' }`; not on MySQL and MariaDB. */
  readonly tags?: Readonly<Record<string, string>>
  /** `auto` keeps statements prepared on each connection, `never` suits proxies that share sessions. */
  readonly prepare?: 'auto' | 'never'
  /** Called with every new connection before it is used, and again where `resetOnReturn: 'full'` has undone what it did. */
  readonly onConnect?: (connection: Connection) => Promise<void> | void
}

/** What a transaction with a callback may ask for. */
export interface RetriedOptions extends TransactionOptions {
  /** How often the callback runs again, from its beginning and in a new transaction, after a serialization failure or a deadlock (0). */
  readonly retries?: number
  /**
   * Where the connection is lost during COMMIT, asks the server what became of the transaction (false): the call then resolves, or throws
   * `ConnectionLostError` where it was rolled back, and `CommitUnknownError` only where the server cannot know, as after a crash. It costs
   * a round trip before each COMMIT. PostgreSQL only.
   */
  readonly verify?: boolean
}

/** What one call of an executor may ask for. */
export interface RunOptions {
  /** Aborting rejects the call at once and cancels the statement on the server. */
  readonly signal?: AbortSignal
  /** The same after this many milliseconds. */
  readonly timeout?: number
  /** Tags of this call beside the engine's, as a comment (sqlcommenter); the statement is then not kept prepared. Not on MySQL and MariaDB. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface StreamOptions extends RunOptions {
  /** How many rows are fetched at a time (1,000). */
  readonly batchSize?: number
}

export interface CloseOptions {
  /** How long connections in use are waited for before they are closed too (10,000). */
  readonly timeout?: number
}

/** An option that does not exist or cannot have this value. */
export class OptionError extends QuernError {
  override readonly name = 'OptionError'
  constructor(message: string) {
    super(message, 'OPTION')
  }
}

/** The pool's settings, complete and checked. */
export function poolSettings(given: PoolOptions = {}): Required<PoolOptions> {
  refuseUnknown('pool', given, Object.keys(poolDefaults))
  const settings = { ...poolDefaults, ...withoutUndefined(given) }
  for (const key of ['size', 'maxOverflow'] as const) {
    if (!Number.isSafeInteger(settings[key]) || settings[key] < 0) throw new OptionError(`pool.${key} must be a whole number from 0 on`)
  }
  if (settings.size + settings.maxOverflow < 1) throw new OptionError('pool.size and pool.maxOverflow leave no room for a connection')
  for (const key of ['timeout', 'recycle', 'idleTimeout'] as const) {
    if (typeof settings[key] !== 'number' || !(settings[key] > 0))
      throw new OptionError(`pool.${key} must be milliseconds above 0, or Infinity`)
  }
  if (settings.maxUses !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(settings.maxUses) && settings.maxUses > 0))
    throw new OptionError('pool.maxUses must be a whole number above 0, or Infinity')
  for (const key of ['prePing', 'lifo', 'leakTracing', 'allowExitOnIdle'] as const) {
    if (typeof settings[key] !== 'boolean') throw new OptionError(`pool.${key} must be true or false`)
  }
  if (!['rollback', 'full', false].includes(settings.resetOnReturn))
    throw new OptionError("pool.resetOnReturn must be 'rollback', 'full' or false")
  return settings
}

const engineKeys: { readonly [Key in keyof Required<EngineOptions>]: true } = {
  pool: true,
  echo: true,
  isolation: true,
  prepare: true,
  onConnect: true,
  statementTimeout: true,
  lockTimeout: true,
  idleInTransactionTimeout: true,
  slowQuery: true,
  longHold: true,
  tags: true,
}
const closeKeys: { readonly [Key in keyof Required<CloseOptions>]: true } = { timeout: true }

export function checkCloseOptions(options: CloseOptions): void {
  refuseUnknown('close', options, Object.keys(closeKeys))
  if (options.timeout !== undefined && !(options.timeout >= 0)) throw new OptionError('timeout must be milliseconds from 0 on')
}

const isolationLevels: readonly unknown[] = [
  'read uncommitted',
  'read committed',
  'repeatable read',
  'serializable',
] satisfies IsolationLevel[]

/** `more`: keys that somebody else has taken out. */
export function checkEngineOptions(options: EngineOptions, more: readonly string[] = []): void {
  refuseUnknown('createEngine', options, [...Object.keys(engineKeys), ...more])
  checkIsolation(options.isolation)
  if (options.prepare !== undefined && options.prepare !== 'auto' && options.prepare !== 'never')
    throw new OptionError("prepare must be 'auto' or 'never'")
  if (!['undefined', 'boolean', 'function'].includes(typeof options.echo))
    throw new OptionError('echo must be true, false or a function that takes a line')
  for (const key of ['statementTimeout', 'lockTimeout', 'idleInTransactionTimeout', 'slowQuery', 'longHold'] as const) {
    const limit = options[key]
    if (limit !== undefined && !(typeof limit === 'number' && limit > 0)) throw new OptionError(`${key} must be milliseconds above 0`)
  }
  if (options.onConnect !== undefined && typeof options.onConnect !== 'function') throw new OptionError('onConnect must be a function')
}

const transactionKeys: { readonly [Key in keyof Required<RetriedOptions>]: true } = {
  isolation: true,
  readOnly: true,
  deferrable: true,
  mode: true,
  retries: true,
  verify: true,
}
const transactionModes: readonly unknown[] = ['deferred', 'immediate', 'exclusive'] satisfies TransactionMode[]

export function checkTransactionOptions(options: RetriedOptions): void {
  refuseUnknown('transaction', options, Object.keys(transactionKeys))
  checkIsolation(options.isolation)
  for (const key of ['readOnly', 'deferrable', 'verify'] as const) {
    if (options[key] !== undefined && typeof options[key] !== 'boolean') throw new OptionError(`${key} must be true or false`)
  }
  if (options.mode !== undefined && !transactionModes.includes(options.mode))
    throw new OptionError(`mode must be one of ${transactionModes.join(', ')}`)
  if (options.retries !== undefined && !(Number.isSafeInteger(options.retries) && options.retries >= 0))
    throw new OptionError('retries must be a whole number from 0 on')
}

export function refuseRetries(options: object, message: string): void {
  if ('retries' in options && options.retries !== undefined) throw new OptionError(message)
}

const runKeys: { readonly [Key in keyof Required<RunOptions>]: true } = { signal: true, timeout: true, tags: true }
const streamKeys: { readonly [Key in keyof Required<StreamOptions>]: true } = { ...runKeys, batchSize: true }

export function checkScriptOptions(options: RunOptions): void {
  refuseUnknown('script', options, ['signal', 'timeout'])
  checkTimeout(options)
}

export function checkRunOptions(options: RunOptions): void {
  refuseUnknown('call', options, Object.keys(runKeys))
  checkTimeout(options)
}

export function checkStreamOptions(options: StreamOptions): void {
  refuseUnknown('stream', options, Object.keys(streamKeys))
  checkTimeout(options)
  if (options.batchSize !== undefined && !(Number.isSafeInteger(options.batchSize) && options.batchSize > 0)) {
    throw new OptionError('batchSize must be a whole number above 0')
  }
}

function checkTimeout({ signal, timeout }: RunOptions): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new OptionError('signal must be an AbortSignal')
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) throw new OptionError('timeout must be milliseconds above 0')
}

function checkIsolation(level: unknown): void {
  if (level !== undefined && !isolationLevels.includes(level))
    throw new OptionError(`isolation must be one of ${isolationLevels.join(', ')}`)
}

const shown = 12
/** A sentence is read as a whole, so a long list ends early. */
const listed = (names: readonly string[]): string =>
  names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`

/** Misspelt options are answered by name. */
function refuseUnknown(where: string, given: object, known: readonly string[]): void {
  if (given === null || typeof given !== 'object') throw new OptionError(`the ${where} options must be an object`)
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    throw new OptionError(
      `unknown ${where} option ${JSON.stringify(key)}; ${near === undefined ? `known are ${listed(known)}` : `did you mean ${near}?`}`,
    )
  }
}

function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T
}
