import { failure, ok, same } from '../driver-checks.js'
import { type DriverCase, one, plain, request, rows } from '../driver-subject.js'

const columns = (length: number) => Array.from({ length }, (_, i) => `c${i}`)
/** Bytes compare as plain arrays: drivers hand over a Buffer, and a Uint8Array of another realm is not equal to one of ours. */
const comparable = (value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value)

/** Values, parameters, counts and prepared statements. */
export const statements: readonly DriverCase[] = [
  {
    name: 'hands every basic type over in the form that the decoders expect',
    async run({ connect, texts, table }) {
      const connection = await connect()
      for (const wide of [false, true]) {
        const values = texts.values.filter((value) => (value.wide ?? false) === wide)
        await connection.script(`DROP TABLE IF EXISTS ${table}`)
        await connection.script(`CREATE TABLE ${table} (${values.map(({ type }, i) => `c${i} ${type}`).join(', ')})`)
        const marks = values.map((_, i) => texts.mark(i + 1)).join(', ')
        const bound = values.map((value) => value.bound)
        await connection.execute(request(`INSERT INTO ${table} VALUES (${marks})`, bound))
        const result = await connection.execute(request(`SELECT * FROM ${table}`, [], { wide }))
        const actual = plain(result)[0]!.map(comparable)
        for (const [i, value] of values.entries()) same(actual[i], comparable(value.raw), `${value.type}: ${String(actual[i])}`)
      }
    },
  },
  {
    name: 'NULL goes in and comes out as null in every type',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (${texts.values.map(({ type }, i) => `c${i} ${type} NULL`).join(', ')})`)
      const nulls = texts.values.map(() => null)
      await connection.execute(request(`INSERT INTO ${table} VALUES (${nulls.map((_, i) => texts.mark(i + 1)).join(', ')})`, nulls))
      same(await rows(connection, `SELECT * FROM ${table}`), [nulls])
    },
  },
  {
    name: 'a hostile value arrives unchanged, also where a backslash does not escape',
    async run({ connect, texts, table, subject }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (name varchar(200))`)
      await connection.script(`INSERT INTO ${table} VALUES ('kept')`)
      if (subject.dialect === 'mysql' || subject.dialect === 'mariadb')
        await connection.script("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
      for (const value of ["\\' OR 1=1 -- ", "' OR 1=1 -- ", "x'/*", "\u00a5' OR 1=1 -- ", '? $1 :x {1}', 'tab\tnew\nline']) {
        same(await rows(connection, `SELECT name FROM ${table} WHERE name = ${texts.mark(1)}`, value), [])
        await connection.execute(request(`INSERT INTO ${table} VALUES (${texts.mark(1)})`, [value]))
        same(await rows(connection, `SELECT name FROM ${table} WHERE name = ${texts.mark(1)}`, value), [[value]])
      }
    },
  },
  {
    name: 'a 64-bit integer finds exactly its own row',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id bigint)`)
      await connection.script(`INSERT INTO ${table} VALUES (9007199254740992), (9007199254740993), (9007199254740994)`)
      const found = await connection.execute(
        request(`SELECT id FROM ${table} WHERE id = ${texts.mark(1)}`, [9007199254740993n], { wide: true }),
      )
      same(plain(found).map(String), ['9007199254740993'])
      // Against a bare column MySQL repairs a parameter that was sent as text; in an expression it would be a DOUBLE.
      const difference = request(`SELECT ${texts.mark(1)} - id FROM ${table} ORDER BY id`, [9007199254740995n], { wide: true })
      same(plain(await connection.execute(difference)).map(String), ['3', '2', '1'])
    },
  },
  {
    name: 'an integer keeps exact arithmetic exact',
    on: ['postgres', 'mysql', 'mariadb'],
    async run({ connect, texts }) {
      const connection = await connect()
      // MySQL gives a parameter 30 digits after the point.
      same((await one(connection, `SELECT CAST('0.1' AS decimal(10, 1)) * ${texts.mark(1)}`, 3)).replace(/0+$/, ''), '0.3')
    },
  },
  {
    name: 'columns of one name keep their values, whatever the name',
    async run({ connect, texts }) {
      const connection = await connect()
      const q = texts.mark(1) === '?' && connection.dialect.quote === 'backtick' ? '`' : '"'
      const names = ['x', 'x', '__proto__', 'constructor', 'toString', '__proto__']
      const list = names.map((name, i) => `${i} AS ${q}${name}${q}`).join(', ')
      const [row] = await rows(connection, `SELECT ${list}`)
      same(row!.map(Number), [0, 1, 2, 3, 4, 5])
      await connection.ping()
    },
  },
  {
    name: 'counts rows: yielded, inserted, matched by an update, deleted',
    async run({ connect, texts, table }) {
      const connection = await connect()
      const count = async (text: string) => (await connection.execute(request(text))).rowCount
      same(await count(`CREATE TABLE ${table} (id integer, n integer)`), 0)
      same(await count(`INSERT INTO ${table} VALUES (1, 0), (2, 0), (3, 5)`), 3)
      same(await count(`SELECT id FROM ${table}`), 3)
      // MySQL alone would count only what the update changed; all four count what it matched.
      same(await count(`UPDATE ${table} SET n = 0`), 3)
      same(await count(`UPDATE ${table} SET n = 0 WHERE id > 1`), 2)
      same(await count(`UPDATE ${table} SET n = 1 WHERE id > 99`), 0)
      same(await count(`DELETE FROM ${table} WHERE id = 1`), 1)
      same((await connection.execute(request(`SELECT id FROM ${table} WHERE id = ${texts.mark(1)}`, [99]))).rows.length, 0)
    },
  },
  {
    name: 'tells the identity that the server generated, exactly, also beyond 2^53',
    on: ['mysql', 'mariadb', 'sqlite'],
    async run({ connect, texts, table }) {
      const connection = await connect()
      const type = texts.identity.replace(/^integer/, 'bigint')
      await connection.script(`CREATE TABLE ${table} (id ${type}, n integer)`)
      const insert = async () => (await connection.execute(request(`INSERT INTO ${table} (n) VALUES (${texts.mark(1)})`, [1n]))).insertedId
      same(await insert(), 1)
      same(await insert(), 2)
      same((await connection.execute(request(`UPDATE ${table} SET n = 7`))).insertedId, undefined)
      same((await connection.execute(request(`DELETE FROM ${table} WHERE id = 1`))).insertedId, undefined)
      await connection.script(`INSERT INTO ${table} (id, n) VALUES (9007199254740992, 1)`)
      same(await insert(), 9007199254740993n)
    },
  },
  {
    name: 'tells no identity where the protocol has none',
    on: ['postgres'],
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id ${texts.identity}, n integer)`)
      const result = await connection.execute(request(`INSERT INTO ${table} (n) VALUES ($1) RETURNING id`, [1]))
      same([result.insertedId, result.command, plain(result)], [undefined, 'INSERT', [['1']]])
    },
  },
  {
    name: 'a statement that fails rejects with the error of the library, and the next one works',
    async run({ connect, table, texts }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer PRIMARY KEY)`)
      const insert = request(`INSERT INTO ${table} VALUES (${texts.mark(1)})`, [1n])
      await connection.execute(insert)
      for (let i = 0; i < 3; i++) {
        const error = await failure(connection.execute(insert))
        ok(connection.dialect.classify(error).class === 'UniqueViolationError', `${error.code} ${error.message}`)
      }
      const syntax = await failure(connection.execute(request('SELEC 1')))
      same(connection.dialect.classify(syntax).class, 'SqlSyntaxError')
      same(connection.status(), 'idle')
      same(connection.lost, undefined)
      same(await one(connection, `SELECT count(*) FROM ${table}`), '1')
    },
  },
  {
    name: 'a second statement at the same time is refused and disturbs nothing',
    async run({ connect, texts }) {
      const connection = await connect()
      const first = rows(connection, `SELECT ${texts.mark(1)} AS a`, 'first')
      const second = rows(connection, `SELECT ${texts.mark(1)} AS a`, 'second').catch((cause: Error) => cause)
      same(await first, [['first']])
      const outcome = await second
      // A driver that runs on the caller's thread is done before the second is asked for.
      if (outcome instanceof Error) ok(outcome.message.includes('busy'), outcome.message)
      else same(outcome, [['second']])
      same(await rows(connection, `SELECT ${texts.mark(1)} AS a`, 'third'), [['third']])
    },
  },
  {
    name: 'more parameters than the protocol can count are refused, or work',
    async run({ connect, texts, table }) {
      const connection = await connect()
      await connection.script(`CREATE TABLE ${table} (id integer)`)
      const count = connection.dialect.parameterLimit + 1
      const marks = columns(count).map((_, i) => `(${texts.mark(i + 1)})`)
      await failure(
        connection.execute(request(`INSERT INTO ${table} VALUES ${marks.join(', ')}`, new Array(count).fill(1n), { prepare: false })),
      )
      await connection.ping()
      same(await one(connection, `SELECT count(*) FROM ${table}`), '0')
    },
  },
]
