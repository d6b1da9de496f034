import fc from 'fast-check'
import { compile, createEngine, type Engine, insertInto, metadata, select } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { cells, rows } from './table.js'
import { operatorsOf, partsOf, type Row, TooBig, type Tree } from './tree.js'
import { anyTree } from './trees.js'

const perStatement = 50
/** Statements are made from a seed by so many trees, so that a long run needs no more memory than a short one. */
const perSeed = 500
const trees = Number(process.env.QUERN_TEST_TREES ?? 2000)
const seed = Number(process.env.QUERN_TEST_SEED ?? Date.now() % 1_000_000)

interface Kept {
  readonly tree: Tree<unknown>
  readonly expected: string
}
interface Server {
  readonly target: string
  readonly database: FreshDatabase
  readonly engine: Engine
}

const asRead: readonly Row[] = rows.map((row) => ({ ...row, at: row.at?.toISOString() ?? null }))
const meaning = (tree: Tree<unknown>): string => JSON.stringify(asRead.map((row) => tree.value(row)))

const counts = new Map<string, number>()
let [kept, discarded] = [0, 0]
const mismatches: string[] = []

/** Trees with what they mean; those that leave the range on which all servers agree are discarded and counted. */
function* batches(): Generator<readonly Kept[]> {
  for (let done = 0; done < trees; done += perSeed) {
    const found: Kept[] = []
    for (const tree of fc.sample(anyTree, { numRuns: Math.min(perSeed, trees - done), seed: seed + done })) {
      try {
        found.push({ tree, expected: meaning(tree) })
      } catch (error) {
        if (!(error instanceof TooBig)) throw error
        discarded++
        continue
      }
      kept++
      for (const operator of operatorsOf(tree)) counts.set(operator, (counts.get(operator) ?? 0) + 1)
    }
    for (let i = 0; i < found.length; i += perStatement) yield found.slice(i, i + perStatement)
  }
}

const statementOf = (list: readonly Tree<unknown>[]) =>
  select(Object.fromEntries(list.map((tree, k) => [`x${k}`, tree.build()])))
    .from(cells)
    .orderBy(cells.id)

async function found({ engine }: Server, tree: Tree<unknown>): Promise<string> {
  const got = (await engine.all(statementOf([tree]))) as Record<string, unknown>[]
  return JSON.stringify(got.map((row) => row.x0))
}

/** The smallest part of the tree that the server takes for something else, in SQL that can be run by hand. */
async function report(server: Server, tree: Tree<unknown>): Promise<string> {
  for (const part of partsOf(tree)) {
    const actual = await found(server, part).catch(String)
    if (actual === meaning(part)) continue
    const { sql } = compile(statementOf([part]), server.database.dialect, { inline: true })
    return `${server.target}, seed ${seed}: ${sql}\nyields ${actual}, means ${meaning(part)}`
  }
  return `${server.target}, seed ${seed}: only beside other trees: ${compile(statementOf([tree]), server.database.dialect).sql}`
}

async function compare(server: Server, statement: ReturnType<typeof statementOf>, batch: readonly Kept[]): Promise<void> {
  let got: Record<string, unknown>[]
  try {
    got = (await server.engine.all(statement)) as Record<string, unknown>[]
  } catch (error) {
    for (const { tree, expected } of batch) {
      if ((await found(server, tree).catch(String)) !== expected) mismatches.push(await report(server, tree))
    }
    mismatches.push(`${server.target}, seed ${seed}: ${error}`)
    return
  }
  for (const [k, { tree, expected }] of batch.entries()) {
    if (JSON.stringify(got.map((row) => row[`x${k}`])) !== expected) mismatches.push(await report(server, tree))
  }
}

describe('random trees', () => {
  const servers: Server[] = []

  beforeAll(async () => {
    for (const target of targets) {
      const database = await freshDatabase(target)
      const engine = createEngine(database.url)
      servers.push({ target, database, engine })
      await metadata({ cells }).createAll(engine)
      await engine.execute(insertInto(cells).values(rows))
    }
  })
  afterAll(async () => {
    for (const { engine, database } of servers) {
      await engine.close()
      await database.drop()
    }
  })

  test(
    'mean on every database what they mean in JavaScript',
    async () => {
      const source = batches()
      // two statements under way, so that servers work while the next one is built
      const work = async () => {
        for (const batch of source) {
          const statement = statementOf(batch.map(({ tree }) => tree))
          await Promise.all(servers.map((server) => compare(server, statement, batch)))
          if (mismatches.length >= 10) return
        }
      }
      await Promise.all([work(), work()])
      const listed = [...counts].sort(([, a], [, b]) => b - a).map(([operator, count]) => `${operator} ${count}`)
      console.log(
        `seed ${seed}: ${kept} trees on ${targets.join(', ')}: ${mismatches.length} mismatches, ${discarded} discarded; of ${counts.size} operators ${listed.join(', ')}`,
      )
      expect(mismatches).toEqual([])
      expect(discarded).toBeLessThan(trees * 0.05)
      expect(counts.size).toBe(140)
    },
    60_000 + 20 * trees,
  )
})
