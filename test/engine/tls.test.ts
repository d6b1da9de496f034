/** TLS against real servers with certificates of our own: who is trusted, and who is not, before a password is sent. */
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { type CreateEngineOptions, createEngine, OptionError, parseUrl, sql, UrlError } from 'quern'
import { makeAuthority, makeCertificate, type Pair } from '../servers/certificates.mjs'
import { type Server, startServer, targets } from '../servers/urls.js'

const ours = makeAuthority('Quern test authority')
const others = makeAuthority('Somebody else')
const client = makeCertificate(ours, ['quern'])

/** Each with what a client must think of it under `verify-full`, and under `verify-ca`. */
const certificates: { readonly [kind: string]: Pair } = {
  right: makeCertificate(ours, ['localhost', '127.0.0.1']),
  'other name': makeCertificate(ours, ['db.example', '10.9.8.7']),
  'other authority': makeCertificate(others, ['localhost', '127.0.0.1']),
  expired: makeCertificate(ours, ['localhost', '127.0.0.1'], -1),
}

/** How to make a running server show another certificate, ask for TLS, and ask for the client's certificate. */
interface Show {
  certificate(pair: Pair): Promise<void>
  insist(on: boolean): Promise<void>
  askForCertificate(): Promise<void>
  close(): Promise<void>
}

