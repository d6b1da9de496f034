/** UPDATE and DELETE of many rows by key. */
import type { ColumnNode, ExpressionNode } from '@quern/expression'
import type { ColumnInfo } from '@quern/schema'
import { type BulkPlan, bulkPlan, columnValue, type Writer, writeReturning } from '@quern/sql'
import type { Bucket } from './batches.js'
import type { BulkTarget } from './target.js'
import {
  ArraySource,
  EachRow,
  given,
  type Job,
  Plans,
  runOne,
  type Way,
  type Written,
  writeKeyParameters,
  writeKeys,
  writeReturningWith,
} from './ways.js'

export interface JoinJob extends Job {
  readonly kind: 'update' | 'delete'
  readonly keys: readonly ColumnNode[]
}

/** Rows that one statement joins where the call does not say. */
export const joinedBatch = 8192

/** What the table says that every update sets, where a row does not. */
const updated = ({ table, kind }: JoinJob, columns: readonly ColumnNode[]): (readonly [ColumnNode, ExpressionNode])[] =>
  kind === 'delete'
    ? []
    : table.updated
        .filter(({ node, options }: ColumnInfo) => !columns.includes(node) && options.onUpdateFn === undefined)
        .map(({ node, options }) => [node, columnValue(options.onUpdate!.value, node)] as const)

/** `a = …, b = …`, and what every update sets; `names` where columns stand beside those of other tables. */
export function writeSet(
  job: JoinJob,
  columns: readonly ColumnNode[],
  name: (column: ColumnNode) => void,
  value: (column: ColumnNode, i: number) => void,
  out: Writer,
): void {
  let first = true
  const entry = (column: ColumnNode, write: () => void) => {
    if (!first) out.text += ', '
    first = false
    name(column)
    out.text += ' = '
    write()
  }
  for (const [i, column] of columns.entries()) if (!job.keys.includes(column)) entry(column, () => value(column, i))
  for (const [column, node] of updated(job, columns)) entry(column, () => out.store(node, column))
}

/** `UPDATE t SET a = c2 FROM unnest(…) WHERE t.k = c1`, `DELETE FROM t USING unnest(…) WHERE t.k = c1`. */
export class ArraysJoin implements Way {
  readonly #job: JoinJob
  readonly #plans = new Plans<object>()

  constructor(job: JoinJob) {
    this.#job = job
  }

  take(_: Bucket, __: number, left: number): number {
    return left
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    const { columns } = bucket.shape
    const source = new ArraySource(columns, this.#job.dialect)
    const plan = this.#plans.of(bucket.shape, () => this.#plan(columns, source))
    const values = source.values(bucket, from, to)
    if (this.#job.returning === undefined) return await runOne(target, plan, values, this.#job)
    const { answers, failed } = await target.run(plan, [plan.complete(values)], this.#job.signal)
    if (failed !== undefined) throw failed.error
    const { rows, columnTypes, rowCount } = answers[0]!
    const sorted = [...rows].sort((a, b) => Number(a.at(-1)) - Number(b.at(-1)))
    return { count: rowCount, rows: plan.decode(sorted, columnTypes) }
  }

  #plan(columns: readonly ColumnNode[], source: ArraySource): BulkPlan {
    const job = this.#job
    const { table, dialect, returning, kind, keys } = job
    return bulkPlan(kind, table, dialect, returning, (out) => {
      out.enter([table])
      out.text += kind === 'update' ? 'UPDATE ' : 'DELETE FROM '
      out.sourceName(table)
      if (kind === 'update') {
        out.text += ' SET '
        writeSet(
          job,
          columns,
          (column) => out.columnName(column),
          (_, i) => source.value(i, out),
          out,
        )
      }
      out.text += kind === 'update' ? ' FROM ' : ' USING '
      source.write(out)
      out.text += ' WHERE '
      writeKeys(keys, (_, i) => source.value(i, out), out)
      if (returning !== undefined) writeReturningWith(returning, () => source.position(out), out)
      out.leave()
    })
  }
}

/** `UPDATE t SET a = ? WHERE t.k = ?`, once per row. */
export function eachJoin(job: JoinJob): Way {
  const { table, kind, keys, returning } = job
  const write = (columns: readonly ColumnNode[], out: Writer) => {
    out.enter([table])
    out.text += kind === 'update' ? 'UPDATE ' : 'DELETE FROM '
    out.sourceName(table)
    if (kind === 'update') {
      out.text += ' SET '
      writeSet(
        job,
        columns,
        (column) => out.columnName(column),
        (column) => out.store(given(column), column),
        out,
      )
    }
    out.text += ' WHERE '
    writeKeyParameters(keys, out)
    writeReturning(returning, kind, table, true, out)
    out.leave()
  }
  // the keys are a row's first values, and stand at the statement's end
  const order = (columns: readonly ColumnNode[]) => [...columns.keys()].map((i) => (i + keys.length) % columns.length)
  return new EachRow(job, kind, write, order)
}
