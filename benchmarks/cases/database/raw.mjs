/** The client library with hand-written SQL, as its users write it; `named`: prepared. */
import { idOf, joined, joinedRows, pageOf, poolSize, rowColumns, sqliteFile, url } from './data.mjs'

const rows = `select ${rowColumns.join(', ')} from bench_rows`
const texts = (one, arrays, returning) => ({
  point: `select id, name, email, age from bench_users where id = ${one}`,
  thousand: `${rows} where id < ${one} order by id`,
  all: rows,
  joins: joined.text(one),
  arrays: `select u.id, u.name, ${arrays} as posts from bench_users u where u.id > ${one} order by u.id limit 50`,
  insert: `insert into bench_inserted (name, age) values (${one}, ${one === '?' ? '?' : '$2'})${returning}`,
})
export const given = {
  point: (i) => [idOf(i)],
  thousand: () => [1_000],
  all: () => [],
  joins: () => [joinedRows],
  arrays: (i) => [pageOf(i)],
  insert: (i) => [`name ${i}`, i % 100],
}

const mine = 'from bench_posts p where p.author_id = u.id'
export const own = {
  postgres: texts(
    '$1',
    `(select coalesce(json_agg(json_build_object('id', p.id, 'title', p.title) order by p.id), '[]') ${mine})`,
    ' returning id',
  ),
  mysql: texts('?', `(select coalesce(json_arrayagg(json_object('id', p.id, 'title', p.title)), '[]') ${mine})`, ''),
  mariadb: texts(
    '?',
    `(select coalesce(json_arrayagg(json_object('id', p.id, 'title', p.title) order by p.id), '[]') ${mine})`,
    ' returning id',
  ),
  sqlite: texts('?', `(select json_group_array(json_object('id', p.id, 'title', p.title)) ${mine})`, ' returning id'),
}
const shaped = {
  point: (found) => found[0],
  thousand: (found) => found,
  all: (found) => found,
  joins: (found) => found.map(joined.nest),
  arrays: (found) => found.map((row) => (typeof row.posts === 'string' ? { ...row, posts: JSON.parse(row.posts) } : row)),
  insert: (found) => found.insertId || found[0].id,
}

async function runner(database, text, variant) {
  const named = variant === 'named'
  if (database === 'postgres') {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool({ connectionString: url('postgres'), max: poolSize })
    pool.on('error', () => {})
    const run = named
      ? async (given) => (await pool.query({ name: 'it', text, values: given })).rows
      : async (given) => (await pool.query(text, given)).rows
    return { run, close: () => pool.end() }
  }
  if (database === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const client = new Database(sqliteFile())
    if (text.startsWith('insert')) client.exec('begin')
    const statement = client.prepare(text)
    if (variant === 'floor') statement.raw()
    const run = variant !== 'text' ? (given) => statement.all(...given) : (given) => client.prepare(text).all(...given)
    return { run, close: () => client.close() }
  }
  const { default: mysql } = await import('mysql2/promise')
  const pool = mysql.createPool({ uri: url(database), connectionLimit: poolSize, timezone: 'Z' })
  const run = named ? async (given) => (await pool.execute(text, given))[0] : async (given) => (await pool.query(text, given))[0]
  return { run, close: () => pool.end() }
}

export default async (name, variant, database) => {
  if (variant === 'floor' && database !== 'sqlite') return (await import('./floor.mjs')).default(name, database)
  const kind = name === 'lanes' ? 'point' : name
  const { run, close } = await runner(database, own[database][kind], variant)
  if (variant === 'floor') return { call: () => run(given[kind](0)), read: (found) => found.length, prove: () => ({ rows: [] }), close }
  const [valuesOf, shape] = [given[kind], shaped[kind]]
  const call = database === 'sqlite' ? (i) => shape(run(valuesOf(i))) : async (i) => shape(await run(valuesOf(i)))
  return { call, async: database !== 'sqlite', close }
}
