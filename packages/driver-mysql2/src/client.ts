import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Credentials, credentialsOf, type TlsSettings, tlsSettings, within } from '@quern/engine'
import type { DialectName, Version } from '@quern/sql'
import mysql from 'mysql2'
import { refuseFile } from './load.js'
import { defaults, type Mysql2Options } from './options.js'

/** What mysql2 tells of a statement that yields no rows. */
export interface Header {
  readonly affectedRows: number | string
  readonly insertId: number | string
  readonly serverStatus: number
}
/** A failure as mysql2 makes it. `fatal`: the connection is gone with it. */
export interface Failure extends Error {
  readonly code?: string
  readonly errno?: number
  readonly fatal?: boolean
}
export interface Field {
  name: string
  readonly columnType: number
  readonly flags: number
  readonly decimals: number
  readonly characterSet: number
  /** Node's name for it. */
  readonly encoding: string
  /** `json` of MariaDB's JSON, which is a text otherwise. */
  readonly extendedFormat?: string
}
export interface Packet {
  isEOF(): boolean
  eofStatusFlags(): number
}
/** One statement on its way. */
export type Command = EventEmitter
/** `fields` is an array of arrays when there are several results. */
export type Answer = (error: Failure | null, result?: unknown, fields?: readonly unknown[]) => void

interface Query {
  readonly sql: string
  readonly rowsAsArray?: boolean
  readonly infileStreamFactory?: (path: string) => Readable
}

/** What the driver uses of mysql2's connection, in the callback form: the promise form costs nearly twice as much for a small query. */
export interface Client extends EventEmitter {
  readonly stream: Socket
  readonly threadId: number
  /** What mysql2 keeps prepared; not in every version. */
  readonly _statements?: { readonly size: number }
  startTLS(secured: (error?: Error) => void): void
  execute(sql: string, values: readonly unknown[], answer?: Answer): Command
  query(query: Query, answer: Answer): Command
  /** Every packet that arrives goes through here. */
  handlePacket(packet: Packet | undefined): void
  unprepare(query: { readonly sql: string }): unknown
  reset(answer: (error: Failure | null) => void): void
  ping(answer: (error: Failure | null) => void): void
  end(): void
  pause(): void
  resume(): void
}

/** One attempt: credentials and certificates, then the connection; given up at any moment, it leaves nothing open. */
export class Opening {
  readonly #options: Mysql2Options
  #client: Client | undefined
  #over = false

  constructor(options: Mysql2Options) {
    this.#options = options
  }

  async open(): Promise<Client> {
    const options = this.#options
    const [credentials, tls] = await Promise.all([credentialsOf(options), tlsSettings(options.tls, options.host ?? defaults.host)])
    if (this.#over) throw new Error('The attempt was given up.')
    const client = mysql.createConnection(clientOptions(options, credentials, tls)) as unknown as Client
    this.#client = client
    if (tls) verifyIdentity(client, tls)
    await new Promise<void>((resolve, reject) => {
      // For good, not once: an `error` event without a listener ends the process.
      client.on('error', reject)
      client.once('connect', () => resolve())
    })
    return client
  }

  giveUp(): void {
    this.#over = true
    this.#client?.stream.destroy()
  }
}

/**
 * mysql2 compares the certificate with the host's name only when told to, and with `localhost` where the host is an address. So the
 * comparison is ours: after the handshake and before anything about the user is sent.
 */
function verifyIdentity(client: Client, tls: TlsSettings): void {
  const { startTLS } = client
  if (typeof startTLS !== 'function') throw new Error('This version of mysql2 cannot be told whom to trust; install mysql2 3.')
  client.startTLS = (secured) =>
    startTLS.call(client, (error) => secured(error ?? tls.identity((client.stream as TLSSocket).getPeerCertificate(true))))
}

function clientOptions(options: Mysql2Options, { user, password }: Credentials, tls: TlsSettings | undefined): object {
  const host = options.host ?? defaults.host
  return {
    ...(host.startsWith('/') ? { socketPath: host } : { host, port: options.port ?? defaults.port }),
    user,
    password,
    database: options.database,
    ...(tls && { ssl: sslOf(tls) }),
    charset: 'utf8mb4',
    // The system's own first look at a silent peer is after two hours.
    keepAliveInitialDelay: 30_000,
    // The deadline is the driver's own: it covers what follows the handshake too.
    connectTimeout: 0,
    connectAttributes: { program_name: options.applicationName ?? defaults.applicationName },
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    // Several statements in one text are possible with COM_QUERY alone, which only script() sends; whatever carries a value is
    // prepared, and a prepared statement is one statement however the session is set.
    multipleStatements: true,
    maxPreparedStatements: Math.max(options.statementCache ?? defaults.statementCache, 1),
    infileStreamFactory: refuseFile,
  }
}

/** A new object for each connection: mysql2 resumes sessions by it, and a resumed one shows no certificate. */
function sslOf({ identity, servername, ...rest }: TlsSettings): object {
  return { ...rest, verifyIdentity: false }
}

const titles = { mysql: 'MySQL', mariadb: 'MariaDB' } as const

/** Who answered. MySQL and MariaDB are not taken for each other: statements, JSON and errors differ. */
export function identify(version: string, expected: DialectName): Version {
  const actual = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  // `5.5.5-` stands before MariaDB's own version so that old replicas accept it.
  const numbers = version.replace(/^5\.5\.5-(?=\d)/, '').match(/^(\d+)\.(\d+)\.(\d+)/)
  const [major = 0, minor = 0, patch = 0] = (numbers ?? []).slice(1).map(Number)
  if (actual !== expected) throw new Error(`This server is ${titles[actual]} ${major}.${minor}.${patch}; connect with ${actual}://.`)
  return [major, minor, patch]
}

/** The server's version: not the handshake's, because that is what a proxy in between pretends. */
export function serverVersion(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    client.query({ sql: 'SELECT VERSION()' }, (error, rows) => (error ? reject(error) : resolve(String((rows as unknown[][])[0]?.[0]))))
  })
}

/** Stops what runs in the session `id`, over a connection of its own; gives up when `signal` aborts. */
export async function killQuery(options: Mysql2Options, id: string, signal: AbortSignal): Promise<void> {
  const opening = new Opening(options)
  const killed = opening.open().then(
    (client) =>
      new Promise<Client>((resolve, reject) => {
        client.query({ sql: `KILL QUERY ${id}` }, (error) => (error ? reject(error) : resolve(client)))
      }),
  )
  const client = await within(killed, options.connectTimeout ?? defaults.connectTimeout, signal, () => opening.giveUp())
  client.end()
}
