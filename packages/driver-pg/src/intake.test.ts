import { Buffer } from 'node:buffer'
import { type Duplex, PassThrough } from 'node:stream'
import { Intake } from './intake.js'
import type { Wire } from './wire.js'

function message(letter: string, body: string): Buffer {
  const bytes = Buffer.from(`${letter}____${body}`)
  bytes.writeInt32BE(bytes.length - 1, 1)
  return bytes
}

/** What comes out when the bytes arrive in such pieces. */
async function arriving(bytes: Buffer, pieces: readonly number[], takes: boolean) {
  const out: string[] = []
  const stream = new PassThrough()
  const wire = {
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
  message('C', 'SELECT 3'),
  message('Z', 'I'),
]
const bytes = Buffer.concat(messages)
const rest = ['Tcolumns', 'row one', 'row ', 'Na notice between rows', `row ${'x'.repeat(300)}`, 'CSELECT 3', 'ZI']

test('rows and messages stay in order, wherever the chunks are cut', async () => {
  for (let cut = 1; cut < bytes.length; cut++) expect(await arriving(bytes, [cut], true)).toEqual(rest)
  for (const size of [1, 2, 3, 4, 5, 6, 7, 50]) expect(await arriving(bytes, Array(bytes.length).fill(size), true)).toEqual(rest)
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
