/** A primary and its standby: who reads where, what a promotion changes, and that nothing acknowledged is lost by it. */
import {
  createEngine,
  type Engine,
  insertInto,
  integer,
  metadata,
  OptionError,
  parseUrl,
  ReadOnlyError,
  select,
  sql,
  table,
  text,
} from 'quern'
import { startStandby } from '../servers/standby.mjs'
import { type Server, startServer, targets } from '../servers/urls.js'
import { Ledger } from './ledger.js'
import { endAll, engineOn, later, observe, until } from './observer.js'

afterEach(endAll)

const notes = table('notes', { id: integer().primaryKey(), body: text() })
const db = metadata({ notes })
const flags = ['-c', 'synchronous_commit=on']
const note = (line: string) => process.stderr.write(`    ${line}\n`)
const where = sql`select pg_is_in_recovery()::text || ' ' || inet_server_port()`

/** Both servers in one URL, in this order. */
function hostsOf(...servers: Server[]): string {
  const { user, password } = parseUrl(servers[0]!.url)
  return `postgresql://${user}:${password}@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres`
}

if (targets.includes('postgres'))
  describe('PostgreSQL, a primary and a standby', () => {
    let primary: Server
    let standby: Server
    beforeAll(async () => {
      primary = await startServer('postgres', { flags })
      standby = await startStandby(primary, { flags })
      await using engine = createEngine(primary.url)
      await db.createAll(engine)
      // acknowledged means that the standby has it and shows it
      await engine.execute(sql`alter system set synchronous_standby_names = '*'`)
      await engine.execute(sql`alter system set synchronous_commit = 'remote_apply'`)
      await engine.execute(sql`select pg_reload_conf()`)
      await using connection = await engine.connect()
      await connection.script(Ledger.table)
    })
    afterAll(async () => {
      await standby?.stop()
      await primary?.stop()
    })

    const on = async (engine: Engine) => String(await engine.scalar(where))

    test.each([
      ['primary', 'false'],
      ['read-write', 'false'],
      ['standby', 'true'],
      ['read-only', 'true'],
      ['prefer-standby', 'true'],
    ])('target_session_attrs=%s leads to the one that is it, wherever it stands in the URL', async (target, recovering) => {
      for (const url of [hostsOf(primary, standby), hostsOf(standby, primary)]) {
        const engine = engineOn(`${url}?target_session_attrs=${target}`)
        expect(await on(engine)).toBe(`${recovering} ${recovering === 'true' ? standby.port : primary.port}`)
        const port = recovering === 'true' ? standby.port : primary.port
        expect(engine.address).not.toMatch(parseUrl(primary.url).password!)
        expect(engine.address).toContain(`127.0.0.1:${port}`)
      }
    })

    test('any: the first in the URL; at random: both', async () => {
      expect(await on(engineOn(hostsOf(standby, primary)))).toContain(String(standby.port))
      const engine = engineOn(`${hostsOf(standby, primary)}?load_balance_hosts=random`, { pool: { size: 12, maxOverflow: 0 } })
      const met = new Set<string>()
      engine.on('connect', ({ address }) => met.add(address.replace(/^.*@/, '')))
      const held = await Promise.all(Array.from({ length: 12 }, () => engine.connect()))
      await Promise.all(held.map((connection) => connection.close()))
      expect(met).toEqual(new Set([primary, standby].map(({ port }) => `127.0.0.1:${port}/postgres`)))
    })

    test('a reader reads from the standby, sees what was committed, and writes nowhere', async () => {
      const engine = engineOn(`${hostsOf(primary, standby)}?target_session_attrs=primary`)
      const reader = engine.reader()
      expect(engine.reader()).toBe(reader)
      await engine.execute(insertInto(notes).values({ id: 1, body: 'seen' }))
      expect(await reader.scalar(select(notes.body).from(notes))).toBe('seen')
      expect(await on(reader)).toBe(`true ${standby.port}`)
      await expect(reader.execute(insertInto(notes).values({ id: 2, body: 'x' }))).rejects.toThrow(ReadOnlyError)
      await expect(reader.transaction((tx) => tx.execute(insertInto(notes).values({ id: 2, body: 'x' })))).rejects.toThrow(ReadOnlyError)
      await expect(reader.transaction(async () => {}, { readOnly: false })).rejects.toThrow(OptionError)
      expect(await engine.scalars(select(notes.id).from(notes))).toEqual([1])
    })

    test('without a standby a reader says so, or reads from the primary where that is allowed, and still writes nothing', async () => {
      const engine = engineOn(primary.url)
      await expect(engine.reader().scalar(where)).rejects.toThrow(`no host is a standby; 127.0.0.1:${primary.port} is a primary`)
      const reader = engine.reader({ fallback: 'primary' })
      expect(await on(reader)).toBe(`false ${primary.port}`)
      await expect(reader.execute(insertInto(notes).values({ id: 3, body: 'x' }))).rejects.toThrow(ReadOnlyError)
      await expect(db.createAll(reader, { checkFirst: false })).rejects.toThrow(ReadOnlyError)
      await engine.close()
      await expect(reader.scalar(where)).rejects.toThrow('closed')
    })

    test('a wrong password is not tried on the next host', async () => {
      const engine = engineOn(hostsOf(primary, standby).replace(/:[0-9a-f]+@/, ':wrong@'))
      const error = await engine.scalar(where).catch((failure) => failure)
      expect(error).toMatchObject({ name: 'ConnectError', code: '28P01' })
      expect(error.message).toMatch(/authentication failed/)
    })

    test('the primary is killed under 16 workers, the standby promoted: the engine follows, and nothing acknowledged is lost', async () => {
      const url = hostsOf(primary, standby)
      const engine = engineOn(`${url}?target_session_attrs=primary`, { pool: { size: 5, maxOverflow: 5, timeout: 5_000 } })
      const reader = engine.reader({ fallback: 'primary' })
      const book = new Ledger(engine)
      book.start(16)
      let reads = 0
      let stop = false
      const reading = (async () => {
        while (!stop)
          if (
            await reader.scalar(sql`select count(*) from ops`).then(
              () => true,
              () => false,
            )
          )
            reads++
      })()
      await until(
        () => book.acked.size,
        (acked) => acked > 200,
      )
      const before = book.acked.size
      const died = performance.now()
      await primary.kill('SIGKILL')
      const readsAtDeath = reads
      await until(
        () => reads,
        (n) => n > readsAtDeath + 5,
      )
      expect(reads).toBeGreaterThan(readsAtDeath + 5)
      const admin = await observe(standby.url, 'postgres')
      await admin.ask("alter system set synchronous_standby_names = ''")
      const promoted = performance.now()
      await admin.ask('select pg_promote(true, 30)')
      await until(
        () => book.acked.size,
        (acked) => acked > before + 100,
        15_000,
      )
      expect(book.acked.size).toBeGreaterThan(before + 100)
      note(
        `primary killed with ${before} acknowledged; first success ${Math.round(book.lastSuccess - promoted)} ms at most after promotion began, ${Math.round(promoted - died)} ms after the kill`,
      )
      expect(await on(engine)).toBe(`false ${standby.port}`)
      stop = true
      await reading
      expect(await book.stop()).toBe(0)
      // The commits that were waiting for the standby when the primary died are known to nobody.
      expect(await book.compare(admin)).toMatchObject({ hung: 0, wrong: 0, halves: 0, lost: 0, failedButThere: 0, unexplained: 0 })
      note(`${book.acked.size} acknowledged, ${JSON.stringify([...book.told])}, ${reads} reads`)
      later(admin, (it) => it.close())
      // a reader that wants a standby alone leaves the one that was promoted
      const strict = engine.reader()
      await expect(strict.scalar(where)).rejects.toThrow(/no host is a standby/)
    })
  })
