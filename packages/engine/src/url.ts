import { describe, QuernError } from '@quern/expression'
import type { DialectName } from '@quern/sql'
import { isIP } from './ip.js'
import { nearest } from './nearest.js'

export interface HostAddress {
  /** A name, an IP address without brackets, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
}

/** Where a URL points to. The password is there to be read, and is neither printed nor listed. */
export interface DatabaseUrl {
  readonly dialect: DialectName
  /** Every host of the URL with its port, in its order; empty for SQLite. */
  readonly hosts: readonly HostAddress[]
  /** The first of them. */
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  /** The database's name; for SQLite the file, or `:memory:`. */
  readonly database: string | undefined
  readonly options: Readonly<Record<string, string>>
}

/** The options that may stand after the question mark; named as PostgreSQL's own clients name them. */
const serverOptions = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'servername',
  'target_session_attrs',
  'load_balance_hosts',
  'connect_timeout',
  'application_name',
] as const

const schemes: Readonly<
  Record<
    string,
    {
      readonly dialect: DialectName
      readonly place: 'server' | 'file'
      readonly port: number | undefined
      readonly options: readonly string[]
    }
  >
> = {
  postgresql: { dialect: 'postgres', place: 'server', port: 5432, options: serverOptions },
  postgres: { dialect: 'postgres', place: 'server', port: 5432, options: serverOptions },
  mysql: { dialect: 'mysql', place: 'server', port: 3306, options: serverOptions },
  mariadb: { dialect: 'mariadb', place: 'server', port: 3306, options: serverOptions },
  sqlite: { dialect: 'sqlite', place: 'file', port: undefined, options: ['mode'] },
}

/** A URL cannot be understood. The message never repeats the URL, because a password may stand anywhere in a malformed one. */
export class UrlError extends QuernError {
  override readonly name = 'UrlError'
  constructor(message: string) {
    super(message, 'URL')
  }
}

/**
 * Reads `scheme://user:password@host:port/database?option=value`, several hosts as `host:port,host:port`, and SQLAlchemy's spellings for SQLite: `sqlite:///relative.db`,
 * `sqlite:////absolute/path.db`, and `sqlite://` or `sqlite::memory:` for a database in memory.
 */
export function parseUrl(text: string): DatabaseUrl {
  if (typeof text !== 'string') {
    const given: unknown = text
    throw new UrlError(`a database URL must be a string, not ${describe(given)}${given instanceof URL ? '; take its href' : ''}`)
  }
  if (text.trim() === '') throw new UrlError('the database URL is empty; is the environment variable set?')
  if (text.includes('\0')) throw new UrlError('a database URL must not contain NUL')
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const scheme = Object.hasOwn(schemes, name) ? schemes[name]! : undefined
  if (!scheme) {
    // Only a plain word is repeated: what stands before the first colon of a malformed URL may be anything.
    const shown = /^[a-z][a-z0-9+.-]{0,30}$/.test(name) ? `${name}:` : 'this'
    throw new UrlError(`${shown} is no database URL; Quern knows postgresql:// (or postgres://), mysql://, mariadb:// and sqlite://`)
  }
  const rest = text.slice(colon + 1)
  if (scheme.place === 'file') return parseFile(rest, scheme.options)
  if (!rest.startsWith('//')) throw new UrlError(`a ${name} URL starts with ${name}://`)
  const [location, query] = splitAt(rest.slice(2), '?')
  const [authority, path] = splitAt(location, '/')
  // A raw / or ? in a password would end the host part early and send the rest of the password elsewhere.
  if (path?.includes('@') || query?.includes('@')) {
    throw new UrlError('an @ stands after the host part: / ? and @ in a user name, password or database must be percent-encoded')
  }
  const at = authority.lastIndexOf('@')
  const [user, password] = at < 0 ? [undefined, undefined] : splitAt(authority.slice(0, at), ':')
  // Whose comma is it: a password's, or the one before a second host? The password must not go to the wrong one.
  if (password?.includes('@') && password.includes(','))
    throw new UrlError('a user name and a password stand once, before the first host; @ and , in a password must be percent-encoded')
  const hosts = parseHosts(authority.slice(at + 1), scheme.port!)
  return databaseUrl({
    dialect: scheme.dialect,
    hosts,
    host: hosts[0]!.host,
    port: hosts[0]!.port,
    user: decode(user, 'user name') || undefined,
    password: decode(password, 'password'),
    database: decode(path, 'database') || undefined,
    options: parseQuery(query, scheme.options),
  })
}

