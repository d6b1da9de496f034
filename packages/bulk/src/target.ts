import type { Runnable } from '@quern/expression'
import type { Dialect, DriverValue, Plan } from '@quern/sql'

/** Of a signal, what bulk writes need. */
export interface Signal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** What a statement left behind. */
export interface BulkAnswer {
  readonly rows: readonly (readonly unknown[])[]
  readonly columnTypes: readonly number[] | undefined
  readonly rowCount: number
}

export interface BulkAnswers {
  readonly answers: readonly BulkAnswer[]
  readonly failed: { readonly error: unknown } | undefined
}

/** What bulk writes need of an engine, a connection or a transaction. */
export interface BulkTarget {
  readonly dialect: Dialect
  /** Runs one plan with each of these lists of values, in order, up to the first that the server refuses. */
  run(plan: Plan, values: readonly DriverValue[][], signal: Signal | undefined): Promise<BulkAnswers>
  execute(statement: Runnable<never>, signal: Signal | undefined): Promise<{ readonly rowCount: number; readonly rows: readonly unknown[] }>
  /** Hands the server text that the statement reads; yields how many rows it took. A piece is another's when the next is asked for. */
  copyIn(plan: Plan, bytes: AsyncIterable<Uint8Array>, signal: Signal | undefined): Promise<number>
  /** In a transaction, or in a savepoint inside one. */
  transaction<T>(work: (target: BulkTarget) => Promise<T>): Promise<T>
  /** Whether a row may be to blame for the failure, and not the statement, the session or the server. */
  blamesRow(error: unknown): boolean
  canceled(signal: Signal): Error
  /** Calls `react` when the signal aborts, which it has not yet; yields what calls it off. */
  onAbort(signal: Signal, react: () => void): () => void
}
