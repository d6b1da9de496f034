import { bare } from './clients.mjs'
import { changes, contender, databaseOf, isUpdate, rows, stamp, url } from './data.mjs'

const size = 500

/** Drizzle 0.45 and, as the variant `next`, 1.0. */
const load = (next, path) => import(`${next ? 'drizzle-orm-next' : 'drizzle-orm'}/${path}`)

async function postgres({ next }) {
  const { drizzle } = await load(next, 'node-postgres')
  const { pgTable, integer, varchar, bigint, numeric, doublePrecision, boolean, timestamp, text } = await load(next, 'pg-core')
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url('postgres'), max: 1 })
  const table = pgTable('bulk_rows', {
    id: integer('id').primaryKey(),
    a: varchar('a', { length: 100 }).notNull(),
    b: bigint('b', { mode: 'number' }),
    c: numeric('c', { precision: 12, scale: 2 }),
    d: doublePrecision('d'),
    e: boolean('e'),
    f: timestamp('f', { withTimezone: true, precision: 3 }),
    g: text('g'),
    h: integer('h'),
    i: varchar('i', { length: 50 }),
  })
  return { db: drizzle({ client: pool }), table, own: rows, end: () => pool.end() }
}

async function mysql({ next }, database) {
  const { drizzle } = await load(next, 'mysql2')
  const { mysqlTable, int, varchar, bigint, decimal, double, boolean, datetime, longtext } = await load(next, 'mysql-core')
  const { default: mysql2 } = await import('mysql2')
  const pool = mysql2.createPool({ uri: url(database), connectionLimit: 1, timezone: 'Z' })
  const table = mysqlTable('bulk_rows', {
    id: int('id').primaryKey(),
    a: varchar('a', { length: 100 }).notNull(),
    b: bigint('b', { mode: 'number' }),
    c: decimal('c', { precision: 12, scale: 2 }),
    d: double('d'),
    e: boolean('e'),
    f: datetime('f', { mode: 'date', fsp: 3 }),
    g: longtext('g'),
    h: int('h'),
    i: varchar('i', { length: 50 }),
  })
  return { db: drizzle({ client: pool }), table, own: rows, end: () => pool.promise().end() }
}

async function sqlite({ client, next }) {
  const { drizzle } = await load(next, 'better-sqlite3')
  const { sqliteTable, integer, text, real } = await load(next, 'sqlite-core')
  const table = sqliteTable('bulk_rows', {
    id: integer('id').primaryKey(),
    a: text('a').notNull(),
    b: integer('b'),
    c: text('c'),
    d: real('d'),
    e: integer('e', { mode: 'boolean' }),
    f: text('f'),
    g: text('g'),
    h: integer('h'),
    i: text('i'),
  })
  return { db: drizzle({ client }), table, own: rows.map((row) => ({ ...row, f: stamp(row.f) })), end: () => {} }
}

export default async (name, variant) => {
  const database = databaseOf(name)
  const access = { ...(await bare(database)), next: variant === 'next' }
  const { db, table, own, end } = await ({ postgres, sqlite }[database] ?? mysql)(access, database)
  const { eq } = await import(access.next ? 'drizzle-orm-next' : 'drizzle-orm')
  const inserts = (tx) => own.flatMap((_, i) => (i % size === 0 ? [() => tx.insert(table).values(own.slice(i, i + size))] : []))
  const updates = (tx) =>
    changes.map(
      ({ id, a, h }) =>
        () =>
          tx.update(table).set({ a, h }).where(eq(table.id, id)),
    )
  const written = (statements) =>
    database === 'sqlite'
      ? () =>
          db.transaction((tx) => {
            for (const statement of statements(tx)) statement().run()
          })
      : () =>
          db.transaction(async (tx) => {
            for (const statement of statements(tx)) await statement()
          })
  const close = async () => {
    await end()
    await access.close()
  }
  if (!isUpdate(name)) return contender(name, { ...access, write: written(inserts), close })
  return contender(name, { ...access, write: written(updates), close }, written(inserts))
}
