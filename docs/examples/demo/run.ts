import { compile, type Engine, type Runs } from 'quern'
import { counted, footer, milliseconds, rows, sqlText } from './screen.js'

/** Runs a statement and prints its SQL, its rows and its time. */
export async function run<Row extends object>(engine: Engine, statement: Runs<Row>): Promise<Row[]> {
  const { sql, params } = compile(statement, engine.dialect.name)
  sqlText(sql, params)
  const started = performance.now()
  const found = await engine.all(statement)
  const time = performance.now() - started
  rows(found)
  footer(`${counted(found.length, 'row')} in ${milliseconds(time)}`)
  return found
}
