import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, sql } from 'kysely'
import { idOf, joined, joinedRows, pageOf, poolSize, rowColumns, sqliteFile, url } from './data.mjs'

async function open(database) {
  if (database === 'postgres') {
    const { default: pg } = await import('pg')
    const { jsonArrayFrom } = await import('kysely/helpers/postgres')
    return { dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url('postgres'), max: poolSize }) }), jsonArrayFrom }
  }
  if (database === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const { jsonArrayFrom } = await import('kysely/helpers/sqlite')
    return { dialect: new SqliteDialect({ database: new Database(sqliteFile()) }), jsonArrayFrom }
  }
  const { default: mysql } = await import('mysql2')
  const { jsonArrayFrom } = await import('kysely/helpers/mysql')
  const pool = mysql.createPool({ uri: url(database), connectionLimit: poolSize, timezone: 'Z' })
  return { dialect: new MysqlDialect({ pool }), jsonArrayFrom }
}

const parsed = (row) => (typeof row.posts === 'string' ? { ...row, posts: JSON.parse(row.posts) } : row)
const calls = (db, database, jsonArrayFrom) => ({
  point: (i) => db.selectFrom('bench_users').select(['id', 'name', 'email', 'age']).where('id', '=', idOf(i)).executeTakeFirstOrThrow(),
  thousand: () => db.selectFrom('bench_rows').select(rowColumns).where('id', '<', 1_000).orderBy('id').execute(),
  all: () => db.selectFrom('bench_rows').select(rowColumns).execute(),
  joins: async () =>
    (
      await db
        .selectFrom('bench_posts as p')
        .innerJoin('bench_users as u', 'u.id', 'p.author_id')
        .innerJoin('bench_topics as t', 't.id', 'p.topic_id')
        .select(['p.id as p_id', 'p.title as p_title', 'p.views as p_views', 'u.id as u_id', 'u.name as u_name', 'u.email as u_email'])
        .select(['t.id as t_id', 't.name as t_name'])
        .where('p.id', '<=', joinedRows)
        .orderBy('p.id')
        .execute()
    ).map(joined.nest),
  arrays: async (i) =>
    (
      await db
        .selectFrom('bench_users as u')
        .select((eb) => [
          'u.id',
          'u.name',
          jsonArrayFrom(
            eb.selectFrom('bench_posts as p').select(['p.id', 'p.title']).whereRef('p.author_id', '=', 'u.id').orderBy('p.id'),
          ).as('posts'),
        ])
        .where('u.id', '>', pageOf(i))
        .orderBy('u.id')
        .limit(50)
        .execute()
    ).map(parsed),
  insert: async (i) => {
    const insert = db.insertInto('bench_inserted').values({ name: `name ${i}`, age: i % 100 })
    if (database === 'mysql' || database === 'mariadb') return (await insert.executeTakeFirstOrThrow()).insertId
    return (await insert.returning('id').executeTakeFirstOrThrow()).id
  },
})

export default async (name, _, database) => {
  const { dialect, jsonArrayFrom } = await open(database)
  const db = new Kysely({ dialect })
  if (database === 'sqlite' && name === 'insert') await sql`begin`.execute(db)
  return { call: calls(db, database, jsonArrayFrom)[name === 'lanes' ? 'point' : name], async: true, close: () => db.destroy() }
}
