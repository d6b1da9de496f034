/** `QUERN_TEST_VALUES` values of one type on one database, 500 unless told: every value by every path, and the refusal of what the column does not hold. */
import fc from 'fast-check'
import { compile, createEngine, type Engine, InvalidValueError } from 'quern'
import { js } from '../newcomer/tables.js'
import { type FreshDatabase, freshDatabase, type Target } from '../servers/urls.js'
import type { Kind } from './values-kinds.js'
import { clear, type Place, paths, placeOf, skipped } from './values-paths.js'
import { same, shown } from './values-same.js'
import { equalOnServer, type Found, whereEqual, whereIn } from './values-where.js'

const { insertInto, metadata, prepare, select, update } = js

const block = 500
const wanted = Number(process.env.QUERN_TEST_VALUES ?? block)
const seed = Number(process.env.QUERN_TEST_SEED ?? Date.now() % 1_000_000)

interface Sample {
  readonly held: unknown[]
  readonly refused: unknown[]
  readonly discarded: number
}

/** At least `wanted` values that the column holds, the extremes first, and all others that came by. */
function sample(kind: Kind, dialect: Place['dialect']): Sample {
  const held: unknown[] = []
  const refused: unknown[] = []
  const sort = (value: unknown) => (value === null || kind.holds(value, dialect) ? held : refused).push(value)
  kind.extremes.forEach(sort)
  for (let round = 0; held.length < wanted && round < 20; round++)
    fc.sample(kind.values, { numRuns: wanted, seed: seed + round }).forEach(sort)
  held.length = Math.min(held.length, Math.max(wanted, block))
  for (let i = 37; i < held.length; i += 97) held[i] = null
  return { held, refused: refused.slice(0, kind.extremes.length + 60), discarded: 0 }
}

const complain = (what: string, wrong: readonly string[]) => {
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.length} wrong, seed ${seed}\n  ${wrong.slice(0, 12).join('\n  ')}`)
}

export function testKinds(target: Target, kinds: readonly Kind[]): void {
  describe(target, () => {
    let database: FreshDatabase
    let engine: Engine
    const report: string[] = []
    const sent: string[] = []

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      engine.on('query', (event) => sent.push(event.sql))
    })
    afterAll(async () => {
      await engine.close()
      await database.drop()
      console.log(`values on ${target}, seed ${seed}\n  ${report.join('\n  ')}`)
    })

    const dialect = target === 'postgres15' ? 'postgres' : target
    test.each(kinds.filter(({ on }) => on.includes(dialect)).map((kind) => [kind.name, kind] as const))(
      '%s',
      async (name, kind) => {
        const place = placeOf(engine, dialect, kind)
        const tables = metadata({ one: place.one, other: place.other })
        await tables.createAll(engine)
        const { held, refused, discarded } = sample(kind, dialect)
        expect(discarded).toBeLessThan(0.05 * held.length)
        const figures = new Map<string, number>()
        const wrong: string[] = []
        try {
          for (let from = 0; from < held.length; from += block) await oneBlock(place, held.slice(from, from + block), figures, wrong)
          await refusals(place, refused, wrong)
        } finally {
          await tables.dropAll(engine)
        }
        const seen = [...figures].map(([path, count]) => `${path} ${count}`).join(', ')
        report.push(`${name}: ${held.length} values, ${refused.length} refused, ${discarded} discarded; ${seen}`)
        complain(`${name} on ${target}`, wrong)
        expect(held.length).toBeGreaterThanOrEqual(Math.min(wanted, block))
      },
      Math.max(600_000, wanted * 200),
    )

    async function oneBlock(place: Place, values: readonly unknown[], figures: Map<string, number>, wrong: string[]): Promise<void> {
      const { kind } = place
      const add = (path: string, { seen, wrong: found }: Found) => {
        figures.set(path, (figures.get(path) ?? 0) + seen)
        wrong.push(...found.map((line) => `${path}: ${line}`))
      }
      await clear(place, place.one)
      await clear(place, place.other)
      for (const [path, run] of Object.entries(paths)) {
        if (kind.without?.includes(path)) continue
        try {
          const back = await run(place, values)
          if (back !== undefined) add(path, compared(place, values, back))
        } catch (error) {
          wrong.push(`${path}: ${(error as Error).message.slice(0, 600)}`)
        }
      }
      if (kind.unequal?.includes(dialect)) return
      for (const [path, look] of Object.entries({ eq: whereEqual, in: whereIn, 'equal on the server': equalOnServer })) {
        if (kind.without?.includes(path)) continue
        try {
          add(path, await look(place, values))
        } catch (error) {
          wrong.push(`${path}: ${(error as Error).message.slice(0, 600)}`)
        }
      }
    }

    function compared({ kind }: Place, values: readonly unknown[], back: readonly unknown[]): Found {
      const wrong = back.flatMap((found, i) => {
        if (found === skipped) return []
        const expected = values[i] === null ? null : kind.back(values[i], dialect)
        return same(found, expected) || (kind.signless?.(dialect) && found === expected)
          ? []
          : [`${shown(values[i])} reads ${shown(found)}, expected ${shown(expected)}`]
      })
      return { seen: back.filter((found) => found !== skipped).length, wrong }
    }

    /** What the column does not hold is refused by its name on every path that stores, and finds nothing where it is only compared. */
    async function refusals({ kind, one }: Place, values: readonly unknown[], wrong: string[]): Promise<void> {
      const column = kind.column(dialect)
      const byParameter = prepare({ p: column, id: js.integer() }, ($: any) => insertInto(one).values({ id: $.id, v0: $.p }))
      let id = 0
      for (const value of values) {
        const ways: Record<string, () => Promise<unknown>> = {
          insert: () => engine.execute(insertInto(one).values({ id: --id, v0: value })),
          update: () => engine.execute(update(one).set({ v0: value }).where(one.id.eq(0))),
          bulk: () => engine.bulkInsert(one, [{ id: --id, v0: value }]),
          prepare: () => engine.execute(byParameter, { p: value, id: --id }),
          inline: async () => compile(insertInto(one).values({ id: --id, v0: value }), dialect, { inline: true }),
          default: async () => metadata({ t: js.table('one1', { id: js.integer(), v0: column.default(value) }) }).toDdl(dialect),
        }
        for (const [path, way] of Object.entries(ways)) {
          sent.length = 0
          const error = await way().then(
            () => undefined,
            (cause: Error) => cause,
          )
          const words = sent.filter((statement) => !/^(begin|start|rollback|savepoint|release)/i.test(statement))
          if (!(error instanceof InvalidValueError))
            wrong.push(`${path} takes ${shown(value)}: ${error?.message.slice(0, 200) ?? 'stored'}`)
          else if (path !== 'prepare' && !/^one\d+\.v0 takes /.test(error.message))
            wrong.push(`${path} refuses ${shown(value)} in other words: ${error.message}`)
          if (error instanceof InvalidValueError && words.length > 0) wrong.push(`${path} of ${shown(value)} sent ${words[0]}`)
        }
        if (kind.unequal?.includes(dialect)) continue
        const found = await engine.scalars(select(one.id).from(one).where(one.v0.eq(value))).catch((cause) => cause)
        if (Array.isArray(found) ? found.length > 0 && !kind.loose?.includes(dialect) : !(found instanceof InvalidValueError))
          wrong.push(`eq(${shown(value)}) ${Array.isArray(found) ? `finds ${found.length} rows` : `fails: ${found.message.slice(0, 200)}`}`)
      }
    }
  })
}
