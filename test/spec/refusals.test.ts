/** Every feature that a dialect is said to lack: SQL by hand that the server rejects, or the reason why what it does instead is not the same. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { type Feature, supports } from '@quern/sql'
import { createEngine, type Engine, integer, metadata, table } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const dialects = { postgres, mysql, mariadb, sqlite }
type Name = keyof typeof dialects
type Proof = { readonly probe: string } | { readonly reason: string; readonly shows: string; readonly yields: unknown }

const fullJoin = { probe: 'SELECT 1 FROM t AS a FULL OUTER JOIN t AS b ON a.a = b.a' }
const lacking = {
  aggregateFilter: { probe: 'SELECT COUNT(*) FILTER (WHERE a > 1) FROM t' },
  nullsOrder: { probe: 'SELECT a FROM t ORDER BY a NULLS LAST' },
  groupsFrame: { probe: 'SELECT SUM(a) OVER (ORDER BY a GROUPS CURRENT ROW) FROM t' },
  updateReturning: { probe: 'UPDATE t SET a = 2 RETURNING a' },
  fullJoin,
}
const proofs: Readonly<Record<Name, Partial<Record<Feature, Proof>>>> = {
  postgres: {
    floatModulo: { probe: 'SELECT 1.5::float8 % 1.0::float8' },
    unsigned: { probe: 'CREATE TABLE u (a integer unsigned)' },
  },
  mysql: {
    ...lacking,
    insertReturning: { probe: 'INSERT INTO t VALUES (1) RETURNING a' },
    deleteReturning: { probe: 'DELETE FROM t RETURNING a' },
  },
  mariadb: lacking,
  sqlite: {
    defaultInValues: { probe: 'INSERT INTO t VALUES (DEFAULT)' },
    floatModulo: { reason: 'both sides are cut to integers first', shows: 'SELECT 5.5 % 2.5 AS x', yields: 1 },
    numericArithmetic: {
      reason: 'exact decimals are stored as text, which sorts by its letters',
      shows: "SELECT '9' > '10' AS x",
      yields: 1,
    },
    unsigned: {
      reason: 'the word is taken for a part of the type name and ignored',
      shows: 'SELECT CAST(-1 AS INTEGER UNSIGNED) AS x',
      yields: -1,
    },
    castLength: { reason: 'the length is accepted and ignored', shows: "SELECT LENGTH(CAST('abcdef' AS VARCHAR(2))) AS x", yields: 6 },
  },
}

test.each(Object.entries(dialects))('every feature that %s lacks has a proof, and no other', (name, dialect) => {
  const missing = (Object.keys(dialect.features) as Feature[]).filter((feature) => !supports(dialect, feature))
  expect(Object.keys(proofs[name as Name]).sort()).toEqual(missing.sort())
})

for (const target of targets) {
  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ t: table('t', { a: integer() }) }).createAll(engine)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(Object.entries(proofs[dialectOf(target)]))('%s', async (_, proof) => {
      await using connection = await engine.connect()
      if ('probe' in proof) {
        await expect(connection.script(proof.probe)).rejects.toMatchObject({
          name: expect.stringMatching(/^(SqlSyntaxError|DatabaseError|UndefinedColumnError)$/),
        })
        // the same statement without the feature's words would have run: the table is there
        await connection.script('SELECT a FROM t')
      } else {
        const { sql } = await import('quern')
        const rows = await connection.all(sql`${sql.unsafe(proof.shows)}`)
        expect(rows).toEqual([[proof.yields]])
      }
    })
  })
}
