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
  '25006': 'ReadOnlyError',
  '57P01': 'ConnectionLostError',
  '57P02': 'ConnectionLostError',
  '57P03': 'ConnectionLostError',
  '57P05': 'ConnectionLostError',
  '25P03': 'ConnectionLostError',
  '25P04': 'ConnectionLostError',
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
  readonly detail?: string
}

export function classifyPostgres(cause: unknown): Classification {
  const { code, message = '', table, column, constraint, detail } = (cause ?? {}) as Cause
  const found = classOf(code, message)
  const columns = keyColumns(detail)
  const named = undefinedName(found, message)
  return {
    class: found,
    code,
    table: table ?? named.table,
    column: column ?? named.column ?? (columns?.length === 1 ? columns[0] : undefined),
    columns: columns ?? (column === undefined ? undefined : [column]),
    constraint,
  }
}

/** Fixed sentences of the server, in English: the protocol has no fields for these names. */
function undefinedName(found: ErrorClass, message: string): { readonly table?: string | undefined; readonly column?: string | undefined } {
  if (found === 'UndefinedTableError') return { table: lastPart(/^(?:relation|table|view) "(.+)" does not exist$/.exec(message)?.[1]) }
  if (found !== 'UndefinedColumnError') return {}
  const [, column, table] = /^column "(.+)" of relation "(.+)" does not exist$/.exec(message) ?? []
  if (column !== undefined) return { column, table }
  const bare = /^column "?(.+?)"? does not exist$/.exec(message)?.[1]
  return { column: lastPart(bare) }
}

const lastPart = (name: string | undefined): string | undefined => name?.slice(name.lastIndexOf('.') + 1)

/** `Key (email)=(…) already exists`; a key that is referenced from elsewhere is not the one that was violated. */
function keyColumns(detail: string | undefined): string[] | undefined {
  const [, keys, rest] = /^Key \((.*?)\)=\(([\s\S]*)$/.exec(detail ?? '') ?? []
  if (keys === undefined || / is still referenced from table "[^"]*"\.$/.test(rest!)) return undefined
  const names = keys.match(/"(?:[^"]|"")+"|[^,"\s]+/g) ?? []
  // an expression has parentheses, blanks or commas of its own
  if (names.join(', ') !== keys || names.some((name) => !/^(?:"(?:[^"]|"")+"|[\w$\u0080-\uffff]+)$/.test(name))) return undefined
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
}

function classOf(code: string | undefined, message: string): ErrorClass {
  if (code === undefined)
    return /Connection terminated|connection is closed|not queryable|socket/i.test(message) ? 'ConnectionLostError' : 'DatabaseError'
  const known = classes[code]
  if (known) return known
  if (code.startsWith('08') || socketCodes.includes(code)) return 'ConnectionLostError'
  return code.startsWith('22') ? 'DataError' : 'DatabaseError'
}
