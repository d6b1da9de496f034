/** Spans and metrics of an engine through OpenTelemetry, by its semantic conventions for databases. */
import { checkOptions } from '@quern/expression'
import type { Engine } from './engine.js'
import { OptionError } from './options.js'
import type { QueryTrace } from './watch.js'

type Values = Readonly<Record<string, string | number>>

/** What is used of the package `@opentelemetry/api`, which the program has and Quern has not. */
export interface Telemetry {
  /** Its `trace`, or a tracer provider of one's own. */
  readonly trace?: { getTracer(name: string): TelemetryTracer }
  /** Its `metrics`, or a meter provider of one's own. */
  readonly metrics?: { getMeter(name: string): TelemetryMeter }
}

export interface TelemetryTracer {
  startSpan(name: string, options?: { kind?: number; attributes?: Values }): TelemetrySpan
}
export interface TelemetrySpan {
  setAttributes(attributes: Values): unknown
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}
export interface TelemetryMeter {
  createHistogram(name: string, options?: MetricOptions): { record(value: number, attributes?: Values): void }
  createObservableUpDownCounter(name: string, options?: MetricOptions): TelemetryObservable
  createObservableCounter(name: string, options?: MetricOptions): TelemetryObservable
}
interface MetricOptions {
  description?: string
  unit?: string
  advice?: { explicitBucketBoundaries?: number[] }
}
type Observe = (result: { observe(value: number, attributes?: Values): void }) => void
interface TelemetryObservable {
  addCallback(callback: Observe): void
  removeCallback(callback: Observe): void
}

export interface InstrumentOptions {
  /** What the pool is called in metrics: the server and the database, unless told. */
  readonly poolName?: string
  /** Whether spans carry the statement's text, which has no values in it (true). */
  readonly queryText?: boolean
}

/** OpenTelemetry's numbers for a span of a client, and for a failure. */
const client = 2
const failed = 2
const scope = 'quern'

/**
 * Makes a span of every statement of an engine, and metrics of its statements and its pool, until the function that it yields is called. A
 * span is a child of the one that is active where the statement is sent; it begins when it is sent and ends when its rows are made. A
 * reader is an engine of its own.
 *
 * @example import { metrics, trace } from '@opentelemetry/api'
 * const stop = instrument(engine, { trace, metrics }) // a span "SELECT users", db.client.operation.duration, db.client.connection.count …
 * @throws OptionError where it is given neither of them
 */
export function instrument(engine: Engine, { trace, metrics }: Telemetry, options: InstrumentOptions = {}): () => void {
  checkOptions('instrument()', options, ['poolName', 'queryText'])
  if (trace === undefined && metrics === undefined)
    throw new OptionError("instrument() takes the program's own { trace, metrics } of @opentelemetry/api, or one of them")
  const stops: (() => void)[] = []
  if (trace !== undefined) stops.push(spans(engine, trace.getTracer(scope), options.queryText ?? true))
  if (metrics !== undefined) {
    const meter = metrics.getMeter(scope)
    stops.push(operations(engine, meter), pool(engine, meter, options.poolName ?? poolNameOf(engine)))
  }
  return () => {
    for (const stop of stops.splice(0)) stop()
  }
}

function spans(engine: Engine, tracer: TelemetryTracer, queryText: boolean): () => void {
  return engine.context.events.follow((query) => {
    const name = query['db.query.summary'] || query['db.operation.name'] || query['db.system.name']
    const span = tracer.startSpan(name, { kind: client, attributes: valuesOf(query, queryText) })
    return () => {
      span.setAttributes(valuesOf(query, queryText))
      if (query.error !== undefined) span.setStatus({ code: failed, message: messageOf(query.error) })
      span.end()
    }
  })
}

