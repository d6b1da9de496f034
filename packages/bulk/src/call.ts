import type { BulkResult } from './options.js'
import type { Deliver } from './run.js'

/**
 * A bulk call under way: a promise of its result, or, read by `for await`, the returned rows as they come, with as many in memory as one
 * statement yields. Rows come before the transaction is committed: only after the loop's end are they there to stay, and a loop that is
 * left early writes nothing.
 */
export interface BulkCall<Row> extends Promise<BulkResult<Row>>, AsyncIterable<Row> {}

/** Starts in the next moment, when it is known whether somebody reads the rows one by one. */
export function bulkCall<Row>(run: (deliver: Deliver | undefined) => Promise<BulkResult<Row>>): BulkCall<Row> {
  let stream: RowStream<Row> | undefined
  const promise = Promise.resolve().then(() => run(stream?.deliver))
  return Object.assign(promise, {
    [Symbol.asyncIterator](): AsyncIterator<Row> {
      stream = new RowStream<Row>()
      promise.then(
        () => stream!.end(),
        (error) => stream!.fail(error),
      )
      return stream.rows(promise)
    },
  })
}

class Left extends Error {}

/** Rows from the one that writes to the one that reads, who sets the pace. */
class RowStream<Row> {
  #batch: Row[] = []
  #ended = false
  #error: { readonly error: unknown } | undefined
  #left = false
  #wakeReader: () => void = () => {}
  #wakeWriter: () => void = () => {}

  readonly deliver = async (rows: unknown[]): Promise<void> => {
    if (this.#left) throw new Left('the rows were not read to their end')
    this.#batch = rows as Row[]
    this.#wakeReader()
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve
    })
    if (this.#left) throw new Left('the rows were not read to their end')
  }

  end(): void {
    this.#ended = true
    this.#wakeReader()
  }

  fail(error: unknown): void {
    this.#error = { error }
    this.#wakeReader()
  }

  async *rows(call: Promise<unknown>): AsyncGenerator<Row> {
    try {
      for (;;) {
        if (this.#batch.length > 0) {
          const batch = this.#batch
          this.#batch = []
          yield* batch
          this.#wakeWriter()
        } else if (this.#error !== undefined) throw this.#error.error
        else if (this.#ended) return
        else
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
      }
    } finally {
      this.#left = true
      this.#wakeWriter()
      // what was written is rolled back before the loop is over
      await call.catch(() => {})
    }
  }
}
