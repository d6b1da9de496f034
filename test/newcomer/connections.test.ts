/** URLs that cannot be right and servers that are not there, not willing or not what the URL says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConnectError, createEngine, type Engine, type EngineEvent, type EngineOptions, integer, sql, table, UrlError } from 'quern'
import { type ServerName, serverUrl, targets } from '../servers/urls.js'
import { complaintOf, everythingShown, expectHidden, expectSentence } from './complaint.js'

/** Has what breaks URLs, log lines and shells, and no eight characters in a row that anything else would say. */
const secret = "Hq7!vX@k/9#Lw%2?bN:tR z&ß'Yp"
const schemes = { postgres: 'postgresql', postgres15: 'postgresql', mysql: 'mysql', mariadb: 'mariadb', sqlite: 'sqlite' } as const
const titles = { postgres: 'PostgreSQL', postgres15: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' } as const
const servers = targets.filter((target): target is ServerName => target !== 'sqlite')
const eventNames: EngineEvent[] = ['query', 'connect', 'checkout', 'checkin', 'begin', 'commit', 'rollback', 'error']

const things = table('things', { id: integer().primaryKey() })
/** The ways to a first connection. */
const ways: Record<string, (engine: Engine) => Promise<unknown>> = {
  connect: (engine) => engine.connect(),
  execute: (engine) => engine.execute(sql`select 1`),
  transaction: (engine) => engine.transaction(async () => {}),
  stream: (engine) => engine.stream(sql`select 1`).next(),
  bulkInsert: (engine) => engine.bulkInsert(things, [{ id: 1 }]),
}

/** Connects in one of those ways, and looks that nothing anywhere shows the secret; yields what was said. */
async function refusal(url: string, hidden: string, options: EngineOptions = {}, way = 'connect'): Promise<Error> {
  const told: unknown[] = []
  const engine = createEngine(url, { ...options, echo: (line) => told.push(line) })
  for (const name of eventNames) engine.on(name, (details) => told.push([name, details]))
  try {
    const error = await complaintOf(() => ways[way]!(engine))
    expectHidden(hidden, error, engine, engine.status(), engine.dialect, told.map(everythingShown).join('\n'))
    // the socket of an attempt that was given up closes a moment later
    for (let i = 0; i < 100 && engine.status().connecting > 0; i++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(engine.status()).toMatchObject({ used: 0, idle: 0, connecting: 0, waiting: 0 })
    return error
  } finally {
    await engine.close()
  }
}

function urlOf(
  target: ServerName,
  change: { user?: string; password?: string; database?: string; port?: number; scheme?: string },
): string {
  const { hostname, port, username, password, pathname } = new URL(serverUrl(target))
  const user = change.user === undefined ? username : encodeURIComponent(change.user)
  const word = change.password === undefined ? password : encodeURIComponent(change.password)
  const path = change.database === undefined ? pathname : `/${encodeURIComponent(change.database)}`
  return `${change.scheme ?? schemes[target]}://${user}:${word}@${hostname}:${change.port ?? port}${path}`
}

async function listening<S extends Server>(server: S): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
/** A port of this machine at which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('URLs', () => {
  const known = 'Quern knows postgresql:// (or postgres://), mysql://, mariadb:// and sqlite://'
  const word = encodeURIComponent(secret)
  const cases: [string, unknown, string | RegExp][] = [
    ['another database', `mssql://sa:${word}@127.0.0.1/app`, `mssql: is no database URL; ${known}`],
    ['no database at all', `http://ada:${word}@127.0.0.1/app`, `http: is no database URL; ${known}`],
    ["SQLAlchemy's drivers", `postgresql+psycopg2://ada:${word}@127.0.0.1/app`, `postgresql+psycopg2: is no database URL; ${known}`],
    ['a letter too few', `postgre://ada:${word}@127.0.0.1/app`, `postgre: is no database URL; ${known}`],
    ['no scheme', `127.0.0.1/${word}`, `this is no database URL; ${known}`],
    ['no scheme but a password', `ada:${word}@127.0.0.1/app`, `ada: is no database URL; ${known}`],
    ['no scheme but slashes', `//ada:${word}@127.0.0.1/app`, `this is no database URL; ${known}`],
    ['the quotes of a shell', `"postgresql://ada:${word}@127.0.0.1/app"`, `this is no database URL; ${known}`],
    ['a raw password with / and ?', `mysql://ada:${secret}@127.0.0.1/app`, /must be percent-encoded/],
    ['a raw percent sign', 'mysql://ada:Hq7%vX!kk9Lw2@127.0.0.1/app', /malformed percent sign \(a literal one is %25\)/],
    ['a port that is none', `mysql://ada:${word}@127.0.0.1:70000/app`, 'the port of a database URL is a number from 1 to 65535'],
    ['a port in words', `mysql://ada:${word}@127.0.0.1:default/app`, 'the port of a database URL is a number from 1 to 65535'],
    [
      'an unknown option',
      `mysql://ada:${word}@127.0.0.1/app?sslmod=1`,
      'the database URL has an unknown option sslmod; did you mean sslmode?',
    ],
    ['a password after the question mark', `mysql://127.0.0.1/app?password=${word}`, /password belongs before the question mark/],
    ['a SQLite path with two slashes', `sqlite://${word}/app.db`, /sqlite:\/\/\/relative\.db, sqlite:\/\/\/\/absolute\/path\.db/],
    ['one slash too few', `postgresql:/ada:${word}@127.0.0.1/app`, 'a postgresql URL starts with postgresql://'],
  ]
  test.each(cases)('%s', async (_, url, sentence) => {
    const error = await complaintOf(() => createEngine(url as string))
    expectSentence(error, UrlError, sentence)
    expectHidden(secret, error)
    expectHidden('Hq7%vX!kk9Lw2', error)
  })

  // An environment variable that is not set is the most common mistake of all.
  test.each<[string, unknown, RegExp]>([
    ['an empty string', '', /empty/],
    ['blanks', '  ', /empty/],
    ['nothing', undefined, /undefined/],
    ['null', null, /null/],
    ['an object', { host: '127.0.0.1', password: secret }, /must be a string/],
    ['a URL object', new URL(`postgresql://ada:${encodeURIComponent('Hq7vXk9LwbN')}@127.0.0.1/app`), /must be a string.*href/],
  ])('%s instead of a URL', async (_, url, sentence) => {
    const error = await complaintOf(() => createEngine(url as string))
    expectSentence(error, UrlError, sentence)
    expectHidden(secret, error)
    expectHidden('Hq7vXk9LwbN', error)
  })
})

for (const target of servers)
  describe(target, () => {
    const { port, password: rawPassword, username } = new URL(serverUrl(target))
    const own = decodeURIComponent(rawPassword)
    const at = (change: string) => `cannot connect to ${titles[target]} at ${schemes[target]}://${change}`
    const refused = target.startsWith('postgres') ? 'password authentication failed for user' : 'Access denied for user'

    test.each(Object.keys(ways))('a wrong password, by %s()', async (way) => {
      const error = await refusal(urlOf(target, { password: secret, database: 'app' }), secret, {}, way)
      expectSentence(error, ConnectError, new RegExp(`^${at(`${username}@127.0.0.1:${port}/app`)}: ${refused} ["']${username}["']`))
      expectHidden(own, error)
    })

    test('no password', async () => {
      const error = await refusal(urlOf(target, { password: '', database: 'app' }), secret)
      expectSentence(error, ConnectError, /password/)
      expect(error.message).not.toMatch(/SASL|SCRAM/)
    })

    test('an unknown user', async () => {
      const error = await refusal(urlOf(target, { user: 'nobody_here', password: secret }), secret)
      expectSentence(error, ConnectError, new RegExp(`nobody_here@127.0.0.1:${port}/.*: ${refused} ["']nobody_here["']`))
    })

    test('a user with quotes and an @ in the name', async () => {
      const error = await refusal(urlOf(target, { user: `o'"b@x/%`, password: secret }), secret)
      expectSentence(error, ConnectError, new RegExp(`: ${refused} `))
    })

    test('an unknown database, with the right password', async () => {
      const error = await refusal(urlOf(target, { database: 'quern_nowhere' }), own)
      expectSentence(
        error,
        ConnectError,
        /127\.0\.0\.1:\d+\/quern_nowhere: (database "quern_nowhere" does not exist|Unknown database 'quern_nowhere')$/,
      )
    })

    test('a closed port', async () => {
      const closed = await closedPort()
      const error = await refusal(urlOf(target, { port: closed, password: secret, database: 'app' }), secret)
      expectSentence(error, ConnectError, `${at(`${username}@127.0.0.1:${closed}/app`)}: the connection was refused: nothing listens there`)
      expect(error).toHaveProperty('code', 'ECONNREFUSED')
    })

    describe('strangers on the port', () => {
      const sockets = new Set<Socket>()
      const silent = createServer((socket) => sockets.add(socket.on('error', () => {})))
      const hangsUp = createServer((socket) => socket.on('error', () => {}).end())
      const babbles = createServer((socket) => socket.on('error', () => {}).write(Buffer.alloc(4096, 0xff)))
      const web = createHttpServer((_, response) => response.end('<h1>It works!</h1>'))
      afterAll(async () => {
        for (const socket of sockets) socket.destroy()
        for (const server of [silent, hangsUp, babbles, web]) {
          if ('closeAllConnections' in server) (server as typeof web).closeAllConnections()
          server.close()
        }
      })

      test('that never answers', async () => {
        const strange = await listening(silent)
        const started = Date.now()
        const error = await refusal(urlOf(target, { port: strange, password: secret }), secret, { pool: { timeout: 400 } })
        expect(Date.now() - started).toBeLessThan(3_000)
        expectSentence(error, ConnectError, new RegExp(`127.0.0.1:${strange}/.*: no answer within 400 ms`))
      })

      test('that hangs up', async () => {
        const strange = await listening(hangsUp)
        const error = await refusal(urlOf(target, { port: strange, password: secret }), secret, { pool: { timeout: 3_000 } })
        expectSentence(error, ConnectError, new RegExp(`127.0.0.1:${strange}/.*: .*(closed|terminated|lost)`))
      })

      test('that says something else', async () => {
        const strange = await listening(babbles)
        const error = await refusal(urlOf(target, { port: strange, password: secret }), secret, { pool: { timeout: 2_000 } })
        expectSentence(error, ConnectError, new RegExp(`127.0.0.1:${strange}/`))
      })

      test('that speaks HTTP', async () => {
        const strange = await listening(web)
        const error = await refusal(urlOf(target, { port: strange, password: secret }), secret, { pool: { timeout: 2_000 } })
        expectSentence(error, ConnectError, new RegExp(`127.0.0.1:${strange}/`))
      })
    })

    for (const other of servers.filter((other) => schemes[other] !== schemes[target]))
      test(`the port of ${other}`, async () => {
        const url = urlOf(other, { scheme: schemes[target] })
        const error = await refusal(url, decodeURIComponent(new URL(serverUrl(other)).password), { pool: { timeout: 2_000 } })
        const bothMysql = target !== 'postgres' && target !== 'postgres15' && other !== 'postgres' && other !== 'postgres15'
        const said = bothMysql ? `This server is ${titles[other]} [\\d.]+; connect with ${other}://` : ''
        expectSentence(error, ConnectError, new RegExp(`^cannot connect to ${titles[target]} at .*:${new URL(url).port}/.*: ${said}`))
      })
  })

if (targets.includes('sqlite'))
  describe('sqlite', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quern-newcomer-'))
    const poem = join(folder, 'poem.db')
    writeFileSync(poem, 'Two roads diverged in a yellow wood, and sorry I could not travel both.\n'.repeat(50))
    afterAll(() => rmSync(folder, { recursive: true }))

    test.each<[string, string, RegExp]>([
      ['a folder that is not there', join(folder, 'nowhere', 'app.db'), /folder does not exist/],
      ['a folder instead of a file', folder, /is a (folder|directory)/],
      ['a file that is no database', poem, /not a database/],
    ])('%s', async (_, path, sentence) => {
      const error = await refusal(`sqlite:///${path}`, secret)
      expectSentence(error, ConnectError, sentence)
      expect(error.message).toContain(path)
    })
  })
