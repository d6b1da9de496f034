/** Drizzle 0.45 and, with `next-` before the variant, 1.0. */
import { changeOf, filterOf, idOf, savedOf, use, userOf } from './inputs.mjs'

async function casesOf(library) {
  const { and, asc, desc, eq, fillPlaceholders, gt, gte, lt, sql } = await import(library)
  const { integer, pgTable, text } = await import(`${library}/pg-core`)
  const { drizzle } = await import(`${library}/pg-proxy`)

  const db = drizzle(async () => ({ rows: [] }))
  const users = pgTable('users', {
    id: integer().primaryKey(),
    name: text().notNull(),
    email: text().notNull(),
    age: integer().notNull(),
  })
  const orders = pgTable('orders', { id: integer().primaryKey(), user_id: integer().notNull(), total: integer().notNull() })
  const items = pgTable('items', {
    id: integer().primaryKey(),
    order_id: integer().notNull(),
    product_id: integer().notNull(),
    quantity: integer().notNull(),
  })
  const products = pgTable('products', { id: integer().primaryKey(), title: text().notNull(), price: integer().notNull() })

  const columns = { id: users.id, name: users.name, email: users.email, age: users.age }
  const point = (id) => db.select(columns).from(users).where(eq(users.id, id))
  const kept = Array.from({ length: 64 }, (_, i) => point(idOf(i)))
  const prepared = point(sql.placeholder('id')).prepare('point').getQuery()

  return {
    point: (i) => point(idOf(i)).toSQL(),
    list: (i) => {
      const { age, limit } = filterOf(i)
      return db
        .select({ id: users.id, name: users.name, age: users.age })
        .from(users)
        .where(and(gte(users.age, age), gt(users.id, limit)))
        .orderBy(desc(users.age), asc(users.id))
        .limit(limit)
        .toSQL()
    },
    joins: (i) => {
      const { age, total, price, limit } = filterOf(i)
      return db
        .select({ id: orders.id, total: orders.total, name: users.name, title: products.title, quantity: items.quantity })
        .from(orders)
        .innerJoin(users, eq(users.id, orders.user_id))
        .innerJoin(items, eq(items.order_id, orders.id))
        .innerJoin(products, eq(products.id, items.product_id))
        .where(and(gte(users.age, age), gt(orders.total, total), lt(products.price, price)))
        .orderBy(desc(orders.total), asc(orders.id))
        .limit(limit)
        .toSQL()
    },
    insert: (i) => db.insert(users).values(userOf(i)).toSQL(),
    update: (i) =>
      db
        .update(users)
        .set(changeOf(i))
        .where(eq(users.id, idOf(i)))
        .toSQL(),
    upsert: (i) =>
      db
        .insert(users)
        .values(savedOf(i))
        .onConflictDoUpdate({ target: users.id, set: { name: sql`excluded.name`, age: sql`excluded.age` } })
        .toSQL(),
    kept: (i) => kept[i & 63].toSQL(),
    /** What a prepared query's `execute(values)` does before it calls the driver. */
    prepared: (i) => ({ sql: prepared.sql, params: fillPlaceholders(prepared.params, { id: idOf(i & 63) }) }),
  }
}

export default async (name, variant = name) => {
  const next = variant.startsWith('next')
  const cases = await casesOf(next ? 'drizzle-orm-next' : 'drizzle-orm')
  return {
    call: cases[(next ? variant.slice('next-'.length) : variant) || name],
    read: ({ sql, params }) => use(sql, params),
    statement: (result) => result,
  }
}
