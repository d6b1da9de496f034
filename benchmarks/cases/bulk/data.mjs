/** The table, the rows, and the bare client of each database, for every contender. */
import { performance } from 'node:perf_hooks'
import { types } from '../ten-columns.mjs'

/** `--smoke` asks whether everything runs, on a fiftieth of the rows. */
export const count = process.env.QUERN_BENCH_SMOKE ? 2_000 : 100_000
export const updates = count / 10
export const url = (database) => process.env[`QUERN_BENCH_${database.toUpperCase()}_URL`]

export const rows = Array.from({ length: count }, (_, i) => ({
  id: i,
  a: `user number ${i}`,
  b: 9_000_000_000 + i,
  c: `${i % 1000}.25`,
  d: i / 8,
  e: i % 2 === 0,
  f: new Date(1.6e12 + i * 1000),
  g: `a longer text\tof row ${i}, as notes have it`,
  h: i % 977,
  i: i % 3 === 0 ? null : `v${i % 100}`,
}))
export const names = Object.keys(rows[0])
export const changes = Array.from({ length: updates }, (_, i) => ({ id: i * 7, a: `changed ${i}`, h: -i }))

export const ddl = (database) =>
  `create table bulk_rows (${names.map((name, i) => `${name} ${(types[database] ?? types.mysql)[i]}`).join(', ')})`

/** What SQLite and MySQL are handed for a Date. */
export const stamp = (date) => date.toISOString().slice(0, 23).replace('T', ' ')

/** `update-mysql` and the like; every other case is an insert into the database of its name. */
export const databaseOf = (name) => name.replace('update-', '')
export const isUpdate = (name) => name.startsWith('update-')

/** A contender: the table emptied before each run, and only the run itself timed. */
export async function contender(_, { clear, write, look, close }, fill) {
  await clear()
  const once = async () => {
    await clear()
    if (fill) await fill()
    globalThis.gc?.()
    const start = performance.now()
    await write()
    return ((performance.now() - start) * 1e6) / (fill ? updates : count)
  }
  return {
    close,
    async timed({ batches }) {
      await once()
      const samples = []
      for (let i = 0; i < batches; i++) samples.push(await once())
      samples.sort((x, y) => x - y)
      return { ns: samples[samples.length >> 1], min: samples[0], max: samples.at(-1), iterations: count, batches }
    },
    async prove() {
      await once()
      return { rows: await look() }
    },
  }
}

const digest = `select count(*) as n, sum(id) as id, sum(b) as b, sum(h) as h, sum(d) as d, sum(e) as e, count(i) as i, sum(length(a)) as a, sum(length(g)) as g from bulk_rows`
/** Sums over all rows; the server's own. */
export const digestOf = (database) => (database === 'postgres' ? digest.replace('sum(e)', 'sum(e::int)') : digest)
export const sums = (row) => Object.values(row).map((value) => String(Number(value)))
