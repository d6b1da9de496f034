import {
  type DatabaseUrl,
  type Driver,
  type Engine,
  type EngineOptions,
  createEngine as engineOf,
  type LazyDriver,
  parseUrl,
} from '@quern/engine'
import { QuernError } from '@quern/expression'
import { dialectOf } from './dialects.js'

/**
 * An engine for a database URL: `postgresql://user:password@host/db`, `mysql://…`, `mariadb://…`, `sqlite:///relative.db`,
 * `sqlite:////absolute/path.db`, `sqlite://` for a database in memory. Nothing is opened before the first use; the client library
 * (`pg`, `mysql2`, `better-sqlite3`) is loaded then.
 *
 * @throws UrlError where the URL cannot be read; its message never repeats the URL
 */
export function createEngine(url: string, options: EngineOptions = {}): Engine {
  return engineOf(lazyDriver(parseUrl(url)), options)
}

function lazyDriver(url: DatabaseUrl): LazyDriver {
  const address = addressOf(url)
  const dialect = dialectOf(url.dialect)
  if (url.dialect === 'postgres')
    return {
      dialect,
      address,
      load: () => load('pg', url, async () => (await import('@quern/driver-pg')).pgDriverFor(dialect, serverOptions(url))),
    }
  if (url.dialect === 'sqlite') {
    return {
      dialect,
      address,
      load: () =>
        load('better-sqlite3', url, async () =>
          (await import('@quern/driver-better-sqlite3')).betterSqlite3DriverFor(dialect, { filename: url.database ?? ':memory:' }),
        ),
    }
  }
  return {
    dialect,
    address,
    load: () => load('mysql2', url, async () => (await import('@quern/driver-mysql2')).mysql2DriverFor(dialect, serverOptions(url))),
  }
}

/** What may be shown: everything but the password. */
function addressOf({ dialect, host, port, user, database }: DatabaseUrl): string {
  if (dialect === 'sqlite') return database === undefined || database === ':memory:' ? 'sqlite::memory:' : `sqlite:///${database}`
  return `${dialect === 'postgres' ? 'postgresql' : dialect}://${user === undefined ? '' : `${user}@`}${host ?? 'localhost'}${port === undefined ? '' : `:${port}`}/${database ?? ''}`
}

function serverOptions({ host, port, user, password, database }: DatabaseUrl) {
  const options: { host?: string; port?: number; user?: string; password?: string; database?: string } = {}
  if (host !== undefined) options.host = host
  if (port !== undefined) options.port = port
  if (user !== undefined) options.user = user
  if (password !== undefined) options.password = password
  if (database !== undefined) options.database = database
  return options
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
    throw cause
  }
}

/** The client library of a database is not installed. */
export class DriverMissingError extends QuernError {
  override readonly name = 'DriverMissingError'
}
