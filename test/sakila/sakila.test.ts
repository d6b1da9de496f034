/** Sakila's schema as Quern tables: it creates a database into which Sakila's own rows load, and that has the columns of the original. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createEngine, type Engine, inspect } from 'quern'
import { rowsOf, runScript } from '../reflect/databases.js'
import { dialectOf, type FreshDatabase, freshDatabase, targets } from '../servers/urls.js'
import { sakilaOf } from './mysql.js'
import { sakila as postgresSakila } from './postgres.js'
import { sakila as sqliteSakila } from './sqlite.js'

type Name = ReturnType<typeof dialectOf>
const schemas = { postgres: postgresSakila, mysql: sakilaOf(true), mariadb: sakilaOf(false), sqlite: sqliteSakila }

const script = (name: Name): string =>
  gunzipSync(readFileSync(join(__dirname, `../fixtures/sakila/${name === 'mariadb' ? 'mysql' : name}.sql.gz`))).toString('utf8')

/** The rows of a dump, in its order, without the statements that make tables. */
function rowsOnly(name: Name): string {
  const kept: string[] = []
  let inside = false
  let routine = false
  for (const line of script(name).split('\n')) {
    if (/^DELIMITER (;;|\/\/|\$\$)/.test(line)) routine = true
    if (/^DELIMITER ;\s*$/.test(line)) routine = false
    if (!inside && !routine && /^INSERT INTO /.test(line)) inside = true
    if (!inside) continue
    kept.push(line)
    if (/;\s*$/.test(line)) inside = false
  }
  const rows = kept.join('\n')
  if (name === 'postgres') return `SET session_replication_role = replica; ${rows}`
  if (name === 'sqlite') return `PRAGMA foreign_keys = OFF; ${rows}`
  return `SET FOREIGN_KEY_CHECKS = 0; SET SQL_MODE = 'TRADITIONAL'; ${rows}`
}

/** From the data's own description: the same on all servers unless said. */
const counts: Readonly<Record<string, number>> = {
  actor: 200,
  address: 603,
  category: 16,
  city: 600,
  country: 109,
  customer: 599,
  film: 1000,
  film_actor: 5462,
  film_category: 1000,
  inventory: 4581,
  language: 6,
  payment: 16049,
  rental: 16044,
  staff: 2,
  store: 2,
}

for (const target of targets) {
  describe(`Sakila on ${target}`, () => {
    const name = dialectOf(target)
    let database: FreshDatabase
    let engine: Engine

    beforeAll(async () => {
      database = await freshDatabase(target)
      engine = createEngine(database.url)
      await schemas[name].createAll(engine)
      await runScript(database, rowsOnly(name))
    }, 120_000)
    afterAll(async () => {
      await engine.close()
      await database.drop()
    })

    test('its rows load', async () => {
      const expected = { ...counts, ...(name !== 'postgres' && { film_text: 1000 }) }
      const found: Record<string, number> = {}
      for (const table of Object.keys(expected)) found[table] = Number((await rowsOf(database, `SELECT COUNT(*) FROM ${table}`))[0]![0])
      expect(found).toEqual(expected)
      expect(Number((await rowsOf(database, 'SELECT SUM(amount) FROM payment'))[0]![0]).toFixed(2)).toBe('67416.51')
    })
  })
}
