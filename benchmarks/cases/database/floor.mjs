/**
 * What no client library can beat: the bytes that the client library sends for its prepared statement, sent again over the same kind of socket,
 * and the answer read to its end, message by message, with nothing decoded. One connection for each caller at work, as in the pool.
 */

import { lanes, poolSize, url } from './data.mjs'
import { given, own } from './raw.mjs'

/** At the end the socket is cut under the client library. */
const ignored = () => {}

async function postgresConnection(text, values) {
  const { default: pg } = await import('pg')
  const client = new pg.Client(url('postgres'))
  client.on('error', ignored)
  await client.connect()
  const run = () => client.query({ name: 'it', text, values })
  return { stream: client.connection.stream, run, headerLength: 5, lengthOf: (bytes, at) => 1 + bytes.readUInt32BE(at + 1) }
}

async function mysqlConnection(database, text, values) {
  const { default: mysql } = await import('mysql2')
  const client = mysql.createConnection({ uri: url(database), timezone: 'Z' })
  client.on('error', ignored)
  const run = () => client.promise().execute(text, values)
  await run()
  return { stream: client.stream, run, headerLength: 4, lengthOf: (bytes, at) => 4 + bytes.readUIntLE(at, 3) }
}

/** Counts the messages of an answer without looking into them; a header may be cut between two reads. */
function counter({ headerLength, lengthOf }) {
  let rest = 0
  let header = Buffer.alloc(0)
  return (chunk) => {
    let messages = 0
    let at = 0
    while (at < chunk.length) {
      if (rest > 0) {
        const taken = Math.min(rest, chunk.length - at)
        rest -= taken
        at += taken
        if (rest === 0) messages++
      } else {
        const cut = header.length > 0 || chunk.length - at < headerLength
        const bytes = cut ? Buffer.concat([header, chunk.subarray(at, at + headerLength - header.length)]) : chunk
        if (cut && bytes.length < headerLength) {
          header = bytes
          break
        }
        const length = lengthOf(bytes, cut ? 0 : at)
        at += cut ? headerLength - header.length : headerLength
        header = Buffer.alloc(0)
        rest = length - headerLength
        if (rest === 0) messages++
      }
    }
    return messages
  }
}

/** Records one call of the client library, then takes the socket over. */
async function replayed(connection) {
  const { stream, run } = connection
  await run()
  const sent = []
  const write = stream.write
  stream.write = function (bytes, ...rest) {
    sent.push(Buffer.from(bytes))
    return write.call(this, bytes, ...rest)
  }
  const count = counter(connection)
  let expected = 0
  const listen = (chunk) => {
    expected += count(chunk)
  }
  stream.on('data', listen)
  await run()
  stream.write = write
  stream.removeAllListeners('data')
  const request = Buffer.concat(sent)
  let open = 0
  let answered
  stream.on('data', (chunk) => {
    open -= count(chunk)
    if (open === 0) answered(request.length)
  })
  const call = () => {
    open = expected
    stream.write(request)
    return new Promise((resolve) => {
      answered = resolve
    })
  }
  return { call, end: () => stream.destroy() }
}

export default async (name, database) => {
  const kind = name === 'lanes' ? 'point' : name
  const [text, values] = [own[database][kind], given[kind](0)]
  const open = () => (database === 'postgres' ? postgresConnection(text, values) : mysqlConnection(database, text, values))
  const idle = []
  for (let i = 0; i < (name === 'lanes' ? poolSize : 1); i++) idle.push(await replayed(await open()))
  const all = [...idle]
  const waiting = []
  const call = async () => {
    const one = idle.pop() ?? (await new Promise((resolve) => waiting.push(resolve)))
    const length = await one.call()
    const next = waiting.shift()
    if (next) next(one)
    else idle.push(one)
    return length
  }
  return {
    call,
    read: (length) => length,
    async: true,
    lanes: name === 'lanes' ? lanes : undefined,
    prove: async () => ({ rows: [(await call()) > 0] }),
    close: () => {
      for (const { end } of all) end()
    },
  }
}
