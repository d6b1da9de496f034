/** The tables and rows of the spec table. Small enough to know every answer by hand. */
import { bigint, boolean, doublePrecision, integer, metadata, numeric, table, text, timestamptz, unique, varchar } from 'quern'

export const users = table('users', {
  id: integer().primaryKey().identity(),
  name: varchar(50).notNull(),
  age: integer(),
  managerId: integer().named('manager_id'),
  active: boolean().notNull().default(true),
  city: text(),
})
export const posts = table('posts', {
  id: bigint().primaryKey(),
  authorId: integer()
    .named('author_id')
    .notNull()
    .references(() => users.id),
  title: varchar(50).notNull(),
  views: integer().notNull().default(0),
  price: numeric(10, 2),
  rate: doublePrecision(),
  cost: numeric(10, 2, { mode: 'number' }),
  at: timestamptz().notNull(),
})
export const stock = table(
  'stock',
  {
    sku: varchar(20).primaryKey(),
    amount: integer().notNull().default(0),
    place: varchar(20),
    note: varchar(20),
  },
  (t) => [unique('stock_place').on(t.place)],
)
export const db = metadata({ users, posts, stock })

export const userRows = [
  { id: 1, name: 'Ada', age: 36, managerId: null, active: true, city: 'London' },
  { id: 2, name: 'Bob', age: 41, managerId: 1, active: true, city: 'Paris' },
  { id: 3, name: 'Cleo', age: null, managerId: 1, active: false, city: 'London' },
  { id: 4, name: 'Dan_', age: 29, managerId: 2, active: true, city: null },
]
export const noon = new Date('2024-02-29T12:00:00.250Z')
export const postRows = [
  { id: 1n, authorId: 1, title: 'Engines', views: 100, price: '10.5', rate: 0.5, cost: 1.1, at: noon },
  { id: 2n, authorId: 1, title: 'Notes', views: 50, price: '2.25', rate: null, cost: 2.5, at: new Date('2024-03-01T00:00:00.000Z') },
  { id: 3n, authorId: 2, title: 'Rivers', views: 7, price: null, rate: 0.25, cost: null, at: new Date('2023-12-31T23:59:59.999Z') },
]
export const stockRows = [
  { sku: 'a', amount: 5, place: 'A1', note: null },
  { sku: 'b', amount: 7, place: null, note: 'old' },
]
