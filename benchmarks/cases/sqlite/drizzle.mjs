import Database from 'better-sqlite3'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { idOf, read, setUp } from './data.mjs'

const users = sqliteTable('users', {
  id: integer().primaryKey(),
  name: text().notNull(),
  email: text().notNull(),
  age: integer().notNull(),
})
const columns = { id: users.id, name: users.name, email: users.email, age: users.age }

/** Drizzle's better-sqlite3 driver is synchronous, so it is measured without promises, as its users would call it. */
export default (_case, variant) => {
  const client = new Database(':memory:')
  client.exec(setUp)
  const db = drizzle({ client })
  const point = (id) => db.select(columns).from(users).where(eq(users.id, id))
  const prepared = point(sql.placeholder('id')).prepare()
  const call = { fresh: (i) => point(idOf(i)).get(), prepared: (i) => prepared.get({ id: idOf(i) }) }[variant]
  return { call, read, close: () => client.close() }
}
