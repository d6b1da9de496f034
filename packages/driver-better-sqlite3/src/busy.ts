/** SQLite itself may wait this long for a lock before it says BUSY; it blocks the whole process while it does. */
export const blockingWait = 10

const longestPause = 50

/**
 * Repeats `work` while another connection holds the lock, for `patience` milliseconds, and gives the event loop back in between.
 * A snapshot that is no longer the newest (`SQLITE_BUSY_SNAPSHOT`) stays so: only a new transaction helps.
 */
export async function whileBusy<T>(work: () => T, patience: number): Promise<T> {
  let pause = 1
  let end: number | undefined
  for (;;) {
    try {
      return work()
    } catch (cause) {
      if (!isBusy(cause)) throw cause
      end ??= performance.now() + patience
      const left = end - performance.now()
      if (left <= 0) throw cause
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)))
      // A little chance, so that two that wait for each other's lock do not meet again and again.
      pause = Math.min(longestPause, pause * (1.5 + Math.random()))
    }
  }
}

function isBusy(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | undefined)?.code
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY' || code === 'SQLITE_BUSY_TIMEOUT' || code === 'SQLITE_LOCKED'
}
