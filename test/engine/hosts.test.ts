/** Credentials that are asked for, hosts that are dead or silent, and warnings of what anybody can read. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type AddressInfo, createServer } from 'node:net'
import { inspect } from 'node:util'
import { createEngine, type EngineWarning, OptionError, parseUrl, sql } from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const servers = targets.filter((target) => target !== 'sqlite')

describe.each(servers)('%s', (target) => {
  let database: FreshDatabase
  let login: { readonly user: string; readonly password: string; readonly place: string; readonly scheme: string }
  beforeAll(async () => {
    database = await freshDatabase(target)
    const { user, password, host, port } = parseUrl(database.url)
    login = { user: user!, password: password!, place: `${host}:${port}`, scheme: database.url.slice(0, database.url.indexOf(':')) }
  })
  afterAll(() => database.drop())

  const urlOf = (place: string) => `${login.scheme}://${place}/${database.name}`

  test('the password from a function, which is asked for every connection', async () => {
    let asked = 0
    await using engine = createEngine(`${login.scheme}://${login.user}@${login.place}/${database.name}`, {
      password: async () => {
        asked++
        return login.password
      },
      pool: { size: 3, maxOverflow: 0 },
    })
    expect(asked).toBe(0)
    const held = await Promise.all([engine.connect(), engine.connect(), engine.connect()])
    expect(asked).toBe(3)
    expect(Number(await held[0].scalar(sql`select 1`))).toBe(1)
    for (const shown of [inspect(engine, { depth: 9, showHidden: true }), inspect(held, { depth: 9, showHidden: true })])
      expect(shown).not.toContain(login.password)
    for (const connection of held) await connection.close()
  })

  test('user and password from a function; the database from an option', async () => {
    const { user, password } = login
    await using engine = createEngine(`${login.scheme}://nobody@${login.place}/nowhere`, {
      credentials: () => ({ user, password }),
      database: database.name,
    })
    const name = sql.unsafe(database.dialect === 'postgres' ? 'select current_database()' : 'select database()')
    expect(await engine.scalar(sql`${name}`)).toBe(database.name)
  })

  test('a token that was renewed is taken, and a wrong one is shown nowhere', async () => {
    let token = 'wr0ng-t0ken'
    await using engine = createEngine(urlOf(login.place), { user: login.user, password: () => token })
    const error = await engine.scalar(sql`select 1`).catch((failure) => failure)
    expect(error.name).toBe('ConnectError')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token)
    token = login.password
    expect(Number(await engine.scalar(sql`select 1`))).toBe(1)
  })

  test.each([
    ['nothing', () => undefined, 'yielded none'],
    ['a number', () => 7, 'must yield a string'],
    ['a text with NUL', () => 'a\0b', 'U+0000'],
  ])('a function that yields %s', async (_, password, sentence) => {
    await using engine = createEngine(urlOf(login.place), { user: login.user, password: password as never })
    await expect(engine.scalar(sql`select 1`)).rejects.toThrow(sentence)
  })

  test('a function that never answers is given up in time, and leaves nothing behind', async () => {
    const engine = createEngine(urlOf(login.place), {
      user: login.user,
      password: () => new Promise<string>(() => {}),
      connectTimeout: 150,
      pool: { timeout: 1_000 },
    })
    await expect(engine.scalar(sql`select 1`)).rejects.toThrow(/within/)
    await engine.close({ timeout: 100 })
    expect(engine.status()).toMatchObject({ used: 0, connecting: 0, closing: 0 })
  })

  test('a function that fails says why', async () => {
    await using engine = createEngine(urlOf(login.place), {
      user: login.user,
      password: () => Promise.reject(new Error('the vault is sealed')),
    })
    await expect(engine.scalar(sql`select 1`)).rejects.toThrow('the vault is sealed')
  })

  test('a dead host costs little, and is asked last from then on', async () => {
    const dead = createServer()
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve))
    const { port } = dead.address() as AddressInfo
    await new Promise((resolve) => dead.close(resolve))
    const { user, password } = login
    const url = `${login.scheme}://${user}:${password}@127.0.0.1:${port},${login.place}/${database.name}`
    await using engine = createEngine(url, { pool: { size: 4, maxOverflow: 0 } })
    const told: unknown[] = []
    const hear = (message: unknown) => told.push(message)
    subscribe('quern:connect', hear)
    const addresses: string[] = []
    engine.on('connect', ({ address }) => addresses.push(address))
    const held = await Promise.all(Array.from({ length: 4 }, () => engine.connect()))
    for (const connection of held) await connection.close()
    unsubscribe('quern:connect', hear)
    expect(addresses).toHaveLength(4)
    expect(told[0]).toMatchObject({ 'db.namespace': database.name, address: addresses[0] })
    expect(told[0]).not.toHaveProperty(['server.address'])
    for (const address of addresses) expect(address).toContain(login.place)
    expect(engine.address).toBe(
      `${database.dialect === 'postgres' ? 'postgresql' : login.scheme}://${user}@127.0.0.1:${port},${login.place}/${database.name}`,
    )
  })

  test('a host that takes connections and says nothing is left in time for the next one', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const { user, password } = login
    const url = `${login.scheme}://${user}:${password}@127.0.0.1:${port},${login.place}/${database.name}`
    const engine = createEngine(url, { pool: { timeout: 1_600 } })
    const started = performance.now()
    expect(Number(await engine.scalar(sql`select 1`))).toBe(1)
    expect(performance.now() - started).toBeLessThan(1_600)
    // the next connection begins with the host that answered
    const again = performance.now()
    const held = await Promise.all([engine.connect(), engine.connect()])
    expect(performance.now() - again).toBeLessThan(700)
    for (const connection of held) await connection.close()
    await engine.close()
    silent.close()
  })

  test('where no host answers, the error says why of each, and holds no password', async () => {
    const { user, password } = login
    await using engine = createEngine(`${login.scheme}://${user}:${password}@127.0.0.1:1,127.0.0.1:2/x`)
    const error = await engine.scalar(sql`select 1`).catch((failure) => failure)
    expect(error.name).toBe('ConnectError')
    expect(error.message).toMatch(/127\.0\.0\.1:1: the connection was refused.*; 127\.0\.0\.1:2: the connection was refused/)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(password)
  })

  test('one host can be told what it must be', async () => {
    const { user, password } = login
    const url = `${login.scheme}://${user}:${password}@${login.place}/${database.name}`
    await using primary = createEngine(url, { targetSessionAttrs: 'read-write' })
    expect(Number(await primary.scalar(sql`select 1`))).toBe(1)
    await using standby = createEngine(`${url}?target_session_attrs=standby`)
    await expect(standby.scalar(sql`select 1`)).rejects.toThrow(/no host is a standby; .* is a primary/)
  })
})

describe('plaintext', () => {
  const [target] = servers
  if (target === undefined) {
    test('needs a server', () => expect(targets).toEqual(['sqlite']))
    return
  }

  /** This machine by another address than its own loopback, without leaving it. */
  async function warningsOf(options: object): Promise<string[]> {
    const { pgDriver } = await import('@quern/driver-pg')
    const { mysql2Driver } = await import('@quern/driver-mysql2')
    const { createEngine: engineOf } = await import('@quern/engine')
    const { user, password, host, port, dialect } = parseUrl((await import('../servers/urls.js')).serverUrl(target as never))
    const place = { user: user!, password: password!, host: host!, port: port!, ...options }
    const driver = dialect === 'postgres' ? pgDriver(place) : mysql2Driver({ ...place, dialect: dialect as 'mysql' })
    // as if it were far away: what is tested is who hears of it
    await using engine = engineOf(
      driver.plaintext?.length === 0 && !('tls' in options) ? { ...driver, plaintext: ['db.example:5432'] } : driver,
    )
    const heard: EngineWarning[] = []
    engine.on('warning', (warning) => heard.push(warning))
    const held = await Promise.all([engine.connect(), engine.connect()])
    for (const connection of held) await connection.close()
    return heard.map(({ kind, message }) => `${kind}: ${message}`)
  }

  test('is warned of once for each host, unless it was asked for', async () => {
    expect(await warningsOf({})).toEqual([
      'plaintext: the connection to db.example:5432 is not encrypted; use sslmode=verify-full, or sslmode=disable where the network is trusted',
    ])
    expect(await warningsOf({ tls: false })).toEqual([])
  })

  test.each([
    ['db.example', true],
    ['10.0.0.7', true],
    ['2001:db8::1', true],
    ['localhost.evil.example', true],
    ['127.evil.example', true],
    ['localhost', false],
    ['127.0.0.1', false],
    ['127.1.2.3', false],
    ['::1', false],
    ['/var/run', false],
  ])('%s: %s', async (host, warned) => {
    const { pgDriver } = await import('@quern/driver-pg')
    const { mysql2Driver } = await import('@quern/driver-mysql2')
    for (const make of [pgDriver, mysql2Driver]) {
      expect(make({ host }).plaintext!.length > 0).toBe(warned)
      expect(make({ host, tls: 'verify-full' }).plaintext).toEqual([])
      expect(make({ host, tls: 'disable' }).plaintext).toEqual([])
    }
  })
})

