/** How long SQLite itself may wait for a lock before it says BUSY: not at all, because the whole process stands still while it does. */
export const blockingWait = 0

const longestPause = 50

/** Whether nobody waits any more. */
type Stopped = () => boolean
const never: Stopped = () => false

/** Does `work`, and again while another connection holds the lock; there is a promise only where it has to wait, or has failed. */
export function whileBusy<T>(work: () => T, patience: number, stopped?: Stopped): T | Promise<T> {
  try {
    return work()
  } catch (cause) {
    return repeat(work, patience, cause, stopped)
  }
}

/** What a statement ends with that was stopped before it could begin. */
export const interrupted = (): Error => Object.assign(new Error('The statement was stopped before it began.'), { code: 'SQLITE_INTERRUPT' })

/**
 * Repeats `work`, which has failed with `cause`, while that says that another connection holds the lock, for `patience` milliseconds,
 * and gives the event loop back in between. A snapshot that is no longer the newest (`SQLITE_BUSY_SNAPSHOT`) stays so: only a new
 * transaction helps.
 */
export async function repeat<T>(work: () => T, patience: number, cause: unknown, stopped: Stopped = never): Promise<T> {
  let failure = cause
  let pause = 1
  const end = performance.now() + patience
  while (isBusy(failure)) {
    const left = end - performance.now()
    if (left <= 0) break
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)))
    if (stopped()) throw interrupted()
    // A little chance, so that two that wait for each other's lock do not meet again and again.
    pause = Math.min(longestPause, pause * (1.5 + Math.random()))
    try {
      return work()
    } catch (again) {
      failure = again
    }
  }
  throw failure
}

export function isBusy(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | undefined)?.code
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY' || code === 'SQLITE_BUSY_TIMEOUT' || code === 'SQLITE_LOCKED'
}
