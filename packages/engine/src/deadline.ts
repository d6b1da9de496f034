import { onAbort } from './abort.js'

/** The longest time that `setTimeout` takes; it treats longer ones as none. */
export const longestTimer = 2_147_483_647

/**
 * Whether the work settled in time; false when the time was over first. What it rejects with passes on. An answer that lay in the socket
 * while the program was busy counts as in time: timers come before sockets, so a late one gives them a turn first.
 */
export async function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => setImmediate(() => resolve(false)), Math.min(milliseconds, longestTimer))
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Why a call ended whose time was over. */
export const timedOut = (milliseconds: number): unknown => new DOMException(`timed out after ${milliseconds} ms`, 'TimeoutError')

/** A limit on each thing that the server is asked to do, which is none on what happens between them; a signal that aborts when one takes longer. */
export class Clock {
  readonly #controller = new AbortController()
  readonly #milliseconds: number
  readonly #unfollow: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #over = false

  constructor(milliseconds: number, parent: AbortSignal | undefined) {
    this.#milliseconds = milliseconds
    const follow = () => this.#controller.abort(parent!.reason)
    if (parent?.aborted) follow()
    else this.#unfollow = parent && onAbort(parent, follow)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  start(): void {
    this.stop()
    if (this.#over || this.#milliseconds > longestTimer) return
    this.#timer = setTimeout(() => this.#controller.abort(timedOut(this.#milliseconds)), this.#milliseconds)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** To be called when nothing depends on the signal any more. */
  clear(): void {
    this.#over = true
    this.stop()
    this.#unfollow?.()
  }
}

export interface Deadline {
  readonly signal: AbortSignal
  /** To be called when nothing depends on the signal any more: ends the timer and lets go of the parent. */
  clear(): void
}

/** A signal that aborts with its parent, or with `late()` when the time is over. */
export function deadlineSignal(milliseconds: number, late: () => unknown, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  const follow = () => controller.abort(parent!.reason)
  const timer = milliseconds > longestTimer ? undefined : setTimeout(() => controller.abort(late()), milliseconds)
  let unfollow: (() => void) | undefined
  if (parent?.aborted) follow()
  else if (parent) unfollow = onAbort(parent, follow)
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      unfollow?.()
    },
  }
}

/** For drivers that connect: `work`, unless time runs out or `signal` aborts; then `stop` is called and the promise rejects at once. */
export async function within<T>(work: Promise<T>, timeout: number, signal: AbortSignal | undefined, stop: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let calledOff: (() => void) | undefined
  const cut = new Promise<never>((_, reject) => {
    calledOff = signal && onAbort(signal, () => reject(signal.reason))
    if (timeout > 0)
      timer = setTimeout(() => reject(new Error(`The server did not answer within ${timeout} ms.`)), Math.min(timeout, longestTimer))
  })
  try {
    return await Promise.race([work, cut])
  } catch (cause) {
    stop()
    throw cause
  } finally {
    clearTimeout(timer)
    calledOff?.()
  }
}
