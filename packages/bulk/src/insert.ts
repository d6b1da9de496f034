/** Many rows in few statements, in one transaction, with as much in memory as one statement holds. */
import { type ColumnNode, CompileError, quoted } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type Dialect, refuseMissing, returningOf, supports, tableNode, UnsupportedFeatureError } from '@quern/sql'
import { Batches, type Bucket } from './batches.js'
import { ArraysWay, ComputedInserts, type Conflict, type InsertJob, ValuesWay } from './insert-ways.js'
import { areExact, isKey, KeysApart, otherKey } from './keys.js'
import { few, ServerLimits } from './limits.js'
import { Loads } from './load.js'
import {
  type BulkInsertOptions,
  type BulkMethod,
  type BulkResult,
  type BulkUpsertOptions,
  checkOptions,
  columnsNamed,
  keyColumns,
} from './options.js'
import { type Deliver, type Plan, Run } from './run.js'
import { RowReader, type RowRules } from './shape.js'
import { checkSource, type Rows, Source } from './source.js'
import type { BulkTarget } from './target.js'
import type { Way } from './ways.js'

/** Rows that are read, and written by one statement, where the call does not say. */
export const usualBatch = 1024
/**
 * Rows that go by one COPY or LOAD DATA: they are kept until the server has taken them all. Of a million rows 2,048 less save 6 MiB at the
 * peak, and every statement is a savepoint, two more round trips, and a moment in which the server has nothing to do.
 */
const streamed = 5_120

/** What `bulkInsert` does once it is under way. */
export async function insertRows(
  target: BulkTarget,
  table: object,
  rows: Rows<unknown>,
  options: BulkInsertOptions<any>,
  deliver: Deliver | undefined,
): Promise<BulkResult<any>> {
  checkOptions('bulkInsert', options, ['returning', 'onConflict', 'method'])
  const node = tableNode(table, 'bulkInsert()')
  const conflict = conflictOf(options.onConflict, node)
  return await insertAll({ verb: 'bulkInsert', target, table, node, rows, options, conflict, deliver })
}

/** What `bulkUpsert` does once it is under way. */
export async function upsertRows(
  target: BulkTarget,
  table: object,
  rows: Rows<unknown>,
  options: BulkUpsertOptions<any>,
  deliver: Deliver | undefined,
): Promise<BulkResult<any>> {
  checkOptions('bulkUpsert', options, ['by', 'update', 'returning', 'method'])
  const node = tableNode(table, 'bulkUpsert()')
  const by = keyColumns(options.by, node, 'bulkUpsert')
  const update = options.update === undefined ? undefined : columnsNamed(options.update, node, "bulkUpsert's update")
  const conflict: Conflict = { target: by, update: (columns) => update ?? columns.filter((column) => !by.includes(column)) }
  return await insertAll({ verb: 'bulkUpsert', target, table, node, rows, options, conflict, deliver })
}

interface Call {
  readonly verb: string
  readonly target: BulkTarget
  readonly table: object
  readonly node: TableNode
  readonly rows: Rows<unknown>
  readonly options: BulkInsertOptions<any>
  readonly conflict: Conflict | undefined
  readonly deliver: Deliver | undefined
}

function conflictOf(given: BulkInsertOptions['onConflict'], table: TableNode): Conflict | undefined {
  if (given === undefined) return undefined
  if (given === 'nothing') return { target: [], update: () => [] }
  if (typeof given !== 'object' || given === null)
    throw new CompileError(`onConflict is 'nothing' or { target, update }, not ${quoted(String(given))}`, 'OPTION')
  const target = given.target === undefined ? [] : columnsNamed(given.target, table, "onConflict's target")
  const update = given.update === undefined ? [] : columnsNamed(given.update, table, "onConflict's update")
  return { target, update: () => update }
}

const insertRules = (table: TableNode): RowRules => ({
  verb: 'insertInto',
  keys: [],
  missing: (info, index) => refuseMissing(info, table, index),
  produced: ({ options }) => options.defaultFn,
})

async function insertAll(call: Call): Promise<BulkResult<any>> {
  const { target, node, rows, options, conflict, verb } = call
  checkSource(rows, verb)
  checkMethod(options.method, target.dialect, verb)
  const total = Array.isArray(rows) ? rows.length : undefined
  const run = new Run(options, total, call.deliver)
  const source = new Source(rows, target, options.signal)
  const reader = new RowReader(node, target.dialect, insertRules(node))
  const apart = conflict && new KeysApart(conflict.target, node, target.dialect.bulk.exactText)
  const batches = new Batches(source, reader, options.batchSize ?? usualBatch, apart, run.failed)
  try {
    const returning = returningOf(node, options.returning, target.dialect)
    const first = await batches.next()
    if (first === undefined) return run.result
    await target.transaction(async (tx) => {
      const job: InsertJob = {
        table: node,
        dialect: tx.dialect,
        signal: options.signal,
        returning,
        conflict,
        bytes: Number.POSITIVE_INFINITY,
      }
      const ways = new InsertWays(job, call)
      await run.all(tx, first, batches, (bucket) => ways.planFor(bucket, tx))
    })
    return run.result
  } finally {
    // a source that is left early gets the chance to close what it reads from
    source.close()
  }
}

/** Chooses how each bucket goes. */
class InsertWays {
  readonly #job: InsertJob
  readonly #method: BulkMethod
  readonly #values: Way
  readonly #single: Way
  readonly #arrays: Way
  readonly #computed: Way
  readonly #loads: Loads
  readonly #conflict: Conflict | undefined
  readonly #limits: ServerLimits

