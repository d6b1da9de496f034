/** TLS as users ask for it, and as the client libraries are told. */
import type { Buffer } from 'node:buffer'
import type { PeerCertificate } from 'node:tls'
import { isIP } from './ip.js'
import { nearest } from './nearest.js'
import { OptionError } from './options.js'

/** `verify-full`: the certificate is from a known authority and for this host. `verify-ca`: from a known authority. `insecure`: from anybody. */
export type TlsMode = 'verify-full' | 'verify-ca' | 'insecure'
/** `true` is `verify-full`. `false` or `disable`: no encryption. */
export type TlsOption = boolean | 'disable' | TlsMode | TlsOptions

export interface TlsOptions {
  /** `verify-full` unless told otherwise. */
  readonly mode?: TlsMode
  /** The authority's certificate as PEM text or bytes; the system's authorities unless told otherwise. */
  readonly ca?: string | Uint8Array
  /** This client's own certificate and its key. */
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  readonly passphrase?: string
  /** The same three as files, which are read for every new connection: certificates are renewed. */
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  /** The name that the server's certificate must have, where that is not the host's. */
  readonly servername?: string
  /** The same as `mode: 'insecure'`. */
  readonly insecure?: boolean
}

/** What a driver gives to its library, and what it does itself before any password is sent. */
export interface TlsSettings {
  readonly ca?: string | Uint8Array
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  readonly passphrase?: string
  /** Whether the certificate must be from a known authority. */
  readonly rejectUnauthorized: boolean
  readonly servername: string | undefined
  /** Why a certificate is not that of the server which is meant; yields nothing where it is, or where nobody asks. */
  identity(certificate: PeerCertificate): Error | undefined
}

const modes: readonly unknown[] = ['verify-full', 'verify-ca', 'insecure'] satisfies TlsMode[]
const keys = [
  'mode',
  'ca',
  'cert',
  'key',
  'passphrase',
  'caFile',
  'certFile',
  'keyFile',
  'servername',
  'insecure',
] satisfies (keyof TlsOptions)[]

/** Refuses what would be ignored; the `require` of others, which verifies nothing, goes by its true name. */
export function checkTls(tls: TlsOption | undefined): void {
  if (tls === undefined || typeof tls === 'boolean' || tls === 'disable' || modes.includes(tls)) return
  if (typeof tls !== 'object' || tls === null) throw new OptionError(modeMistake(tls))
  for (const key of Object.keys(tls)) {
    if ((keys as string[]).includes(key)) continue
    const near = nearest(key, keys)
    throw new OptionError(`unknown tls option ${JSON.stringify(key)}; ${near ? `did you mean ${near}?` : `known are ${keys.join(', ')}`}`)
  }
  if (tls.mode !== undefined && !modes.includes(tls.mode)) throw new OptionError(modeMistake(tls.mode))
  if (tls.insecure === true && tls.mode !== undefined && tls.mode !== 'insecure')
    throw new OptionError(`tls.insecure stands against tls.mode ${tls.mode}`)
  for (const name of ['ca', 'cert', 'key'] as const)
    if (tls[name] !== undefined && tls[`${name}File`] !== undefined)
      throw new OptionError(`tls.${name} and tls.${name}File say the same thing twice`)
  if ((tls.cert ?? tls.certFile) === undefined ? (tls.key ?? tls.keyFile) !== undefined : (tls.key ?? tls.keyFile) === undefined)
    throw new OptionError('a client certificate needs its key, and a key its certificate')
}

function modeMistake(given: unknown): string {
  if (given === 'require')
    return "tls 'require' would encrypt without knowing to whom; use 'verify-full', or 'insecure' where that is meant"
  return "tls is 'verify-full', 'verify-ca', 'insecure', 'disable', true, false or an object with certificates"
}

/** Whether the connection is to be encrypted at all. A Unix socket never leaves the machine. */
export const encrypts = (tls: TlsOption | undefined, host: string): boolean =>
  tls !== undefined && tls !== false && tls !== 'disable' && !host.startsWith('/')

/** Where nobody else can listen: this machine itself. */
export const isLocal = (host: string): boolean =>
  host.startsWith('/') ||
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'))

/** Reads the files and says what to verify; `undefined` without TLS. */
export async function tlsSettings(tls: TlsOption | undefined, host: string): Promise<TlsSettings | undefined> {
  if (!encrypts(tls, host)) return undefined
  const given: TlsOptions = typeof tls === 'object' ? tls : { mode: tls === true ? 'verify-full' : (tls as TlsMode) }
  const mode = given.insecure ? 'insecure' : (given.mode ?? 'verify-full')
  const parts: { [Name in 'ca' | 'cert' | 'key']?: string | Uint8Array } = {}
  for (const name of ['ca', 'cert', 'key'] as const) {
    const part = given[name] ?? (await fileOf(name, given[`${name}File`]))
    if (part !== undefined) parts[name] = part
  }
  const name = given.servername ?? host
  const { checkServerIdentity } = await import('node:tls')
  return {
    ...parts,
    ...(given.passphrase !== undefined && { passphrase: given.passphrase }),
    rejectUnauthorized: mode !== 'insecure',
    servername: given.servername,
    identity: (certificate) => (mode === 'verify-full' ? checkServerIdentity(name, certificate) : undefined),
  }
}

const titles = { ca: "the authority's certificate", cert: 'the client certificate', key: "the client certificate's key" }

async function fileOf(what: 'ca' | 'cert' | 'key', path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(path)
  } catch (cause) {
    throw new OptionError(`${titles[what]} cannot be read from ${JSON.stringify(path)}: ${(cause as { code?: string }).code ?? 'unknown'}`)
  }
}
