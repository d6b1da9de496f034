import { type DriverValue, type Summary, summaryOf, summaryOfText, withoutLiterals } from '@quern/sql'
import type { Attributes } from './attributes.js'
import type { DriverConnection } from './driver.js'
import { DatabaseError } from './errors.js'
import { tracing } from './events.js'
import type { Context } from './execute.js'
import { hiddenValue, shownValues } from './secret.js'

/** What the channels `tracing:quern:query:*` carry: one object from `start` to `asyncEnd`, with OpenTelemetry's names. */
export interface QueryTrace extends Attributes {
  readonly 'db.query.text': string
  readonly 'db.query.summary': string
  readonly 'db.operation.name': string
  /** Where the statement is about one table. */
  readonly 'db.collection.name'?: string
  /** Where several statements were sent at once. */
  readonly 'db.operation.batch.size'?: number
  readonly 'quern.connection': string
  /** How long the call waited for a connection, or for its turn on one, in milliseconds. */
  readonly 'quern.queue.duration': number
  'db.response.returned_rows'?: number
  'db.response.status_code'?: string
  'error.type'?: string
  error?: unknown
  /** From sending to the answer, in milliseconds; then what it took to make rows of it. */
  'quern.query.duration'?: number
  'quern.decode.duration'?: number
}

export const observed = (context: Context): boolean =>
  context.echo !== undefined || context.slowQuery !== Number.POSITIVE_INFINITY || context.events.watched

/** Follows one statement from the call to its rows; made only where somebody looks. */
export class Watch {
  readonly #context: Context
  readonly #summary: Summary
  readonly #called = performance.now()
  #sent: { readonly at: number; readonly connection: string; readonly sql: string; readonly values: readonly DriverValue[] } | undefined
  #trace: QueryTrace | undefined
  /** Tells those who follow the statement of its end. */
  #told: (() => void) | undefined
  #answered = -1
  #rowCount: number | undefined
  #finished = false

  constructor(context: Context, statement: object | string) {
    this.#context = context
    this.#summary = typeof statement === 'string' ? summaryOfText(statement) : summaryOf(statement)
  }

  /** The statement goes out now. `literal`: its text may have values in it. */
  send({ id }: DriverConnection, sql: string, values: readonly DriverValue[], literal = false, batch?: number): void {
    this.#sent = { at: performance.now(), connection: id, sql, values }
    if (!this.#context.events.traced) return
    const { operation, collections, text } = this.#summary
    this.#trace = {
      ...this.#context.events.attributes,
      'db.query.text': literal ? withoutLiterals(sql) : sql,
      'db.query.summary': text,
      'db.operation.name': batch === undefined ? operation : `BATCH ${operation}`,
      ...(collections.length === 1 && { 'db.collection.name': collections[0]! }),
      ...(batch !== undefined && { 'db.operation.batch.size': batch }),
      'quern.connection': id,
      'quern.queue.duration': this.#sent.at - this.#called,
    }
    tracing.start.publish(this.#trace)
    tracing.end.publish(this.#trace)
    this.#told = this.#context.events.sent(this.#trace)
  }

  /** The server has answered; what follows is decoding. */
  answered(rowCount: number | undefined): void {
    this.#answered = performance.now()
    this.#rowCount = rowCount
  }

  done(): void {
    this.#finish(undefined)
  }

  /** An answer that is not what the caller wanted (no row, several rows) is no failure of the statement. */
  failed(error: unknown): void {
    this.#finish(this.#answered < 0 ? error : undefined)
  }

  #finish(error: unknown): void {
    if (this.#sent === undefined || this.#finished) return
    this.#finished = true
    const now = performance.now()
    const { at, connection, sql, values } = this.#sent
    const answered = this.#answered < 0 ? now : this.#answered
    const milliseconds = answered - at
    const decoding = now - answered
    const { events, echo } = this.#context
    this.#publish(error, milliseconds, decoding)
    const { text: summary } = this.#summary
    events.emit('query', {
      connection,
      sql,
      summary,
      milliseconds,
      queued: at - this.#called,
      decoding,
      rowCount: error === undefined ? this.#rowCount : undefined,
      error,
    })
    if (echo !== undefined) echo(this.#line(error, milliseconds, sql, values))
    if (milliseconds + decoding > this.#context.slowQuery) this.#warn(connection, sql, milliseconds + decoding)
  }

  #publish(error: unknown, milliseconds: number, decoding: number): void {
    const trace = this.#trace
    if (trace === undefined) return
    trace['quern.query.duration'] = milliseconds
    trace['quern.decode.duration'] = decoding
    if (error === undefined) {
      if (this.#rowCount !== undefined) trace['db.response.returned_rows'] = this.#rowCount
    } else {
      trace.error = error
      trace['error.type'] = error instanceof Error ? error.name : '_OTHER'
      if (error instanceof DatabaseError) trace['db.response.status_code'] = error.code
      tracing.error.publish(trace)
    }
    tracing.asyncStart.publish(trace)
    tracing.asyncEnd.publish(trace)
    this.#told?.()
  }

  #line(error: unknown, milliseconds: number, sql: string, values: readonly DriverValue[]): string {
    const rows = this.#rowCount
    const outcome = error ? (error as Error).name : rows === undefined ? 'done' : `${rows} ${rows === 1 ? 'row' : 'rows'}`
    const params = values.length === 0 ? '' : ` -- ${shownValues(values).map(shown).join(', ')}`
    return `${milliseconds.toFixed(1)} ms, ${outcome}: ${sql}${params}`
  }

  #warn(connection: string, sql: string, milliseconds: number): void {
    const message = `a statement took ${Math.round(milliseconds)} ms: ${this.#summary.text}`
    warn(this.#context, { kind: 'slow query', message, connection, sql, milliseconds })
  }
}

/** To the listeners; where there are none, as a warning of the process, because somebody has set the limit. */
export function warn(context: Context, warning: Parameters<typeof context.events.emit<'warning'>>[1]): void {
  if (context.events.heard('warning')) context.events.emit('warning', warning)
  else process.emitWarning(warning.message, { type: 'QuernWarning', code: `QUERN_${warning.kind.toUpperCase().replace(' ', '_')}` })
}

/** Reports a connection that is held for too long, once, with the place where it was taken. Yields what to call when it is given back. */
export function holdWatch(context: Context, connection: string): (() => void) | undefined {
  const limit = context.longHold
  if (limit === Number.POSITIVE_INFINITY) return undefined
  const trace = new Error('taken here')
  const timer = setTimeout(() => {
    const frames = (trace.stack ?? '').split('\n').slice(2).join('\n')
    const message = `a connection is held for more than ${limit} ms; it was taken here:\n${frames}`
    warn(context, { kind: 'long hold', message, connection, sql: undefined, milliseconds: limit })
  }, limit)
  timer.unref()
  return () => clearTimeout(timer)
}

function shown(value: DriverValue): string {
  if (value === hiddenValue) return value
  if (value instanceof Uint8Array) return `<${value.length} bytes>`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}
