import { StreamedRows } from './streamed-rows.js'

type Batches = AsyncGenerator<readonly number[], void, undefined>
const log: string[] = []
async function* batches(failing = false): Batches {
  try {
    yield []
    await null
    yield [1, 2, 3]
    yield []
    yield [4]
    if (failing) throw new Error('gone')
    yield [5, 6]
  } finally {
    log.push('ended')
  }
}
/** What it stands in for. */
async function* generator(of: Batches): AsyncGenerator<number, void, undefined> {
  for await (const batch of of) yield* batch
}

type Call = 'next' | 'return' | 'throw'
async function answers(rows: AsyncGenerator<number, void, undefined>, calls: readonly Call[], together: boolean): Promise<unknown[]> {
  const told: unknown[] = []
  const running: Promise<unknown>[] = []
  for (const call of calls) {
    const answer = (call === 'next' ? rows.next() : call === 'return' ? rows.return() : rows.throw(new Error('theirs'))).then(
      ({ value, done }) => told.push([call, value, done]),
      (error: Error) => told.push([call, error.message]),
    )
    running.push(answer)
    if (!together) await answer
  }
  await Promise.all(running)
  return told
}

test.each([false, true])('answers as a generator does, in the order of the calls; all at once: %s', async (together) => {
  const eight = Array<Call>(8).fill('next')
  for (const calls of [
    eight,
    ['return', 'next'],
    ['next', 'next', 'return', 'next'],
    ['next', 'throw', 'next'],
    [...eight, 'return'],
  ] as Call[][])
    for (const failing of [false, true]) {
      log.length = 0
      const expected = await answers(generator(batches(failing)), calls, together)
      const ended = [...log]
      log.length = 0
      expect(await answers(StreamedRows.over(batches(failing)), calls, together)).toEqual(expected)
      expect(log).toEqual(ended)
    }
})

test('is left by break, and can be iterated like any other', async () => {
  log.length = 0
  const seen: number[] = []
  const rows = StreamedRows.over(batches())
  expect(rows[Symbol.asyncIterator]()).toBe(rows)
  for await (const row of rows) {
    seen.push(row)
    if (row === 2) break
  }
  expect(seen).toEqual([1, 2])
  expect(log).toEqual(['ended'])
  expect(await rows.next()).toEqual({ value: undefined, done: true })
})
