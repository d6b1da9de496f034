import {
  type BulkCall,
  type BulkDeleteOptions,
  type BulkInsertOptions,
  type BulkReturning,
  type BulkRow,
  type BulkUpdateOptions,
  type BulkUpsertOptions,
  bulkDelete,
  bulkInsert,
  bulkUpdate,
  bulkUpsert,
  type KeysOf,
  type Rows,
} from '@quern/bulk'
import { PreparedStatement } from '@quern/expression'
import type { CreateOptions, DdlTarget, Metadata, Source } from '@quern/schema'
import { type Dialect, type InsertRow, type Plan, type Prepared, planOf, type Runnable, type UpdateRow } from '@quern/sql'
import { Batches } from './batches.js'
import { bulkTarget } from './bulk.js'
import { cancelledEarly, interruptible } from './cancel.js'
import { deadlineSignal, timedOut } from './deadline.js'
import { createAll, dropAll } from './define.js'
import type { DriverConnection, DriverResult } from './driver.js'
import { MultipleRowsError, NoRowError } from './errors.js'
import { ask, type Context, decoded, execute, failure, pipeline, send, stream } from './execute.js'
import { checkExplainOptions, type ExplainOptions, explain, type QueryPlan } from './explain.js'
import { checkChannel } from './listening.js'
import { checkRunOptions, checkStreamOptions, type RunOptions, type StreamOptions } from './options.js'
import type { Lease } from './pool-slot.js'
import { located } from './site.js'
import { StreamedRows } from './streamed-rows.js'
import type { Transaction } from './transaction.js'
import { observed, Watch } from './watch.js'

/** What `execute` yields. */
export interface Result<Rw> {
  readonly rows: Rw[]
  /** Rows yielded, or rows changed where the statement yields none. Of ON CONFLICT, MySQL and MariaDB count all rows given. */
  readonly rowCount: number
  /** What the server generated for an identity column, where the protocol tells it (MySQL, MariaDB, SQLite); not of ON CONFLICT. */
  readonly insertedId?: number | bigint
}

interface Answer {
  readonly plan: Plan
  readonly result: DriverResult
}

/** What a call makes of the driver's answer. */
type Read<T> = (plan: Plan, result: DriverResult) => T

/** The value of a one-column row. */
type ValueOf<Rw> = Rw[keyof Rw]

/**
 * Everything that runs statements: an engine (each call on any free connection), a connection, a transaction, a savepoint. Write functions
 * that take an `Executor` and they work inside a transaction and outside one.
 */
export abstract class Executor implements DdlTarget {
  /** @internal */
  abstract readonly context: Context
  /** The server's dialect; on an engine, before a server has told its version. */
  abstract get dialect(): Dialect
  /** Whether what runs here belongs to a transaction. @internal */
  get inTransaction(): boolean {
    return false
  }
  /** Waits for a connection, or for the turn on one. @internal */
  abstract enter(signal: AbortSignal | undefined): Lease<DriverConnection> | Promise<Lease<DriverConnection>>
  /** Lets the next one in. @internal */
  abstract leave(lease: Lease<DriverConnection>): Promise<void> | undefined | void
  /** Looks at what a statement left behind; may throw where the statement itself did not. @internal */
  abstract ran(lease: Lease<DriverConnection>, error: unknown): void
  /** Says that who entered is going to read a stream, and how to end it; or that it is given up, and comes to its end by itself. @internal */
  abstract streaming(end: (() => Promise<void>) | undefined): void

  /** Runs `work` in a transaction (a savepoint inside one), committed when it resolves and rolled back when it throws. */
  abstract transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>

  /** All rows. */
  all<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<Rw[]>
  all<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<Rw[]>
  all(statement: object, a?: unknown, b?: unknown): Promise<any[]> {
    return this.#run(statement, a, b, allRows)
  }

  /** The only row; `NoRowError` or `MultipleRowsError` where there is not exactly one. */
  one<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<Rw>
  one<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<Rw>
  one(statement: object, a?: unknown, b?: unknown): Promise<any> {
    return this.#run(statement, a, b, onlyRow)
  }

  /** The only row, or null where there is none; `MultipleRowsError` where there are several. */
  oneOrNull<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<Rw | null>
  oneOrNull<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<Rw | null>
  oneOrNull(statement: object, a?: unknown, b?: unknown): Promise<any> {
    return this.#run(statement, a, b, onlyRowOrNull)
  }

