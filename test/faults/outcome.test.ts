/** X2: what became of a transaction whose COMMIT was lost, asked of the server that knows, and refused where it does not. */
import { CommitUnknownError, ConnectionLostError, type DriverConnection, type Engine, sql, type Transaction } from 'quern'
import { type FreshDatabase, freshDatabase, startServer, targets } from '../servers/urls.js'
import { patience, times } from './counts.js'
import { clean, expectNothingLeft, Ledger } from './ledger.js'
import { Network } from './network.js'
import { endAll, engineOn, failure, later, type ServerTarget, scene, until } from './observer.js'

afterEach(endAll)

const driverOf = (tx: Transaction) => (tx as unknown as { readonly lease: { readonly connection: DriverConnection } }).lease.connection
const add = (id: number) => sql`insert into ops values (${id}, 1)`
const swallow = () => {}

/** Loses the connection at COMMIT, after `meanwhile`; `sent`: the server gets to see it. */
function loseAtCommit(tx: Transaction, sent: boolean, meanwhile: () => Promise<unknown> = async () => {}): void {
  const connection = driverOf(tx)
  const script = connection.script.bind(connection)
  connection.script = async (text) => {
    if (sent) await script(text)
    await meanwhile()
    await connection.close()
    throw connection.lost
  }
}

const servers = targets.filter((target): target is ServerTarget => target.startsWith('postgres'))
if (servers.length > 0)
  describe.each(servers)('%s', (target) => {
    const pool = { size: 2, maxOverflow: 0, timeout: 10_000 }
    const there = async (engine: Engine) => (await engine.scalars(sql`select id from ops order by id`)).map(Number)

    test('X2: committed, though nobody heard of it: the call resolves', async () => {
      const { database, observer } = await scene(target)
      await observer.ask(Ledger.table)
      const engine = engineOn(database.url, { pool })
      const work = async (tx: Transaction) => {
        await tx.execute(add(1))
        loseAtCommit(tx, true)
        return 'done'
      }
      expect(await engine.transaction(work, { verify: true })).toBe('done')
      await using conn = await engine.connect()
      expect(await conn.transaction((tx) => tx.execute(add(2)), { verify: true })).toMatchObject({ rowCount: 1 })
      const tx = await conn.begin({ verify: true })
      await tx.execute(add(3))
      loseAtCommit(tx, true)
      await tx.commit()
      expect(await there(engine)).toEqual([1, 2, 3])
      await conn.close()
      await expectNothingLeft(engine, observer)
    })

    test('X2: never committed: the error says so, and nothing is there', async () => {
      const { database, observer } = await scene(target)
      await observer.ask(Ledger.table)
      const network = later(await Network.before(database.url), (it) => it.close())
      const engine = engineOn(network.url(database.url), { pool })
      await engine.execute(sql`select 1`)
      network.when('COMMIT', 'reset')
      const error = await failure(engine.transaction((tx) => tx.execute(add(1)), { verify: true, retries: 3 }))
      expect(network.sprung).toBe(true)
      expect(error).toBeInstanceOf(ConnectionLostError)
      expect(error.message).toContain('was rolled back')
      expect(await there(engine)).toEqual([])
      await expectNothingLeft(engine, observer)
    })

    test('X2: what wrote nothing has no number, a savepoint no COMMIT, and without being told nobody asks', async () => {
      const { database, observer } = await scene(target)
      await observer.ask(Ledger.table)
      const engine = engineOn(database.url, { pool })
      const reading = engine.transaction(
        async (tx) => {
          await tx.savepoint((sp) => sp.execute(sql`select 1`))
          loseAtCommit(tx, true)
        },
        { verify: true },
      )
      await expect(reading).rejects.toThrow(CommitUnknownError)
      const untold = engine.transaction(async (tx) => {
        await tx.execute(add(1))
        loseAtCommit(tx, true)
      })
      await expect(untold).rejects.toThrow(CommitUnknownError)
      await expectNothingLeft(engine, observer)
    })

    test('X2: after a crash the server may give the same number to another one: nobody knows', async () => {
      const server = later(await startServer(target, { flags: ['-c', 'synchronous_commit=on'] }), (it) => it.stop())
      const engine = engineOn(server.url, { pool })
      await engine.execute(sql`create table ops (id integer, half integer)`)
      const lost = engine.transaction(
        async (tx) => {
          await tx.execute(add(1))
          loseAtCommit(tx, false, async () => {
            await server.kill('SIGKILL')
            await server.restart()
          })
        },
        { verify: true },
      )
      await expect(lost).rejects.toThrow(CommitUnknownError)
      // one session that crashes takes all others with it, and the server starts anew without a new process
      const crashed = engine.transaction(
        async (tx) => {
          await tx.execute(add(2))
          const session = Number(await tx.scalar(sql`select pg_backend_pid()`))
          loseAtCommit(tx, false, async () => {
            process.kill(session, 'SIGKILL')
            await until(
              () => engine.scalar(sql`select 1`).catch(swallow),
              (answer) => answer !== undefined,
            )
          })
        },
        { verify: true },
      )
      await expect(crashed).rejects.toThrow(CommitUnknownError)
      expect(await there(engine)).toEqual([])
    })

    test(
      'X2: 10 kills of all sessions under 32 workers: every outcome is known, and true',
      async () => {
        const { database, observer } = await scene(target)
        await observer.ask(Ledger.table)
        const engine = engineOn(database.url, { pool: { size: 5, maxOverflow: 5, timeout: 5_000 } })
        const ledger = new Ledger(engine, true)
        ledger.start(32)
        for (let kill = 0; kill < times(10); kill++) {
          const before = ledger.acked.size
          await until(
            () => ledger.acked.size,
            (acked) => acked > before + 20,
          )
          for (const id of await observer.sessions()) await observer.kill(id)
        }
        expect(await ledger.stop()).toBe(0)
        expect(await ledger.compare(observer)).toMatchObject({ ...clean, unknown: 0 })
        expect(ledger.told.get('ConnectionLostError')).toBeGreaterThan(0)
        await expectNothingLeft(engine, observer)
      },
      patience(30_000),
    )
  })

const others = targets.filter((target) => !target.startsWith('postgres'))
if (others.length > 0)
  describe.each(others)('%s', (target) => {
    let database: FreshDatabase
    beforeAll(async () => {
      database = await freshDatabase(target)
    })
    afterAll(() => database.drop())

    test('X2: nobody can be asked, which is said before anything happens', async () => {
      const engine = engineOn(database.url)
      let runs = 0
      const refused = engine.transaction(async () => runs++, { verify: true })
      await expect(refused).rejects.toMatchObject({ feature: 'transactionOutcome' })
      expect(runs).toBe(0)
      expect(engine.status()).toMatchObject({ used: 0 })
    })
  })
