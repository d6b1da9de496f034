/** A row read by key and a row written, in one transaction on a connection from the pool; each library as its users write it. */
import { idOf, lanes, poolSize, url } from './data.mjs'

const read = 'select id, name, email, age from bench_users where id = $1'
const write = 'insert into bench_inserted (name, age) values ($1, $2)'

async function newPool() {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url('postgres'), max: poolSize })
  pool.on('error', () => {})
  return pool
}

async function raw(variant) {
  const pool = await newPool()
  const query = variant === 'named' ? (client, name, text, values) => client.query({ name, text, values }) : null
  const run = query ?? ((client, _, text, values) => client.query(text, values))
  const call = async (i) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const row = (await run(client, 'read', read, [idOf(i)])).rows[0]
      await run(client, 'write', write, [row.name, row.age])
      await client.query('commit')
      return row
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }
  return { call, close: () => pool.end() }
}

async function quern() {
  const { createEngine, insertInto, integer, select, table, varchar } = await import('quern')
  const columns = { id: integer().primaryKey(), name: varchar(100).notNull(), email: varchar(100).notNull(), age: integer().notNull() }
  const users = table('bench_users', columns)
  const inserted = table('bench_inserted', { id: integer().primaryKey().identity(), name: columns.name, age: columns.age })
  const engine = createEngine(url('postgres'), { pool: { size: poolSize, maxOverflow: 0 } })
  const call = (i) =>
    engine.transaction(async (tx) => {
      const row = await tx.one(select(users).where(users.id.eq(idOf(i))))
      await tx.execute(insertInto(inserted).values({ name: row.name, age: row.age }))
      return row
    })
  return { call, close: () => engine.close() }
}

async function kysely() {
  const { Kysely, PostgresDialect } = await import('kysely')
  const db = new Kysely({ dialect: new PostgresDialect({ pool: await newPool() }) })
  const call = (i) =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('bench_users')
        .select(['id', 'name', 'email', 'age'])
        .where('id', '=', idOf(i))
        .executeTakeFirstOrThrow()
      await tx.insertInto('bench_inserted').values({ name: row.name, age: row.age }).execute()
      return row
    })
  return { call, close: () => db.destroy() }
}

async function drizzle(variant) {
  const library = variant.startsWith('next-') ? 'drizzle-orm-next' : 'drizzle-orm'
  const { eq } = await import(library)
  const d = await import(`${library}/pg-core`)
  const [name, age] = [() => d.varchar('name', { length: 100 }).notNull(), () => d.integer('age').notNull()]
  const users = d.pgTable('bench_users', {
    id: d.integer('id').primaryKey(),
    name: name(),
    email: d.varchar('email', { length: 100 }).notNull(),
    age: age(),
  })
  const inserted = d.pgTable('bench_inserted', {
    id: d.integer('id').primaryKey().generatedByDefaultAsIdentity(),
    name: name(),
    age: age(),
  })
  const client = await newPool()
  const db = (await import(`${library}/node-postgres`)).drizzle({ client })
  const call = (i) =>
    db.transaction(async (tx) => {
      const [row] = await tx
        .select()
        .from(users)
        .where(eq(users.id, idOf(i)))
      await tx.insert(inserted).values({ name: row.name, age: row.age })
      return row
    })
  return { call, close: () => client.end() }
}

async function knex() {
  const { default: make } = await import('knex')
  const db = make({ client: 'pg', connection: url('postgres'), pool: { min: 0, max: poolSize } })
  const call = (i) =>
    db.transaction(async (tx) => {
      const row = await tx.select('id', 'name', 'email', 'age').from('bench_users').where('id', idOf(i)).first()
      await tx('bench_inserted').insert({ name: row.name, age: row.age })
      return row
    })
  return { call, close: () => db.destroy() }
}

export default async (name, variant, _, library) => {
  const opened = await { raw, quern, kysely, drizzle, knex }[library](variant)
  return { ...opened, read: (row) => row.name.length, async: true, lanes: name === 'transactions' ? lanes : undefined }
}
