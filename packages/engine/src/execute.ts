import type { QuernError } from '@quern/expression'
import type { DdlPlan, Dialect, DriverValue, IsolationLevel, Plan, Question } from '@quern/sql'
import { settledWithin } from './deadline.js'
import { BeginRefused, type DriverConnection, type DriverRequest, type DriverResult, type DriverRows } from './driver.js'
import { databaseError, ImplicitCommitError, lostError } from './errors.js'
import type { Events } from './events.js'
import type { IdleWatches } from './idle.js'
import type { Lease } from './pool-slot.js'
import { keepSecret, shownValues } from './secret.js'
import { commentOf, type Tags } from './tags.js'
import { observed, Watch } from './watch.js'

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
  /** Ends transactions in which nothing runs for too long; absent where they may. */
  readonly idle: IdleWatches | undefined
  /** Statements and holders that take longer, in milliseconds, are reported. */
  readonly slowQuery: number
  readonly longHold: number
  readonly tags: Tags
  /** The tags of all statements as SQL; empty without any. */
  readonly comment: string
  /** Its sessions only read. */
  readonly reads: boolean
  /** Asks on another connection what became of a transaction; `undefined` where nobody knows. */
  readonly outcomeOf: (token: string) => Promise<'committed' | 'aborted' | undefined>
}

/** Runs one compiled statement; there is a promise only where the driver has one. */
export function execute(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  tags?: Tags,
  many = false,
): DriverResult | Promise<DriverResult> {
  const answer = send(context, connection, plan, values, tags, many)
  return 'then' in answer ? answered(answer, context, connection, plan, values) : answer
}

/** The same for whoever awaits it anyway: its failures are still to become our own, by `failure`. */
export function send(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  tags?: Tags,
  many = false,
): DriverResult | Promise<DriverResult> {
  if (plan.kind === 'ddl') {
    refuseImplicitCommit(connection, plan as DdlPlan)
    return define(context, connection, plan as DdlPlan)
  }
  if (plan.parts !== undefined) return executeParts(context, connection, plan.parts, values, tags)
  return connection.execute(requestOf(context, plan, values, tags, many))
}

/** Where a definition would commit what came before it, it is not sent. */
function refuseImplicitCommit(connection: DriverConnection, { texts }: DdlPlan): void {
  const { commits } = connection.dialect.transaction
  if (commits === undefined || connection.status() === 'idle' || !texts.some((text) => commits.test(text))) return
  throw wouldCommit(connection.dialect)
}

export const wouldCommit = ({ title }: Dialect): ImplicitCommitError =>
  new ImplicitCommitError(`${title} would commit the transaction before this definition; nothing was sent: run it outside the transaction`)

async function answered(
  answer: Promise<DriverResult>,
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
): Promise<DriverResult> {
  try {
    return await answer
  } catch (cause) {
    throw failure(context, connection, cause, plan.text, values)
  }
}

/** Several statements as one: in a savepoint, which outside a transaction is one by itself. */
async function executeParts(
  context: Context,
  connection: DriverConnection,
  parts: readonly Plan[],
  values: DriverValue[],
  tags: Tags | undefined,
): Promise<DriverResult> {
  const { savepoint, rollbackTo, release } = connection.dialect.transaction
  const name = 'quern_parts'
  const rows: (readonly unknown[])[] = []
  let rowCount = 0
  let last: DriverResult = done
  await script(context, connection, savepoint(name))
  try {
    let from = 0
    for (const part of parts) {
      const to = from + part.holes.length
      last = await execute(context, connection, part, values.slice(from, to), tags)
      from = to
      rowCount += last.rowCount
      for (const row of last.rows) rows.push(row)
    }
    await script(context, connection, release(name))
  } catch (error) {
    for (const text of [rollbackTo(name), release(name)]) await script(context, connection, text).catch(() => {})
    throw error
  }
  return { ...last, rows, rowCount }
}

/** Runs text without values; yields the server's last command word. */
export async function script(context: Context, connection: DriverConnection, text: string): Promise<string | undefined> {
  const watch = observed(context) ? new Watch(context, text) : undefined
  watch?.send(connection, text, [], true)
  try {
    const command = await connection.script(text + context.comment)
    watch?.answered(undefined)
    return command
  } catch (cause) {
    const error = failure(context, connection, cause, text, [])
    watch?.failed(error)
    throw error
  } finally {
    watch?.done()
  }
}

/** Asks one question of the dialect's own; yields the first value of its first row. */
export async function ask(context: Context, connection: DriverConnection, question: Question): Promise<unknown> {
  const { text, values } = question
  const watch = observed(context) ? new Watch(context, text) : undefined
  watch?.send(connection, text, values)
  try {
    const request = { text: text + context.comment, values, returnsRows: true, wide: false, prepare: false }
    const { rows } = await connection.execute(request)
    watch?.answered(rows.length)
    return rows[0]?.[0]
  } catch (cause) {
    const error = failure(context, connection, cause, text, values)
    watch?.failed(error)
    throw error
  } finally {
    watch?.done()
  }
}

