import type { Built, DriverRequest } from '@quern/engine'
import type { Cell } from './binary-row.js'
import type { Field } from './client.js'
import type { RowTaker } from './intake.js'
import { typesOf } from './results.js'

/** So many raw rows at most wait to be made rows. */
const buildEvery = 64

/** The rows of one statement, made what the program gets while they arrive: raw ones that wait for the last one are what the garbage collector copies. */
export class Rows implements RowTaker {
  readonly columnTypes: readonly number[]
  /** Raw, where nobody makes other ones of them. */
  readonly raw: Cell[][] = []
  private readonly build: DriverRequest['build']
  private waiting: Cell[][] = []
  private rows: unknown[] = []
  private failure: Built['failure']

  constructor({ build }: DriverRequest, fields: readonly Field[]) {
    this.build = build
    this.columnTypes = typesOf(fields)
  }

  add(row: Cell[]): void {
    if (this.build === undefined) this.raw.push(row)
    else if (this.waiting.push(row) === buildEvery) this.flush()
  }

  end(): Built | undefined {
    if (this.build === undefined) return undefined
    this.flush()
    return { rows: this.rows, failure: this.failure }
  }

  /** Where building fails, the statement still runs to its end. */
  private flush(): void {
    const { waiting } = this
    if (waiting.length === 0 || this.failure !== undefined) return
    this.waiting = []
    try {
      const built = this.build!(waiting, this.columnTypes)
      for (let i = 0; i < built.length; i++) this.rows.push(built[i])
    } catch (error) {
      this.rows = []
      this.failure = { error }
    }
  }
}
