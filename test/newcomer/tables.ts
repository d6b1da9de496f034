/** Tables that newcomers make mistakes with. They are untyped here: in JavaScript nothing but a sentence warns of a mistake. */
import * as quern from 'quern'

/** Everything that Quern exports, as a program without types sees it. */
export const js: Record<keyof typeof quern, any> = quern

const { boolean, integer, metadata, numeric, text, varchar } = quern

export const people = quern.table('people', {
  id: integer().primaryKey().identity(),
  name: varchar(50).notNull(),
  age: integer(),
  active: boolean().notNull().default(true),
  about: text(),
})
export const pets = quern.table('pets', {
  id: integer().primaryKey(),
  ownerId: integer()
    .named('owner_id')
    .notNull()
    .references(() => people.id),
  name: varchar(50).notNull(),
  price: numeric(10, 2),
})
export const db = metadata({ people, pets })

export const peopleRows = [
  { id: 1, name: 'Ada', age: 36, active: true, about: null },
  { id: 2, name: 'Bob', age: null, active: false, about: 'likes pets' },
]
export const petRows = [{ id: 1, ownerId: 1, name: 'Rex', price: '12.5' }]
