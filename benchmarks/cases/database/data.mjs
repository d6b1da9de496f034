/** The tables, what is in them, and what agreement means, for every contender and every database. */
import { createHash } from 'node:crypto'

/** `--smoke` asks whether everything runs, on a hundredth of the rows. */
export const count = process.env.QUERN_BENCH_SMOKE ? 1_000 : 100_000
export const users = process.env.QUERN_BENCH_SMOKE ? 100 : 10_000
export const lanes = 32
export const poolSize = 10
export const url = (database) => process.env[`QUERN_BENCH_${database.toUpperCase()}_URL`]
export const sqliteFile = () => process.env.QUERN_BENCH_SQLITE_ROWS

/** The key fetched by iteration `i`, all over the table. */
export const idOf = (i) => 1 + ((i * 151) % users)
/** The authors of one page of the case with arrays. */
export const pageOf = (i) => (i * 7) % Math.max(users - 100, 1)

export const rowColumns = ['id', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
/** Each user has a few posts, each post a topic. */
export const joined = {
  text: (one) =>
    `select p.id as p_id, p.title as p_title, p.views as p_views, u.id as u_id, u.name as u_name, u.email as u_email, t.id as t_id, t.name as t_name
     from bench_posts p join bench_users u on u.id = p.author_id join bench_topics t on t.id = p.topic_id where p.id <= ${one} order by p.id`,
  nest: (r) => ({
    post: { id: r.p_id, title: r.p_title, views: r.p_views },
    author: { id: r.u_id, name: r.u_name, email: r.u_email },
    topic: { id: r.t_id, name: r.t_name },
  }),
}
export const joinedRows = 1_000

/** What `call(i)` yields, as a number that nothing can optimise away. */
export const readers = {
  point: (row) => row.name.length,
  lanes: (row) => row.name.length,
  thousand: (rows) => rows.length + rows.at(-1).h,
  all: (rows) => rows.length + rows.at(-1).h,
  joins: (rows) => rows.length + rows.at(-1).author.id,
  arrays: (rows) => rows.length + rows.at(-1).posts.length,
  insert: (id) => Number(id),
}

/** One value as all contenders can say it: numbers, whole or exact, by their value; moments in UTC; booleans as 0 and 1. */
function plain(value) {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, plain(value[key])]),
    )
  if (/^-?\d+(\.\d+)?$/.test(value)) return String(Number(value))
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value) ? new Date(`${value.slice(0, 23).replace(' ', 'T')}Z`).toISOString() : value
}

/** What a contender yields for some inputs; of many rows their digest. */
export async function prove({ call, name }) {
  if (name === 'insert') return { rows: [Number(await call(1)) > 0] }
  if (name !== 'all' && name !== 'thousand') return { rows: plain([await call(0), await call(3), await call(77)]) }
  const rows = (await call(0)).map((row) => JSON.stringify(plain(row)))
  return { rows: [rows.length, rows[0], createHash('sha256').update(rows.sort().join('\n')).digest('hex')] }
}
