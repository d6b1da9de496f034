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
  SQLITE_LOCKED: 'LockTimeoutError',
  SQLITE_LOCKED_SHAREDCACHE: 'LockTimeoutError',
  SQLITE_BUSY_SNAPSHOT: 'SerializationError',
  SQLITE_INTERRUPT: 'QueryCanceledError',
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
  if (/^no such table/.test(message)) return 'UndefinedTableError'
  if (/^no such column|has no column named/.test(message)) return 'UndefinedColumnError'
  return /syntax error|incomplete input|unrecognized token/.test(message) ? 'SqlSyntaxError' : 'DatabaseError'
}

function namesIn(message: string, found: ErrorClass): Pick<Classification, 'table' | 'column' | 'constraint'> {
  const column = /^(?:UNIQUE|NOT NULL) constraint failed: ([^.,]+)\.([^,]+)/.exec(message)
  if (column) return { table: column[1], column: column[2], constraint: undefined }
  const check = found === 'CheckViolationError' ? /^CHECK constraint failed: (.+)$/.exec(message)?.[1] : undefined
  return { table: undefined, column: undefined, constraint: check }
}
