import pg from 'pg'
import { idOf, poolSize, url } from '../database/data.mjs'

export default async (name) => {
  const [curve, size] = name.split('-')
  const n = Number(size)
  const pool = new pg.Pool({ connectionString: url('postgres'), max: poolSize })
  const close = () => pool.end()
  if (curve === 'callers') {
    const text = 'select id, name, email, age from bench_users where id = $1'
    const call = async (i) => (await pool.query({ name: 'it', text, values: [idOf(i)] })).rows[0]
    return { call, async: true, read: (row) => row.name.length, lanes: n, close, prove: async () => ({ rows: [(await call(1)).name] }) }
  }
  const text = 'select r.id, r.a, r.b, r.d, r.f from bench_topics t cross join bench_rows r where t.id <= 10 limit $1'
  const call = async () => (await pool.query({ name: 'it', text, values: [n] })).rows
  return { call, async: true, read: (all) => all.length, per: n, close, prove: async () => ({ rows: [(await call()).length] }) }
}
