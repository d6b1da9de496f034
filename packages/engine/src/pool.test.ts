import { PoolClosedError, PoolTimeoutError } from './errors.js'
import { type PoolOptions, poolDefaults } from './options.js'
import { Pool } from './pool.js'
import type { Poolable, Slot } from './pool-slot.js'
import { loadRegister, type MakeRegister } from './pool-tarn.js'

type Gate = 'ok' | 'fail' | 'slow' | 'never'
interface Script {
  open: Gate
  ping: Gate
  reset: Gate
  close: Gate
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** What a resource does at each of its gates. `slow` takes 5 ms; `never` ends only with the signal, where there is one. */
async function pass(gate: Gate, signal?: AbortSignal): Promise<void> {
  if (gate === 'slow') await pause(5)
  if (gate === 'fail') throw new Error('scripted failure')
  if (gate === 'never') await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

/** Counts what is open on the imaginary server, which is what a limit is about. */
class Server {
  script: Script = { open: 'ok', ping: 'ok', reset: 'ok', close: 'ok' }
  sessions = 0
  most = 0
  opened: Session[] = []
  failures: unknown[] = []
  pings = 0

  async open(signal: AbortSignal): Promise<Session> {
    this.sessions++
    this.most = Math.max(this.most, this.sessions)
    try {
      await pass(this.script.open, signal)
    } catch (error) {
      this.sessions--
      throw error
    }
    const session = new Session(this, this.opened.length)
    this.opened.push(session)
    return session
  }

  failed(error: unknown): void {
    this.failures.push(error)
  }
}

class Session implements Poolable {
  readonly server: Server
  readonly number: number
  lost: unknown
  transaction: 'idle' | 'open' = 'idle'
  closed = false
  #listener: ((cause: unknown) => void) | undefined

  constructor(server: Server, number: number) {
    this.server = server
    this.number = number
  }
  get id() {
    return String(this.number)
  }
  status = () => this.transaction
  async cancel() {}
  async ping() {
    this.server.pings++
    await pass(this.server.script.ping)
  }
  async reset() {
    await pass(this.server.script.reset)
    this.transaction = 'idle'
  }
  async close() {
    if (this.closed) return
    this.closed = true
    const { close } = this.server.script
    if (close === 'slow' || close === 'never') await pause(5)
    this.server.sessions--
    if (close === 'fail') throw new Error('scripted failure')
  }
  onLost(listener: (cause: unknown) => void) {
    this.#listener = listener
  }
  lose(cause: unknown) {
    this.lost = cause
    this.#listener?.(cause)
  }
}

let register: MakeRegister
beforeAll(async () => {
  register = await loadRegister()
})
const pools: Pool<Session>[] = []
function setUp(options: PoolOptions = {}, maxConnections?: number) {
  const server = new Server()
  const pool = new Pool<Session>(server, { ...poolDefaults, ...options }, register, maxConnections)
  pools.push(pool)
  return { server, pool }
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close(0)))
})

