/** Servers and sessions that are killed while 64 workers write and read: nothing hangs, nothing leaks, nothing is told wrongly. */
import { type Server, startServer, targets } from '../servers/urls.js'
import { patience, times } from './counts.js'
import { clean, expectNothingLeft, Ledger } from './ledger.js'
import { endAll, engineOn, later, type Observer, observe, pause, type ServerTarget, scene, until } from './observer.js'

const workers = 64
const pool = { size: 5, maxOverflow: 5, timeout: 5_000 }
const servers = targets.filter((target): target is ServerTarget => target !== 'sqlite')
/** After kill -9, what was acknowledged must be there: the harness trades that for speed where nobody looks. */
const durable: Partial<Record<ServerTarget, readonly string[]>> = { postgres: ['-c', 'synchronous_commit=on'] }
durable.postgres15 = durable.postgres!

afterEach(endAll)

/** Figures for the reader of a run; the test stands on the others. */
const note = (line: string) => process.stderr.write(`    ${line}\n`)

describe.each(servers)('%s', (target) => {
  test(
    'P10: 15 kills of all sessions under 64 workers: 0 hung, 0 leaked, 0 wrong, 0 lost',
    async () => {
      const { database, observer } = await scene(target)
      await observer.ask(Ledger.table)
      const engine = engineOn(database.url, { pool })
      const ledger = new Ledger(engine)
      ledger.start(workers)
      for (let kill = 0; kill < times(15); kill++) {
        const before = ledger.acked.size
        await until(
          () => ledger.acked.size,
          (acked) => acked > before + 20,
        )
        for (const id of await observer.sessions()) await observer.kill(id)
      }
      expect(await ledger.stop()).toBe(0)
      const outcome = await ledger.compare(observer)
      expect(outcome).toMatchObject(clean)
      expect(ledger.told.get('ConnectionLostError')).toBeGreaterThan(0)
      note(
        `${target}, ${times(15)} kills of all sessions: ${ledger.acked.size} committed, ${JSON.stringify([...ledger.told])}, ${outcome.unknownButThere} of ${outcome.unknown} unknown were committed`,
      )
      await expectNothingLeft(engine, observer)
    },
    patience(30_000),
  )

  test(
    'P10: 5 kills of the server under 64 workers: 0 hung, 0 leaked, 0 wrong, 0 lost, and it goes on by itself',
    async () => {
      const server = later(await startServer(target, { flags: durable[target] ?? [] }), (it) => it.stop())
      const url = await databaseOn(server)
      let observer: Observer = later(await observe(url, serverDialect(target)), () => observer.close())
      await observer.ask(Ledger.table)
      const engine = engineOn(url, { pool })
      const ledger = new Ledger(engine)
      const returns: number[] = []
      ledger.start(workers)
      for (let kill = 0; kill < times(5); kill++) {
        const before = ledger.acked.size
        await until(
          () => ledger.acked.size,
          (acked) => acked > before + 20,
        )
        await observer.close()
        await server.kill('SIGKILL')
        await pause(kill % 3 === 0 ? 300 : 0)
        await server.restart()
        const back = performance.now()
        await until(
          () => ledger.lastSuccess,
          (moment) => moment > back,
        )
        expect(ledger.lastSuccess).toBeGreaterThan(back)
        returns.push(ledger.lastSuccess - back)
        observer = await observe(url, serverDialect(target))
      }
      expect(await ledger.stop()).toBe(0)
      const outcome = await ledger.compare(observer)
      expect(outcome).toMatchObject(clean)
      expect(ledger.told.get('ConnectionLostError')).toBeGreaterThan(0)
      const longest = Math.round(Math.max(...returns))
      note(
        `${target}, ${times(5)} kills of the server: ${ledger.acked.size} committed, ${JSON.stringify([...ledger.told])}, ${outcome.unknownButThere} of ${outcome.unknown} unknown were committed; first success at most ${longest} ms after the server was back`,
      )
      await expectNothingLeft(engine, observer)
      await observer.close()
      await server.stop()
    },
    patience(60_000),
  )
})

const serverDialect = (target: ServerTarget) => (target === 'postgres15' ? 'postgres' : target)

async function databaseOn(server: Server): Promise<string> {
  const admin = await observe(server.url, serverDialect(server.name))
  await admin.ask('create database faults').catch(() => {})
  await admin.close()
  const url = new URL(server.url)
  url.pathname = '/faults'
  return url.href
}
