import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import { sqliteFile, url } from '../database/data.mjs'
import { batch, contender } from './data.mjs'

const dialects = {
  postgres: async () => {
    const [{ default: pg }, { default: cursor }] = await Promise.all([import('pg'), import('pg-cursor')])
    return new PostgresDialect({ pool: new pg.Pool({ connectionString: url('postgres'), max: 1 }), cursor })
  },
  sqlite: async () => new SqliteDialect({ database: new (await import('better-sqlite3')).default(sqliteFile()) }),
}
const mysql = async (database) =>
  new MysqlDialect({ pool: (await import('mysql2')).default.createPool({ uri: url(database), connectionLimit: 1, timezone: 'Z' }) })

export default async (_name, _variant, database) => {
  const db = new Kysely({ dialect: await (dialects[database] ?? mysql)(database) })
  const open = (times) =>
    db
      .selectFrom('bench_rows as r')
      .innerJoin('bench_topics as t', (join) => join.onTrue())
      .select(['r.id', 'r.a', 'r.b', 'r.c', 'r.f'])
      .where('t.id', '<=', times)
      .stream(batch)
  return contender({ open, close: () => db.destroy() })
}
