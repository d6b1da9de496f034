/** The first pause between two attempts to connect, and the longest, in milliseconds; the longest is what a server that is back waits for us. */
const first = 10
const longest = 1_000

/** When the next attempt to connect may begin: at once as long as all goes well, later and later while attempts fail. */
export class Backoff {
  /** The latest failure, until an attempt succeeds. */
  failure: unknown
  #failures = 0
  #changed = 0
  #until = 0

  /** Whether the latest attempt failed: then one attempt at a time is enough to learn of the end of it. */
  get failing(): boolean {
    return this.#failures > 0
  }

  /** Milliseconds until the next attempt may begin. */
  wait(now: number): number {
    return this.#failures === 0 ? 0 : Math.max(0, this.#until - now)
  }

  succeeded(): void {
    this.#failures = 0
    this.failure = undefined
  }

  /** `started`: when that attempt began. Attempts that were under way together fail together, and count as one. */
  failed(failure: unknown, started: number, now: number): void {
    this.failure = failure
    if (this.#failures > 0 && started < this.#changed) return
    this.#changed = now
    // Chance keeps the pools of many processes from coming back in step.
    this.#until = now + Math.min(longest, first * 2 ** this.#failures++) * (0.5 + Math.random() / 2)
  }
}
