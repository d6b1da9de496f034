/** What an existing database tells of itself. */
import { printTables, reflect } from '@quern/reflect'
import { count, type Engine, select, tableInfo } from 'quern'
import { code, counted, footer, milliseconds, print, rows } from './screen.js'

export async function reflection(engine: Engine): Promise<void> {
  const started = performance.now()
  const db = await reflect(engine)
  const time = performance.now() - started
  const tables = Object.entries(db.tables)
  const found = []
  for (const [name, table] of tables) {
    const { columns, foreignKeys, indexes } = tableInfo(table)
    const size = await engine.scalar(select({ n: count() }).from(table))
    found.push({ table: name, columns: columns.length, 'foreign keys': foreignKeys.length, indexes: indexes.length, rows: size })
  }
  rows(found, found.length)
  footer(`${counted(tables.length, 'table')} reflected in ${milliseconds(time)}; as TypeScript they are:`)
  print()
  code(printTables(db, { dialect: engine.dialect.name, camel: true }))
}
