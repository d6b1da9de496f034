/** Every function and operator: what it means is known by hand, and each database must answer it, or refuse before anything is sent. */
import { mariadb, mysql, postgres, sqlite } from '@quern/dialects'
import { supports, UnsupportedFeatureError } from '@quern/sql'
import { rewritten, unfrozen } from '@quern/testkit'
import { loadModule, parseSync } from 'libpg-query'
import { bigint, cast, compile, createEngine, type Engine, insertInto, metadata, type Runnable, select } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { ownMeanings } from './functions-own.js'
import { meanings as common, type Meaning, thingRows, things } from './functions-table.js'

const meanings = [...common, ...ownMeanings]
const dialects = { postgres, mysql, mariadb, sqlite }
const runnable = ({ statement }: Meaning) => statement as Runnable<any>

beforeAll(() => loadModule())

test('each row has a name of its own', () => {
  expect(new Set(meanings.map(({ name }) => name)).size).toBe(meanings.length)
})

describe.each(Object.values(dialects))('as text on $name', (dialect) => {
  test.each(meanings)('$name', (row) => {
    expect(unfrozen(row.statement)).toEqual([])
    const feature = row.refuses[dialect.name]
    if (feature !== undefined) {
      expect(() => compile(runnable(row), dialect.name)).toThrow(expect.objectContaining({ feature, dialect: dialect.name }))
      expect(() => compile(runnable(row), dialect.name)).toThrow(UnsupportedFeatureError)
      return
    }
    const compiled = compile(runnable(row), dialect.name)
    expect(compile(rewritten(row.statement) as Runnable<any>, dialect.name)).toEqual(compiled)
    if (dialect.name === 'postgres') expect(parseSync(compiled.sql).stmts).toHaveLength(1)
  })
})

for (const target of targets) {
  describe(`answered by ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ things }).createAll(engine)
      await engine.execute(insertInto(things).values(thingRows))
      // the words that full text looks for have an index, where there is such a one
      await using connection = await engine.connect()
      if (supports(connection.dialect, 'fulltextIndex')) await connection.script('CREATE FULLTEXT INDEX things_name ON things (name)')
      if (supports(connection.dialect, 'fts5'))
        await connection.script(
          "CREATE VIRTUAL TABLE docs USING fts5(title, body); INSERT INTO docs VALUES ('one', 'a fat cat'), ('fat', 'a dog')",
        )
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    const newer = (row: Meaning) => row.refuses[dialectOf(target)]
    test.each(meanings)('$name', async (row) => {
      const feature = newer(row)
      if (feature !== undefined) {
        const since = dialects[dialectOf(target)].features[feature]
        // refused for the oldest version that the dialect knows; this server may be newer
        if (typeof since === 'boolean') {
          await expect(engine.all(runnable(row))).rejects.toMatchObject({ feature })
          return
        }
      }
      const found = (await engine.all(runnable(row))).map(({ x }: { x: unknown }) => (Object.is(x, -0) ? 0 : x))
      if (row.about)
        for (const [i, value] of row.means.entries())
          if (typeof value === 'number') expect(found[i]).toBeCloseTo(value, 10)
          else expect(found[i]).toEqual(value)
      else expect(found).toEqual(row.means)
    })

    test('arithmetic on 64-bit integers read as numbers throws beyond 2^53, as they do', async () => {
      const number = cast(things.big, bigint({ mode: 'number' }))
      const read = (x: typeof number) => engine.scalar(select({ x }).from(things).where(things.id.eq(1)))
      await expect(read(number.sub(2))).resolves.toBe(2 ** 53 - 1)
      await expect(read(number.add(0))).rejects.toMatchObject({ code: 'VALUE_OUT_OF_RANGE' })
    })
  })
}
