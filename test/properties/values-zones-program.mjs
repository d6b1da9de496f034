/**
 * A program that runs in a time zone of its own: writes moments into a table named after its zone, or reads what every zone has written.
 * It prints what is wrong, and how many values it looked at.
 */
import { readFileSync } from 'node:fs'
import * as quern from '../../packages/quern/dist/index.js'

const { date, integer, insertInto, compile, createEngine, metadata, nested, select, sql, table, time, timestamp, timestamptz } = quern
const { URL_OF_TEST: url = '', TZ: zone = '', WORK: work, MOMENTS: file = '', ZONES: all = '' } = process.env
/** @type {{ id: number, time: number, stamp: string }[]} */
const moments = JSON.parse(readFileSync(file, 'utf8'))
const zones = all.split(',')
const ways = /** @type {const} */ (['bulk', 'insert', 'inline'])

/** @param {string} by @param {string} way */
const tableOf = (by, way) =>
  table(`${way} in ${by.replace('/', ' ')}`, {
    id: integer().primaryKey(),
    moment: timestamp().notNull(),
    instant: timestamptz().notNull(),
    stamp: timestamp({ mode: 'string' }).notNull(),
    zoned: timestamptz({ mode: 'string' }).notNull(),
    day: date().notNull(),
    clock: time().notNull(),
  })
/** @param {{ id: number, time: number, stamp: string }} moment */
const rowOf = ({ id, time: milliseconds, stamp }) => ({
  id,
  moment: new Date(milliseconds),
  instant: new Date(milliseconds),
  stamp,
  zoned: stamp,
  day: stamp.slice(0, 10),
  clock: stamp.slice(11),
})
const rows = moments.map(rowOf)
const engine = createEngine(url, { pool: { size: 1, maxOverflow: 0 } })

/** @template T @param {readonly T[]} list @param {number} size */
const pieces = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))

async function write() {
  for (const way of ways) {
    const into = tableOf(zone, way)
    await metadata({ into }).createAll(engine)
    await engine.transaction(async (/** @type {any} */ tx) => {
      if (way === 'bulk') await tx.bulkInsert(into, rows)
      else {
        for (const piece of pieces(rows, 400)) {
          const statement = insertInto(into).values(piece)
          await tx.execute(way === 'insert' ? statement : sql`${sql.unsafe(compile(statement, tx.dialect.name, { inline: true }).sql)}`)
        }
      }
    })
  }
  return rows.length * ways.length
}

/** @param {any} row */
const plain = (row) => JSON.stringify(Object.values(row).map((value) => (value instanceof Date ? value.getTime() : value)))

async function read() {
  let seen = 0
  const expected = rows.map(plain)
  /** @param {string} what @param {readonly any[]} found */
  const compare = (what, found) => {
    if (found.length !== rows.length) throw new Error(`${what}: ${found.length} rows of ${rows.length}`)
    const at = found.findIndex((row, i) => plain(row) !== expected[i])
    if (at >= 0) throw new Error(`${what} reads ${plain(found[at])} in ${zone}, written was ${expected[at]}`)
    seen += found.length
  }
  for (const by of zones) {
    for (const way of ways) {
      const from = tableOf(by, way)
      const what = `${way} in ${by}`
      const ordered = select(from).orderBy(from.id)
      compare(what, await engine.all(ordered))
      if (way !== 'bulk') continue
      compare(`nested, ${what}`, (await engine.one(select({ rows: nested(ordered) }))).rows)
      // as a parameter beside what another zone has written
      if (by !== zones.at(zones.indexOf(zone) - 1)) continue
      for (const piece of pieces(rows, 400)) {
        for (const key of /** @type {const} */ (['moment', 'instant', 'stamp', 'zoned', 'day', 'clock'])) {
          const column = /** @type {any} */ (from[key])
          const found = new Set(
            await engine.scalars(
              select(from.id)
                .from(from)
                .where(column.in(piece.map((row) => row[key]))),
            ),
          )
          const missing = piece.find(({ id }) => !found.has(id))
          if (missing) throw new Error(`${what}: ${key} in (…) does not find ${plain(missing)} in ${zone}`)
        }
      }
    }
  }
  return seen
}

try {
  const seen = await (work === 'write' ? write() : read())
  console.log(
    JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, offset: new Date(1720000000000).getTimezoneOffset(), seen }),
  )
} finally {
  await engine.close()
}