/** Hands the server text that the statement reads: COPY and LOAD DATA. */
export async function copyIn(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  bytes: AsyncIterable<Uint8Array>,
  watch: Watch | undefined,
): Promise<number> {
  const values: DriverValue[] = []
  if (context.echo !== undefined) keepSecret(plan, values)
  watch?.send(connection, plan.text, values)
  try {
    const rows = await connection.copyIn(plan.text + context.comment, bytes)
    watch?.answered(rows)
    return rows
  } catch (cause) {
    throw failure(context, connection, cause, plan.text, values)
  }
}

/** Sends all at once where the protocol can; else the caller runs them in order. `watch` follows them as one. */
export async function pipeline(
  context: Context,
  connection: DriverConnection,
  plans: readonly Plan[],
  watch: Watch | undefined,
): Promise<DriverResult[]> {
  const values = plans.map((plan) => plan.bind())
  if (context.echo !== undefined) for (const [i, plan] of plans.entries()) keepSecret(plan, values[i]!)
  const text = watch && plans.map((plan) => plan.text).join(';\n')
  if (watch) watch.send(connection, text!, values.flatMap(shownValues), false, plans.length)
  let failed = 0
  try {
    const requests = plans.map((plan, i) => requestOf(context, plan, values[i]!))
    const results = await connection.pipeline!(requests, (position) => {
      failed = position
    })
    watch?.answered(results.reduce((sum, { rowCount }) => sum + rowCount, 0))
    return results
  } catch (cause) {
    throw failure(context, connection, cause, plans[failed]?.text ?? '', values[failed] ?? [])
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
  return await answerWithin(lease, script(context, lease.connection, text), text, limit)
}

/** The answer to what no signal reaches. Where it does not come in time the connection is closed. */
export async function answerWithin<T>(lease: Lease<DriverConnection>, running: Promise<T>, what: string, limit: number): Promise<T> {
  if (limit === Number.POSITIVE_INFINITY) return await running
  const ended = running.then(
    () => {},
    () => {},
  )
  if (await settledWithin(ended, limit)) return await running
  lease.health = 'doubtful'
  await lease.connection.close()
  throw lostError(`the server did not answer ${what} within ${limit} ms; the connection was closed`, lease.connection.lost)
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

/** The rows of an answer, which the driver may have made already. */
export function decoded(plan: Plan, { rows, columnTypes, built }: DriverRows): any[] {
  if (built === undefined) return plan.decode(rows, columnTypes)
  if (built.failure !== undefined) throw built.failure.error
  return built.rows
}

/** Decoded rows, a batch at a time. */
export async function* stream(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  batchSize: number,
  watch: Watch | undefined,
  tags?: Tags,
): AsyncGenerator<any[], void, undefined> {
  watch?.send(connection, plan.text, values)
  if (plan.parts !== undefined) {
    yield* streamParts(context, connection, plan, values, watch, tags)
    return
  }
  let rowCount = 0
  try {
    for await (const batch of connection.stream(requestOf(context, plan, values, tags, true), batchSize)) {
      const rows = decoded(plan, batch)
      rowCount += rows.length
      yield rows
    }
    watch?.answered(rowCount)
  } catch (cause) {
    const error = failure(context, connection, cause, plan.text, values)
    watch?.failed(error)
    throw error
  } finally {
    // also where the reader left before the end
    watch?.done()
  }
}

/** What several statements return is there when the last of them is done. */
async function* streamParts(
  context: Context,
  connection: DriverConnection,
  plan: Plan,
  values: DriverValue[],
  watch: Watch | undefined,
  tags: Tags | undefined,
): AsyncGenerator<any[], void, undefined> {
  try {
    const { rows, columnTypes } = await executeParts(context, connection, plan.parts!, values, tags)
    watch?.answered(rows.length)
    yield plan.decode(rows, columnTypes)
  } catch (error) {
    watch?.failed(error)
    throw error
  } finally {
    watch?.done()
  }
}

/** Tags of one call make a text of its own, which is not worth keeping prepared. */
function requestOf(context: Context, plan: Plan, values: DriverValue[], tags?: Tags, many = false): DriverRequest {
  if (context.echo !== undefined) keepSecret(plan, values)
  const { text, returnsRows, wide, types, forms } = plan
  const build = many ? plan.build : undefined
  if (tags !== undefined) {
    const comment = commentOf({ ...context.tags, ...tags }, context.dialect)
    return { text: text + comment, values, returnsRows, wide, forms, build, prepare: false, types }
  }
  return {
    text: context.comment === '' ? text : text + context.comment,
    values,
    returnsRows,
    wide,
    forms,
    build,
    prepare: context.prepare,
    types,
  }
}

/** What the caller gets for what the driver or the server says; an error of our own stays what it is. */
export function failure(
  context: Context,
  connection: DriverConnection,
  cause: unknown,
  sql: string,
  values: readonly DriverValue[],
): QuernError {
  if (cause instanceof BeginRefused) return failure(context, connection, cause.cause, cause.text, [])
  const lost = connection.lost !== undefined && cause === connection.lost
  return databaseError(cause, connection.dialect, sql, values, context.echo !== undefined, lost)
}