function parseFile(rest: string, known: readonly string[]): DatabaseUrl {
  const [location, query] = splitAt(rest, '?')
  // As with servers: what stands before an @ may be a password, and the name of an unknown option is repeated.
  if (query?.includes('@')) throw new UrlError('an @ stands after the question mark of a SQLite URL, which has no user, password or host')
  let database: string
  if (location === '' || location === ':memory:' || location === '//') database = ':memory:'
  else if (location.startsWith('///')) database = decode(location.slice(3), 'path') || ':memory:'
  else throw new UrlError('a SQLite URL is sqlite:///relative.db, sqlite:////absolute/path.db or sqlite:// (in memory); it has no host')
  return databaseUrl({
    dialect: 'sqlite',
    hosts: [],
    host: undefined,
    port: undefined,
    user: undefined,
    password: undefined,
    database,
    options: parseQuery(query, known),
  })
}

/** Each with its own port, or the usual one. */
function parseHosts(text: string, usual: number): readonly HostAddress[] {
  const parts = text.split(',')
  const hosts = parts.map((part) => {
    const { host, port } = parseHost(part)
    if (host === '' && parts.length > 1) throw new UrlError('a host in the list of a database URL is empty')
    return Object.freeze({ host: host || 'localhost', port: port ?? usual })
  })
  return Object.freeze(hosts)
}

function parseHost(text: string): { host: string; port: number | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed) {
    if (isIP(bracketed[1]!) !== 6) throw new UrlError('what stands in brackets in a database URL is an IPv6 address, and this is none')
    return { host: bracketed[1]!, port: parsePort(bracketed[2]) }
  }
  const [host, port, more] = text.split(':')
  if (more !== undefined || /[[\]]/.test(text)) throw new UrlError('the host part is malformed; an IPv6 address stands in brackets: [::1]')
  const decoded = decode(host, 'host')!
  // What follows a comma or an @ in a decoded name would be read as another host by whoever is shown the address.
  if (/[\s,@?#\p{Cc}]/u.test(decoded) || (decoded.includes('/') && !decoded.startsWith('/')))
    throw new UrlError('the host of a database URL has a character that no host name has')
  return { host: decoded, port: parsePort(port) }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new UrlError('the port of a database URL is a number from 1 to 65535')
  return port
}

function parseQuery(query: string | undefined, known: readonly string[]): Record<string, string> {
  const options: Record<string, string> = Object.create(null)
  for (const part of query ? query.split('&') : []) {
    if (part === '') continue
    const [rawName, rawValue] = splitAt(part, '=')
    const name = decode(rawName, 'query')!
    if (['user', 'password', 'host', 'hostaddr', 'port', 'dbname', 'database'].includes(name.toLowerCase())) {
      throw new UrlError(`${name.toLowerCase()} belongs before the question mark of a database URL, not after it`)
    }
    if (!known.includes(name)) throw new UrlError(unknownOption(name, known))
    if (Object.hasOwn(options, name)) throw new UrlError(`${name} stands twice in the database URL`)
    if (rawValue === undefined) throw new UrlError(`${name} has no value in the database URL; write ${name}=…`)
    if (rawValue.includes('=')) throw new UrlError(`${name} has a second equals sign in the database URL; in a value it is %3D`)
    if (rawValue === '') throw new UrlError(`${name} is empty in the database URL`)
    options[name] = decode(rawValue, name)!
  }
  return options
}

function unknownOption(name: string, known: readonly string[]): string {
  // Only a plain word is repeated, for the same reason as with schemes.
  if (!/^[A-Za-z_][\w.-]{0,40}$/.test(name)) return 'the database URL has an option without a plain name'
  const near = nearest(name, known)
  return `the database URL has an unknown option ${name}${near === undefined ? '' : `; did you mean ${near}?`}`
}

function decode(text: string | undefined, what: string): string | undefined {
  if (text === undefined) return undefined
  let decoded: string
  try {
    decoded = decodeURIComponent(text)
  } catch {
    throw new UrlError(`the ${what} of the database URL has a malformed percent sign (a literal one is %25)`)
  }
  if (decoded.includes('\0')) throw new UrlError(`the ${what} of the database URL must not contain NUL`)
  return decoded
}

function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function databaseUrl(parts: DatabaseUrl): DatabaseUrl {
  const { password, ...shown } = parts
  return Object.freeze(Object.defineProperty(shown, 'password', { value: password, enumerable: false })) as DatabaseUrl
}
