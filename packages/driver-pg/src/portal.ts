import type { Buffer } from 'node:buffer'
import type { DriverRequest, DriverRows } from '@quern/engine'
import { readRow } from './data-row.js'
import { Exchange, type Row, together } from './exchange.js'
import type { RowTaker } from './intake.js'
import { described, type Incoming, sendRequest } from './sending.js'
import type { Statement, Statements } from './statements.js'
import { type CommandComplete, type DataRow, type RowDescription, type Wire, type WireValue, wireValue } from './wire.js'

export const canceled = (): Error => Object.assign(new Error('The stream was cancelled.'), { code: '57014' })

/**
 * A statement whose rows are fetched batch by batch. The portal lives until Sync, so none is sent before the end: that needs no
 * transaction, and nothing else can run meanwhile.
 */
export class Portal extends Exchange {
  private readonly request: DriverRequest
  private readonly batchSize: number
  private readonly statements: Statements
  private readonly values: readonly WireValue[]
  private wire: Wire | undefined
  private statement: Statement | undefined
  private incoming: Incoming | undefined
  private rows: Row[] = []
  private waiting: { resolve(more: boolean): void; reject(error: unknown): void } | undefined
  private state: 'running' | 'suspended' | 'ended' = 'running'
  private canceled = false

  constructor(request: DriverRequest, batchSize: number, statements: Statements) {
    super()
    this.request = request
    this.batchSize = batchSize
    this.statements = statements
    this.values = request.values.map(wireValue)
  }

  submit(wire: Wire): void {
    this.wire = wire
    together(wire, () => {
      const sending = { rows: this.batchSize, reads: true, ending: 'flush' } as const
      this.statement = sendRequest(this.request, this.values, this.statements, wire, this.parsed, sending)
    })
  }

  /** Resolves when a batch is there: `true` while more may follow. */
  next(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      if (this.state === 'ended') this.settle(this.error)
      else if (this.state === 'suspended') this.resume()
    })
  }

  /** Between two batches nothing runs that the server could stop: the next batch fails instead. */
  override cancel(): void {
    this.canceled = true
  }

  takeRows(): DriverRows {
    const { rows } = this
    this.rows = []
    return { rows, columnTypes: this.statement!.columnTypes }
  }

  /** Ends the portal before its rows have; resolves when the connection is free again. */
  async close(): Promise<void> {
    if (this.state === 'suspended') this.leave()
    this.rows = []
    if (this.state !== 'ended') await new Promise<boolean>((resolve) => (this.waiting = { resolve, reject: () => resolve(false) }))
  }

  private resume(): void {
    if (this.canceled) {
      this.error = canceled()
      this.leave()
      return
    }
    this.state = 'running'
    this.wire!.execute({ rows: this.batchSize })
    this.wire!.flush()
  }

  private leave(): void {
    this.state = 'running'
    this.wire!.close({ type: 'P', name: '' })
    this.wire!.sync()
  }

  override handleRowDescription(message: RowDescription): void {
    this.incoming = described(message, this.statement!, this.request)
    // Whoever wants them in batches expects many.
    this.statement!.rows = Number.POSITIVE_INFINITY
  }

  override handleDataRow(message: DataRow): void {
    this.rows.push(message.fields)
  }

  override get taker(): RowTaker {
    return this
  }

  takeRow(bytes: Buffer, at: number, end: number): void {
    const { incoming } = this
    if (incoming?.unreadable) this.error ??= incoming.unreadable
    else this.rows.push(readRow(bytes, at, end, this.request.forms, incoming?.coming))
  }

  override handlePortalSuspended(): void {
    if (this.error !== undefined) {
      this.leave()
      return
    }
    this.state = 'suspended'
    this.waiting?.resolve(true)
    this.waiting = undefined
  }

  override handleCommandComplete(_message: CommandComplete, wire: Wire): void {
    wire.sync()
  }

  override handleEmptyQuery(wire: Wire): void {
    wire.sync()
  }

  override handleError(error: unknown, wire: Wire): void {
    super.handleError(error, wire)
    wire.sync()
  }

  override handleCopyInResponse(wire: Wire): void {
    super.handleCopyInResponse(wire)
    wire.sync()
  }

  settle(error: unknown): void {
    this.state = 'ended'
    this.error = error
    if (error !== undefined && error === this.incoming?.unreadable) this.statements.drop(this.request.text)
    if (error !== undefined) this.waiting?.reject(error)
    else this.waiting?.resolve(false)
    this.waiting = undefined
  }
}
