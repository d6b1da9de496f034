import { onAbort } from './abort.js'
import { settledWithin } from './deadline.js'
import type { DriverConnection } from './driver.js'
import { canceledError, type QueryCanceledError } from './errors.js'
import type { Lease } from './pool-slot.js'

/** How long a cancelled statement may take to end before its connection is given up. */
const endsWithin = 5_000

/**
 * Hands on what `running` yields, or rejects as soon as the signal aborts. The statement is then cancelled on the server, and the
 * connection stays taken until the statement has ended and the request to cancel has been delivered: otherwise a late request would
 * hit whatever runs there next.
 */
export async function interruptible<T>(
  running: Promise<T>,
  lease: Lease<DriverConnection>,
  signal: AbortSignal,
  leave: () => Promise<void> | undefined | void,
): Promise<T> {
  let calledOff: (() => void) | undefined
  const aborted = new Promise<'aborted'>((resolve) => {
    const abort = () => resolve('aborted')
    if (signal.aborted) abort()
    else calledOff = onAbort(signal, abort)
  })
  const finished = running.then(
    () => 'finished' as const,
    () => 'finished' as const,
  )
  // The statement's own end wins where both happened.
  const first = await Promise.race([finished, aborted])
  calledOff?.()
  if (first === 'finished') {
    await leave()
    return running
  }
  void quiet(finished, lease).then(leave)
  throw cancelled('the statement was cancelled', signal)
}

/** The caller's own reason is the cause; a timeout's is also said. */
export function cancelled(what: string, { reason }: AbortSignal): QueryCanceledError {
  const { name, message } = (reason ?? {}) as { name?: unknown; message?: unknown }
  return canceledError(name === 'TimeoutError' ? `${what}: ${message}` : what, reason)
}

export const cancelledEarly = (signal: AbortSignal): QueryCanceledError => cancelled('the call was cancelled before it started', signal)

/** Resolves when nothing runs on the connection any more; a connection that does not come to rest is closed. */
async function quiet(finished: Promise<unknown>, lease: Lease<DriverConnection>): Promise<void> {
  const cancelled = lease.connection.cancel().then(
    () => true,
    () => false,
  )
  const atRest = await settledWithin(Promise.all([finished, cancelled]), endsWithin)
  if (atRest) return
  lease.health = 'doubtful'
  await lease.connection.close()
}
