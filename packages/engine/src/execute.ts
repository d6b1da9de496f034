import type { QuernError } from '@quern/expression'
import type { DdlPlan, Dialect, DriverValue, IsolationLevel, Plan } from '@quern/sql'
import { settledWithin } from './deadline.js'
import type { DriverConnection, DriverRequest, DriverResult } from './driver.js'
import { databaseError, ImplicitCommitError, lostError } from './errors.js'
import type { Events } from './events.js'
import type { Lease } from './pool-slot.js'

/** What an engine and all its connections and transactions share. */
export interface Context {
  /** Before a server has told its version. */
  readonly dialect: Dialect
  readonly events: Events
  readonly echo: ((line: string) => void) | undefined
  readonly prepare: boolean
  readonly isolation: IsolationLevel | undefined
  /** How long a caller waits for a connection, or for its turn on one. */
  readonly patience: number
  /** How long a statement may run, in milliseconds, unless its call says otherwise. */
  readonly statementTimeout: number
  /** How long nothing may run in an open transaction. */
  readonly idleInTransactionTimeout: number
}

/** Runs one compiled statement; there is a promise only where the driver has one. */
export function execute(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
): DriverResult | Promise<DriverResult> {
  if (plan.kind === 'ddl') refuseImplicitCommit(connection, plan as DdlPlan)
  if (plan.kind === 'ddl') return define(context, connection, plan as DdlPlan)
  const started = observed(context) ? performance.now() : -1
  const answer = connection.execute(requestOf(context, plan, values))
  if ('then' in answer) return answered(answer, context, connection, plan, values, started)
  if (started >= 0) report(context, connection, plan.text, values, started, answer.rowCount, undefined)
  return answer
}

/** Where a definition would commit what came before it, it is not sent. */
function refuseImplicitCommit(connection: DriverConnection, { texts }: DdlPlan): void {
  const { commits } = connection.dialect.transaction
  if (commits === undefined || connection.status() === 'idle' || !texts.some((text) => commits.test(text))) return
  throw new ImplicitCommitError(
    `${connection.dialect.title} would commit the transaction before this definition; nothing was sent: run it outside the transaction`,
  )
}

async function answered(
  answer: Promise<DriverResult>,
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  started: number,
): Promise<DriverResult> {
  try {
    const result = await answer
    if (started >= 0) report(context, connection, plan.text, values, started, result.rowCount, undefined)
    return result
  } catch (cause) {
    throw failure(context, connection, cause, plan.text, values, started)
  }
}

/** Runs text without values; yields the server's last command word. */
export async function script(context: Context, connection: DriverConnection, text: string): Promise<string | undefined> {
  const started = observed(context) ? performance.now() : -1
  try {
    const command = await connection.script(text)
    if (started >= 0) report(context, connection, text, [], started, undefined, undefined)
    return command
  } catch (cause) {
    throw failure(context, connection, cause, text, [], started)
  }
}

/**
 * The same for what begins and ends transactions, which no signal reaches: where the server does not answer within `limit`, the connection
 * is closed, and the server rolls back what was open on it.
 */
export async function control(
  context: Context,
  lease: Lease<DriverConnection>,
  text: string,
  limit: number = context.statementTimeout,
): Promise<string | undefined> {
  const running = script(context, lease.connection, text)
  if (limit === Number.POSITIVE_INFINITY) return await running
  const ended = running.then(
    () => {},
    () => {},
  )
  if (await settledWithin(ended, limit)) return await running
  lease.health = 'doubtful'
  await lease.connection.close()
  throw lostError(`the server did not answer ${text} within ${limit} ms; the connection was closed`, lease.connection.lost)
}

/** How long a rollback may take, in milliseconds: closing the connection rolls back too, and does not keep the caller waiting. */
export const rollbackLimit = (context: Context): number => Math.min(context.statementTimeout, 10_000)

const done: DriverResult = { rows: [], columnTypes: undefined, rowCount: 0, insertedId: undefined, command: undefined }

/** Runs a DDL statement. Where it is several texts, they happen together as far as the dialect can. */
async function define(context: Context, connection: DriverConnection, plan: DdlPlan): Promise<DriverResult> {
  const { texts, text } = plan
  const { objects, transaction } = connection.dialect
  if (texts.length < 2 || objects.together === 'script') {
    if (texts.length > 0) await script(context, connection, text)
  } else if (objects.together === 'savepoint') {
    const name = 'quern_definition'
    await script(context, connection, transaction.savepoint(name))
    try {
      for (const one of texts) await script(context, connection, one)
    } catch (error) {
      for (const one of [transaction.rollbackTo(name), transaction.release(name)]) await script(context, connection, one)
      throw error
    }
    await script(context, connection, transaction.release(name))
  } else {
    for (const one of texts) await script(context, connection, one)
  }
  return done
}

/** Decoded rows, a batch at a time. */
export async function* stream(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  batchSize: number,
): AsyncGenerator<any[], void, undefined> {
  const started = observed(context) ? performance.now() : -1
  let rowCount = 0
  try {
    for await (const { rows, columnTypes } of connection.stream(requestOf(context, plan, values), batchSize)) {
      rowCount += rows.length
      yield plan.decode(rows, columnTypes)
    }
  } catch (cause) {
    throw failure(context, connection, cause, plan.text, values, started)
  }
  if (started >= 0) report(context, connection, plan.text, values, started, rowCount, undefined)
}

function requestOf(context: Context, plan: Plan, values: DriverValue[]): DriverRequest {
  return { text: plan.text, values, returnsRows: plan.returnsRows, wide: plan.wide, prepare: context.prepare, types: plan.types }
}

const observed = (context: Context): boolean => context.echo !== undefined || context.events.heard.query

function failure(
  context: Context,
  connection: DriverConnection,
  cause: unknown,
  sql: string,
  values: readonly DriverValue[],
  started: number,
): QuernError {
  const lost = connection.lost !== undefined && cause === connection.lost
  const error = databaseError(cause, connection.dialect, sql, values, context.echo !== undefined, lost)
  if (started >= 0) report(context, connection, sql, values, started, undefined, error)
  return error
}

function report(
  context: Context,
  connection: DriverConnection,
  sql: string,
  values: readonly DriverValue[],
  started: number,
  rowCount: number | undefined,
  error: QuernError | undefined,
): void {
  const milliseconds = performance.now() - started
  context.events.emit('query', { connection: connection.id, sql, milliseconds, rowCount, error })
  if (context.echo === undefined) return
  const outcome = error ? error.name : rowCount === undefined ? 'done' : `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`
  const params = values.length === 0 ? '' : ` -- ${values.map(shown).join(', ')}`
  context.echo(`${milliseconds.toFixed(1)} ms, ${outcome}: ${sql}${params}`)
}

function shown(value: DriverValue): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}
