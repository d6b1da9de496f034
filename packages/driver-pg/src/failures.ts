import type { ServerError } from './wire.js'

/**
 * 26000: no such statement. 0A000 is also every other unsupported feature, and XX000 every failure of the server's own, so the routine has
 * to tell: a prepared statement knows the types of its values by number, and one that was dropped and created again has another.
 */
export function isStale(error: unknown): boolean {
  const { code, routine } = error as ServerError
  if (code === '26000') return true
  return (code === '0A000' && routine === 'RevalidateCachedQuery') || (code === 'XX000' && /^getType\w+Info$/.test(routine ?? ''))
}

/** Shutdown, termination, a session's own time limits: the server says why before it closes the connection. */
export const endsSession = (error: unknown): boolean => /^(57P|08|25P0[34])/.test((error as ServerError | undefined)?.code ?? '')
