/** What OpenTelemetry is told, by a recorder that has the shape of its API. */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createEngine,
  createTable,
  type Engine,
  insertInto,
  instrument,
  integer,
  OptionError,
  PoolTimeoutError,
  select,
  sql,
  type Telemetry,
  table,
  text,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const people = table('people', { id: integer().primaryKey(), name: text() })
type Values = Readonly<Record<string, string | number>>

interface Span {
  readonly name: string
  readonly kind: number | undefined
  /** The name of the span that was active when it began. */
  readonly parent: string | undefined
  readonly attributes: Record<string, string | number>
  status: { readonly code: number; readonly message?: string } | undefined
  ended: number
}
interface Point {
  readonly value: number
  readonly values: Values
}
type Observe = (result: { observe(value: number, values?: Values): void }) => void

/** Keeps what it is told. */
class Recorder {
  readonly spans: Span[] = []
  readonly recorded = new Map<string, Point[]>()
  readonly units = new Map<string, string | undefined>()
  readonly #observed = new Map<string, Set<Observe>>()
  readonly active = new AsyncLocalStorage<string>()

  get api(): Telemetry {
    return { trace: { getTracer: () => this.#tracer }, metrics: { getMeter: () => this.#meter } }
  }

  readonly #tracer = {
    startSpan: (name: string, options: { kind?: number; attributes?: Values } = {}) => {
      const attributes = { ...options.attributes }
      const span: Span = { name, kind: options.kind, parent: this.active.getStore(), attributes, status: undefined, ended: 0 }
      this.spans.push(span)
      return {
        setAttributes: (values: Values) => Object.assign(attributes, values),
        setStatus: (status: { code: number; message?: string }) => (span.status = status),
        end: () => void span.ended++,
      }
    },
  }

  readonly #observable = (name: string, { unit }: { unit?: string } = {}) => {
    this.units.set(name, unit)
    const callbacks = new Set<Observe>()
    this.#observed.set(name, callbacks)
    return {
      addCallback: (callback: Observe) => void callbacks.add(callback),
      removeCallback: (callback: Observe) => void callbacks.delete(callback),
    }
  }

