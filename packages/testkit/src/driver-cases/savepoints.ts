import type { DriverConnection } from '@quern/engine'
import { failure, ok, same } from '../driver-checks.js'
import { type DriverCase, one, request, rows } from '../driver-subject.js'

const texts = (connection: DriverConnection) => connection.dialect.transaction
const begin = async (connection: DriverConnection) => {
  for (const text of texts(connection).begin({})) await connection.script(text)
}
const save = (connection: DriverConnection, name: string) => connection.script(texts(connection).savepoint(name))
const release = (connection: DriverConnection, name: string) => connection.script(texts(connection).release(name))
const rollbackTo = (connection: DriverConnection, name: string) => connection.script(texts(connection).rollbackTo(name))
const commit = (connection: DriverConnection) => connection.script(texts(connection).commit)
const rollback = (connection: DriverConnection) => connection.script(texts(connection).rollback)

/** A connection with an empty table of its own, inside a transaction. */
async function opened(connect: () => Promise<DriverConnection>, table: string): Promise<DriverConnection> {
  const connection = await connect()
  await connection.script(`CREATE TABLE ${table} (n integer PRIMARY KEY)`)
  await begin(connection)
  return connection
}
const add = async (connection: DriverConnection, table: string, n: number) => {
  await connection.execute(request(`INSERT INTO ${table} VALUES (${n})`))
}
const stored = async (connection: DriverConnection, table: string) =>
  (await rows(connection, `SELECT n FROM ${table} ORDER BY n`)).map(([n]) => Number(n))

