import type { DriverConnection } from '@quern/engine'
import { failure, ok, same, sleep, soon } from '../driver-checks.js'
import { type DriverCase, one, plain, promised, request, rows } from '../driver-subject.js'

const mysqls = ['mysql', 'mariadb'] as const

/** Two sessions that wait for each other; yields the one that the server chose to fail. */
async function deadlock(a: DriverConnection, b: DriverConnection, table: string): Promise<DriverConnection> {
  for (const connection of [a, b]) await connection.script('BEGIN')
  await a.execute(request(`UPDATE ${table} SET n = n + 1 WHERE id = 1`))
  await b.execute(request(`UPDATE ${table} SET n = n + 1 WHERE id = 2`))
  const first = promised(a, request(`UPDATE ${table} SET n = n + 1 WHERE id = 2`)).then(
    () => undefined,
    () => a,
  )
  await sleep(100)
  const second = promised(b, request(`UPDATE ${table} SET n = n + 1 WHERE id = 1`)).then(
    () => undefined,
    () => b,
  )
  const victim = await soon(Promise.race([first, second].map((outcome) => outcome.then((who) => who ?? new Promise<never>(() => {})))))
  await soon(victim === a ? second : first)
  return victim
}

/** The transaction's status as the server has it, and scripts. */
export const transactions: readonly DriverCase[] = [
  {
    name: 'the status follows BEGIN, COMMIT and ROLLBACK',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      for (const end of ['COMMIT', 'ROLLBACK']) {
        same(connection.status(), 'idle')
        await connection.script(texts.begin)
        same(connection.status(), 'open')
        await connection.execute(request(`INSERT INTO ${table} VALUES (1)`))
        same(connection.status(), 'open')
        await rows(connection, `SELECT id FROM ${table}`)
        same(connection.status(), 'open')
        await connection.script(end)
      }
      same(connection.status(), 'idle')
      same(await one(connection, `SELECT count(*) FROM ${table}`), '1')
    },
  },
  {
    name: 'the status after an error is what the server says, at the moment the promise rejects',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer PRIMARY KEY)`)
      await connection.script(texts.begin)
      const insert = request(`INSERT INTO ${table} VALUES (1)`)
      await connection.execute(insert)
      await failure(connection.execute(insert))
      same(connection.status(), connection.dialect.name === 'postgres' ? 'aborted' : 'open')
      await connection.script('ROLLBACK')
      same(connection.status(), 'idle')
    },
  },
  {
    name: 'COMMIT of an aborted transaction answers ROLLBACK',
    on: ['postgres'],
    async run({ connect }) {
      const connection = await connect()
      same(await connection.script('BEGIN'), 'BEGIN')
      await failure(connection.execute(request('SELECT 1/0')))
      same(connection.status(), 'aborted')
      same(await connection.script('COMMIT'), 'ROLLBACK')
      same(connection.status(), 'idle')
      await connection.script('BEGIN')
      same(await connection.script('COMMIT'), 'COMMIT')
    },
  },
  {
    name: 'DDL ends a MySQL transaction, and the status says so',
    on: mysqls,
    async run({ connect, table }) {
      const connection = await connect()
      for (const run of ['script', 'execute'] as const) {
        await connection.script('START TRANSACTION')
        await connection.script(`DROP TABLE IF EXISTS ${table}`)
        await connection.script('START TRANSACTION')
        const ddl = `CREATE TABLE ${table} (id integer)`
        await (run === 'script' ? connection.script(ddl) : connection.execute(request(ddl)))
        same(connection.status(), 'idle')
      }
    },
  },
  {
    name: 'DDL that fails has ended a MySQL transaction all the same',
    on: mysqls,
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await connection.script('START TRANSACTION')
      await connection.execute(request(`INSERT INTO ${table} VALUES (1)`))
      await failure(connection.execute(request(`CREATE TABLE ${table} (id integer)`)))
      const [[count]] = (await rows(connection, `SELECT count(*) FROM ${table}`)) as [[unknown]]
      same(String(count), '1')
      await connection.script('ROLLBACK')
      const kept = await one(connection, `SELECT count(*) FROM ${table}`)
      same(connection.status(), 'idle')
      ok(kept === '0' || kept === '1')
    },
  },
  {
    name: 'DDL inside a transaction leaves it open where DDL is transactional',
    on: ['postgres', 'sqlite'],
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(texts.begin)
      await connection.execute(request(`CREATE TABLE ${table} (id integer)`))
      same(connection.status(), 'open')
      await connection.script('ROLLBACK')
    },
  },
  {
    name: 'the victim of a deadlock has no transaction any more on MySQL, and an aborted one on PostgreSQL',
    on: ['postgres', 'mysql', 'mariadb'],
    async run({ connect, table }) {
      const [a, b] = [await connect(), await connect()]
      await a.script(`CREATE TABLE ${table} (id integer PRIMARY KEY, n integer)`)
      await a.script(`INSERT INTO ${table} VALUES (1, 0), (2, 0)`)
      const victim = await deadlock(a, b, table)
      const survivor = victim === a ? b : a
      same(victim.status(), victim.dialect.name === 'postgres' ? 'aborted' : 'idle')
      same(survivor.status(), 'open')
      await survivor.script('COMMIT')
      await victim.script('ROLLBACK')
    },
  },
  {
    name: 'an insert that ends the transaction by ON CONFLICT ROLLBACK is seen',
    on: ['sqlite'],
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer UNIQUE ON CONFLICT ROLLBACK)`)
      await connection.script('BEGIN')
      await connection.execute(request(`INSERT INTO ${table} VALUES (1)`))
      await failure(connection.execute(request(`INSERT INTO ${table} VALUES (1)`)))
      same(connection.status(), 'idle')
    },
  },
  {
    name: 'a script runs several statements, with strings and comments',
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`
        CREATE TABLE ${table} (id integer, name varchar(50)); -- a comment; with a semicolon
        INSERT INTO ${table} VALUES (1, 'a;b'), (2, 'it''s'); /* another; one */
        INSERT INTO ${table} VALUES (3, 'c');
      `)
      same((await rows(connection, `SELECT name FROM ${table} ORDER BY id`)).flat(), ['a;b', "it's", 'c'])
    },
  },
  {
    name: 'a script that fails half-way rejects, and the status is right',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await failure(connection.script(`${texts.begin}; INSERT INTO ${table} VALUES (1); SELEC 2; COMMIT`))
      same(connection.status(), connection.dialect.name === 'postgres' ? 'idle' : 'open')
      await connection.reset('rollback')
      same(connection.status(), 'idle')
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
    },
  },
  {
    name: 'a procedure that ends the transaction is seen, called or streamed',
    on: mysqls,
    async run({ connect, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await connection.script(`CREATE PROCEDURE ${table}_p() BEGIN SELECT 1 AS a UNION SELECT 2; COMMIT; END`)
      await connection.script('START TRANSACTION')
      same(plain(await connection.execute(request(`CALL ${table}_p()`))).length, 2)
      same(connection.status(), 'idle')
      await connection.script('START TRANSACTION')
      const batches: number[] = []
      for await (const batch of connection.stream(request(`CALL ${table}_p()`), 10)) batches.push(batch.rows.length)
      same(batches, [2])
      same(connection.status(), 'idle')
      await connection.script(`START TRANSACTION; SELECT 1; CALL ${table}_p()`)
      same(connection.status(), 'idle')
      await connection.script('SET autocommit = 0')
      await connection.script(`COMMIT; SELECT * FROM ${table}`)
      same(connection.status(), 'open')
      await connection.script(`ROLLBACK; SET autocommit = 1; DROP PROCEDURE ${table}_p`)
    },
  },
  {
    name: 'statements that the server cannot prepare run all the same',
    on: mysqls,
    async run({ connect, table }) {
      const connection = await connect()
      await connection.execute(request(`CREATE TABLE ${table} (id integer)`))
      await connection.execute(request(`LOCK TABLES ${table} WRITE`))
      await connection.execute(request('UNLOCK TABLES'))
      await connection.execute(request(`CREATE TRIGGER ${table}_t BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.id = NEW.id + 1`))
      await connection.execute(request(`INSERT INTO ${table} VALUES (1)`))
      same(await one(connection, `SELECT id FROM ${table}`), '2')
    },
  },
  {
    name: 'reset rolls back what is open; on request it clears the session too, and pins it again',
    async run({ connect, texts, table, subject }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      await connection.script(texts.setting.change)
      await connection.script(texts.begin)
      await connection.execute(request(`INSERT INTO ${table} VALUES (1)`))
      await connection.reset('rollback')
      same(connection.status(), 'idle')
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
      same(await one(connection, texts.setting.ask), texts.setting.changed)
      await connection.script('CREATE TEMPORARY TABLE quern_temporary (id integer)')
      await connection.script(texts.begin)
      await connection.reset('session')
      same(connection.status(), 'idle')
      ok((await one(connection, texts.setting.ask)) !== texts.setting.changed)
      await failure(connection.script('SELECT * FROM quern_temporary'))
      if (subject.dialect === 'mysql' || subject.dialect === 'mariadb') same(await one(connection, 'SELECT @@session.time_zone'), '+00:00')
      for (let i = 0; i < 3; i++) same(await rows(connection, `SELECT id FROM ${table} WHERE id = ${texts.mark(1)}`, 1n), [])
    },
  },
]
