/** The same failure is the same class on all four servers, with the names that the server tells. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseError, QueryCanceledError } from '@quern/engine'
import {
  check,
  createEngine,
  deleteFrom,
  type Engine,
  type Executor,
  foreignKey,
  index,
  insertInto,
  integer,
  metadata,
  select,
  sql,
  table,
  unique,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const uniquePlace = (t: { city: any; street: any }) => unique('one_place').on(t.city, t.street)
const users = table(
  'users',
  {
    id: integer().primaryKey(),
    email: varchar(50).notNull().unique(),
    age: integer(),
    city: varchar(20),
    street: varchar(20),
    nick: varchar(20),
    bossId: integer().named('boss_id'),
  },
  (t) => [
    check('of_age', t.age.gt(0)),
    uniquePlace(t),
    index('one_nick').on(t.nick).unique(),
    foreignKey(t.bossId).references(t.id).named('has_boss'),
  ],
)
const posts = table('posts', {
  id: integer().primaryKey(),
  userId: integer()
    .named('user_id')
    .references(() => users.id),
})
const bare = table('bare', { id: integer().primaryKey(), code: integer() })
const row = { id: 9, email: 'new@example.org' }
const add = (values: object) => insertInto(users).values({ ...row, ...values })

type Server = 'postgres' | 'mysql' | 'mariadb' | 'sqlite'
interface Expected {
  readonly is: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}
/** What each server says: all the same, or by server; `undefined` where that server has no such failure. */
type Says = Expected | { readonly [S in Server]: Expected | undefined }
type Case = readonly [name: string, says: Says, run: (on: Executor) => Promise<unknown>]

const raw = (text: string) => (on: Executor) => on.execute(sql`${sql.unsafe(text)}`)
const by = (text: { readonly [S in Server]: string }) => (on: Executor) => raw(text[on.dialect.name])(on)
const is = (name: string): Expected => ({ is: name })
const unique_ = is('UniqueViolationError')

