/** By hand: COPY, LOAD DATA, prepared VALUES of 100 rows; one UPDATE from arrays or from JSON, on SQLite a prepared one for each row. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import copy from 'pg-copy-streams'
import { bare } from './clients.mjs'
import { changes, contender, databaseOf, isUpdate, names, rows, stamp } from './data.mjs'

const escaped = (text) => text.replace(/[\\\t\n\r]/g, (c) => (c === '\t' ? '\\t' : c === '\n' ? '\\n' : c === '\r' ? '\\r' : '\\\\'))
const field = (value) => {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (value instanceof Date) return stamp(value)
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value)
}
function* lines() {
  let text = ''
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    text += `${field(row.id)}\t${field(row.a)}\t${field(row.b)}\t${field(row.c)}\t${field(row.d)}\t${field(row.e)}\t${field(row.f)}\t${field(row.g)}\t${field(row.h)}\t${field(row.i)}\n`
    if (text.length > 65536) {
      yield text
      text = ''
    }
  }
  yield text
}

const writers = {
  postgres:
    ({ client }) =>
    async () => {
      const stream = client.query(copy.from('copy bulk_rows from stdin'))
      await pipeline(Readable.from(lines()), stream)
    },
  mysql:
    ({ client }) =>
    () =>
      client.query({
        sql: "load data local infile 'rows' into table bulk_rows character set utf8mb4 fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n'",
        infileStreamFactory: () => Readable.from(lines(), { objectMode: false }),
      }),
  sqlite: ({ client }) => {
    const size = 100
    const insert = client.prepare(
      `insert into bulk_rows values ${Array(size)
        .fill(`(${names.map(() => '?').join()})`)
        .join()}`,
    )
    return () => {
      client.exec('begin')
      for (let from = 0; from < rows.length; from += size) {
        const values = []
        for (let i = from; i < from + size; i++) {
          const row = rows[i]
          values.push(row.id, row.a, row.b, row.c, row.d, row.e ? 1 : 0, stamp(row.f), row.g, row.h, row.i)
        }
        insert.run(values)
      }
      client.exec('commit')
    }
  },
}

const fromJson = `update bulk_rows t join json_table(?, '$[*]' columns (id int path '$[0]', a varchar(100) path '$[1]', h int path '$[2]')) v on v.id = t.id
  set t.a = v.a, t.h = v.h`
const updaters = {
  postgres:
    ({ client }) =>
    () =>
      client.query(
        'update bulk_rows t set a = v.a, h = v.h from unnest($1::int4[], $2::text[], $3::int4[]) v(id, a, h) where t.id = v.id',
        [changes.map((row) => row.id), changes.map((row) => row.a), changes.map((row) => row.h)],
      ),
  mysql:
    ({ client }) =>
    () =>
      client.execute(fromJson, [JSON.stringify(changes.map(({ id, a, h }) => [id, a, h]))]),
  sqlite: ({ client }) => {
    const update = client.prepare('update bulk_rows set a = ?, h = ? where id = ?')
    return () => {
      client.exec('begin')
      for (const { id, a, h } of changes) update.run(a, h, id)
      client.exec('commit')
    }
  },
}

export default async (name) => {
  const database = databaseOf(name)
  const access = await bare(database)
  const insert = (writers[database] ?? writers.mysql)(access)
  if (!isUpdate(name)) return contender(name, { ...access, write: insert })
  return contender(name, { ...access, write: (updaters[database] ?? updaters.mysql)(access) }, insert)
}
