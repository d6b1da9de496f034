import { sqlite } from '@quern/dialects/sqlite'
import type { Driver } from '@quern/engine'
import { betterSqlite3DriverFor } from './driver.js'
import type { BetterSqlite3Options } from './options.js'

export { betterSqlite3DriverFor } from './driver.js'
export type { BetterSqlite3Options } from './options.js'

/** SQLite over the client library better-sqlite3. */
export const betterSqlite3Driver = (options: BetterSqlite3Options = {}): Driver => betterSqlite3DriverFor(sqlite, options)
