import type { Context } from './execute.js'
import { warn } from './watch.js'

/** Hosts of which the process was warned. */
const told = new Set<string>()

/** Says once, to an engine's listeners or else once in the process, that anybody between here and that host can read along. */
export function warnOfPlaintext(context: Context, warned: Set<string>, host: string, connection: string): void {
  const heard = context.events.heard('warning')
  const before = heard ? warned : told
  if (before.has(host)) return
  before.add(host)
  const message = `the connection to ${host} is not encrypted; use sslmode=verify-full, or sslmode=disable where the network is trusted`
  warn(context, { kind: 'plaintext', message, connection, sql: undefined, milliseconds: undefined })
}