/** Lets everything happen that needs no timer. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('lending', () => {
  test('a connection that came back is lent again at once', async () => {
    const { server, pool } = setUp()
    const slot = await pool.take()
    pool.give(slot)
    expect(pool.take()).toBe(slot)
    expect(server.opened).toHaveLength(1)
  })

  test('the last one back is first out, or the first one back', async () => {
    for (const lifo of [true, false]) {
      const { pool } = setUp({ lifo })
      const [a, b] = await Promise.all([pool.take(), pool.take()])
      pool.give(a)
      pool.give(b)
      expect(pool.take()).toBe(lifo ? b : a)
    }
  })

  test('waiters are served in the order in which they came', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    const slot = await pool.take()
    const order: number[] = []
    const all = Array.from({ length: 20 }, async (_, i) => {
      const mine = await pool.take()
      order.push(i)
      pool.give(mine)
    })
    pool.give(slot)
    await Promise.all(all)
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  test('T11: 25,000 waiters on three connections', async () => {
    const { server, pool } = setUp({ size: 3, maxOverflow: 0 })
    let served = 0
    await Promise.all(
      Array.from({ length: 25_000 }, async () => {
        const slot = await pool.take()
        served++
        pool.give(slot)
      }),
    )
    expect(served).toBe(25_000)
    expect(server.most).toBe(3)
    expect(pool.figures()).toMatchObject({ used: 0, waiting: 0, connecting: 0 })
  })

  test('no more connections than size and overflow allow, nor than the driver does', async () => {
    for (const [limit, max] of [
      [5, undefined],
      [1, 1],
    ] as const) {
      const { server, pool } = setUp({ size: 2, maxOverflow: 3, timeout: 30 }, max)
      const results = await Promise.allSettled(Array.from({ length: 9 }, () => pool.take()))
      expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(limit)
      expect(server.most).toBe(limit)
      for (const r of results) if (r.status === 'fulfilled') pool.give(r.value)
    }
  })

  test('overflow connections are closed when they come back and nobody waits', async () => {
    const { server, pool } = setUp({ size: 1, maxOverflow: 2 })
    const slots = await Promise.all([pool.take(), pool.take(), pool.take()])
    for (const slot of slots) pool.give(slot)
    await settle()
    expect(server.sessions).toBe(1)
    expect(pool.figures()).toMatchObject({ idle: 1, used: 0, closing: 0 })
  })

  test('giving back twice gives back once', async () => {
    const { pool } = setUp()
    const slot = await pool.take()
    pool.give(slot)
    pool.give(slot)
    expect(pool.figures().idle).toBe(1)
  })
})

describe('deadlines', () => {
  test('a caller who waits too long hears the figures', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 1, timeout: 20 })
    const slots = await Promise.all([pool.take(), pool.take()])
    const late = Promise.resolve(pool.take())
    await expect(late).rejects.toThrow(PoolTimeoutError)
    await expect(late).rejects.toThrow('no connection became free within 20 ms: of at most 2, 2 in use, 0 idle, 0 connecting, 0 closing')
    for (const slot of slots) pool.give(slot)
    await pool.take()
  })

  test('T4: connects that are still under way count: a slow server never sees more sessions than the limit', async () => {
    const { server, pool } = setUp({ size: 2, maxOverflow: 0, timeout: 10 })
    server.script.open = 'never'
    for (let round = 0; round < 4; round++) {
      await Promise.allSettled(Array.from({ length: 5 }, () => pool.take()))
    }
    expect(server.most).toBe(2)
    await pause(20)
    expect(server.sessions).toBe(0)
  })

  test('T6: closing connections count too', async () => {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0 })
    server.script.close = 'slow'
    for (let round = 0; round < 5; round++) {
      const slot = await pool.take()
      slot.health = 'doubtful'
      pool.give(slot)
    }
    expect(server.opened.length).toBeGreaterThan(1)
    expect(server.most).toBe(1)
  })

  test('an aborted caller leaves the queue and the others keep their places', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    const slot = await pool.take()
    const abort = new AbortController()
    const gone = Promise.resolve(pool.take({ signal: abort.signal, aborted: () => new Error('gone') }))
    const next = Promise.resolve(pool.take())
    abort.abort()
    await expect(gone).rejects.toThrow('gone')
    pool.give(slot)
    expect(await next).toBe(slot)
    expect(pool.figures().waiting).toBe(0)
  })

  test('T1: no abort loses a connection, however many ticks it comes after the call', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    for (let ticks = 0; ticks < 40; ticks++) {
      for (const busy of [false, true]) {
        const held = busy ? await pool.take() : undefined
        const abort = new AbortController()
        const taken = Promise.resolve(pool.take({ signal: abort.signal, aborted: () => new Error('gone') }))
        if (held) pool.give(held)
        for (let i = 0; i < ticks; i++) await undefined
        abort.abort()
        await taken.then(
          (slot) => pool.give(slot),
          () => {},
        )
        await settle()
        expect({ ticks, busy, ...pool.figures() }).toMatchObject({ used: 0, waiting: 0 })
      }
    }
  })
})

describe('failures', () => {
  test('a failed connect is told to the one who waits longest, at once, with the driver’s error', async () => {
    const { server, pool } = setUp()
    server.script.open = 'fail'
    await expect(Promise.resolve(pool.take())).rejects.toThrow('scripted failure')
    expect(pool.figures()).toMatchObject({ used: 0, connecting: 0 })
    server.script.open = 'ok'
    await pool.take()
  })

  test('connects that fail and succeed in the same tick lose nothing', async () => {
    const { server, pool } = setUp({ size: 4, maxOverflow: 0 })
    for (let round = 0; round < 200; round++) {
      const gates: Gate[] = ['ok', 'fail', 'slow', 'ok']
      const taken = gates.map((gate) => {
        server.script.open = gate
        return Promise.resolve(pool.take())
      })
      for (const result of await Promise.allSettled(taken)) {
        if (result.status === 'rejected') continue
        result.value.health = 'doubtful'
        pool.give(result.value)
      }
      await settle()
      expect(pool.figures()).toMatchObject({ used: 0, connecting: 0, waiting: 0 })
    }
    expect(server.most).toBeLessThanOrEqual(4)
  })

  test('an open transaction is rolled back before the next one gets the connection', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    const slot = await pool.take()
    slot.connection.transaction = 'open'
    await pool.give(slot)
    expect(await pool.take()).toBe(slot)
    expect(slot.connection.transaction).toBe('idle')
  })

  test('a connection that cannot be rolled back is replaced', async () => {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0 })
    server.script.reset = 'fail'
    const slot = await pool.take()
    slot.connection.transaction = 'open'
    await pool.give(slot)
    expect((await pool.take()).connection.number).toBe(1)
    expect(server.sessions).toBe(1)
  })

  test('an idle connection that is lost takes the others of its generation with it', async () => {
    const { server, pool } = setUp({ size: 3 })
    const slots = await Promise.all([pool.take(), pool.take(), pool.take()])
    pool.give(slots[0])
    pool.give(slots[1])
    slots[0].connection.lose(new Error('server restarts'))
    await settle()
    expect(pool.figures()).toMatchObject({ idle: 0, used: 1 })
    expect(server.failures).toHaveLength(1)
    pool.give(slots[2])
    await settle()
    expect(server.sessions).toBe(0)
    const fresh = await pool.take()
    expect(fresh.connection.number).toBe(3)
    pool.give(fresh)
    expect(await pool.take()).toBe(fresh)
  })

  test('a connection lost while in use retires the idle ones of its generation at once', async () => {
    const { server, pool } = setUp({ size: 3 })
    const slots = await Promise.all([pool.take(), pool.take(), pool.take()])
    pool.give(slots[0])
    pool.give(slots[1])
    slots[2].connection.lose(new Error('server restarts'))
    await settle()
    expect(pool.figures()).toMatchObject({ idle: 0, used: 1 })
    expect((await pool.take()).connection.number).toBe(3)
    expect(server.sessions).toBe(2)
  })

  test('where nothing is left to wait for, everybody hears of the failed connect', async () => {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0 })
    server.script.open = 'fail'
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => pool.take()))
    expect(outcomes.map(({ status }) => status)).toEqual(Array(50).fill('rejected'))
    expect(server.failures).toEqual([])
  })

  test('where connections are lent, who waits goes on waiting for them, and a timeout names the failure as its cause', async () => {
    const { server, pool } = setUp({ size: 3, maxOverflow: 0, timeout: 100 })
    const held = await pool.take()
    server.script.open = 'fail'
    const waiting = Array.from({ length: 6 }, () => Promise.resolve(pool.take()))
    await pause(5)
    pool.give(held)
    const outcomes = await Promise.allSettled(waiting)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const last = outcomes.at(-1) as PromiseRejectedResult
    expect(last.reason.message).toMatch(
      /no connection became free.*; the last attempt to connect failed: scripted failure|scripted failure/,
    )
  })

  test('T8: after a failure there is one attempt at a time, after pauses that grow', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
    try {
      jest.spyOn(Math, 'random').mockReturnValue(1)
      const { server, pool } = setUp({ size: 1, maxOverflow: 0 })
      server.script.open = 'fail'
      const moments: number[] = []
      const open = server.open
      server.open = function (signal) {
        moments.push(performance.now())
        return open.call(this, signal)
      }
      const start = performance.now()
      const callers = async () => {
        while (performance.now() < start + 5_000 && moments.length < 500) await Promise.resolve(pool.take()).catch(() => {})
      }
      const all = Promise.all([callers(), callers(), callers()])
      await jest.advanceTimersByTimeAsync(6_000)
      await all
      const pauses = moments.slice(1).map((moment, i) => Math.round(moment - moments[i]!))
      expect(pauses.slice(0, 10)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000])
      server.script.open = 'ok'
      await jest.advanceTimersByTimeAsync(1_000)
      const next = Promise.resolve(pool.take())
      await jest.advanceTimersByTimeAsync(0)
      pool.give(await next)
    } finally {
      jest.restoreAllMocks()
      jest.useRealTimers()
    }
  })

  test('a lost connection that is in use is not lent again', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    const slot = await pool.take()
    slot.connection.lose(new Error('killed'))
    pool.give(slot)
    expect((await pool.take()).connection.number).toBe(1)
  })
})

describe('age', () => {
  let now = 0
  beforeEach(() => {
    now = 1_000_000
    jest.spyOn(performance, 'now').mockImplementation(() => now)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  async function idleFor(milliseconds: number, options: PoolOptions, script: Partial<Script> = {}, maxConnections?: number) {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0, ...options }, maxConnections)
    const slot = await pool.take()
    pool.give(slot)
    now += milliseconds
    Object.assign(server.script, script)
    return { server, slot, next: (await pool.take()) as Slot<Session> }
  }

  test('idle for more than a second: pinged first', async () => {
    const { server, slot, next } = await idleFor(1_001, {})
    expect(next).toBe(slot)
    expect(server.pings).toBe(1)
  })

  test('idle for less, or prePing off: not pinged', async () => {
    expect((await idleFor(1_000, {})).server.pings).toBe(0)
    expect((await idleFor(60_000, { prePing: false })).server.pings).toBe(0)
  })

  test('a failed ping costs the caller nothing but a new connection', async () => {
    const { server, next } = await idleFor(5_000, {}, { ping: 'fail' })
    expect(next.connection.number).toBe(1)
    expect(server.sessions).toBe(1)
  })

  test('replaced at its age, up to a tenth earlier', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5)
    expect((await idleFor(949, { recycle: 1_000 })).next.connection.number).toBe(0)
    expect((await idleFor(950, { recycle: 1_000 })).next.connection.number).toBe(1)
  })

  test('T12: replaced after as many uses as it may have, also where others wait for it', async () => {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0, maxUses: 3 })
    const numbers: number[] = []
    const use = async () => {
      const slot = await pool.take()
      numbers.push(slot.connection.number)
      await settle()
      pool.give(slot)
    }
    await Promise.all(Array.from({ length: 7 }, use))
    expect(numbers).toEqual([0, 0, 0, 1, 1, 1, 2])
    expect(server.most).toBe(1)
  })

  test('the connection that is the database itself never grows old', async () => {
    const { slot, next } = await idleFor(1e9, { recycle: 1_000, idleTimeout: 1_000 }, {}, 1)
    expect(next).toBe(slot)
  })
})

test('idle connections are closed after the idle timeout', async () => {
  const { server, pool } = setUp({ idleTimeout: 20 })
  pool.give(await pool.take())
  expect(server.sessions).toBe(1)
  await pause(80)
  expect(server.sessions).toBe(0)
})

test('an unanswered ping does not hold a caller for long', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  try {
    const { server, pool } = setUp()
    pool.give(await pool.take())
    jest.advanceTimersByTime(2_000)
    server.script.ping = 'never'
    const next = Promise.resolve(pool.take())
    await jest.advanceTimersByTimeAsync(5_000)
    expect((await next).connection.number).toBe(1)
  } finally {
    jest.useRealTimers()
  }
})

test('a slow ping is not all that a caller relies on: after a second a connection is opened beside it', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  try {
    const { server, pool } = setUp()
    pool.give(await pool.take())
    jest.advanceTimersByTime(2_000)
    server.script.ping = 'never'
    const next = Promise.resolve(pool.take())
    await jest.advanceTimersByTimeAsync(1_000)
    expect((await next).connection.number).toBe(1)
    expect(server.most).toBe(2)
  } finally {
    jest.useRealTimers()
  }
})

test('P2: the deadline is the caller’s own, also when what it was to get turns out to be dead', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  try {
    const { server, pool } = setUp({ size: 1, maxOverflow: 0 })
    pool.give(await pool.take())
    jest.advanceTimersByTime(2_000)
    server.script.ping = 'never'
    server.script.open = 'never'
    const heard: unknown[] = []
    void Promise.resolve(pool.take()).catch((error) => heard.push(error))
    await jest.advanceTimersByTimeAsync(29_900)
    expect(heard).toEqual([])
    await jest.advanceTimersByTimeAsync(200)
    await settle()
    expect(heard).toHaveLength(1)
  } finally {
    jest.useRealTimers()
  }
})

describe('closing', () => {
  test('waiters and late callers are refused at once', async () => {
    const { pool } = setUp({ size: 1, maxOverflow: 0 })
    const slot = await pool.take()
    const waiting = Promise.resolve(pool.take())
    const closing = pool.close(10_000)
    await expect(waiting).rejects.toThrow(PoolClosedError)
    await expect(Promise.resolve(pool.take())).rejects.toThrow(PoolClosedError)
    pool.give(slot)
    await closing
  })

  test('waits for what is in use, and resolves when it is closed', async () => {
    const { server, pool } = setUp()
    const [a, b] = await Promise.all([pool.take(), pool.take()])
    pool.give(a)
    const closing = pool.close(10_000)
    await settle()
    expect(server.sessions).toBe(1)
    pool.give(b)
    await closing
    expect(server.sessions).toBe(0)
    expect(pool.close(0)).toBe(closing)
  })

  test('a connection that never comes back is closed at the deadline', async () => {
    const { server, pool } = setUp()
    const leaked = await pool.take()
    const started = performance.now()
    await pool.close(50)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(server.sessions).toBe(0)
    expect(pool.give(leaked)).toBeUndefined()
  })

  test('connects under way are given up', async () => {
    const { server, pool } = setUp()
    server.script.open = 'never'
    const taken = Promise.resolve(pool.take())
    await settle()
    const closing = pool.close(10_000)
    await expect(taken).rejects.toThrow(PoolClosedError)
    await closing
    expect(server.sessions).toBe(0)
  })
})
