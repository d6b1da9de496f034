/** What async generators inherit from: with what this Node's iterators can do besides. */
const asyncIterator = Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()))) as object

/**
 * The rows of batches one by one, as an async generator would yield them, which takes four times as long: a row that is there already is one
 * promise and no more. Calls that come before the one before them is answered wait for their turn, as they do there.
 */
export class StreamedRows<Rw> {
  readonly #batches: AsyncGenerator<readonly Rw[], void, undefined>
  private rows: readonly Rw[] = []
  private at = 0
  /** How many calls are not answered yet, and the last of them. */
  private open = 0
  private last: Promise<unknown> | undefined

  static over<Rw>(batches: AsyncGenerator<readonly Rw[], void, undefined>): AsyncGenerator<Rw, void, undefined> {
    return new StreamedRows(batches) as unknown as AsyncGenerator<Rw, void, undefined>
  }

  private constructor(batches: AsyncGenerator<readonly Rw[], void, undefined>) {
    this.#batches = batches
  }

  next(): Promise<IteratorResult<Rw, void>> {
    if (this.open === 0 && this.at < this.rows.length) return Promise.resolve({ value: this.rows[this.at++]!, done: false })
    return this.inTurn(() => this.advance())
  }

  return(): Promise<IteratorResult<Rw, void>> {
    return this.inTurn(() => this.end(this.#batches.return()))
  }

  throw(error: unknown): Promise<IteratorResult<Rw, void>> {
    return this.inTurn(() => this.end(this.#batches.throw(error)))
  }

  /** Nobody but the caller waits for what it yields, or a failure's stack would end here. */
  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn =
      this.open++ === 0
        ? this.answered(call)
        : this.last!.then(
            () => this.answered(call),
            () => this.answered(call),
          )
    this.last = turn
    return turn
  }

  private async answered<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } finally {
      if (--this.open === 0) this.last = undefined
    }
  }

  private async advance(): Promise<IteratorResult<Rw, void>> {
    while (this.at >= this.rows.length) {
      const { value, done } = await this.#batches.next()
      if (done) return { value: undefined, done: true }
      this.rows = value
      this.at = 0
    }
    return { value: this.rows[this.at++]!, done: false }
  }

  private end(ended: Promise<IteratorResult<readonly Rw[], void>>): Promise<IteratorResult<Rw, void>> {
    this.rows = []
    this.at = 0
    return ended as Promise<IteratorResult<Rw, void>>
  }
}
Object.setPrototypeOf(StreamedRows.prototype, asyncIterator)
