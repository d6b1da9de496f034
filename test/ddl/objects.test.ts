/** Each row of the feature table on each server: what the catalogs say afterwards, or the refusal, before anything is sent. */

import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { supports, UnsupportedFeatureError } from '@quern/sql'
import { loadModule, parseSync } from 'libpg-query'
import { compile, createEngine, type Engine, sql } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { expectedOn, objectFeatures, seenOn } from './object-features.js'

const dialects = { postgres, mysql, mariadb, sqlite }

test('every row has a name of its own, and an answer for each dialect', () => {
  expect(new Set(objectFeatures.map(({ feature }) => feature)).size).toBe(objectFeatures.length)
  for (const row of objectFeatures)
    for (const name of Object.keys(dialects) as (keyof typeof dialects)[])
      if (expectedOn(row, name) === 'yes')
        expect({ feature: row.feature, name, seen: seenOn(row, name) }).toMatchObject({ seen: { query: expect.any(String) } })
})

describe('as text', () => {
  beforeAll(() => loadModule())

  test.each(objectFeatures)('$feature is what PostgreSQL’s own parser takes', (row) => {
    for (const statement of row.statements) {
      if (expectedOn(row, 'postgres') !== 'yes') continue
      const { sql: text, params } = compile(statement, 'postgres')
      expect(params).toEqual([])
      expect(parseSync(text).stmts!.length).toBeGreaterThan(0)
    }
  })
})

for (const target of targets) {
  const name = dialectOf(target)

  describe(`on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test.each(objectFeatures.filter((row) => expectedOn(row, name) === 'yes'))('$feature', async (row) => {
      const types = name === 'postgres' ? row.types : undefined
      if (types) await engine.execute(types.create)
      for (const statement of row.before ?? []) await engine.execute(statement)
      try {
        for (const statement of row.statements) await engine.execute(statement)
        const seen = seenOn(row, name)!
        expect(await engine.all(sql`${sql.unsafe(seen.query)}`)).toEqual(seen.rows)
      } finally {
        for (const statement of row.after ?? []) await engine.execute(statement)
        if (types) await engine.execute(types.drop)
      }
    })

    test.each(objectFeatures.filter((row) => expectedOn(row, name) !== 'yes'))('$feature is refused', async (row) => {
      const { refused } = expectedOn(row, name) as { refused: never }
      expect(supports(dialects[name], refused)).toBe(false)
      const last = row.statements.map((statement) => {
        try {
          compile(statement, name)
          return undefined
        } catch (error) {
          return error
        }
      })
      const error = last.find((one) => one !== undefined)
      expect(error).toBeInstanceOf(UnsupportedFeatureError)
      expect(error).toMatchObject({ feature: refused, dialect: name })
    })
  })
}
