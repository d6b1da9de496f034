/** tarn has no word for `never`; this is the longest time that `setTimeout` takes, 24 days. */
const never = 2_147_483_647

/**
 * tarn as the pool's register of connections: it opens them within the limit and counts them. Everything that decides is in `pool.ts`: who
 * waits, deadlines, which idle connection is next and whether it is still good.
 *
 * What tarn must not be asked, and why: `abort()` and a `create` that rejects can lose a connection for ever, when another one arrives
 * within the same few microtasks; its create timeout forgets the connect that still runs; its idle interval keeps the process alive; what
 * it destroys it no longer counts; `destroy()` waits for borrowers without end. An acquire of an idle resource costs it 1.1 µs, half of
 * a point select on SQLite, so idle connections stay registered as used and are kept in `pool.ts`.
 */
export interface Register<T extends object> {
  /** What is open, being opened or being closed. */
  readonly size: number
  /** Opens one more; only to be called while `size` is below the limit. */
  open(): Promise<T>
  /** Forgets a resource whose end is complete; its place is free from now on. */
  strike(resource: T): void
}

/** `open` must not reject; it yields its failure as a value, which the caller then strikes. */
export type MakeRegister = <T extends object>(limit: number, open: () => Promise<T>) => Register<T>

let make: MakeRegister | undefined

/** tarn takes two milliseconds to load, and nobody needs it before there is something to connect to. */
export const loadRegister = async (): Promise<MakeRegister> => (make ??= registerOf(await import('tarn')))

function registerOf({ Pool }: typeof import('tarn')): MakeRegister {
  class TarnRegister<T extends object> extends Pool<T> implements Register<T> {
    /** tarn's own counts miss an acquire that came while a new resource was on its way. */
    #size = 0

    constructor(limit: number, open: () => Promise<T>) {
      super({ create: open, destroy: () => {}, min: 0, max: limit, acquireTimeoutMillis: never, createTimeoutMillis: never })
    }

    get size(): number {
      return this.#size
    }

    open(): Promise<T> {
      this.#size++
      const { promise } = this.acquire()
      // tarn either hands over what is there or opens one; when it handed that to an earlier caller it has to be asked again.
      this._tryAcquireOrCreate()
      return promise
    }

    strike(resource: T): void {
      const at = this.used.findIndex((entry) => entry.resource === resource)
      if (at < 0) return
      this.used.splice(at, 1)[0]!.settle()
      this.#size--
    }

    /** tarn's interval would only look at idle resources, of which it never has any. */
    override _startReaping(): void {}
  }
  return (limit, open) => new TarnRegister(limit, open)
}
