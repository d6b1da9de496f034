import { QuernError } from '@quern/expression'
import type { AnyColumn, Constraint } from '@quern/schema'
import type { Classification, Dialect, DriverValue, ErrorClass } from '@quern/sql'
import { isError, redact, redactedCause } from './redact.js'
import { isSecretSent, shownValues } from './secret.js'
import { deepStack } from './site.js'
import { isViolationOf } from './violates.js'

/** What the server said about a failure, and the statement that it said it about. */
export interface FailureDetails extends Omit<Classification, 'class' | 'columns'> {
  readonly columns?: readonly string[] | undefined
  readonly sql: string | undefined
  readonly params: readonly DriverValue[] | undefined
  readonly cause: unknown
}

/**
 * The server or the driver refused a statement. The message and `cause` are the server's own words without values: a server repeats
 * values in its messages (`Duplicate entry 'ada@example.org'`), and errors end up in logs. With `echo` on, nothing is hidden: `params`
 * are there and `cause` is the driver's own error.
 */
export class DatabaseError extends QuernError {
  override readonly name: string = 'DatabaseError'
  readonly sql: string | undefined
  /** The bound values; only with `echo`. */
  readonly params: readonly DriverValue[] | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  /** All columns of the key that was violated, where the server tells them. */
  readonly columns: readonly string[] | undefined
  readonly constraint: string | undefined
  /** How often a transaction with `retries` was tried before this was its last word. */
  declare attempts?: number

  constructor(message: string, details: FailureDetails) {
    super(message, details.code ?? 'DATABASE', details.cause === undefined ? {} : { cause: details.cause })
    this.sql = details.sql
    this.params = details.params
    this.table = details.table
    this.column = details.column
    this.columns = details.columns
    this.constraint = details.constraint
  }

  /**
   * Whether this is the violation of a rule of that column, of that constraint or unique index, or of the constraint of that name. What a
   * server tells differs (MySQL the key's name, SQLite its columns, PostgreSQL both), what is asked for does not; where a server tells
   * neither, as SQLite of foreign keys, the answer is no.
   *
   * @example if (error instanceof UniqueViolationError && error.violates(users.email)) return 'taken'
   */
  violates(what: AnyColumn | Constraint | string): boolean {
    const { table, columns, constraint } = this
    return isViolationOf({ class: this.name as ErrorClass, table, columns, constraint }, what)
  }

  /** For logs in JSON, which knows neither 64-bit integers nor bytes; what is hidden stays so, and the cause is left out. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { message, params } = this
    return { ...this, message, params: params?.map(jsonOf) } as object as Readonly<Record<string, unknown>>
  }
}

function jsonOf(value: DriverValue): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? `<${value.length} bytes>` : value
}

export class UniqueViolationError extends DatabaseError {
  override readonly name = 'UniqueViolationError'
}
export class ForeignKeyViolationError extends DatabaseError {
  override readonly name = 'ForeignKeyViolationError'
}
export class NotNullViolationError extends DatabaseError {
  override readonly name = 'NotNullViolationError'
}
export class CheckViolationError extends DatabaseError {
  override readonly name = 'CheckViolationError'
}
export class DeadlockError extends DatabaseError {
  override readonly name = 'DeadlockError'
}
export class SerializationError extends DatabaseError {
  override readonly name = 'SerializationError'
}
export class LockTimeoutError extends DatabaseError {
  override readonly name = 'LockTimeoutError'
}
export class QueryCanceledError extends DatabaseError {
  override readonly name = 'QueryCanceledError'
}
export class ConnectionLostError extends DatabaseError {
  override readonly name = 'ConnectionLostError'
}
export class SqlSyntaxError extends DatabaseError {
  override readonly name = 'SqlSyntaxError'
}
export class UndefinedTableError extends DatabaseError {
  override readonly name = 'UndefinedTableError'
}
export class UndefinedColumnError extends DatabaseError {
  override readonly name = 'UndefinedColumnError'
}
/** A write on a server or in a session that only reads. */
export class ReadOnlyError extends DatabaseError {
  override readonly name = 'ReadOnlyError'
}
export class DataError extends DatabaseError {
  override readonly name = 'DataError'
}
/** No session could be opened: the server is not there, or it refused the user. */
export class ConnectError extends DatabaseError {
  override readonly name = 'ConnectError'
}

const classes: { readonly [Name in ErrorClass]: typeof DatabaseError } = {
  DatabaseError,
  UniqueViolationError,
  ForeignKeyViolationError,
  NotNullViolationError,
  CheckViolationError,
  DeadlockError,
  SerializationError,
  LockTimeoutError,
  QueryCanceledError,
  ConnectionLostError,
  SqlSyntaxError,
  UndefinedTableError,
  UndefinedColumnError,
  DataError,
  ReadOnlyError,
}

/** The server's message must not show values in these; in the others it quotes the statement's own words. */
const quotesValues: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'DatabaseError',
  'UniqueViolationError',
  'ForeignKeyViolationError',
  'NotNullViolationError',
  'CheckViolationError',
  'DataError',
])

/** What a driver rejected a statement with, as one of our classes. Errors of our own pass as they are. `lost`: it was the connection's end. */
export function databaseError(
  cause: unknown,
  dialect: Dialect,
  sql: string,
  values: readonly DriverValue[],
  echo: boolean,
  lost: boolean,
): QuernError {
  if (cause instanceof QuernError) return cause
  return deepStack(() => failureOf(cause, dialect, sql, values, echo, lost))
}

