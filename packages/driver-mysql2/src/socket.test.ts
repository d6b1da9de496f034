import type { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connectedSocket } from './socket.js'

/** Both ends of a connection, and what has arrived, as it was handed out. */
async function connected() {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connectedSocket({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [[far]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [[Socket], unknown]
  server.close()
  return { far, socket, chunks }
}

test('what was handed out stays what it was when the next answer is read, and its memory holds nothing else', async () => {
  const { far, socket, chunks } = await connected()
  for (const text of ['first', 'second', 'x'.repeat(200_000)]) {
    far.write(text)
    await pause(20)
  }
  far.end()
  await once(socket, 'close')
  expect(chunks.map(String).join('')).toBe(`firstsecond${'x'.repeat(200_000)}`)
  expect(String(chunks[0])).toBe('first')
  for (const { buffer, length } of chunks) expect(buffer.byteLength).toBe(length)
})

test('a paused socket reads nothing until it goes on', async () => {
  const { far, socket, chunks } = await connected()
  socket.pause()
  far.write('while paused')
  await pause(50)
  expect(chunks).toEqual([])
  socket.resume()
  await once(socket, 'data')
  expect(String(chunks[0])).toBe('while paused')
  far.end()
  await once(socket, 'close')
})
