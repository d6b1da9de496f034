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

export type Sample = 'chinook' | 'northwind' | 'sakila'
export const samples: readonly Sample[] = ['chinook', 'northwind', 'sakila']

const textOf = async (sample: Sample, database: FreshDatabase): Promise<string> =>
  gunzipSync(await readFile(join(__dirname, `../fixtures/${sample}`, `${fixture[database.dialect]}.sql.gz`))).toString('utf8')

/** Everything but the rows, which tell nothing of the schema and take most of the time. */
export async function loadSchema(sample: Sample, database: FreshDatabase): Promise<void> {
  const statements = await schemaStatements(sample, database)
  if (database.dialect === 'mysql' || database.dialect === 'mariadb') statements.unshift('SET FOREIGN_KEY_CHECKS = 0')
  if (database.dialect === 'postgres' || database.dialect === 'sqlite')
    await runScript(database, `${database.dialect === 'sqlite' ? 'PRAGMA foreign_keys = OFF;\n' : ''}${statements.join(';\n')}`)
  else await runStatements(database, statements)
}

/** One by one, because a DELIMITER is a word of the command-line client's and not of the server's. */
export async function runStatements(database: FreshDatabase, statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection({ uri: database.url.replace(/^mariadb:/, 'mysql:') })
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.end()
  }
}

export async function schemaStatements(sample: Sample, database: FreshDatabase): Promise<string[]> {
  const text = await textOf(sample, database)
  const withoutRows = database.dialect === 'sqlite' ? text : text.replace(/^INSERT INTO[\s\S]*?;[ \t]*\r?$/gim, '')
  if (database.dialect === 'postgres' || database.dialect === 'sqlite') return [withoutRows]
  const statements: string[] = []
  let [delimiter, open] = [';', '']
  for (const line of withoutRows.split(/\r?\n/)) {
    const word = /^DELIMITER (\S+)/.exec(line)
    if (word) delimiter = word[1]!
    else if (!/^\s*--/.test(line) || open !== '') {
      open += `${line}\n`
      if (!open.trimEnd().endsWith(delimiter)) continue
      const statement = open.trimEnd().slice(0, -delimiter.length).trim()
      if (statement !== '' && !/^(COMMIT|SET @|SET SQL_MODE|SET FOREIGN|SET UNIQUE|SET AUTOCOMMIT|USE )/i.test(statement))
        statements.push(statement)
      open = ''
    }
  }
  return statements
}
