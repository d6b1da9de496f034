import { describe, QuernError } from '@quern/expression'
import type { DialectName } from '@quern/sql'
import { nearest } from './nearest.js'

/** Where a URL points to. The password is there to be read, and is neither printed nor listed. */
export interface DatabaseUrl {
  readonly dialect: DialectName
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  /** The database's name; for SQLite the file, or `:memory:`. */
  readonly database: string | undefined
  readonly options: Readonly<Record<string, string>>
}

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
  postgresql: { dialect: 'postgres', place: 'server', port: 5432, options: [] },
  postgres: { dialect: 'postgres', place: 'server', port: 5432, options: [] },
  mysql: { dialect: 'mysql', place: 'server', port: 3306, options: [] },
  mariadb: { dialect: 'mariadb', place: 'server', port: 3306, options: [] },
  sqlite: { dialect: 'sqlite', place: 'file', port: undefined, options: [] },
}

/** A URL cannot be understood. The message never repeats the URL, because a password may stand anywhere in a malformed one. */
export class UrlError extends QuernError {
  override readonly name = 'UrlError'
  constructor(message: string) {
    super(message, 'URL')
  }
}

/**
 * Reads `scheme://user:password@host:port/database?option=value` and SQLAlchemy's spellings for SQLite: `sqlite:///relative.db`,
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
  const { host, port } = parseHost(authority.slice(at + 1))
  return databaseUrl({
    dialect: scheme.dialect,
    host: host || 'localhost',
    port: port ?? scheme.port,
    user: decode(user, 'user name') || undefined,
    password: decode(password, 'password'),
    database: decode(path, 'database') || undefined,
    options: parseQuery(query, scheme.options),
  })
}

function parseFile(rest: string, known: readonly string[]): DatabaseUrl {
  const [location, query] = splitAt(rest, '?')
  let database: string
  if (location === '' || location === ':memory:' || location === '//') database = ':memory:'
  else if (location.startsWith('///')) database = decode(location.slice(3), 'path') || ':memory:'
  else throw new UrlError('a SQLite URL is sqlite:///relative.db, sqlite:////absolute/path.db or sqlite:// (in memory); it has no host')
  return databaseUrl({
    dialect: 'sqlite',
    host: undefined,
    port: undefined,
    user: undefined,
    password: undefined,
    database,
    options: parseQuery(query, known),
  })
}

function parseHost(text: string): { host: string; port: number | undefined } {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::(.*))?$/.exec(text)
  if (bracketed) return { host: bracketed[1]!, port: parsePort(bracketed[2]) }
  if (text.includes(',')) throw new UrlError('a database URL names one host; several hosts are not supported')
  const [host, port, more] = text.split(':')
  if (more !== undefined || /[[\]]/.test(text)) throw new UrlError('the host part is malformed; an IPv6 address stands in brackets: [::1]')
  return { host: decode(host, 'host')!, port: parsePort(port) }
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
    if (['user', 'password', 'host', 'port', 'dbname', 'database'].includes(name.toLowerCase())) {
      throw new UrlError(`${name.toLowerCase()} belongs before the question mark of a database URL, not after it`)
    }
    if (!known.includes(name)) throw new UrlError(unknownOption(name, known))
    if (Object.hasOwn(options, name)) throw new UrlError(`${name} stands twice in the database URL`)
    options[name] = decode(rawValue, name) ?? ''
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
