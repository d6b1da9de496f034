/**
 * Every combination of what may happen to a connection: it is opened, pinged, reset and closed, and borrowed, and at each of these gates all
 * goes well, fails, takes its time, or never ends. 4 ⁵ = 1,024 combinations on a clock of their own, with callers that change their minds.
 */

import { sqlite } from '@quern/dialects/sqlite'
import { createEngine, type Driver, type DriverConnection, type DriverResult, type Engine, type TransactionStatus } from '@quern/engine'
import { sql } from 'quern'

const outcomes = ['ok', 'error', 'slow', 'never'] as const
type Outcome = (typeof outcomes)[number]
type Gate = 'create' | 'validate' | 'reset' | 'destroy' | 'borrow'
type Gates = { readonly [G in Gate]: Outcome }

const limit = 3
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function pass(outcome: Outcome, signal?: AbortSignal): Promise<void> {
  if (outcome === 'error') throw new Error('as scripted')
  if (outcome === 'slow') await pause(30)
  if (outcome === 'never') await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

/** A driver whose connections do what the gates say. Only the pool is under test here, so there is no database behind it. */
class GateDriver implements Driver {
  readonly name = 'gates'
  readonly dialect = sqlite
  readonly address = 'gates://'
  readonly maxConnections = Number.POSITIVE_INFINITY
  readonly gates: Gates
  /** What is open, being opened or being closed, which is what a server would count; and the most there ever was. */
  sessions = 0
  most = 0
  created = 0

  constructor(gates: Gates) {
    this.gates = gates
  }

  async connect(signal: AbortSignal): Promise<DriverConnection> {
    this.most = Math.max(this.most, ++this.sessions)
    try {
      // every second attempt goes well, or nothing would come to the other gates
      await pass(this.created++ % 2 === 0 ? 'ok' : this.gates.create, signal)
    } catch (error) {
      this.sessions--
      throw error
    }
    return new GateConnection(this)
  }
}

class GateConnection implements DriverConnection {
  readonly dialect = sqlite
  readonly id: string
  lost: unknown
  transaction: TransactionStatus = 'idle'
  readonly #driver: GateDriver
  #closed = false

  constructor(driver: GateDriver) {
    this.#driver = driver
    this.id = String(driver.created)
  }

  execute(): DriverResult {
    return { rows: [[1]], columnTypes: undefined, rowCount: 1, insertedId: undefined, command: undefined }
  }
  async script(text: string): Promise<undefined> {
    this.transaction = text === 'leave open' ? 'open' : this.transaction
  }
  async *stream() {}
  async copyIn() {
    return 0
  }
  status = () => this.transaction
  ping = () => pass(this.#driver.gates.validate)
  async reset() {
    await pass(this.#driver.gates.reset)
    this.transaction = 'idle'
  }
  async cancel() {}
  async close() {
    if (this.#closed) return
    this.#closed = true
    this.lost = new Error('closed')
    await pass(this.#driver.gates.destroy).finally(() => this.#driver.sessions--)
  }
  onLost() {}
}

/** One caller; every third changes its mind, some before they have a connection, some after. */
async function visit(engine: Engine, borrow: Outcome, i: number): Promise<'served' | 'refused'> {
  await pause((i % 4) * 700)
  try {
    if (i % 3 === 2) {
      const abort = new AbortController()
      setTimeout(() => abort.abort(), i % 7)
      await engine.execute(sql`select 1`, { signal: abort.signal })
      return 'served'
    }
    const conn = await engine.connect()
    if (borrow === 'never') return 'served'
    if (borrow === 'slow') await pause(20)
    // an open transaction is what makes the pool reset a connection
    if (borrow === 'error' || i % 2 === 0) await conn.script('leave open')
    await conn.close()
    return 'served'
  } catch {
    return 'refused'
  }
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

const combinations = outcomes.flatMap((create) =>
  outcomes.flatMap((validate) =>
    outcomes.flatMap((reset) =>
      outcomes.flatMap((destroy) => outcomes.map((borrow): Gates => ({ create, validate, reset, destroy, borrow }))),
    ),
  ),
)

test.each(outcomes)(
  'T5, T6: 256 gate combinations with create %s: the limit holds, all callers settle, nothing is left',
  async (create) => {
    const mine = combinations.filter((gates) => gates.create === create)
    expect(mine).toHaveLength(256)
    for (const gates of mine) {
      const driver = new GateDriver(gates)
      const engine = createEngine(driver, { pool: { size: 2, maxOverflow: limit - 2, timeout: 2_000 } })
      const told: string[] = []
      for (let i = 0; i < 16; i++) void visit(engine, gates.borrow, i).then((outcome) => told.push(outcome))
      // the last caller comes after 2.1 s and waits for 2 s; a reset that does not end is given up after 5
      for (let i = 0; i < 5; i++) {
        await jest.advanceTimersByTimeAsync(2_000)
        expect({ gates, over: driver.most > limit }).toEqual({ gates, over: false })
      }
      expect({ gates, told: told.length }).toEqual({ gates, told: 16 })
      const { used, connecting, waiting } = engine.status()
      const leaked = gates.borrow === 'never' || gates.destroy === 'never' ? limit : 0
      expect({ gates, waiting, connecting, leaks: used > leaked }).toEqual({ gates, waiting: 0, connecting: 0, leaks: false })
      let closed = false
      void engine.close({ timeout: 100 }).then(() => (closed = true))
      await jest.advanceTimersByTimeAsync(8_000)
      expect({ gates, closed }).toEqual({ gates, closed: true })
      // a connection whose end never comes is one that the driver has promised to bound
      if (gates.destroy !== 'never')
        expect({ gates, ...engine.status(), sessions: driver.sessions }).toMatchObject({ gates, used: 0, idle: 0, closing: 0, sessions: 0 })
    }
  },
)
