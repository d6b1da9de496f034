import {
  type ConnectOptions,
  checkEngineOptions,
  connectKeys,
  connectOptionsOf,
  type DatabaseUrl,
  type Driver,
  driverOverHosts,
  type Engine,
  type EngineOptions,
  createEngine as engineOf,
  type HostAddress,
  type HostChoice,
  isIP,
  type LazyDriver,
  OptionError,
  parseUrl,
  splitOptions,
  UrlError,
} from '@quern/engine'
import { QuernError } from '@quern/expression'
import { dialectOf } from './dialects.js'

export type CreateEngineOptions = EngineOptions & ConnectOptions

/**
 * An engine for a database URL: `postgresql://user:password@host/db`, `mysql://…`, `mariadb://…`, `sqlite:///relative.db`,
 * `sqlite:////absolute/path.db`, `sqlite://` for a database in memory. Nothing is opened before the first use; the client library
 * (`pg`, `mysql2`, `better-sqlite3`) is loaded then. Options stand instead of what the URL says.
 *
 * Several hosts: `postgresql://h1:5432,h2:5433/db?target_session_attrs=primary&load_balance_hosts=random`. Encryption:
 * `?sslmode=verify-full&sslrootcert=ca.pem`. Further: `sslcert sslkey servername connect_timeout application_name`; for SQLite `mode=ro`.
 *
 * @example createEngine('postgresql://app@db.example/shop?sslmode=verify-full', { password: async () => await token() })
 * @throws UrlError where the URL cannot be read; its message never repeats the URL; OptionError for options that do not exist
 */
export function createEngine(url: string, options: CreateEngineOptions = {}): Engine {
  const parsed = parseUrl(url)
  checkEngineOptions(options, connectKeys)
  const { connect, rest } = splitOptions(options)
  const connecting = connectOptionsOf(parsed, connect)
  return engineOf(parsed.dialect === 'sqlite' ? fileDriver(parsed, connect) : serverDriver(parsed, connecting, rest.pool?.timeout), rest)
}

function fileDriver(url: DatabaseUrl, connect: ConnectOptions): LazyDriver {
  const dialect = dialectOf('sqlite')
  const [refused] = Object.keys(connect).filter((key) => key !== 'database' && key !== 'statementCache')
  if (refused !== undefined) throw new OptionError(`SQLite has no ${refused}: it is a file, and nobody logs in`)
  const filename = connect.database ?? url.database ?? ':memory:'
  const { mode } = url.options
  if (mode !== undefined && mode !== 'ro' && mode !== 'rwc') throw new UrlError('mode is ro or rwc')
  const options = {
    filename,
    ...(mode === 'ro' && { readOnly: true }),
    ...(connect.statementCache !== undefined && { statementCache: connect.statementCache }),
  }
  const importDriver = async () => (await import('@quern/driver-better-sqlite3')).betterSqlite3DriverFor(dialect, options)
  return {
    dialect,
    address: filename === ':memory:' ? 'sqlite::memory:' : `sqlite:///${filename}`,
    load: () => load('better-sqlite3', url, importDriver),
  }
}

/** `patience`: how long the pool waits for a connection. Each host may take its part of that, so that the last one is reached too. */
function serverDriver(url: DatabaseUrl, connect: ConnectOptions, patience: number | undefined): LazyDriver {
  const { dialect: name, hosts } = url
  const dialect = dialectOf(name)
  const address = addressOf(url, connect)
  const { targetSessionAttrs, loadBalanceHosts, ...rest } = connect
  const alien = (['directRows', 'binaryResults'] as const).find((key) => name !== 'postgres' && rest[key] !== undefined)
  if (alien !== undefined) throw new OptionError(`${dialect.title} has no ${alien}: it is about the protocol of PostgreSQL`)
  const share = hosts.length > 1 ? { connectTimeout: Math.min(10_000, Math.ceil((patience ?? 30_000) / hosts.length)) } : {}
  const optionsOf = (host: HostAddress) => ({ ...share, ...rest, ...host })
  const one = async (): Promise<(host: HostAddress) => Driver> => {
    if (name === 'postgres') {
      const { pgDriverFor } = await import('@quern/driver-pg')
      return (host) => pgDriverFor(dialect, optionsOf(host))
    }
    const { mysql2DriverFor } = await import('@quern/driver-mysql2')
    return (host) => mysql2DriverFor(dialect, optionsOf(host))
  }
  const driver = async (choice: HostChoice): Promise<Driver> => {
    const make = await one()
    const alone = hosts.length === 1 && (choice.targetSessionAttrs ?? 'any') === 'any'
    return alone ? make(hosts[0]!) : driverOverHosts(hosts.map(make), address, choice)
  }
  const lazy = (choice: HostChoice): LazyDriver => ({
    dialect,
    address,
    load: () => load(name === 'postgres' ? 'pg' : 'mysql2', url, () => driver(choice)),
    reader: (fallback) => lazy({ ...choice, targetSessionAttrs: fallback ? 'prefer-standby' : 'standby' }),
  })
  return lazy({ ...(targetSessionAttrs && { targetSessionAttrs }), ...(loadBalanceHosts && { loadBalanceHosts }) })
}

/** What may be shown: everything but the password. */
function addressOf({ dialect, hosts }: DatabaseUrl, { user, database }: ConnectOptions): string {
  const shown = hosts.map(
    ({ host, port }) => `${host.startsWith('/') ? encodeURIComponent(host) : isIP(host) === 6 ? `[${host}]` : host}:${port}`,
  )
  const who = user === undefined ? '' : `${encodeURIComponent(user)}@`
  return `${dialect === 'postgres' ? 'postgresql' : dialect}://${who}${shown.join(',')}/${encodeURIComponent(database ?? '')}`
}

/** The client library is an optional peer; where it is missing, the way out is one command. */
async function load(library: string, url: DatabaseUrl, importDriver: () => Promise<Driver>): Promise<Driver> {
  try {
    return await importDriver()
  } catch (cause) {
    const { code, message = '' } = cause as { code?: string; message?: string }
    if ((code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${library}'`)) {
      throw new DriverMissingError(
        `${url.dialect} needs the package ${library}, which is not installed; run: npm install ${library}`,
        'DRIVER_MISSING',
        { cause },
      )
    }
    // what Jest runs as CommonJS
    if (code?.startsWith('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')) {
      throw new QuernError(
        `${library} is loaded by import(), which is not allowed where this runs; with Jest: NODE_OPTIONS=--experimental-vm-modules npx jest`,
        'NO_IMPORT',
        { cause },
      )
    }
    throw cause
  }
}

/** The client library of a database is not installed. */
export class DriverMissingError extends QuernError {
  override readonly name = 'DriverMissingError'
}
