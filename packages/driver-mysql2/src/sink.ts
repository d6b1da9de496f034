import type { Built, DriverRequest } from '@quern/engine'
import type { Command, Field } from './client.js'
import { typesOf } from './results.js'

/** So many raw rows at most wait to be made rows. */
const buildEvery = 64

/** Rows of one statement, made while they arrive: raw ones that wait for the last one are what the garbage collector copies. */
export class Sink {
  private readonly build: NonNullable<DriverRequest['build']>
  private readonly columnTypes: readonly number[]
  private waiting: unknown[][] = []
  private built: Built = { rows: [], failure: undefined }

  constructor(build: NonNullable<DriverRequest['build']>, columnTypes: readonly number[]) {
    this.build = build
    this.columnTypes = columnTypes
  }

  add(row: unknown[]): void {
    if (this.waiting.push(row) === buildEvery) this.flush()
  }

  end(): Built {
    if (this.waiting.length > 0) this.flush()
    return this.built
  }

  /** Where building fails, the statement still runs to its end. */
  private flush(): void {
    const { waiting, built } = this
    this.waiting = []
    if (built.failure !== undefined) return
    try {
      for (const row of this.build(waiting, this.columnTypes)) built.rows.push(row)
    } catch (error) {
      this.built = { rows: [], failure: { error } }
    }
  }
}

/** Takes the rows that mysql2 would gather for the statement's callback; `undefined` where this version gathers them elsewhere. */
export function sinkFor(command: Command, { build }: DriverRequest, fields: readonly Field[] | undefined, result = 0): Sink | undefined {
  const { _currentRows: gathered } = command as { readonly _currentRows?: unknown[] }
  if (build === undefined || fields === undefined || result !== 0 || !Array.isArray(gathered) || gathered.length > 0) return undefined
  const sink = new Sink(build, typesOf(fields))
  gathered.push = (...rows: unknown[]) => {
    for (const row of rows) sink.add(row as unknown[])
    return 0
  }
  return sink
}
