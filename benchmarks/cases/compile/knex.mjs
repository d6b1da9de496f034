import knex from 'knex'
import { changeOf, filterOf, idOf, savedOf, use, userOf } from './inputs.mjs'

const db = knex({ client: 'pg' })
const point = (id) => db('users').select('id', 'name', 'email', 'age').where('id', id)
const kept = Array.from({ length: 64 }, (_, i) => point(idOf(i)))

const cases = {
  point: (i) => point(idOf(i)),
  list: (i) => {
    const { age, limit } = filterOf(i)
    return db('users')
      .select('id', 'name', 'age')
      .where('age', '>=', age)
      .where('id', '>', limit)
      .orderBy([{ column: 'age', order: 'desc' }, 'id'])
      .limit(limit)
  },
  joins: (i) => {
    const { age, total, price, limit } = filterOf(i)
    return db('orders')
      .join('users', 'users.id', 'orders.user_id')
      .join('items', 'items.order_id', 'orders.id')
      .join('products', 'products.id', 'items.product_id')
      .select('orders.id', 'orders.total', 'users.name', 'products.title', 'items.quantity')
      .where('users.age', '>=', age)
      .where('orders.total', '>', total)
      .where('products.price', '<', price)
      .orderBy([{ column: 'orders.total', order: 'desc' }, 'orders.id'])
      .limit(limit)
  },
  insert: (i) => db('users').insert(userOf(i)),
  update: (i) => db('users').update(changeOf(i)).where('id', idOf(i)),
  upsert: (i) => db('users').insert(savedOf(i)).onConflict('id').merge(['name', 'age']),
  kept: (i) => kept[i & 63],
}

export default (name) => ({
  call: (i) => cases[name](i).toSQL().toNative(),
  read: ({ sql, bindings }) => use(sql, bindings),
  statement: ({ sql, bindings }) => ({ sql, params: bindings }),
})
