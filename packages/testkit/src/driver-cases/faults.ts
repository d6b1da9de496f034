import type { DriverConnection } from '@quern/engine'
import { eventually, failure, ok, same, sleep, soon, uncaught } from '../driver-checks.js'
import { type DriverCase, one, promised, request, rows, type Scene, sessionsBeside } from '../driver-subject.js'

const servers = ['postgres', 'mysql', 'mariadb'] as const

/** Ends another session from outside. */
async function kill({ connect, texts }: Scene, victim: DriverConnection): Promise<void> {
  const killer = await connect()
  await killer.execute(request(texts.kill(victim.id)))
}

function losses(connection: DriverConnection): unknown[] {
  const heard: unknown[] = []
  connection.onLost((cause) => heard.push(cause))
  return heard
}

/** Statements stopped from outside, and connections that go away. */
export const faults: readonly DriverCase[] = [
  {
    name: 'cancel stops what runs, and the connection is as good as before',
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect()
      for (let i = 0; i < 3; i++) {
        const running = failure(promised(connection, request(texts.longSleep!)).then(interrupted), 10_000)
        await sleep(100)
        const start = Date.now()
        await connection.cancel()
        const error = await running
        ok(Date.now() - start < 2000, `it took ${Date.now() - start} ms`)
        ok(texts.canceled.includes(error.code), `${error.code} ${error.message}`)
        for (let k = 0; k < 5; k++) same(await one(connection, 'SELECT 42'), '42')
      }
      same(connection.lost, undefined)
    },
  },
  {
    name: 'a cancel that comes too late hits nothing else',
    on: servers,
    async run({ connect }) {
      const connection = await connect()
      await connection.cancel()
      for (let i = 0; i < 20; i++) {
        const running = rows(connection, 'SELECT 1')
        const cancelling = connection.cancel()
        await running.catch(() => {})
        same(await one(connection, `SELECT ${i}`), String(i))
        await cancelling
        same(await one(connection, `SELECT ${i}`), String(i))
      }
    },
  },
  {
    name: 'cancel does nothing where the statement runs on our own thread',
    on: ['sqlite'],
    async run({ connect }) {
      const connection = await connect()
      await connection.cancel()
      same(await one(connection, 'SELECT 1'), '1')
    },
  },
  {
    name: 'a stream can be cancelled',
    on: servers,
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(
        `CREATE TABLE ${table} (n integer); INSERT INTO ${table} VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)`,
      )
      const from = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((alias) => `${table} ${alias}`).join(' CROSS JOIN ')
      const reading = (async () => {
        let batches = 0
        for await (const _ of connection.stream(request(`SELECT a.n, g.n FROM ${from}`), 100)) {
          if (++batches === 3) await connection.cancel()
        }
      })()
      await failure(reading, 10_000)
      same(await one(connection, 'SELECT 42'), '42')
    },
  },
  {
    name: 'a copy can be cancelled, and leaves nothing behind on the wire',
    on: servers,
    async run({ connect, table, texts }) {
      const other = await connect()
      await other.script(`CREATE TABLE ${table} (n integer)`)
      for (const begin of [texts.begin, '']) {
        const connection = await connect()
        if (begin !== '') await connection.script(begin)
        const source = async function* () {
          for (let i = 0; i < 20; i++) {
            yield new TextEncoder().encode('1\n'.repeat(1000))
            await sleep(2)
          }
          setTimeout(() => void connection.cancel().catch(() => {}), 20)
          await new Promise<never>(() => {})
        }
        const error = await failure(connection.copyIn(texts.copy(table), source()), 5000)
        same(connection.dialect.classify(error).class, 'QueryCanceledError')
        if (connection.lost === undefined) {
          await connection.reset('rollback')
          for (let i = 0; i < 5; i++) same(await one(connection, `SELECT ${i}`), String(i))
        } else await eventually(async () => (await sessionsBeside(other, texts)) === 0)
        same(await one(other, `SELECT count(*) FROM ${table}`), '0')
        await connection.close()
        await eventually(async () => (await sessionsBeside(other, texts)) === 0)
      }
    },
  },
  {
    name: 'a session killed while idle is reported once, and nothing is uncaught',
    on: servers,
    async run(scene) {
      const connection = await scene.connect()
      const heard = losses(connection)
      const caught = await uncaught(async () => {
        await kill(scene, connection)
        await eventually(() => connection.lost !== undefined)
      })
      same(caught, [])
      same(heard.length, 1)
      ok(heard[0] === connection.lost)
      await failure(connection.execute(request('SELECT 1')), 500)
      await failure(connection.script('SELECT 1'), 500)
      await failure(connection.reset('session'), 500)
      await soon(connection.cancel(), 500)
      await soon(connection.close(), 1500)
    },
  },
  {
    name: 'a session killed inside an idle transaction harms nobody',
    on: servers,
    async run(scene) {
      const connection = await scene.connect()
      await connection.script(scene.texts.begin)
      const caught = await uncaught(async () => {
        await kill(scene, connection)
        await eventually(() => connection.lost !== undefined)
        await failure(connection.script('COMMIT'), 500)
      })
      same(caught, [])
    },
  },
  {
    name: 'a session killed while it runs rejects what runs with `lost`, which is set by then',
    on: servers,
    async run(scene) {
      const connection = await scene.connect()
      const heard = losses(connection)
      const caught = await uncaught(async () => {
        let lost: unknown
        const running = promised(connection, request(scene.texts.longSleep!))
          .then(interrupted)
          .catch((cause) => {
            lost = connection.lost
            throw cause
          })
        const outcome = failure(running)
        await sleep(100)
        await kill(scene, connection)
        await outcome
        ok(lost !== undefined, 'not lost when the promise rejected')
        ok((await outcome) === lost, `rejected with something else than ${lost}`)
        await failure(connection.ping(), 500)
      })
      same(caught, [])
      same(heard, [])
    },
  },
  {
    name: 'a session killed while it streams rejects the stream',
    on: servers,
    async run(scene) {
      const { connect, table } = scene
      const connection = await connect()
      await connection.script(
        `CREATE TABLE ${table} (n integer); INSERT INTO ${table} VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)`,
      )
      const from = ['a', 'b', 'c', 'd', 'e', 'f'].map((alias) => `${table} ${alias}`).join(' CROSS JOIN ')
      const caught = await uncaught(async () => {
        let batches = 0
        const read = async () => {
          for await (const _ of connection.stream(request(`SELECT a.n, repeat('x', 1000) FROM ${from}`), 100)) {
            if (++batches === 2) await kill(scene, connection)
          }
        }
        await failure(read(), 10_000)
        ok(connection.lost !== undefined)
        await soon(connection.close(), 1500)
      })
      same(caught, [])
    },
  },
  {
    name: 'a session killed while it copies rejects the copy',
    on: servers,
    async run(scene) {
      const { connect, table, texts } = scene
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (n integer)`)
      const caught = await uncaught(async () => {
        const source = async function* () {
          for (let i = 0; ; i++) {
            yield new TextEncoder().encode('1\n')
            if (i === 3) await kill(scene, connection)
            if (i > 3) await sleep(20)
          }
        }
        await failure(connection.copyIn(texts.copy(table), source()), 10_000)
        ok(connection.lost !== undefined)
      })
      same(caught, [])
    },
  },
  {
    name: 'closing while a statement runs settles both at once',
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect()
      const running = failure(promised(connection, request(texts.longSleep!)).then(interrupted))
      await sleep(50)
      await soon(connection.close(), 1500)
      await running
    },
  },
]

/** MySQL answers an interrupted SLEEP with 1 instead of an error; that is an interruption too. */
function interrupted(result: { readonly rows: readonly (readonly unknown[])[] }): void {
  if (Number(result.rows[0]?.[0]) === 1) throw Object.assign(new Error('interrupted'), { code: 'ER_QUERY_INTERRUPTED' })
}
