import type { Driver } from '@quern/engine'
import { type Dialect, withVersion } from '@quern/sql'
import { openClient } from './client.js'
import { PgConnection } from './connection.js'
import { addressOf, checkOptions, type PgOptions } from './options.js'

/** A server that speaks PostgreSQL's protocol, over the client library pg, in a dialect of the caller's. */
export function pgDriverFor(dialect: Dialect, options: PgOptions): Driver {
  checkOptions(options)
  return {
    name: 'pg',
    dialect,
    address: addressOf(options),
    maxConnections: Number.POSITIVE_INFINITY,
    async connect(signal) {
      const { client, version } = await openClient(options, signal)
      const connection = new PgConnection(client, withVersion(dialect, version), options)
      const abort = () => client.connection.stream.destroy()
      signal.addEventListener('abort', abort, { once: true })
      try {
        await connection.pin()
        signal.throwIfAborted()
        return connection
      } catch (cause) {
        await connection.close()
        throw signal.aborted ? signal.reason : cause
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
  }
}
