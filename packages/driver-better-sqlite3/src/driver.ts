import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Driver } from '@quern/engine'
import { type Dialect, type Version, withVersion } from '@quern/sql'
import Database from 'better-sqlite3'
import { blockingWait, whileBusy } from './busy.js'
import { BetterSqlite3Connection } from './connection.js'
import { type BetterSqlite3Options, checkOptions, defaults, isAnonymous } from './options.js'

/** SQLite in this process, over the client library better-sqlite3, in a dialect of the caller's. */
export function betterSqlite3DriverFor(dialect: Dialect, options: BetterSqlite3Options): Driver {
  checkOptions(options)
  const filename = options.filename ?? defaults.filename
  return {
    name: 'better-sqlite3',
    dialect,
    address: isAnonymous(filename) ? 'sqlite::memory:' : `sqlite:///${filename}`,
    maxConnections: isAnonymous(filename) ? 1 : Number.POSITIVE_INFINITY,
    async connect(signal) {
      signal.throwIfAborted()
      const database = open(filename, options)
      let connection: BetterSqlite3Connection | undefined
      try {
        const path = isAnonymous(filename) ? undefined : realpathSync(filename)
        // to read even this, SQLite looks at the file, which another process may be writing
        const version = await whileBusy(() => versionOf(database), options.busyTimeout ?? defaults.busyTimeout)
        connection = new BetterSqlite3Connection(database, withVersion(dialect, version), options, path)
        await connection.pin()
        signal.throwIfAborted()
        return connection
      } catch (cause) {
        if (connection === undefined) database.close()
        else await connection.close()
        throw cause
      }
    },
  }
}

function open(filename: string, options: BetterSqlite3Options): Database.Database {
  const anonymous = isAnonymous(filename)
  if (!anonymous && !existsSync(dirname(resolve(filename)))) {
    throw new Error(`The database ${JSON.stringify(filename)} cannot be opened, because its folder does not exist.`)
  }
  if (!anonymous && statSync(filename, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${JSON.stringify(filename)} is a folder, not a database file.`)
  try {
    // A database in memory is writable whatever is asked for: there is nothing in it to protect.
    return new Database(filename, { readonly: !anonymous && options.readOnly === true, timeout: blockingWait })
  } catch (cause) {
    if (/bindings file|NODE_MODULE_VERSION/.test((cause as Error).message))
      throw new Error('better-sqlite3 is not compiled for this Node; run: npm rebuild better-sqlite3', { cause })
    throw Object.assign(new Error(`The database ${JSON.stringify(filename)} cannot be opened: ${(cause as Error).message}.`, { cause }), {
      code: (cause as { code?: string }).code,
    })
  }
}

function versionOf(database: Database.Database): Version {
  const text = database.prepare('SELECT sqlite_version()').pluck().get() as string
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number)
  return [major, minor, patch]
}
