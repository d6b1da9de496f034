import Database from 'better-sqlite3'
import { idOf, read, setUp } from './data.mjs'

/**
 * Drizzle 0.45 and, with `next-` before the variant, 1.0. Its better-sqlite3 driver is synchronous, so it is measured without promises, as its
 * users would call it.
 */
export default async (_case, variant) => {
  const library = variant.startsWith('next-') ? 'drizzle-orm-next' : 'drizzle-orm'
  const { eq, sql } = await import(library)
  const { drizzle } = await import(`${library}/better-sqlite3`)
  const { integer, sqliteTable, text } = await import(`${library}/sqlite-core`)
  const users = sqliteTable('users', {
    id: integer().primaryKey(),
    name: text().notNull(),
    email: text().notNull(),
    age: integer().notNull(),
  })
  const columns = { id: users.id, name: users.name, email: users.email, age: users.age }
  const client = new Database(':memory:')
  client.exec(setUp)
  const db = drizzle({ client })
  const point = (id) => db.select(columns).from(users).where(eq(users.id, id))
  const prepared = point(sql.placeholder('id')).prepare()
  const call = { fresh: (i) => point(idOf(i)).get(), prepared: (i) => prepared.get({ id: idOf(i) }) }[variant.replace('next-', '')]
  return { call, read, close: () => client.close() }
}
