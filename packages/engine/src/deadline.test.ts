import { settledWithin } from './deadline.js'

test('an answer that came while the program was busy is in time', async () => {
  // comes with the turn of the sockets, as an answer does that lies there already
  const answer = new Promise<void>((resolve) => setImmediate(resolve))
  const settled = settledWithin(answer, 1)
  const end = performance.now() + 10
  while (performance.now() < end);
  expect(await settled).toBe(true)
})

test('what does not come is late', async () => {
  expect(await settledWithin(new Promise(() => {}), 1)).toBe(false)
})
