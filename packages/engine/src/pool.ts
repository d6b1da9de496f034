import { setMaxListeners } from 'node:events'
import { Backoff } from './backoff.js'
import { Borrowers } from './borrowers.js'
import { deadlineSignal, settledWithin } from './deadline.js'
import { PoolClosedError, PoolTimeoutError } from './errors.js'
import type { PoolOptions } from './options.js'
import type { Poolable, PoolFigures, PoolHost, Slot } from './pool-slot.js'
import type { MakeRegister, Register } from './pool-tarn.js'
import { type Patience, Waiters } from './waiters.js'

type Opened<C extends Poolable> = { slot: Slot<C> } | { failure: unknown }
/** tarn's resource: an attempt to open, which holds its place until the connection is closed. */
interface Place<C extends Poolable> {
  opened: Opened<C> | undefined
}

/** How long an idle connection is trusted without a ping. */
const trusted = 1_000
/** How long a ping or a rollback may take before the connection counts as gone. */
const answerWithin = 5_000
/** How long whoever waits relies on one ping or one attempt to connect before another is made beside it. */
const promising = 1_000
/** How long the server is asked to stop what runs on a connection that is closed under its borrower. */
const stopWithin = 1_000

export class Pool<C extends Poolable> {
  readonly #options: Required<PoolOptions>
  readonly #host: PoolHost<C>
  readonly #register: Register<Place<C>>
  readonly #places = new Map<Slot<C>, Place<C>>()
  readonly #waiters: Waiters<Slot<C>>
  readonly #idle: Slot<C>[] = []
  readonly #shutdown = new AbortController()
  readonly #limit: number
  readonly #size: number
  /** True where the only connection is the database itself: it is never replaced as long as it lives. */
  readonly #single: boolean
  #state: 'open' | 'closing' | 'closed' = 'open'
  #generation = 0
  /** How many callers have waited in vain. */
  timeouts = 0
  #connecting = 0
  #checking = 0
  #closing = 0
  /** Pings and connects that will soon serve somebody. */
  #sources = 0
  readonly #backoff = new Backoff()
  readonly #borrowers: Borrowers<Slot<C>> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #sweeper: ReturnType<typeof setTimeout> | undefined
  #closed: Promise<void> | undefined
  #emptied: (() => void) | undefined

