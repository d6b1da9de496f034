/** The bare client libraries: to empty the table and to look at it, also for the contenders that write otherwise. */
import { rmSync } from 'node:fs'
import { ddl, digestOf, sums, url } from './data.mjs'

export async function bare(database) {
  if (database === 'sqlite') {
    const { default: Database } = await import('better-sqlite3')
    const file = url('sqlite')
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true })
    const client = new Database(file)
    client.exec(ddl('sqlite'))
    return {
      client,
      file,
      clear: () => client.exec('delete from bulk_rows'),
      look: () => sums(client.prepare(digestOf(database)).get()),
      close: () => client.close(),
    }
  }
  if (database === 'postgres') {
    const { default: pg } = await import('pg')
    const client = new pg.Client(url('postgres'))
    await client.connect()
    await client.query(`drop table if exists bulk_rows; ${ddl('postgres')}`)
    return {
      client,
      clear: () => client.query('truncate bulk_rows'),
      look: async () => sums((await client.query(digestOf(database))).rows[0]),
      close: () => client.end(),
    }
  }
  const { default: mysql } = await import('mysql2/promise')
  const client = await mysql.createConnection({ uri: url(database), timezone: 'Z' })
  await client.query("set time_zone = '+00:00'")
  await client.query('drop table if exists bulk_rows')
  await client.query(ddl(database))
  return {
    client,
    clear: () => client.query('truncate bulk_rows'),
    look: async () => sums((await client.query(digestOf(database)))[0][0]),
    close: () => client.end(),
  }
}
