import type { DriverConnection, DriverRequest, DriverResult, DriverRows, ResetLevel, TransactionStatus } from '@quern/engine'
import type { Dialect, DriverValue } from '@quern/sql'
import { type Client, type Failure, type Field, killQuery } from './client.js'
import { cannotPrepare, endsSession, isStale, unsettles, wasInterrupted } from './errors.js'
import { Intake } from './intake.js'
import { fileName, type LoadHeader, OfferedFile, refuseFile, refuseWarnings } from './load.js'
import { defaults, type Mysql2Options } from './options.js'
import { checkPacket } from './packet.js'
import { dropNames, type Fields, ofTaken, readResult, statusOf } from './results.js'
import { RowStream } from './row-stream.js'
import { Rows } from './rows.js'
import { bindValue } from './values.js'

/** SERVER_STATUS_IN_TRANS */
const inTransaction = 1
/** How long a silent server is waited for when the connection is closed. */
const closeGrace = 1000
/** How long the rest of an abandoned stream may take before the server is told to stop. */
const drainGrace = 50

export class Mysql2Connection implements DriverConnection {
  readonly dialect: Dialect
  readonly id: string
  lost: unknown
  // Hard private, because a client has the password in it: an inspected connection must not show it.
  readonly #client: Client
  readonly #options: Mysql2Options
  private readonly keep: boolean
  private readonly intake: Intake
  #running: { fail(cause: Failure): void } | undefined
  private transaction: TransactionStatus = 'idle'
  private cancelling: Promise<void> | undefined
  /** Ends a request to cancel that is still under way when the connection is closed. */
  private readonly closing = new AbortController()
  private copying: OfferedFile | undefined
  /** What the values of each statement were, a letter each. */
  private readonly types = new Map<string, { readonly types: string | undefined; readonly kinds: readonly Kind[] }>()
  /** The server ends the session over a packet of more bytes. */
  private longest = Number.POSITIVE_INFINITY
  private lostListener: ((cause: unknown) => void) | undefined

  constructor(client: Client, dialect: Dialect, options: Mysql2Options) {
    this.#client = client
    this.dialect = dialect
    this.#options = options
    this.id = String(client.threadId)
    this.keep = (options.statementCache ?? defaults.statementCache) > 0
    this.intake = new Intake(client, (status) => this.heard(status))
    client.on('error', (cause: Failure) => this.lose(cause))
    // 'close' comes some ticks after 'end', in which the pool would lend what the server has hung up on.
    for (const event of ['end', 'close']) client.stream.on(event, () => this.lose(new Error('The server closed the connection.')))
  }

  async execute(request: DriverRequest): Promise<DriverResult> {
    const { text } = request
    checkPacket(request, this.longest)
    this.take()
    const wasOpen = this.transaction === 'open'
    try {
      // MariaDB prepares this one, and mysql2 then loses count of the packets.
      if (/^\s*load\s/i.test(text)) return await this.query(text)
      return await this.runPrepared(request)
    } catch (cause) {
      return await this.settled(text, wasOpen, () => this.recovered(request, cause as Failure))
    } finally {
      this.forget(request)
      if (this.cancelling) await this.afterCancel()
      this.#running = undefined
    }
  }

  script(text: string): Promise<string | undefined> {
    return this.alone(async () => {
      checkPacket({ text, values: [] }, this.longest)
      await this.settled(text, this.transaction === 'open', () => this.query(text))
      return undefined
    })
  }

