import Database from 'better-sqlite3'
import { idOf, read, setUp } from './data.mjs'

const text = 'SELECT id, name, email, age FROM users WHERE id = ?'

export default (_case, variant) => {
  const db = new Database(':memory:')
  db.exec(setUp)
  const statement = db.prepare(text)
  const call = {
    kept: (i) => statement.get(idOf(i)),
    fresh: (i) => db.prepare(text).get(idOf(i)),
    /** What every library with promises pays at least. */
    awaited: async (i) => statement.get(idOf(i)),
  }[variant]
  return { call, read, async: variant === 'awaited', close: () => db.close() }
}
