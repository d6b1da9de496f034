// @ts-check
import mysql from 'mysql2/promise'
import pg from 'pg'

/**
 * Logs in and asks the server for its version, as it tells it.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function probe(url) {
  const { protocol } = new URL(url)
  if (protocol === 'postgres:' || protocol === 'postgresql:') {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    client.on('error', () => undefined)
    await client.connect()
    try {
      const { rows } = await client.query('SHOW server_version')
      return rows[0].server_version
    } finally {
      await client.end()
    }
  }
  if (protocol !== 'mysql:' && protocol !== 'mariadb:') throw new Error(`'${protocol}' is no scheme of a server under test`)
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 5000 })
  try {
    const [rows] = await connection.query('SELECT version() AS version')
    return /** @type {any} */ (rows)[0].version
  } finally {
    await connection.end()
  }
}
