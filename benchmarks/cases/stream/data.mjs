/** A million rows: every row of the table ten times. */
import { performance } from 'node:perf_hooks'
import { count } from '../database/data.mjs'

export const batch = 1_000
export const text = (times) => `select r.id, r.a, r.b, r.c, r.f from bench_rows r cross join bench_topics t where t.id <= ${times}`

/** `open(times)` yields an async iterable of rows. Memory is what the process holds beyond what it held before, sampled on the way. */
export function contender({ open, close }) {
  const pass = async (times) => {
    globalThis.gc?.()
    const idle = process.memoryUsage().rss
    let [rows, sum, peak] = [0, 0, idle]
    const start = performance.now()
    for await (const row of await open(times)) {
      sum += row.id + row.a.length
      if (++rows % 20_000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
    }
    const ns = ((performance.now() - start) * 1e6) / rows
    return { rows, sum, ns, memory: Math.max(0, peak - idle) / 2 ** 20 }
  }
  return {
    close,
    async prove() {
      const { rows, sum } = await pass(1)
      return { rows: [rows === count, rows, sum] }
    },
    /** Half a pass before the one that counts, so that the code is warm and the pools of memory have their size. */
    async timed() {
      await pass(5)
      const { ns, memory } = await pass(10)
      return { ns, min: ns, max: ns, memory, iterations: 1, batches: 1 }
    },
  }
}
