/** UPDATE and DELETE by a temporary table that is joined. */
import { type ColumnNode, make } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type BulkPlan, bulkPlan, type DriverValue, type Writer } from '@quern/sql'
import type { Bucket } from './batches.js'
import { eachJoin, type JoinJob, joinedBatch, writeSet } from './join-ways.js'
import { areExact, areWhole } from './keys.js'
import { few, ServerLimits } from './limits.js'
import { Loads } from './load.js'
import type { BulkTarget } from './target.js'
import { given, Plans, Repeated, runOne, type Way, type Written, writeInto, writeKeys } from './ways.js'

/**
 * No name comes twice: MySQL takes the values of a prepared INSERT for what the columns were when it was prepared, also where the table is
 * another one by now.
 */
let numbers = 0

/** A temporary table costs as much as some prepared statements. */
const fewest = 8

/**
 * The rows go into a temporary table whose columns are the table's own, so that values are stored and keys are compared as in the table
 * itself; then one statement joins the two.
 */
export class StagedJoin implements Way {
  readonly #job: JoinJob
  readonly #single: Way
  readonly #stages = new Map<object, Stage>()
  readonly #loads: Loads
  readonly #limits: ServerLimits
  /** `KeysApart` lets no two rows of one key come here, and the server could not think other ones equal. */
  readonly #apart: boolean

  constructor(job: JoinJob) {
    this.#apart = job.kind === 'update' && areWhole(job.keys) && areExact(job.keys, job.table)
    this.#job = job
    this.#single = eachJoin(job)
    this.#loads = new Loads(job, joinedBatch)
    this.#limits = new ServerLimits(job)
  }

  take(_: Bucket, __: number, left: number): number {
    return left
  }

  async write(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Written> {
    const stage = to - from <= fewest ? undefined : await this.#store(target, bucket, from, to)
    if (stage === undefined) return await this.#single.write(target, bucket, from, to)
    if (!this.#apart) {
      const [all, different] = await this.#run(target, stage.count, [])
      // two rows mean one row of the table, and which of them would win is not said
      if (Number(all) !== Number(different)) throw new Repeated()
    }
    return await runOne(target, stage.join, [], this.#job)
  }

  /**
   * The rows in the temporary table: in the engine that is fast, and where that does not take them, in the one that takes everything.
   * Nothing where the server makes no such table here (one that logs statements and transactions, say).
   */
  async #store(target: BulkTarget, bucket: Bucket, from: number, to: number): Promise<Stage | undefined> {
    const stage = this.#stageOf(bucket)
    if (stage.refused) return undefined
    const fast = stage.plain ? undefined : await this.#engineFor(target, bucket, to - from)
    for (const engine of fast === undefined ? [undefined] : [fast, undefined]) {
      try {
        if (await this.#fresh(target, stage, engine)) {
          await this.#put(target, stage, bucket, from, to)
          return stage
        }
      } catch (error) {
        // the engine may be full; where a row is to blame, it will be again
        if (engine === undefined || !target.blamesRow(error)) throw error
      }
      stage.plain = true
    }
    stage.refused = true
    return undefined
  }

  async #engineFor(target: BulkTarget, { shape }: Bucket, rows: number): Promise<string | undefined> {
    const { stageEngine, stageAsks } = this.#job.dialect.bulk
    const engine = stageEngine(shape.columns, rows)
    if (engine !== undefined && stageAsks) await this.#limits.ask(target)
    return this.#limits.engines ? engine : undefined
  }

