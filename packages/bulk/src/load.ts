/** Rows as a stream of text: COPY and LOAD DATA. */
import { type BulkPlan, bulkPlan } from '@quern/sql'
import type { Batches, Bucket } from './batches.js'
import type { BulkTarget } from './target.js'
import { type Job, Plans } from './ways.js'

interface Encoder {
  encode(text: string): Uint8Array
  encodeInto(text: string, into: Uint8Array): { readonly written: number }
}
const utf8 = new (globalThis as unknown as { TextEncoder: new () => Encoder }).TextEncoder()

/** Of rows that are read ahead, so many pieces are made ahead, too. */
const piecesAhead = 2

/**
 * Pieces of text in a few buffers that take turns: one that the driver reads, one that waits for it, those that are filled. Buffers of their
 * own would live until the next full collection, and many rows would leave tens of megabytes of them behind.
 */
class Pieces {
  readonly #buffers: Uint8Array[] = []
  /** How many pieces there have been. */
  count = 0

  encode(text: string): Uint8Array {
    // how long a text becomes is only guessed beforehand; one row alone may be of any length
    if (text.length > 4 * pieceBytes) return utf8.encode(text)
    const turn = this.count++ % (2 + piecesAhead + 1)
    let buffer = this.#buffers[turn]
    if (buffer === undefined || buffer.length < 3 * text.length)
      this.#buffers[turn] = buffer = new Uint8Array(3 * Math.max(text.length, pieceBytes))
    return buffer.subarray(0, utf8.encodeInto(text, buffer).written)
  }
}

/** Bytes on their way to the server: who pushes waits until the piece before is taken. */
class Pipe implements AsyncIterable<Uint8Array> {
  #piece: Uint8Array | undefined
  #ended = false
  #wakeReader: () => void = () => {}
  #wakeWriter: () => void = () => {}

  /** Resolves when the next piece may come, also where nobody reads any more. */
  async push(piece: Uint8Array): Promise<void> {
    while (this.#piece !== undefined && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve
      })
    this.#piece = piece
    this.#wakeReader()
  }

  end(): void {
    this.#ended = true
    this.#wakeReader()
    this.#wakeWriter()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#piece !== undefined) {
        const piece = this.#piece
        this.#piece = undefined
        this.#wakeWriter()
        yield piece
      } else if (this.#ended) return
      else
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve
        })
    }
  }
}

/** The server refused the stream as a whole; the rows are written once more by statements that say which of them is to blame. */
export class Refused {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

/** The first pieces of a bucket, made before it is its turn. */
interface Ahead {
  readonly bucket: Bucket
  readonly made: readonly Uint8Array[]
  readonly rest: Generator<Uint8Array>
  readonly count: number
}

export class Loads {
  readonly #job: Job
  readonly #rows: number
  readonly #plans = new Plans<object>()
  readonly #encoded = new Pieces()
  /** What has been made of the rows that were read ahead. */
  #ahead: Ahead | undefined

  /** `rows`: about how many go by one statement, and are kept until it has ended. */
  constructor(job: Job, rows: number) {
    this.#job = job
    this.#rows = rows
  }

  /** Sends `first` and what follows it in the same shape. Yields the buckets, and why the server did not take them. */
  async write(target: BulkTarget, first: Bucket, batches: Batches): Promise<{ buckets: Bucket[]; refused: Refused | undefined }> {
    const buckets: Bucket[] = []
    try {
      await target.transaction((savepoint) => this.#stream(savepoint, first, batches, buckets))
      return { buckets, refused: undefined }
    } catch (error) {
      if (error instanceof Refused && target.blamesRow(error.error)) return { buckets, refused: error }
      throw error instanceof Refused ? error.error : error
    }
  }

  async #stream(target: BulkTarget, first: Bucket, batches: Batches, buckets: Bucket[]): Promise<void> {
    const plan = this.#planOf(first)
    const pipe = new Pipe()
    let failure: Refused | undefined
    const copy = target.copyIn(plan, pipe, this.#job.signal).catch((error) => {
      failure = new Refused(error)
      pipe.end()
      return -1
    })
    let rows = 0
    let bytes = 0
    try {
      for (
        let bucket: Bucket | undefined = first;
        bucket !== undefined && failure === undefined;
        bucket = await this.#following(bucket, batches)
      ) {
        buckets.push(bucket)
        rows += bucket.length
        bytes += bucket.bytes
        const pieces = this.#takeAhead(bucket) ?? this.#pieces(bucket)
        for (const piece of pieces) if (failure === undefined) await pipe.push(piece)
        if (rows >= this.#rows || bytes >= mostBytes) break
      }
    } catch (error) {
      // the source failed: the server must not take what it has got for all there is
      pipe.end()
      await copy
      throw error
    }
    pipe.end()
    batches.readAhead((next) => this.#lookAhead(next, first))
    const taken = await copy
    if (failure !== undefined) throw failure
    if (taken !== rows) throw new Refused(new Error(`the server took ${taken} of ${rows} rows`))
  }

  async #following(bucket: Bucket, batches: Batches): Promise<Bucket | undefined> {
    const next = await batches.next()
    if (next === undefined || (next.shape === bucket.shape && next.alone)) return next
    batches.unread(next)
    return undefined
  }

  /** Sends some rows of a bucket by a statement of their own; yields how many the server took. */
  async range(target: BulkTarget, plan: BulkPlan, bucket: Bucket, from: number, to: number): Promise<number> {
    const pieces = this.#pieces(bucket, from, to)
    const bytes = (async function* () {
      yield* pieces
    })()
    return await target.copyIn(plan, bytes, this.#job.signal)
  }

  /** Until the first bytes of a stream are there the server has nothing to do, so they are made while it is busy with the stream before. */
  #lookAhead(bucket: Bucket, { shape }: Bucket): void {
    if (bucket.shape !== shape || !bucket.alone) return
    const rest = this.#pieces(bucket)
    const made: Uint8Array[] = []
    for (let piece = rest.next(); !piece.done && made.push(piece.value) < piecesAhead; piece = rest.next());
    this.#ahead = { bucket, made, rest, count: this.#encoded.count }
  }

  /** Nothing where other pieces have been made since, in the same buffers. */
  #takeAhead(bucket: Bucket): Generator<Uint8Array> | undefined {
    const ahead = this.#ahead
    this.#ahead = undefined
    return ahead?.bucket === bucket && ahead.count === this.#encoded.count ? allOf(ahead) : undefined
  }

  *#pieces(bucket: Bucket, first = 0, end = bucket.length): Generator<Uint8Array> {
    const { encode } = this.#job.dialect.bulk.load!
    const step = Math.max(1, Math.min(end - first, Math.floor(pieceBytes / Math.max(1, bucket.widest))))
    for (let from = first; from < end; from += step)
      yield this.#encoded.encode(encode(bucket.values, from, Math.min(from + step, end), bucket.shape.columns))
  }

  #planOf({ shape }: Bucket): BulkPlan {
    const { table, dialect } = this.#job
    return this.#plans.of(shape, () =>
      bulkPlan('insert', table, dialect, undefined, (out) => dialect.bulk.load!.write(table, shape.columns, out)),
    )
  }
}

function* allOf({ made, rest }: Ahead): Generator<Uint8Array> {
  yield* made
  yield* rest
}

const pieceBytes = 1 << 16
/** Rows that are sent are kept until the server has taken them all. */
const mostBytes = 8 << 20
