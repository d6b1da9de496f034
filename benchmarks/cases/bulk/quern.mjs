import { bigint, boolean, createEngine, doublePrecision, integer, numeric, table, text, timestamptz, varchar } from 'quern'
import { bare } from './clients.mjs'
import { changes, contender, databaseOf, isUpdate, rows, url } from './data.mjs'

const bulkRows = table('bulk_rows', {
  id: integer().primaryKey(),
  a: varchar(100).notNull(),
  b: bigint({ mode: 'number' }),
  c: numeric(12, 2),
  d: doublePrecision(),
  e: boolean(),
  f: timestamptz(),
  g: text(),
  h: integer(),
  i: varchar(50),
})

export default async (name) => {
  const database = databaseOf(name)
  const access = await bare(database)
  const engine = createEngine(database === 'sqlite' ? `sqlite:///${access.file}` : url(database))
  const close = async () => {
    await engine.close()
    await access.close()
  }
  const fill = () => engine.bulkInsert(bulkRows, rows)
  if (!isUpdate(name)) return contender(name, { ...access, close, write: fill })
  return contender(name, { ...access, close, write: () => engine.bulkUpdate(bulkRows, changes, { by: [bulkRows.id] }) }, fill)
}
