/** What a value finds as a parameter beside its column, and what the server takes for equal. */
import { js } from '../newcomer/tables.js'
import { cellOf, columns, type Place, rowsFor, width } from './values-paths.js'
import { keyOf, shown } from './values-same.js'

const { caseWhen, count, select, sum } = js

export interface Found {
  readonly seen: number
  readonly wrong: string[]
}

/** Which values the server takes for one another. */
const keysOf = ({ kind, dialect }: Place, values: readonly unknown[]): string[] =>
  values.map((value) => (value === null ? 'null' : (kind.key?.(value, dialect) ?? keyOf(kind.back(value, dialect)))))

/** `eq(value)` for every value against every row of its column: how many rows it finds, and the sum of their numbers. */
export async function whereEqual(place: Place, values: readonly unknown[]): Promise<Found> {
  const { engine, one, kind, dialect } = place
  const rows = rowsFor(values.length)
  const keys = keysOf(place, values)
  const wrong: string[] = []
  let seen = 0
  for (let k = 0; k < width; k++) {
    const column = one[columns[k]!]
    const group = values.slice(k * rows, (k + 1) * rows)
    if (group.length === 0) continue
    const shape: Record<string, unknown> = {}
    group.forEach((value, i) => {
      const found = column.eq(value)
      shape[`n${i}`] = sum(caseWhen(found).then(1).else(0))
      shape[`s${i}`] = sum(caseWhen(found).then(one.id).else(0))
    })
    const answer: any = await engine.one(select(shape).from(one))
    group.forEach((value, i) => {
      const here = keys[k * rows + i]!
      const ids = value === null ? [] : group.flatMap((_, j) => (keys[k * rows + j] === here ? [j + 1] : []))
      if (value === null) return
      const [n, s] = [Number(answer[`n${i}`]), Number(answer[`s${i}`])]
      const expected = ids.reduce((all, id) => all + id, 0)
      const right = kind.loose?.includes(dialect) ? n >= ids.length && s >= expected : n === ids.length && s === expected
      seen++
      if (!right) wrong.push(`eq(${shown(value)}) finds ${n} rows (sum ${s}), expected ${ids.length} (sum ${expected})`)
    })
  }
  return { seen, wrong }
}

/** A real WHERE with one value of each column, and with half of them in a list. */
export async function whereIn(place: Place, values: readonly unknown[]): Promise<Found> {
  const { engine, one, kind, dialect } = place
  const rows = rowsFor(values.length)
  const keys = keysOf(place, values)
  const wrong: string[] = []
  let seen = 0
  for (let k = 0; k < width; k++) {
    const column = one[columns[k]!]
    const group = values.slice(k * rows, (k + 1) * rows)
    const picked = group.map((value, i) => ({ value, key: keys[k * rows + i]! })).filter(({ value }, i) => value !== null && i % 2 === 0)
    if (picked.length === 0) continue
    const asked: [string, unknown, { key: string }[]][] = [
      ['in', column.in(picked.map(({ value }) => value)), picked],
      ['where eq', column.eq(picked[0]!.value), picked.slice(0, 1)],
    ]
    for (const [name, condition, those] of asked) {
      const wanted = new Set(those.map(({ key }) => key))
      const expected = group.flatMap((value, i) => (value !== null && wanted.has(keys[k * rows + i]!) ? [i + 1] : []))
      const found = ((await engine.scalars(select(one.id).from(one).where(condition))) as number[]).sort((a, b) => a - b)
      const right = kind.loose?.includes(dialect) ? expected.every((id) => found.includes(id)) : found.join() === expected.join()
      seen += those.length
      if (!right) wrong.push(`${name} of ${those.length} values like ${shown(picked[0]!.value)} finds rows ${found}, expected ${expected}`)
    }
  }
  return { seen, wrong }
}

/** How many values the server finds equal between the two tables that hold the same. */
export async function equalOnServer({ engine, one, other }: Place, values: readonly unknown[]): Promise<Found> {
  const shape = Object.fromEntries(columns.map((name) => [name, sum(caseWhen(one[name].isNotDistinctFrom(other[name])).then(1).else(0))]))
  const answer: any = await engine.one(
    select({ ...shape, n: count() })
      .from(one)
      .join(other, one.id.eq(other.id)),
  )
  const rows = rowsFor(values.length)
  const wrong = columns.flatMap((name, k) => {
    const equal = Number(answer[name])
    if (equal === rows) return []
    return [
      `the server finds only ${equal} of ${rows} equal in column ${name}, such as ${shown(values.find((_, i) => cellOf(i, rows).column === columns[k]))}`,
    ]
  })
  return { seen: values.length, wrong }
}
