import type { Buffer } from 'node:buffer'
import { BeginRefused, type Built, type DriverRequest, type DriverResult } from '@quern/engine'
import { readRow } from './data-row.js'
import { Exchange, type Outcome, type Row, together } from './exchange.js'
import type { RowTaker } from './intake.js'
import { openingMessages } from './messages.js'
import { described, type Incoming, type Sending, sendRequest } from './sending.js'
import type { Statement, Statements } from './statements.js'
import { type CommandComplete, type DataRow, type RowDescription, readTag, type Wire, type WireValue, wireValue } from './wire.js'

/** So many raw rows at most wait to be made rows. */
const buildEvery = 64

const alone: Sending = { rows: 0, reads: true, ending: 'sync' }

/** One statement through the extended protocol. Its columns are described once, while it is prepared. */
export class Execution extends Exchange {
  private readonly request: DriverRequest
  private readonly statements: Statements
  private readonly values: readonly WireValue[]
  private readonly outcome: Outcome<DriverResult>
  private rows: Row[] = []
  private built: Built | undefined
  private statement: Statement | undefined
  private incoming: Incoming | undefined
  /** What begins a transaction in the same go, until the server says that it is done: where it fails all else is skipped up to Sync. */
  private opening: string | undefined

  constructor(request: DriverRequest, statements: Statements, outcome: Outcome<DriverResult>, opening?: string) {
    super()
    this.request = request
    this.opening = opening
    this.statements = statements
    this.outcome = outcome
    this.values = request.values.map(wireValue)
  }

  submit(wire: Wire): void {
    const { opening } = this
    if (opening !== undefined) this.parsed.push(opening)
    // One piece by itself needs no grouping, which costs as much as the rest of sending it.
    if (this.statements.ready(this.request)) this.send(wire, opening)
    else
      together(wire, () => {
        if (opening !== undefined) wire.stream.write(openingMessages(opening))
        this.send(wire)
      })
  }

  private send(wire: Wire, opening?: string): void {
    const sending = opening === undefined ? alone : { ...alone, before: openingMessages(opening) }
    this.statement = sendRequest(this.request, this.values, this.statements, wire, this.parsed, sending)
  }

  override handleRowDescription(message: RowDescription): void {
    this.incoming = described(message, this.statement!, this.request)
  }

  override handleDataRow(message: DataRow): void {
    this.rows.push(message.fields)
  }

  override get taker(): RowTaker {
    return this
  }

  takeRow(bytes: Buffer, at: number, end: number): void {
    const { incoming, request } = this
    if (incoming?.unreadable) return
    if (this.rows.push(readRow(bytes, at, end, request.forms, incoming?.coming)) === buildEvery && request.build) this.build()
  }

  override handleCommandComplete(message: CommandComplete, wire: Wire): void {
    if (this.opening === undefined) super.handleCommandComplete(message, wire)
    else this.opening = undefined
  }

  /** Raw rows live as long as a few of them need; where building fails, the statement still runs to its end. */
  private build(): void {
    this.built ??= { rows: [], failure: undefined }
    const { built, rows } = this
    this.rows = []
    if (built.failure !== undefined) return
    try {
      for (const row of this.request.build!(rows, this.statement!.columnTypes, built.rows.length)) built.rows.push(row)
    } catch (error) {
      this.built = { rows: [], failure: { error } }
    }
  }

  override handleCopyInResponse(wire: Wire): void {
    super.handleCopyInResponse(wire)
    // The server ignored the Sync that followed Execute, because it was in copy mode by then.
    wire.sync()
  }

  settle(error: unknown): void {
    const failure = error ?? this.incoming?.unreadable
    if (failure !== undefined) {
      if (error === undefined) this.statements.drop(this.request.text)
      this.outcome.reject(this.opening === undefined ? failure : new BeginRefused(this.opening, failure))
      return
    }
    if (this.built !== undefined && this.rows.length > 0) this.build()
    const { rows, built, count, command, statement } = this
    // Asked and not described: it yields no rows, and need not be asked again.
    if (this.request.returnsRows) statement!.columnTypes ??= []
    statement!.rows = count
    this.outcome.resolve({ rows, built, columnTypes: statement!.columnTypes, rowCount: count, insertedId: undefined, command })
  }
}

const inBatch: Sending = { rows: 0, reads: false, ending: undefined }

/** Several statements in one go with one Sync: outside a transaction they are one, and the first failure undoes and skips all. */
export class Batch extends Exchange {
  private readonly requests: readonly DriverRequest[]
  private readonly statements: Statements
  private readonly values: readonly (readonly WireValue[])[]
  private readonly outcome: Outcome<DriverResult[]>
  private readonly results: DriverResult[] = []
  private sent: readonly Statement[] = []
  private rows: Row[] = []
  private readonly failed: ((position: number) => void) | undefined

  constructor(
    requests: readonly DriverRequest[],
    statements: Statements,
    outcome: Outcome<DriverResult[]>,
    failed?: (position: number) => void,
  ) {
    super()
    this.failed = failed
    this.requests = requests
    this.statements = statements
    this.outcome = outcome
    this.values = requests.map((request) => request.values.map(wireValue))
  }

  submit(wire: Wire): void {
    together(wire, () => {
      this.sent = this.requests.map((request, i) => sendRequest(request, this.values[i]!, this.statements, wire, this.parsed, inBatch))
      wire.sync()
    })
  }

  /** The server answers one request after the other. */
  private get current(): Statement {
    return this.sent[this.results.length]!
  }

  override handleRowDescription(message: RowDescription): void {
    this.current.describe(message)
  }

  override handleDataRow(message: DataRow): void {
    this.rows.push(message.fields)
  }

  override get taker(): RowTaker {
    return this
  }

  takeRow(bytes: Buffer, at: number, end: number): void {
    this.rows.push(readRow(bytes, at, end, this.requests[this.results.length]!.forms))
  }

  override handleCommandComplete(message: CommandComplete): void {
    const { command, count } = readTag(message.text)
    this.results.push({ rows: this.rows, columnTypes: this.current.columnTypes, rowCount: count, insertedId: undefined, command })
    this.rows = []
  }

  override handleEmptyQuery(): void {
    this.results.push({ rows: [], columnTypes: undefined, rowCount: 0, insertedId: undefined, command: undefined })
  }

  override handleCopyInResponse(wire: Wire): void {
    super.handleCopyInResponse(wire)
    wire.sync()
  }

  settle(error: unknown): void {
    if (error !== undefined) {
      this.failed?.(this.results.length)
      this.outcome.reject(error)
    } else this.outcome.resolve(this.results)
  }
}
