import * as q from 'quern'
import { idOf, joinedRows, pageOf, poolSize, sqliteFile, url } from './data.mjs'

const { integer, table, text, varchar, select, prepare, insertInto, nested } = q
const rows = table('bench_rows', {
  id: integer().primaryKey(),
  a: varchar(100).notNull(),
  b: q.bigint({ mode: 'number' }),
  c: q.numeric(12, 2),
  d: q.doublePrecision(),
  e: q.boolean(),
  f: q.timestamptz(),
  g: text(),
  h: integer(),
  i: varchar(50),
})
const users = table('bench_users', {
  id: integer().primaryKey(),
  name: varchar(100).notNull(),
  email: varchar(100).notNull(),
  age: integer().notNull(),
})
const topics = table('bench_topics', { id: integer().primaryKey(), name: varchar(100).notNull() })
const posts = table('bench_posts', {
  id: integer().primaryKey(),
  authorId: integer().named('author_id').notNull(),
  topicId: integer().named('topic_id').notNull(),
  title: varchar(200).notNull(),
  views: integer().notNull(),
})
const inserted = table('bench_inserted', { id: integer().primaryKey().identity(), name: varchar(100).notNull(), age: integer().notNull() })

const statements = {
  point: (id) => select(users.id, users.name, users.email, users.age).from(users).where(users.id.eq(id)),
  thousand: (most) => select(rows).where(rows.id.lt(most)).orderBy(rows.id.asc()),
  all: () => select(rows),
  joins: (most) =>
    select({
      post: { id: posts.id, title: posts.title, views: posts.views },
      author: { id: users.id, name: users.name, email: users.email },
      topic: { id: topics.id, name: topics.name },
    })
      .from(posts)
      .join(users, users.id.eq(posts.authorId))
      .join(topics, topics.id.eq(posts.topicId))
      .where(posts.id.lte(most))
      .orderBy(posts.id.asc()),
  arrays: (after) =>
    select({
      id: users.id,
      name: users.name,
      posts: nested(select({ id: posts.id, title: posts.title }).from(posts).where(posts.authorId.eq(users.id)).orderBy(posts.id.asc())),
    })
      .from(users)
      .where(users.id.gt(after))
      .orderBy(users.id.asc())
      .limit(50),
}
const given = { point: idOf, thousand: () => 1_000, joins: () => joinedRows, arrays: pageOf }

function calls(on, database, kind, variant) {
  const insert = insertInto(inserted)
  if (kind === 'insert')
    return database === 'mysql'
      ? async (i) => (await on.execute(insert.values({ name: `name ${i}`, age: i % 100 }))).insertedId
      : async (i) => (await on.one(insert.values({ name: `name ${i}`, age: i % 100 }).returning(inserted.id))).id
  const [make, value] = [statements[kind], given[kind]]
  if (kind === 'all') return () => on.all(make())
  const prepared = prepare({ x: integer() }, ($) => make($.x))
  if (kind === 'point') return variant === 'prepared' ? (i) => on.one(prepared, { x: value(i) }) : (i) => on.one(make(value(i)))
  return variant === 'prepared' ? (i) => on.all(prepared, { x: value(i) }) : (i) => on.all(make(value(i)))
}

export default async (name, variant, database) => {
  const at = database === 'sqlite' ? `sqlite:///${sqliteFile()}` : url(database)
  const engine = q.createEngine(at, { pool: { size: poolSize, maxOverflow: 0 } })
  const kind = name === 'lanes' ? 'point' : name
  if (database !== 'sqlite') return { call: calls(engine, database, kind, variant), async: true, close: () => engine.close() }
  const connection = await engine.connect()
  const tx = kind === 'insert' ? await connection.begin() : undefined
  const close = async () => {
    await tx?.rollback()
    await connection.close()
    await engine.close()
  }
  return { call: calls(tx ?? connection, database, kind, variant), async: true, close }
}
