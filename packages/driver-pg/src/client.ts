import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { type Credentials, isLocal, type TlsSettings, tlsSettings, within } from '@quern/engine'
import type { Version } from '@quern/sql'
import pg from 'pg'
import type { Exchange } from './exchange.js'
import { defaults, type PgOptions } from './options.js'
import type { Wire } from './wire.js'

/** What the driver uses of pg's `Client`. */
export interface Client {
  readonly connection: Wire
  readonly processID: number
  readonly secretKey: number
  connect(): Promise<unknown>
  end(): Promise<void>
  query(exchange: Exchange): unknown
  on(event: 'error' | 'end', listener: (cause: unknown) => void): unknown
  on(event: 'notification', listener: (message: { readonly channel: string; readonly payload: string }) => void): unknown
}

/** Where pg makes sockets of another kind than Node's. */
const foreignSockets = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent === 'Cloudflare-Workers'

/** A client that is not connected yet. `socket` makes one that is not for TLS. */
export function newClient(options: PgOptions, { user, password }: Credentials, tls: TlsSettings | undefined, socket: () => Duplex): Client {
  const client = new pg.Client({
    ...(tls === undefined && !foreignSockets && { stream: socket }),
    host: options.host ?? defaults.host,
    port: options.port ?? defaults.port,
    user,
    database: options.database ?? user,
    // A function: pg would take a missing password from the environment or from a file, and a string would show in an inspected client.
    password: () => password ?? '',
    ssl: sslOf(tls),
    application_name: options.applicationName ?? defaults.applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  })
  if (!('connection' in client)) throw new Error('pg-native cannot be used; unset NODE_PG_FORCE_NATIVE.')
  const opened = client as unknown as Client
  // From the first moment on: an `error` event without a listener ends the process, whatever a pool may listen to.
  opened.on('error', () => {})
  if (tls === undefined && !isLocal(options.host ?? defaults.host)) refuseOpenPassword(opened)
  return opened
}

/** pg would compare the certificate with the host alone, whatever name was given. */
function sslOf(tls: TlsSettings | undefined): ConnectionOptions | false {
  if (tls === undefined) return false
  const { identity, servername, ...rest } = tls
  return { ...(rest as ConnectionOptions), checkServerIdentity: (_host, certificate) => identity(certificate) }
}

/** A server in the middle may ask for the password in clear text. Registered before pg's own listener, so the answer is never sent. */
function refuseOpenPassword(client: Client): void {
  client.connection.on('authenticationCleartextPassword', () => {
    client.connection.stream.destroy(new Error('The server asks for the password in clear text; connect with TLS.'))
  })
}

/** Connects and authenticates; yields the server's version, which it tells by itself. */
export async function authenticate(client: Client): Promise<Version> {
  let version = ''
  client.connection.on('parameterStatus', (message: { parameterName: string; parameterValue: string }) => {
    if (message.parameterName === 'server_version') version = message.parameterValue
  })
  await client.connect().catch((cause) => {
    // pg's own words for it begin with the name of a message of the protocol
    if (/^SASL: .*client password must be/.test((cause as Error).message))
      throw new Error('the server asks for a password, and none was given', { cause })
    throw cause
  })
  return parseVersion(version)
}

/** Since version 10 PostgreSQL counts `major.minor`: 15.18 is the eighteenth minor release. */
function parseVersion(text: string): Version {
  const [major = 0, minor = 0] = text.split('.').map((part) => Number.parseInt(part, 10))
  return [major, minor || 0, 0]
}

/**
 * Asks the server, over a connection of its own, to stop what runs in a session. Resolves when the server has closed that
 * connection: from then on the request cannot hit a later statement. Gives up when `signal` aborts.
 */
export async function requestCancel(options: PgOptions, client: Client, signal: AbortSignal): Promise<void> {
  const ssl = sslOf(await tlsSettings(options.tls, options.host ?? defaults.host))
  signal.throwIfAborted()
  const side = new pg.Connection({ ssl } as never) as unknown as Wire
  const send = () => side.cancel(client.processID, client.secretKey)
  const timeout = options.connectTimeout ?? defaults.connectTimeout
  const delivered = new Promise<void>((resolve, reject) => {
    side.on('error', reject)
    side.on('connect', () => (ssl ? side.requestSsl() : send()))
    side.on('sslconnect', send)
    side.on('end', () => resolve())
  })
  const host = options.host ?? defaults.host
  const port = options.port ?? defaults.port
  if (host.startsWith('/')) side.connect(`${host}/.s.PGSQL.${port}` as never, undefined as never)
  else side.connect(port, host)
  await within(delivered, timeout, signal, () => side.stream.destroy())
}
