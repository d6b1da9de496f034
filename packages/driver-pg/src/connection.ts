import { Buffer } from 'node:buffer'
import {
  BeginRefused,
  type DriverConnection,
  type DriverRequest,
  type DriverResult,
  type DriverRows,
  type ResetLevel,
  type TransactionStatus,
} from '@quern/engine'
import type { Dialect } from '@quern/sql'
import { type Client, requestCancel } from './client.js'
import { CopyIn, Frames } from './copy-in.js'
import { type Exchange, Lookup, type Outcome, Script } from './exchange.js'
import { Batch, Execution } from './execution.js'
import { endsSession, isStale } from './failures.js'
import type { Intake } from './intake.js'
import { defaults, type PgOptions } from './options.js'
import { canceled, Portal } from './portal.js'
import { Description } from './sending.js'
import { Statements } from './statements.js'

const statuses: Readonly<Record<string, TransactionStatus>> = { I: 'idle', T: 'open', E: 'aborted' }

/** Everything that a session may carry over, except prepared statements: `DISCARD ALL` would drop those too. */
const sessionReset =
  'SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES'

/** How long a silent server is waited for when the connection is closed. */
const closeGrace = 1000

export class PgConnection implements DriverConnection {
  readonly dialect: Dialect
  readonly id: string
  lost: unknown
  // Hard private, because a client has the password in it: an inspected connection must not show it.
  readonly #client: Client
  readonly #options: PgOptions
  private readonly statements: Statements
  private readonly frames = new Frames()
  private readonly receivers = new Map<string, Set<(payload: string) => void>>()
  #running: Exchange | undefined
  /** What begins the transaction, together with the statement that comes next. */
  private opening: string | undefined
  private transaction: TransactionStatus = 'idle'
  private cancelling: Promise<void> | undefined
  /** How often somebody has asked for it. */
  private cancels = 0
  /** Ends a request to cancel that is still under way when the connection is closed. */
  private readonly closing = new AbortController()
  private lostListeners: ((cause: unknown) => void)[] = []

