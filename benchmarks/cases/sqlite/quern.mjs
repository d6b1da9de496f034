import { createEngine, integer, prepare, select, table, text } from 'quern'
import { idOf, keys, read, setUp } from './data.mjs'

const users = table('users', {
  id: integer().primaryKey(),
  name: text().notNull(),
  email: text().notNull(),
  age: integer().notNull(),
})
const point = (id) => select(users.id, users.name, users.email, users.age).from(users).where(users.id.eq(id))
const kept = Array.from({ length: keys }, (_, i) => point(idOf(i)))
const prepared = prepare({ id: integer() }, ($) => point($.id))

/** On one connection, like the raw contender; the variants called `-engine` acquire a connection from the pool for each call. */
export default async (_case, variant) => {
  const engine = createEngine('sqlite://')
  const setUpConnection = await engine.connect()
  await setUpConnection.script(setUp)
  await setUpConnection.close()
  const throughPool = variant.endsWith('-engine')
  const on = throughPool ? engine : await engine.connect()
  const call = {
    fresh: (i) => on.one(point(idOf(i))),
    kept: (i) => on.one(kept[i & (keys - 1)]),
    prepared: (i) => on.one(prepared, { id: idOf(i) }),
  }[variant.replace('-engine', '')]
  return {
    call,
    read,
    async: true,
    close: async () => {
      if (!throughPool) await on.close()
      await engine.close()
    },
  }
}
