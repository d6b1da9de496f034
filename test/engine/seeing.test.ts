/** What the engine tells: events, channels with OpenTelemetry's names, tags, warnings; and that telling never breaks what is told about. */
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { EngineEvents, QueryTrace } from '@quern/engine'
import { summaryOf } from '@quern/sql'
import {
  alias,
  count,
  createEngine,
  createTable,
  deleteFrom,
  type Engine,
  exists,
  insertInto,
  integer,
  metadata,
  prepare,
  select,
  sql,
  table,
  text,
  UnsupportedFeatureError,
  union,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const users = table('users', { id: integer().primaryKey(), name: varchar(50) })
const posts = table('posts', { id: integer().primaryKey(), userId: integer().named('user_id'), title: varchar(50) })
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

test('the summary of a statement comes from its tree', () => {
  const u = alias(users, 'u')
  const top = select({ id: posts.userId, n: count() }).from(posts).groupBy(posts.userId).cte('top')
  const cases: [object, string][] = [
    [select(users), 'SELECT users'],
    [select(u.id).from(u).join(posts, posts.userId.eq(u.id)), 'SELECT users posts'],
    [select(users.name).from(users).join(top, top.id.eq(users.id)), 'SELECT users posts'],
    [select({ n: count() }).from(select(users).subquery('s')), 'SELECT users'],
    [union(select(users.id).from(users), select(posts.id).from(posts)), 'SELECT users posts'],
    [select(users).where(exists(select(posts.id).where(posts.userId.eq(users.id)))), 'SELECT users'],
    [insertInto(users).values({ id: 1 }), 'INSERT users'],
    [insertInto(users).from(select({ id: posts.id }).from(posts)), 'INSERT users posts'],
    [update(users).set({ name: 'secret' }).allRows(), 'UPDATE users'],
    [deleteFrom(posts).allRows(), 'DELETE posts'],
    [createTable(users), 'CREATE TABLE users'],
    [sql`select * from ${users} where name = ${'secret'}`, 'SELECT users'],
    [sql`-- why\n  /* because */ with x as (select 1) select * from x`, 'WITH'],
    [prepare({ name: text() }, ($) => select(users).where(users.name.eq($.name))), 'SELECT users'],
  ]
  expect(cases.map(([statement]) => summaryOf(statement).text)).toEqual(cases.map(([, summary]) => summary))
})

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const postgres = target.startsWith('postgres')
  const sqlite = target === 'sqlite'
  const mysqls = !postgres && !sqlite

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url, { pool: { size: 2, maxOverflow: 0 } })
    await metadata({ users, posts }).createAll(engine)
    await engine.execute(
      insertInto(users).values([
        { id: 1, name: 'Ada' },
        { id: 2, name: 'Bob' },
      ]),
    )
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  /** Subscribes to the tracing channel while `work` runs. */
  async function traced(work: () => Promise<unknown>) {
    const seen: [string, QueryTrace][] = []
    const on = (name: string) => (message: unknown) => void seen.push([name, message as QueryTrace])
    const subscribers = { start: on('start'), end: on('end'), asyncStart: on('asyncStart'), asyncEnd: on('asyncEnd'), error: on('error') }
    const tracing = tracingChannel<string, QueryTrace>('quern:query')
    tracing.subscribe(subscribers)
    try {
      await work()
    } finally {
      tracing.unsubscribe(subscribers)
    }
    return seen
  }

  test('events tell the way of a transaction', async () => {
    const order: string[] = []
    const queries: EngineEvents['query'][] = []
    const own = createEngine(database.url)
    const stops = [
      own.on('connect', ({ connection, milliseconds }) => order.push(`connect ${connection !== '' && milliseconds > 0}`)),
      own.on('checkout', () => order.push('checkout')),
      own.on('checkin', () => order.push('checkin')),
      own.on('begin', ({ savepoint }) => order.push(savepoint ? 'savepoint' : 'begin')),
      own.on('commit', ({ savepoint }) => order.push(savepoint ? 'release' : 'commit')),
      own.on('rollback', ({ savepoint }) => order.push(savepoint ? 'undo' : 'rollback')),
      own.on('query', (query) => queries.push(query)),
    ]
    await own.transaction(async (tx) => {
      await tx.savepoint((sp) => sp.all(select(users)))
      await tx.savepoint((sp) => sp.rollback())
    })
    await own.transaction((tx) => tx.rollback())
    for (const stop of stops) stop()
    await own.all(select(users))
    await own.close()
    expect(order).toEqual([
      'connect true',
      'checkout',
      'begin',
      'savepoint',
      'release',
      'savepoint',
      'undo',
      'commit',
      'checkin',
      'checkout',
      'begin',
      'rollback',
      'checkin',
    ])
    const read = queries.find(({ summary }) => summary === 'SELECT users')!
    expect(read).toMatchObject({ rowCount: 2, error: undefined, sql: expect.stringMatching(/^SELECT/) })
    for (const part of [read.milliseconds, read.queued, read.decoding]) expect(part).toBeGreaterThanOrEqual(0)
    expect(() => own.on('querry' as never, () => {})).toThrow('there is no event "querry"')
  })

  test('channels carry OpenTelemetry’s names, from before the statement to after its rows', async () => {
    const seen = await traced(() => engine.all(select(users).where(users.name.eq('Ada'))))
    expect(seen.map(([name]) => name)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(new Set(seen.map(([, message]) => message)).size).toBe(1)
    const trace = seen[0]![1]
    expect(trace).toMatchObject({
      'db.system.name': { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb', sqlite: 'sqlite' }[database.dialect],
      'db.operation.name': 'SELECT',
      'db.collection.name': 'users',
      'db.query.summary': 'SELECT users',
      'db.response.returned_rows': 1,
      'quern.query.duration': expect.any(Number),
      'quern.decode.duration': expect.any(Number),
      'quern.queue.duration': expect.any(Number),
    })
    expect(trace['db.query.text']).toMatch(/^SELECT .* WHERE/)
    expect(inspect(trace)).not.toContain('Ada')
    expect(trace['db.namespace']).toBe(database.name)
    if (!sqlite) {
      const { hostname, port } = new URL(database.url)
      expect(trace).toMatchObject({ 'server.address': hostname, 'server.port': Number(port) })
    }
  })

  test('a failure has its class and its code, and text of one’s own loses its values', async () => {
    const seen = await traced(async () => {
      await engine.all(sql`select * from nowhere`).catch(() => {})
      await using conn = await engine.connect()
      await conn.script("update users set name = 'it''s secret' where id = 774199")
    })
    expect(seen.map(([name]) => name).slice(0, 5)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(seen[2]![1]).toMatchObject({ 'error.type': 'UndefinedTableError', 'db.response.status_code': expect.any(String) })
    const script = seen.at(-1)![1]
    expect(script['db.query.text']).toBe('update users set name = ? where id = ?')
    expect(script['db.operation.name']).toBe('UPDATE')
  })

  test('streams, cancelled statements and pipelines are followed to their end, each once', async () => {
    const seen = await traced(async () => {
      for await (const _ of engine.stream(select(users), { batchSize: 1 })) break
      for await (const _ of engine.stream(select(users)));
      await engine.pipeline([select(users), select(posts)])
      if (!sqlite) await engine.all(postgres ? sql`select pg_sleep(5)` : sql`select sleep(5)`, { timeout: 30 }).catch(() => {})
    })
    const ends = seen.filter(([name]) => name === 'asyncEnd').map(([, message]) => message)
    expect(seen.filter(([name]) => name === 'start')).toHaveLength(ends.length)
    expect(ends[1]!['db.response.returned_rows']).toBe(2)
    if (postgres) expect(ends[2]).toMatchObject({ 'db.operation.batch.size': 2, 'db.operation.name': 'BATCH SELECT' })
    if (!sqlite) expect(ends.at(-1)).toMatchObject({ 'error.type': 'QueryCanceledError' })
  })

  test('events are channels, too, for who has no engine at hand', async () => {
    const seen: unknown[] = []
    const listen = (message: unknown) => void seen.push(message)
    channel('quern:commit').subscribe(listen)
    channel('quern:checkout').subscribe(listen)
    await engine.transaction(async () => {})
    channel('quern:commit').unsubscribe(listen)
    channel('quern:checkout').unsubscribe(listen)
    expect(seen).toMatchObject([{ connection: expect.any(String) }, { connection: expect.any(String), 'db.namespace': database.name }])
  })

  test('the wait for a connection is told apart from the statement', async () => {
    await using one = createEngine(database.url, { pool: { size: 1, maxOverflow: 0 } })
    const queries: EngineEvents['query'][] = []
    one.on('query', (query) => queries.push(query))
    const conn = await one.connect()
    const waiting = one.all(select(users))
    await pause(120)
    await conn.close()
    await waiting
    expect(queries[0]!.queued).toBeGreaterThan(100)
    expect(queries[0]!.milliseconds).toBeLessThan(100)
  })

  test('a listener that throws, at once or later, breaks nothing', async () => {
    const complaints = jest.spyOn(console, 'error').mockImplementation(() => {})
    // what nobody catches fails the test by Jest's own watch
    const stops = (['query', 'checkout', 'checkin', 'begin', 'commit', 'rollback'] as const).flatMap((event) => [
      engine.on(event, () => {
        throw new Error(`${event} at once`)
      }),
      engine.on(event, async () => {
        throw new Error(`${event} later`)
      }),
    ])
    await engine.transaction((tx) => tx.all(select(users)))
    await expect(engine.all(sql`select * from nowhere`)).rejects.toMatchObject({ name: 'UndefinedTableError' })
    await pause(5)
    for (const stop of stops) stop()
    expect(complaints.mock.calls.length).toBeGreaterThan(8)
    complaints.mockRestore()
  })

  test('echo shows statement, outcome, time and values', async () => {
    const lines: string[] = []
    await using loud = createEngine(database.url, { echo: (line) => lines.push(line) })
    await loud.transaction((tx) => tx.all(select(users.id).from(users).where(users.name.eq('Ada'))))
    await loud.all(sql`select * from nowhere`).catch(() => {})
    expect(lines[0]).toMatch(/^[\d.]+ ms, done: (BEGIN|START TRANSACTION)/)
    expect(lines[1]).toMatch(/^[\d.]+ ms, 1 row: SELECT .* -- "Ada"$/)
    expect(lines[2]).toMatch(/done: COMMIT$/)
    expect(lines[3]).toMatch(/UndefinedTableError: select \* from nowhere$/)
  })

  test('slow statements and long-held connections are reported, to listeners or by the process', async () => {
    const warnings: EngineEvents['warning'][] = []
    await using strict = createEngine(database.url, { slowQuery: 40, longHold: 60 })
    await strict.all(select(users))
    const byProcess = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const slow = postgres
      ? sql`select pg_sleep(0.05)`
      : sqlite
        ? sql`with recursive s (n) as (select 1 union all select n + 1 from s where n < 1000000) select max(n) from s`
        : sql`select sleep(0.05)`
    await strict.all(slow)
    expect(byProcess.mock.calls).toMatchObject([[expect.stringContaining('ms: '), { type: 'QuernWarning', code: 'QUERN_SLOW_QUERY' }]])
    byProcess.mockRestore()
    strict.on('warning', (warning) => warnings.push(warning))
    await strict.all(slow)
    async function holdsForLong() {
      await using _conn = await strict.connect()
      await pause(100)
    }
    await holdsForLong()
    await strict.transaction(() => pause(100))
    // on a busy machine BEGIN and COMMIT are slow, too
    const expected = warnings.filter(({ kind, sql: text }) => kind !== 'slow query' || /sleep|recursive/.test(text!))
    expect(expected.map(({ kind }) => kind)).toEqual(['slow query', 'long hold', 'long hold'])
    expect(expected[0]!.milliseconds).toBeGreaterThan(40)
    expect(expected[1]!.message).toContain('holdsForLong')
  })

  if (mysqls)
    test('tags are refused where every statement with a value is prepared', async () => {
      expect(() => createEngine(database.url, { tags: { application: 'shop' } })).toThrow(UnsupportedFeatureError)
      await expect(engine.all(select(users), { tags: { route: '/' } })).rejects.toMatchObject({ feature: 'queryTags' })
    })
  else
    describe('tags', () => {
      const hostile = {
        a: '*/ drop table users; --',
        b: "'; drop table users; --",
        c: '$1 ? :name \n\0 ü%',
        '*/ select 1 /*': '+ hint',
        '!50000 x': '! /*+ */',
      }
      const asked = postgres ? sql`select query, ${1}::int from pg_stat_activity where pid = pg_backend_pid()` : undefined

      test('stand in every statement, and cannot get out of their comment', async () => {
        await using tagged = createEngine(database.url, { tags: { application: 'shop', ...hostile } })
        expect(await tagged.scalar(select({ n: count() }).from(users).where(users.name.eq('Ada')))).toBe(1)
        await tagged.transaction((tx) => tx.all(select(users)))
        for await (const _ of tagged.stream(select(users)));
        if (asked === undefined) return
        const [row] = (await tagged.all(asked)) as [[string]]
        const comment = / \/\*(.*)\*\/$/s.exec(row[0])![1]!
        expect(comment).not.toMatch(/\*|\//)
        const back = Object.fromEntries(
          comment.split(',').map((part) => part.split('=').map((side) => decodeURIComponent(side.replace(/^'|'$/g, '')))),
        )
        expect(back).toEqual({ application: 'shop', ...hostile })
      })

      test('of one call are not kept prepared; those of the engine are', async () => {
        await using tagged = createEngine(database.url, { tags: { application: 'shop' }, pool: { size: 1, maxOverflow: 0 } })
        for (let i = 0; i < 5; i++) await tagged.all(select(users).where(users.id.eq(1)))
        for (let i = 0; i < 5; i++) await tagged.all(select(users).where(users.id.eq(1)), { tags: { request: String(i) } })
        if (!postgres) return
        const kept = (await tagged.all(
          sql`select statement from pg_prepared_statements where statement like '%users%' and statement not like '%kept%'`,
        )) as [string][]
        expect(kept.map(([statement]) => statement.match(/\/\*.*\*\//)?.[0])).toEqual(["/*application='shop'*/"])
        const [row] = (await tagged.all(asked!, { tags: { request: '7' } })) as [[string]]
        expect(row[0]).toContain("/*application='shop',request='7'*/")
      })

      test('are texts', () => {
        for (const tags of [{ a: '' }, { '': 'x' }, { a: 7 }, { a: '\ud800' }])
          expect(() => createEngine(database.url, { tags: tags as never })).toThrow('tags take names and texts')
      })
    })
})
