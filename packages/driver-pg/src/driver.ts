import { credentialsOf, type Driver, tlsSettings, within } from '@quern/engine'
import { type Dialect, withVersion } from '@quern/sql'
import { authenticate, type Client, newClient } from './client.js'
import { PgConnection } from './connection.js'
import { Intake } from './intake.js'
import { addressOf, checkOptions, defaults, type PgOptions, plaintextOf } from './options.js'

/** A server that speaks PostgreSQL's protocol, over the client library pg, in a dialect of the caller's. */
export function pgDriverFor(dialect: Dialect, options: PgOptions): Driver {
  checkOptions(options)
  return {
    name: 'pg',
    dialect,
    address: addressOf(options),
    maxConnections: Number.POSITIVE_INFINITY,
    plaintext: plaintextOf(options),
    async connect(signal) {
      signal.throwIfAborted()
      const opening = new Opening(dialect, options)
      const timeout = options.connectTimeout ?? defaults.connectTimeout
      return await within(opening.open(), timeout, signal, () => opening.giveUp())
    },
  }
}

/** One attempt: credentials and certificates, then the connection; given up at any moment, it leaves nothing open. */
class Opening {
  readonly #dialect: Dialect
  readonly #options: PgOptions
  #client: Client | undefined
  #over = false

  constructor(dialect: Dialect, options: PgOptions) {
    this.#dialect = dialect
    this.#options = options
  }

  async open(): Promise<PgConnection> {
    const options = this.#options
    const [credentials, tls] = await Promise.all([credentialsOf(options), tlsSettings(options.tls, options.host ?? defaults.host)])
    if (this.#over) throw new Error('The attempt was given up.')
    const intake = new Intake()
    const client = newClient(options, credentials, tls, () => intake.socket())
    intake.install(client.connection, options.directRows ?? defaults.directRows)
    this.#client = client
    const version = await authenticate(client)
    const connection = new PgConnection(client, withVersion(this.#dialect, version), options, intake)
    await connection.pin()
    return connection
  }

  giveUp(): void {
    this.#over = true
    this.#client?.connection.stream.destroy()
  }
}