/** All that a trace says by now, but the failure itself. */
function valuesOf(query: QueryTrace, queryText: boolean): Values {
  const values: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string' && typeof value !== 'number') continue
    if (name !== 'db.query.text' || queryText) values[name] = value
  }
  return values
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Of each statement, as few words as make a metric: its text would make one of every statement. */
const told = [
  'db.system.name',
  'db.namespace',
  'server.address',
  'server.port',
  'db.operation.name',
  'db.collection.name',
  'db.query.summary',
  'db.response.status_code',
  'error.type',
] as const

const seconds = { unit: 's', advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] } }

function operations(engine: Engine, meter: TelemetryMeter): () => void {
  const duration = meter.createHistogram('db.client.operation.duration', {
    ...seconds,
    description: 'Duration of database client operations.',
  })
  const rows = meter.createHistogram('db.client.response.returned_rows', {
    unit: '{row}',
    description: 'The actual number of records returned by the database operation.',
    advice: { explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] },
  })
  return engine.context.events.follow((query) => () => {
    const values: Record<string, string | number> = {}
    for (const name of told) if (query[name] !== undefined) values[name] = query[name]
    duration.record(((query['quern.query.duration'] ?? 0) + (query['quern.decode.duration'] ?? 0)) / 1_000, values)
    const returned = query['db.response.returned_rows']
    if (returned !== undefined) rows.record(returned, values)
  })
}

function pool(engine: Engine, meter: TelemetryMeter, name: string): () => void {
  const values = { 'db.client.connection.pool.name': name }
  const observed = (what: string, unit: string, observe: Observe, make: 'createObservableUpDownCounter' | 'createObservableCounter') => {
    const observable = meter[make](`db.client.connection.${what}`, { unit })
    observable.addCallback(observe)
    return () => observable.removeCallback(observe)
  }
  const figure = (what: string, unit: string, read: () => number, make: 'createObservableUpDownCounter' | 'createObservableCounter') =>
    observed(what, unit, (result) => result.observe(read(), values), make)
  const both: Observe = (result) => {
    const { used, idle } = engine.status()
    result.observe(used, { ...values, 'db.client.connection.state': 'used' })
    result.observe(idle, { ...values, 'db.client.connection.state': 'idle' })
  }
  const upDown = 'createObservableUpDownCounter'
  return together([
    observed('count', '{connection}', both, upDown),
    figure('max', '{connection}', () => engine.status().limit, upDown),
    figure('idle.max', '{connection}', () => engine.figures.size, upDown),
    figure('idle.min', '{connection}', () => 0, upDown),
    figure('pending_requests', '{request}', () => engine.status().waiting, upDown),
    figure('timeouts', '{timeout}', () => engine.figures.timeouts, 'createObservableCounter'),
    times(engine, meter, values),
  ])
}

/** How long it takes to open a connection, to wait for one, and how long one is used. */
function times(engine: Engine, meter: TelemetryMeter, values: Values): () => void {
  const opening = meter.createHistogram('db.client.connection.create_time', seconds)
  const waiting = meter.createHistogram('db.client.connection.wait_time', seconds)
  const using = meter.createHistogram('db.client.connection.use_time', seconds)
  const since = new Map<string, number>()
  return together([
    engine.on('connect', ({ milliseconds }) => opening.record(milliseconds / 1_000, values)),
    engine.on('checkout', ({ connection, milliseconds }) => {
      waiting.record(milliseconds / 1_000, values)
      since.set(connection, performance.now())
    }),
    engine.on('checkin', ({ connection }) => {
      const began = since.get(connection)
      // borrowed before anybody looked
      if (began === undefined) return
      since.delete(connection)
      using.record((performance.now() - began) / 1_000, values)
    }),
  ])
}

const together = (stops: readonly (() => void)[]) => () => {
  for (const stop of stops) stop()
}

/** As the conventions want it, where there is one server: its address, its port and the database. */
function poolNameOf(engine: Engine): string {
  const { attributes } = engine.context.events
  const place = [attributes['server.address'], attributes['server.port']].filter((part) => part !== undefined).join(':')
  return [place, attributes['db.namespace']].filter(Boolean).join('/') || attributes['db.system.name']
}
