import { sqliteFile, url } from '../database/data.mjs'

/** On PostgreSQL. */
export const schema = process.env.QUERN_BENCH_SMOKE ? 'reflected_few' : 'reflected'
export const tables = process.env.QUERN_BENCH_SMOKE ? 20 : 1_000

/** Where the thousand tables are: PostgreSQL has them in a schema, MySQL and MariaDB in a database of their own, SQLite in a file. */
export function reflected(database) {
  if (database === 'sqlite') return `${sqliteFile()}.reflected`
  if (database === 'postgres') return url('postgres')
  const at = new URL(url(database))
  at.pathname = process.env.QUERN_BENCH_SMOKE ? '/quern_bench_few' : '/quern_bench_reflected'
  return at.href
}
