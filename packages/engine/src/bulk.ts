/** What bulk writes run on: the few things that they need of an engine, a connection or a transaction. */
import type { BulkAnswer, BulkAnswers, BulkTarget } from '@quern/bulk'
import type { DriverValue, Plan } from '@quern/sql'
import { onAbort } from './abort.js'
import { cancelled } from './cancel.js'
import { Clock } from './deadline.js'
import type { DriverConnection } from './driver.js'
import { DatabaseError } from './errors.js'
import { type Context, copyIn, execute } from './execute.js'
import type { Executor } from './executor.js'
import type { Lease } from './pool-slot.js'
import { observed, Watch } from './watch.js'

/** Failures in which a row of many may be at fault; all others end the call at once. */
const ofRows: ReadonlySet<string> = new Set([
  'DatabaseError',
  'UniqueViolationError',
  'ForeignKeyViolationError',
  'NotNullViolationError',
  'CheckViolationError',
  'DataError',
])

export const bulkTarget = (executor: Executor): BulkTarget => ({
  get dialect() {
    return executor.dialect
  },
  run: (plan, values, signal) =>
    withClock(executor, signal as AbortSignal | undefined, (given, clock) =>
      executor.lend(given, (lease) => runEach(executor, lease, plan, values, clock)),
    ),
  execute: (statement, signal) => executor.execute(statement, signal === undefined ? undefined : { signal: signal as AbortSignal }),
  copyIn: (plan, bytes, signal) =>
    withClock(executor, signal as AbortSignal | undefined, (given, clock) =>
      executor.lend(given, async ({ connection }) => {
        const { context } = executor
        const watch = watchOf(context, plan)
        clock?.start()
        try {
          return await copyIn(context, connection, plan, clock === undefined ? bytes : clocked(bytes, clock), watch)
        } catch (error) {
          watch?.failed(error)
          throw error
        } finally {
          clock?.stop()
          watch?.done()
        }
      }),
    ),
  transaction: (work) => executor.transaction((tx) => work(bulkTarget(tx))),
  blamesRow,
  onAbort: (signal, react) => onAbort(signal as AbortSignal, react),
  canceled: (signal) => cancelled('the call was cancelled', signal as AbortSignal),
})

const blamesRow = (error: unknown): boolean => error instanceof DatabaseError && ofRows.has(error.name)
const watchOf = (context: Context, plan: Plan): Watch | undefined => (observed(context) ? new Watch(context, plan.text) : undefined)

/** Each statement may take as long as `statementTimeout` says. */
async function withClock<T>(
  { context: { statementTimeout } }: Executor,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal | undefined, clock: Clock | undefined) => Promise<T>,
): Promise<T> {
  if (statementTimeout === Number.POSITIVE_INFINITY) return await work(signal, undefined)
  const clock = new Clock(statementTimeout, signal)
  try {
    return await work(clock.signal, clock)
  } finally {
    clock.clear()
  }
}

/** The time in which the server takes a piece counts, and in which it answers the last one; not the time that the source takes. */
async function* clocked(bytes: AsyncIterable<Uint8Array>, clock: Clock): AsyncGenerator<Uint8Array> {
  clock.stop()
  for await (const piece of bytes) {
    clock.start()
    yield piece
    clock.stop()
  }
  clock.start()
}

/** Where the driver answers at once, so does this: no promise per row. */
async function runEach(
  executor: Executor,
  lease: Lease<DriverConnection>,
  plan: Plan,
  values: readonly DriverValue[][],
  clock: Clock | undefined,
): Promise<BulkAnswers> {
  const { context } = executor
  const { connection } = lease
  const answers: BulkAnswer[] = []
  for (const list of values) {
    const watch = watchOf(context, plan)
    watch?.send(connection, plan.text, list)
    clock?.start()
    try {
      const answer = execute(context, connection, plan, list)
      const result = 'then' in answer ? await answer : answer
      watch?.answered(result.rowCount)
      answers.push(result)
    } catch (error) {
      watch?.failed(error)
      if (!blamesRow(error)) throw error
      executor.ran(lease, error)
      return { answers, failed: { error } }
    } finally {
      clock?.stop()
      watch?.done()
    }
  }
  return { answers, failed: undefined }
}
