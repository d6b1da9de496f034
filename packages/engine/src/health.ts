import type { DriverConnection } from './driver.js'
import { ConnectionLostError, ReadOnlyError } from './errors.js'
import type { Lease } from './pool-slot.js'

/** What a failure says of its connection: it is gone, or its server no longer is what was wanted, so that another is to be looked for. */
export function noteHealth(lease: Lease<DriverConnection>, error: unknown): void {
  if (error === undefined) return
  if (error instanceof ConnectionLostError) lease.health = 'lost'
  else if (error instanceof ReadOnlyError && lease.connection.writes) {
    const { role } = lease.connection.dialect.session
    if (role?.demoted.includes(error.code)) lease.health = 'lost'
  }
}
