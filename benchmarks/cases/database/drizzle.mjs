/** Drizzle 0.45 and, with `next-` before the variant, 1.0: the same program but for the relations. */
import { idOf, joinedRows, pageOf, poolSize, sqliteFile, url } from './data.mjs'

const load = (next, path) => import(next ? `drizzle-orm-next${path}` : `drizzle-orm${path}`)

/** The tables, in each database's own words. */
async function tables(next, database) {
  if (database === 'postgres') {
    const d = await load(next, '/pg-core')
    return schema(d.pgTable, d.integer, d.varchar, {
      b: d.bigint('b', { mode: 'number' }),
      c: d.numeric('c', { precision: 12, scale: 2 }),
      d: d.doublePrecision('d'),
      e: d.boolean('e'),
      f: d.timestamp('f', { withTimezone: true, precision: 3 }),
      g: d.text('g'),
      own: d.integer('id').primaryKey().generatedByDefaultAsIdentity(),
    })
  }
  if (database === 'sqlite') {
    const d = await load(next, '/sqlite-core')
    return schema(d.sqliteTable, d.integer, d.text, {
      b: d.integer('b'),
      c: d.text('c'),
      d: d.real('d'),
      e: d.integer('e', { mode: 'boolean' }),
      f: d.text('f'),
      g: d.text('g'),
      own: d.integer('id').primaryKey(),
    })
  }
  const d = await load(next, '/mysql-core')
  return schema(d.mysqlTable, d.int, d.varchar, {
    b: d.bigint('b', { mode: 'number' }),
    c: d.decimal('c', { precision: 12, scale: 2 }),
    d: d.double('d'),
    e: d.boolean('e'),
    f: d.datetime('f', { mode: 'date', fsp: 3 }),
    g: d.longtext('g'),
    own: d.int('id').autoincrement().primaryKey(),
  })
}

const schema = (table, integer, text, { own, ...columns }) => {
  const limited = (name, length) => text(name, { length }).notNull()
  return {
    rows: table('bench_rows', {
      id: integer('id').primaryKey(),
      a: limited('a', 100),
      ...columns,
      h: integer('h'),
      i: text('i', { length: 50 }),
    }),
    users: table('bench_users', {
      id: integer('id').primaryKey(),
      name: limited('name', 100),
      email: limited('email', 100),
      age: integer('age').notNull(),
    }),
    topics: table('bench_topics', { id: integer('id').primaryKey(), name: limited('name', 100) }),
    posts: table('bench_posts', {
      id: integer('id').primaryKey(),
      authorId: integer('author_id').notNull(),
      topicId: integer('topic_id').notNull(),
      title: limited('title', 200),
      views: integer('views').notNull(),
    }),
    inserted: table('bench_inserted', { id: own, name: limited('name', 100), age: integer('age').notNull() }),
  }
}

async function relationsOf(next, t) {
  const { defineRelations, relations } = await load(next, '')
  if (next)
    return {
      relations: defineRelations(t, (r) => ({
        users: { posts: r.many.posts({ from: r.users.id, to: r.posts.authorId }) },
        posts: { author: r.one.users({ from: r.posts.authorId, to: r.users.id }) },
      })),
    }
  const usersRelations = relations(t.users, ({ many }) => ({ posts: many(t.posts) }))
  const postsRelations = relations(t.posts, ({ one }) => ({
    author: one(t.users, { fields: [t.posts.authorId], references: [t.users.id] }),
  }))
  return { schema: { ...t, usersRelations, postsRelations }, mode: 'default' }
}

async function open(next, database, options) {
  if (database === 'postgres') {
    const { default: pg } = await import('pg')
    const client = new pg.Pool({ connectionString: url('postgres'), max: poolSize })
    return { db: (await load(next, '/node-postgres')).drizzle({ client, ...options }), close: () => client.end() }
  }
  if (database === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const client = new Database(sqliteFile())
    return { db: (await load(next, '/better-sqlite3')).drizzle({ client, ...options }), client, close: () => client.close() }
  }
  const { default: mysql } = await import('mysql2')
  const pool = mysql.createPool({ uri: url(database), connectionLimit: poolSize, timezone: 'Z' })
  return { db: (await load(next, '/mysql2')).drizzle({ client: pool, ...options }), close: () => pool.promise().end() }
}

function statements(db, t, next, { eq, lt, lte, gt, asc }) {
  const { rows, users, posts, topics } = t
  const page = (after) =>
    next
      ? {
          columns: { id: true, name: true },
          where: { id: { gt: after } },
          orderBy: { id: 'asc' },
          limit: 50,
          with: { posts: { columns: { id: true, title: true }, orderBy: { id: 'asc' } } },
        }
      : {
          columns: { id: true, name: true },
          where: gt(users.id, after),
          orderBy: asc(users.id),
          limit: 50,
          with: { posts: { columns: { id: true, title: true }, orderBy: asc(posts.id) } },
        }
  return {
    point: (id) => db.select({ id: users.id, name: users.name, email: users.email, age: users.age }).from(users).where(eq(users.id, id)),
    thousand: (most) => db.select().from(rows).where(lt(rows.id, most)).orderBy(asc(rows.id)),
    all: () => db.select().from(rows),
    joins: (most) =>
      db
        .select({
          post: { id: posts.id, title: posts.title, views: posts.views },
          author: { id: users.id, name: users.name, email: users.email },
          topic: { id: topics.id, name: topics.name },
        })
        .from(posts)
        .innerJoin(users, eq(users.id, posts.authorId))
        .innerJoin(topics, eq(topics.id, posts.topicId))
        .where(lte(posts.id, most))
        .orderBy(asc(posts.id)),
    arrays: (after) => db.query.users.findMany(page(after)),
  }
}
const given = { point: idOf, thousand: () => 1_000, all: () => 0, joins: () => joinedRows, arrays: pageOf }

function inserter(db, { inserted }, database) {
  const insert = (i) => db.insert(inserted).values({ name: `name ${i}`, age: i % 100 })
  if (database === 'mysql' || database === 'mariadb') return async (i) => (await insert(i).$returningId())[0].id
  return async (i) => (await insert(i).returning({ id: inserted.id }))[0].id
}

export default async (name, variant, database) => {
  const next = variant.startsWith('next-')
  const t = await tables(next, database)
  const operators = await load(next, '')
  const { db, client, close } = await open(next, database, await relationsOf(next, t))
  const kind = name === 'lanes' ? 'point' : name
  if (kind === 'insert' && client) client.exec('begin')
  if (kind === 'insert') return { call: inserter(db, t, database), async: true, close }
  const [make, value] = [statements(db, t, next, operators)[kind], given[kind]]
  const first = kind === 'point' ? (found) => found[0] : (found) => found
  if (!variant.endsWith('prepared')) return { call: async (i) => first(await make(value(i))), async: true, close }
  const statement = make(operators.sql.placeholder('x'))
  const prepared = database === 'postgres' ? statement.prepare(`it_${kind}`) : statement.prepare()
  return { call: async (i) => first(await prepared.execute({ x: value(i) })), async: true, close }
}
