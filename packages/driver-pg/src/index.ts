import { postgres } from '@quern/dialects/postgres'
import type { Driver } from '@quern/engine'
import { pgDriverFor } from './driver.js'
import type { PgOptions } from './options.js'

export type { TlsOption, TlsOptions } from '@quern/engine'
export { pgDriverFor } from './driver.js'
export type { PgOptions } from './options.js'

/** PostgreSQL over the client library pg. */
export const pgDriver = (options: PgOptions): Driver => pgDriverFor(postgres, options)
