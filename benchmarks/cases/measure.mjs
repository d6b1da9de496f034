/**
 * Times one operation in this process. `call(i)` does it once; `read(result)` makes a number of what it yields, which is summed up, so
 * that nothing can be optimised away. Warm-up by time, then batches of a fixed number of iterations, each long enough for the clock.
 * `per` is how many rows or the like a call is about. With `lanes`, so many callers work at once, each beginning its next call when its last one is answered.
 */
export async function measure({ call, read, async, lanes, per = 1 }, { warmUp, batches, batchTime }) {
  const batch = lanes ? batchOfLanes(lanes) : async ? batchOfPromises : batchOfCalls
  let sum = 0
  let iterations = lanes ?? 1
  let next = 0
  const timed = async () => {
    const start = process.hrtime.bigint()
    sum += await batch(call, read, next, iterations)
    const elapsed = Number(process.hrtime.bigint() - start)
    next += iterations
    return elapsed
  }
  const end = performance.now() + warmUp
  let perIteration
  do {
    const elapsed = await timed()
    perIteration = elapsed / iterations
    if (elapsed < batchTime * 1e6) iterations = Math.max(1, Math.min(iterations * 2, Math.ceil((batchTime * 1e6) / perIteration)))
  } while (performance.now() < end)
  const samples = []
  for (let i = 0; i < batches; i++) samples.push((await timed()) / iterations / per)
  if (!Number.isFinite(sum)) throw new Error('the operation yielded no number: its result was not read')
  return { ns: median(samples), min: Math.min(...samples), max: Math.max(...samples), iterations, batches }
}

function batchOfCalls(call, read, from, count) {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += read(call(i))
  return sum
}

async function batchOfPromises(call, read, from, count) {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += read(await call(i))
  return sum
}

const batchOfLanes = (lanes) => async (call, read, from, count) => {
  let sum = 0
  let next = from
  const lane = async () => {
    while (next < from + count) {
      const value = read(await call(next++))
      sum += value
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return sum
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
