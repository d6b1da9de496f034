/** One bulk call: rows from a source into statements, in one transaction, with the row that is to blame where one fails. */
import type { Batches, Bucket } from './batches.js'
import type { Loads } from './load.js'
import type { BulkFailure, BulkOptions, BulkResult } from './options.js'
import type { BulkTarget } from './target.js'
import { Repeated, type Way, type Written } from './ways.js'

/** How the rows of a bucket go. */
export interface Plan {
  readonly way: Way
  /** Where they may go as a stream first; `way` is for what it refuses. */
  readonly loads?: Loads | undefined
}

/** Takes the rows that were returned, in order. */
export type Deliver = (rows: unknown[]) => Promise<void> | void

type Numbered = [index: number, row: unknown]

export class Run {
  readonly #options: BulkOptions
  readonly #total: number | undefined
  readonly #deliver: Deliver | undefined
  readonly #failures: BulkFailure[] = []
  #rows: unknown[] = []
  #rowCount = 0
  #seen = 0
  #rested = Date.now()

  constructor(options: BulkOptions, total: number | undefined, deliver: Deliver | undefined) {
    this.#options = options
    this.#total = total
    this.#deliver = deliver
  }

  get result(): BulkResult<any> {
    return { rowCount: this.#rowCount, rows: this.#rows, failures: this.#failures }
  }

  /** A row that cannot be written: the end of the call, or a row that is left out. */
  readonly failed = (index: number, error: unknown): void => {
    if (error instanceof Error && Object.isExtensible(error) && !('row' in error))
      Object.defineProperty(error, 'row', { value: index, enumerable: true, configurable: true })
    if (this.#options.onError !== 'collect' || !(error instanceof Error)) throw error
    this.#failures.push({ index, error })
  }

  async all(target: BulkTarget, first: Bucket, batches: Batches, plan: (bucket: Bucket) => Promise<Plan> | Plan): Promise<void> {
    const { signal, onProgress } = this.#options
    let returned: Numbered[] = []
    for (let bucket: Bucket | undefined = first; bucket !== undefined; bucket = await batches.next()) {
      if (signal?.aborted) throw target.canceled(signal)
      const { way, loads } = await plan(bucket)
      const written = loads === undefined ? [bucket] : await this.#load(target, loads, bucket, batches)
      for (const one of written) await this.#put(target, way, one, 0, one.length, returned)
      if (bucket.last) {
        await this.#hand(returned)
        returned = []
      }
      this.#seen += loads === undefined ? bucket.length : 0
      onProgress?.({ rows: this.#seen, total: this.#total })
      await this.#rest()
    }
  }

  /** Yields what the stream did not take. */
  async #load(target: BulkTarget, loads: Loads, first: Bucket, batches: Batches): Promise<readonly Bucket[]> {
    const { buckets, refused } = await loads.write(target, first, batches)
    let rows = 0
    for (const bucket of buckets) rows += bucket.length
    this.#seen += rows
    if (refused !== undefined) return buckets
    this.#rowCount += rows
    return []
  }

  /** Writes a range of rows; where the server refuses it, its halves, until the row is found that is to blame. */
  async #put(target: BulkTarget, way: Way, bucket: Bucket, from: number, to: number, returned: Numbered[]): Promise<void> {
    while (from < to) {
      const count = way.take(bucket, from, to - from)
      from += await this.#attempt(target, way, bucket, from, from + count, returned)
    }
  }

  /** Yields how many rows are done with. */
  async #attempt(target: BulkTarget, way: Way, bucket: Bucket, from: number, to: number, returned: Numbered[]): Promise<number> {
    let written: Written
    try {
      const write = (inner: BulkTarget) => way.write(inner, bucket, from, to)
      written = await (target.dialect.bulk.savepoints ? target.transaction(write) : write(target))
    } catch (error) {
      if (!(error instanceof Repeated || target.blamesRow(error))) throw error
      await this.#narrow(target, way, bucket, from, to, returned, error)
      return to - from
    }
    const { count, rows, failed } = written
    this.#rowCount += count
    for (let i = 0; i < rows.length; i++) returned.push([bucket.indexes[Math.min(from + i, to - 1)]!, rows[i]])
    if (failed === undefined) return to - from
    if (!target.blamesRow(failed.error)) throw failed.error
    this.failed(bucket.indexes[from + failed.at]!, failed.error)
    return failed.at + 1
  }

  async #narrow(
    target: BulkTarget,
    way: Way,
    bucket: Bucket,
    from: number,
    to: number,
    returned: Numbered[],
    error: unknown,
  ): Promise<void> {
    if (to - from === 1) return this.failed(bucket.indexes[from]!, error)
    const middle = from + Math.floor((to - from) / 2)
    await this.#put(target, way, bucket, from, middle, returned)
    await this.#put(target, way, bucket, middle, to, returned)
  }

  async #hand(returned: Numbered[]): Promise<void> {
    if (returned.length === 0) return
    returned.sort(([a], [b]) => a - b)
    const rows = returned.map(([, row]) => row)
    if (this.#deliver === undefined) for (const row of rows) this.#rows.push(row)
    else await this.#deliver(rows)
  }

  /** A driver that runs on this thread would keep timers and signals waiting until the last row. */
  async #rest(): Promise<void> {
    if (Date.now() - this.#rested < restAfter) return
    await new Promise<void>((resolve) => soon(resolve))
    this.#rested = Date.now()
  }
}

const restAfter = 20
const { setImmediate, setTimeout } = globalThis as unknown as Record<
  string,
  ((resume: () => void, milliseconds?: number) => unknown) | undefined
>
const soon = (resume: () => void): unknown => (setImmediate === undefined ? setTimeout!(resume, 0) : setImmediate(resume))