async function postgres(server: Server): Promise<Show> {
  const data = join(server.directory, 'data')
  const { uid, gid } = await stat(data)
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  const put = async (name: string, text: string) => {
    await writeFile(join(data, name), text, { mode: 0o600 })
    await chown(join(data, name), uid, gid)
  }
  const login = (tls: string) => put('pg_hba.conf', `local all all trust\nhostssl all all all scram-sha-256 ${tls}\n`)
  await put('ca.pem', ours.certificate)
  const reload = async () => {
    await admin.query('SELECT pg_reload_conf()')
    // the signal is on its way: the next session may come before it
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  return {
    async certificate(pair) {
      await put('server.crt', pair.certificate)
      await put('server.key', pair.key)
      await admin.query('ALTER SYSTEM SET ssl = on')
      await admin.query("ALTER SYSTEM SET ssl_ca_file = 'ca.pem'")
      await reload()
    },
    async insist(on) {
      if (on) await login('')
      else await put('pg_hba.conf', 'host all all all scram-sha-256\n')
      await reload()
    },
    async askForCertificate() {
      await login('clientcert=verify-ca')
      await reload()
    },
    close: () => admin.end(),
  }
}

async function mysqls(server: Server, folder: string): Promise<Show> {
  const admin = await mysql.createConnection(server.url.replace('mariadb:', 'mysql:'))
  return {
    async certificate(pair) {
      await writeFile(join(folder, 'server.crt'), pair.certificate)
      await writeFile(join(folder, 'server.key'), pair.key)
      if (server.name === 'mariadb') return void (await admin.query('FLUSH SSL'))
      await admin.query('ALTER INSTANCE RELOAD TLS')
    },
    insist: async (on) => void (await admin.query(`SET GLOBAL require_secure_transport = ${on ? 'ON' : 'OFF'}`)),
    askForCertificate: async () => void (await admin.query("ALTER USER 'root'@'%' REQUIRE X509")),
    close: () => admin.end(),
  }
}

const servers = targets.filter((target) => target !== 'sqlite' && target !== 'postgres15') as ('postgres' | 'mysql' | 'mariadb')[]

describe.each(servers)('%s', (target) => {
  let server: Server
  let show: Show
  let folder: string
  let ca: string
  const onName = () => server.url.replace('127.0.0.1', 'localhost')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quern-tls-'))
    ca = join(folder, 'ca.pem')
    await writeFile(ca, ours.certificate)
    // MySQL shows no certificate of an authority that it does not know
    await writeFile(join(folder, 'known.pem'), ours.certificate + others.certificate)
    await writeFile(join(folder, 'server.crt'), certificates.right!.certificate)
    await writeFile(join(folder, 'server.key'), certificates.right!.key)
    const file = (name: string) =>
      `--ssl-${name}=${join(folder, name === 'ca' ? 'known.pem' : name === 'cert' ? 'server.crt' : 'server.key')}`
    server = await startServer(target, { flags: target === 'postgres' ? [] : ['ca', 'cert', 'key'].map(file) })
    show = target === 'postgres' ? await postgres(server) : await mysqls(server, folder)
    await show.certificate(certificates.right!)
  })
  afterAll(async () => {
    await show?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Whether the session is encrypted, as the server has it; or why there is none. */
  async function outcome(url: string, options: CreateEngineOptions = {}): Promise<string> {
    const engine = createEngine(url, options)
    const question =
      target === 'postgres'
        ? sql`select case when ssl then 'encrypted' else 'open' end from pg_stat_ssl where pid = pg_backend_pid()`
        : target === 'mysql'
          ? sql`select if(variable_value = '', 'open', 'encrypted') from performance_schema.session_status where variable_name = 'Ssl_cipher'`
          : sql`select if(variable_value = '', 'open', 'encrypted') from information_schema.session_status where variable_name = 'Ssl_cipher'`
    try {
      return String(await engine.scalar(question))
    } catch (error) {
      // the password is in no part of it
      expect(inspect(error, { depth: 8, showHidden: true })).not.toContain(parseUrl(server.url).password)
      expect((error as Error).name).toBe('ConnectError')
      return (error as Error).message
    } finally {
      await engine.close({ timeout: 100 })
    }
  }

  test('the right certificate, by name and by address, from a URL and from options', async () => {
    await show.certificate(certificates.right!)
    expect(await outcome(`${onName()}?sslmode=verify-full&sslrootcert=${ca}`)).toBe('encrypted')
    expect(await outcome(`${server.url}?sslmode=verify-full&sslrootcert=${ca}`)).toBe('encrypted')
    expect(await outcome(`${server.url}?sslrootcert=${ca}`)).toBe('encrypted')
    expect(await outcome(server.url, { tls: { ca: ours.certificate } })).toBe('encrypted')
    expect(await outcome(server.url, { tls: { caFile: ca, mode: 'verify-full', servername: 'localhost' } })).toBe('encrypted')
    expect(await outcome(server.url)).toBe('open')
    expect(await outcome(server.url, { tls: false })).toBe('open')
  })

  test('a certificate for another name: refused, unless only the authority counts', async () => {
    await show.certificate(certificates['other name']!)
    for (const url of [onName(), server.url]) {
      expect(await outcome(url, { tls: { ca: ours.certificate } })).toMatch(/altnames|does not match/)
      expect(await outcome(`${url}?sslmode=verify-ca&sslrootcert=${ca}`)).toBe('encrypted')
      expect(await outcome(`${url}?sslmode=require&sslrootcert=${ca}`)).toBe('encrypted')
      expect(await outcome(`${url}?sslrootcert=${ca}&servername=db.example`)).toBe('encrypted')
      expect(await outcome(`${url}?sslrootcert=${ca}&servername=db2.example`)).toMatch(/altnames|does not match/)
    }
  })

  test('a certificate for localhost is not one for an address', async () => {
    await show.certificate(makeCertificate(ours, ['localhost']))
    expect(await outcome(server.url, { tls: { ca: ours.certificate } })).toMatch(/altnames|does not match|list/)
    expect(await outcome(onName(), { tls: { ca: ours.certificate } })).toBe('encrypted')
  })

  test.each(['other authority', 'expired'])('%s: refused by name, unless nothing is verified', async (kind) => {
    if (kind === 'expired' && target === 'mysql') {
      // MySQL itself does not start to show one that has expired
      await show.certificate(makeCertificate(ours, ['localhost', '127.0.0.1'], 1 / 86_400))
      await new Promise((resolve) => setTimeout(resolve, 2_100))
    } else await show.certificate(certificates[kind]!)
    for (const mode of ['verify-full', 'verify-ca'] as const)
      expect(await outcome(server.url, { tls: { mode, ca: ours.certificate } })).toMatch(/certificate/)
    expect(await outcome(server.url, { tls: 'verify-full' })).toMatch(/certificate/)
    expect(await outcome(`${server.url}?sslmode=insecure`)).toBe('encrypted')
    expect(await outcome(server.url, { tls: 'insecure' })).toBe('encrypted')
  })

  test('a server that takes only TLS refuses open connections, and takes encrypted ones', async () => {
    await show.certificate(certificates.right!)
    await show.insist(true)
    try {
      expect(await outcome(server.url)).toMatch(target === 'mariadb' ? /Access denied/ : /no encryption|insecure transport/)
      expect(await outcome(server.url, { tls: { ca: ours.certificate } })).toBe('encrypted')
    } finally {
      await show.insist(false)
    }
  })

  test('a statement is cancelled over TLS too', async () => {
    const engine = createEngine(`${server.url}?sslrootcert=${ca}`)
    const sleep = target === 'postgres' ? sql`select pg_sleep(20)` : sql`select sleep(20)`
    const started = performance.now()
    await expect(engine.execute(sleep, { timeout: 100 })).rejects.toThrow()
    await engine.close()
    expect(performance.now() - started).toBeLessThan(8_000)
  })

  test('files that cannot be read are named, with the reason', async () => {
    const missing = join(folder, 'missing.pem')
    const engine = createEngine(`${server.url}?sslrootcert=${missing}`)
    await expect(engine.scalar(sql`select 1`)).rejects.toThrow(`cannot be read from ${JSON.stringify(missing)}: ENOENT`)
    await engine.close()
  })

  test('a client certificate', async () => {
    await show.askForCertificate()
    const certFile = join(folder, 'client.crt')
    const keyFile = join(folder, 'client.key')
    await writeFile(certFile, client.certificate)
    await writeFile(keyFile, client.key)
    expect(await outcome(`${server.url}?sslrootcert=${ca}`)).toMatch(/certificate|denied/i)
    expect(await outcome(`${server.url}?sslrootcert=${ca}&sslcert=${certFile}&sslkey=${keyFile}`)).toBe('encrypted')
    expect(await outcome(server.url, { tls: { ca: ours.certificate, cert: client.certificate, key: client.key } })).toBe('encrypted')
  })
})

describe('what is refused before anything is opened', () => {
  test.each([
    ['?sslmode=require', 'sslmode=require would encrypt without knowing to whom; write sslmode=verify-full, or sslmode=insecure'],
    ['?sslmode=prefer', 'would go on without encryption'],
    ['?sslmode=allow', 'would go on without encryption'],
    ['?sslmode=verify_full', 'sslmode is one of disable, insecure, verify-ca, verify-full'],
    ['?sslmode=disable&sslrootcert=ca.pem', 'stands against the certificates'],
    ['?sslcert=a.pem', 'sslcert and sslkey stand together'],
  ])('%s', (query, sentence) => {
    expect(() => createEngine(`postgresql://u:hush@h/db${query}`)).toThrow(UrlError)
    expect(() => createEngine(`postgresql://u:hush@h/db${query}`)).toThrow(sentence)
  })

  test.each([
    [{ tls: 'require' }, "use 'verify-full', or 'insecure' where that is meant"],
    [{ tls: { mode: 'full' } }, "'verify-full', 'verify-ca', 'insecure'"],
    [{ tls: { caflie: 'x' } }, 'did you mean caFile?'],
    [{ tls: { cert: 'x' } }, 'a client certificate needs its key'],
    [{ tls: { ca: 'x', caFile: 'y' } }, 'twice'],
    [{ tls: { mode: 'verify-full', insecure: true } }, 'stands against'],
    [{ tsl: true }, 'did you mean tls?'],
  ])('%j', (options, sentence) => {
    expect(() => createEngine('mysql://u@h/db', options as never)).toThrow(OptionError)
    expect(() => createEngine('mysql://u@h/db', options as never)).toThrow(sentence)
  })
})