function failureOf(
  cause: unknown,
  dialect: Dialect,
  sql: string,
  values: readonly DriverValue[],
  echo: boolean,
  lost: boolean,
): DatabaseError {
  const found = lost ? { ...dialect.classify(cause), class: 'ConnectionLostError' as const } : dialect.classify(cause)
  const details = { code: found.code, table: found.table, column: found.column, columns: found.columns, constraint: found.constraint, sql }
  const params = echo ? shownValues(values) : undefined
  if (echo && !isSecretSent(values)) return new classes[found.class](messageOf(cause), { ...details, params, cause })
  const hidden = {
    values,
    quoted: quotesValues.has(found.class),
    names: [found.table, found.column, found.constraint, ...(found.columns ?? [])],
  }
  return new classes[found.class](redact(messageOf(cause), hidden), { ...details, params, cause: redactedCause(cause, hidden) })
}

/** Node's own words for what keeps a socket from opening are codes; people get a sentence. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be resolved',
  ETIMEDOUT: 'the server does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the server closed the connection',
  ENOENT: 'there is no such file or socket',
  EACCES: 'permission denied',
}

/** Why a host could not be connected to, in a few words. */
export function connectReason(cause: unknown): string {
  const own = (cause as { code?: unknown } | null)?.code
  return (typeof own === 'string' && reasons[own]) || messageOf(cause) || 'the reason is unknown'
}

/** Why no session could be opened, in one sentence. `address` is the driver's and holds no password. */
export function connectError(cause: unknown, dialect: Dialect, address: string): QuernError {
  if (cause instanceof QuernError) return cause
  const { code, table, column, constraint } = dialect.classify(cause)
  const own = (cause as { code?: unknown } | null)?.code
  const reason = connectReason(cause)
  const details = { code: code ?? (typeof own === 'string' ? own : 'CONNECT'), table, column, constraint }
  const shown = redactedCause(cause, { values: [], quoted: false, names: [] })
  return new ConnectError(`cannot connect to ${dialect.title} at ${address}: ${reason}`, {
    ...details,
    sql: undefined,
    params: undefined,
    cause: shown,
  })
}

/** A failure that the engine knows before or without the server. */
export const lostError = (message: string, cause?: unknown): ConnectionLostError =>
  new ConnectionLostError(cause === undefined ? message : `${message}: ${messageOf(cause)}`, ownDetails('CONNECTION_LOST', cause))

/** A lock was not to be had in time. */
export const lockTimeoutError = (message: string): LockTimeoutError => new LockTimeoutError(message, ownDetails('LOCK_TIMEOUT', undefined))

export const canceledError = (message: string, cause?: unknown): QueryCanceledError =>
  new QueryCanceledError(message, ownDetails('CANCELED', cause))

function ownDetails(code: string, cause: unknown): FailureDetails {
  return { code, table: undefined, column: undefined, constraint: undefined, sql: undefined, params: undefined, cause }
}

function messageOf(cause: unknown): string {
  if (!isError(cause)) return String(cause)
  // Node reports a host with several addresses as an AggregateError without a message.
  if (cause.message === '' && 'errors' in cause) return (cause.errors as unknown[]).map(messageOf).join('; ')
  return cause.message.split('\n', 1)[0]!
}

/** No connection became free in time; the message has the pool's figures. */
export class PoolTimeoutError extends QuernError {
  override readonly name = 'PoolTimeoutError'
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, 'POOL_TIMEOUT', options)
  }
}

export class PoolClosedError extends QuernError {
  override readonly name = 'PoolClosedError'
  constructor(message = 'the engine is closed') {
    super(message, 'POOL_CLOSED')
  }
}

/** A handle was used after its transaction or its connection had ended. */
export class TransactionClosedError extends QuernError {
  override readonly name = 'TransactionClosedError'
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, 'TRANSACTION_CLOSED', options)
  }
}

/** The parent of an open transaction, savepoint or stream was used while only the child may speak. */
export class ParentLockedError extends QuernError {
  override readonly name = 'ParentLockedError'
  constructor(message: string) {
    super(message, 'PARENT_LOCKED')
  }
}

/** The server rolled the transaction back although COMMIT was asked for; `cause` is the first error in it. */
export class TransactionRolledBackError extends QuernError {
  override readonly name = 'TransactionRolledBackError'
  /** How often a transaction with `retries` was tried before this was its last word. */
  declare attempts?: number
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, 'TRANSACTION_ROLLED_BACK', options)
  }
}

/** A statement ended the transaction by itself, as definitions do on MySQL and MariaDB, or would have. */
export class ImplicitCommitError extends QuernError {
  override readonly name = 'ImplicitCommitError'
  constructor(
    message = 'a statement ended the transaction by itself, as definitions do on MySQL and MariaDB: what ran before it is committed',
  ) {
    super(message, 'IMPLICIT_COMMIT')
  }
}

/** The connection was lost while COMMIT was under way: nobody here knows whether it happened. */
export class CommitUnknownError extends QuernError {
  override readonly name = 'CommitUnknownError'
  constructor(cause: unknown) {
    super('the connection was lost during COMMIT; whether the transaction was committed is not known', 'COMMIT_UNKNOWN', { cause })
  }
}

export class NoRowError extends QuernError {
  override readonly name = 'NoRowError'
  readonly sql: string
  constructor(sql: string) {
    super('the statement yields no row where one is expected', 'NO_ROW')
    this.sql = sql
  }
}

export class MultipleRowsError extends QuernError {
  override readonly name = 'MultipleRowsError'
  readonly sql: string
  constructor(sql: string, count: number) {
    super(`the statement yields ${count} rows where one is expected`, 'MULTIPLE_ROWS')
    this.sql = sql
  }
}
