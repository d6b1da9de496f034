import type { Built, DriverRequest, DriverRows } from '@quern/engine'
import type { Cell } from './binary-row.js'
import type { Field } from './client.js'
import type { RowTaker } from './intake.js'
import { typesOf } from './results.js'

/** So many raw rows at most wait to be made rows. */
const buildEvery = 64

/** The rows of one statement, made what the program gets while they arrive: raw ones that wait are what the garbage collector copies. */
export class Rows implements RowTaker {
  readonly columnTypes: readonly number[]
  private readonly build: DriverRequest['build']
  /** Raw, where nobody makes other ones of them. */
  private raw: Cell[][] = []
  /** The arrays of raw rows are used again and again. */
  private readonly waiting: Cell[][] = []
  private count = 0
  private rows: unknown[] = []
  private failure: Built['failure']

  constructor({ build }: DriverRequest, fields: readonly Field[]) {
    this.build = build
    this.columnTypes = typesOf(fields)
  }

  /** A row could not be made: those after it never will be. */
  get failed(): boolean {
    return this.failure !== undefined
  }

  get length(): number {
    return this.raw.length + this.rows.length + this.count
  }

  room(): Cell[] | undefined {
    return this.waiting[this.count]
  }

  add(row: Cell[]): void {
    if (this.build === undefined) {
      this.raw.push(row)
      return
    }
    this.waiting[this.count++] = row
    if (this.count === buildEvery) this.flush(this.waiting)
  }

  /** So many of them, or all that are there. */
  take(most = Number.POSITIVE_INFINITY): DriverRows {
    const { columnTypes } = this
    if (this.build === undefined) {
      const rows = this.raw
      this.raw = rows.length > most ? rows.splice(most) : []
      return { rows, columnTypes }
    }
    if (this.count > 0) this.flush(this.waiting.slice(0, this.count))
    const { rows, failure } = this
    this.rows = rows.length > most ? rows.splice(most) : []
    return { rows: [], columnTypes, built: { rows, failure: this.rows.length > 0 ? undefined : failure } }
  }

  /** Where building fails, the statement still runs to its end. */
  private flush(waiting: readonly Cell[][]): void {
    this.count = 0
    if (this.failure !== undefined) return
    try {
      const built = this.build!(waiting, this.columnTypes, this.rows.length)
      for (let i = 0; i < built.length; i++) this.rows.push(built[i])
    } catch (error) {
      this.failure = { error }
    }
  }
}
