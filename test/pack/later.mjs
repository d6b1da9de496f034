// What a program loads when it first asks for it: bulk writes, the pool, reflection, comparison, printing, pictures, plans.
import {
  compile,
  createEngine,
  diagram,
  diff,
  insertInto,
  inspect,
  integer,
  metadata,
  primaryKey,
  printTables,
  reflect,
  select,
  table,
  text,
  UniqueViolationError,
  verify,
} from 'quern'

const users = table('users', { id: integer().primaryKey(), name: text().notNull() })
const db = metadata({ users })

async function main() {
  const engine = createEngine('sqlite://')
  await db.createAll(engine)
  const { rowCount } = await engine.bulkInsert(
    users,
    Array.from({ length: 500 }, (_, i) => ({ id: i, name: `user ${i}` })),
  )
  console.log(rowCount, (await engine.bulkDelete(users, [1, 2, 3])).rowCount)
  console.log((await (await inspect(engine)).columns('users')).map(({ name }) => name).join())
  console.log((await diff(db, engine)).length)
  await verify(db, engine)
  const wider = metadata({ users, more: table('more', { id: integer() }, (t) => [primaryKey(t.id)]) })
  console.log((await verify(wider, engine).catch((error) => error)).name)
  const found = await reflect(engine)
  console.log(printTables(found, { dialect: 'sqlite' }).includes("export const users = table('users', {"))
  console.log((await diagram(engine, { format: 'mermaid' })).startsWith('erDiagram'))
  console.log(String(await engine.explain(select(users))))
  const failure = await engine.execute(insertInto(users).values({ id: 0, name: 'again' })).catch((error) => error)
  console.log(failure instanceof UniqueViolationError, failure.name, failure.stack.includes(process.argv[1].split('/').pop()))
  console.log(compile(select(users), 'mysql').sql)
  await engine.close()
}

void main()