  /** The first row, or null. */
  first<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<Rw | null>
  first<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<Rw | null>
  first(statement: object, a?: unknown, b?: unknown): Promise<any> {
    return this.#run(statement, a, b, firstRow)
  }

  /** The first column of the first row, or null without rows. */
  scalar<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<ValueOf<Rw> | null>
  scalar<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<ValueOf<Rw> | null>
  scalar(statement: object, a?: unknown, b?: unknown): Promise<any> {
    return this.#run(statement, a, b, firstValue)
  }

  /** The first column of all rows. */
  scalars<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<ValueOf<Rw>[]>
  scalars<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<ValueOf<Rw>[]>
  scalars(statement: object, a?: unknown, b?: unknown): Promise<any[]> {
    return this.#run(statement, a, b, firstValues)
  }

  /** Rows, their number and the generated key. */
  execute<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: RunOptions): Promise<Result<Rw>>
  execute<Rw>(statement: Runnable<Rw>, options?: RunOptions): Promise<Result<Rw>>
  execute(statement: object, a?: unknown, b?: unknown): Promise<Result<any>> {
    return this.#run(statement, a, b, everything)
  }

  /** Rows one by one, fetched in batches: memory stays bounded, and leaving the loop early ends the query. */
  stream<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: StreamOptions): AsyncGenerator<Rw, void, undefined>
  stream<Rw>(statement: Runnable<Rw>, options?: StreamOptions): AsyncGenerator<Rw, void, undefined>
  stream(statement: object, a?: unknown, b?: unknown): AsyncGenerator<any, void, undefined> {
    const rows = StreamedRows.over<any>(this.#stream(statement, a, b, async () => void (await rows.return())))
    return rows
  }

  async *#stream(statement: object, a: unknown, b: unknown, end: () => Promise<void>): AsyncGenerator<any[], void, undefined> {
    const { params, options } = callOf<StreamOptions>(statement, a, b)
    if (options) checkStreamOptions(options)
    const call = limited(options)
    if (call?.signal.aborted) throw cancelledEarly(call.signal)
    const watch = observed(this.context) ? new Watch(this.context, statement) : undefined
    const lease = await this.enter(call?.signal)
    let batches: Batches<any[]> | undefined
    try {
      this.streaming(end)
      const plan = planOf(statement, lease.connection.dialect)
      const all = stream(this.context, lease.connection, plan, plan.bind(params), options?.batchSize ?? 1_000, watch, options?.tags)
      const each = options?.timeout === undefined ? this.context.statementTimeout : unlimited
      batches = new Batches(all, lease, { signal: call?.signal, each, late: () => timedOut(each) })
      for (let rows = await batches.next(); rows !== undefined; rows = await batches.next()) yield rows
      this.ran(lease, undefined)
    } catch (error) {
      this.ran(lease, error)
      throw located(error)
    } finally {
      call?.clear()
      if (batches?.abandoned) this.streaming(undefined)
      await (batches === undefined ? this.leave(lease) : batches.end(() => this.#afterStream(lease)))
    }
  }

  /** What a stream that was given up has done to its transaction is known only now. */
  #afterStream(lease: Lease<DriverConnection>): Promise<void> | undefined | void {
    try {
      this.ran(lease, undefined)
    } catch {
      // Noted, and told to whoever comes next.
    }
    return this.leave(lease)
  }

  /**
   * What the server does to answer a statement: a tree of steps, the same for all four databases, printable by `String`. With `analyze` the
   * statement runs, in a transaction that is rolled back (a savepoint inside one); `plan.remains` says what stays all the same.
   *
   * @example const plan = await engine.explain(select(users).where(eq(users.email, 'a@b.c')), { analyze: true })
   * // PostgreSQL: EXPLAIN (FORMAT JSON, ANALYZE) SELECT …; MySQL: EXPLAIN ANALYZE; MariaDB: ANALYZE FORMAT=JSON; SQLite: EXPLAIN QUERY PLAN
   * plan.usesIndex(usersByEmail) // true
   * plan.fullScans() // []
   * @throws UnsupportedFeatureError where the server cannot tell: `analyze` on SQLite, and on MySQL of what writes
   */
  explain<Params, Rw>(statement: Prepared<Params, Rw>, params: Params, options?: ExplainOptions): Promise<QueryPlan>
  explain<Rw>(statement: Runnable<Rw>, options?: ExplainOptions): Promise<QueryPlan>
  async explain(statement: object, a?: unknown, b?: unknown): Promise<QueryPlan> {
    const { params, options = {} } = callOf<ExplainOptions>(statement, a, b)
    checkExplainOptions(options)
    const call = limited(options)
    try {
      if (call?.signal.aborted) throw cancelledEarly(call.signal)
      return await explain(this, statement, params, options, call?.signal)
    } catch (error) {
      throw located(error)
    } finally {
      call?.clear()
    }
  }

  /**
   * Several statements in one go, all of them or none: on PostgreSQL they are sent together and cost one round trip; elsewhere they run in
   * order in a transaction (a savepoint inside one). The first that fails is the error, and nothing of them has happened. Inside a
   * transaction PostgreSQL gives it up then, as after any failure.
   *
   * @example const [posts, { rows: [counted] }] = await engine.pipeline([insertInto(posts).values(row), select({ n: count() }).from(posts)])
   */
  async pipeline<const S extends readonly Runnable<any>[]>(
    statements: S,
    options?: RunOptions,
  ): Promise<{ -readonly [I in keyof S]: S[I] extends Runnable<infer Rw> ? Result<Rw> : never }> {
    if (options) checkRunOptions(options)
    const call = limited(options)
    try {
      if (call?.signal.aborted) throw cancelledEarly(call.signal)
      return (await this.#pipeline(statements, options, call?.signal)) as never
    } catch (error) {
      throw located(error)
    } finally {
      call?.clear()
    }
  }

  async #pipeline(statements: readonly object[], options: RunOptions | undefined, signal: AbortSignal | undefined): Promise<Result<any>[]> {
    if (statements.length === 0) return []
    const watch = observed(this.context) ? new Watch(this.context, statements[0]!) : undefined
    const sent = await this.lend(
      signal,
      async ({ connection }) => {
        if (connection.pipeline === undefined || options?.tags !== undefined) return undefined
        const plans = statements.map((statement) => planOf(statement, connection.dialect))
        if (plans.some((plan) => plan.kind === 'ddl')) return undefined
        try {
          const results = await pipeline(this.context, connection, plans, watch)
          return results.map((result, i) => everything(plans[i]!, result))
        } catch (error) {
          watch?.failed(error)
          throw error
        } finally {
          watch?.done()
        }
      },
      options?.timeout === undefined ? this.context.statementTimeout : unlimited,
    )
    if (sent !== undefined) return sent
    return this.transaction(async (tx) => {
      const results: Result<any>[] = []
      for (const statement of statements)
        results.push(await tx.execute(statement as Runnable<any>, { ...options, ...(signal && { signal }) }))
      return results
    })
  }

  /**
   * Sends a payload to everyone who listens on a channel; inside a transaction, when it commits. PostgreSQL only.
   *
   * @example await tx.notify('orders', JSON.stringify({ id: 7 })) // SELECT pg_notify($1, $2)
   * @throws UnsupportedFeatureError where the database has no notifications
   */
  async notify(channel: string, payload = ''): Promise<void> {
    checkChannel(channel, this.dialect)
    const send = ({ connection }: Lease<DriverConnection>) => ask(this.context, connection, connection.dialect.notify!(channel, payload))
    await this.lend(undefined, send, this.context.statementTimeout)
  }

  /**
   * Inserts any number of rows, from an array, an iterable or an async one: all of them or none, in a transaction of its own (a savepoint
   * inside one), by the fastest way that the database has. Rows with different keys keep their column defaults.
   *
   * @example await engine.bulkInsert(users, rows, { onProgress: ({ rows }) => draw(rows) }) // COPY "users" ("name") FROM STDIN
   * @throws the first failure, with the row's number as `row`; `QueryCanceledError` after `signal`
   */
  bulkInsert<Name extends string, Defs, const R extends BulkReturning | undefined = undefined>(
    table: Source<Name, Defs>,
    rows: Rows<InsertRow<Defs>>,
    options?: BulkInsertOptions<R>,
  ): BulkCall<BulkRow<R, Defs>> {
    return bulkInsert(bulkTarget(this), table, rows, options)
  }

  /**
   * Changes rows by key: each names the columns of `by` (the primary key unless told) and those to change. A key that the table has not
   * changes nothing; of two rows with one key the later one wins.
   *
   * @example await engine.bulkUpdate(users, [{ id: 1, name: 'Ada' }]) // UPDATE "users" SET "name" = … FROM unnest($1::int4[], $2::text[]) …
   */
  bulkUpdate<Name extends string, Defs, const By = undefined, const R extends BulkReturning | undefined = undefined>(
    table: Source<Name, Defs>,
    rows: Rows<UpdateRow<Defs> & KeysOf<By, Defs>>,
    options?: BulkUpdateOptions<By, R>,
  ): BulkCall<BulkRow<R, Defs>> {
    return bulkUpdate(bulkTarget(this), table, rows, options)
  }

  /**
   * Inserts rows, and overwrites the columns of `update` (all that are given, unless told) where the key `by` is there already.
   *
   * @example await engine.bulkUpsert(users, rows, { by: [users.email], update: [users.name] }) // INSERT … ON CONFLICT ("email") DO UPDATE SET …
   * @throws UnsupportedFeatureError on MySQL and MariaDB where a row could meet another key, too
   */
  bulkUpsert<Name extends string, Defs, const R extends BulkReturning | undefined = undefined>(
    table: Source<Name, Defs>,
    rows: Rows<InsertRow<Defs>>,
    options?: BulkUpsertOptions<R>,
  ): BulkCall<BulkRow<R, Defs>> {
    return bulkUpsert(bulkTarget(this), table, rows, options)
  }

  /**
   * Deletes rows by key: rows that name the columns of `by` (the primary key unless told), or plain values where that is one column.
   *
   * @example await engine.bulkDelete(users, [1, 2, 3]) // DELETE FROM "users" USING unnest($1::int4[]) … WHERE "users"."id" = …
   */
  bulkDelete<Name extends string, Defs, const By = undefined, const R extends BulkReturning | undefined = undefined>(
    table: Source<Name, Defs>,
    keys: Rows<KeysOf<By, Defs> | KeysOf<By, Defs>[keyof KeysOf<By, Defs>]>,
    options?: BulkDeleteOptions<By, R>,
  ): BulkCall<BulkRow<R, Defs>> {
    return bulkDelete(bulkTarget(this), table, keys, options)
  }

  /**
   * Creates what the metadata declares and what its tables need, in the order in which it can be created; what exists already is left alone
   * unless `checkFirst` is false. All or nothing on PostgreSQL and SQLite.
   */
  async createAll(metadata: Metadata<any>, options: CreateOptions = {}): Promise<void> {
    await this.onOne((one) => createAll(one, metadata, options))
  }

  /** Drops it in reverse. */
  async dropAll(metadata: Metadata<any>, options: CreateOptions = {}): Promise<void> {
    await this.onOne((one) => dropAll(one, metadata, options))
  }

  /** Lets several calls run on one connection. @internal */
  onOne<T>(work: (one: Executor) => Promise<T>): Promise<T> {
    return work(this)
  }

  /** A call from its statement to its rows. Where connection and driver are there at once, it is one promise and waits for nothing. */
  async #run<T>(statement: object, a: unknown, b: unknown, read: Read<T>): Promise<T> {
    const { params, options } = callOf<RunOptions>(statement, a, b)
    try {
      if (options !== undefined || this.context.statementTimeout !== unlimited || observed(this.context))
        return await this.#runWithin(options ?? {}, statement, params, read)
      const entered = this.enter(undefined)
      const lease = entered instanceof Promise ? await entered : entered
      let plan: Plan
      let result: DriverResult
      try {
        try {
          plan = planOf(statement, lease.connection.dialect)
          const values = plan.bind(params)
          const answer = send(this.context, lease.connection, plan, values, undefined, read === allRows)
          try {
            result = 'then' in answer ? await answer : answer
          } catch (cause) {
            throw failure(this.context, lease.connection, cause, plan.text, values)
          }
        } catch (error) {
          this.ran(lease, error)
          throw error
        }
        this.ran(lease, undefined)
      } finally {
        const leaving = this.leave(lease)
        if (leaving !== undefined) await leaving
      }
      return read(plan, result)
    } catch (error) {
      throw located(error)
    }
  }

  /** The same, limited by a signal or a timeout, or watched. */
  async #runWithin<T>(options: RunOptions, statement: object, params: Params | undefined, read: Read<T>): Promise<T> {
    checkRunOptions(options)
    const call = limited(options)
    if (call?.signal.aborted) throw cancelledEarly(call.signal)
    const watch = observed(this.context) ? new Watch(this.context, statement) : undefined
    try {
      const limit = options.timeout === undefined ? this.context.statementTimeout : unlimited
      const answer = (lease: Lease<DriverConnection>) => this.#answer(lease, statement, params, options, watch)
      const { plan, result } = await this.lend(call?.signal, answer, limit)
      return read(plan, result)
    } catch (error) {
      watch?.failed(error)
      throw error
    } finally {
      watch?.done()
      call?.clear()
    }
  }

  async #answer(
    { connection }: Lease<DriverConnection>,
    statement: object,
    params: Params | undefined,
    { tags }: RunOptions,
    watch: Watch | undefined,
  ): Promise<Answer> {
    const plan = planOf(statement, connection.dialect)
    const values = plan.bind(params)
    // A definition is watched text by text.
    if (plan.kind !== 'ddl') watch?.send(connection, plan.text, values)
    const result = await execute(this.context, connection, plan, values, tags)
    watch?.answered(result.rowCount)
    return { plan, result }
  }

  /** Runs work on a connection that nobody else uses meanwhile, for at most `limit` milliseconds from then on. @internal */
  async lend<T>(
    signal: AbortSignal | undefined,
    work: (lease: Lease<DriverConnection>) => Promise<T>,
    limit: number = unlimited,
  ): Promise<T> {
    const entered = this.enter(signal)
    const lease = entered instanceof Promise ? await entered : entered
    const running = this.#observe(lease, work)
    if (limit !== unlimited) {
      const deadline = deadlineSignal(limit, () => timedOut(limit), signal)
      return interruptible(running, lease, deadline.signal, () => this.leave(lease)).finally(() => deadline.clear())
    }
    if (signal !== undefined) return interruptible(running, lease, signal, () => this.leave(lease))
    try {
      return await running
    } finally {
      const leaving = this.leave(lease)
      if (leaving !== undefined) await leaving
    }
  }

  async #observe<T>(lease: Lease<DriverConnection>, work: (lease: Lease<DriverConnection>) => Promise<T>): Promise<T> {
    let value: T
    try {
      value = await work(lease)
    } catch (error) {
      this.ran(lease, error)
      throw error
    }
    this.ran(lease, undefined)
    return value
  }
}