const cases: readonly Case[] = [
  [
    'a primary key that is taken',
    {
      postgres: { ...unique_, table: 'users', column: 'id', constraint: 'users_pkey' },
      mysql: { ...unique_, table: 'users', constraint: 'PRIMARY' },
      mariadb: { ...unique_, constraint: 'PRIMARY' },
      sqlite: { ...unique_, table: 'users', column: 'id' },
    },
    (on) => on.execute(add({ id: 1 })),
  ],
  [
    'a unique column whose value is taken',
    {
      postgres: { ...unique_, table: 'users', column: 'email', constraint: 'users_email_key' },
      mysql: { ...unique_, table: 'users', constraint: 'email' },
      mariadb: { ...unique_, constraint: 'email' },
      sqlite: { ...unique_, table: 'users', column: 'email' },
    },
    (on) => on.execute(add({ email: 'ada@example.org' })),
  ],
  [
    'a unique constraint over two columns',
    {
      postgres: { ...unique_, table: 'users', constraint: 'one_place' },
      mysql: { ...unique_, table: 'users', constraint: 'one_place' },
      mariadb: { ...unique_, constraint: 'one_place' },
      sqlite: { ...unique_, table: 'users' },
    },
    (on) => on.execute(add({ city: 'London', street: "Lover's, Lane" })),
  ],
  [
    'a unique index',
    {
      postgres: { ...unique_, table: 'users', column: 'nick', constraint: 'one_nick' },
      mysql: { ...unique_, table: 'users', constraint: 'one_nick' },
      mariadb: { ...unique_, constraint: 'one_nick' },
      sqlite: { ...unique_, table: 'users', column: 'nick' },
    },
    (on) => on.execute(add({ nick: 'a' })),
  ],
  ['an update to what is taken', unique_, (on) => on.execute(update(users).set({ id: 1 }).where(users.id.eq(2)))],
  ['one of several rows', unique_, (on) => on.execute(insertInto(bare).values([{ id: 1 }, { id: 1 }]))],
  [
    'a reference to nobody',
    {
      postgres: { is: 'ForeignKeyViolationError', table: 'users', column: 'boss_id', constraint: 'has_boss' },
      mysql: { is: 'ForeignKeyViolationError', table: 'users', column: 'boss_id', constraint: 'has_boss' },
      mariadb: { is: 'ForeignKeyViolationError', table: 'users', column: 'boss_id', constraint: 'has_boss' },
      sqlite: is('ForeignKeyViolationError'),
    },
    (on) => on.execute(add({ bossId: 77 })),
  ],
  ['an update to nobody', is('ForeignKeyViolationError'), (on) => on.execute(update(posts).set({ userId: 77 }).allRows())],
  [
    'a row that is referred to',
    {
      postgres: { is: 'ForeignKeyViolationError', table: 'posts', constraint: 'posts_user_id_fkey' },
      mysql: { is: 'ForeignKeyViolationError', table: 'posts', column: 'user_id', constraint: 'posts_ibfk_1' },
      mariadb: { is: 'ForeignKeyViolationError', table: 'posts', column: 'user_id', constraint: 'posts_ibfk_1' },
      sqlite: is('ForeignKeyViolationError'),
    },
    (on) => on.execute(deleteFrom(users).where(users.id.eq(1))),
  ],
  [
    'a NULL where none may stand',
    {
      postgres: { is: 'NotNullViolationError', table: 'users', column: 'email' },
      mysql: { is: 'NotNullViolationError', column: 'email' },
      mariadb: { is: 'NotNullViolationError', column: 'email' },
      sqlite: { is: 'NotNullViolationError', table: 'users', column: 'email' },
    },
    raw('INSERT INTO users (id, email) VALUES (9, NULL)'),
  ],
  [
    'a value that is left out',
    {
      postgres: { is: 'NotNullViolationError', table: 'users', column: 'email' },
      mysql: { is: 'NotNullViolationError', column: 'email' },
      mariadb: { is: 'NotNullViolationError', column: 'email' },
      sqlite: { is: 'NotNullViolationError', table: 'users', column: 'email' },
    },
    raw('INSERT INTO users (id) VALUES (9)'),
  ],
  ['an update to NULL', { ...is('NotNullViolationError'), column: 'email' }, raw('UPDATE users SET email = NULL')],
  [
    'a check',
    {
      postgres: { is: 'CheckViolationError', table: 'users', constraint: 'of_age' },
      mysql: { is: 'CheckViolationError', constraint: 'of_age' },
      mariadb: { is: 'CheckViolationError', table: 'users', constraint: 'of_age' },
      sqlite: { is: 'CheckViolationError', constraint: 'of_age' },
    },
    (on) => on.execute(add({ age: -1 })),
  ],
  ['a check at an update', is('CheckViolationError'), (on) => on.execute(update(users).set({ age: -1 }).allRows())],
  ['a mistake in the grammar', is('SqlSyntaxError'), raw('SELEC 1')],
  ['a text that ends too early', is('SqlSyntaxError'), raw('SELECT id FROM users WHERE (')],
  ['an unclosed quotation', is('SqlSyntaxError'), raw("SELECT 'abc")],
  ['a table that is not there', { is: 'UndefinedTableError', table: 'nowhere' }, raw('SELECT * FROM nowhere')],
  ['writing to a table that is not there', { is: 'UndefinedTableError', table: 'nowhere' }, raw('INSERT INTO nowhere VALUES (1)')],
  ['dropping a table that is not there', { is: 'UndefinedTableError', table: 'nowhere' }, raw('DROP TABLE nowhere')],
  ['a column that is not there', { is: 'UndefinedColumnError', column: 'nonesuch' }, raw('SELECT nonesuch FROM users')],
  [
    'a column that is not there, with its table',
    { is: 'UndefinedColumnError', column: 'nonesuch' },
    raw('SELECT users.nonesuch FROM users'),
  ],
  [
    'inserting into a column that is not there',
    {
      postgres: { is: 'UndefinedColumnError', table: 'users', column: 'nonesuch' },
      mysql: { is: 'UndefinedColumnError', column: 'nonesuch' },
      mariadb: { is: 'UndefinedColumnError', column: 'nonesuch' },
      sqlite: { is: 'UndefinedColumnError', table: 'users', column: 'nonesuch' },
    },
    raw('INSERT INTO users (nonesuch) VALUES (1)'),
  ],
  ['updating a column that is not there', is('UndefinedColumnError'), raw('UPDATE users SET nonesuch = 1')],
  [
    'a text that is too long',
    {
      postgres: is('DataError'),
      mysql: { is: 'DataError', column: 'nick' },
      mariadb: { is: 'DataError', column: 'nick' },
      // the length of a type is a word without effect there; the column's own encoder keeps it
      sqlite: undefined,
    },
    raw(`UPDATE users SET nick = '${'x'.repeat(30)}' WHERE id = 1`),
  ],
  [
    'a number out of range',
    {
      postgres: is('DataError'),
      mysql: { is: 'DataError', column: 'age' },
      mariadb: { is: 'DataError', column: 'age' },
      sqlite: undefined,
    },
    raw('UPDATE users SET age = 99999999999 WHERE id = 1'),
  ],
  [
    'a division by zero',
    // SQLite yields NULL
    { postgres: is('DataError'), mysql: is('DataError'), mariadb: is('DataError'), sqlite: undefined },
    raw('UPDATE users SET age = 1 / 0 WHERE id = 1'),
  ],
  [
    'a word where a number belongs',
    {
      postgres: is('DataError'),
      mysql: { is: 'DataError', column: 'age' },
      mariadb: { is: 'DataError', column: 'age' },
      sqlite: is('DataError'),
    },
    by({
      postgres: "UPDATE users SET age = 'abc'::integer",
      mysql: "UPDATE users SET age = 'abc'",
      mariadb: "UPDATE users SET age = 'abc'",
      sqlite: "UPDATE strict_numbers SET n = 'abc'",
    }),
  ],
  [
    'an integer overflow',
    { postgres: is('DataError'), mysql: is('DataError'), mariadb: is('DataError'), sqlite: is('DataError') },
    by({
      postgres: 'SELECT 9223372036854775807::bigint + 1::bigint',
      mysql: 'SELECT 9223372036854775807 + 1',
      mariadb: 'SELECT 9223372036854775807 + 1',
      sqlite: 'SELECT sum(n) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 1)',
    }),
  ],
  ['a table that is there already', is('DatabaseError'), raw('CREATE TABLE users (id integer)')],
  ['a column of two tables', is('DatabaseError'), raw('SELECT id FROM users, posts')],
  ['a function that is not there', is('DatabaseError'), raw('SELECT nonesuch(1)')],
  [
    'writing in a read-only transaction',
    is('ReadOnlyError'),
    (on) => (on as Engine).transaction((tx) => tx.execute(add({})), { readOnly: true }),
  ],
  [
    'a statement that took longer than its timeout',
    { postgres: is('QueryCanceledError'), mysql: is('QueryCanceledError'), mariadb: is('QueryCanceledError'), sqlite: undefined },
    (on) => on.execute(on.dialect.name === 'postgres' ? sql`select pg_sleep(5)` : sql`select sleep(5)`, { timeout: 30 }),
  ],
  [
    'a statement that took longer than the server lets it',
    { postgres: is('QueryCanceledError'), mysql: is('QueryCanceledError'), mariadb: is('QueryCanceledError'), sqlite: undefined },
    async (on) => {
      await using conn = await (on as Engine).connect()
      const { name } = conn.dialect
      await conn.script(
        {
          postgres: "set statement_timeout = '30ms'",
          mysql: 'set session max_execution_time = 30',
          mariadb: 'set session max_statement_time = 0.03',
          sqlite: '',
        }[name],
      )
      const long = {
        postgres: sql`select pg_sleep(5)`,
        // SLEEP() itself only wakes early and yields 1
        mysql: sql`select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c`,
        mariadb: sql`select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c`,
        sqlite: sql``,
      }[name]
      try {
        await conn.execute(long)
      } finally {
        await conn.script(
          {
            postgres: 'reset statement_timeout',
            mysql: 'set session max_execution_time = 0',
            mariadb: 'set session max_statement_time = 0',
            sqlite: '',
          }[name],
        )
      }
    },
  ],
  [
    'a lock that somebody else has',
    is('LockTimeoutError'),
    async (on) => {
      const engine = on as Engine
      await engine.transaction(async (tx) => {
        await tx.execute(update(users).set({ age: 5 }).where(users.id.eq(1)))
        await using conn = await engine.connect()
        await conn.execute(update(users).set({ age: 6 }).where(users.id.eq(1)))
      })
    },
  ],
  [
    'a lock that is asked for with NOWAIT',
    { postgres: is('LockTimeoutError'), mysql: is('LockTimeoutError'), mariadb: is('LockTimeoutError'), sqlite: undefined },
    async (on) => {
      const engine = on as Engine
      await engine.transaction(async (tx) => {
        await tx.execute(update(users).set({ age: 5 }).where(users.id.eq(1)))
        await using conn = await engine.connect()
        await conn.execute(sql`select * from users where id = 1 for update nowait`)
      })
    },
  ],
  [
    'a deadlock',
    // SQLite has one writer at a time
    { postgres: is('DeadlockError'), mysql: is('DeadlockError'), mariadb: is('DeadlockError'), sqlite: undefined },
    async (on) => {
      const engine = on as Engine
      let arrived = 0
      let open: () => void = () => {}
      const both = new Promise<void>((resolve) => (open = resolve))
      const cross = (from: number, to: number) =>
        engine.transaction(async (tx) => {
          await tx.execute(update(users).set({ age: 5 }).where(users.id.eq(from)))
          if (++arrived === 2) open()
          await both
          await tx.execute(update(users).set({ age: 5 }).where(users.id.eq(to)))
        })
      const outcomes = await Promise.allSettled([cross(1, 2), cross(2, 1)])
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    },
  ],
  [
    'a row that has changed since the transaction read it',
    // MySQL overwrites it; a serializable transaction deadlocks there instead
    { postgres: is('SerializationError'), mysql: undefined, mariadb: undefined, sqlite: is('SerializationError') },
    async (on) => {
      const engine = on as Engine
      const options = engine.dialect.name === 'postgres' ? ({ isolation: 'repeatable read' } as const) : ({ mode: 'deferred' } as const)
      await engine.transaction(async (tx) => {
        await tx.all(select(users))
        await engine.execute(update(users).set({ age: 40 }).where(users.id.eq(1)))
        await tx.execute(update(users).set({ age: 41 }).where(users.id.eq(1)))
      }, options)
    },
  ],
  [
    'a connection that was killed',
    { postgres: is('ConnectionLostError'), mysql: is('ConnectionLostError'), mariadb: is('ConnectionLostError'), sqlite: undefined },
    async (on) => {
      const engine = on as Engine
      await using conn = await engine.connect()
      const { name } = conn.dialect
      const id = String(await conn.scalar(name === 'postgres' ? sql`select pg_backend_pid()` : sql`select connection_id()`))
      setTimeout(() => void raw(name === 'postgres' ? `select pg_terminate_backend(${id})` : `kill ${id}`)(engine).catch(() => {}), 50)
      await conn.execute(name === 'postgres' ? sql`select pg_sleep(5)` : sql`select sleep(5)`)
    },
  ],
]