  async *stream(request: DriverRequest, batchSize: number): AsyncGenerator<DriverRows> {
    checkPacket(request, this.longest)
    const values = request.values.map(bindValue)
    this.take()
    if (values.length > 0) this.retype(request)
    const wasOpen = this.transaction === 'open'
    let rows: RowStream | undefined
    try {
      const command = this.#client.execute(request.text, values)
      rows = new RowStream(this.#client, command, request, batchSize, (status) => this.heard(status))
      const taker = rows
      command.on('fields', (fields?: readonly Field[], result?: number) => {
        dropNames(fields)
        if (fields !== undefined && !result) this.intake.expect(fields, request, taker)
      })
      this.#running = { fail: (cause) => rows!.end(cause) }
      for (;;) {
        const batch = await this.settled(request.text, wasOpen, () => rows!.take())
        if (batch === undefined) return
        yield batch
      }
    } finally {
      if (rows) await this.abandon(rows)
      this.forget(request)
      if (this.cancelling) await this.afterCancel()
      this.#running = undefined
    }
  }

  copyIn(text: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    return this.alone(async () => {
      const name = fileName(text)
      const file = new OfferedFile(name, bytes, () => {
        // LOAD DATA has no word for a broken file: the server takes what it got for all of it. In a transaction the caller rolls
        // back; outside one, only the end of the connection does, and it has to come before mysql2 ends the file.
        if (this.transaction === 'idle') this.#client.stream.destroy()
      })
      this.copying = file
      try {
        return await this.settled(text, this.transaction === 'open', () => this.load(text, file))
      } catch (cause) {
        // Bytes that are still on their way would be taken for commands.
        if (file.state === 'open') this.#client.stream.destroy()
        throw file.broken ?? cause
      } finally {
        this.copying = undefined
        file.close()
      }
    })
  }

  status(): TransactionStatus {
    return this.transaction
  }

  /** As mysql2 counts them, in a place of its own. */
  get prepared(): number | undefined {
    return this.#client._statements?.size
  }

  ping(): Promise<void> {
    return this.alone(() => this.answered<void>((answer) => this.#client.ping((error) => answer(error))))
  }

  /** Does nothing when nothing runs. The connection stays taken until the request can no longer hit a later statement. */
  async cancel(): Promise<void> {
    if (this.#running === undefined) return
    this.cancelling ??= killQuery(this.#options, this.id, this.closing.signal).finally(() => this.copying?.cancel())
    await this.cancelling
  }

  async reset(level: ResetLevel): Promise<void> {
    if (this.transaction !== 'idle') await this.script('ROLLBACK')
    if (level !== 'session') return
    await this.alone(() => this.answered<void>((answer) => this.#client.reset(answer)))
    this.transaction = 'idle'
    await this.returnHome()
    await this.pin()
  }

  /** The servers' own reset leaves a session in the database that `USE` has taken it to. */
  private async returnHome(): Promise<void> {
    const { database } = this.#options
    if (database !== undefined && database !== '') return void (await this.script(`USE \`${database.replaceAll('`', '``')}\``))
    const row = await this.lookup('SELECT DATABASE() AS home')
    if (row?.home !== null) throw new Error('The session is in a database now and was in none before; there is no way back.')
  }

  /** Makes the session what the dialect's codecs rely on, and proves it: a proxy or the server's own settings may stand against it. */
  async pin(): Promise<void> {
    const { set, verify, expect } = this.dialect.session
    // The handshake's character set is gone after a reset.
    await this.script(['SET NAMES utf8mb4', ...set].join('; '))
    if (verify === undefined) return
    const row = (await this.lookup(verify)) ?? {}
    this.longest = Number(row.max_allowed_packet ?? Number.POSITIVE_INFINITY)
    for (const [name, value] of Object.entries(expect)) {
      if (String(row[name]) !== value) throw new Error(`The session's ${name} is ${row[name]}, and Quern needs ${value}.`)
    }
  }

  /** The first row of a text without values, by name. */
  private lookup(sql: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.alone(() =>
      this.answered((answer) => {
        this.#client.query({ sql, rowsAsArray: false }, (error, result) => answer(error, (result as Record<string, unknown>[])?.[0]))
      }),
    )
  }

  hold(process: boolean): void {
    const { stream } = this.#client
    if (process) stream.ref()
    else stream.unref()
  }

  async close(): Promise<void> {
    const { stream } = this.#client
    this.lostListener = undefined
    this.closing.abort(new Error('The connection was closed.'))
    const busy = this.#running !== undefined
    this.lose(new Error('The connection was closed.'))
    if (!busy && !stream.destroyed) {
      let timer: NodeJS.Timeout | undefined
      const closed = new Promise<void>((resolve) => {
        stream.once('close', resolve)
        timer = setTimeout(resolve, closeGrace)
      })
      this.#client.end()
      await closed
      clearTimeout(timer)
    }
    stream.destroy()
  }

  onLost(listener: (cause: unknown) => void): void {
    this.lostListener = listener
  }

  private take(): void {
    if (this.lost !== undefined) throw this.lost
    if (this.#running) throw new Error('The connection is busy with another statement; await that one, or end its stream, first.')
    this.#running = starting
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    this.take()
    try {
      return await work()
    } finally {
      if (this.cancelling) await this.afterCancel()
      this.#running = undefined
    }
  }

  /** A KILL that came late may still be waiting for the next statement: this one takes it. */
  private async afterCancel(): Promise<void> {
    await this.cancelling!.catch(() => {})
    this.cancelling = undefined
    if (this.lost === undefined) await this.askStatus()
  }

  /** One call of mysql2 as a promise that also settles when the connection is lost. */
  private answered<T>(call: (answer: (error: Failure | null, value?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#running = { fail: reject }
      call((error, value) => (error ? this.refuse(error, reject) : resolve(value as T)))
    })
  }

  private runPrepared(request: DriverRequest): Promise<DriverResult> {
    const { text, values } = request
    if (values.length > 0) this.retype(request)
    return new Promise((resolve, reject) => {
      this.#running = { fail: reject }
      let rows: Rows | undefined
      this.#client
        .execute(text, values.map(bindValue), (error, result, fields) => {
          if (error) this.refuse(error, reject)
          else resolve(this.read(result, fields, rows))
        })
        .on('fields', (fields?: readonly Field[], result?: number) => {
          dropNames(fields)
          // a procedure's further results are left to mysql2
          if (fields === undefined || result) return
          const taker = new Rows(request, fields)
          if (this.intake.expect(fields, request, taker)) rows = taker
        })
    })
  }

  /**
   * MySQL takes the parameters of `SELECT ?` for what the first values were, and converts all later ones to that: text to whole numbers. So a
   * statement whose values have other types than before is prepared anew.
   */
  private retype({ text, values, types }: DriverRequest): void {
    const known = this.types.get(text)
    if (known !== undefined && known.types === types && fits(values, known.kinds)) return
    // also where it is not known any more: the client library may still keep it
    this.#client.unprepare({ sql: text })
    if (this.types.size >= mostTypes) this.types.clear()
    this.types.set(text, { types, kinds: values.map(kindOf) })
  }

  /** At once, before the socket's own events: what is rejected is the same cause that `lost` names. */
  private refuse(error: Failure, reject: (cause: unknown) => void): void {
    if (endsSession(error)) this.lose(error)
    reject(error)
  }

  /** A statement that never ran can be repeated, in a transaction too. */
  private async recovered(request: DriverRequest, cause: Failure): Promise<DriverResult> {
    const { text, values } = request
    if (cannotPrepare(cause) && values.length === 0) return await this.query(text)
    if (!isStale(cause)) throw cause
    this.#client.unprepare({ sql: text })
    return await this.runPrepared(request)
  }

  private query(sql: string, infileStreamFactory = refuseFile): Promise<DriverResult> {
    return this.answered((answer) => {
      this.#client
        .query({ sql, infileStreamFactory }, (error, result, fields) => answer(error, error ? undefined : this.read(result, fields)))
        .on('fields', dropNames)
    })
  }

  /** LOCAL turns errors into warnings, and leaves rows out: here they are errors again. */
  private async load(sql: string, file: OfferedFile): Promise<number> {
    const header = await this.answered<LoadHeader>((answer) => {
      this.#client.query({ sql, infileStreamFactory: (path) => file.open(path) }, (error, result) => answer(error, result as LoadHeader))
    })
    this.heard(header.serverStatus)
    refuseWarnings(header)
    return Number(header.affectedRows)
  }

  /** mysql2 keeps every statement that it has prepared, unless told otherwise. */
  private forget(request: DriverRequest): void {
    if (this.lost === undefined && !(this.keep && request.prepare)) this.#client.unprepare({ sql: request.text })
  }

  private read(result: unknown, fields: Fields, rows?: Rows): DriverResult {
    const status = statusOf(result, fields)
    if (status !== undefined) this.heard(status)
    return rows === undefined ? readResult(result, fields) : ofTaken(rows)
  }

  private heard(status: number): void {
    this.transaction = (status & inTransaction) === 0 ? 'idle' : 'open'
  }

  /** Runs `work`; when it fails, the status and `lost` are right by the time the promise rejects. */
  private async settled<T>(text: string, wasOpen: boolean, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const failure = cause as Failure
      if (this.lost === undefined && unsettles(failure, wasOpen, text)) await this.askStatus()
      // MySQL calls a statement interrupted when in truth the whole session has been killed.
      throw this.lost !== undefined && wasInterrupted(failure) ? this.lost : cause
    }
  }

  private async askStatus(): Promise<void> {
    try {
      await this.query('DO 0')
    } catch {
      // A late KILL was waiting for a statement, and this was the one.
      if (this.lost === undefined) await this.query('DO 0').catch((again: Failure) => this.lose(again))
    }
  }

  /** Ends a stream that may have rows left: a short rest is read and dropped, a long one is stopped at the server. */
  private async abandon(rows: RowStream): Promise<void> {
    if (await rows.drain(drainGrace)) return
    await this.cancel().catch(() => {})
    const ended = this.lost === undefined && (await rows.drain(closeGrace))
    if (!ended) this.#client.stream.destroy()
  }

  private lose(cause: unknown): void {
    if (this.lost !== undefined) return
    this.lost = cause
    const running = this.#running
    if (running) running.fail(cause as Failure)
    else this.lostListener?.(cause)
    this.#client.stream.destroy()
  }
}

const mostTypes = 1000
type Kind = 'null' | 'text' | 'bytes' | 'number'
const kindOf = (value: DriverValue): Kind =>
  value === null ? 'null' : typeof value === 'string' ? 'text' : typeof value === 'object' ? 'bytes' : 'number'

/** NULL is of every type, but says nothing of the type of what comes after it. */
function fits(values: readonly DriverValue[], kinds: readonly Kind[]): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== null && kindOf(values[i]!) !== kinds[i]) return false
  return true
}

/** Taken, and nothing sent yet. */
const starting = { fail() {} }
