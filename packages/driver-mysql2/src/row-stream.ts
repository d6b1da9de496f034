import type { DriverRequest, DriverRows } from '@quern/engine'
import type { Cell } from './binary-row.js'
import type { Client, Command, Failure, Field, Header } from './client.js'
import type { RowTaker } from './intake.js'
import { Rows } from './rows.js'

/**
 * Rows as they arrive, in batches. The connection is paused while two batches wait to be taken, so the server waits too; what is
 * already on its way fits into the socket's buffers.
 */
export class RowStream implements RowTaker {
  private readonly client: Client
  private readonly batchSize: number
  /** From the description of the columns on. */
  private rows: Rows | undefined
  private state: 'flowing' | 'paused' | 'dropping' | 'ended' = 'flowing'
  private failure: Failure | undefined
  private wake: () => void = () => {}

  constructor(client: Client, command: Command, request: DriverRequest, batchSize: number, heard: (status: number) => void) {
    this.client = client
    this.batchSize = batchSize
    command.on('fields', (fields: readonly Field[] | undefined, index?: number) => {
      if (fields !== undefined && !index) this.rows = new Rows(request, fields)
    })
    command.on('result', (row: unknown, index?: number) => {
      // A procedure's further results are dropped; a result without rows is a header, which has the server's status.
      if (!Array.isArray(row)) heard((row as Header).serverStatus)
      else if (!index) this.add(row)
    })
    command.on('error', (error: Failure) => this.end(error))
    command.on('end', () => this.end(undefined))
  }

  /** The next rows; nothing at the end. */
  async take(): Promise<DriverRows | undefined> {
    if (this.state === 'paused' && this.rows!.length <= this.batchSize) this.resume('flowing')
    while (this.state === 'flowing' && !this.isReady()) await this.woken()
    if (this.failure) throw this.failure
    return this.rows && (this.rows.length > 0 || this.rows.failed) ? this.rows.take(this.batchSize) : undefined
  }

  /** Drops what is still to come; yields whether it ended within `milliseconds`. */
  async drain(milliseconds: number): Promise<boolean> {
    this.rows = undefined
    if (this.state !== 'ended') this.resume('dropping')
    let timer: NodeJS.Timeout | undefined
    const end = Date.now() + milliseconds
    while (this.state !== 'ended' && Date.now() < end) {
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, end - Date.now())
      })
      await Promise.race([this.woken(), late])
      clearTimeout(timer)
    }
    return this.state === 'ended'
  }

  /** Also called by the connection when it is lost, because mysql2 then tells a command without a callback nothing. */
  end(failure: Failure | undefined): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.failure = failure
    this.wake()
  }

  room(): Cell[] | undefined {
    return this.rows?.room()
  }

  add(row: Cell[]): void {
    if (this.rows === undefined || this.state === 'dropping' || this.state === 'ended') return
    this.rows.add(row)
    if (!this.isReady()) return
    // One batch more comes while the reader is at work, so that neither waits for the other.
    if (this.state === 'flowing' && this.rows.length >= 2 * this.batchSize) {
      this.state = 'paused'
      this.client.pause()
    }
    this.wake()
  }

  private isReady(): boolean {
    return this.rows !== undefined && (this.rows.length >= this.batchSize || this.rows.failed)
  }

  private resume(state: 'flowing' | 'dropping'): void {
    const wasPaused = this.state === 'paused'
    this.state = state
    if (wasPaused) this.client.resume()
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }
}
