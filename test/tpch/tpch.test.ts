import { createEngine, type Engine, type Row } from 'quern'
import { queries } from '../../docs/examples/tpch/queries.js'
import { fill } from '../../docs/examples/tpch/rows.js'
import { tpch } from '../../docs/examples/tpch/tables.js'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { type Raw, raw } from './raw.js'
import { reference } from './reference.js'

type Q = typeof queries
/** What the rows of some queries are to TypeScript. */
type Typed = [
  Same<Row<ReturnType<Q['q4']>>, { priority: string; orders: number }>,
  Same<Row<ReturnType<Q['q13']>>, { orders: number; customers: number }>,
  Same<Row<ReturnType<Q['q20']>>, { name: string; address: string }>,
  Same<Row<ReturnType<Q['q22']>>, { code: string; customers: number; balance: string | number | null }>,
]
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
const typed: Typed = [true, true, true, true]

test('rows are typed', () => expect(typed).not.toContain(false))

/** A decimal without the zeros that say nothing: `5.500`, `5.5` and 5.5 are one number. Other text stays. */
function canonical(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'string' || !/^-?\d+\.\d+$/.test(value)) return value
  return value.replace(/\.?0+$/, '')
}

/**
 * MySQL and MariaDB give a quotient the decimals of its dividend and four more, and a dividend with a bound value in it (the ELSE 0, the 100) has
 * more of them than one with a constant. So there, of these two queries, the reference's decimals count.
 */
const quotients: readonly string[] = ['q8', 'q14']
function rounded(actual: unknown, expected: unknown): unknown {
  const decimals = typeof expected === 'string' ? /^-?\d+\.(\d+)$/.exec(expected)?.[1]?.length : undefined
  return decimals === undefined ? actual : Number(actual).toFixed(decimals)
}

/** SQLite's decimals are doubles, whose last digits depend on the order in which a plan adds them. */
function expectClose(actual: unknown, expected: unknown): void {
  if (typeof expected !== 'number') expect(actual).toEqual(expected)
  else expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)))
}

describe.each(targets)('TPC-H on %s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  let client: Raw
  let tables: ReturnType<typeof tpch>['tables']
  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    const all = tpch(database.dialect)
    tables = all.tables
    await all.createAll(engine)
    await fill(engine, tables, database.dialect !== 'sqlite')
    client = await raw(database)
  })
  afterAll(async () => {
    await client?.close()
    await engine?.close()
    await database?.drop()
  })

  test.each(Object.keys(queries) as (keyof typeof queries)[])('%s', async (name) => {
    const rows = (await engine.all(queries[name](tables) as never)) as Record<string, unknown>[]
    const actual = rows.map((row) => Object.values(row))
    const expected = await client.rows(reference(database.dialect)[name]!)
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.flat()).not.toContain(null)
    expect(actual.length).toBe(expected.length)
    expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length))
    if (database.dialect === 'sqlite') {
      for (const [i, row] of expected.entries()) for (const [j, value] of row.entries()) expectClose(actual[i]![j], value)
      return
    }
    const longer = database.dialect !== 'postgres' && quotients.includes(name)
    const given = longer ? actual.map((row, i) => row.map((value, j) => rounded(value, expected[i]![j]))) : actual
    expect(given.map((row) => row.map(canonical))).toEqual(expected.map((row) => row.map(canonical)))
  })
})
