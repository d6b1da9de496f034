/** Statements for many rows: texts of their own, values that are encoded already, rows that are read like those of any statement. */
import type { ParameterNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { isSecret } from './codec.js'
import type { Dialect } from './dialect.js'
import type { Projection } from './nodes.js'
import type { DriverValue, Hole, Plan, PlanKind } from './plan.js'
import { projectionOf, wholeProjection } from './projection.js'
import { read } from './query-for.js'
import { type Reading, readingOf } from './reading.js'
import { Writer } from './writer.js'
import { typesOfHoles } from './written.js'

const none: readonly Hole[] = Object.freeze([])
const isGiven = ({ value, produce }: ParameterNode): boolean => value !== undefined || produce !== undefined

/** A compiled statement whose values come encoded with every run; `extra` columns follow those that are decoded. */
export class BulkPlan implements Plan {
  readonly kind: PlanKind
  readonly text: string
  readonly holes: readonly Hole[] = none
  readonly returnsRows: boolean
  readonly wide: boolean
  readonly types: string
  readonly secret: boolean
  readonly #reading: Reading | undefined
  /** Values that are the same in every run, by their place. */
  readonly #constants: readonly (readonly [at: number, hole: Hole])[]

  constructor(kind: PlanKind, table: TableNode, { text, holes }: Writer, dialect: Dialect, projection?: Projection) {
    this.kind = kind
    this.text = text
    this.types = typesOfHoles(holes)
    this.#constants = holes.flatMap((hole, i) => (isGiven(hole.parameter) ? [[i, hole] as const] : []))
    this.#reading = projection && readingOf(text, projection, dialect)
    this.returnsRows = projection !== undefined || kind === 'raw'
    this.wide = this.#reading?.wide ?? false
    this.secret = table.columns.some(({ node }) => isSecret(node.type))
  }

  hides(): boolean {
    return true
  }

  bind(): DriverValue[] {
    return []
  }

  /** The values of one run with those that are the same in every run. */
  complete(values: DriverValue[]): DriverValue[] {
    for (const [at, { parameter, encode }] of this.#constants) {
      const value = parameter.produce === undefined ? parameter.value : parameter.produce()
      values.splice(at, 0, value === null ? null : encode(value, parameter))
    }
    return values
  }

  decode(rows: readonly (readonly unknown[])[], columnTypes?: readonly number[]): any[] {
    return this.#reading === undefined ? [] : (this.#reading.decode(rows, columnTypes) as any[])
  }

  scalar(row: readonly unknown[]): unknown {
    return row[0] ?? null
  }
}

/** Writes a statement of many rows and makes a plan of it. */
export function bulkPlan(
  kind: PlanKind,
  table: TableNode,
  dialect: Dialect,
  projection: Projection | undefined,
  write: (out: Writer) => void,
) {
  const out = new Writer(dialect)
  write(out)
  return new BulkPlan(kind, table, out, dialect, projection)
}

/** What `returning` of a bulk call asks for, as it leaves the database: `true` for all columns, a column, a list, or an object of them. */
export function returningOf(table: TableNode, returning: unknown, dialect: Dialect): Projection | undefined {
  if (returning === undefined || returning === false) return undefined
  if (returning === true) return read(wholeProjection(table), dialect)
  return read(projectionOf(Array.isArray(returning) ? returning : [returning]), dialect)
}