const expectedOn = (says: Says, server: Server): Expected | undefined => ('is' in says ? says : says[server])

async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`it should have failed, and yielded ${JSON.stringify(outcome.value)}`)
  return outcome.error as DatabaseError
}

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  let server: Server

  beforeAll(async () => {
    database = await freshDatabase(target)
    server = database.dialect
    const lockTimeout = target === 'sqlite' ? 500 : 2_000
    engine = createEngine(database.url, { pool: { size: 4, maxOverflow: 0 }, lockTimeout })
    await metadata({ users, posts, bare }).createAll(engine)
    await engine.execute(
      insertInto(users).values([
        { id: 1, email: 'ada@example.org', city: 'London', street: "Lover's, Lane", nick: 'a', age: 36 },
        { id: 2, email: 'bob@example.org', age: 37 },
      ]),
    )
    await engine.execute(insertInto(posts).values({ id: 1, userId: 1 }))
    if (target === 'sqlite') {
      await engine.execute(sql`pragma journal_mode = wal`)
      await engine.execute(sql`create table strict_numbers (n integer) strict`)
      await engine.execute(sql`insert into strict_numbers values (1)`)
    }
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  const wanted = cases.map(([name, says, run]) => [name, expectedOn(says, target.replace(/-.*/, '') as Server), run] as const)
  test.each(wanted.filter(([, says]) => says !== undefined))(
    '%s',
    async (_, says, run) => {
      const error = await failureOf(run(engine))
      expect(error).toBeInstanceOf(DatabaseError)
      expect(error.name).toBe(says!.is)
      const { is: _is, ...names } = says!
      expect(error).toMatchObject(names)
      // a cancelled statement keeps its connection until the server is done with it
      for (let i = 0; i < 100 && engine.status().used > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10))
      expect(engine.status()).toMatchObject({ used: 0 })
    },
    20_000,
  )

  describe('violates', () => {
    const violation = async (work: Promise<unknown>) => await failureOf(work)

    test('by column', async () => {
      const taken = await violation(engine.execute(add({ email: 'ada@example.org' })))
      expect([taken.violates(users.email), taken.violates(users.id), taken.violates(users.nick), taken.violates(users.age)]).toEqual([
        true,
        false,
        false,
        false,
      ])
      const key = await violation(engine.execute(add({ id: 1 })))
      expect([key.violates(users.id), key.violates(users.email)]).toEqual([true, false])
      const place = await violation(engine.execute(add({ city: 'London', street: "Lover's, Lane" })))
      expect([place.violates(users.city), place.violates(users.street), place.violates(users.email)]).toEqual([true, true, false])
      const nick = await violation(engine.execute(add({ nick: 'a' })))
      expect([nick.violates(users.nick), nick.violates(users.email)]).toEqual([true, false])
      const age = await violation(engine.execute(add({ age: -1 })))
      expect([age.violates(users.age), age.violates(users.email)]).toEqual([true, false])
      const empty = await violation(engine.execute(sql`insert into users (id, email) values (9, null)`))
      expect([empty.violates(users.email), empty.violates(users.id)]).toEqual([true, false])
      const boss = await violation(engine.execute(add({ bossId: 77 })))
      // SQLite says only that some foreign key is violated
      expect([boss.violates(users.bossId), boss.violates(users.id)]).toEqual([server !== 'sqlite', false])
    })

    test('by constraint, index and name', async () => {
      const place = await violation(engine.execute(add({ city: 'London', street: "Lover's, Lane" })))
      expect(place.violates(uniquePlace(users))).toBe(true)
      expect(place.violates(unique('one_city').on(users.city))).toBe(false)
      expect(place.violates(check('of_age', users.age.gt(0)))).toBe(false)
      expect(place.violates('one_place')).toBe(server !== 'sqlite')
      const nick = await violation(engine.execute(add({ nick: 'a' })))
      expect(nick.violates(index('one_nick').on(users.nick).unique())).toBe(true)
      expect(nick.violates(uniquePlace(users))).toBe(false)
      const age = await violation(engine.execute(add({ age: -1 })))
      expect(age.violates(check('of_age', users.age.gt(0)))).toBe(true)
      expect(age.violates('of_age')).toBe(true)
      expect(age.violates('one_place')).toBe(false)
    })

    test('other failures violate nothing', async () => {
      const error = await violation(engine.execute(sql`select * from nowhere`))
      expect([error.violates(users.id), error.violates('nowhere')]).toEqual([false, false])
    })
  })

  describe('the stack names the place of the call', () => {
    const here = /errors\.test\.ts/
    const broken = sql`select * from nowhere`
    const ways: Record<string, (on: Engine) => Promise<unknown>> = {
      async engine(on) {
        return await on.all(broken)
      },
      async connection(on) {
        await using conn = await on.connect()
        return await conn.execute(broken)
      },
      async transaction(on) {
        return await on.transaction(async (tx) => await tx.savepoint(async (sp) => await sp.one(broken)))
      },
      async 'with a timeout'(on) {
        return await on.all(broken, { timeout: 5_000 })
      },
      async 'with a signal'(on) {
        return await on.all(broken, { signal: new AbortController().signal })
      },
      async stream(on) {
        for await (const _ of on.stream(broken));
      },
      async 'behind others on one connection'(on) {
        await using conn = await on.connect()
        const [, last] = await Promise.allSettled([conn.all(sql`select 1`), (async () => await conn.all(broken))()])
        throw (last as PromiseRejectedResult).reason
      },
    }
    test.each(Object.keys(ways))('%s', async (way) => {
      const error = await failureOf(ways[way]!(engine))
      expect(error.name).toBe('UndefinedTableError')
      expect(error.stack).toMatch(here)
    })

    test('also where a timer is what failed', async () => {
      await using small = createEngine(database.url, { pool: { size: 1, maxOverflow: 0, timeout: 500 } })
      await using _held = await small.connect()
      const waiting = async () => await small.all(sql`select 1`)
      const error = await failureOf(waiting())
      expect(error.name).toBe('PoolTimeoutError')
      expect(error.stack).toMatch(here)
      const connecting = async () => await small.connect()
      expect((await failureOf(connecting())).stack).toMatch(here)
    })

    if (target !== 'sqlite')
      test('and where a statement was cancelled', async () => {
        const cancelling = async () =>
          await engine.all(server === 'postgres' ? sql`select pg_sleep(5)` : sql`select sleep(5)`, { timeout: 20 })
        const error = await failureOf(cancelling())
        expect(error).toBeInstanceOf(QueryCanceledError)
        expect(error.stack).toMatch(here)
      })
  })
})

test('SQLite waits only as long as it is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quern-locks-'))
  await using engine = createEngine(`sqlite:///${join(folder, 'a.db')}`, { lockTimeout: 200 })
  await engine.execute(sql`create table t (n integer)`)
  const started = performance.now()
  const outcome = engine.transaction(async (tx) => {
    await tx.execute(sql`insert into t values (1)`)
    await engine.execute(sql`insert into t values (2)`)
  })
  await expect(outcome).rejects.toMatchObject({ name: 'LockTimeoutError' })
  expect(performance.now() - started).toBeLessThan(3_000)
  rmSync(folder, { recursive: true, force: true })
})
