/** Many rows in few statements, in one transaction, with as much in memory as one statement holds. */
import { CompileError, describe, type Runnable } from '@quern/expression'
import type { Source } from '@quern/schema'
import { type Dialect, type InsertRow, insertInto, tableNode } from '@quern/sql'
import { type BulkInsertOptions, checkOptions } from './options.js'

/** What bulk writes need of an engine, a connection or a transaction. */
export interface BulkTarget {
  readonly dialect: Dialect
  execute(statement: Runnable<never>): Promise<{ readonly rowCount: number }>
  transaction<T>(work: (target: BulkTarget) => Promise<T>): Promise<T>
}

export interface BulkResult {
  /** Rows written. */
  readonly rowCount: number
}

/** Rows from memory, from a generator, or as they arrive. */
export type Rows<Row> = Iterable<Row> | AsyncIterable<Row>

const defaultBatch = 500

/**
 * Inserts any number of rows: all of them, or none. Rows with different keys keep their column defaults.
 *
 * `await conn.bulkInsert(users, rows, { onProgress: ({ rows }) => console.log(rows) })`
 */
export async function bulkInsert<Name extends string, Defs>(
  target: BulkTarget,
  table: Source<Name, Defs>,
  rows: Rows<InsertRow<Defs>>,
  options: BulkInsertOptions = {},
): Promise<BulkResult> {
  checkOptions(options)
  const node = tableNode(table, 'bulkInsert()')
  const batchSize = Math.max(
    1,
    Math.min(options.batchSize ?? defaultBatch, Math.floor(target.dialect.parameterLimit / node.columns.length)),
  )
  const batches = batchesOf(rows, batchSize)
  const first = await batches.next()
  if (first.done) return { rowCount: 0 }
  const total = Array.isArray(rows) ? rows.length : undefined
  try {
    return await target.transaction(async (tx) => {
      let rowCount = 0
      let rested = Date.now()
      for (let batch: IteratorResult<InsertRow<Defs>[], undefined> = first; !batch.done; batch = await batches.next()) {
        options.signal?.throwIfAborted()
        for (const group of byShape(batch.value))
          rowCount += (await tx.execute(insertInto(table).values(group) as Runnable<never>)).rowCount
        options.onProgress?.({ rows: rowCount, total })
        if (Date.now() - rested > restAfter) {
          await rest()
          rested = Date.now()
        }
      }
      return { rowCount }
    })
  } finally {
    // a source that is left early gets the chance to close what it reads from
    await batches.return(undefined)
  }
}

/** A driver that runs on this thread would keep timers and signals waiting until the last row. */
const restAfter = 20
const rest = (): Promise<void> => new Promise((resolve) => (globalThis as unknown as Timers).setTimeout(resolve, 0))
interface Timers {
  setTimeout(resume: () => void, milliseconds: number): unknown
}

async function* batchesOf<Row>(rows: Rows<Row>, size: number): AsyncGenerator<Row[], undefined> {
  if (Array.isArray(rows)) {
    for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size)
    return
  }
  if (typeof rows !== 'object' || rows === null || !(Symbol.iterator in rows || Symbol.asyncIterator in rows)) {
    throw new CompileError(`bulkInsert takes an array, an iterable or an async iterable of rows, not ${describe(rows)}`)
  }
  let batch: Row[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

/** One statement per set of keys, because a missing key means the column's default, and not every dialect can write DEFAULT in VALUES. */
function byShape<Row>(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const shape = shapeOf(row)
    const group = groups.get(shape)
    if (group === undefined) groups.set(shape, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

function shapeOf(row: unknown): string {
  if (typeof row !== 'object' || row === null) return ''
  let shape = ''
  for (const key of Object.keys(row)) if ((row as Record<string, unknown>)[key] !== undefined) shape += `${JSON.stringify(key)},`
  return shape
}
