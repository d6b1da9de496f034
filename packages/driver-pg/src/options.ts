import { isIP } from 'node:net'
import { type CredentialOptions, checkCredentials, checkTls, isLocal, type TlsOption } from '@quern/engine'

export interface PgOptions extends CredentialOptions {
  readonly host?: string
  readonly port?: number
  readonly database?: string
  readonly tls?: TlsOption
  /** Milliseconds until an attempt to connect is given up; 10,000 unless told otherwise. */
  readonly connectTimeout?: number
  /** The most statements kept prepared on one connection; 0 keeps none, for poolers that share sessions between transactions. */
  readonly statementCache?: number
  readonly applicationName?: string
  /** Whether rows are read from the socket's bytes instead of by pg's parser, which takes about twice the time; true unless told otherwise. */
  readonly directRows?: boolean
  /**
   * Whether the server may send values of many rows in binary where that says the same as its text, which takes it about half the time; true
   * unless told otherwise. Only with `directRows`, and of statements that are kept prepared.
   */
  readonly binaryResults?: boolean
}

const names: readonly string[] = [
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
  'directRows',
  'binaryResults',
] satisfies (keyof PgOptions)[]

export const defaults = {
  host: 'localhost',
  port: 5432,
  connectTimeout: 10_000,
  statementCache: 256,
  applicationName: 'quern',
  directRows: true,
  binaryResults: true,
} as const

/** Refuses what would be ignored or would do harm. Start-up fields are NUL-terminated: a NUL would smuggle further settings in. */
export function checkOptions(options: PgOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) throw new TypeError(`pgDriver has no option ${JSON.stringify(name)}; it takes ${names.join(', ')}.`)
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError(`The option ${name} must not contain the character U+0000.`)
  }
  checkTls(options.tls)
  checkCredentials(options)
}

/** What the address is to people; the password is no part of it. */
export function addressOf(options: PgOptions): string {
  const host = options.host ?? defaults.host
  const user = options.user === undefined ? '' : `${encodeURIComponent(options.user)}@`
  const shown = host.startsWith('/') ? encodeURIComponent(host) : isIP(host) === 6 ? `[${host}]` : host
  return `postgresql://${user}${shown}:${options.port ?? defaults.port}/${encodeURIComponent(options.database ?? '')}`
}

/** Beyond this machine, and nobody has said that this is meant. */
export const plaintextOf = (options: PgOptions): readonly string[] => {
  const host = options.host ?? defaults.host
  return options.tls === undefined && !isLocal(host) ? [`${host}:${options.port ?? defaults.port}`] : []
}
