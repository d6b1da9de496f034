import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import { bare } from './clients.mjs'
import { changes, contender, databaseOf, isUpdate, rows, stamp, url } from './data.mjs'

const dialects = {
  postgres: async () => new PostgresDialect({ pool: new (await import('pg')).default.Pool({ connectionString: url('postgres'), max: 1 }) }),
  sqlite: async ({ client }) => new SqliteDialect({ database: client }),
}
const mysql = async (_, database) =>
  new MysqlDialect({ pool: (await import('mysql2')).default.createPool({ uri: url(database), connectionLimit: 1, timezone: 'Z' }) })

export default async (name) => {
  const database = databaseOf(name)
  const access = await bare(database)
  const db = new Kysely({ dialect: await (dialects[database] ?? mysql)(access, database) })
  const own = database === 'sqlite' ? rows.map((row) => ({ ...row, e: row.e ? 1 : 0, f: stamp(row.f) })) : rows
  const size = 1_000
  const insert = () =>
    db.transaction().execute(async (tx) => {
      for (let i = 0; i < own.length; i += size)
        await tx
          .insertInto('bulk_rows')
          .values(own.slice(i, i + size))
          .execute()
    })
  const update = () =>
    db.transaction().execute(async (tx) => {
      for (const { id, a, h } of changes) await tx.updateTable('bulk_rows').set({ a, h }).where('id', '=', id).execute()
    })
  const close = async () => {
    await db.destroy()
    if (database !== 'sqlite') await access.close()
  }
  if (!isUpdate(name)) return contender(name, { ...access, write: insert, close })
  return contender(name, { ...access, write: update, close }, insert)
}
