import { onAbort } from './abort.js'
import { longestTimer } from './deadline.js'

/** One caller in the queue. The queue is a linked list: a caller in its middle may leave at any time, and 25,000 may wait. */
interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
  deadline: number
  previous: Waiter<T> | undefined
  next: Waiter<T> | undefined
}

/** What one caller may ask of its place in the queue. */
export interface Patience {
  readonly signal?: AbortSignal | undefined
  /** What the caller gets when the signal aborts. */
  readonly aborted?: (() => unknown) | undefined
}

/**
 * First come, first served, each with the same deadline, so that one timer for the head is enough. The timer does hold the process: somebody
 * waits for its verdict, and a program that ends without one would hide the reason.
 */
export class Waiters<T> {
  #head: Waiter<T> | undefined
  #tail: Waiter<T> | undefined
  #size = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #timeout: number
  readonly #expired: () => unknown
  #ticking: boolean

  /** A queue whose clock stands still until `start()` when `ticking` is false. */
  constructor(timeout: number, expired: () => unknown, ticking = true) {
    this.#timeout = timeout
    this.#expired = expired
    this.#ticking = ticking
  }

  get size(): number {
    return this.#size
  }

  wait({ signal, aborted }: Patience = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted?.())
      const waiter: Waiter<T> = { resolve, reject, deadline: performance.now() + this.#timeout, previous: this.#tail, next: undefined }
      if (signal) {
        const leave = () => {
          this.#remove(waiter)
          reject(aborted?.())
        }
        const calledOff = onAbort(signal, leave)
        const settled = <V>(settle: (value: V) => void) => {
          return (value: V) => {
            calledOff()
            settle(value)
          }
        }
        Object.assign(waiter, { resolve: settled(resolve), reject: settled(reject) })
      }
      if (this.#tail) this.#tail.next = waiter
      else this.#head = waiter
      this.#tail = waiter
      this.#size++
      this.#arm()
    })
  }

  /** Gives the value to who waits longest; false when nobody waits. */
  serve(value: T): boolean {
    const waiter = this.#shift()
    waiter?.resolve(value)
    return waiter !== undefined
  }

  /** Disappoints who waits longest; false when nobody waits. */
  fail(error: unknown): boolean {
    const waiter = this.#shift()
    waiter?.reject(error)
    return waiter !== undefined
  }

  failAll(error: unknown): void {
    while (this.fail(error));
  }

  /** Lets time count from now on; waiting before did not. */
  start(): void {
    this.#ticking = true
    const deadline = performance.now() + this.#timeout
    for (let waiter = this.#head; waiter; waiter = waiter.next) waiter.deadline = deadline
    this.#arm()
  }

  stop(): void {
    this.#ticking = false
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #shift(): Waiter<T> | undefined {
    const waiter = this.#head
    if (waiter) this.#remove(waiter)
    return waiter
  }

  #remove(waiter: Waiter<T>): void {
    if (waiter.previous) waiter.previous.next = waiter.next
    else this.#head = waiter.next
    if (waiter.next) waiter.next.previous = waiter.previous
    else this.#tail = waiter.previous
    this.#size--
    if (this.#size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(): void {
    if (!this.#ticking || this.#timer !== undefined || !this.#head || this.#timeout === Infinity) return
    const left = Math.max(1, Math.ceil(this.#head.deadline - performance.now()))
    // After a time in which the program was busy, what has arrived meanwhile gets its turn before anybody is disappointed.
    const expire = () => {
      if (this.#timer === timer) this.#expire()
    }
    const timer = setTimeout(() => setImmediate(expire), Math.min(left, longestTimer))
    this.#timer = timer
  }

  #expire(): void {
    this.#timer = undefined
    const now = performance.now()
    while (this.#head && this.#head.deadline <= now) this.fail(this.#expired())
    this.#arm()
  }
}
