import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { changeOf, filterOf, idOf, savedOf, use, userOf } from './inputs.mjs'

const db = new Kysely({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (of) => new PostgresIntrospector(of),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

const point = (id) => db.selectFrom('users').select(['id', 'name', 'email', 'age']).where('id', '=', id)
const kept = Array.from({ length: 64 }, (_, i) => point(idOf(i)))

const cases = {
  point: (i) => point(idOf(i)).compile(),
  list: (i) => {
    const { age, limit } = filterOf(i)
    return db
      .selectFrom('users')
      .select(['id', 'name', 'age'])
      .where('age', '>=', age)
      .where('id', '>', limit)
      .orderBy('age', 'desc')
      .orderBy('id')
      .limit(limit)
      .compile()
  },
  joins: (i) => {
    const { age, total, price, limit } = filterOf(i)
    return db
      .selectFrom('orders')
      .innerJoin('users', 'users.id', 'orders.user_id')
      .innerJoin('items', 'items.order_id', 'orders.id')
      .innerJoin('products', 'products.id', 'items.product_id')
      .select(['orders.id', 'orders.total', 'users.name', 'products.title', 'items.quantity'])
      .where('users.age', '>=', age)
      .where('orders.total', '>', total)
      .where('products.price', '<', price)
      .orderBy('orders.total', 'desc')
      .orderBy('orders.id')
      .limit(limit)
      .compile()
  },
  insert: (i) => db.insertInto('users').values(userOf(i)).compile(),
  update: (i) => db.updateTable('users').set(changeOf(i)).where('id', '=', idOf(i)).compile(),
  upsert: (i) =>
    db
      .insertInto('users')
      .values(savedOf(i))
      .onConflict((on) => on.column('id').doUpdateSet(({ ref }) => ({ name: ref('excluded.name'), age: ref('excluded.age') })))
      .compile(),
  kept: (i) => kept[i & 63].compile(),
}

export default (name) => ({
  call: cases[name],
  read: ({ sql, parameters }) => use(sql, parameters),
  statement: ({ sql, parameters }) => ({ sql, params: parameters }),
})
