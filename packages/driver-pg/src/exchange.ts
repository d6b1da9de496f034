import type { Cell } from './data-row.js'
import type { RowTaker } from './intake.js'
import { type CommandComplete, type DataRow, type RowDescription, readTag, type Wire } from './wire.js'

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
export interface Outcome<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
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