test('options that do not exist or contradict each other', () => {
  const create = (options: object) => () => createEngine('postgresql://u@h/db', options)
  expect(create({ passwort: 'x' })).toThrow('did you mean password?')
  expect(create({ password: 'x', credentials: () => ({}) })).toThrow('twice')
  expect(create({ credentials: 'x' })).toThrow(OptionError)
  expect(create({ targetSessionAttrs: 'master' })).toThrow('targetSessionAttrs is one of')
  expect(create({ loadBalanceHosts: true })).toThrow("'random' or 'disable'")
  expect(create({ connectTimeout: 0 })).toThrow('above 0')
  expect(create({ database: 'a\0b' })).toThrow('U+0000')
  expect(create({ statementCache: -1 })).toThrow('from 0 on')
  expect(create({ binaryResults: 'no' })).toThrow('binaryResults must be true or false')
  expect(() => createEngine('mysql://u@h/db', { directRows: false })).toThrow('MySQL has no directRows')
  expect(() => createEngine('sqlite://', { binaryResults: false })).toThrow('SQLite has no binaryResults')
})

test('a SQLite file that is only read, and no standbys', async () => {
  const file = await freshDatabase('sqlite')
  await using engine = createEngine(file.url)
  await engine.execute(sql`create table t (a int)`)
  await using reading = createEngine(`${file.url}?mode=ro`)
  expect(await reading.all(sql`select a from t`)).toEqual([])
  await expect(reading.execute(sql`insert into t values (1)`)).rejects.toMatchObject({ name: 'ReadOnlyError' })
  expect(() => engine.reader()).toThrow('SQLite has no standbys here')
  await file.drop()
})
