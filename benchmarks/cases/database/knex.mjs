import knex from 'knex'
import { idOf, joined, joinedRows, pageOf, poolSize, rowColumns, sqliteFile, url } from './data.mjs'

function connectionOf(database) {
  if (database === 'sqlite') return { filename: sqliteFile() }
  return database === 'postgres' ? url(database) : { uri: url(database), timezone: 'Z' }
}

/** Knex has no arrays inside rows: the flat rows of a join are grouped by hand. */
function grouped(flat) {
  const found = new Map()
  for (const { u_id: id, u_name: name, id: post, title } of flat) {
    if (!found.has(id)) found.set(id, { id, name, posts: [] })
    if (post !== null) found.get(id).posts.push({ id: post, title })
  }
  return [...found.values()]
}

const calls = (db) => ({
  point: (i) => db.select('id', 'name', 'email', 'age').from('bench_users').where('id', idOf(i)).first(),
  thousand: () => db.select(rowColumns).from('bench_rows').where('id', '<', 1_000).orderBy('id'),
  all: () => db.select(rowColumns).from('bench_rows'),
  joins: async () =>
    (
      await db('bench_posts as p')
        .join('bench_users as u', 'u.id', 'p.author_id')
        .join('bench_topics as t', 't.id', 'p.topic_id')
        .select('p.id as p_id', 'p.title as p_title', 'p.views as p_views', 'u.id as u_id', 'u.name as u_name', 'u.email as u_email')
        .select('t.id as t_id', 't.name as t_name')
        .where('p.id', '<=', joinedRows)
        .orderBy('p.id')
    ).map(joined.nest),
  arrays: async (i) =>
    grouped(
      await db
        .with('u', (one) => one.select('id', 'name').from('bench_users').where('id', '>', pageOf(i)).orderBy('id').limit(50))
        .from('u')
        .leftJoin('bench_posts as p', 'p.author_id', 'u.id')
        .select('u.id as u_id', 'u.name as u_name', 'p.id', 'p.title')
        .orderBy('u.id')
        .orderBy('p.id'),
    ),
  insert: async (i) => {
    const insert = db('bench_inserted').insert({ name: `name ${i}`, age: i % 100 }, 'id')
    const [first] = await insert
    return first.id ?? first
  },
})

export default async (name, _, database) => {
  const client = { postgres: 'pg', sqlite: 'better-sqlite3' }[database] ?? 'mysql2'
  const pool = { min: 0, max: database === 'sqlite' ? 1 : poolSize }
  const db = knex({ client, connection: connectionOf(database), useNullAsDefault: true, pool })
  if (database === 'sqlite' && name === 'insert') await db.raw('begin')
  return { call: calls(db)[name === 'lanes' ? 'point' : name], async: true, close: () => db.destroy() }
}
