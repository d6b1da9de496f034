import { isIP } from 'node:net'

/** `true` verifies the certificate and the host's name. `insecure` encrypts without knowing to whom. */
export type TlsOption = boolean | 'insecure' | TlsOptions
export interface TlsOptions {
  readonly ca?: string | Uint8Array
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  readonly insecure?: boolean
}

export interface Mysql2Options {
  /** Which of the two the server must be: they differ too much to be taken for each other. */
  readonly dialect?: 'mysql' | 'mariadb'
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database?: string
  readonly tls?: TlsOption
  /** Milliseconds until an attempt to connect is given up; 10,000 unless told otherwise. */
  readonly connectTimeout?: number
  /** The most statements kept prepared on one connection; 0 keeps none. The server's own limit counts all connections together. */
  readonly statementCache?: number
  readonly applicationName?: string
}

const names: readonly string[] = [
  'dialect',
  'host',
  'port',
  'user',
  'password',
  'database',
  'tls',
  'connectTimeout',
  'statementCache',
  'applicationName',
] satisfies (keyof Mysql2Options)[]

export const defaults = { host: 'localhost', port: 3306, connectTimeout: 10_000, statementCache: 256, applicationName: 'quern' } as const

/** Refuses what would be ignored or would do harm: the handshake's fields are NUL-terminated. */
export function checkOptions(options: Mysql2Options): void {
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) throw new TypeError(`mysql2Driver has no option ${JSON.stringify(name)}; it takes ${names.join(', ')}.`)
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError(`The option ${name} must not contain the character U+0000.`)
  }
}

/** What the address is to people; the password is no part of it. */
export function addressOf(scheme: string, options: Mysql2Options): string {
  const host = options.host ?? defaults.host
  const user = options.user === undefined ? '' : `${encodeURIComponent(options.user)}@`
  const shown = host.startsWith('/') ? encodeURIComponent(host) : isIP(host) === 6 ? `[${host}]` : host
  return `${scheme}://${user}${shown}:${options.port ?? defaults.port}/${encodeURIComponent(options.database ?? '')}`
}

/** mysql2 verifies the host's name only when told to. */
export function tlsOf(tls: TlsOption | undefined): object | undefined {
  if (tls === undefined || tls === false) return undefined
  if (tls === true) return { rejectUnauthorized: true, verifyIdentity: true }
  if (tls === 'insecure') return { rejectUnauthorized: false }
  const { insecure, ...rest } = tls
  return { ...rest, rejectUnauthorized: insecure !== true, verifyIdentity: insecure !== true }
}
