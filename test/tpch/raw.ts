import Sqlite from 'better-sqlite3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { FreshDatabase } from '../servers/urls.js'

export interface Raw {
  /** The rows as the client library gives them, all values as the server's own text where it has one. */
  rows(sql: string): Promise<readonly unknown[][]>
  close(): Promise<unknown>
}

/** The database through its client library alone, without Quern. */
export async function raw({ dialect, url, name }: FreshDatabase): Promise<Raw> {
  if (dialect === 'sqlite') {
    const file = new Sqlite(name, { readonly: true })
    return { rows: async (sql) => file.prepare(sql).raw().all() as unknown[][], close: async () => file.close() }
  }
  if (dialect === 'postgres') {
    const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => (text: string) => text } })
    await client.connect()
    return { rows: async (text) => (await client.query({ text, rowMode: 'array' })).rows, close: () => client.end() }
  }
  const connection = await mysql.createConnection({ uri: url.replace(/^mariadb/, 'mysql'), dateStrings: true, rowsAsArray: true })
  return { rows: async (sql) => (await connection.query(sql))[0] as unknown as unknown[][], close: () => connection.end() }
}
