/**
 * A connection that is cut after every number of bytes, from either side, while a transaction of three statements runs: from the first
 * byte of the handshake to the last one of the goodbye. `npm test` takes a sample, `npm run test:long` all offsets.
 */
import { CommitUnknownError, ConnectError, ConnectionLostError, sql } from 'quern'
import { targets } from '../servers/urls.js'
import { patience, times } from './counts.js'
import { Ledger } from './ledger.js'
import { Network, type Side } from './network.js'
import { endAll, engineOn, later, type ServerTarget, scene, until } from './observer.js'

const servers = targets.filter((target): target is ServerTarget => target !== 'sqlite')
const note = (line: string) => process.stderr.write(`    ${line}\n`)
/** How many conversations go on at a time, each over a network of its own. */
const lanes = 8
const first = 100_000

afterEach(endAll)

type Outcome = 'acked' | 'failed' | 'unknown'

/** Connects, writes two halves, reads, commits and leaves; yields what the caller was told. */
async function converse(url: string, id: number): Promise<Outcome> {
  const engine = engineOn(url, { pool: { size: 1, maxOverflow: 0, timeout: 5_000 } })
  try {
    await engine.transaction(async (tx) => {
      await tx.execute(sql`insert into ops values (${id}, 1)`)
      await tx.execute(sql`insert into ops values (${id}, 2)`)
      const count = await tx.scalar(sql`select count(*) from ops where id = ${id}`)
      if (Number(count) !== 2) throw new Error(`it reads ${count}`)
    })
    return 'acked'
  } catch (error) {
    if (error instanceof CommitUnknownError) return 'unknown'
    if (error instanceof ConnectError || error instanceof ConnectionLostError) return 'failed'
    throw error
  } finally {
    await engine.close({ timeout: 500 })
    expect(engine.status()).toMatchObject({ used: 0, idle: 0, connecting: 0, closing: 0, waiting: 0 })
  }
}

/** All offsets, or a sample that is dense at the end, where COMMIT and its answer are. */
function offsetsUpTo(total: number): number[] {
  const all = Array.from({ length: total + 1 }, (_, n) => n)
  const step = Math.ceil(total / 30)
  return times(1) > 1 ? all : all.filter((n) => n % step === 0 || (n > total - 48 && n % 3 === 0))
}

describe.each(servers)('%s', (target) => {
  test.each(['client', 'server'] as const)(
    'cut after any number of bytes from the %s: settled, nothing left, and what was told is true',
    async (from: Side) => {
      const { database, observer } = await scene(target)
      await observer.ask(Ledger.table)
      const networks = await Promise.all(
        Array.from({ length: lanes }, async () => later(await Network.before(database.url), (it) => it.close())),
      )
      expect(await converse(networks[0]!.url(database.url), first)).toBe('acked')
      const total = networks[0]!.passed[from]
      expect(total).toBeGreaterThan(200)

      const offsets = offsetsUpTo(total)
      const told = new Map<number, Outcome>()
      const work = offsets.map((offset, i) => ({ offset, id: first + 1 + i }))
      await Promise.all(
        networks.map(async (network) => {
          for (let next = work.shift(); next !== undefined; next = work.shift()) {
            network.cutNext(from, next.offset)
            told.set(next.id, await converse(network.url(database.url), next.id))
          }
        }),
      )
      // whoever was cut off has to be noticed first
      expect(
        await until(
          () => observer.sessions(),
          (ids) => ids.length === 0,
        ),
      ).toEqual([])
      const halves = await observer.ask('select id from ops group by id having count(*) <> 2')
      expect(halves).toEqual([])
      const there = new Set((await observer.ask('select id from ops group by id')).map(Number))
      const ids = (outcome: Outcome) => [...told].filter(([, it]) => it === outcome).map(([id]) => id)
      expect(ids('acked').filter((id) => !there.has(id))).toEqual([])
      expect(ids('failed').filter((id) => there.has(id))).toEqual([])
      const unknown = ids('unknown')
      const committed = unknown.filter((id) => there.has(id))
      expect(told.size).toBe(offsets.length)
      expect(ids('failed').length).toBeGreaterThan(0)
      expect(unknown.length).toBeGreaterThan(0)
      // an answer to COMMIT that is cut off is exactly what nobody can know
      if (from === 'server') expect(committed.length).toBeGreaterThan(0)
      note(
        `${target}, cut at ${offsets.length} of ${total + 1} offsets from the ${from}: ${ids('acked').length} committed, ${ids('failed').length} failed, ${unknown.length} unknown, of which ${committed.length} were committed`,
      )
    },
    patience(30_000),
  )
})
