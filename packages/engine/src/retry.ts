import {
  CommitUnknownError,
  DatabaseError,
  DeadlockError,
  ImplicitCommitError,
  SerializationError,
  TransactionRolledBackError,
} from './errors.js'

/** The longest pause before the first repetition, in milliseconds; it doubles with each, up to the longest of all. */
const first = 10
const longest = 1_000

/**
 * Runs `attempt`, and again after a serialization failure or a deadlock: those are the server's own request to try again. Never after a
 * COMMIT of which nobody knows, or after one that happened by itself. The last error says how many attempts there were.
 */
export async function repeated<T>(attempt: () => Promise<T>, retries: number): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt()
    } catch (error) {
      if (made > retries || !mayRepeat(error)) {
        if (made > 1 && (error instanceof DatabaseError || error instanceof TransactionRolledBackError)) error.attempts = made
        throw error
      }
      // Any time up to the limit: those who met must not meet again.
      const pause = Math.random() * Math.min(longest, first * 2 ** made)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** The callback may have put the failure into an error of its own. */
function mayRepeat(error: unknown): boolean {
  let found = false
  let cause: unknown = error
  for (let depth = 0; cause instanceof Error && depth < 8; depth++) {
    if (cause instanceof CommitUnknownError || cause instanceof ImplicitCommitError) return false
    found ||= cause instanceof SerializationError || cause instanceof DeadlockError
    cause = cause.cause
  }
  return found
}
