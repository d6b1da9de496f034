/**
 * Notices when nothing has run in a transaction for too long. One timer looks after all of them from time to time, because one for each
 * would cost more than the rest of a small transaction; it holds nobody, and there is none while no transaction is open.
 */
export class IdleWatches {
  readonly limit: number
  readonly #open = new Set<IdleWatch>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(limit: number) {
    this.limit = limit
  }

  /** Follows a transaction until `stop`; `expire` is called where nothing ran in it for `limit` milliseconds, and up to a tenth more. */
  start(expire: () => void): IdleWatch {
    const watch = new IdleWatch(expire, this.#open)
    this.#open.add(watch)
    if (this.#timer === undefined) this.#arm()
    return watch
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.min(this.limit / 10, 5_000)))
    this.#timer.unref?.()
  }

  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const watch of this.#open) if (now - watch.since >= this.limit) watch.expire()
    if (this.#open.size > 0) this.#arm()
  }
}

export class IdleWatch {
  /** Since when nothing runs; `Infinity` while something does. */
  since = performance.now()
  readonly #expire: () => void
  readonly #open: Set<IdleWatch>

  constructor(expire: () => void, open: Set<IdleWatch>) {
    this.#expire = expire
    this.#open = open
  }

  busy(): void {
    this.since = Number.POSITIVE_INFINITY
  }

  rest(): void {
    this.since = performance.now()
  }

  stop(): void {
    this.#open.delete(this)
  }

  expire(): void {
    this.stop()
    this.#expire()
  }
}
