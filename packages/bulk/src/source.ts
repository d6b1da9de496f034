/** Rows from memory, from a generator, or as they arrive; and an end that does not wait for a source which never yields again. */
import { CompileError, describe } from '@quern/expression'
import type { BulkTarget, Signal } from './target.js'

/** Rows from memory, from a generator, or as they arrive. */
export type Rows<Row> = Iterable<Row> | AsyncIterable<Row>

export function checkSource(rows: unknown, verb: string): void {
  if (typeof rows === 'object' && rows !== null && (Symbol.iterator in rows || Symbol.asyncIterator in rows)) return
  throw new CompileError(`${verb} takes an array, an iterable or an async iterable of rows, not ${describe(rows)}`)
}

/** Reads a source row by row; a promise only where the source has one. */
export class Source {
  readonly #sync: Iterator<unknown> | undefined
  readonly #async: AsyncIterator<unknown> | undefined
  readonly #signal: Signal | undefined
  readonly #target: BulkTarget
  #ended = false

  constructor(rows: Rows<unknown>, target: BulkTarget, signal: Signal | undefined) {
    this.#target = target
    this.#signal = signal
    if (Symbol.asyncIterator in rows) this.#async = rows[Symbol.asyncIterator]()
    else this.#sync = rows[Symbol.iterator]()
  }

  /** Hands rows to `take` until it says that it has enough; yields false when there are no more. */
  async fill(take: (row: unknown) => boolean): Promise<boolean> {
    const { aborted } = this.#signal ?? { aborted: false }
    if (aborted) throw this.#target.canceled(this.#signal!)
    if (this.#sync !== undefined) return this.#fillNow(take, this.#sync)
    for (;;) {
      const next = await this.#unlessAborted(this.#next())
      if (next.done) {
        this.#ended = true
        return false
      }
      if (take(next.value)) return true
    }
  }

  /** A source that is left early gets the chance to close what it reads from; nobody waits for one that hangs. */
  close(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#sync !== undefined) this.#sync.return?.()
    else void this.#async!.return?.()?.catch(() => {})
  }

  #next(): Promise<IteratorResult<unknown>> {
    return this.#async!.next().catch((error) => {
      this.#ended = true
      throw error
    })
  }

  #fillNow(take: (row: unknown) => boolean, rows: Iterator<unknown>): boolean {
    for (;;) {
      let next: IteratorResult<unknown>
      try {
        next = rows.next()
      } catch (error) {
        this.#ended = true
        throw error
      }
      if (next.done) {
        this.#ended = true
        return false
      }
      if (take(next.value)) return true
    }
  }

  #unlessAborted<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal
    if (signal === undefined) return work
    return new Promise((resolve, reject) => {
      const abort = () => reject(this.#target.canceled(signal))
      const calledOff = signal.aborted ? abort() : this.#target.onAbort(signal, abort)
      work.then(resolve, reject).finally(() => calledOff?.())
    })
  }
}
