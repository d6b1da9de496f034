import { postgres } from '@quern/dialects'
import { planOf } from '@quern/sql'
import { compile, insertInto, integer, prepare, select, table, text, update } from 'quern'
import { changeOf, filterOf, idOf, savedOf, use, userOf } from './inputs.mjs'

const users = table('users', {
  id: integer().primaryKey(),
  name: text().notNull(),
  email: text().notNull(),
  age: integer().notNull(),
})
const orders = table('orders', { id: integer().primaryKey(), user_id: integer().notNull(), total: integer().notNull() })
const items = table('items', {
  id: integer().primaryKey(),
  order_id: integer().notNull(),
  product_id: integer().notNull(),
  quantity: integer().notNull(),
})
const products = table('products', { id: integer().primaryKey(), title: text().notNull(), price: integer().notNull() })

const point = (id) => select(users.id, users.name, users.email, users.age).from(users).where(users.id.eq(id))
const kept = Array.from({ length: 64 }, (_, i) => point(idOf(i)))
const prepared = prepare({ id: integer() }, ($) => point($.id))

/** What the engine does with a statement before it calls the driver: more than `compile`, because values are encoded. */
function beforeDriver(statement, values) {
  const plan = planOf(statement, postgres)
  return { sql: plan.text, params: plan.bind(values) }
}

const cases = {
  point: (i) => compile(point(idOf(i)), 'postgres'),
  list: (i) => {
    const { age, limit } = filterOf(i)
    return compile(
      select(users.id, users.name, users.age)
        .from(users)
        .where(users.age.gte(age), users.id.gt(limit))
        .orderBy(users.age.desc(), users.id)
        .limit(limit),
      'postgres',
    )
  },
  joins: (i) => {
    const { age, total, price, limit } = filterOf(i)
    return compile(
      select({ id: orders.id, total: orders.total, name: users.name, title: products.title, quantity: items.quantity })
        .from(orders)
        .join(users, users.id.eq(orders.user_id))
        .join(items, items.order_id.eq(orders.id))
        .join(products, products.id.eq(items.product_id))
        .where(users.age.gte(age), orders.total.gt(total), products.price.lt(price))
        .orderBy(orders.total.desc(), orders.id.asc())
        .limit(limit),
      'postgres',
    )
  },
  insert: (i) => compile(insertInto(users).values(userOf(i)), 'postgres'),
  update: (i) =>
    compile(
      update(users)
        .set(changeOf(i))
        .where(users.id.eq(idOf(i))),
      'postgres',
    ),
  upsert: (i) =>
    compile(
      insertInto(users)
        .values(savedOf(i))
        .onConflict(users.id)
        .doUpdate((excluded) => ({ name: excluded.name, age: excluded.age })),
      'postgres',
    ),
  kept: (i) => beforeDriver(kept[i & 63]),
  prepared: (i) => beforeDriver(prepared, { id: idOf(i & 63) }),
}

export default (name, variant) => ({
  call: cases[variant ?? name],
  read: ({ sql, params }) => use(sql, params),
  statement: (result) => result,
})
