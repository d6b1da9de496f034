import fc from 'fast-check'
import { compile, createEngine, type Engine, insertInto, metadata, select } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { cells, rows } from './table.js'
import { conditions, numbers, type Row, TooBig, type Tree, texts } from './trees.js'

const perStatement = 25
const trees = Number(process.env.QUERN_TEST_TREES ?? 2000)
const seed = Number(process.env.QUERN_TEST_SEED ?? Date.now() % 1_000_000)

interface Kept {
  readonly tree: Tree<number | boolean | string | null>
  readonly expected: readonly (number | boolean | string | null)[]
}

/** Trees with the value for each row; those that leave the range on which all servers agree are discarded and counted. */
function sample(count: number): { readonly kept: Kept[]; readonly discarded: number } {
  const kept: Kept[] = []
  let discarded = 0
  for (const tree of fc.sample(fc.oneof<fc.Arbitrary<Tree<any>>[]>(numbers, conditions, conditions, texts), { numRuns: count, seed })) {
    try {
      kept.push({ tree, expected: rows.map((row) => tree.value(row as Row)) })
    } catch (error) {
      if (!(error instanceof TooBig)) throw error
      discarded++
    }
  }
  return { kept, discarded }
}

const { kept, discarded } = sample(trees)

test('the trees have every operator, and few are discarded', () => {
  const counts = new Map<string, number>()
  for (const { tree } of kept) for (const operator of tree.operators) counts.set(operator, (counts.get(operator) ?? 0) + 1)
  const listed = [...counts].sort(([, a], [, b]) => b - a).map(([operator, count]) => `${operator} ${count}`)
  console.log(`seed ${seed}: ${kept.length} trees on ${targets.length} databases, ${discarded} discarded; ${listed.join(', ')}`)
  expect(counts.size).toBe(64)
  expect(discarded).toBeLessThan(trees * 0.05)
})

for (const target of targets) {
  describe(`expression trees on ${target}`, () => {
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await metadata({ cells }).createAll(engine)
      await engine.execute(insertInto(cells).values(rows))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test(
      'mean what they mean in JavaScript',
      async () => {
        for (let i = 0; i < kept.length; i += perStatement) {
          const batch = kept.slice(i, i + perStatement)
          const shape = Object.fromEntries(batch.map(({ tree }, k) => [`x${k}`, tree.build()]))
          const found = (await engine.all(select(shape).from(cells).orderBy(cells.id))) as Record<string, unknown>[]
          for (const [k, { tree, expected }] of batch.entries()) {
            const actual = found.map((row) => row[`x${k}`])
            if (JSON.stringify(actual) !== JSON.stringify(expected)) {
              const { sql } = compile(select({ x: tree.build() }).from(cells), database.dialect, { inline: true })
              throw new Error(`seed ${seed}, tree ${i + k}: ${sql}\nyields ${JSON.stringify(actual)}, means ${JSON.stringify(expected)}`)
            }
          }
        }
      },
      60_000 + 10 * trees,
    )
  })
}
