/** PostgreSQL's own form of expressions: what EXPLAIN VERBOSE shows of a SELECT of them, which is planned and never run. */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { json, text } from '@quern/schema'
import { type Dialect, qualified } from '@quern/sql'
import { apart, type ExpressionPlace, refused, takenBack, together } from './expressions.js'

function from(place: ExpressionPlace, dialect: Dialect): string {
  if (place.kind === 'row') return ` FROM ONLY ${qualified({ schema: place.schema, name: place.table }, dialect)}`
  // OFFSET keeps the planner from looking through to the value
  return place.kind === 'domain' ? ` FROM (SELECT CAST(NULL AS ${place.type}) AS "value" OFFSET 0) AS q` : ''
}

export async function canonicalPostgres(db: Executor, place: ExpressionPlace, texts: readonly string[]) {
  if (place.kind === 'query') return await views(db, place.columns, texts)
  return await together(texts, (list) =>
    apart(db, async (tx) => {
      const items = list.map((one) => (place.kind === 'value' ? `CAST((\n${one}\n) AS ${place.type})` : `(\n${one}\n)`))
      const query = `SELECT ${items.join(', ')}${from(place, db.dialect)}`
      const plans = await tx.scalar(
        sql`EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ${sql.unsafe(query)}`.returns({
          plan: json<readonly { readonly Plan: { readonly Output: readonly string[] } }[]>(),
        }),
      )
      return plans![0]!.Plan.Output
    }),
  )
}

/** A view is made for a moment, as a temporary one in a transaction that is rolled back. */
async function views(db: Executor, columns: readonly string[], texts: readonly string[]): Promise<(string | undefined)[]> {
  const list = sql.join(
    columns.map((name) => sql.identifier(name)),
    ', ',
  )
  const found: (string | undefined)[] = []
  for (const query of texts) {
    const made = takenBack(db, async (tx) => {
      await tx.execute(sql`CREATE TEMPORARY VIEW quern_compared (${list}) AS ${sql.unsafe(query)}`)
      return await tx.scalar(sql`SELECT pg_catalog.pg_get_viewdef('pg_temp.quern_compared'::regclass)`.returns({ definition: text() }))
    })
    found.push((await made.catch(refused)) ?? undefined)
  }
  return found
}