  readonly #meter = {
    createHistogram: (name: string, { unit }: { unit?: string } = {}) => {
      this.units.set(name, unit)
      const points: Point[] = []
      this.recorded.set(name, points)
      return { record: (value: number, values: Values = {}) => void points.push({ value, values }) }
    },
    createObservableUpDownCounter: this.#observable,
    createObservableCounter: this.#observable,
  }

  /** What the observable ones say now. */
  look(name: string): Point[] {
    const points: Point[] = []
    for (const callback of this.#observed.get(name) ?? []) callback({ observe: (value, values = {}) => points.push({ value, values }) })
    return points
  }
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  let recorder: Recorder
  let stop: () => void
  beforeAll(async () => {
    database = await freshDatabase(target)
    await using once = createEngine(database.url)
    await once.execute(createTable(people))
    await once.execute(insertInto(people).values([1, 2, 3].map((id) => ({ id, name: `secret ${id}` }))))
  })
  afterAll(() => database.drop())
  beforeEach(() => {
    engine = createEngine(database.url, { pool: { size: 2, maxOverflow: 1, timeout: 1_500 } })
    recorder = new Recorder()
    stop = instrument(engine, recorder.api, { poolName: 'mine' })
  })
  afterEach(async () => {
    stop()
    await engine.close()
  })

  test('a span of every statement, below the one that is active, without values', async () => {
    await recorder.active.run('request', async () => {
      await engine.all(select(people).where(people.name.eq('secret 2')))
      await engine.transaction((tx) => tx.execute(insertInto(people).values({ id: 9, name: 'secret 9' })))
    })
    await engine.execute(sql`delete from people where id = ${9}`)
    const read = recorder.spans.find(({ name }) => name === 'SELECT people')!
    expect(read).toMatchObject({ kind: 2, parent: 'request', status: undefined, ended: 1 })
    expect(read.attributes).toMatchObject({
      'db.system.name': { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb', sqlite: 'sqlite' }[database.dialect],
      'db.namespace': database.name,
      'db.operation.name': 'SELECT',
      'db.collection.name': 'people',
      'db.query.summary': 'SELECT people',
      'db.query.text': expect.stringMatching(/^SELECT .* WHERE /),
      'db.response.returned_rows': 1,
    })
    const names = recorder.spans.map(({ name }) => name)
    expect(names).toContain('INSERT people')
    expect(names).toContain('COMMIT')
    expect(recorder.spans.every(({ ended }) => ended === 1)).toBe(true)
    expect(recorder.spans.filter(({ parent }) => parent === undefined).map(({ name }) => name)).toEqual(['DELETE'])
    expect(JSON.stringify(recorder.spans)).not.toContain('secret')
  })

  test('a failure is the status of its span and a word of its metric', async () => {
    await expect(engine.all(sql`select * from nowhere`)).rejects.toMatchObject({ name: 'UndefinedTableError' })
    const [span] = recorder.spans
    expect(span).toMatchObject({ status: { code: 2, message: expect.stringContaining('nowhere') }, ended: 1 })
    const told = { 'error.type': 'UndefinedTableError', 'db.response.status_code': expect.any(String) }
    expect(span!.attributes).toMatchObject(told)
    expect(span!.attributes).not.toHaveProperty('error')
    const [point] = recorder.recorded.get('db.client.operation.duration')!
    expect(point!.values).toMatchObject(told)
    expect(point!.values).not.toHaveProperty('db.query.text')
  })

  test('statements and the pool in figures, in seconds', async () => {
    await engine.all(select(people))
    const [duration] = recorder.recorded.get('db.client.operation.duration')!
    expect(duration!.values).toMatchObject({ 'db.operation.name': 'SELECT', 'db.collection.name': 'people', 'db.namespace': database.name })
    expect(duration!.value).toBeGreaterThan(0)
    expect(duration!.value).toBeLessThan(10)
    expect(recorder.recorded.get('db.client.response.returned_rows')!.map(({ value }) => value)).toEqual([3])
    for (const name of ['operation.duration', 'connection.create_time', 'connection.wait_time', 'connection.use_time'])
      expect(recorder.units.get(`db.client.${name}`)).toBe('s')
    for (const name of ['create_time', 'wait_time', 'use_time']) {
      const points = recorder.recorded.get(`db.client.connection.${name}`)!
      expect(points.map(({ values }) => values)).toEqual([{ 'db.client.connection.pool.name': 'mine' }])
      expect(points[0]!.value).toBeLessThan(10)
    }

    const held = [await engine.connect(), await engine.connect(), await engine.connect()]
    await expect(engine.connect()).rejects.toThrow(PoolTimeoutError)
    const waiting = engine.connect()
    const look = (name: string) => recorder.look(`db.client.connection.${name}`)
    expect(look('count')).toEqual([
      { value: 3, values: { 'db.client.connection.pool.name': 'mine', 'db.client.connection.state': 'used' } },
      { value: 0, values: { 'db.client.connection.pool.name': 'mine', 'db.client.connection.state': 'idle' } },
    ])
    const figures = ['max', 'idle.max', 'idle.min', 'pending_requests', 'timeouts'].map((name) => [name, look(name)[0]!.value])
    expect(figures).toEqual([
      ['max', 3],
      ['idle.max', 2],
      ['idle.min', 0],
      ['pending_requests', 1],
      ['timeouts', 1],
    ])
    await held[0]!.close()
    await (await waiting).close()
    for (const one of held) await one.close()
    expect(look('count').map(({ value }) => value)).toEqual([0, 2])
    const waits = recorder.recorded.get('db.client.connection.wait_time')!
    expect(recorder.recorded.get('db.client.connection.use_time')).toHaveLength(waits.length)
  })

  test('streams, cancelled statements and pipelines end their spans once; other engines are none of its business', async () => {
    await using other = createEngine(database.url)
    await other.all(select(people))
    expect(recorder.spans).toEqual([])
    for await (const _ of engine.stream(select(people), { batchSize: 1 })) break
    await engine.pipeline([select(people), select(people)])
    if (target !== 'sqlite') {
      const slow = target.startsWith('postgres') ? sql`select pg_sleep(5)` : sql`select sleep(5)`
      await expect(engine.all(slow, { timeout: 50 })).rejects.toMatchObject({ name: 'QueryCanceledError' })
      expect(recorder.spans.at(-1)).toMatchObject({ status: { code: 2 }, ended: 1 })
    }
    expect(recorder.spans.length).toBeGreaterThan(1)
    expect(recorder.spans.every(({ ended }) => ended === 1)).toBe(true)
  })

  test('stopped, it is told nothing; a recorder that throws breaks nothing; text can be left out', async () => {
    stop()
    await engine.all(select(people))
    expect([recorder.spans, recorder.look('db.client.connection.count')]).toEqual([[], []])
    expect(recorder.recorded.get('db.client.operation.duration')).toEqual([])

    const complained = jest.spyOn(console, 'error').mockImplementation(() => {})
    const broken = { getTracer: () => ({ startSpan: (): never => fail() }) }
    const fail = (): never => {
      throw new Error('no spans today')
    }
    const stopBroken = instrument(engine, { trace: broken })
    expect(await engine.all(select(people))).toHaveLength(3)
    stopBroken()
    expect(complained).toHaveBeenCalledTimes(1)
    complained.mockRestore()

    const stopQuiet = instrument(engine, { trace: recorder.api.trace! }, { queryText: false })
    await engine.all(select(people))
    stopQuiet()
    expect(recorder.spans.map(({ name, attributes }) => [name, attributes['db.query.text']])).toEqual([['SELECT people', undefined]])
    expect(() => instrument(engine, {})).toThrow(OptionError)
    expect(() => instrument(engine, recorder.api, { pool: 'x' } as never)).toThrow(/poolName/)
  })

  test('a pool is called by its server and its database, and never by its user', () => {
    const named = new Recorder()
    instrument(engine, named.api)()
    const stopNamed = instrument(engine, named.api)
    const [{ values }] = named.look('db.client.connection.max') as [Point]
    const place = target === 'sqlite' ? database.name : `${new URL(database.url).host}/${database.name}`
    expect(values).toEqual({ 'db.client.connection.pool.name': place })
    stopNamed()
  })
})
