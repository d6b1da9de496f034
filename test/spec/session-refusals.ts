/** Proofs for what sessions cannot do: transactions, locks, notifications, comments that say who asks. */

const deferrableTransaction = { probe: 'BEGIN DEFERRABLE' }
const mysqls = {
  deferrableTransaction,
  transactionMode: { probe: 'BEGIN IMMEDIATE' },
  notifications: { probe: 'LISTEN c' },
  queryTags: {
    reason: 'what carries a value is prepared, and a prepared text with another comment is another of the few that the server keeps',
    shows: 'SELECT @@max_prepared_stmt_count',
    yields: 16_382,
  },
}
export const sessionProofs = {
  postgres: { transactionMode: { probe: 'BEGIN IMMEDIATE' } },
  mysql: mysqls,
  mariadb: mysqls,
  sqlite: {
    isolationLevels: { probe: 'BEGIN ISOLATION LEVEL READ COMMITTED' },
    deferrableTransaction,
    advisoryLocks: { probe: 'SELECT pg_advisory_lock(1)' },
    notifications: { probe: 'LISTEN c' },
  },
}
