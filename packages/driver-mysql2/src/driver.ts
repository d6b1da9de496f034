import { type Driver, within } from '@quern/engine'
import { type Dialect, withVersion } from '@quern/sql'
import { identify, Opening, serverVersion } from './client.js'
import { Mysql2Connection } from './connection.js'
import { addressOf, checkOptions, defaults, type Mysql2Options, plaintextOf } from './options.js'

/** A server that speaks MySQL's protocol, over the client library mysql2, in a dialect of the caller's. */
export function mysql2DriverFor(dialect: Dialect, options: Mysql2Options): Driver {
  checkOptions(options)
  return {
    name: 'mysql2',
    dialect,
    address: addressOf(dialect.name, options),
    maxConnections: Number.POSITIVE_INFINITY,
    plaintext: plaintextOf(options),
    async connect(signal) {
      signal.throwIfAborted()
      const opening = new Opening(options)
      const timeout = options.connectTimeout ?? defaults.connectTimeout
      return await within(establish(opening, dialect, options), timeout, signal, () => opening.giveUp())
    },
  }
}

async function establish(opening: Opening, dialect: Dialect, options: Mysql2Options): Promise<Mysql2Connection> {
  const client = await opening.open()
  const version = identify(await serverVersion(client), dialect.name)
  const connection = new Mysql2Connection(client, withVersion(dialect, version), options)
  await connection.pin()
  return connection
}
