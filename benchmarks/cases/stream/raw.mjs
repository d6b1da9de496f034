import { sqliteFile, url } from '../database/data.mjs'
import { batch, contender, text } from './data.mjs'

async function* postgresRows(client, Cursor, times) {
  const cursor = client.query(new Cursor(text(times)))
  for (;;) {
    const rows = await cursor.read(batch)
    if (rows.length === 0) break
    yield* rows
  }
  await cursor.close()
}

export default async (_name, _variant, database) => {
  if (database === 'postgres') {
    const [{ default: pg }, { default: Cursor }] = await Promise.all([import('pg'), import('pg-cursor')])
    const client = new pg.Client(url('postgres'))
    await client.connect()
    return contender({ open: (times) => postgresRows(client, Cursor, times), close: () => client.end() })
  }
  if (database === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const client = new Database(sqliteFile())
    return contender({ open: (times) => client.prepare(text(times)).iterate(), close: () => client.close() })
  }
  const { default: mysql } = await import('mysql2')
  const client = mysql.createConnection({ uri: url(database), timezone: 'Z' })
  return contender({ open: (times) => client.query(text(times)).stream({ highWaterMark: batch }), close: () => client.promise().end() })
}
