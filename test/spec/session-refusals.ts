/** Proofs for what sessions cannot do: transactions, locks, notifications, comments that say who asks. */

const deferrableTransaction = { probe: 'BEGIN DEFERRABLE' }
const explainVerbose = { probe: 'EXPLAIN (VERBOSE) SELECT a FROM t' }
const explainTree = { probe: 'EXPLAIN FORMAT=TREE SELECT a FROM t' }
const mysqls = {
  explainVerbose,
  deferrableTransaction,
  transactionMode: { probe: 'BEGIN IMMEDIATE' },
  notifications: { probe: 'LISTEN c' },
  transactionOutcome: { probe: "SELECT pg_xact_status('1')" },
  queryTags: {
    reason: 'what carries a value is prepared, and a prepared text with another comment is another of the few that the server keeps',
    shows: 'SELECT @@max_prepared_stmt_count',
    yields: 16_382,
  },
}
export const sessionProofs = {
  postgres: { transactionMode: { probe: 'BEGIN IMMEDIATE' }, explainTree },
  mysql: {
    ...mysqls,
    explainAnalyzeWrites: {
      reason: 'the words are accepted, nothing is run, and the plan is this one line',
      shows: 'EXPLAIN ANALYZE DELETE FROM t WHERE a = 1',
      yields: '-> <not executable by iterator executor>\n',
    },
  },
  mariadb: { ...mysqls, explainTree },
  sqlite: {
    isolationLevels: { probe: 'BEGIN ISOLATION LEVEL READ COMMITTED' },
    deferrableTransaction,
    advisoryLocks: { probe: 'SELECT pg_advisory_lock(1)' },
    notifications: { probe: 'LISTEN c' },
    transactionOutcome: { probe: "SELECT pg_xact_status('1')" },
    explainAnalyze: { probe: 'EXPLAIN ANALYZE SELECT a FROM t' },
    explainAnalyzeWrites: { probe: 'EXPLAIN ANALYZE DELETE FROM t' },
    explainVerbose,
    explainTree,
  },
}
