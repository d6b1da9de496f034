import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { supports, UnsupportedFeatureError } from '@quern/sql'
import { expectedOn, rewritten, type Spec, unfrozen } from '@quern/testkit'
import { loadModule, parseSync } from 'libpg-query'
import { compile, createEngine, type Engine, insertInto, type Runnable } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { statements } from './statements.js'
import { db, postRows, posts, stock, stockRows, userRows, users } from './tables.js'

const dialects = { postgres, mysql, mariadb, sqlite }
const runnable = (row: Spec) => row.statement as Runnable<any>

describe.each(Object.values(dialects))('as text on $name', (dialect) => {
  test.each(statements)('$name', (row) => {
    const expected = expectedOn(row, dialect)
    if ('unsupported' in expected) {
      expect(supports(dialect, expected.unsupported)).toBe(false)
      expect(() => compile(runnable(row), dialect.name)).toThrow(UnsupportedFeatureError)
      expect(() => compile(runnable(row), dialect.name)).toThrow(
        expect.objectContaining({ feature: expected.unsupported, dialect: dialect.name }),
      )
      return
    }
    const compiled = compile(runnable(row), dialect.name)
    expect({ sql: compiled.sql, params: compiled.params }).toEqual(expected)
    expect(compile(rewritten(row.statement) as Runnable<any>, dialect.name)).toEqual(compiled)
  })
})

describe('every row', () => {
  beforeAll(() => loadModule())

  test.each(statements)('$name is immutable, and one statement to PostgreSQL’s own parser', (row) => {
    expect(unfrozen(row.statement)).toEqual([])
    if (!('unsupported' in expectedOn(row, postgres))) expect(parseSync(compile(runnable(row), 'postgres').sql).stmts).toHaveLength(1)
  })

  test('has a name of its own', () => {
    expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length)
    expect(statements.length).toBeGreaterThanOrEqual(30)
  })
})

class Undo extends Error {}

for (const target of targets) {
  const dialect = dialects[dialectOf(target)]

  describe(`executed on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await db.createAll(engine)
      // the server counts the keys itself, so that later inserts go on from there
      await engine.execute(insertInto(users).values(userRows.map(({ id: _, ...row }) => row)))
      await engine.execute(insertInto(posts).values(postRows))
      await engine.execute(insertInto(stock).values(stockRows))
    })

    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(statements.filter((row) => !('unsupported' in expectedOn(row, dialect))))('$name', async (row) => {
      expect(row.rows ?? row.rowCount).toBeDefined()
      const undone = engine.transaction(async (tx) => {
        const result = await tx.execute(runnable(row))
        if (row.rows) expect(result.rows).toEqual(row.rows)
        if (row.rowCount !== undefined) expect(result.rowCount).toBe(row.rowCount)
        throw new Undo()
      })
      await expect(undone).rejects.toBeInstanceOf(Undo)
    })
  })
}
