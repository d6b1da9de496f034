/** INSERT of many rows: VALUES in few sizes, arrays of columns, one by one. */
import { type ColumnNode, CompileError, make } from '@quern/expression'
import { bulkPlan, columnValue, insertInto, type Writer } from '@quern/sql'
import type { Bucket } from './batches.js'
import type { BulkTarget } from './target.js'
import { ArraySource, given, type Job, Plans, runOne, type Way, type Written, writeInsertReturning, writeInto } from './ways.js'

/** What becomes of rows whose key is there already. */
export interface Conflict {
  readonly target: readonly ColumnNode[]
  /** The columns to overwrite, of those that a row gives; absent for none. */
  update(columns: readonly ColumnNode[]): readonly ColumnNode[]
}

export interface InsertJob extends Job {
  readonly conflict: Conflict | undefined
  /** The most bytes of one statement. */
  bytes: number
}

function writeConflict({ conflict, table, dialect }: InsertJob, columns: readonly ColumnNode[], out: Writer): void {
  if (conflict === undefined) return
  const update = conflict.update(columns)
  dialect.bulk.conflict(table, conflict.target, update, out)
  if (update.length === 0) return
  // what the table says that every update sets
  out.enter([table])
  for (const { node, options } of table.updated) {
    if (update.includes(node)) continue
    const { onUpdate, onUpdateFn } = options
    out.text += ', '
    out.columnName(node)
    out.text += ' = '
    out.store(onUpdateFn ? make.parameter(undefined, node.type, node, undefined, onUpdateFn) : columnValue(onUpdate!.value, node), node)
  }
  out.leave()
}

/** The largest power of two that is no larger. */
const powerBelow = (n: number): number => 2 ** Math.floor(Math.log2(n))

/** `INSERT INTO t (a, b) VALUES (?, ?), (?, ?), …` of 1, 2, 4, 8, … rows: few texts, and each of them stays prepared. */
export class ValuesWay implements Way {
  readonly #job: InsertJob
  readonly #most: number
  readonly #plans = new Map<object, Plans<number>>()

  constructor(job: InsertJob, most: number) {
    this.#job = job
    this.#most = most
  }

  take({ shape, widest }: Bucket, _: number, left: number): number {
    const { dialect, bytes } = this.#job
    const width = shape.columns.length
    if (width === 0) return 1
    const parameters = Math.floor(dialect.parameterLimit / width)
    if (parameters === 0) throw new CompileError(`a row has ${width} values; ${dialect.title} takes at most ${dialect.parameterLimit}`)
    const fits = Math.floor(bytes / (widest + 16 * width))
    return Math.max(1, powerBelow(Math.min(left, this.#most, parameters, Math.max(1, fits))))
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    const { table, dialect, returning } = this.#job
    const { columns } = bucket.shape
    let plans = this.#plans.get(bucket.shape)
    if (plans === undefined) this.#plans.set(bucket.shape, (plans = new Plans()))
    const plan = plans.of(to - from, () => bulkPlan('insert', table, dialect, returning, (out) => this.#text(columns, to - from, out)))
    const written = await runOne(target, plan, bucket.values.slice(from * columns.length, to * columns.length), this.#job)
    // the servers count 2 for a row that was there, or 1 where it had these values already, or 1 where it is new
    return this.#job.conflict !== undefined && !dialect.bulk.conflictTarget ? { ...written, count: to - from } : written
  }

  #text(columns: readonly ColumnNode[], rows: number, out: Writer): void {
    const { table, dialect } = this.#job
    if (columns.length === 0) {
      out.text += 'INSERT INTO '
      out.sourceName(table)
      out.text += ` ${dialect.defaultValues}`
    } else {
      writeInto(table, columns, out)
      out.text += ' VALUES '
      for (let i = 0; i < rows; i++) {
        out.text += i === 0 ? '(' : ', ('
        out.list(columns, (column) => out.store(given(column), column))
        out.text += ')'
      }
    }
    writeConflict(this.#job, columns, out)
    writeInsertReturning(this.#job, out)
  }
}

/** `INSERT INTO t (a) SELECT c1 FROM unnest($1::int4[]) … ORDER BY n`: one text for any number of rows. */
export class ArraysWay implements Way {
  readonly #job: InsertJob
  readonly #plans = new Plans<object>()

  constructor(job: InsertJob) {
    this.#job = job
  }

  take(_: Bucket, __: number, left: number): number {
    return left
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    const { table, dialect, returning } = this.#job
    const { columns } = bucket.shape
    const source = new ArraySource(columns, dialect)
    const plan = this.#plans.of(bucket.shape, () =>
      bulkPlan('insert', table, dialect, returning, (out) => {
        writeInto(table, columns, out)
        out.text += ' SELECT '
        out.list([...columns.keys()], (i) => source.value(i, out))
        out.text += ' FROM '
        source.write(out)
        out.text += ' ORDER BY '
        source.position(out)
        writeConflict(this.#job, columns, out)
        writeInsertReturning(this.#job, out)
      }),
    )
    return await runOne(target, plan, source.values(bucket, from, to), this.#job)
  }
}

/** Rows with SQL in them: statements as anybody would write them. */
export class ComputedInserts implements Way {
  readonly #job: InsertJob
  readonly #table: object
  readonly #returning: readonly unknown[] | undefined

  constructor(job: InsertJob, table: object, returning: readonly unknown[] | undefined) {
    this.#job = job
    this.#table = table
    this.#returning = returning
  }

  take(): number {
    return 1
  }

  async write(target: BulkTarget, bucket: Bucket, from: number): Promise<Written> {
    const { signal } = this.#job
    const insert = this.#insert(bucket.computed[from], bucket.shape.columns)
    const statement = this.#returning === undefined ? insert : insert.returning(...this.#returning)
    const { rowCount, rows } = await target.execute(statement, signal)
    return { count: rowCount, rows }
  }

  #insert(row: unknown, columns: readonly ColumnNode[]): any {
    const { conflict } = this.#job
    const insert = (insertInto(this.#table as never) as any).values(row)
    if (conflict === undefined) return insert
    const ended = insert.onConflict(...conflict.target.map(({ key }) => (this.#table as Record<string, unknown>)[key]))
    const update = conflict.update(columns)
    if (update.length === 0) return ended.doNothing()
    return ended.doUpdate((excluded: Record<string, unknown>) => Object.fromEntries(update.map(({ key }) => [key, excluded[key]])))
  }
}
