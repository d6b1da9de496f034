/** Rows gathered by the columns that they give, until there are enough for a statement. */
import type { DriverValue } from '@quern/sql'
import type { RowReader, Shape } from './shape.js'
import type { Source } from './source.js'

/** Encoded rows of one shape; of rows with SQL in them, the rows. */
export class Bucket {
  readonly shape: Shape
  /** The values of all rows, one row after the other. */
  readonly values: DriverValue[] = []
  /** Which of the given rows each one is. */
  readonly indexes: number[] = []
  /** The rows themselves, where they hold SQL. */
  readonly computed: unknown[] = []
  /** The most bytes of one row. */
  widest = 0
  bytes = 0
  /** True where all rows that were read together are in it, so that their order is the order given. */
  alone = false
  /** True for the last of those that were read together. */
  last = false

  constructor(shape: Shape) {
    this.shape = shape
  }

  get length(): number {
    return this.indexes.length
  }
}

/** So many bytes of values are enough for a statement, however few the rows. */
const mostBytes = 4 << 20

/** A row that has to wait for the statements before it. */
interface Waiting {
  readonly shape: Shape
  readonly values: readonly DriverValue[]
  readonly row: unknown
  readonly index: number
  readonly size: number
}

export class Batches {
  readonly #source: Source
  readonly #reader: RowReader
  readonly #size: number
  readonly #apart: Apart | undefined
  readonly #failed: (index: number, error: unknown) => void
  #index = 0
  #more = true
  #ready: Bucket[] = []
  #waiting: Waiting | undefined
  #ahead: Promise<Bucket | undefined> | undefined

  /**
   * `apart` keeps rows apart that must not change places or meet in one statement. `failed` is told of rows that are refused here; where
   * it does not throw, they are left out.
   */
  constructor(source: Source, reader: RowReader, size: number, apart: Apart | undefined, failed: (index: number, error: unknown) => void) {
    this.#source = source
    this.#reader = reader
    this.#size = size
    this.#apart = apart
    this.#failed = failed
  }

  /**
   * Reads what comes next while the server is busy with what came before, and shows it to `look`, unless it is asked for meanwhile; where
   * that fails, `next` says so.
   */
  readAhead(look: (bucket: Bucket) => void): void {
    if (this.#ready.length > 0 || this.#ahead !== undefined) return
    const ahead = this.#next()
    this.#ahead = ahead
    ahead.then(
      (bucket) => {
        if (bucket !== undefined && this.#ahead === ahead) look(bucket)
      },
      () => {},
    )
  }

  /** The next rows of one shape; undefined at the end. */
  async next(): Promise<Bucket | undefined> {
    const ahead = this.#ahead
    this.#ahead = undefined
    return await (ahead ?? this.#next())
  }

  async #next(): Promise<Bucket | undefined> {
    while (this.#ready.length === 0 && (this.#more || this.#waiting !== undefined)) this.#ready = await this.#read()
    return this.#ready.shift()
  }

  /** Puts back what was read too early. */
  unread(bucket: Bucket): void {
    this.#ready.unshift(bucket)
  }

  async #read(): Promise<Bucket[]> {
    const buckets: Bucket[] = []
    let rows = 0
    let bytes = 0
    let last: Bucket | undefined
    const bucketOf = (shape: Shape): Bucket => {
      if (last?.shape === shape) return last
      last = buckets.find((bucket) => bucket.shape === shape)
      if (last === undefined) buckets.push((last = new Bucket(shape)))
      return last
    }
    this.#apart?.begin()
    const waiting = this.#waiting
    if (waiting !== undefined) {
      this.#waiting = undefined
      const bucket = bucketOf(waiting.shape)
      for (const value of waiting.values) bucket.values.push(value)
      bytes += count(bucket, waiting)
      this.#apart?.mayFollow(bucket)
      rows++
    }
    if (!this.#more) return marked(buckets)
    this.#more = await this.#source.fill((row) => {
      const index = this.#index++
      try {
        const bucket = bucketOf(this.#reader.shapeOf(row, index))
        const before = bucket.values.length
        const size = this.#readInto(bucket, row)
        bytes += count(bucket, { row, index, size })
        if (this.#apart?.mayFollow(bucket) === false) {
          this.#waiting = { shape: bucket.shape, values: bucket.values.splice(before), row, index, size }
          bucket.indexes.pop()
          bucket.computed.pop()
          return true
        }
      } catch (error) {
        this.#failed(index, error)
      }
      return ++rows >= this.#size || bytes >= mostBytes
    })
    return marked(buckets.filter((bucket) => bucket.length > 0))
  }

  #readInto(bucket: Bucket, row: unknown): number {
    if (bucket.shape.computed) return 1000
    const before = bucket.values.length
    try {
      return this.#reader.read(row, bucket.values)
    } catch (error) {
      bucket.values.length = before
      throw error
    }
  }
}

function count(bucket: Bucket, { row, index, size }: Pick<Waiting, 'row' | 'index' | 'size'>): number {
  if (bucket.shape.computed) bucket.computed.push(row)
  bucket.indexes.push(index)
  if (size > bucket.widest) bucket.widest = size
  bucket.bytes += size
  return size
}

function marked(buckets: Bucket[]): Bucket[] {
  if (buckets.length === 1) buckets[0]!.alone = true
  if (buckets.length > 0) buckets.at(-1)!.last = true
  return buckets
}

/** Decides, row by row, whether the last one of a bucket may be written together with those that were read since `begin`. */
export interface Apart {
  begin(): void
  mayFollow(bucket: Bucket): boolean
}
