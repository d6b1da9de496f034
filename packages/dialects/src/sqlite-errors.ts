import type { Classification, ErrorClass } from '@quern/sql'

/** Result codes: https://www.sqlite.org/rescode.html */
const classes: Readonly<Record<string, ErrorClass>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'UniqueViolationError',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'UniqueViolationError',
  SQLITE_CONSTRAINT_ROWID: 'UniqueViolationError',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'ForeignKeyViolationError',
  SQLITE_CONSTRAINT_NOTNULL: 'NotNullViolationError',
  SQLITE_CONSTRAINT_CHECK: 'CheckViolationError',
  SQLITE_BUSY: 'LockTimeoutError',
  SQLITE_BUSY_TIMEOUT: 'LockTimeoutError',
  SQLITE_BUSY_RECOVERY: 'LockTimeoutError',
  SQLITE_LOCKED: 'LockTimeoutError',
  SQLITE_LOCKED_SHAREDCACHE: 'LockTimeoutError',
  SQLITE_BUSY_SNAPSHOT: 'SerializationError',
  SQLITE_INTERRUPT: 'QueryCanceledError',
  SQLITE_READONLY: 'ReadOnlyError',
  SQLITE_READONLY_DIRECTORY: 'ReadOnlyError',
  SQLITE_READONLY_DBMOVED: 'ReadOnlyError',
  SQLITE_MISMATCH: 'DataError',
  SQLITE_TOOBIG: 'DataError',
  SQLITE_CONSTRAINT_DATATYPE: 'DataError',
}

export function classifySqlite(cause: unknown): Classification {
  const { code, message = '' } = (cause ?? {}) as { readonly code?: string; readonly message?: string }
  const known = code === undefined ? undefined : classes[code]
  const found =
    known ??
    (code === 'SQLITE_ERROR' ? byMessage(message) : /connection is not open/.test(message) ? 'ConnectionLostError' : 'DatabaseError')
  return { class: found, code, ...namesIn(message, found) }
}

/** SQLITE_ERROR is one code for every mistake in SQL; only the sentence tells them apart. */
function byMessage(message: string): ErrorClass {
  if (/^no such (?:table|view)|^use DROP VIEW/.test(message)) return 'UndefinedTableError'
  if (/^no such column|has no column named/.test(message)) return 'UndefinedColumnError'
  if (/^(?:integer overflow|malformed JSON|string or blob too big)/.test(message)) return 'DataError'
  return /syntax error|incomplete input|unrecognized token/.test(message) ? 'SqlSyntaxError' : 'DatabaseError'
}

type Names = Pick<Classification, 'table' | 'column' | 'columns' | 'constraint'>
const none: Names = { table: undefined, column: undefined, columns: undefined, constraint: undefined }

function namesIn(message: string, found: ErrorClass): Names {
  const find = (pattern: RegExp): string | undefined => pattern.exec(message)?.[1]
  const keys = find(/^(?:UNIQUE|NOT NULL) constraint failed: (.+)$/s)
  if (keys !== undefined) return namesOfKey(keys)
  if (found === 'CheckViolationError') return { ...none, constraint: find(/^CHECK constraint failed: (.+)$/s) }
  if (found === 'UndefinedTableError') return { ...none, table: lastPart(find(/^no such (?:table|view): (.+)$/)) }
  if (found !== 'UndefinedColumnError') return none
  const [, table, there] = /^table (.+) has no column named (.+)$/.exec(message) ?? []
  const column = there ?? lastPart(find(/^no such column: (.+?)(?: - should this be .*)?$/)?.replace(/^"(.+)"$/, '$1'))
  return { ...none, table, column, columns: column === undefined ? undefined : [column] }
}

/** `users.email, users.tenant`, or `index 'name'` where it is over expressions. Names with dots or commas in them cannot be told apart. */
function namesOfKey(keys: string): Names {
  const index = /^index '(.+)'$/s.exec(keys)?.[1]
  if (index !== undefined) return { ...none, constraint: index }
  const parts = keys.split(', ').map((part) => part.split('.'))
  const table = parts[0]![0]
  if (parts.some((part) => part.length !== 2 || part[0] !== table)) return none
  const columns = parts.map((part) => part[1]!)
  return { ...none, table, columns, column: columns.length === 1 ? columns[0] : undefined }
}

const lastPart = (name: string | undefined): string | undefined => name?.slice(name.lastIndexOf('.') + 1)
