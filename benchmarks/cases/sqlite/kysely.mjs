import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { idOf, read, setUp } from './data.mjs'

export default () => {
  const database = new Database(':memory:')
  database.exec(setUp)
  const db = new Kysely({ dialect: new SqliteDialect({ database }) })
  const call = (i) => db.selectFrom('users').select(['id', 'name', 'email', 'age']).where('id', '=', idOf(i)).executeTakeFirstOrThrow()
  return { call, read, async: true, close: () => db.destroy() }
}
