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
  if (await endsBefore(running, signal)) {
    await leave()
    return running
  }
  void quiet(running, lease).then(leave)
  throw cancelled('the statement was cancelled', signal)
}

/** Whether the work settles before the signal aborts. Its own end wins where both happened. */
export async function endsBefore(running: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  let calledOff: (() => void) | undefined
  const aborted = new Promise<boolean>((resolve) => {
    const abort = () => resolve(false)
    if (signal.aborted) abort()
    else calledOff = onAbort(signal, abort)
  })
  const finished = running.then(
    () => true,
    () => true,
  )
  const first = await Promise.race([finished, aborted])
  calledOff?.()
  return first
}

/** The caller's own reason is the cause; a timeout's is also said. */
export function cancelled(what: string, { reason }: AbortSignal): QueryCanceledError {
  const { name, message } = (reason ?? {}) as { name?: unknown; message?: unknown }
  return canceledError(name === 'TimeoutError' ? `${what}: ${message}` : what, reason)
}

export const cancelledEarly = (signal: AbortSignal): QueryCanceledError => cancelled('the call was cancelled before it started', signal)

/** Stops what runs. Resolves when nothing runs on the connection any more; a connection that does not come to rest is closed. */
export async function quiet(running: Promise<unknown>, lease: Lease<DriverConnection>): Promise<void> {
  await atRest(Promise.allSettled([running, lease.connection.cancel()]), lease)
}

/** Waits for a connection to have come to rest, and closes one that does not. */
export async function atRest(resting: Promise<unknown>, lease: Lease<DriverConnection>): Promise<void> {
  if (await settledWithin(resting, endsWithin)) return
  lease.health = 'doubtful'
  await lease.connection.close()
}
