/** A zod schema accepts a value if and only if the column does: the same values go to both, and what went in comes out again. */
import { insertSchema, selectSchema } from '@quern/zod'
import fc from 'fast-check'
import { createEngine, type Engine, insertInto, integer, metadata, select, table } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { type Case, cases } from './zod-cases.js'

const runs = Number(process.env.QUERN_TEST_VALUES ?? 400)
const seed = Number(process.env.QUERN_TEST_SEED ?? Date.now() % 2 ** 31)

describe.each(targets)('on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const lines: string[] = []
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
    process.stdout.write(`${target}, seed ${seed}\n${lines.join('\n')}\n`)
  })

  const own = cases.filter(({ on }) => on === undefined || on.includes(dialectOf(target)))
  test.each(own)('$name', async ({ name, column, values, same = sameValue }: Case) => {
    const t = table(`v${cases.findIndex((it) => it.name === name)}`, { id: integer().primaryKey(), v: column.notNull() })
    await metadata({ t }).createAll(engine)
    const schema = insertSchema(t, {}, { dialect: database.dialect })
    const anywhere = insertSchema(t)
    const rows = fc.sample(values, { numRuns: runs, seed }).map((v, id) => ({ id, v }))
    const accepted = rows.filter((row) => schema.safeParse(row).success)
    const refused = rows.filter((row) => !accepted.includes(row))
    const wrong: unknown[] = accepted.filter((row) => !anywhere.safeParse(row).success).map((row) => ['refused without a dialect', row.v])

    for (const row of accepted) {
      const [read, error] = await stored(engine, t, row)
      if (read === undefined) wrong.push(['accepted, but not stored', row.v, String(error)])
      else if (!same(row.v, read.v)) wrong.push(['accepted, but read back otherwise', row.v, read.v])
      else if (!selectSchema(t).safeParse(read).success) wrong.push(['refused when read', read.v])
    }
    for (const row of refused) {
      const [read] = await stored(engine, t, row)
      if (read !== undefined && same(row.v, read.v)) wrong.push(['refused, but stored and read back', row.v])
    }
    lines.push(`  ${name}: ${rows.length} values, ${accepted.length} accepted, ${refused.length} refused`)
    expect(wrong).toEqual([])
    expect(accepted.length).toBeGreaterThan(runs / 20)
    expect(refused.length).toBeGreaterThan(runs / 20)
  })
})

const sameValue = (written: unknown, read: unknown): boolean => written === read || Object.is(written, read)

async function stored(
  engine: Engine,
  t: any,
  row: { readonly id: number; readonly v: unknown },
): Promise<[{ readonly v: unknown } | undefined, unknown?]> {
  try {
    await engine.execute(insertInto(t).values(row))
    return [(await engine.one(select(t).where(t.id.eq(row.id)))) as { readonly v: unknown }]
  } catch (error) {
    return [undefined, error]
  }
}
