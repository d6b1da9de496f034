import type { Classification, ErrorClass } from '@quern/sql'

/** SQLSTATE to class: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const classes: Readonly<Record<string, ErrorClass>> = {
  '23505': 'UniqueViolationError',
  '23503': 'ForeignKeyViolationError',
  '23502': 'NotNullViolationError',
  '23514': 'CheckViolationError',
  '23P01': 'CheckViolationError',
  '40P01': 'DeadlockError',
  '40001': 'SerializationError',
  '55P03': 'LockTimeoutError',
  '57014': 'QueryCanceledError',
  '42601': 'SqlSyntaxError',
  '42P01': 'UndefinedTableError',
  '42703': 'UndefinedColumnError',
  '57P01': 'ConnectionLostError',
  '57P02': 'ConnectionLostError',
  '57P03': 'ConnectionLostError',
  '57P05': 'ConnectionLostError',
  '25P03': 'ConnectionLostError',
}

/** What Node and the client library say when the socket is gone. */
export const socketCodes: readonly string[] = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ENOTCONN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNREFUSED',
]

interface Cause {
  readonly code?: string
  readonly message?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

export function classifyPostgres(cause: unknown): Classification {
  const { code, message = '', table, column, constraint } = (cause ?? {}) as Cause
  return { class: classOf(code, message), code, table, column, constraint }
}

function classOf(code: string | undefined, message: string): ErrorClass {
  if (code === undefined)
    return /Connection terminated|connection is closed|not queryable|socket/i.test(message) ? 'ConnectionLostError' : 'DatabaseError'
  const known = classes[code]
  if (known) return known
  if (code.startsWith('08') || socketCodes.includes(code)) return 'ConnectionLostError'
  return code.startsWith('22') ? 'DataError' : 'DatabaseError'
}
