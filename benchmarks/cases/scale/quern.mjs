import * as q from 'quern'
import { idOf, poolSize, url } from '../database/data.mjs'

const rows = q.table('bench_rows', {
  id: q.integer().primaryKey(),
  a: q.varchar(100),
  b: q.bigint({ mode: 'number' }),
  d: q.doublePrecision(),
  f: q.timestamptz(),
})
const topics = q.table('bench_topics', { id: q.integer().primaryKey() })
const users = q.table('bench_users', {
  id: q.integer().primaryKey(),
  name: q.varchar(100).notNull(),
  email: q.varchar(100).notNull(),
  age: q.integer().notNull(),
})

function joined(n) {
  const all = Array.from({ length: n }, (_, i) => q.table(`t${i}`, { id: q.integer().primaryKey(), parent: q.integer(), name: q.text() }))
  return (i) => {
    let statement = q.select({ id: all[0].id, last: all[n - 1].name }).from(all[0])
    for (let k = 1; k < n; k++) statement = statement.join(all[k], all[k].parent.eq(all[k - 1].id))
    return q.compile(statement.where(all[0].id.eq(i)), 'postgres')
  }
}

export default async (name) => {
  const [curve, size] = name.split('-')
  const n = Number(size)
  if (curve === 'tables')
    return { call: joined(n), read: ({ sql }) => sql.length, per: n, prove: async () => ({ rows: [joined(n)(1).params.length] }) }
  const engine = q.createEngine(url('postgres'), { pool: { size: poolSize, maxOverflow: 0 } })
  const close = () => engine.close()
  if (curve === 'callers') {
    const call = (i) => engine.one(q.select(users).where(users.id.eq(idOf(i))))
    return { call, async: true, read: (row) => row.name.length, lanes: n, close, prove: async () => ({ rows: [(await call(1)).name] }) }
  }
  const call = () =>
    engine.all(
      q.select({ id: rows.id, a: rows.a, b: rows.b, d: rows.d, f: rows.f }).from(topics).crossJoin(rows).where(topics.id.lte(10)).limit(n),
    )
  return { call, async: true, read: (all) => all.length, per: n, close, prove: async () => ({ rows: [(await call()).length] }) }
}
