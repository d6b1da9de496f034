/** How a prepared statement is sent, and what the server says of its columns. */
import { Buffer } from 'node:buffer'
import type { DriverRequest } from '@quern/engine'
import { type Coming, comingOf } from './binary.js'
import { Exchange, type Outcome, together } from './exchange.js'
import { type Ending, runMessages } from './messages.js'
import type { Statement, Statements } from './statements.js'
import type { RowDescription, Wire, WireValue } from './wire.js'

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

export interface Sending {
  /** The most rows; 0 for all. */
  readonly rows: number
  /** Whether who gets the rows reads binary, too. */
  readonly reads: boolean
  readonly ending: Ending
  /** What goes out in one piece with it, where nothing else has to come before it. */
  readonly before?: Buffer
}

/** What a statement yields is only asked where nobody has told yet, and where some of it is to come in binary, which is never taken for granted. */
export function sendRequest(
  request: DriverRequest,
  values: readonly WireValue[],
  statements: Statements,
  wire: Wire,
  parsed: string[],
  { rows, reads, ending, before }: Sending,
): Statement {
  const statement = statements.prepare(request, wire, parsed)
  const { name } = statement
  if (request.returnsRows && statement.columnTypes === undefined) wire.describe({ type: 'S', name })
  const formats = reads && statements.binary ? statement.formatsFor(request) : undefined
  const messages = runMessages({ statement: name, values, formats, rows, ending })
  wire.stream.write(before === undefined ? messages : Buffer.concat([before, messages]))
  return statement
}

/** Prepares a statement and asks for its columns, so that already its first rows can come in binary: worth a round trip where rows are streamed. */
export class Description extends Exchange {
  private readonly request: DriverRequest
  private readonly statements: Statements
  private readonly outcome: Outcome<void>
  private statement: Statement | undefined

  constructor(request: DriverRequest, statements: Statements, outcome: Outcome<void>) {
    super()
    this.request = request
    this.statements = statements
    this.outcome = outcome
  }

  submit(wire: Wire): void {
    together(wire, () => {
      this.statement = this.statements.prepare(this.request, wire, this.parsed)
      wire.describe({ type: 'S', name: this.statement.name })
      wire.sync()
    })
  }

  override handleRowDescription(message: RowDescription): void {
    this.statement!.describe(message)
    this.statement!.rows = Number.POSITIVE_INFINITY
  }

  settle(error: unknown): void {
    // Asked and not described: it yields no rows.
    if (error === undefined) this.statement!.columnTypes ??= []
    if (error === undefined) this.outcome.resolve()
    else this.outcome.reject(error)
  }
}
