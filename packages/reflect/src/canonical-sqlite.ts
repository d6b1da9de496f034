/** SQLite keeps expressions as they were written; two are the same where SQLite makes the same program of them. */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { qualified } from '@quern/sql'
import { type ExpressionPlace, refused } from './expressions.js'

export async function canonicalSqlite(db: Executor, place: ExpressionPlace, texts: readonly string[]): Promise<(string | undefined)[]> {
  const of = place.kind === 'row' ? ` FROM ${qualified({ schema: place.schema, name: place.table }, db.dialect)}` : ''
  const found: (string | undefined)[] = []
  for (const one of texts) {
    const query = place.kind === 'query' ? one : `SELECT (\n${one}\n)${of}`
    const program = await (db.all(sql`EXPLAIN ${sql.unsafe(query)}`) as Promise<unknown[][]>).catch(refused)
    // the last column is a comment
    found.push(program && JSON.stringify(program.map((step) => step.slice(0, 7))))
  }
  return found
}
