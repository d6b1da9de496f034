/** What dialects lack in INSERT, UPDATE, DELETE and MERGE, each with SQL that the server rejects, or that shows what it does instead. */
const key = 'a int PRIMARY KEY, b int UNIQUE, c int'
const matched = 'MERGE INTO t USING t AS s ON t.a = s.a WHEN MATCHED THEN'
const bySource = 'MERGE INTO t USING t AS s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE'
const lackingWrites = {
  merge: { probe: `${matched} DO NOTHING` },
  mergeBySource: { probe: bySource },
  mergeReturning: { probe: `${matched} DELETE RETURNING t.a` },
  returningOldNew: { probe: 'UPDATE t SET a = 2 RETURNING old.a' },
}
const lackingMysql = {
  ...lackingWrites,
  conflictTarget: { probe: `CREATE TABLE ct (${key}); INSERT INTO ct (a, b) VALUES (1, 1) ON CONFLICT (b) DO NOTHING` },
  swapInSet: {
    reason: 'each assignment sees what the ones before it have set',
    before: 'CREATE TABLE sw (a int, b int); INSERT INTO sw VALUES (1, 2); UPDATE sw SET a = b, b = a',
    shows: 'SELECT b FROM sw',
    yields: 2,
  },
  withBeforeInsert: { probe: 'WITH c AS (SELECT 1 AS n) INSERT INTO t (a) VALUES (1)' },
  joinedReturning: { probe: 'DELETE FROM t USING t CROSS JOIN t AS u WHERE t.a = u.a RETURNING u.a' },
}

export const writeProofs = {
  postgres: {
    conflictAnyKey: { probe: `CREATE TABLE ck (${key}); INSERT INTO ck (a, b) VALUES (1, 1) ON CONFLICT DO UPDATE SET c = 2` },
    replaceInto: { probe: 'REPLACE INTO t VALUES (1)' },
    insertIgnore: { probe: 'INSERT IGNORE INTO t VALUES (1)' },
    writeLimit: { probe: 'DELETE FROM t ORDER BY a LIMIT 1' },
    returningOldNew: { since: 18, probe: 'UPDATE t SET a = 2 RETURNING old.a' },
    mergeBySource: { since: 17, probe: bySource },
    mergeReturning: { since: 17, probe: `${matched} DELETE RETURNING t.a` },
  },
  mysql: {
    ...lackingMysql,
    conflictReturning: { probe: `CREATE TABLE cr (${key}); INSERT INTO cr (a) VALUES (1) ON DUPLICATE KEY UPDATE a = a RETURNING a` },
    targetInSubquery: { probe: 'UPDATE t SET a = 2 WHERE EXISTS (SELECT 1 FROM t AS u WHERE u.a > t.a)' },
  },
  mariadb: {
    ...lackingMysql,
    conflictReturning: {
      reason: 'rows that are left alone are returned, too; the table shows that they are',
      before: `CREATE TABLE cr (${key}); INSERT INTO cr VALUES (1, 1, 5)`,
      shows: 'INSERT INTO cr (a, b, c) VALUES (1, 1, 9) ON DUPLICATE KEY UPDATE a = a RETURNING c',
      yields: 5,
    },
    withBeforeUpdate: { probe: 'WITH c AS (SELECT 1 AS n) DELETE FROM t WHERE a IN (SELECT n FROM c)' },
  },
  sqlite: {
    ...lackingWrites,
    joinedReturning: { probe: 'UPDATE t SET a = 2 FROM t AS u WHERE u.a = t.a RETURNING u.a' },
  },
}
