import { isIP } from 'node:net'
import { type CredentialOptions, checkCredentials, checkTls, isLocal, type TlsOption } from '@quern/engine'

export interface Mysql2Options extends CredentialOptions {
  /** Which of the two the server must be: they differ too much to be taken for each other. */
  readonly dialect?: 'mysql' | 'mariadb'
  readonly host?: string
  readonly port?: number
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
  'credentials',
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
  checkTls(options.tls)
  checkCredentials(options)
}

/** What the address is to people; the password is no part of it. */
export function addressOf(scheme: string, options: Mysql2Options): string {
  const host = options.host ?? defaults.host
  const user = options.user === undefined ? '' : `${encodeURIComponent(options.user)}@`
  const shown = host.startsWith('/') ? encodeURIComponent(host) : isIP(host) === 6 ? `[${host}]` : host
  return `${scheme}://${user}${shown}:${options.port ?? defaults.port}/${encodeURIComponent(options.database ?? '')}`
}

/** Beyond this machine, and nobody has said that this is meant. */
export const plaintextOf = (options: Mysql2Options): readonly string[] => {
  const host = options.host ?? defaults.host
  return options.tls === undefined && !isLocal(host) ? [`${host}:${options.port ?? defaults.port}`] : []
}
