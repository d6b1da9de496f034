import knex from 'knex'
import { url } from '../database/data.mjs'
import { contender } from './data.mjs'

/** Not on SQLite, where Knex reads all rows before it hands out the first. */
export default async (_name, _variant, database) => {
  const connection = database === 'postgres' ? url(database) : { uri: url(database), timezone: 'Z' }
  const db = knex({ client: database === 'postgres' ? 'pg' : 'mysql2', connection, pool: { min: 0, max: 1 } })
  const open = (times) =>
    db('bench_rows as r')
      .joinRaw('cross join bench_topics t')
      .select('r.id', 'r.a', 'r.b', 'r.c', 'r.f')
      .where('t.id', '<=', times)
      .stream()
  return contender({ open, close: () => db.destroy() })
}
