import knex from 'knex'
import { idOf, read, setUp } from './data.mjs'

export default async () => {
  const db = knex({ client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true, pool: { min: 1, max: 1 } })
  const connection = await db.client.acquireConnection()
  connection.exec(setUp)
  await db.client.releaseConnection(connection)
  const call = (i) => db('users').first('id', 'name', 'email', 'age').where('id', idOf(i))
  return { call, read, async: true, close: () => db.destroy() }
}