/** Repeatable chance. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** What savepoints mean, the same for every driver. A case that names its dialects has a counterpart for the others. */
export const savepoints: readonly DriverCase[] = [
  {
    name: 'savepoints: released, its work belongs to the transaction',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await release(connection, 'a')
      same(connection.status(), 'open')
      await commit(connection)
      same(await stored(connection, table), [1])
    },
  },
  {
    name: 'savepoints: rolled back alone, as often as one likes, until released',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await add(connection, table, 1)
      await save(connection, 'a')
      for (const n of [2, 3]) {
        await add(connection, table, n)
        await rollbackTo(connection, 'a')
        same(await stored(connection, table), [1])
      }
      await add(connection, table, 4)
      await release(connection, 'a')
      await commit(connection)
      same(await stored(connection, table), [1, 4])
    },
  },
  {
    name: 'savepoints: a rollback to the outer one takes the inner one with it',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await save(connection, 'b')
      await add(connection, table, 2)
      await rollbackTo(connection, 'a')
      same(await stored(connection, table), [])
      await failure(release(connection, 'b'))
      await rollbackTo(connection, 'a')
      await release(connection, 'a')
      await commit(connection)
      same(await stored(connection, table), [])
    },
  },
  {
    name: 'savepoints: a release of the outer one releases the inner one',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await save(connection, 'b')
      await add(connection, table, 1)
      await release(connection, 'a')
      await failure(rollbackTo(connection, 'b'))
      await rollback(connection)
      same(await stored(connection, table), [])
    },
  },
  {
    name: 'savepoints: after a failure inside, the transaction goes on from the savepoint',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await add(connection, table, 1)
      await save(connection, 'a')
      await add(connection, table, 2)
      await failure(connection.execute(request(`INSERT INTO ${table} VALUES (1)`)))
      same(connection.status(), connection.dialect.name === 'postgres' ? 'aborted' : 'open')
      await rollbackTo(connection, 'a')
      same(connection.status(), 'open')
      await release(connection, 'a')
      await add(connection, table, 3)
      await commit(connection)
      same(await stored(connection, table), [1, 3])
    },
  },
  {
    name: 'savepoints: the end of the transaction ends them, and COMMIT keeps their work',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await commit(connection)
      same(await stored(connection, table), [1])
      await failure(rollbackTo(connection, 'a'))
      await begin(connection)
      await save(connection, 'a')
      await add(connection, table, 2)
      await rollback(connection)
      same(connection.status(), 'idle')
      same(await stored(connection, table), [1])
    },
  },
  {
    name: 'savepoints: one that was never set is an error',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await add(connection, table, 1)
      await failure(rollbackTo(connection, 'never'))
      same(connection.status(), connection.dialect.name === 'postgres' ? 'aborted' : 'open')
      await rollback(connection)
      same(await stored(connection, table), [])
    },
  },
  {
    // A stack of equal names: this is why the engine gives each savepoint a name of its own.
    name: 'savepoints: the same name again hides the first, which is there again after a release',
    on: ['postgres', 'sqlite'],
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await save(connection, 'a')
      await add(connection, table, 2)
      await release(connection, 'a')
      await rollbackTo(connection, 'a')
      same(await stored(connection, table), [])
      await rollback(connection)
    },
  },
  {
    name: 'savepoints: the same name again replaces the first',
    on: ['mysql', 'mariadb'],
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await save(connection, 'a')
      await add(connection, table, 2)
      await rollbackTo(connection, 'a')
      same(await stored(connection, table), [1])
      await release(connection, 'a')
      await failure(rollbackTo(connection, 'a'))
      await rollback(connection)
    },
  },
  {
    name: 'savepoints: a definition inside is rolled back with it',
    on: ['postgres', 'sqlite'],
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await connection.script(`CREATE TABLE ${table}_inner (n integer)`)
      await rollbackTo(connection, 'a')
      await release(connection, 'a')
      await commit(connection)
      await failure(connection.script(`SELECT * FROM ${table}_inner`))
    },
  },
  {
    name: 'savepoints: a definition inside commits everything and leaves none',
    on: ['mysql', 'mariadb'],
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      await save(connection, 'a')
      await add(connection, table, 1)
      await connection.script(`ALTER TABLE ${table} ADD COLUMN m integer`)
      same(connection.status(), 'idle')
      await failure(rollbackTo(connection, 'a'))
      same(await stored(connection, table), [1])
    },
  },
  {
    name: 'savepoints: outside a transaction there is none to set',
    on: ['postgres'],
    async run({ connect }) {
      const connection = await connect()
      await failure(save(connection, 'a'))
      same(connection.status(), 'idle')
    },
  },
  {
    name: 'savepoints: outside a transaction one begins it, and its release commits',
    on: ['sqlite'],
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (n integer)`)
      await save(connection, 'a')
      same(connection.status(), 'open')
      await add(connection, table, 1)
      await release(connection, 'a')
      same(connection.status(), 'idle')
      same(await stored(connection, table), [1])
    },
  },
  {
    name: 'savepoints: outside a transaction one is taken and forgotten',
    on: ['mysql', 'mariadb'],
    async run({ connect }) {
      const connection = await connect()
      await save(connection, 'a')
      same(connection.status(), 'idle')
      await failure(rollbackTo(connection, 'a'))
    },
  },
  {
    name: 'savepoints: a hundred inside one another',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      for (let n = 0; n < 100; n++) {
        await save(connection, `s${n}`)
        await add(connection, table, n)
      }
      await rollbackTo(connection, 's60')
      for (let n = 60; n >= 0; n--) await release(connection, `s${n}`)
      await commit(connection)
      same(await one(connection, `SELECT count(*) FROM ${table}`), '60')
    },
  },
  {
    name: 'savepoints: names that would need quotes are refused',
    async run({ connect }) {
      const connection = await connect()
      for (const name of ['a b', 'a;drop table x', '', 'ä', "a'", 'a"', 'a`']) {
        let refused = false
        try {
          texts(connection).savepoint(name)
        } catch {
          refused = true
        }
        ok(refused, `${JSON.stringify(name)} was taken`)
      }
    },
  },
  {
    name: 'savepoints: a thousand random steps end as a model says',
    async run({ connect, table }) {
      const connection = await opened(connect, table)
      const roll = dice(7)
      /** The rows at each open savepoint, and now. */
      let now: number[] = []
      const open: { readonly name: string; readonly before: readonly number[] }[] = []
      for (let step = 0; step < 1_000; step++) {
        const kind = roll(10)
        const at = roll(open.length)
        if (kind < 4) {
          await add(connection, table, step)
          now.push(step)
        } else if (kind < 7) {
          await save(connection, `s${step}`)
          open.push({ name: `s${step}`, before: [...now] })
        } else if (open.length === 0) continue
        else if (kind < 9) {
          await rollbackTo(connection, open[at]!.name)
          now = [...open[at]!.before]
          open.splice(at + 1)
        } else {
          await release(connection, open[at]!.name)
          open.splice(at)
        }
        if (step % 100 === 99) same(await stored(connection, table), now)
      }
      await commit(connection)
      same(await stored(connection, table), now)
    },
  },
]
