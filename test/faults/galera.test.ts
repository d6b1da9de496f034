/**
 * MariaDB Galera, three nodes that all take writes: a node killed and rejoined under load, certification conflicts repeated, nothing
 * acknowledged lost. The cluster takes long to start, so it is part of `npm run test:long` alone.
 */
import { type Engine, parseUrl, sql } from 'quern'
import { startGalera, synced } from '../servers/galera.mjs'
import { targets } from '../servers/urls.js'
import { patience, times } from './counts.js'
import { clean, Ledger } from './ledger.js'
import { endAll, engineOn, later, observe, pause, scene, until } from './observer.js'

afterEach(endAll)

const note = (line: string) => process.stderr.write(`    ${line}\n`)
const servers = targets.filter((target) => target === 'mysql' || target === 'mariadb')

test.each(servers)('%s: a server that is read_only is a standby, also when it becomes one under a connection', async (target) => {
  const { startServer } = await import('../servers/urls.js')
  const nodes = await Promise.all([0, 1].map(async () => later(await startServer(target), (it) => it.stop())))
  const users = await Promise.all(nodes.map(async (node) => later(await observe(node.url, target), (it) => it.close())))
  for (const admin of users) {
    // read_only does not hold for those who administrate
    await admin.ask("create user quern identified by 'secret'")
    await admin.ask('create database shared')
    await admin.ask('create table shared.t (id int primary key)')
    await admin.ask('grant all on shared.* to quern')
  }
  await users[1]!.ask('set global read_only = on')
  const ports = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const engine = engineOn(`${target}://quern:secret@${ports.join(',')}/shared?target_session_attrs=primary`)
  const reader = engine.reader()
  const port = async (on: Engine) => Number(await on.scalar(sql`select @@port`))
  expect(await port(engine)).toBe(nodes[0]!.port)
  expect(await port(reader)).toBe(nodes[1]!.port)
  await expect(reader.execute(sql`insert into t values (1)`)).rejects.toMatchObject({ name: 'ReadOnlyError' })
  await engine.execute(sql`insert into t values (1)`)
  // they change parts: one statement hears of it, and the next finds the other server
  await users[0]!.ask('set global read_only = on')
  await users[1]!.ask('set global read_only = off')
  await expect(engine.execute(sql`insert into t values (2)`)).rejects.toMatchObject({ name: 'ReadOnlyError' })
  await engine.execute(sql`insert into t values (2)`)
  expect(await port(engine)).toBe(nodes[1]!.port)
  expect(await users[1]!.ask('select id from shared.t')).toEqual(['2'])
  // the reader asks before it trusts a connection that was idle for a second
  await pause(1_100)
  expect(await port(reader)).toBe(nodes[0]!.port)
})

test.each(targets.filter((target) => target === 'mariadb'))('%s: a server without a cluster is ready', async (target) => {
  const { database } = await scene(target as 'mariadb')
  expect(Number(await engineOn(`${database.url}?target_session_attrs=read-write`).scalar(sql`select 1`))).toBe(1)
})

if (times(1) > 1 && targets.includes('mariadb'))
  describe('a cluster of three', () => {
    test(
      'a node is killed and comes back under 24 workers, and all write to the same rows',
      async () => {
        const cluster = later(await startGalera(3), (it) => it.stop())
        const { nodes } = cluster
        const admin = await observe(nodes[0]!.url, 'mariadb')
        await admin.ask('create database shared')
        await admin.close()
        const { user, password } = parseUrl(nodes[0]!.url)
        const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')
        const engine = engineOn(`mariadb://${user}:${password}@${hosts}/shared?load_balance_hosts=random`, {
          pool: { size: 10, maxOverflow: 10, timeout: 5_000 },
        })
        const met = new Map<string, number>()
        engine.on('connect', ({ address }) => met.set(address, (met.get(address) ?? 0) + 1))
        await engine.execute(sql`${sql.unsafe(Ledger.table)}`)
        await engine.execute(sql`create table counters (id int primary key, n int not null)`)
        await engine.execute(sql`insert into counters values (1, 0), (2, 0)`)

        const book = new Ledger(engine)
        const told = new Map<string, number>()
        let counting = true
        let acknowledged = 0
        let unknown = 0
        let attempts = 0
        let calls = 0
        const count = async (worker: number) => {
          while (counting) {
            calls++
            try {
              await engine.transaction(
                async (tx) => {
                  attempts++
                  await tx.execute(sql`update counters set n = n + 1 where id = ${(worker % 2) + 1}`)
                },
                { retries: 50 },
              )
              acknowledged++
            } catch (error) {
              const { name } = error as Error
              told.set(name, (told.get(name) ?? 0) + 1)
              if (name === 'CommitUnknownError') unknown++
              await pause(20)
            }
          }
        }
        const counters = Array.from({ length: 8 }, (_, worker) => count(worker))
        book.start(16)
        for (let kill = 0; kill < times(0.3); kill++) {
          const node = nodes[kill % 3]!
          const before = book.acked.size
          await until(
            () => book.acked.size,
            (acked) => acked > before + 100,
            30_000,
          )
          await node.kill('SIGKILL')
          const alone = book.acked.size
          await until(
            () => book.acked.size,
            (acked) => acked > alone + 50,
            30_000,
          )
          expect(book.acked.size).toBeGreaterThan(alone + 50)
          await node.restart()
          await synced(node)
        }
        counting = false
        await Promise.all(counters)
        expect(await book.stop()).toBe(0)
        const sums: number[] = []
        for (const node of nodes) {
          const url = new URL(node.url)
          url.pathname = '/shared'
          const look = later(await observe(url.href, 'mariadb'), (it) => it.close())
          await look.ask('set session wsrep_sync_wait = 1')
          expect(await book.compare(look)).toMatchObject(clean)
          sums.push(Number((await look.ask('select sum(n) from counters'))[0]))
        }
        // the nodes agree, and every increment that was acknowledged is in it, and none besides that nobody knows of
        expect(new Set(sums).size).toBe(1)
        expect(sums[0]).toBeGreaterThanOrEqual(acknowledged)
        expect(sums[0]).toBeLessThanOrEqual(acknowledged + unknown)
        expect(attempts).toBeGreaterThan(calls)
        expect(told.get('DeadlockError') ?? 0).toBe(0)
        expect(met.size).toBe(3)
        note(
          `${times(0.3)} kills: ${book.acked.size} acknowledged, ${JSON.stringify([...book.told])}; ${acknowledged} increments in ${calls} calls, ${attempts} attempts, ${JSON.stringify([...told])}; connections ${JSON.stringify([...met.values()])}`,
        )
      },
      patience(60_000),
    )
  })
