/** Plans, alike on four servers, with indexes that are there and one that is not; what is analyzed leaves nothing behind. */
import {
  alias,
  CompileError,
  count,
  createEngine,
  deleteFrom,
  type Engine,
  index,
  insertInto,
  integer,
  metadata,
  OptionError,
  prepare,
  QueryCanceledError,
  QueryPlan,
  select,
  sql,
  table,
  text,
  UndefinedTableError,
  UnsupportedFeatureError,
  unionAll,
  update,
  varchar,
} from 'quern'
import { type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'

const users = table('users', { id: integer().primaryKey(), email: varchar(100).notNull(), age: integer().notNull() }, (t) => [
  index('users_email').on(t.email),
])
const posts = table(
  'posts',
  {
    id: integer().primaryKey(),
    author: integer()
      .notNull()
      .references(() => users.id),
    title: varchar(100).notNull(),
    note: text(),
  },
  (t) => [index('posts_author').on(t.author), index('posts_title').on(t.title)],
)
const db = metadata({ users, posts })
const byEmail = index('users_email').on(users.email)
const byTitle = index('posts_title').on(posts.title)

const point = select(users.age).from(users).where(users.email.eq('u7@example.org'))
const scan = select(users.id).from(users).where(users.age.gt(30))
const join = select(users.email, posts.note).from(users).join(posts, posts.author.eq(users.id)).where(users.email.eq('u7@example.org'))

describe.each(targets)('%s', (target) => {
  let database: FreshDatabase
  let engine: Engine
  const analyzes = target !== 'sqlite'
  const analyzesWrites = analyzes && target !== 'mysql'

  beforeAll(async () => {
    database = await freshDatabase(target)
    engine = createEngine(database.url)
    await db.createAll(engine)
    const people = Array.from({ length: 2_000 }, (_, id) => ({ id, email: `u${id}@example.org`, age: id % 60 }))
    await engine.bulkInsert(users, people)
    await engine.bulkInsert(
      posts,
      people.map(({ id }) => ({ id, author: id, title: `t${id}`, note: 'n'.repeat(50) })),
    )
    const analyze = database.dialect.startsWith('m') ? 'ANALYZE TABLE users, posts' : 'ANALYZE'
    await engine.execute(sql`${sql.unsafe(analyze)}`)
  })
  afterAll(async () => {
    await engine.close()
    await database.drop()
  })

  test('a search by an index, and a search without one', async () => {
    const found = await engine.explain(point)
    expect(found).toBeInstanceOf(QueryPlan)
    expect(found.usesIndex(byEmail)).toBe(true)
    expect(found.usesIndex('users_email')).toBe(true)
    expect(found.usesIndex(byTitle)).toBe(false)
    expect(found.fullScans()).toEqual([])
    expect(found.analyzed).toBe(false)
    const step = [...found.steps()].find((node) => node.index === 'users_email')!
    if (target !== 'postgres') expect(step.relation).toBe('users')
    const missed = await engine.explain(scan)
    expect(missed.usesIndex(byEmail)).toBe(false)
    expect(missed.fullScans().map(({ relation }) => relation)).toEqual(['users'])
  })

  test('rows and costs are figures where the server tells them', async () => {
    const [step] = (await engine.explain(scan)).fullScans()
    if (target === 'sqlite') return expect(step).toMatchObject({ rows: undefined, cost: undefined, operation: 'SCAN' })
    // 29 of 60 ages; MySQL and MariaDB guess a third or all of it without a histogram
    expect(step!.rows).toBeGreaterThan(100)
    expect(step!.rows).toBeLessThanOrEqual(2_000)
    if (target !== 'mariadb') expect(step!.cost).toBeGreaterThan(1)
    expect(step!.condition).toMatch(/age/)
    expect(step!.actualRows).toBeUndefined()
  })

  test('a join is a tree with both tables in it', async () => {
    const plan = await engine.explain(join)
    expect(plan.usesIndex(byEmail)).toBe(true)
    expect(plan.usesIndex('posts_author')).toBe(true)
    const relations = new Set([...plan.steps()].map(({ relation }) => relation).filter(Boolean))
    expect(relations).toEqual(new Set(['users', 'posts']))
  })

  test('printed, each step is a line below its parent', async () => {
    const plan = await engine.explain(join)
    const lines = String(plan).split('\n')
    expect(lines).toHaveLength([...plan.steps()].length)
    expect(lines[0]).toMatch(/^\S/)
    expect(String(plan)).toMatch(/users_email/)
    expect(String(plan)).not.toMatch(/undefined|NaN|\[object/)
  })

  test('prepared statements take their values with the call', async () => {
    const ages = prepare({ email: text() }, ($) => select(users.age).from(users).where(users.email.eq($.email)))
    const plan = await engine.explain(ages, { email: 'u7@example.org' })
    expect(plan.usesIndex(byEmail)).toBe(true)
    // @ts-expect-error a prepared statement needs its parameters
    await expect(engine.explain(ages)).rejects.toThrow(/email/)
  })

  test('hand-written statements, subqueries, groups, set operations', async () => {
    const title = 't7'
    const plan = await engine.explain(sql`select id from users where id in (select author from posts where title = ${title})`)
    expect(plan.usesIndex(byTitle)).toBe(true)
    const grouped = await engine.explain(select({ age: users.age, n: count() }).from(users).groupBy(users.age))
    expect(grouped.fullScans().map(({ relation }) => relation)).toEqual(['users'])
    const both = await engine.explain(unionAll(point, select(users.age).from(users).where(users.email.eq('u8@example.org'))))
    expect([...both.steps()].filter((step) => step.index === 'users_email').length).toBe(2)
    const derived = select({ n: count() }).from(users).groupBy(users.age).subquery('d')
    expect((await engine.explain(select(derived.n).from(derived))).fullScans().map(({ relation }) => relation)).toEqual(['users'])
  })

  test('an alias', async () => {
    const u = alias(users, 'u')
    const plan = await engine.explain(select(u.id).from(u).where(u.age.gt(30)))
    expect(plan.fullScans().map(({ relation }) => relation)).toEqual([database.dialect === 'postgres' ? 'users' : 'u'])
  })

  test('the primary key', async () => {
    const plan = await engine.explain(select(users.email).from(users).where(users.id.eq(7)))
    const name = { postgres: 'users_pkey', mysql: 'PRIMARY', mariadb: 'PRIMARY', sqlite: 'INTEGER PRIMARY KEY' }[database.dialect]
    expect(plan.usesIndex(name)).toBe(true)
    expect(plan.fullScans()).toEqual([])
  })

  test('writes are explained and not done', async () => {
    const changed = await engine.explain(update(users).set({ age: 1 }).where(users.email.eq('u7@example.org')))
    expect(changed.usesIndex(byEmail)).toBe(true)
    expect(changed.remains).toEqual([])
    const removed = await engine.explain(deleteFrom(posts).where(posts.note.eq('x')))
    expect(removed.fullScans().map(({ relation }) => relation)).toEqual(['posts'])
    await engine.explain(insertInto(users).values({ id: 9_999, email: 'new', age: 3 }))
    expect(await engine.scalar(select({ n: count() }).from(users).where(users.age.eq(1)))).toBe(34)
    expect(await engine.scalar(select({ n: count() }).from(users))).toBe(2_000)
  })

  test('analyze tells what happened, or refuses', async () => {
    if (!analyzes) return expect(engine.explain(scan, { analyze: true })).rejects.toThrow(UnsupportedFeatureError)
    const plan = await engine.explain(scan, { analyze: true })
    expect(plan.analyzed).toBe(true)
    // ages 31 to 59 of 0 to 59: 33 times each, 34 times those below 20
    const rows = [...plan.steps()].map(({ actualRows }) => actualRows)
    const read = database.dialect === 'mysql' ? 957 : rows.find((n) => n === 957 || n === 2_000)
    expect(rows).toContain(read)
    for (const step of plan.steps()) if (step.time !== undefined) expect(step.time).toBeGreaterThanOrEqual(0)
    expect(String(plan)).toMatch(/actual rows=/)
    expect(plan.remains).toEqual([])
  })

  test('a single row that is found by its key', async () => {
    const one = select(users.email).from(users).where(users.id.eq(7))
    const name = { postgres: 'users_pkey', mysql: 'PRIMARY', mariadb: 'PRIMARY', sqlite: 'INTEGER PRIMARY KEY' }[database.dialect]
    const both = select(users.email, posts.title).from(users).join(posts, posts.author.eq(users.id)).where(users.id.eq(7))
    for (const options of [{}, ...(analyzes ? [{ analyze: true }] : []), ...(target === 'mysql' ? [{ format: 'tree' as const }] : [])]) {
      expect((await engine.explain(one, options)).usesIndex(name)).toBe(true)
      expect((await engine.explain(both, options)).usesIndex(name)).toBe(true)
      expect((await engine.explain(both, options)).usesIndex('posts_author')).toBe(true)
    }
  })

  test('analyze of a write leaves nothing, says what it cannot undo, or refuses before anything is sent', async () => {
    const write = update(users).set({ age: 99 }).where(users.email.eq('u7@example.org'))
    const old = select({ n: count() }).from(users).where(users.age.eq(99))
    if (!analyzesWrites) {
      await expect(engine.explain(write, { analyze: true })).rejects.toThrow(UnsupportedFeatureError)
    } else {
      const plan = await engine.explain(write, { analyze: true })
      expect(plan.usesIndex(byEmail)).toBe(true)
      expect(plan.remains.length).toBeGreaterThan(0)
      expect([...plan.steps()].some(({ actualRows }) => actualRows === 1)).toBe(true)
    }
    expect(await engine.scalar(old)).toBe(0)
  })

  test('inside a transaction it is a savepoint: what came before stays', async () => {
    if (!analyzesWrites) return
    const first = update(users).set({ age: 98 }).where(users.email.eq('u1@example.org'))
    await engine.transaction(async (tx) => {
      await tx.execute(first)
      await tx.explain(deleteFrom(users).where(users.email.eq('nobody')), { analyze: true })
      await tx.explain(update(users).set({ age: 97 }).where(users.email.eq('u1@example.org')), { analyze: true })
      expect(await tx.scalar(select(users.age).from(users).where(users.email.eq('u1@example.org')))).toBe(98)
      await tx.rollback()
    })
    expect(await engine.scalar(select(users.age).from(users).where(users.email.eq('u1@example.org')))).toBe(1)
  })

  test('a connection and its session are as before', async () => {
    await using connection = await engine.connect()
    await connection.explain(point)
    if (analyzes) await connection.explain(point, { analyze: true })
    expect((await connection.explain(point)).usesIndex(byEmail)).toBe(true)
    expect(await connection.scalar(point)).toBe(7)
    if (target === 'mysql') {
      await connection.execute(sql`set session explain_json_format_version = 2`)
      await connection.explain(point)
      expect(String(await connection.scalar(sql`select @@session.explain_json_format_version`))).toBe('2')
    }
  })

  test('forms', async () => {
    if (database.dialect === 'mysql') {
      const tree = await engine.explain(join, { format: 'tree' })
      expect(tree.usesIndex('posts_author')).toBe(true)
      expect([...tree.steps()].every((step) => String(step.raw).length > 0)).toBe(true)
    } else await expect(engine.explain(join, { format: 'tree' })).rejects.toThrow(UnsupportedFeatureError)
    if (database.dialect === 'postgres') {
      const verbose = await engine.explain(scan, { verbose: true })
      expect(verbose.nodes[0]!.raw).toMatchObject({ Schema: 'public', Output: ['id'] })
    } else await expect(engine.explain(join, { verbose: true })).rejects.toThrow(UnsupportedFeatureError)
  })

  test('what has no plan, and options that are none', async () => {
    await expect(engine.explain(sql`select * from nowhere`)).rejects.toThrow(UndefinedTableError)
    // @ts-expect-error unknown options are refused by name
    await expect(engine.explain(point, { analyse: true })).rejects.toThrow(/analyse/)
    await expect(engine.explain(point, { analyze: 1 as never })).rejects.toThrow(OptionError)
    await expect(engine.explain(point, { signal: AbortSignal.abort() })).rejects.toThrow(QueryCanceledError)
    expect(engine.status().used).toBe(0)
  })

  test('a definition has no plan', async () => {
    const { createTable } = await import('quern')
    await expect(engine.explain(createTable(users))).rejects.toThrow(CompileError)
  })
})
