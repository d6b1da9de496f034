/** Where to connect to and as whom: what a URL and the options of `createEngine` say together. */
import { type CredentialOptions, checkCredentials } from './credentials.js'
import { checkHostChoice, type HostChoice, hostTargets, type TargetSession } from './host-choice.js'
import { OptionError } from './options.js'
import { checkTls, type TlsMode, type TlsOption } from './tls.js'
import { type DatabaseUrl, UrlError } from './url.js'

/** What stands beside the URL, or instead of a part of it. */
export interface ConnectOptions extends CredentialOptions, HostChoice {
  readonly database?: string
  readonly tls?: TlsOption
  /** Milliseconds until an attempt to connect to one host is given up (10,000, or the pool's timeout shared by the hosts). */
  readonly connectTimeout?: number
  /** What the server shows beside the session ('quern'). */
  readonly applicationName?: string
  /** The most statements kept prepared on one connection (256). */
  readonly statementCache?: number
  /** PostgreSQL: whether rows are read from the socket's bytes, which is much faster, instead of by pg's own parser (true). */
  readonly directRows?: boolean
  /** PostgreSQL: whether the server may send the values of many rows in binary, where that says the same as its text (true). */
  readonly binaryResults?: boolean
}

const keys: { readonly [Key in keyof Required<ConnectOptions>]: true } = {
  user: true,
  password: true,
  credentials: true,
  database: true,
  tls: true,
  connectTimeout: true,
  applicationName: true,
  statementCache: true,
  directRows: true,
  binaryResults: true,
  targetSessionAttrs: true,
  loadBalanceHosts: true,
}
export const connectKeys = Object.keys(keys) as readonly (keyof ConnectOptions)[]

/** Splits the options of `createEngine` into those of connecting and the rest. */
export function splitOptions<O extends ConnectOptions>(options: O): { connect: ConnectOptions; rest: Omit<O, keyof ConnectOptions> } {
  const connect: Record<string, unknown> = {}
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) (Object.hasOwn(keys, key) ? connect : rest)[key] = value
  return { connect: connect as ConnectOptions, rest: rest as Omit<O, keyof ConnectOptions> }
}

/** Checked; what the options say counts before what the URL says. */
export function connectOptionsOf(url: DatabaseUrl, given: ConnectOptions): ConnectOptions {
  checkConnectOptions(given)
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const fromUrl: Record<string, unknown> = { ...optionsIn(url) }
  if (url.user !== undefined) fromUrl.user = url.user
  if (url.database !== undefined) fromUrl.database = url.database
  if (url.password !== undefined && given.password === undefined && given.credentials === undefined) fromUrl.password = url.password
  return { ...fromUrl, ...own }
}

function checkConnectOptions(given: ConnectOptions): void {
  checkCredentials(given)
  checkTls(given.tls)
  checkHostChoice(given)
  for (const key of ['database', 'applicationName'] as const) {
    const value: unknown = given[key]
    if (value === undefined) continue
    if (typeof value !== 'string') throw new OptionError(`${key} must be a string`)
    if (value.includes('\0')) throw new OptionError(`${key} must not contain the character U+0000`)
  }
  const { connectTimeout, statementCache } = given
  if (connectTimeout !== undefined && !(typeof connectTimeout === 'number' && connectTimeout > 0))
    throw new OptionError('connectTimeout must be milliseconds above 0')
  if (statementCache !== undefined && !(Number.isSafeInteger(statementCache) && statementCache >= 0))
    throw new OptionError('statementCache must be a whole number from 0 on')
  for (const key of ['directRows', 'binaryResults'] as const)
    if (given[key] !== undefined && typeof given[key] !== 'boolean') throw new OptionError(`${key} must be true or false`)
}

/** libpq's names and values, which users know; what they leave open is refused. */
function optionsIn({ options }: DatabaseUrl): ConnectOptions {
  const found: { -readonly [Key in keyof ConnectOptions]: ConnectOptions[Key] } = {}
  const tls = tlsIn(options)
  if (tls !== undefined) found.tls = tls
  const { target_session_attrs: target, load_balance_hosts: balance, connect_timeout: seconds, application_name: name } = options
  if (target !== undefined) found.targetSessionAttrs = oneOf('target_session_attrs', target, hostTargets) as TargetSession
  if (balance !== undefined) found.loadBalanceHosts = oneOf('load_balance_hosts', balance, ['random', 'disable']) as 'random' | 'disable'
  if (name !== undefined) found.applicationName = name
  if (seconds !== undefined) {
    if (!/^[1-9]\d{0,5}$/.test(seconds)) throw new UrlError('connect_timeout is a whole number of seconds from 1')
    found.connectTimeout = Number(seconds) * 1000
  }
  return found
}

const sslModes = ['disable', 'insecure', 'verify-ca', 'verify-full'] as const

function tlsIn(options: DatabaseUrl['options']): TlsOption | undefined {
  const { sslmode, sslrootcert, sslcert, sslkey, servername } = options
  const certificates = {
    ...(sslrootcert !== undefined && sslrootcert !== 'system' && { caFile: sslrootcert }),
    ...(sslcert !== undefined && { certFile: sslcert }),
    ...(sslkey !== undefined && { keyFile: sslkey }),
    ...(servername !== undefined && { servername }),
  }
  const given = Object.keys(certificates).length > 0 || sslrootcert !== undefined
  if (sslmode === undefined && !given) return undefined
  if (sslmode === 'disable') {
    if (given) throw new UrlError('sslmode=disable stands against the certificates beside it in the database URL')
    return false
  }
  if ((sslcert === undefined) !== (sslkey === undefined)) throw new UrlError('sslcert and sslkey stand together in a database URL')
  const mode = modeIn(sslmode, sslrootcert)
  return Object.keys(certificates).length === 0 ? mode : { mode, ...certificates }
}

function modeIn(sslmode: string | undefined, authority: string | undefined): TlsMode {
  if (sslmode === undefined) return 'verify-full'
  if (sslmode === 'allow' || sslmode === 'prefer')
    throw new UrlError(`sslmode=${sslmode} would go on without encryption; write sslmode=verify-full, or sslmode=disable`)
  if (sslmode === 'require') {
    // As libpq has it: with an authority's certificate it verifies that; without one it encrypts for anybody.
    if (authority !== undefined && authority !== 'system') return 'verify-ca'
    throw new UrlError(
      'sslmode=require would encrypt without knowing to whom; write sslmode=verify-full, or sslmode=insecure where that is meant',
    )
  }
  return oneOf('sslmode', sslmode, sslModes) as TlsMode
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value
  throw new UrlError(`${name} is one of ${known.join(', ')}`)
}
