/** UPDATE and DELETE of many rows by key. */
import { type ColumnNode, type ExpressionNode, make } from '@quern/expression'
import type { ColumnInfo, TableNode } from '@quern/schema'
import { type BulkPlan, bulkPlan, columnValue, type DriverValue, type Writer, writeReturning } from '@quern/sql'
import type { Bucket } from './batches.js'
import { few, ServerLimits } from './limits.js'
import { Loads } from './load.js'
import type { BulkTarget } from './target.js'
import {
  ArraySource,
  EachRow,
  given,
  type Job,
  Plans,
  Repeated,
  runOne,
  type Way,
  type Written,
  writeInto,
  writeKeyParameters,
  writeKeys,
  writeReturningWith,
} from './ways.js'

export interface JoinJob extends Job {
  readonly kind: 'update' | 'delete'
  readonly keys: readonly ColumnNode[]
}

/** What the table says that every update sets, where a row does not. */
const updated = ({ table, kind }: JoinJob, columns: readonly ColumnNode[]): (readonly [ColumnNode, ExpressionNode])[] =>
  kind === 'delete'
    ? []
    : table.updated
        .filter(({ node, options }: ColumnInfo) => !columns.includes(node) && options.onUpdateFn === undefined)
        .map(({ node, options }) => [node, columnValue(options.onUpdate!.value, node)] as const)

