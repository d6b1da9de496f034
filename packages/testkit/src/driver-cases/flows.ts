import { eventually, failure, ok, same, sleep } from '../driver-checks.js'
import { type DriverCase, one, plain, request, rows, sessionsBeside } from '../driver-subject.js'

const encoder = new TextEncoder()

/** A table with the digits 0 to 9, to make many rows of. */
const digits = (table: string) =>
  `CREATE TABLE ${table} (n integer); INSERT INTO ${table} VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)`
const crossed = (table: string, times: number) =>
  Array.from({ length: times }, (_, i) => `${table} ${String.fromCharCode(97 + i)}`).join(' CROSS JOIN ')

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    const lines = Array.from({ length: size }, (_, k) => `${i * size + k}\tline ${k} äöü\n`)
    yield encoder.encode(lines.join(''))
  }
}

/** Streams in both directions, pipelines and channels. */
export const flows: readonly DriverCase[] = [
  {
    name: 'streams all rows in batches',
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(digits(table))
      const text = `SELECT a.n, b.n FROM ${crossed(table, 3)} WHERE a.n >= ${texts.mark(1)} ORDER BY a.n, b.n`
      for (const size of [1, 7, 100, 1000, 5000]) {
        let count = 0
        for await (const { rows } of connection.stream(request(text, [0n]), size)) {
          ok(rows.length > 0 && rows.length <= size, `a batch of ${rows.length}`)
          count += rows.length
        }
        same(count, 1000)
      }
      for await (const { rows } of connection.stream(request(`SELECT n FROM ${table} WHERE n > 99`), 10)) ok(rows.length === 0)
      same(await one(connection, 'SELECT 1'), '1')
    },
  },
  {
    name: 'a stream that nobody reads holds little memory, and ending it early frees the connection',
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(digits(table))
      const filler = connection.dialect.name === 'sqlite' ? 'hex(zeroblob(2000))' : "repeat('x', 4000)"
      // 100,000 rows of 4 kB.
      const many = request(`SELECT a.n, ${filler} AS filler FROM ${crossed(table, 5)}`)
      const before = memory()
      let seen = 0
      for await (const { rows } of connection.stream(many, 500)) {
        seen += rows.length
        await sleep(5)
        ok(memory() - before < 100e6, `${Math.round((memory() - before) / 1e6)} MB after ${seen} rows`)
        if (seen >= 5000) {
          await sleep(300)
          break
        }
      }
      same(seen, 5000)
      ok(memory() - before < 100e6, `${Math.round((memory() - before) / 1e6)} MB at the end`)
      if (connection.lost === undefined) for (let i = 0; i < 3; i++) same(await one(connection, 'SELECT 42'), '42')
      same(connection.lost, undefined)
    },
  },
  {
    name: 'a statement while a stream is open is refused, and the stream goes on',
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(digits(table))
      let count = 0
      for await (const { rows } of connection.stream(request(`SELECT a.n FROM ${crossed(table, 2)}`), 10)) {
        if (count === 0) ok((await failure(connection.ping())).message.includes('busy'))
        count += rows.length
      }
      same(count, 100)
      await connection.ping()
    },
  },
  {
    name: 'a stream that fails rejects, before and between its rows, and the connection stays usable',
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(digits(table))
      const read = async (text: string) => {
        for await (const { rows } of connection.stream(request(text), 5)) ok(rows.length > 0)
      }
      await failure(read(`SELECT nothing FROM ${table}`))
      const late: Record<string, string> = {
        postgres: `SELECT 1 / (9 - n) FROM ${table} ORDER BY n`,
        sqlite: `SELECT abs(CASE WHEN n = 9 THEN -9223372036854775808 ELSE n END) FROM ${table}`,
      }
      if (late[connection.dialect.name]) await failure(read(late[connection.dialect.name]!))
      same(await one(connection, 'SELECT 42'), '42')
    },
  },
  {
    name: 'a loop that throws ends the stream',
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(digits(table))
      const broken = async () => {
        for await (const _ of connection.stream(request(`SELECT a.n FROM ${crossed(table, 4)}`), 10)) throw new Error('enough')
      }
      same((await failure(broken())).message, 'enough')
      same(await one(connection, 'SELECT 42'), '42')
    },
  },
  {
    name: 'a stream inside a transaction leaves it open',
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(digits(table))
      await connection.script(texts.begin)
      for await (const _ of connection.stream(request(`SELECT a.n FROM ${crossed(table, 2)}`), 10)) break
      same(connection.status(), 'open')
      await connection.script('COMMIT')
    },
  },
  {
    name: 'copies rows in with our own bytes',
    on: ['postgres', 'mysql', 'mariadb'],
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer, name varchar(50))`)
      same(await connection.copyIn(texts.copy(table), chunks(200, 500)), 100_000)
      same(await rows(connection, `SELECT name FROM ${table} WHERE id = 70003`), [['line 3 äöü']])
      same(await connection.copyIn(texts.copy(table), chunks(0, 0)), 0)
      await connection.ping()
    },
  },
  {
    name: 'a piece of a copy may hold other bytes as soon as the next is asked for',
    on: ['postgres', 'mysql', 'mariadb'],
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer, name varchar(50))`)
      const buffer = new Uint8Array(1 << 20)
      const source = async function* () {
        for await (const piece of chunks(20, 10_000)) {
          buffer.set(piece)
          yield buffer.subarray(0, piece.length)
          buffer.fill(0x21)
        }
      }
      same(await connection.copyIn(texts.copy(table), source()), 200_000)
      same(await one(connection, `SELECT count(DISTINCT id) FROM ${table} WHERE name LIKE 'line%'`), '200000')
    },
  },
  {
    name: 'copying stops when the source fails, with the error of the source and no rows, in a transaction or outside one',
    on: ['postgres', 'mysql', 'mariadb'],
    async run({ connect, table, texts }) {
      const other = await connect()
      await other.script(`CREATE TABLE ${table} (id integer, name varchar(50))`)
      const source = async function* () {
        yield* chunks(3, 10)
        throw new Error('the source is broken')
      }
      for (const begin of [texts.begin, '']) {
        const connection = await connect()
        if (begin !== '') await connection.script(begin)
        same((await failure(connection.copyIn(texts.copy(table), source()))).message, 'the source is broken')
        if (begin !== '') await connection.script('ROLLBACK')
        // MySQL can only be told by ending the connection, and then takes a moment to notice.
        if (connection.lost !== undefined) await eventually(async () => (await sessionsBeside(other, texts)) === 0)
        same(await one(other, `SELECT count(*) FROM ${table}`), '0')
        await connection.close()
        await eventually(async () => (await sessionsBeside(other, texts)) === 0)
      }
    },
  },
  {
    name: 'copying rejects as soon as the server refuses, even when the source says nothing more',
    on: ['postgres'],
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer, name varchar(50))`)
      let ended = false
      const source = async function* () {
        try {
          yield encoder.encode('not a number\tx\n')
          for (let i = 0; i < 50; i++) {
            await sleep(20)
            yield encoder.encode('1\tx\n')
          }
          await sleep(30_000)
        } finally {
          ended = true
        }
      }
      same((await failure(connection.copyIn(texts.copy(table), source()))).code, '22P02')
      await sleep(50)
      ok(ended)
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
      ok((await failure(connection.copyIn('SELECT 1', source()))).message.includes('COPY'))
      await failure(connection.copyIn(texts.copy('quern_no_such_table'), source()))
      await failure(connection.execute(request(texts.copy(table))))
      await connection.ping()
    },
  },
  {
    name: 'the server gets no other file than the one we offered',
    on: ['mysql', 'mariadb'],
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id varchar(500))`)
      await failure(connection.script(`LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE ${table}`))
      await failure(connection.execute(request(`LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE ${table}`)))
      await failure(connection.copyIn(`SELECT 1`, chunks(1, 1)))
      await failure(connection.copyIn(texts.copy('quern_no_such_table'), chunks(1, 1)))
      same(connection.lost, undefined)
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
    },
  },
  {
    name: 'refuses to copy where the database cannot, in one sentence',
    on: ['sqlite'],
    async run({ connect, texts, table }) {
      const connection = await connect()
      const error = await failure(connection.copyIn(texts.copy(table), chunks(1, 1)))
      ok(/^SQLite .+\.$/.test(error.message), error.message)
    },
  },
  {
    name: 'a pipeline yields its results in order',
    on: ['postgres'],
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer PRIMARY KEY)`)
      const inserts = Array.from({ length: 500 }, (_, i) => request(`INSERT INTO ${table} VALUES ($1)`, [i]))
      const results = await connection.pipeline!([...inserts, request(`SELECT count(*) FROM ${table}`), request('')])
      same(
        results.slice(0, 500).every(({ rowCount, command }) => rowCount === 1 && command === 'INSERT'),
        true,
      )
      same([plain(results[500]!), results[501]!.rows.length], [[['500']], 0])
      same(await connection.pipeline!([]), [])
    },
  },
  {
    name: 'a pipeline that fails has done nothing',
    on: ['postgres'],
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer PRIMARY KEY)`)
      const inserts = [1, 2, 2, 3].map((id) => request(`INSERT INTO ${table} VALUES ($1)`, [id]))
      same((await failure(connection.pipeline!(inserts))).code, '23505')
      same(connection.status(), 'idle')
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
      await connection.script('BEGIN')
      await failure(connection.pipeline!(inserts))
      same(connection.status(), 'aborted')
      await connection.script('ROLLBACK')
    },
  },
  {
    name: 'has no pipeline and no channels where the protocol has none',
    on: ['mysql', 'mariadb', 'sqlite'],
    async run({ connect }) {
      const connection = await connect()
      same([connection.pipeline, connection.listen], [undefined, undefined])
    },
  },
  {
    name: 'listens on a channel of any name until told to stop',
    on: ['postgres'],
    async run({ connect }) {
      const [listener, sender] = [await connect(), await connect()]
      const channel = 'Qu"ern; -- Kanal'
      const heard: string[] = []
      const stop = await listener.listen!(channel, (payload) => heard.push(payload))
      const stopOther = await listener.listen!(channel, (payload) => heard.push(`again ${payload}`))
      await sender.execute(request('SELECT pg_notify($1, $2)', [channel, "it's"]))
      await listener.ping()
      await sleep(20)
      same(heard, ["it's", "again it's"])
      await stopOther()
      await sender.execute(request('SELECT pg_notify($1, $2)', [channel, 'two']))
      await listener.ping()
      await stop()
      await sender.execute(request('SELECT pg_notify($1, $2)', [channel, 'three']))
      await listener.ping()
      await sleep(20)
      same(heard, ["it's", "again it's", 'two'])
      await failure(listener.listen!('a\0b', () => {}))
      await failure(listener.listen!('x'.repeat(64), () => {}))
    },
  },
]

function memory(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}