export const unlimited = Number.POSITIVE_INFINITY

const allRows: Read<any[]> = (plan, result) => decoded(plan, result)

const onlyRow: Read<any> = (plan, result) => {
  if (result.rows.length === 0) throw new NoRowError(plan.text)
  return onlyRowOrNull(plan, result)
}

const onlyRowOrNull: Read<any> = (plan, { rows, columnTypes }) => {
  if (rows.length > 1) throw new MultipleRowsError(plan.text, rows.length)
  return plan.decode(rows, columnTypes)[0] ?? null
}

const firstRow: Read<any> = (plan, { rows, columnTypes }) => plan.decode(rows.slice(0, 1), columnTypes)[0] ?? null

const firstValue: Read<any> = (plan, { rows, columnTypes }) => (rows.length === 0 ? null : plan.scalar(rows[0]!, columnTypes))

const firstValues: Read<any[]> = (plan, { rows, columnTypes }) => rows.map((row) => plan.scalar(row, columnTypes))

const everything: Read<Result<any>> = (plan, { rows, columnTypes, rowCount, insertedId }) => {
  const decoded = plan.decode(rows, columnTypes)
  const count = plan.rowCount ?? rowCount
  return insertedId === undefined || plan.upserts ? { rows: decoded, rowCount: count } : { rows: decoded, rowCount: count, insertedId }
}

type Params = Readonly<Record<string, unknown>>

/** Calls are `(statement, options?)`, for prepared statements `(statement, params, options?)`. */
function callOf<Options>(statement: object, a: unknown, b: unknown): { params: Params | undefined; options: Options | undefined } {
  return statement instanceof PreparedStatement
    ? { params: a as Params, options: b as Options | undefined }
    : { params: undefined, options: a as Options | undefined }
}

/** The signal that ends a call, from whatever the caller gave. */
export function limited(options: RunOptions | undefined): { readonly signal: AbortSignal; clear(): void } | undefined {
  if (options?.timeout !== undefined) {
    const milliseconds = options.timeout
    return deadlineSignal(milliseconds, () => timedOut(milliseconds), options.signal)
  }
  return options?.signal && { signal: options.signal, clear() {} }
}
