/** What the server allows, asked at most once a call, and only where rows are many. */
import { bulkPlan } from '@quern/sql'
import type { BulkTarget } from './target.js'
import type { Job } from './ways.js'

/** With fewer rows the faster ways are not worth their preparations. */
export const few = 200

export class ServerLimits {
  readonly #job: Job
  /** Whether it takes rows as a stream; undefined where nobody has asked, or there is nothing to ask. */
  loads: boolean | undefined
  /** The most bytes of one statement. */
  bytes: number = Number.POSITIVE_INFINITY
  /** Whether a temporary table may be in another engine than the server's own choice. */
  engines = true

  constructor(job: Job) {
    this.#job = job
  }

  async ask(target: BulkTarget): Promise<void> {
    const { table, dialect, signal } = this.#job
    const { limits } = dialect.bulk
    if (limits === undefined || this.loads !== undefined) return
    const question = bulkPlan('raw', table, dialect, undefined, (out) => {
      out.text += limits
    })
    const { answers, failed } = await target.run(question, [[]], signal)
    if (failed !== undefined) throw failed.error
    const [loads, bytes, engines] = answers[0]!.rows[0]!
    this.loads = Number(loads) === 1
    this.bytes = Number(bytes) - 4096
    this.engines = Number(engines) === 1
  }
}
