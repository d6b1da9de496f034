import type { Buffer } from 'node:buffer'
import { BeginRefused, type Built, type DriverRequest, type DriverResult } from '@quern/engine'
import { type Coming, comingOf } from './binary.js'
import { type Cell, readRow } from './data-row.js'
import type { RowTaker } from './intake.js'
import { type Ending, openingMessages, runMessages } from './messages.js'
import type { Statement, Statements } from './statements.js'
import { type CommandComplete, type DataRow, type RowDescription, readTag, type Wire, type WireValue, wireValue } from './wire.js'

export type Row = Cell[]

/**
 * One conversation with the server, from what is sent to ReadyForQuery. pg calls `submit` and the handlers; the connection calls
 * `settle` once the server is ready again, because only then is the transaction's status known: pg itself reports an error before.
 */
export abstract class Exchange {
  /** The first failure that the server reported. */
  error: unknown
  /** Texts whose Parse was sent and not yet confirmed. */
  readonly parsed: string[] = []
  protected command: string | undefined
  protected count = 0

  abstract submit(wire: Wire): void
  /** The server has been asked to stop. Where it does not look at such a request, because it waits for us, this ends the exchange. */
  cancel(): void {}
  /** `error` is `undefined` when all went well. */
  abstract settle(error: unknown): void

  handleParseComplete(): void {
    this.parsed.shift()
  }
  handleRowDescription(_message: RowDescription): void {}
  handleDataRow(_message: DataRow): void {}
  /** Who takes rows from their bytes, where that can be; else `handleDataRow` gets them. */
  get taker(): RowTaker | undefined {
    return undefined
  }
  handlePortalSuspended(_wire: Wire): void {}
  handleCommandComplete(message: CommandComplete, _wire: Wire): void {
    const tag = readTag(message.text)
    this.command = tag.command
    this.count = tag.count
  }
  handleEmptyQuery(_wire: Wire): void {}
  handleError(error: unknown, _wire: Wire): void {
    this.error ??= error
  }
  handleReadyForQuery(): void {}
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('COPY FROM STDIN needs copyIn')
  }
  handleCopyData(): void {}
}

/** Groups messages into one write. */
export function together(wire: Wire, send: () => void): void {
  wire.stream.cork()
  try {
    send()
  } finally {
    wire.stream.uncork()
  }
}

/** The end of an exchange as a promise. */
interface Outcome<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** So many raw rows at most wait to be made rows. */
const buildEvery = 64

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
    together(wire, () => {
      if (this.opening !== undefined) {
        this.parsed.push(this.opening)
        wire.stream.write(openingMessages(this.opening))
      }
      this.statement = sendRequest(this.request, this.values, this.statements, wire, this.parsed, { rows: 0, reads: true, ending: 'sync' })
    })
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

/** What the server has said of the rows to come. */
export interface Incoming {
  readonly coming: readonly Coming[] | undefined
  /** Why the rows cannot be read. */
  readonly unreadable: Error | undefined
}

/** Takes what the server says of the columns: while a statement is prepared, or before each run where binary was asked for. */
export function described(message: RowDescription, statement: Statement, { forms }: DriverRequest): Incoming {
  const { columnTypes } = statement
  const { fields } = message
  if (columnTypes === undefined || fields.some(({ dataTypeID }, i) => dataTypeID !== columnTypes[i])) statement.describe(message)
  if (forms === undefined || !fields.some(({ format }) => format === 'binary')) return { coming: undefined, unreadable: undefined }
  const coming = comingOf(fields, forms)
  const unreadable = coming
    ? undefined
    : new Error('The type of a result column has changed since the statement was prepared; run it again.')
  return { coming, unreadable }
}

interface Sending {
  /** The most rows; 0 for all. */
  readonly rows: number
  /** Whether who gets the rows reads binary, too. */
  readonly reads: boolean
  readonly ending: Ending
}

/** What a statement yields is only asked where nobody has told yet, and where some of it is to come in binary, which is never taken for granted. */
export function sendRequest(
  request: DriverRequest,
  values: readonly WireValue[],
  statements: Statements,
  wire: Wire,
  parsed: string[],
  { rows, reads, ending }: Sending,
): Statement {
  const statement = statements.prepare(request, wire, parsed)
  const { name } = statement
  if (request.returnsRows && statement.columnTypes === undefined) wire.describe({ type: 'S', name })
  const formats = reads && statements.binary ? statement.formatsFor(request) : undefined
  wire.stream.write(runMessages({ statement: name, values, formats, rows, ending }))
  return statement
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

/** Text without values through the simple protocol, which takes several statements; rows are dropped. */
export class Script extends Exchange {
  private readonly text: string
  private readonly outcome: Outcome<string | undefined>

  constructor(text: string, outcome: Outcome<string | undefined>) {
    super()
    this.text = text
    this.outcome = outcome
  }

  submit(wire: Wire): void {
    wire.query(this.text)
  }

  settle(error: unknown): void {
    if (error !== undefined) this.outcome.reject(error)
    else this.outcome.resolve(this.command)
  }
}

/** Text that yields one row, by name: for the few questions the driver itself asks. */
export class Lookup extends Exchange {
  private readonly text: string
  private readonly outcome: Outcome<Readonly<Record<string, string | null>>>
  private names: string[] = []
  private row: readonly (string | null)[] = []

  constructor(text: string, outcome: Outcome<Readonly<Record<string, string | null>>>) {
    super()
    this.text = text
    this.outcome = outcome
  }

  submit(wire: Wire): void {
    wire.query(this.text)
  }

  override handleRowDescription(message: RowDescription): void {
    this.names = message.fields.map((field) => field.name)
  }

  override handleDataRow(message: DataRow): void {
    this.row = message.fields
  }

  settle(error: unknown): void {
    if (error !== undefined) this.outcome.reject(error)
    else this.outcome.resolve(Object.fromEntries(this.names.map((name, i) => [name, this.row[i] ?? null])))
  }
}
