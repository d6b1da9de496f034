/**
 * Database URLs against libpq's rules: the cases of PostgreSQL's own test of its URIs (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING)
 * and those of several hosts. Where Quern differs, it refuses: nothing is read differently without a word.
 */
import { inspect } from 'node:util'
import fc from 'fast-check'
import { createEngine, parseUrl, UrlError } from 'quern'

/** Ten times as many in `npm run test:long`. */
const runs = 3_000 * Number(process.env.QUERN_TEST_FAULTS ?? 1)

interface Libpq {
  readonly host?: string
  readonly port?: string
  readonly user?: string
  readonly password?: string
  readonly dbname?: string
}

/** What libpq reads; `local` where it names no host, which for Quern is localhost. Lists are comma lists, as libpq has them. */
const same: readonly [url: string, libpq: Libpq][] = [
  ['postgresql://uri-user:secret@host:12345/db', { user: 'uri-user', password: 'secret', dbname: 'db', host: 'host', port: '12345' }],
  ['postgresql://uri-user@host:12345/db', { user: 'uri-user', dbname: 'db', host: 'host', port: '12345' }],
  ['postgresql://uri-user@host/db', { user: 'uri-user', dbname: 'db', host: 'host' }],
  ['postgresql://host:12345/db', { dbname: 'db', host: 'host', port: '12345' }],
  ['postgresql://host/db', { dbname: 'db', host: 'host' }],
  ['postgresql://uri-user@host:12345/', { user: 'uri-user', host: 'host', port: '12345' }],
  ['postgresql://uri-user@host/', { user: 'uri-user', host: 'host' }],
  ['postgresql://uri-user@', { user: 'uri-user' }],
  ['postgresql://host:12345/', { host: 'host', port: '12345' }],
  ['postgresql://host:12345', { host: 'host', port: '12345' }],
  ['postgresql://host/', { host: 'host' }],
  ['postgresql://host', { host: 'host' }],
  ['postgresql://', {}],
  ['postgresql://%68ost/', { host: 'host' }],
  ['postgresql://host?', { host: 'host' }],
  ['postgresql://[::1]:12345/db', { dbname: 'db', host: '::1', port: '12345' }],
  ['postgresql://[::1]/db', { dbname: 'db', host: '::1' }],
  ['postgresql://[2001:db8::1234]/', { host: '2001:db8::1234' }],
  ['postgresql://[::1]', { host: '::1' }],
  ['postgres://', {}],
  ['postgres:///', {}],
  ['postgres:///db', { dbname: 'db' }],
  ['postgres://uri-user@/db', { user: 'uri-user', dbname: 'db' }],
  ['postgres://@host', { host: 'host' }],
  ['postgres://host:/', { host: 'host' }],
  ['postgres://:12345/', { port: '12345' }],
  ['postgres://%2Fvar%2Flib%2Fpostgresql/dbname', { dbname: 'dbname', host: '/var/lib/postgresql' }],
  ['postgresql://host?sslmode=disable', { host: 'host' }],
  ['postgresql://host?sslmode=verify-full', { host: 'host' }],
  // several hosts: each has its own port, or the usual one
  ['postgresql://h1,h2/db', { host: 'h1,h2', dbname: 'db' }],
  ['postgresql://h1:1111,h2:2222/db', { host: 'h1,h2', port: '1111,2222', dbname: 'db' }],
  ['postgresql://h1,h2:2222/db', { host: 'h1,h2', port: ',2222', dbname: 'db' }],
  ['postgresql://u:p@h1:1111,h2/db', { user: 'u', password: 'p', host: 'h1,h2', port: '1111,', dbname: 'db' }],
  ['postgresql://[::1]:1,[::2]:2,h3/', { host: '::1,::2,h3', port: '1,2,' }],
  ['postgresql://10.0.0.1,10.0.0.2?target_session_attrs=primary', { host: '10.0.0.1,10.0.0.2' }],
  ['postgresql://%2Ftmp,localhost/db', { host: '/tmp,localhost', dbname: 'db' }],
  // what percent signs carry
  ['postgresql://u%40d:p%3A%2F%3F%23%25@host/d%2Fb', { user: 'u@d', password: 'p:/?#%', host: 'host', dbname: 'd/b' }],
  ['postgresql://u:p+q@host/a+b', { user: 'u', password: 'p+q', host: 'host', dbname: 'a+b' }],
  ['postgresql://u:@host', { user: 'u', password: '', host: 'host' }],
  ['postgresql://%C3%BC:%E2%82%AC@host', { user: 'ü', password: '€', host: 'host' }],
  ['postgresql://u:a:b:c@host', { user: 'u', password: 'a:b:c', host: 'host' }],
]

test.each(same)('as libpq: %s', (url, libpq) => {
  const { hosts, user, password, database } = parseUrl(url)
  const names = (libpq.host ?? 'localhost').split(',')
  const ports = (libpq.port ?? names.map(() => '').join(',')).split(',')
  expect(hosts).toEqual(names.map((host, i) => ({ host, port: Number(ports[i] || 5432) })))
  expect([user, password || undefined, database]).toEqual([libpq.user, libpq.password || undefined, libpq.dbname])
})

