/** A program that writes many rows, for the tests that measure it and for those that kill it: `URL_OF_TEST ROWS METHOD`. */
import {
  bigint,
  boolean,
  createEngine,
  doublePrecision,
  integer,
  numeric,
  sql,
  table,
  text,
  timestamptz,
  varchar,
} from '../../packages/quern/dist/index.js'

const [, , url, rows, method] = process.argv
const t = table('many', {
  id: integer().primaryKey(),
  a: varchar(100).notNull(),
  b: bigint(),
  c: numeric(12, 2),
  d: doublePrecision(),
  e: boolean().notNull(),
  f: timestamptz(),
  g: text(),
  h: integer(),
  i: varchar(50),
})
function* generated(count) {
  for (let i = 0; i < count; i++)
    yield {
      id: i,
      a: `name ${i}`,
      b: 10_000_000_000n + BigInt(i),
      c: `${i % 1000}.25`,
      d: i / 8,
      e: i % 2 === 0,
      f: new Date(1e12 + i * 1000),
      g: `text ${i} of the row`,
      h: i % 977,
      i: i % 3 === 0 ? null : `v${i % 100}`,
    }
}

const engine = createEngine(url)
console.log('started')
const result = await engine.bulkInsert(t, generated(Number(rows)), { method: method ?? 'auto' })
const found = await engine.one(
  sql`select count(*) as n, sum(id) as s, sum(h) as h, count(i) as i from many`.returns({
    n: bigint(),
    s: bigint(),
    h: bigint(),
    i: bigint(),
  }),
)
await engine.close()
console.log(
  JSON.stringify({
    rowCount: result.rowCount,
    ...Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)])),
    peak: process.resourceUsage().maxRSS,
  }),
)
