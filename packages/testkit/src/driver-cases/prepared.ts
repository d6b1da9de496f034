import { failure, ok, same } from '../driver-checks.js'
import { type DriverCase, one, plain, request, rows } from '../driver-subject.js'

const servers = ['postgres', 'mysql', 'mariadb'] as const

/** What stays prepared, and what happens to it when the world changes. */
export const prepared: readonly DriverCase[] = [
  {
    name: 'a text is prepared once, however often it runs',
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect()
      const count = async () => texts.preparedCount!.read(await rows(connection, texts.preparedCount!.text))
      await count()
      const before = await count()
      for (let i = 0; i < 20; i++) same(await one(connection, `SELECT ${texts.mark(1)} AS a`, `value ${i}`), `value ${i}`)
      same((await count()) - before, 1)
    },
  },
  {
    name: 'keeps no more statements than it may, and drops the one unused for longest',
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect({ statementCache: 4 })
      const count = async () => texts.preparedCount!.read(await rows(connection, texts.preparedCount!.text))
      await count()
      for (let i = 0; i < 40; i++) same(await one(connection, `SELECT ${texts.mark(1)} AS a${i}`, 'x'), 'x')
      ok((await count()) <= 5, `${await count()} statements are prepared`)
    },
  },
  {
    name: 'texts that differ only at the end are different statements',
    async run({ connect }) {
      const connection = await connect()
      const long = `'${'x'.repeat(300)}'`
      for (const n of [1, 2])
        same(
          (await rows(connection, `SELECT ${long} AS a, ${n} AS b`)).map((row) => Number(row[1])),
          [n],
        )
    },
  },
  {
    name: 'keeps nothing prepared when told so, by request or by option',
    on: servers,
    async run({ connect, texts }) {
      const connection = await connect({ statementCache: 0 })
      const other = await connect()
      const { text, read } = texts.preparedCount!
      const count = async (which = connection) => read(plain(await which.execute(request(text, [], { prepare: false }))))
      const before = await count()
      for (let i = 0; i < 5; i++) await rows(connection, `SELECT ${texts.mark(1)} AS a`, 'x')
      same(await count(), before)
      const otherBefore = await count(other)
      for (let i = 0; i < 5; i++) await other.execute(request(`SELECT ${texts.mark(1)} AS a`, ['x'], { prepare: false }))
      same(await count(other), otherBefore)
    },
  },
  {
    name: 'survives a change of the table that it reads',
    async run({ connect, table, texts }) {
      const [connection, other] = [await connect(), await connect()]
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await connection.script(`INSERT INTO ${table} VALUES (1)`)
      const text = `SELECT * FROM ${table} WHERE id = ${texts.mark(1)}`
      for (let i = 0; i < 7; i++) same((await rows(connection, text, 1n))[0]!.length, 1)
      await other.script(`ALTER TABLE ${table} ADD COLUMN name varchar(10) DEFAULT 'new'`)
      same((await rows(connection, text, 1n))[0]!.map(String), ['1', 'new'])
      same(connection.status(), 'idle')
    },
  },
  {
    name: 'survives that a type was dropped and created again under its name',
    on: ['postgres'],
    async run({ connect, table }) {
      const [connection, other] = [await connect(), await connect()]
      const create = `DROP TABLE IF EXISTS ${table}; DROP TYPE IF EXISTS ${table}_mood;
        CREATE TYPE ${table}_mood AS ENUM ('glad', 'sad'); CREATE TABLE ${table} (mood ${table}_mood)`
      await other.script(create)
      const texts = [`INSERT INTO ${table} VALUES ($1)`, `SELECT mood FROM ${table} WHERE mood = $1`, `SELECT $1::${table}_mood`]
      for (const text of texts) await rows(connection, text, 'glad')
      await other.script(create)
      await rows(connection, texts[0]!, 'sad')
      same(await rows(connection, texts[1]!, 'sad'), [['sad']])
      same(await one(connection, texts[2]!, 'sad'), 'sad')
      await other.script(create)
      // inside a transaction the failure stands, and is forgotten with it
      await connection.script('BEGIN')
      same((await failure(rows(connection, texts[0]!, 'sad'))).code, 'XX000')
      same(connection.status(), 'aborted')
      await connection.script('ROLLBACK')
      await connection.script('BEGIN')
      await rows(connection, texts[0]!, 'sad')
      await connection.script('ROLLBACK')
      await other.script(`DROP TABLE ${table}; DROP TYPE ${table}_mood`)
    },
  },
  {
    name: 'inside a transaction a stale plan is an error once, and forgotten then',
    on: ['postgres'],
    async run({ connect, table }) {
      const [connection, other] = [await connect(), await connect()]
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      const text = `SELECT * FROM ${table}`
      for (let i = 0; i < 7; i++) await rows(connection, text)
      await other.script(`ALTER TABLE ${table} ADD COLUMN name text`)
      await connection.script('BEGIN')
      same((await failure(rows(connection, text))).code, '0A000')
      same(connection.status(), 'aborted')
      await connection.script('ROLLBACK')
      await connection.script('BEGIN')
      same(await rows(connection, text), [])
      await connection.script('ROLLBACK')
    },
  },
  {
    name: 'survives that somebody deallocated its statements',
    on: ['postgres'],
    async run({ connect }) {
      const connection = await connect()
      for (let i = 0; i < 3; i++) same(await one(connection, 'SELECT $1::text', 'x'), 'x')
      await connection.script('DEALLOCATE ALL')
      same(await one(connection, 'SELECT $1::text', 'y'), 'y')
      same(plain((await connection.pipeline!([request('SELECT $1::text', ['z'])]))[0]!), [['z']])
      await connection.script('DEALLOCATE ALL')
      const batches: unknown[] = []
      for await (const batch of connection.stream(request('SELECT $1::text', ['s']), 10)) batches.push(...batch.rows.map((row) => row[0]))
      same(batches, ['s'])
    },
  },
  {
    name: 'a statement that fails while it is prepared is not taken for prepared',
    async run({ connect, table, texts }) {
      const connection = await connect()
      const text = `SELECT id FROM ${table} WHERE id = ${texts.mark(1)}`
      await failure(rows(connection, text, 1n))
      await failure(rows(connection, text, 1n))
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await connection.script(texts.begin)
      same(await rows(connection, text, 1n), [])
      same(connection.status(), 'open')
      await connection.script('ROLLBACK')
    },
  },
]
