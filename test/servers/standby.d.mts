import type { Server, StartOptions } from './servers.mjs'

/** A standby by streaming replication; the flags that the primary was started with belong in `options` too. */
export function startStandby(primary: Server, options?: StartOptions): Promise<Server>