  /** Leaves an empty table; false where the server makes none in this engine. */
  async #fresh(target: BulkTarget, stage: Stage, engine: string | undefined): Promise<boolean> {
    if (stage.made && stage.engine === engine) {
      await this.#run(target, stage.clear, [])
      return true
    }
    if (stage.made) await this.#run(target, stage.drop, [])
    // also where nobody hears whether it has been made
    stage.made = true
    stage.engine = engine
    try {
      await this.#run(target, stage.create(engine), [])
    } catch (error) {
      if (!target.blamesRow(error)) throw error
      stage.made = false
    }
    return stage.made
  }

  async #put(target: BulkTarget, stage: Stage, bucket: Bucket, from: number, to: number): Promise<void> {
    if (!(await this.#load(target, stage, bucket, from, to))) await this.#fill(target, stage, bucket, from, to)
  }

  /** As a stream, where the server takes one; false where the rows are still to be written. */
  async #load(target: BulkTarget, stage: Stage, bucket: Bucket, from: number, to: number): Promise<boolean> {
    const { load } = this.#job.dialect.bulk
    if (load === undefined || to - from <= few || !bucket.shape.columns.every((column) => load.takes(column.type))) return false
    await this.#limits.ask(target)
    if (this.#limits.loads === false) return false
    const taken = await this.#loads.range(target, stage.load, bucket, from, to)
    if (taken === to - from) return true
    await this.#run(target, stage.clear, [])
    return false
  }

  /** By VALUES; the table's name is new, so its texts are not met again but for rows of the same batches. */
  async #fill(target: BulkTarget, stage: Stage, bucket: Bucket, first: number, end: number): Promise<void> {
    const width = bucket.shape.columns.length
    const most = Math.min(
      this.#job.dialect.bulk.rowsPerStatement,
      Math.floor(this.#job.dialect.parameterLimit / Math.max(1, width)),
      Math.floor((1 << 19) / (bucket.widest + 1)),
    )
    for (let from = first; from < end; ) {
      const rows = Math.max(1, Math.min(end - from, most))
      await this.#run(target, stage.fill(rows), bucket.values.slice(from * width, (from + rows) * width))
      from += rows
    }
  }

  /** Yields the first row of what the statement yields. */
  async #run(target: BulkTarget, plan: BulkPlan, values: DriverValue[]): Promise<readonly unknown[]> {
    const { answers, failed } = await target.run(plan, [values], this.#job.signal)
    if (failed !== undefined) throw failed.error
    return answers[0]!.rows[0] ?? []
  }

  #stageOf({ shape }: Bucket): Stage {
    let stage = this.#stages.get(shape)
    if (stage === undefined) this.#stages.set(shape, (stage = new Stage(this.#job, shape.columns)))
    return stage
  }

  /** A rollback does not remove temporary tables. */
  async close(target: BulkTarget): Promise<void> {
    for (const { made, drop } of this.#stages.values()) if (made) await target.run(drop, [[]], undefined)
  }
}

/** A temporary table, and the statements about it. */
class Stage {
  /** It may be there, in this engine; undefined for the server's own choice. */
  made = false
  engine: string | undefined
  /** No other engine took the rows. */
  plain = false
  /** Nor is there a table in that one. */
  refused = false
  readonly clear: BulkPlan
  readonly count: BulkPlan
  readonly join: BulkPlan
  readonly drop: BulkPlan
  readonly #fills = new Plans<number>()
  #load: BulkPlan | undefined
  readonly #job: JoinJob
  readonly #columns: readonly ColumnNode[]
  readonly #stage: TableNode

  constructor(job: JoinJob, columns: readonly ColumnNode[]) {
    this.#job = job
    this.#columns = columns
    this.#stage = { ...job.table, name: `quern_staging_${++numbers}`, quoted: make.keptText() }
    const { keys } = job
    this.clear = this.#named('DELETE FROM ')
    this.drop = this.#named('DROP TEMPORARY TABLE IF EXISTS ')
    this.count = this.#plan((out) => {
      out.text += 'SELECT COUNT(*), COUNT(DISTINCT '
      out.list(keys, (column) => out.columnName(column))
      out.text += ') FROM '
      out.sourceName(this.#stage)
    }, 'raw')
    this.join = this.#plan((out) => this.#join(out), job.kind)
  }

  create(engine: string | undefined): BulkPlan {
    return this.#plan((out) => {
      out.text += 'CREATE TEMPORARY TABLE '
      out.sourceName(this.#stage)
      if (engine !== undefined) out.text += ` ENGINE = ${engine}`
      out.text += ' AS SELECT '
      out.list(this.#columns, (column) => out.columnName(column))
      out.text += ' FROM '
      out.sourceName(this.#job.table)
      out.text += ' LIMIT 0'
    })
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
