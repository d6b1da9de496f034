// A statement compiled, and with it the compiler and a dialect loaded, while drivers and other packages are on their way in by `import()`:
// so many turns of the event loop after they set out as the argument says.
import { createRequire } from 'node:module'
import * as quern from 'quern'

const { integer, literal, select, table } = quern
const names = [
  '@quern/sql',
  '@quern/dialects/postgres',
  '@quern/dialects/mysql',
  '@quern/reflect',
  '@quern/driver-better-sqlite3',
  '@quern/schema',
]
const arriving = names.map((name) => import(name))
for (let turns = Number(process.argv[2]); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))

const users = table('users', { id: integer().primaryKey() })
for (const dialect of ['postgres', 'mysql', 'mariadb', 'sqlite']) {
  const { sql } = quern.compile(select(users).where(users.id.eq(1)), dialect)
  if (!/^SELECT .*users.* WHERE .*id/.test(sql)) throw new Error(sql)
}
const [sql, { postgres }] = await Promise.all(arriving)
const required = createRequire(import.meta.url)
const same = [
  [postgres, required('quern/postgres').postgres],
  [sql.UnsupportedFeatureError, quern.UnsupportedFeatureError],
  [sql.select, quern.select],
  [sql.select, required('quern').select],
  [quern.compile, required('quern').compile],
]
for (const [a, b] of same) if (a !== b || a === undefined) throw new Error(`two of ${a?.name}`)
if (!(select(users) instanceof sql.select(users).constructor)) throw new Error('two classes')

const engine = quern.createEngine('sqlite://')
console.log((await engine.one(select({ word: literal('one') }))).word)
await engine.close()
