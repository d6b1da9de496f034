import { longestTimer } from './deadline.js'

/** Notices when nothing has run in a transaction for too long. The timer holds nobody. */
export class IdleWatch {
  readonly limit: number
  readonly #expire: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Since when nothing runs; `Infinity` while something does. */
  #since = performance.now()

  constructor(limit: number, expire: () => void) {
    this.limit = limit
    this.#expire = expire
    this.#arm(limit)
  }

  busy(): void {
    this.#since = Number.POSITIVE_INFINITY
  }

  rest(): void {
    this.#since = performance.now()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(1, milliseconds), longestTimer))
    this.#timer.unref?.()
  }

  #look(): void {
    const idle = performance.now() - this.#since
    if (idle >= this.limit) this.#expire()
    else this.#arm(idle < 0 ? this.limit : this.limit - idle)
  }
}
