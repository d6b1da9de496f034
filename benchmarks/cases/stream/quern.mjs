import * as q from 'quern'
import { sqliteFile, url } from '../database/data.mjs'
import { batch, contender } from './data.mjs'

const rows = q.table('bench_rows', {
  id: q.integer().primaryKey(),
  a: q.varchar(100).notNull(),
  b: q.bigint({ mode: 'number' }),
  c: q.numeric(12, 2),
  f: q.timestamptz(),
})
const topics = q.table('bench_topics', { id: q.integer().primaryKey() })
const { id, a, b, c, f } = rows
const statement = (times) => q.select(id, a, b, c, f).from(rows).crossJoin(topics).where(topics.id.lte(times))

export default async (_name, _variant, database) => {
  const engine = q.createEngine(database === 'sqlite' ? `sqlite:///${sqliteFile()}` : url(database))
  return contender({ open: (times) => engine.stream(statement(times), { batchSize: batch }), close: () => engine.close() })
}
