/** The statements that many rows go by. */
import { builtin, type ColumnNode, make, type ParameterNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import {
  type BulkPlan,
  bulkPlan,
  type Dialect,
  type DriverValue,
  type Projection,
  type Writer,
  writeProjection,
  writeReturning,
} from '@quern/sql'
import type { Bucket } from './batches.js'
import type { BulkTarget, Signal } from './target.js'

/** What a statement of several rows did. */
export interface Written {
  readonly count: number
  /** What was to be returned, in the order of the rows. */
  readonly rows: readonly unknown[]
  /** Where rows went one by one and one of them failed: which, from the range's first, and why. Those before it are written. */
  readonly failed?: { readonly at: number; readonly error: unknown }
}

/** One way to write the rows of a bucket. */
export interface Way {
  /** How many rows of the bucket the next statement takes, of those that are left. */
  take(bucket: Bucket, from: number, left: number): number
  write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written>
}

/** What all ways of one call share. */
export interface Job {
  readonly table: TableNode
  readonly dialect: Dialect
  readonly signal: Signal | undefined
  readonly returning: Projection | undefined
}

/** A parameter whose value comes with each run. */
export const given = (column: ColumnNode): ParameterNode => make.parameter(undefined, column.type, column)

export async function runOne(target: BulkTarget, plan: BulkPlan, values: DriverValue[], { signal }: Job): Promise<Written> {
  const { answers, failed } = await target.run(plan, [plan.complete(values)], signal)
  const [answer] = answers
  if (failed !== undefined) throw failed.error
  return { count: answer!.rowCount, rows: plan.returnsRows ? plan.decode(answer!.rows, answer!.columnTypes) : [] }
}

/** Texts by what they depend on, so that each is written, and prepared, once. */
export class Plans<Key> {
  readonly #kept = new Map<Key, BulkPlan>()
  of(key: Key, make: () => BulkPlan): BulkPlan {
    let plan = this.#kept.get(key)
    if (plan === undefined) this.#kept.set(key, (plan = make()))
    return plan
  }
}

/** `INSERT INTO t (a, b)` */
export function writeInto(table: TableNode, columns: readonly ColumnNode[], out: Writer): void {
  out.text += 'INSERT INTO '
  out.sourceName(table)
  out.text += ' ('
  out.list(columns, (column) => out.columnName(column))
  out.text += ')'
}

export function writeInsertReturning({ table, returning }: Job, out: Writer): void {
  out.enter([table])
  writeReturning(returning, 'insert', table, true, out)
  out.leave()
}

const source = 'quern_rows'
const position = 'n'
const nth = (i: number) => `c${i + 1}`

/** Rows as arrays, one parameter per column. */
export class ArraySource {
  readonly #columns: readonly ColumnNode[]
  readonly #dialect: Dialect

  constructor(columns: readonly ColumnNode[], dialect: Dialect) {
    this.#columns = columns
    this.#dialect = dialect
  }

  /** `unnest($1::int4[], $2::text[]) WITH ORDINALITY AS "quern_rows" ("c1", "c2", "n")` */
  write(out: Writer): void {
    out.text += 'unnest('
    out.list(this.#columns, (column) => {
      out.placeholder(given(column))
      out.text += `::${this.#dialect.bulk.arrays!.element(column.type).travels}[]`
    })
    out.text += ') WITH ORDINALITY AS '
    out.identifier(source)
    out.text += ' ('
    out.list([...this.#columns.map((_, i) => nth(i)), position], (name) => out.identifier(name))
    out.text += ')'
  }

  /** The value of a column, as its column takes it. */
  value(i: number, out: Writer): void {
    this.#name(nth(i), out)
    const { cast } = this.#dialect.bulk.arrays!.element(this.#columns[i]!.type)
    if (cast !== undefined) out.text += `::${cast}`
  }

  position(out: Writer): void {
    this.#name(position, out)
  }

  #name(name: string, out: Writer): void {
    out.identifier(source)
    out.text += '.'
    out.identifier(name)
  }

  values(bucket: Bucket, from: number, to: number): DriverValue[] {
    const width = this.#columns.length
    const { array } = this.#dialect.bulk.arrays!
    return this.#columns.map((_, i) => array(bucket.values, from * width + i, to * width, width))
  }
}

/** One statement per row, in order: where a statement costs no round trip, or where only that is exact. */
export class EachRow implements Way {
  readonly #job: Job
  readonly #kind: 'insert' | 'update' | 'delete'
  readonly #write: (columns: readonly ColumnNode[], out: Writer) => void
  /** The order in which a row's values stand in the statement. */
  readonly #order: ((columns: readonly ColumnNode[]) => readonly number[]) | undefined
  readonly #plans = new Plans<object>()

  constructor(
    job: Job,
    kind: 'insert' | 'update' | 'delete',
    write: (columns: readonly ColumnNode[], out: Writer) => void,
    order?: (columns: readonly ColumnNode[]) => readonly number[],
  ) {
    this.#job = job
    this.#kind = kind
    this.#write = write
    this.#order = order
  }

  /** After a failure nothing of a savepoint is left, and so a range of one row says which it was. */
  take(_: Bucket, __: number, left: number): number {
    return this.#job.dialect.bulk.savepoints ? 1 : Math.min(left, 256)
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    const { table, dialect, returning, signal } = this.#job
    const { columns } = bucket.shape
    const plan = this.#plans.of(bucket.shape, () => bulkPlan(this.#kind, table, dialect, returning, (out) => this.#write(columns, out)))
    const width = columns.length
    const order = this.#order?.(columns)
    const { values } = bucket
    const lists: DriverValue[][] = []
    for (let i = from; i < to; i++) {
      const start = i * width
      const row: DriverValue[] = []
      for (let j = 0; j < width; j++) row.push(values[start + (order === undefined ? j : order[j]!)]!)
      lists.push(plan.complete(row))
    }
    const { answers, failed } = await target.run(plan, lists, signal)
    let count = 0
    const rows: unknown[] = []
    for (const answer of answers) {
      count += answer.rowCount
      if (returning !== undefined) rows.push(...plan.decode(answer.rows, answer.columnTypes))
    }
    return failed === undefined ? { count, rows } : { count, rows, failed: { at: answers.length, error: failed.error } }
  }
}

/** `t.k = ?` for each key column. */
export function writeKeys(keys: readonly ColumnNode[], right: (column: ColumnNode, i: number) => void, out: Writer): void {
  for (const [i, column] of keys.entries()) {
    if (i > 0) out.text += ' AND '
    out.expression(column)
    out.text += ' = '
    right(column, i)
  }
}

/** The same where each side is one of the dialect's own operands. */
export function writeKeyParameters(keys: readonly ColumnNode[], out: Writer): void {
  for (const [i, column] of keys.entries()) {
    if (i > 0) out.text += ' AND '
    out.expression(make.binary('=', column, given(column), builtin.boolean))
  }
}

/** RETURNING of the changed table's columns, and the position of the row that changed it. */
export function writeReturningWith(projection: Projection, positionOf: () => void, out: Writer): void {
  out.text += ' RETURNING '
  writeProjection(projection, out)
  out.text += ', '
  positionOf()
}

/** Two rows of a statement mean one row of the table. No row's fault: the halves of the range are written one after the other. */
export class Repeated extends Error {}
