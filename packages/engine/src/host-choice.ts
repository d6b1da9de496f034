/** Which of several hosts is wanted. */
import { OptionError } from './options.js'

export const hostTargets = ['any', 'primary', 'standby', 'prefer-standby', 'read-write', 'read-only'] as const

/**
 * What a server must be: `primary` or `standby` of a replication, `read-write` or `read-only` as its sessions begin, or `any`.
 * `prefer-standby` takes a primary where there is no standby.
 */
export type TargetSession = (typeof hostTargets)[number]

export interface HostChoice {
  /** Which of several hosts will do (`any`); named as in PostgreSQL's own clients. MySQL and MariaDB: a standby is what is `read_only`. */
  readonly targetSessionAttrs?: TargetSession
  /** `random`: each connection begins with another host. `disable`: in the order of the URL. */
  readonly loadBalanceHosts?: 'random' | 'disable'
}

export function checkHostChoice({ targetSessionAttrs, loadBalanceHosts }: HostChoice): void {
  if (targetSessionAttrs !== undefined && !hostTargets.includes(targetSessionAttrs))
    throw new OptionError(`targetSessionAttrs is one of ${hostTargets.join(', ')}`)
  if (loadBalanceHosts !== undefined && loadBalanceHosts !== 'random' && loadBalanceHosts !== 'disable')
    throw new OptionError("loadBalanceHosts is 'random' or 'disable'")
}