  constructor(client: Client, dialect: Dialect, options: PgOptions, intake: Intake) {
    this.#client = client
    this.dialect = dialect
    this.#options = options
    this.id = String(client.processID)
    intake.taker = () => this.#running?.taker
    intake.tells = true
    this.statements = new Statements(
      options.statementCache ?? defaults.statementCache,
      intake.reads && (options.binaryResults ?? defaults.binaryResults),
    )
    client.on('error', (cause) => this.lose(cause))
    client.on('end', () => this.lose(new Error('The server closed the connection.')))
    client.on('notification', ({ channel, payload }) => this.notify(channel, payload))
    // pg's own listeners were there first: its state is already up to date when these run.
    client.connection.on('readyForQuery', (message: { status: string }) => this.ready(message.status))
    client.connection.on('parseComplete', () => this.#running?.handleParseComplete())
  }

  /** One promise from here to the server's answer: each more would be a turn of every statement. */
  execute(request: DriverRequest): Promise<DriverResult> {
    return new Promise((resolve, reject) => {
      checkLimits(request)
      const { opening } = this
      const before = this.status()
      const run = (reject: (error: unknown) => void) => this.begin(new Execution(request, this.statements, { resolve, reject }, opening))
      run((error) => {
        if (!this.mayRepeat([request], before, error)) return reject(error)
        // What throws here would do so inside pg's own listeners.
        try {
          run(reject)
        } catch (cause) {
          reject(cause)
        }
      })
    })
  }

  async script(text: string): Promise<string | undefined> {
    if (text.includes('\0')) throw new TypeError('A statement must not contain the character U+0000.')
    const opened = this.open()
    if (opened) await opened
    return await this.start((outcome) => new Script(text, outcome))
  }

  beginWithNext(text: string): void {
    this.opening = text
  }

  notBegun(): boolean {
    const { opening } = this
    this.opening = undefined
    return opening !== undefined
  }

  /** Begins the transaction by itself, before what does not take BEGIN along; no promise where there is nothing to wait for. */
  private open(): Promise<void> | undefined {
    const { opening } = this
    if (opening === undefined) return undefined
    return this.prelude((outcome) => new Script(opening, outcome)).catch((cause) => {
      throw new BeginRefused(opening, cause)
    })
  }

  /** Asks for the columns of what is about to be streamed, unless they are known or can only come as text. */
  private describe(request: DriverRequest): Promise<void> | undefined {
    if (!this.statements.binary || request.forms === undefined || !request.prepare || this.statements.knows(request)) return undefined
    return this.prelude((outcome) => new Description(request, this.statements, outcome))
  }

  /** An exchange before a caller's own: whoever cancels meanwhile means that one, and the server may have found nothing to stop. */
  private async prelude<T>(make: (outcome: Outcome<T>) => Exchange): Promise<void> {
    const { cancels } = this
    await this.start(make)
    if (cancels !== this.cancels) throw canceled()
  }

  /** Outside a transaction the requests are one: either all of them happen or none. */
  async pipeline(requests: readonly DriverRequest[], failed?: (position: number) => void): Promise<DriverResult[]> {
    if (requests.length === 0) return []
    requests.forEach(checkLimits)
    const opened = this.open()
    if (opened) await opened
    return await this.repeatable(requests, () => this.start((outcome) => new Batch(requests, this.statements, outcome, failed)))
  }

  async *stream(request: DriverRequest, batchSize: number): AsyncGenerator<DriverRows> {
    checkLimits(request)
    const opened = this.open()
    if (opened) await opened
    const described = this.describe(request)
    if (described) await described
    let portal: Portal | undefined
    try {
      let more = await this.repeatable([request], () => {
        portal = new Portal(request, batchSize, this.statements)
        this.begin(portal)
        return portal.next()
      })
      for (;;) {
        const batch = portal!.takeRows()
        if (batch.rows.length > 0) yield batch
        if (!more) return
        more = await portal!.next()
      }
    } finally {
      await portal?.close()
    }
  }

  async copyIn(text: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const opened = this.open()
    if (opened) await opened
    const copy = new CopyIn(text, this.frames)
    this.begin(copy)
    return await copy.send(bytes)
  }

  async listen(channel: string, receive: (payload: string) => void): Promise<() => Promise<void>> {
    const name = channelName(channel)
    const receivers = this.receivers.get(channel) ?? new Set()
    await this.script(`LISTEN ${name}`)
    this.receivers.set(channel, receivers.add(receive))
    return async () => {
      receivers.delete(receive)
      if (receivers.size > 0 || this.receivers.get(channel) !== receivers) return
      this.receivers.delete(channel)
      await this.script(`UNLISTEN ${name}`)
    }
  }

  status(): TransactionStatus {
    return this.opening === undefined ? this.transaction : 'open'
  }

  get prepared(): number {
    return this.statements.size
  }

  async ping(): Promise<void> {
    await this.script('')
  }

  /** Does nothing when nothing runs. The connection stays taken until the request can no longer hit a later statement. */
  async cancel(): Promise<void> {
    const exchange = this.#running
    if (exchange === undefined) return
    this.cancels++
    this.cancelling ??= requestCancel(this.#options, this.#client, this.closing.signal).finally(() => exchange.cancel())
    await this.cancelling
  }

  async reset(level: ResetLevel): Promise<void> {
    this.opening = undefined
    if (this.transaction !== 'idle') await this.script('ROLLBACK')
    if (level !== 'session') return
    this.receivers.clear()
    await this.script(sessionReset)
    await this.pin()
  }

  /** Makes the session what the dialect's codecs rely on, and proves it: a pooler or a role's own settings may stand against it. */
  async pin(): Promise<void> {
    const { set, verify, expect } = this.dialect.session
    if (set.length > 0) await this.script(set.join('; '))
    if (verify === undefined) return
    const row = await this.start<Readonly<Record<string, string | null>>>((outcome) => new Lookup(verify, outcome))
    for (const [name, value] of Object.entries(expect)) {
      if (row[name] !== value) throw new Error(`The session's ${name} is ${row[name]}, and Quern needs ${value}.`)
    }
  }

  hold(process: boolean): void {
    const { stream } = this.#client.connection
    if (process) stream.ref()
    else stream.unref()
  }

  async close(): Promise<void> {
    const { stream } = this.#client.connection
    this.lostListeners = []
    this.closing.abort(new Error('The connection was closed.'))
    this.lose(new Error('The connection was closed.'))
    let timer: NodeJS.Timeout | undefined
    const silent = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeGrace)
    })
    await Promise.race([this.#client.end().catch(() => {}), silent])
    clearTimeout(timer)
    stream.destroy()
  }

  onLost(listener: (cause: unknown) => void): void {
    this.lostListeners.push(listener)
  }

  /** Runs an exchange that yields a promise. */
  private start<T>(make: (outcome: Outcome<T>) => Exchange): Promise<T> {
    return new Promise((resolve, reject) => {
      this.begin(make({ resolve, reject }))
    })
  }

  /** Throws when the connection is taken or lost; else the exchange will be settled, whatever happens. */
  private begin(exchange: Exchange): void {
    if (this.lost !== undefined) throw this.lost
    if (this.#running) throw new Error('The connection is busy with another statement; await that one, or end its stream, first.')
    this.#running = exchange
    try {
      this.#client.query(exchange)
      this.opening = undefined
    } catch (error) {
      // Nothing of the exchange was sent in full; what the server makes of the rest is unknown.
      this.#client.connection.stream.destroy()
      throw error
    }
  }

  private async repeatable<T>(requests: readonly DriverRequest[], run: () => Promise<T>): Promise<T> {
    const before = this.status()
    try {
      return await run()
    } catch (error) {
      if (!this.mayRepeat(requests, before, error)) throw error
      return await run()
    }
  }

  /** A plan or a name that the server no longer has: the statement is prepared anew, and repeated where nothing can have been lost. */
  private mayRepeat(requests: readonly DriverRequest[], before: TransactionStatus, error: unknown): boolean {
    if (!isStale(error)) return false
    for (const { text } of requests) this.statements.drop(text)
    return before === 'idle' && this.lost === undefined
  }

  private ready(status: string): void {
    this.transaction = statuses[status] ?? 'idle'
    const exchange = this.#running
    if (!exchange) return
    for (const text of exchange.parsed) this.statements.drop(text)
    if (this.cancelling) void this.afterCancel(exchange)
    else this.finish(exchange)
  }

  private async afterCancel(exchange: Exchange): Promise<void> {
    await this.cancelling!.catch(() => {})
    this.cancelling = undefined
    if (this.#running === exchange) this.finish(exchange)
  }

  private finish(exchange: Exchange): void {
    this.#running = undefined
    exchange.settle(exchange.error)
  }

  private lose(cause: unknown): void {
    if (this.lost !== undefined) return
    const exchange = this.#running
    this.lost = endsSession(exchange?.error) ? exchange!.error : cause
    this.#running = undefined
    if (exchange) exchange.settle(exchange.error ?? this.lost)
    else for (const listener of this.lostListeners) listener(this.lost)
  }

  private notify(channel: string, payload: string): void {
    // In a task of its own: a receiver that throws must not do so inside pg's parser.
    for (const receive of this.receivers.get(channel) ?? []) queueMicrotask(() => receive(payload))
  }
}

/** The protocol counts parameters in 16 bits; one more would wrap around. */
function checkLimits(request: DriverRequest): void {
  if (request.values.length > 65_535) throw new RangeError(`PostgreSQL takes 65535 parameters, not ${request.values.length}.`)
}

function channelName(channel: string): string {
  if (channel.includes('\0') || Buffer.byteLength(channel) > 63 || channel === '')
    throw new TypeError('The name of a channel has 1 to 63 bytes and no U+0000.')
  return `"${channel.replaceAll('"', '""')}"`
}
