/**
 * MySQL's and MariaDB's own form of expressions: the query of an EXPLAIN as the optimizer's trace shows it when it was read and before anything
 * in it was worked out.
 */
import type { DriverConnection, Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { text as words } from '@quern/schema'
import { qualified } from '@quern/sql'
import { type ExpressionPlace, together } from './expressions.js'
import { mysqlTokens } from './mysql-text.js'

export async function canonicalMysql(
  db: Executor,
  place: ExpressionPlace,
  texts: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const before = await db.scalar(sql`SELECT @@optimizer_trace`.returns({ setting: words() })).catch(() => null)
  if (before === null) return texts.map(() => undefined)
  await db.execute(sql`SET SESSION optimizer_trace = 'enabled=on'`)
  try {
    return await together(texts.map(withoutIntroducers), (list) => (place.kind === 'query' ? queries(db, list) : columns(db, place, list)))
  } finally {
    await db.execute(sql`SET SESSION optimizer_trace = ${sql.unsafe(`'${before.replace(/[^\w=,]/g, '')}'`)}`)
  }
}

/** The character set that a literal has anyway; MySQL shows a literal that names it without its escapes. */
function withoutIntroducers(text: string): string {
  const tokens = mysqlTokens(text)
  const named = tokens.filter(({ kind, text: word }, i) => kind === 'word' && word === '_utf8mb4' && tokens[i + 1]?.kind === 'string')
  return named.reduceRight((found, { start, end }) => found.slice(0, start) + found.slice(end), text)
}

async function queries(db: Executor, texts: readonly string[]): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (const query of texts) found.push((await expanded(db, query).catch(() => undefined))?.replace(names, ''))
  return found
}
/** The names of columns are compared by themselves. */
const names = / AS (?:`(?:[^`]|``)*`|[\w$]+)/g

async function columns(db: Executor, place: ExpressionPlace, texts: readonly string[]): Promise<(string | undefined)[]> {
  const items = texts.map((one, i) => `(\n${one}\n) AS quern_${i}`).join(', ')
  const of = place.kind === 'row' ? ` FROM ${qualified({ schema: place.schema, name: place.table }, db.dialect)}` : ''
  const query = await expanded(db, `SELECT ${items}${of}`)
  const pieces = query.replace(/^[\s\S]*?select /, '').split(/ AS `?quern_\d+`?(?:,| from |$)/)
  return texts.map((_, i) => pieces[i])
}

/** What an executor does for Quern's own packages alone. */
interface Lender {
  lend<T>(signal: undefined, work: (lease: { readonly connection: Pick<DriverConnection, 'script'> }) => Promise<T>): Promise<T>
}

async function expanded(db: Executor, query: string): Promise<string> {
  // a prepared statement would have been read before the trace begins
  await (db as unknown as Lender).lend(undefined, ({ connection }) => connection.script(`EXPLAIN ${query}`))
  const trace = await db.scalar(
    sql`SELECT trace FROM information_schema.optimizer_trace WHERE missing_bytes_beyond_max_mem_size = 0`.returns({ trace: words() }),
  )
  const found = [...(trace ?? '').matchAll(/"expanded_query": ("(?:[^"\\]|\\.)*")/g)].map(([, one]) => JSON.parse(one!) as string)
  if (found.length === 0) throw new Error('the optimizer left no trace')
  return found.join('; ')
}
