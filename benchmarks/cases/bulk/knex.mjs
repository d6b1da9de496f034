import knex from 'knex'
import { bare } from './clients.mjs'
import { changes, contender, databaseOf, isUpdate, rows, stamp, url } from './data.mjs'

export default async (name) => {
  const database = databaseOf(name)
  const access = await bare(database)
  const client = { postgres: 'pg', sqlite: 'better-sqlite3' }[database] ?? 'mysql2'
  const connection =
    database === 'sqlite' ? { filename: access.file } : database === 'postgres' ? url(database) : { uri: url(database), timezone: 'Z' }
  const db = knex({ client, connection, useNullAsDefault: true, pool: { min: 1, max: 1 } })
  const own = database === 'sqlite' ? rows.map((row) => ({ ...row, e: row.e ? 1 : 0, f: stamp(row.f) })) : rows
  const insert = () => db.batchInsert('bulk_rows', own, database === 'sqlite' ? 100 : 1_000)
  const update = () =>
    db.transaction(async (tx) => {
      for (const { id, a, h } of changes) await tx('bulk_rows').update({ a, h }).where('id', id)
    })
  const close = async () => {
    await db.destroy()
    await access.close()
  }
  if (!isUpdate(name)) return contender(name, { ...access, write: insert, close })
  return contender(name, { ...access, write: update, close }, insert)
}
