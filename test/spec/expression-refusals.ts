/** What dialects lack in expressions, each with SQL that the server rejects, or that shows what it does instead. */
const arrays = { probe: 'SELECT ARRAY[1, 2] FROM t' }
const ranges = { probe: "SELECT '[1,2)'::int4range FROM t" }
const generateSeries = { probe: 'SELECT value FROM generate_series(1, 3) AS g (value)' }
const textSearch = { probe: "SELECT to_tsvector('a') FROM t" }
const tryCast = { probe: "SELECT TRY_CAST('a' AS int) FROM t" }
const withinGroup = { probe: 'SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) FROM t' }
const matchAgainst = { probe: "SELECT MATCH (a) AGAINST ('x') FROM t" }

const lackingMysql = {
  arrays,
  ranges,
  generateSeries,
  textSearch,
  tryCast,
  withinGroup,
  fts5: { probe: "SELECT a FROM t WHERE t MATCH 'x'" },
  jsonObjectAggFilter: { probe: "SELECT JSON_OBJECTAGG('k', a) FILTER (WHERE a > 1) FROM t" },
  windowedCollection: { probe: 'SELECT GROUP_CONCAT(a) OVER () FROM t' },
  frameExclude: { probe: 'SELECT SUM(a) OVER (ORDER BY a ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW) FROM t' },
}

export const expressionProofs = {
  postgres: {
    matchAgainst,
    fts5: { probe: "SELECT a FROM t WHERE t MATCH 'x'" },
    tryCast: { since: 16, probe: "SELECT PG_INPUT_IS_VALID('1', 'int4') FROM t" },
  },
  mysql: lackingMysql,
  mariadb: {
    ...lackingMysql,
    lagDefault: { probe: 'SELECT LAG(a, 1, 5) OVER (ORDER BY a) FROM t' },
  },
  sqlite: {
    arrays,
    ranges,
    generateSeries,
    textSearch,
    tryCast,
    matchAgainst,
    withinGroup: {
      reason: 'the words are known only where the program was built with an extension, which the client library may leave out',
      shows: "SELECT COUNT(*) AS x FROM pragma_function_list WHERE name = 'mode'",
      yields: 0,
    },
    regexp: { probe: "SELECT 'a' REGEXP 'b' FROM t" },
    reverse: { probe: "SELECT REVERSE('ab') FROM t" },
    splitPart: { probe: "SELECT SPLIT_PART('a/b', '/', 1) FROM t" },
    truncDigits: { probe: 'SELECT TRUNC(1.25, 1) FROM t' },
    statistics: { probe: 'SELECT STDDEV_SAMP(a) FROM t' },
    aggregateOrder: { probe: "SELECT GROUP_CONCAT(a, ',' ORDER BY a) FROM t", since: 3 },
    distinctStringAgg: { probe: "SELECT GROUP_CONCAT(DISTINCT a, ';') FROM t" },
    jsonContains: { probe: "SELECT JSON_CONTAINS('[1]', '1') FROM t" },
    windowedCollection: {
      reason: 'over no rows an array is empty here and NULL elsewhere, and the CASE that makes it NULL takes no OVER',
      shows: 'SELECT JSON_GROUP_ARRAY(1) AS x FROM (SELECT 1) AS r WHERE 1 = 2',
      yields: '[]',
    },
    quantified: { probe: 'SELECT 1 > ALL (SELECT 2) FROM t' },
    microseconds: {
      reason: 'its functions of time know milliseconds only',
      shows: "SELECT STRFTIME('%Y-%m-%d %H:%M:%f', '2024-01-01 00:00:00.123456') AS x",
      yields: '2024-01-01 00:00:00.123',
    },
  },
} as const
