import type {
  AdvisoryLocks,
  Dialect,
  Feature,
  Features,
  Question,
  SessionLimits,
  TransactionOptions,
  TransactionOutcome,
  TransactionTexts,
} from '@quern/sql'
import { UnsupportedFeatureError } from '@quern/sql'
import { savepoints } from './savepoints.js'

type Named = Pick<Dialect, 'name' | 'title' | 'version'>
type SessionFeature = Extract<
  Feature,
  'isolationLevels' | 'deferrableTransaction' | 'transactionMode' | 'advisoryLocks' | 'notifications' | 'transactionOutcome' | 'queryTags'
>
type SessionFeatures = Pick<Features, SessionFeature>

/** What sessions can do beside statements. */
export const postgresSessionFeatures: SessionFeatures = {
  isolationLevels: true,
  deferrableTransaction: true,
  transactionMode: false,
  advisoryLocks: true,
  notifications: true,
  transactionOutcome: true,
  queryTags: true,
}
export const mysqlSessionFeatures: SessionFeatures = {
  isolationLevels: true,
  deferrableTransaction: false,
  transactionMode: false,
  advisoryLocks: true,
  notifications: false,
  transactionOutcome: false,
  queryTags: false,
}
export const sqliteSessionFeatures: SessionFeatures = {
  isolationLevels: false,
  deferrableTransaction: false,
  transactionMode: true,
  advisoryLocks: false,
  notifications: false,
  transactionOutcome: false,
  queryTags: true,
}

function refuseDeferrable({ deferrable }: TransactionOptions, dialect: Named): void {
  if (deferrable !== undefined)
    throw new UnsupportedFeatureError(dialect, 'deferrableTransaction', 'deferrable transactions', 'leave deferrable out')
}

function refuseMode({ mode }: TransactionOptions, dialect: Named): void {
  if (mode !== undefined)
    throw new UnsupportedFeatureError(
      dialect,
      'transactionMode',
      'transactions that lock at their beginning',
      'leave mode out, and lock rows by forUpdate() or a word by advisoryLock()',
    )
}

const access = (readOnly: boolean | undefined): string => (readOnly === undefined ? '' : readOnly ? ' READ ONLY' : ' READ WRITE')

const postgresName: Named = { name: 'postgres', title: 'PostgreSQL', version: [15, 0, 0] }
export const postgresTransaction: TransactionTexts = {
  ...savepoints,
  begin(options) {
    refuseMode(options, postgresName)
    const { isolation, readOnly, deferrable } = options
    const level = isolation ? ` ISOLATION LEVEL ${isolation.toUpperCase()}` : ''
    return [`BEGIN${level}${access(readOnly)}${deferrable === undefined ? '' : deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE'}`]
  },
  end: () => [],
  commits: undefined,
}

/** The level has to be set before the transaction begins, and is used up by it. */
export const mysqlTransactionOf = (dialect: Named): TransactionTexts => ({
  ...savepoints,
  begin(options) {
    refuseMode(options, dialect)
    refuseDeferrable(options, dialect)
    const { isolation, readOnly } = options
    const level = isolation ? [`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`] : []
    return [...level, `START TRANSACTION${access(readOnly)}`]
  },
  end: () => [],
  commits: /^\s*(?:alter|create(?!\s+temporary\b)|drop(?!\s+temporary\b)|rename|truncate)\b/i,
})

const sqliteName: Named = { name: 'sqlite', title: 'SQLite', version: [3, 39, 0] }
/** `SERIALIZABLE` is what SQLite always does. */
export const sqliteTransaction: TransactionTexts = {
  ...savepoints,
  begin(options) {
    refuseDeferrable(options, sqliteName)
    const { isolation, readOnly, mode } = options
    if (isolation !== undefined && isolation !== 'serializable')
      throw new UnsupportedFeatureError(
        sqliteName,
        'isolationLevels',
        `isolation level ${JSON.stringify(isolation)}`,
        'its transactions are always serializable; leave isolation out',
      )
    const begin = mode === undefined && readOnly ? 'BEGIN' : `BEGIN ${(mode ?? 'immediate').toUpperCase()}`
    return readOnly ? ['PRAGMA query_only = ON', begin] : [begin]
  },
  end: ({ readOnly }) => (readOnly ? ['PRAGMA query_only = OFF'] : []),
  commits: undefined,
}