  constructor(job: InsertJob, { options, table }: Call) {
    const { returning, method = 'auto' } = options
    this.#job = job
    this.#method = method
    const { bulk } = job.dialect
    this.#single = new ValuesWay(job, 1)
    this.#values =
      job.returning !== undefined && !bulk.orderedReturning
        ? this.#single
        : new ValuesWay(job, Math.min(bulk.rowsPerStatement, options.batchSize ?? usualBatch))
    this.#arrays = new ArraysWay(job)
    const list = returning === undefined ? undefined : returning === true ? [] : Array.isArray(returning) ? returning : [returning]
    this.#computed = new ComputedInserts(job, table, list)
    this.#loads = new Loads(job, options.batchSize ?? streamed)
    this.#conflict = job.conflict
    this.#limits = new ServerLimits(job)
  }

  async planFor(bucket: Bucket, target: BulkTarget): Promise<Plan> {
    if (bucket.shape.computed) return { way: this.#computed }
    const { columns } = bucket.shape
    if (columns.length === 0) return { way: this.#single }
    if (this.#conflict !== undefined) checkConflict(this.#conflict, columns, this.#job)
    const large = bucket.length > few || bucket.bytes > 100_000
    if (large || this.#method === 'load') {
      await this.#limits.ask(target)
      this.#job.bytes = this.#limits.bytes
    }
    const way = this.#wayFor(bucket)
    const loads = this.#streams(bucket, large) ? this.#loads : undefined
    return { way, loads }
  }

  #wayFor({ shape: { columns }, alone }: Bucket): Way {
    const { dialect, conflict, returning, table } = this.#job
    const skips = conflict !== undefined && conflict.update(columns).length === 0
    // which rows were skipped does not show in what comes back, and others may have to stand between
    if (returning !== undefined && skips && !alone) return this.#single
    if (conflict !== undefined && !skips && dialect.bulk.savepoints && !areExact(conflict.target, table)) return this.#single
    const { arrays } = dialect.bulk
    const fits = arrays !== undefined && columns.every((column) => arrays.takes(column.type))
    if (this.#method === 'unnest' && !fits) throw refusedColumn('unnest', columns, (column) => arrays!.takes(column.type))
    return fits && this.#method !== 'values' ? this.#arrays : this.#values
  }

  #streams({ shape: { columns }, alone }: Bucket, large: boolean): boolean {
    const { load } = this.#job.dialect.bulk
    const method = this.#method
    if (load === undefined || (method !== 'auto' && method !== load.method)) return false
    const forced = method === load.method
    const asks = this.#job.returning !== undefined ? 'returning' : this.#conflict !== undefined ? 'onConflict' : undefined
    if (forced && asks !== undefined) throw new CompileError(`method ${quoted(method)} has no ${asks}; leave the method to auto`, 'OPTION')
    const takes = (column: ColumnNode) => load.takes(column.type)
    if (forced && !columns.every(takes)) throw refusedColumn(method, columns, takes)
    if (forced && this.#limits.loads === false)
      throw new CompileError('the server does not take method "load": its local_infile is off; leave the method to auto', 'OPTION')
    return forced || (large && alone && asks === undefined && this.#limits.loads !== false && columns.every(takes))
  }
}

function refusedColumn(method: string, columns: readonly ColumnNode[], takes: (column: ColumnNode) => boolean): CompileError {
  const column = columns.find((one) => !takes(one))!
  return new CompileError(`method ${quoted(method)} cannot carry ${column.source.name}.${column.key}; leave the method to auto`, 'OPTION')
}

function checkMethod(method: BulkMethod | undefined, { bulk, title }: Dialect, verb: string): void {
  if (method === undefined) return
  const known = ['auto', ...(bulk.load ? [bulk.load.method] : []), ...(bulk.arrays ? ['unnest'] : []), 'values']
  if (!known.includes(method))
    throw new CompileError(`${verb} on ${title} has no method ${quoted(String(method))}; it takes ${known.join(', ')}`, 'OPTION')
}

/** Where the statement cannot name the key, it may only be used when there is one key that a row can meet. */
function checkConflict({ target, update }: Conflict, columns: readonly ColumnNode[], { table, dialect, returning }: InsertJob): void {
  const updates = update(columns).length > 0
  if (updates && target.length === 0 && !supports(dialect, 'conflictAnyKey'))
    throw new UnsupportedFeatureError(dialect, 'conflictAnyKey', 'DO UPDATE for a conflict with any key', 'name the key as target')
  if (!updates && returning !== undefined && !supports(dialect, 'conflictReturning')) {
    const what = 'RETURNING that leaves out the rows which a conflict left alone'
    throw new UnsupportedFeatureError(dialect, 'conflictReturning', what, 'use a SELECT in the same transaction')
  }
  if (dialect.bulk.conflictTarget || target.length === 0) return
  const names = (key: readonly ColumnNode[]) => key.map((column) => column.key).join(', ')
  if (!isKey(table, target)) throw new CompileError(`${table.name} declares no unique key on ${names(target)}`, 'OPTION')
  const other = otherKey(table, target, columns)
  if (other !== undefined) {
    const what = `target of a conflict: a row could also meet the key on ${other.computed ? 'expressions' : names(other.columns)}`
    throw new UnsupportedFeatureError(dialect, 'conflictTarget', what, 'leave the target away to mean any key')
  }
}
