/** What dialects lack in SELECT, each with SQL that the server rejects, or that shows what it does instead. */
const grouping = {
  groupingSets: { probe: 'SELECT COUNT(*) FROM t GROUP BY GROUPING SETS ((a), ())' },
}
const lackingSelect = {
  ...grouping,
  distinctOn: { probe: 'SELECT DISTINCT ON (a) a FROM t' },
  tableSample: { probe: 'SELECT a FROM t TABLESAMPLE BERNOULLI (10)' },
  ordinality: { probe: 'SELECT a FROM t WITH ORDINALITY' },
  dmlInWith: { probe: 'WITH c AS (DELETE FROM t RETURNING a) SELECT a FROM c' },
  searchClause: {
    probe: 'WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 3) SEARCH DEPTH FIRST BY n SET o SELECT n FROM c',
  },
  cycleClause: {
    probe: 'WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 3) CYCLE n SET y USING p SELECT n FROM c',
  },
}
const lackingMysql = {
  ...lackingSelect,
  materializedCte: { probe: 'WITH c AS MATERIALIZED (SELECT 1 AS n) SELECT n FROM c' },
  tableFunctions: { probe: 'SELECT value FROM generate_series(1, 3) AS g (value)' },
  rollupBesideKeys: { probe: 'SELECT a, COUNT(*) FROM t GROUP BY a, a WITH ROLLUP, a' },
}
const inTotals = {
  reason: 'the total has what the expression makes of NULL',
  shows:
    'SELECT COUNT(*) FROM (SELECT COALESCE(a, 7) AS x FROM (SELECT 1 AS a) AS d GROUP BY COALESCE(a, 7) WITH ROLLUP) AS r WHERE x IS NULL',
  yields: 0,
}
const aComment = {
  reason: 'the hint is a comment like any other',
  shows: 'SELECT /*+ NO_SUCH_HINT(nothing) */ 1 AS x',
  yields: 1,
}

export const selectProofs = {
  postgres: {
    indexHints: { probe: 'SELECT a FROM t FORCE INDEX (t_a)' },
    indexHintLists: { probe: 'SELECT a FROM t USE INDEX (t_a)' },
  },
  mysql: { ...lackingMysql, rollupExpressions: inTotals, withTies: { probe: 'SELECT a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES' } },
  mariadb: {
    ...lackingMysql,
    lockOf: { probe: 'SELECT a FROM t FOR UPDATE OF t' },
    lateral: { probe: 'SELECT x FROM t, LATERAL (SELECT t.a AS x) AS l' },
    correlatedDerived: { probe: 'SELECT (SELECT x FROM (SELECT t.a AS x) AS d) FROM t' },
    columnAliases: { probe: 'SELECT a FROM (SELECT 1) AS v (a)' },
    rollup: {
      reason: 'of no rows there is no total',
      shows: 'SELECT COUNT(*) FROM (SELECT a, COUNT(*) AS n FROM t GROUP BY a WITH ROLLUP) AS r',
      yields: 0,
    },
    rollupExpressions: {
      reason: 'a key that stands twice is NULL where one of the two is grouped by still',
      shows: 'SELECT COUNT(*) FROM (SELECT a FROM (SELECT 1 AS a) AS d GROUP BY a, a WITH ROLLUP) AS r WHERE a IS NULL',
      yields: 2,
    },
    rollupOrder: { probe: 'SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP ORDER BY a' },
    hintComments: aComment,
  },
  sqlite: {
    ...lackingSelect,
    withTies: { probe: 'SELECT a FROM t ORDER BY a FETCH FIRST 1 ROWS WITH TIES' },
    indexHintLists: { probe: 'SELECT a FROM t IGNORE INDEX (t_a)' },
    rowLocks: { probe: 'SELECT a FROM t FOR UPDATE' },
    lockOf: { probe: 'SELECT a FROM t FOR UPDATE OF t' },
    hintComments: aComment,
    intersectAll: { probe: 'SELECT a FROM t INTERSECT ALL SELECT a FROM t' },
    exceptAll: { probe: 'SELECT a FROM t EXCEPT ALL SELECT a FROM t' },
    lateral: { probe: 'SELECT x FROM t, LATERAL (SELECT t.a AS x) AS l' },
    columnAliases: { probe: 'SELECT a FROM (SELECT 1) AS v (a)' },
    rollup: { probe: 'SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a)' },
    rollupBesideKeys: { probe: 'SELECT a, COUNT(*) FROM t GROUP BY a, ROLLUP (a)' },
    rollupExpressions: { probe: 'SELECT COUNT(*) FROM t GROUP BY ROLLUP (COALESCE(a, 7))' },
    rollupOrder: { probe: 'SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a) ORDER BY a' },
  },
}