/** `a = …, b = …`, and what every update sets; `names` where columns stand beside those of other tables. */
function writeSet(
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

let stages = 0
/** Rows that one statement joins where the call does not say. */
export const joinedBatch = 8192

/**
 * The rows go into a temporary table whose columns are the table's own, so that values are stored and keys are compared as in the table
 * itself; then one statement joins the two.
 */
export class StagedJoin implements Way {
  readonly #job: JoinJob
  readonly #single: Way
  readonly #texts = new Map<object, StageTexts>()
  readonly #loads: Loads
  readonly #limits: ServerLimits

  constructor(job: JoinJob) {
    this.#job = job
    this.#single = eachJoin(job)
    this.#loads = new Loads(job, joinedBatch)
    this.#limits = new ServerLimits(job)
  }

  take(_: Bucket, __: number, left: number): number {
    return left
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    if (to - from === 1) {
      const written = await this.#single.write(target, bucket, from, to)
      if (written.failed !== undefined) throw written.failed.error
      return written
    }
    const texts = await this.#stage(target, bucket)
    await this.#run(target, texts.clear, [])
    if (!(await this.#load(target, texts, bucket, from, to))) await this.#fill(target, texts, bucket, from, to)
    const [all, different] = await this.#run(target, texts.count, [])
    // two rows mean one row of the table, and which of them would win is not said
    if (Number(all) !== Number(different)) throw new Repeated()
    return await runOne(target, texts.join, [], this.#job)
  }

  /** As a stream, where the server takes one; false where the rows are still to be written. */
  async #load(target: BulkTarget, texts: StageTexts, bucket: Bucket, from: number, to: number): Promise<boolean> {
    const { load } = this.#job.dialect.bulk
    if (load === undefined || to - from <= few || !bucket.shape.columns.every((column) => load.takes(column.type))) return false
    await this.#limits.ask(target)
    if (this.#limits.loads === false) return false
    const taken = await this.#loads.range(target, texts.load, bucket, from, to)
    if (taken === to - from) return true
    await this.#run(target, texts.clear, [])
    return false
  }

  /** By VALUES of 1, 2, 4, … rows, so that few texts are written and stay prepared. */
  async #fill(target: BulkTarget, texts: StageTexts, bucket: Bucket, first: number, end: number): Promise<void> {
    const width = bucket.shape.columns.length
    const most = Math.min(
      this.#job.dialect.bulk.rowsPerStatement,
      Math.floor(this.#job.dialect.parameterLimit / Math.max(1, width)),
      Math.floor((1 << 19) / (bucket.widest + 1)),
    )
    for (let from = first; from < end; ) {
      const rows = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(end - from, most))))
      await this.#run(target, texts.fill(rows), bucket.values.slice(from * width, (from + rows) * width))
      from += rows
    }
  }

  /** Yields the first row of what the statement yields. */
  async #run(target: BulkTarget, plan: BulkPlan, values: DriverValue[]): Promise<readonly unknown[]> {
    const { answers, failed } = await target.run(plan, [values], this.#job.signal)
    if (failed !== undefined) throw failed.error
    return answers[0]!.rows[0] ?? []
  }

  async #stage(target: BulkTarget, { shape }: Bucket): Promise<StageTexts> {
    const known = this.#texts.get(shape)
    if (known !== undefined) return known
    const texts = new StageTexts(this.#job, shape.columns, `quern_staging_${++stages}`)
    await this.#run(target, texts.create, [])
    this.#texts.set(shape, texts)
    return texts
  }

  /** A rollback does not remove temporary tables. */
  async close(target: BulkTarget): Promise<void> {
    for (const texts of this.#texts.values()) await target.run(texts.drop, [[]], undefined)
  }
}

class StageTexts {
  readonly create: BulkPlan
  readonly clear: BulkPlan
  readonly count: BulkPlan
  readonly join: BulkPlan
  readonly drop: BulkPlan
  readonly #fills = new Plans<number>()
  #load: BulkPlan | undefined
  readonly #job: JoinJob
  readonly #columns: readonly ColumnNode[]
  readonly #stage: TableNode

  constructor(job: JoinJob, columns: readonly ColumnNode[], name: string) {
    this.#job = job
    this.#columns = columns
    this.#stage = { ...job.table, name, quoted: make.keptText() }
    const { table, keys } = job
    const names = (list: readonly ColumnNode[], out: Writer) => out.list(list, (column) => out.columnName(column))
    this.create = this.#plan((out) => {
      out.text += 'CREATE TEMPORARY TABLE '
      out.sourceName(this.#stage)
      out.text += ' AS SELECT '
      names(columns, out)
      out.text += ' FROM '
      out.sourceName(table)
      out.text += ' LIMIT 0'
    })
    this.clear = this.#named('DELETE FROM ')
    this.drop = this.#named('DROP TEMPORARY TABLE IF EXISTS ')
    this.count = this.#plan((out) => {
      out.text += 'SELECT COUNT(*), COUNT(DISTINCT '
      names(keys, out)
      out.text += ') FROM '
      out.sourceName(this.#stage)
    }, 'raw')
    this.join = this.#plan((out) => this.#join(out), job.kind)
  }

  get load(): BulkPlan {
    this.#load ??= this.#plan((out) => this.#job.dialect.bulk.load!.write(this.#stage, this.#columns, out))
    return this.#load
  }

  fill(rows: number): BulkPlan {
    return this.#fills.of(rows, () =>
      this.#plan((out) => {
        writeInto(this.#stage, this.#columns, out)
        out.text += ' VALUES '
        for (let i = 0; i < rows; i++) {
          out.text += i === 0 ? '(' : ', ('
          out.list(this.#columns, (column) => out.store(given(column), column))
          out.text += ')'
        }
      }),
    )
  }

  #join(out: Writer): void {
    const { table, keys, kind } = this.#job
    const staged = (column: ColumnNode) => {
      out.sourceName(this.#stage)
      out.text += '.'
      out.columnName(column)
    }
    out.enter([table])
    out.text += kind === 'update' ? 'UPDATE ' : 'DELETE '
    out.sourceName(table)
    if (kind === 'delete') {
      out.text += ' FROM '
      out.sourceName(table)
    }
    out.text += ' JOIN '
    out.sourceName(this.#stage)
    out.text += ' ON '
    writeKeys(keys, staged, out)
    if (kind === 'update') {
      out.text += ' SET '
      writeSet(this.#job, this.#columns, (column) => out.expression(column), staged, out)
    }
    out.leave()
  }

  #named(words: string): BulkPlan {
    return this.#plan((out) => {
      out.text += words
      out.sourceName(this.#stage)
    })
  }

  #plan(write: (out: Writer) => void, kind: 'insert' | 'update' | 'delete' | 'raw' = 'insert'): BulkPlan {
    return bulkPlan(kind, this.#job.table, this.#job.dialect, undefined, write)
  }
}
