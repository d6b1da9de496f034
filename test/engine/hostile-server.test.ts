/** A server that answers a statement by asking for a file: nothing but our own rows leaves the client, and those only once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Engine, integer, sql, table, varchar } from 'quern'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const servers = targets.filter((target) => dialectOf(target) === 'mysql' || dialectOf(target) === 'mariadb')
const things = table('things', { id: integer().primaryKey(), name: varchar(50) })
const secret = `secret ${Math.random()}`

/** What the client sends is kept; a command with one of the words in it never reaches the real server. */
class Hijacker {
  /** Files to ask for, one after the other, where a command has the word in it. */
  asks: { word: string; files: string[] } | undefined
  sent = ''
  asked: string[] = []
  #patience: NodeJS.Timeout | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(to: { host: string; port: number }) {
    this.#server = createServer((client) => {
      const real = connect(to.port, to.host)
      for (const socket of [client, real]) {
        this.#sockets.add(socket)
        socket.on('error', () => {}).on('close', () => [client, real].map((one) => one.destroy()))
      }
      real.on('data', (bytes) => client.write(bytes))
      let left: string[] | undefined
      client.on('data', (bytes) => {
        if (left !== undefined) {
          this.sent += bytes.toString('latin1')
          // the file's end is a packet without contents
          if (bytes.subarray(-4, -1).equals(Buffer.alloc(3))) this.#next(client, left, bytes.at(-1)! + 1) || (left = undefined)
        } else if (this.asks !== undefined && bytes.toString('latin1').includes(this.asks.word)) {
          left = [...this.asks.files]
          this.#next(client, left, 1)
        } else real.write(bytes)
      })
    })
  }

  /** Asks for the next file; where there is none, the statement is done. Yields whether there was one. */
  #next(client: Socket, left: string[], sequence: number): boolean {
    const file = left.shift()
    // who does not answer is left alone
    clearTimeout(this.#patience)
    if (file !== undefined) this.#patience = setTimeout(() => client.destroy(), 300)
    const body = file === undefined ? Buffer.from([0, 0, 0, 2, 0, 0, 0]) : Buffer.concat([Buffer.from([0xfb]), Buffer.from(file)])
    if (file !== undefined) this.asked.push(file)
    client.write(Buffer.concat([Buffer.from([body.length, 0, 0, sequence]), body]))
    return file !== undefined
  }

  listen = () =>
    new Promise<number>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port)))
  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

describe.each(servers)('%s', (target) => {
  let database: FreshDatabase
  let hijacker: Hijacker
  let engine: Engine
  let direct: Engine
  let directory: string
  let file: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'quern-secret-'))
    file = join(directory, 'secret')
    await writeFile(file, secret)
    database = await freshDatabase(target)
    const url = new URL(database.url)
    hijacker = new Hijacker({ host: url.hostname, port: Number(url.port) })
    url.host = `127.0.0.1:${await hijacker.listen()}`
    engine = createEngine(url.href, { pool: { size: 1, maxOverflow: 0 }, statementTimeout: 5_000 })
    direct = createEngine(database.url)
    await direct.execute(sql`create table things (id integer primary key, name varchar(50))`)
  })
  beforeEach(() => Object.assign(hijacker, { sent: '', asked: [], asks: undefined }))
  afterEach(async () => {
    hijacker.asks = undefined
    expect(hijacker.asked.length).toBeGreaterThan(0)
    expect(hijacker.sent).not.toContain(secret)
    expect(hijacker.sent).not.toContain('root:')
    expect(Number(await direct.scalar(sql`select count(*) from things`))).toBe(0)
    expect(Number(await engine.scalar(sql`select 42`))).toBe(42)
  })
  afterAll(async () => {
    await engine.close()
    await direct.close()
    hijacker.close()
    await database.drop()
    await rm(directory, { recursive: true })
  })

  const rows = Array.from({ length: 300 }, (_, id) => ({ id, name: `row ${id}` }))
  test.each([
    ['another file', () => [file]],
    ['a file of the system', () => ['/etc/passwd']],
    ['ours, and then another', () => ['quern', file]],
    ['ours, twice', () => ['quern', 'quern']],
    ['a path that ends like ours', () => [join(directory, 'quern')]],
  ])('LOAD DATA of ours is answered by asking for %s', async (_, files) => {
    hijacker.asks = { word: 'LOAD DATA', files: files() }
    // what the stream did not bring goes by INSERT, or the call fails: all or nothing
    const written = await engine.bulkInsert(things, rows, { method: 'load' }).then(
      ({ rowCount }) => rowCount,
      () => 0,
    )
    expect(Number(await direct.scalar(sql`select count(*) from things`))).toBe(written)
    await direct.execute(sql`delete from things`)
    expect(hijacker.asked[0]).toBe(files()[0])
    // our rows went once at most
    expect(hijacker.sent.split('row 77\n').length - 1).toBe(files()[0] === 'quern' ? 1 : 0)
  })

  test('statements that ask for no file are answered by asking for one', async () => {
    hijacker.asks = { word: 'select 1001', files: [file] }
    await engine.execute(sql`select 1001`).catch(() => {})
    await engine.execute(sql`select 1001 + ${1}`).catch(() => {})
    hijacker.asks = { word: 'select 1002', files: [file] }
    await using connection = await engine.connect()
    await connection.script('select 1002').catch(() => {})
  })
})
