/** UPDATE and DELETE of many rows by key, in one transaction. */
import { type ColumnNode, CompileError } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { returningOf, tableNode, update } from '@quern/sql'
import { Batches, type Bucket } from './batches.js'
import { usualBatch } from './insert.js'
import { ArraysJoin, eachJoin, type JoinJob, joinedBatch } from './join-ways.js'
import { areExact, KeysApart } from './keys.js'
import { type BulkDeleteOptions, type BulkResult, type BulkUpdateOptions, checkOptions, keyColumns } from './options.js'
import { type Deliver, type Plan, Run } from './run.js'
import { RowReader } from './shape.js'
import { checkSource, type Rows, Source } from './source.js'
import { StagedJoin } from './staged-join.js'
import type { BulkTarget } from './target.js'
import type { Way, Written } from './ways.js'

/** What `bulkUpdate` does once it is under way. */
export async function updateRows(
  target: BulkTarget,
  table: object,
  rows: Rows<unknown>,
  options: BulkUpdateOptions<unknown, any>,
  deliver: Deliver | undefined,
): Promise<BulkResult<any>> {
  checkOptions('bulkUpdate', options, ['by', 'returning'])
  const node = tableNode(table, 'bulkUpdate()')
  return await joinAll({ kind: 'update', target, table, node, rows, options, deliver })
}

/** What `bulkDelete` does once it is under way. */
export async function deleteRows(
  target: BulkTarget,
  table: object,
  rows: Rows<unknown>,
  options: BulkDeleteOptions<unknown, any>,
  deliver: Deliver | undefined,
): Promise<BulkResult<any>> {
  checkOptions('bulkDelete', options, ['by', 'returning'])
  const node = tableNode(table, 'bulkDelete()')
  return await joinAll({ kind: 'delete', target, table, node, rows, options, deliver })
}

interface Call {
  readonly kind: 'update' | 'delete'
  readonly target: BulkTarget
  readonly table: object
  readonly node: TableNode
  readonly rows: Rows<unknown>
  readonly options: BulkUpdateOptions<unknown, any>
  readonly deliver: Deliver | undefined
}

async function joinAll({ kind, target, table, node, rows, options, deliver }: Call): Promise<BulkResult<any>> {
  const verb = kind === 'update' ? 'bulkUpdate' : 'bulkDelete'
  checkSource(rows, verb)
  const keys = keyColumns(options.by, node, verb)
  const run = new Run(options, Array.isArray(rows) ? rows.length : undefined, deliver)
  const source = new Source(rows, target, options.signal)
  const reader = new JoinReader(node, target, kind, keys)
  const apart = kind === 'update' ? new KeysApart(keys, node, target.dialect.bulk.exactText) : undefined
  const batches = new Batches(
    source,
    reader,
    options.batchSize ?? (target.dialect.bulk.joins === 'each' ? usualBatch : joinedBatch),
    apart,
    run.failed,
  )
  try {
    const returning = returningOf(node, options.returning, target.dialect)
    const first = await batches.next()
    if (first === undefined) return run.result
    await target.transaction(async (tx) => {
      const job: JoinJob = { table: node, dialect: tx.dialect, signal: options.signal, returning, kind, keys }
      const ways = new JoinWays(job, table, options.returning)
      try {
        await run.all(tx, first, batches, (bucket) => ways.planFor(bucket))
      } finally {
        await ways.close(tx)
      }
    })
    return run.result
  } finally {
    source.close()
  }
}

class JoinReader extends RowReader {
  readonly #only: string | undefined

  constructor(table: TableNode, target: BulkTarget, kind: 'update' | 'delete', keys: readonly ColumnNode[]) {
    super(table, target.dialect, {
      verb: kind === 'update' ? 'update' : 'deleteFrom',
      keys,
      missing: () => {},
      produced: ({ options }) => (kind === 'update' ? options.onUpdateFn : undefined),
    })
    this.#only = kind === 'delete' && keys.length === 1 ? keys[0]!.key : undefined
    this.#table = table
    this.#kind = kind
    this.#keys = keys
  }
  readonly #table: TableNode
  readonly #kind: string
  readonly #keys: readonly ColumnNode[]

  override shapeOf(row: unknown, index: number) {
    const shape = super.shapeOf(this.#rowOf(row), index)
    const given = shape.columns.length - this.#keys.length
    if (this.#kind === 'update' && given === 0)
      throw new CompileError(`bulkUpdate(${this.#table.name}): row ${index} names no column to change`, 'EMPTY_VALUES')
    if (this.#kind === 'delete' && given > 0)
      throw new CompileError(
        `bulkDelete(${this.#table.name}): row ${index} has more than the key; only the key says what is deleted`,
        'UNKNOWN_COLUMN',
      )
    return shape
  }

  override read(row: unknown, into: Parameters<RowReader['read']>[1]): number {
    return super.read(this.#rowOf(row), into)
  }

  #rowOf(row: unknown): unknown {
    const only = this.#only
    if (only === undefined) return row
    const isPlain = typeof row === 'object' && row !== null && !(row instanceof Date) && !(row instanceof Uint8Array)
    return isPlain ? row : { [only]: row }
  }
}

class JoinWays {
  readonly #way: Way
  readonly #staged: StagedJoin | undefined
  readonly #computed: Way
  readonly #each: Way
  readonly #job: JoinJob

  constructor(job: JoinJob, table: object, returning: unknown) {
    const { bulk } = job.dialect
    this.#job = job
    this.#each = eachJoin(job)
    const exact = areExact(job.keys, job.table)
    const joins = bulk.joins === 'arrays' && !exact ? 'each' : bulk.joins === 'staging' && job.returning !== undefined ? 'each' : bulk.joins
    this.#staged = joins === 'staging' ? new StagedJoin(job) : undefined
    this.#way = this.#staged ?? (joins === 'arrays' ? new ArraysJoin(job) : this.#each)
    this.#computed = new ComputedUpdates(job, table, returning)
  }

  planFor({ shape }: Bucket): Plan {
    if (shape.computed) return { way: this.#computed }
    const { arrays } = this.#job.dialect.bulk
    if (this.#way instanceof ArraysJoin && !shape.columns.every((column) => arrays!.takes(column.type))) return { way: this.#each }
    return { way: this.#way }
  }

  async close(target: BulkTarget): Promise<void> {
    await this.#staged?.close(target).catch(() => {})
  }
}

/** Rows with SQL in them: statements as anybody would write them. */
class ComputedUpdates implements Way {
  readonly #job: JoinJob
  readonly #table: object
  readonly #returning: unknown

  constructor(job: JoinJob, table: object, returning: unknown) {
    this.#job = job
    this.#table = table
    this.#returning = returning
  }

  take(): number {
    return 1
  }

  async write(target: BulkTarget, bucket: Bucket, from: number): Promise<Written> {
    const { keys, signal } = this.#job
    const row = bucket.computed[from] as Record<string, unknown>
    const table = this.#table as Record<string, any>
    const set = Object.fromEntries(Object.entries(row).filter(([key]) => !keys.some((column) => column.key === key)))
    let statement = (update(table as never) as any).set(set).where(...keys.map(({ key }) => table[key].eq(row[key])))
    if (this.#returning !== undefined)
      statement = this.#returning === true ? statement.returning() : statement.returning(...[this.#returning].flat())
    const { rowCount, rows } = await target.execute(statement, signal)
    return { count: rowCount, rows }
  }
}
