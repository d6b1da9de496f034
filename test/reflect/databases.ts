/** Databases that are not of Quern's making: Chinook as its authors publish it, and a schema written to be awkward. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { FreshDatabase } from '../servers/urls.js'

/** Runs a script of several statements through the client library alone. */
export async function runScript(database: FreshDatabase, script: string): Promise<void> {
  if (database.dialect === 'sqlite') {
    const client = new Database(database.name)
    try {
      client.exec(script)
    } finally {
      client.close()
    }
  } else if (database.dialect === 'postgres') {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await client.query(script)
    } finally {
      await client.end()
    }
  } else {
    const connection = await mysql.createConnection({ uri: database.url.replace(/^mariadb:/, 'mysql:'), multipleStatements: true })
    try {
      await connection.query(script)
    } finally {
      await connection.end()
    }
  }
}

/** Rows of a query through the client library alone, as arrays. */
export async function rowsOf(database: FreshDatabase, query: string): Promise<unknown[][]> {
  if (database.dialect === 'sqlite') {
    const client = new Database(database.name)
    try {
      return client.prepare(query).raw().all() as unknown[][]
    } finally {
      client.close()
    }
  }
  if (database.dialect === 'postgres') {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      return (await client.query({ text: query, rowMode: 'array' })).rows
    } finally {
      await client.end()
    }
  }
  const connection = await mysql.createConnection({ uri: database.url.replace(/^mariadb:/, 'mysql:'), rowsAsArray: true })
  try {
    return (await connection.query(query))[0] as unknown[][]
  } finally {
    await connection.end()
  }
}

const fixture = { postgres: 'postgres', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite' } as const

export async function loadChinook(database: FreshDatabase): Promise<void> {
  const packed = await readFile(join(__dirname, '../fixtures/chinook', `${fixture[database.dialect]}.sql.gz`))
  await runScript(database, gunzipSync(packed).toString('utf8'))
}