/** libpq refuses these too. */
const refusedByBoth: readonly [url: string, sentence: string][] = [
  ['postgresql://host/db?u%7aer=someotheruser&port=12345', 'unknown option uzer'],
  ['postgresql://host?uzer=', 'unknown option uzer'],
  ['postgre://', 'is no database URL'],
  ['postgres://[::1', 'malformed'],
  ['postgres://[]', 'IPv6 address'],
  ['postgres://[::1]z', 'malformed'],
  ['postgresql://host?zzz', 'unknown option zzz'],
  ['sqlite://?code&u:code@h/db', 'an @ stands after the question mark'],
  ['postgresql://host?value1&value2', 'unknown option value1'],
  ['postgresql://host?sslmode', 'sslmode has no value'],
  ['postgresql://host?application_name=key=value', 'second equals sign'],
  ['postgres://host?application_name=%XXfoo', 'malformed percent sign'],
  ['postgresql://a%00b', 'NUL'],
  ['postgresql://%zz', 'malformed percent sign'],
  ['postgresql://%1', 'malformed percent sign'],
  ['postgresql://%', 'malformed percent sign'],
  ['postgresql://host:70000/db', '1 to 65535'],
  ['postgresql://host:abc/db', '1 to 65535'],
  ['postgresql://host:-1/db', '1 to 65535'],
  ['postgresql://u:p@h1,u2:p2@h2/db', 'percent-encoded'],
]
/** libpq takes these, and Quern says why it does not. */
const refusedByUs: readonly [url: string, sentence: string][] = [
  // a second place for what the URL has said already
  ['postgresql://?hostaddr=127.0.0.1', 'hostaddr belongs before'],
  ['postgresql://example.com?hostaddr=63.1.2.4', 'hostaddr belongs before'],
  ['postgresql://host/db?user=uri-user', 'user belongs before'],
  ['postgresql://host/db?user=uri-user&port=12345', 'user belongs before'],
  ['postgresql://host/db?u%73er=someotheruser', 'user belongs before'],
  ['postgresql://host?password=x', 'password belongs before'],
  ['postgres://?host=/path/to/socket/dir', 'host belongs before'],
  ['postgres://otheruser@:12345/db?host=/path/to/socket', 'host belongs before'],
  ['postgres://host?dbname=other', 'dbname belongs before'],
  // what libpq would only find out when it connects
  ['postgresql://[200z:db8::1234]/', 'IPv6 address'],
  ['postgresql://h1,,h2/db', 'is empty'],
  ['postgresql://h1,/db', 'is empty'],
  ['postgresql://host?sslmode=prefer', 'would go on without encryption'],
  ['postgresql://host?sslmode=require', 'without knowing to whom'],
  ['postgresql://host?connect_timeout=0', 'seconds from 1'],
  ['postgresql://host?target_session_attrs=master', 'is one of any, primary'],
  ['postgresql://host?load_balance_hosts=yes', 'is one of random, disable'],
  ['postgresql://host?sslmode=disable&sslmode=verify-full', 'stands twice'],
  ['postgresql://host?application_name=', 'is empty'],
  ['postgresql://h%40evil/db', 'no host name has'],
  ['postgresql://a%2Cb/db', 'no host name has'],
  ['postgresql://host?__proto__=x', 'unknown option __proto__'],
  ['postgresql://host?sslmodee=disable', 'did you mean sslmode?'],
]

test.each([...refusedByBoth, ...refusedByUs])('refused: %s', (url, sentence) => {
  expect(() => createEngine(url)).toThrow(UrlError)
  expect(() => createEngine(url)).toThrow(sentence)
})

test('the same options for MySQL and MariaDB, their own for SQLite', () => {
  for (const scheme of ['mysql', 'mariadb']) {
    const { hosts, options } = parseUrl(`${scheme}://u@h1,h2:3307/db?sslmode=verify-ca&sslrootcert=%2Fca.pem&connect_timeout=3`)
    expect(hosts).toEqual([
      { host: 'h1', port: 3306 },
      { host: 'h2', port: 3307 },
    ])
    expect({ ...options }).toEqual({ sslmode: 'verify-ca', sslrootcert: '/ca.pem', connect_timeout: '3' })
  }
  expect(() => createEngine('sqlite:///a.db?sslmode=disable')).toThrow('unknown option sslmode')
  expect(() => createEngine('sqlite:///a.db?mode=rw')).toThrow('mode is ro or rwc')
  expect(() => createEngine('sqlite:///a.db', { user: 'x' })).toThrow('SQLite has no user')
})

test('an engine shows where it leads to, and no password', () => {
  const engine = createEngine('postgresql://ada:hush@h1:1,[::1]:2/db', { password: 'silence' })
  expect(engine.address).toBe('postgresql://ada@h1:1,[::1]:2/db')
  expect(createEngine('mysql://ada@h1/db', { database: 'other', user: 'eve' }).address).toBe('mysql://eve@h1:3306/other')
  expect(inspect(engine, { depth: 9, showHidden: true })).not.toMatch(/hush|silence/)
  expect(JSON.stringify(engine)).not.toMatch(/hush|silence/)
})

test(`${runs} broken URLs: none of what may be a password is in an error`, () => {
  const secret = 'Zq7-hush-Zq7'
  const piece = fc.constantFrom(
    '@',
    ':',
    '/',
    '?',
    '#',
    '%',
    '%2',
    ',',
    '[',
    ']',
    '&',
    '=',
    ' ',
    '::',
    '\\',
    secret,
    'h',
    '1',
    '\0',
    '%00',
    'ü',
  )
  const url = fc
    .tuple(
      fc.constantFrom('postgresql://', 'mysql://', 'mariadb:', 'postgres:/', 'sqlite://', ''),
      fc.array(piece, { maxLength: 12 }),
      fc.array(piece, { maxLength: 4 }),
    )
    .map(([scheme, before, after]) => `${scheme}${before.join('')}u:${secret}${after.join('')}@h/db`)
  fc.assert(
    fc.property(url, (text) => {
      try {
        createEngine(text)
      } catch (error) {
        const shown = inspect(error, { depth: 6, showHidden: true })
        return error instanceof Error && error.constructor.name.endsWith('Error') && !shown.includes(secret)
      }
      return true
    }),
    { numRuns: runs },
  )
})
