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

/** The statements of a dump that make tables, their indexes and their keys. */
function tablesOnly(name: Name): string {
  const text = script(name).replace(/^INSERT[\s\S]*?;\s*$/gm, '')
  if (name === 'postgres') return text
  const tables = text.match(/^CREATE (TABLE|UNIQUE INDEX|INDEX| INDEX)[\s\S]*?;\s*$/gm) ?? []
  if (name === 'sqlite') return `PRAGMA foreign_keys = OFF; ${tables.join('\n')}`
  return `SET FOREIGN_KEY_CHECKS = 0; ${tables.join('\n').replaceAll('ENGINE=MyISAM', 'ENGINE=InnoDB').replaceAll('CHARSET=utf8;', 'CHARSET=utf8mb4;')}`
}

/** Two spellings of one type, or types of the dump that say less than their values: numbers in BLOB SUB_TYPE TEXT, flags in SMALLINT. */
const spelling: Readonly<Record<Name, readonly (readonly [RegExp, string])[]>> = {
  postgres: [[/ timestamp without/, ' timestamp(6) without']],
  mysql: [],
  mariadb: [],
  sqlite: [
    [/ INT\b/, ' INTEGER'],
    [/ BLOB SUB_TYPE TEXT/, ' TEXT'],
    [/ DECIMAL\((\d),(\d)\)/, ' NUMERIC($1, $2)'],
    [/^active SMALLINT/, 'active BOOLEAN'],
  ],
}
const spelled = (name: Name, column: string): string => spelling[name].reduce((text, [from, to]) => text.replace(from, to), column)

/** What the catalogs say of all tables, in one order. */
async function catalog(engine: Engine, dialect: Name) {
  const inspector = await inspect(engine)
  const found: Record<string, unknown> = {}
  for (const { name } of await inspector.tables()) {
    const columns = await inspector.columns(name)
    const keys = await inspector.foreignKeys(name)
    const key = await inspector.primaryKey(name)
    const indexes = await inspector.indexes(name)
    found[name] = {
      columns: columns
        .map(({ name: column, type, nullable }) => spelled(dialect, `${column} ${type}${nullable ? '' : ' NOT NULL'}`))
        .sort(),
      primaryKey: key?.columns,
      foreignKeys: keys
        .map(({ columns: own, referencedTable, referencedColumns, onDelete, onUpdate }) =>
          [own, referencedTable, referencedColumns, onDelete, onUpdate].join(' '),
        )
        .sort(),
      indexes: indexes.map((index) => `${index.name} ${index.unique}`).sort(),
    }
  }
  return found
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

    test('its tables have the columns, keys and indexes of the original', async () => {
      const original = await freshDatabase(target)
      try {
        await runScript(original, tablesOnly(name))
        const other = createEngine(original.url)
        try {
          const [ours, theirs] = [await catalog(engine, name), await catalog(other, name)]
          expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort())
          for (const table of Object.keys(theirs)) expect([table, ours[table]]).toEqual([table, theirs[table]])
        } finally {
          await other.close()
        }
      } finally {
        await original.drop()
      }
    })

    test('its views answer as SQL by hand does', async () => {
      const [[rows]] = (await rowsOf(database, 'SELECT COUNT(*) FROM customer_list')) as [[unknown]]
      expect(Number(rows)).toBe(599)
      const total = await rowsOf(database, 'SELECT SUM(total_sales) FROM sales_by_store')
      const byHand = await rowsOf(database, 'SELECT SUM(p.amount) FROM payment p JOIN rental r ON r.rental_id = p.rental_id')
      expect(Number(total[0]![0]).toFixed(2)).toBe(Number(byHand[0]![0]).toFixed(2))
    })

    test('it is dropped again', async () => {
      const own = createEngine(database.url)
      try {
        await schemas[name].dropAll(own)
        expect(await (await inspect(own)).tables()).toEqual([])
      } finally {
        await own.close()
      }
    })
  })
}
