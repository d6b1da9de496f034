import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Duplex, PassThrough } from 'node:stream'
import { Intake } from './intake.js'
import type { Wire } from './wire.js'

function message(letter: string, body: string): Buffer {
  const bytes = Buffer.from(`${letter}____${body}`)
  bytes.writeInt32BE(bytes.length - 1, 1)
  return bytes
}

/** What comes out when the bytes arrive in such pieces; what pg's client is told of at once is in parentheses. */
async function arriving(bytes: Buffer, pieces: readonly number[], takes: boolean, hears = takes) {
  const out: string[] = []
  const stream = new PassThrough()
  const wire = {
    emit(event: string, { name, length, text, status }: Record<string, unknown>) {
      expect(event).toBe(name)
      if (hears) out.push(`(${event} ${length} ${text ?? status})`)
      return hears
    },
    attachListeners(given: Duplex) {
      given.on('data', (chunk: Buffer) => {
        // pg's parser gets whole messages alone
        for (let at = 0; at < chunk.length; ) {
          const end = at + 1 + chunk.readInt32BE(at + 1)
          expect(end).toBeLessThanOrEqual(chunk.length)
          out.push(chunk.toString('utf8', at, at + 1) + chunk.toString('utf8', at + 5, end))
          at = end
        }
      })
    },
  } as unknown as Wire
  const intake = new Intake()
  if (takes) intake.taker = () => ({ takeRow: (chunk, at, end) => out.push(`row ${chunk.toString('utf8', at, end)}`) })
  intake.tells = takes
  intake.install(wire)
  wire.attachListeners!(stream)
  let at = 0
  for (const piece of [...pieces, bytes.length]) {
    stream.write(bytes.subarray(at, at + piece))
    at += piece
    await new Promise(setImmediate)
    if (at >= bytes.length) break
  }
  return out
}

const messages = [
  message('T', 'columns'),
  message('D', 'one'),
  message('D', ''),
  message('N', 'a notice between rows'),
  message('D', 'x'.repeat(300)),
  message('C', 'SELECT 3\0'),
  message('Z', 'I'),
]
const bytes = Buffer.concat(messages)
const told = ['(commandComplete 13 SELECT 3)', '(readyForQuery 5 I)']
const rest = ['Tcolumns', 'row one', 'row ', 'Na notice between rows', `row ${'x'.repeat(300)}`, 'CSELECT 3\0', 'ZI']

test('rows and messages stay in order, wherever the chunks are cut', async () => {
  const all = [...rest.slice(0, -2), ...told]
  for (let cut = 1; cut < bytes.length; cut++) expect(await arriving(bytes, [cut], true)).toEqual(all)
  for (const size of [1, 2, 3, 4, 5, 6, 7, 50]) expect(await arriving(bytes, Array(bytes.length).fill(size), true)).toEqual(all)
})

test('the ends of statements go through pg where its client does not listen, or they are not what they should be', async () => {
  expect(await arriving(bytes, [], true, false)).toEqual(rest)
  const odd = Buffer.concat([message('2', 'more'), message('Z', ''), message('2', ''), message('Z', 'T')])
  expect(await arriving(odd, [], true)).toEqual(['2more', 'Z', '(readyForQuery 5 T)'])
})

test('without a taker all goes to pg', async () => {
  const all = rest.map((one) => one.replace('row ', 'D'))
  for (const size of [1, 4, 9, 1000]) expect(await arriving(bytes, Array(bytes.length).fill(size), false)).toEqual(all)
})

test('bytes that are no protocol end the stream with an error', async () => {
  const stream = new PassThrough()
  const wire = { attachListeners: (given: Duplex) => given.on('data', () => {}) } as unknown as Wire
  new Intake().install(wire)
  wire.attachListeners!(stream)
  const failed = new Promise((resolve) => stream.on('error', resolve))
  stream.write(Buffer.from([68, 0, 0, 0, 1, 9, 9, 9]))
  expect(String(await failed)).toMatch(/not its protocol/)
})

/** Both ends of a connection: a server's, and a socket of the intake's. */
async function connected(intake: Intake) {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = intake.socket()
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[far]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [[Socket], unknown]
  server.close()
  return { far, socket }
}

test('what is kept of an answer stays what it was when the next one is read into the same buffer', async () => {
  const intake = new Intake()
  const rows: string[] = []
  const passed: Buffer[] = []
  intake.taker = () => ({ takeRow: (chunk, at, end) => rows.push(chunk.toString('latin1', at, end)) })
  const wire = { attachListeners: (given: Duplex) => given.on('data', (chunk: Buffer) => passed.push(chunk)) } as unknown as Wire
  intake.install(wire)
  const { far, socket } = await connected(intake)
  wire.attachListeners!(socket)
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const all = Buffer.concat(letters.flatMap((letter) => [message('D', letter.repeat(40)), message('N', letter.repeat(7))]))
  for (let at = 0; at < all.length; at += 31) {
    far.write(all.subarray(at, at + 31))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  far.end()
  await once(socket, 'close')
  expect(rows).toEqual(letters.map((letter) => letter.repeat(40)))
  expect(Buffer.concat(passed)).toEqual(Buffer.concat(letters.map((letter) => message('N', letter.repeat(7)))))
})

test('a socket that nobody has taken over is a stream like any other', async () => {
  const { far, socket } = await connected(new Intake())
  const read: Buffer[] = []
  socket.on('data', (chunk: Buffer) => read.push(chunk))
  for (const text of ['first', 'second']) {
    far.write(text)
    await once(socket, 'data')
  }
  far.end()
  await once(socket, 'close')
  expect(Buffer.concat(read).toString()).toBe('firstsecond')
})
