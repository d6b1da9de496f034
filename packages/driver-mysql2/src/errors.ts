import type { Failure } from './client.js'

/** The session has been ended by the server, which says so before it closes the connection. */
const ending: ReadonlySet<number> = new Set([
  1053, // ER_SERVER_SHUTDOWN
  1152, // ER_ABORTING_CONNECTION
  1184, // ER_NEW_ABORTING_CONNECTION
  1927, // ER_CONNECTION_KILLED (MariaDB)
  3169, // ER_SESSION_WAS_KILLED
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
])
export const endsSession = (error: Failure): boolean => error.fatal === true || ending.has(error.errno ?? 0)

/** The statement never ran, because the server does not know it (any more): it can be prepared anew and repeated. */
export const isStale = (error: Failure): boolean => error.errno === 1243 || error.errno === 1615

/** ER_UNSUPPORTED_PS: the server runs this text, but does not prepare it. */
export const cannotPrepare = (error: Failure): boolean => error.errno === 1295

/** ER_QUERY_INTERRUPTED */
export const wasInterrupted = (error: Failure): boolean => error.errno === 1317

/**
 * Whether the transaction may be another one after a failure than before: an error carries no status. A plain statement outside a
 * transaction cannot start one, but a procedure, a script, or DDL in a transaction can change it; and an interrupted statement may
 * be the last one of a session that was killed.
 */
export function unsettles(error: Failure, wasOpen: boolean, text: string): boolean {
  return wasOpen || wasInterrupted(error) || !/^\s*(select|insert|update|delete|replace|with)\b/i.test(text)
}
