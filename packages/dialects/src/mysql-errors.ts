import type { Classification, ErrorClass } from '@quern/sql'
import { socketCodes } from './postgres-errors.js'

/** Error numbers of both servers: https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-codes/ */
const classes: Readonly<Record<number, ErrorClass>> = {
  1062: 'UniqueViolationError',
  1022: 'UniqueViolationError',
  1169: 'UniqueViolationError',
  1859: 'UniqueViolationError',
  1586: 'UniqueViolationError',
  1216: 'ForeignKeyViolationError',
  1217: 'ForeignKeyViolationError',
  1451: 'ForeignKeyViolationError',
  1452: 'ForeignKeyViolationError',
  1048: 'NotNullViolationError',
  1263: 'NotNullViolationError',
  1364: 'NotNullViolationError',
  3819: 'CheckViolationError',
  4025: 'CheckViolationError',
  1213: 'DeadlockError',
  1614: 'DeadlockError',
  1020: 'SerializationError',
  3101: 'SerializationError',
  1205: 'LockTimeoutError',
  3572: 'LockTimeoutError',
  1317: 'QueryCanceledError',
  3024: 'QueryCanceledError',
  1969: 'QueryCanceledError',
  1064: 'SqlSyntaxError',
  1065: 'SqlSyntaxError',
  1149: 'SqlSyntaxError',
  1146: 'UndefinedTableError',
  1051: 'UndefinedTableError',
  1054: 'UndefinedColumnError',
  1053: 'ConnectionLostError',
  1077: 'ConnectionLostError',
  1079: 'ConnectionLostError',
  1152: 'ConnectionLostError',
  1184: 'ConnectionLostError',
  1927: 'ConnectionLostError',
  3169: 'ConnectionLostError',
  4031: 'ConnectionLostError',
  1792: 'ReadOnlyError',
  1836: 'ReadOnlyError',
  1153: 'DataError',
  1264: 'DataError',
  1265: 'DataError',
  1292: 'DataError',
  1366: 'DataError',
  1406: 'DataError',
  1365: 'DataError',
  1411: 'DataError',
  1441: 'DataError',
  1525: 'DataError',
  1690: 'DataError',
  3140: 'DataError',
  3141: 'DataError',
  22007: 'DataError',
}
const lostCodes: readonly string[] = [
  ...socketCodes,
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CLIENT_INTERACTION_TIMEOUT',
]

interface Cause {
  readonly code?: string
  readonly errno?: number
  readonly message?: string
}

/** Numbers that mean several things. */
function byMessage(errno: number, message: string): ErrorClass | undefined {
  if (errno === 1290 && /read.only/i.test(message)) return 'ReadOnlyError'
  // a node that has lost its cluster answers nothing until it has found it again; another node may
  return errno === 1047 && message.includes('WSREP') ? 'ConnectionLostError' : undefined
}

export function classifyMysql(cause: unknown): Classification {
  const { code, errno, message = '' } = (cause ?? {}) as Cause
  const known = errno === undefined ? undefined : (byMessage(errno, message) ?? classes[errno])
  const lost =
    (code !== undefined && lostCodes.includes(code)) ||
    (known === undefined && /closed state|connection is in closed|Connection lost/i.test(message))
  return { class: known ?? (lost ? 'ConnectionLostError' : 'DatabaseError'), code, ...namesIn(message, known) }
}

type Names = Pick<Classification, 'table' | 'column' | 'columns' | 'constraint'>
const none: Names = { table: undefined, column: undefined, columns: undefined, constraint: undefined }

/** The protocol has no fields for these names; the server's own sentences carry them in fixed places. */
function namesIn(message: string, known: ErrorClass | undefined): Names {
  const find = (pattern: RegExp): string | undefined => pattern.exec(message)?.[1]
  switch (known) {
    case 'UniqueViolationError': {
      const key = find(/ for key '(.+)'$/s)
      const dot = key?.indexOf('.') ?? -1
      return dot > 0 ? { ...none, table: key!.slice(0, dot), constraint: key!.slice(dot + 1) } : { ...none, constraint: key }
    }
    case 'ForeignKeyViolationError': {
      const columns = find(/FOREIGN KEY \((`.+?`)\) REFERENCES/)
        ?.match(/`(?:[^`]|``)+`/g)
        ?.map(unquoted)
      const column = columns?.length === 1 ? columns[0] : undefined
      const table = find(/\(`(?:[^`]|``)+`\.(`(?:[^`]|``)+`), CONSTRAINT/)
      const constraint = find(/CONSTRAINT (`(?:[^`]|``)+`)/)
      return { table: table && unquoted(table), column, columns, constraint: constraint && unquoted(constraint) }
    }
    case 'NotNullViolationError':
      return ofColumn(find(/(?:Column|Field) '(.+?)' (?:cannot|doesn't)/))
    case 'CheckViolationError': {
      const table = find(/ failed for `(?:[^`]|``)+`\.(`(?:[^`]|``)+`)/)
      const name = find(/CONSTRAINT `((?:[^`]|``)+)` failed/) ?? find(/constraint '(.+)' is violated/i)
      return { ...none, table: table && unquoted(table), constraint: name?.replaceAll('``', '`') }
    }
    case 'UndefinedTableError':
      return { ...none, table: find(/able '(?:[^'.]+\.)?([^']+)'/) }
    case 'UndefinedColumnError':
      return ofColumn(find(/olumn '(?:[^']*\.)?([^'.]+)'/))
    case 'DataError':
      return ofColumn(find(/ for column (?:`(?:[^`]|``)+`\.){2}`([^`]+)`/) ?? find(/ for column '([^']+)'/))
    default:
      return none
  }
}

const ofColumn = (column: string | undefined): Names => ({ ...none, column, columns: column === undefined ? undefined : [column] })
const unquoted = (name: string): string => name.slice(1, -1).replaceAll('``', '`')