  constructor(host: PoolHost<C>, options: Required<PoolOptions>, register: MakeRegister, maxConnections = Infinity) {
    this.#host = host
    this.#options = options
    this.#limit = Math.min(options.size + options.maxOverflow, maxConnections)
    this.#size = Math.min(options.size, this.#limit)
    this.#single = maxConnections === 1
    this.#register = register(this.#limit, () => this.#openPlace())
    this.#waiters = new Waiters(options.timeout, () => {
      this.timeouts++
      return this.#late()
    })
    // each attempt to connect listens to it; Node would warn of a leak from the eleventh on
    setMaxListeners(0, this.#shutdown.signal)
    this.#borrowers = options.leakTracing ? new Borrowers() : undefined
  }

  get limit(): number {
    return this.#limit
  }

  figures(): PoolFigures {
    const rest = this.#idle.length + this.#connecting + this.#closing
    return {
      limit: this.#limit,
      used: this.#register.size - rest,
      idle: this.#idle.length,
      connecting: this.#connecting,
      closing: this.#closing,
      waiting: this.#waiters.size,
      prepared: [...this.#places.keys()].reduce((sum, { connection }) => sum + (connection.prepared ?? 0), 0),
    }
  }

  /** A connection to use, at once where one lies ready. */
  take(patience?: Patience): Slot<C> | Promise<Slot<C>> {
    if (this.#state !== 'open') return Promise.reject(new PoolClosedError())
    const now = this.#now()
    const slot = this.#pick(now)
    if (slot && this.#fresh(slot, now)) return lend(slot)
    const waiting = this.#waiters.wait(patience)
    if (slot) void this.#check(slot)
    else this.#fill()
    return waiting
  }

  /** The same for leak tracing; `trace` holds the borrower's stack. */
  takeTraced(trace: Error, patience?: Patience): Slot<C> | Promise<Slot<C>> {
    const note = (slot: Slot<C>) => {
      this.#borrowers?.add(slot, trace)
      return slot
    }
    const taken = this.take(patience)
    return taken instanceof Promise ? taken.then(note) : note(taken)
  }

  /** True when `take` would have to wait for somebody to give back. */
  get exhausted(): boolean {
    return this.#idle.length === 0 && this.#checking === 0 && this.#register.size >= this.#limit
  }

  /** Takes a connection back; a promise where a transaction has to be rolled back first. */
  give(slot: Slot<C>): Promise<void> | undefined {
    if (slot.state !== 'used') return undefined
    this.#borrowers?.delete(slot)
    if (slot.health === 'lost' || slot.connection.lost !== undefined) this.#invalidate(slot)
    const now = this.#now()
    if (slot.health !== 'sound' || !this.#keeps(slot, now)) return void this.#remove(slot)
    const { resetOnReturn } = this.#options
    if (slot.connection.status() !== 'idle') return resetOnReturn === false ? void this.#remove(slot) : this.#restore(slot)
    if (resetOnReturn !== 'full') return void this.#lay(slot, now)
    // Nobody has to wait for it: whoever gives a connection back has its answer.
    return void this.#restore(slot)
  }

  /** Refuses callers at once, waits for the borrowed connections for `patience` milliseconds and then closes them too. */
  close(patience: number): Promise<void> {
    this.#closed ??= this.#shutDown(patience)
    return this.#closed
  }

  async #shutDown(patience: number): Promise<void> {
    this.#state = 'closing'
    clearTimeout(this.#sweeper)
    clearTimeout(this.#retry)
    this.#waiters.failAll(new PoolClosedError())
    this.#shutdown.abort(new PoolClosedError())
    for (const slot of this.#idle.splice(0)) this.#remove(slot)
    const empty = new Promise<void>((resolve) => {
      this.#emptied = resolve
      if (this.#register.size === 0) resolve()
    })
    await settledWithin(empty, patience)
    for (const slot of this.#places.keys()) void this.#stop(slot)
    // Drivers promise to close within a second and to give up connecting when told.
    await settledWithin(empty, answerWithin)
    this.#state = 'closed'
  }

  /** Closes a connection under its borrower; a session whose client is gone may otherwise work on until it wants to answer. */
  async #stop(slot: Slot<C>): Promise<void> {
    const stopped = slot.connection.cancel().catch(() => {})
    await settledWithin(stopped, stopWithin)
    this.#remove(slot)
  }

  /** The only connection never grows old; looking at the clock costs it more than all the rest of being lent. */
  #now(): number {
    return this.#single ? 0 : performance.now()
  }

  /** The next idle connection that may still be used. */
  #pick(now: number): Slot<C> | undefined {
    for (;;) {
      const slot = this.#options.lifo ? this.#idle.pop() : this.#idle.shift()
      if (slot === undefined) return undefined
      if (this.#options.allowExitOnIdle) slot.connection.hold?.(true)
      if (this.#keeps(slot, now)) return slot
      this.#remove(slot)
    }
  }

  #fresh(slot: Slot<C>, now: number): boolean {
    return !this.#options.prePing || now - slot.idleSince <= trusted
  }

  /** Whether the pool would lend this connection again. */
  #keeps(slot: Slot<C>, now: number): boolean {
    if (slot.connection.lost !== undefined) return false
    if (this.#state !== 'open' || slot.generation !== this.#generation) return false
    return this.#single || (now < slot.expires && slot.uses < this.#options.maxUses)
  }

  /** Starts as many sources of a connection as callers wait and places are left. */
  #fill(): void {
    while (this.#state === 'open' && this.#sources < this.#waiters.size) {
      const slot = this.#pick(this.#now())
      if (slot) void this.#check(slot)
      else if (this.#register.size < this.#limit && this.#mayConnect()) void this.#open()
      else return
    }
  }

  /** While attempts fail there is one at a time, after a pause that grows; who waits hears of its outcome. */
  #mayConnect(): boolean {
    if (!this.#backoff.failing) return true
    if (this.#sources > 0 || this.#retry !== undefined) return false
    const wait = this.#backoff.wait(performance.now())
    if (wait === 0) return true
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#fill()
    }, wait)
    return false
  }

  /** Counts a ping or a connect as a source until it is done; a slow one is no longer relied on, though its place stays taken. */
  #source(): () => void {
    let counted = 1
    this.#sources++
    const discount = () => {
      clearTimeout(timer)
      this.#sources -= counted
      counted = 0
    }
    const timer = setTimeout(() => {
      discount()
      this.#fill()
    }, promising)
    return discount
  }

  /** Pings an idle connection for whoever waits longest. */
  async #check(slot: Slot<C>): Promise<void> {
    slot.state = 'checking'
    if (!this.#fresh(slot, this.#now())) {
      this.#checking++
      const done = this.#source()
      const alive = await answers(() => slot.connection.ping())
      done()
      this.#checking--
      if (!alive) return this.#bury(slot)
    }
    this.#offer(slot, this.#now())
  }

  /** What ended this connection has probably ended others too; whoever waits gets a new one. */
  #bury(slot: Slot<C>): void {
    this.#invalidate(slot)
    this.#remove(slot)
    this.#fill()
  }

  /** Rolls back what the borrower left open, or all that it has changed in the session. */
  async #restore(slot: Slot<C>): Promise<void> {
    slot.state = 'checking'
    const { connection } = slot
    const full = this.#options.resetOnReturn === 'full'
    const clean = await answers(async () => {
      await connection.reset(full ? 'session' : 'rollback')
      if (full) await this.#host.prepare?.(connection)
    })
    if (clean && connection.status() === 'idle') this.#offer(slot, this.#now())
    else this.#remove(slot)
  }

  async #open(): Promise<void> {
    const started = performance.now()
    this.#connecting++
    const done = this.#source()
    const place = await this.#register.open()
    done()
    this.#connecting--
    const opened = place.opened!
    if ('slot' in opened) {
      this.#backoff.succeeded()
      this.#places.set(opened.slot, place)
      this.#offer(opened.slot, this.#now())
    } else {
      this.#strike(place)
      if (this.#state === 'open') this.#backoff.failed(opened.failure, started, performance.now())
      if (!this.#disappoint(opened.failure) && this.#state === 'open') this.#host.failed(opened.failure)
    }
    this.#fill()
  }

  /** Tells who waits longest that there was no connecting, and everybody where nothing is left to wait for; false when nobody waits. */
  #disappoint(failure: unknown): boolean {
    const heard = this.#waiters.fail(failure)
    if (this.#register.size === this.#closing) this.#waiters.failAll(failure)
    return heard
  }

  /** What tarn calls; a failure is a value here, see `pool-tarn.ts`. */
  async #openPlace(): Promise<Place<C>> {
    const place: Place<C> = { opened: undefined }
    const generation = this.#generation
    const late = () => new PoolTimeoutError(`no connection was opened within ${this.#options.timeout} ms`)
    const deadline = deadlineSignal(this.#options.timeout, late, this.#shutdown.signal)
    try {
      const connection = await this.#host.open(deadline.signal)
      const expires = performance.now() + this.#options.recycle * (1 - Math.random() / 10)
      const slot: Slot<C> = { connection, state: 'checking', health: 'sound', generation, expires, idleSince: 0, uses: 0 }
      connection.onLost((cause) => this.#lost(slot, cause))
      place.opened = { slot }
    } catch (failure) {
      place.opened = { failure }
    } finally {
      deadline.clear()
    }
    return place
  }

  /** Hands on a connection that may still be lent, and closes another. */
  #offer(slot: Slot<C>, now: number): void {
    if (this.#keeps(slot, now)) this.#lay(slot, now)
    else this.#remove(slot)
  }

  /** Gives a connection to whoever waits longest, keeps it, or closes it as one too many. */
  #lay(slot: Slot<C>, now: number): void {
    if (this.#waiters.size > 0) {
      lend(slot)
      this.#waiters.serve(slot)
    } else if (this.#idle.length >= this.#size) this.#remove(slot)
    else {
      slot.state = 'idle'
      slot.idleSince = now
      this.#idle.push(slot)
      if (this.#options.allowExitOnIdle) slot.connection.hold?.(false)
      this.#watch()
    }
  }

  /** One detected loss condemns all connections of its generation: whatever ended this one has probably ended them too. */
  #invalidate(slot: Slot<C>): void {
    if (slot.generation !== this.#generation) return
    this.#generation++
    for (const other of this.#idle.splice(0)) this.#remove(other)
  }

  #lost(slot: Slot<C>, cause: unknown): void {
    if (slot.state === 'closing') return
    this.#host.failed(cause)
    slot.health = 'lost'
    this.#invalidate(slot)
    // Idle ones of its generation are closed by now; whoever holds this one gives it back.
    const at = this.#idle.indexOf(slot)
    if (at < 0) return
    this.#idle.splice(at, 1)
    this.#remove(slot)
  }

  /** Closes a connection; its place is taken until it is closed. */
  #remove(slot: Slot<C>): void {
    if (slot.state === 'closing') return
    slot.state = 'closing'
    this.#closing++
    const gone = () => {
      this.#closing--
      this.#strike(this.#places.get(slot)!)
      this.#places.delete(slot)
      this.#fill()
    }
    slot.connection.close().then(gone, gone)
  }

  #strike(place: Place<C>): void {
    this.#register.strike(place)
    if (this.#register.size === 0) this.#emptied?.()
  }

  /** Looks at idle connections from time to time, as long as there are any; the timer holds nobody. */
  #watch(): void {
    if (this.#sweeper !== undefined || this.#single) return
    const period = Math.min(this.#options.idleTimeout, this.#options.recycle, 30_000)
    this.#sweeper = setTimeout(() => {
      this.#sweeper = undefined
      const now = performance.now()
      const old = this.#idle.filter((slot) => now - slot.idleSince >= this.#options.idleTimeout || now >= slot.expires)
      for (const slot of old) {
        this.#idle.splice(this.#idle.indexOf(slot), 1)
        this.#remove(slot)
      }
      if (this.#idle.length > 0) this.#watch()
    }, period)
    this.#sweeper.unref?.()
  }

  /** Where nothing was ever connected, the server is what keeps the caller waiting, not the pool. */
  #late(): Error {
    const { used, idle, connecting } = this.figures()
    return (used + idle === 0 && connecting > 0 && this.#host.unanswered?.()) || this.#timeout()
  }

  #timeout(): PoolTimeoutError {
    const { limit, used, idle, connecting, closing, waiting } = this.figures()
    const { failure } = this.#backoff
    const refused = failure instanceof Error ? `; the last attempt to connect failed: ${failure.message}` : ''
    const message =
      `no connection became free within ${this.#options.timeout} ms: of at most ${limit}, ${used} in use, ${idle} idle, ` +
      `${connecting} connecting, ${closing} closing; ${waiting} still waiting${refused}${this.#borrowers?.describe() ?? ''}`
    return new PoolTimeoutError(message, failure === undefined ? undefined : { cause: failure })
  }
}

function lend<C extends Poolable>(slot: Slot<C>): Slot<C> {
  slot.state = 'used'
  slot.uses++
  return slot
}

/** Whether the connection does what it is asked, in time. */
async function answers(ask: () => Promise<void>): Promise<boolean> {
  try {
    return await settledWithin(ask(), answerWithin)
  } catch {
    return false
  }
}