const milliseconds = (limit: number): string => (limit === Number.POSITIVE_INFINITY ? '0' : `'${Math.ceil(limit)}ms'`)
/** Whole seconds, the longest that the server takes where there is no limit. */
const seconds = (limit: number, longest: number): number => Math.max(1, Math.min(longest, Math.ceil(limit / 1000)))
/** The engine itself ends idle transactions; the server does so later, where the program does not answer at all. */
const later = 10_000

export const postgresLimits = ({ lock, idleInTransaction }: SessionLimits): readonly string[] => [
  `SET lock_timeout = ${milliseconds(lock)}`,
  `SET idle_in_transaction_session_timeout = ${milliseconds(idleInTransaction + later)}`,
]
const mysqlLockWait = (lock: number): string =>
  `SET SESSION innodb_lock_wait_timeout = ${seconds(lock, 100_000_000)}, SESSION lock_wait_timeout = ${seconds(lock, 31_536_000)}`
export const mysqlLimits = ({ lock }: SessionLimits): readonly string[] => [mysqlLockWait(lock)]
export const mariadbLimits = ({ lock, idleInTransaction }: SessionLimits): readonly string[] => [
  mysqlLockWait(lock),
  `SET SESSION idle_transaction_timeout = ${idleInTransaction === Number.POSITIVE_INFINITY ? 0 : seconds(idleInTransaction + later, 31_536_000)}`,
]

/** Numbers are PostgreSQL's own keys; a word is hashed to one by the server. */
const postgresLock =
  (call: (key: string) => string) =>
  (key: string | bigint): Question =>
    typeof key === 'bigint'
      ? { text: `SELECT ${call('$1::bigint')}`, values: [key] }
      : { text: `SELECT ${call('hashtextextended($1::text, 0)')}`, values: [key] }
export const postgresLocks: AdvisoryLocks = {
  // The session's limit for locks is not this one's: the caller has its own.
  take: postgresLock(
    (key) => `pg_advisory_lock(${key})::text IS NOT NULL FROM (SELECT set_config('lock_timeout', '0', true) OFFSET 0) AS unlimited`,
  ),
  attempt: postgresLock((key) => `pg_try_advisory_lock(${key})`),
  release: postgresLock((key) => `pg_advisory_unlock(${key})`),
}

/** The server ignores the case of its locks' names, takes 64 characters, and knows no databases there: a digest is exact in all three. */
const mysqlLockName = "SHA2(CONCAT(COALESCE(DATABASE(), ''), CHAR(0), ?), 256)"
const mysqlQuestion =
  (text: string) =>
  (key: string | bigint): Question => ({ text, values: [String(key)] })
export const mysqlLocks: AdvisoryLocks = {
  // A year: MariaDB has no word for ever.
  take: mysqlQuestion(`SELECT GET_LOCK(${mysqlLockName}, 31536000)`),
  attempt: mysqlQuestion(`SELECT GET_LOCK(${mysqlLockName}, 0)`),
  release: mysqlQuestion(`SELECT RELEASE_LOCK(${mysqlLockName})`),
}

export const postgresNotify = (channel: string, payload: string): Question => ({
  text: 'SELECT pg_notify($1, $2)',
  values: [channel, payload],
})

const lifeOfServer = 'extract(epoch from pg_postmaster_start_time())::text'

/**
 * A transaction's number alone would not do: after a crash the server gives those numbers out again that it had not yet written down. So
 * the token also has the moment of its start and the processes that it starts anew after the crash of one session.
 */
export const postgresOutcome: TransactionOutcome = {
  token: `SELECT pg_current_xact_id_if_assigned()::text || '/' || ${lifeOfServer} || '/' || (SELECT string_agg(pid::text, ',') FROM pg_stat_activity WHERE datid IS NULL)`,
  of: (token) => ({
    text: `SELECT CASE WHEN ${lifeOfServer} = split_part($1, '/', 2) AND EXISTS (SELECT FROM pg_stat_activity
  WHERE datid IS NULL AND pid = ANY (string_to_array(split_part($1, '/', 3), ',')::int[])) THEN pg_xact_status(split_part($1, '/', 1)::xid8) END`,
    values: [token],
  }),
}
