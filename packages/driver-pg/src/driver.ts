import { type Driver, within } from '@quern/engine'
import { type Dialect, withVersion } from '@quern/sql'
import { authenticate, type Client, newClient } from './client.js'
import { PgConnection } from './connection.js'
import { addressOf, checkOptions, defaults, type PgOptions } from './options.js'

/** A server that speaks PostgreSQL's protocol, over the client library pg, in a dialect of the caller's. */
export function pgDriverFor(dialect: Dialect, options: PgOptions): Driver {
  checkOptions(options)
  return {
    name: 'pg',
    dialect,
    address: addressOf(options),
    maxConnections: Number.POSITIVE_INFINITY,
    async connect(signal) {
      signal.throwIfAborted()
      const client = newClient(options)
      const timeout = options.connectTimeout ?? defaults.connectTimeout
      return await within(establish(client, dialect, options), timeout, signal, () => client.connection.stream.destroy())
    },
  }
}

async function establish(client: Client, dialect: Dialect, options: PgOptions): Promise<PgConnection> {
  const version = await authenticate(client)
  const connection = new PgConnection(client, withVersion(dialect, version), options)
  await connection.pin()
  return connection
}
