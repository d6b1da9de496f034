/**
 * MySQL's and MariaDB's own form of expressions: the query of an EXPLAIN as the optimizer's trace shows it when it was read and before anything
 * in it was worked out.
 */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { text } from '@quern/schema'
import { qualified } from '@quern/sql'
import { type ExpressionPlace, refused, together } from './expressions.js'
import { mysqlTokens } from './mysql-text.js'

/** MySQL alone has the last two: the trace of preparing a statement and the one of executing it are two. */
const settings: readonly (readonly [name: string, value: string])[] = [
  ['optimizer_trace', "'enabled=on'"],
  ['optimizer_trace_limit', '2'],
  ['optimizer_trace_offset', '-2'],
]

export async function canonicalMysql(
  db: Executor,
  place: ExpressionPlace,
  texts: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const names = sql.join(
    settings.map(([name]) => sql`${name}`),
    ', ',
  )
  const before = await db.all(
    sql`SHOW SESSION VARIABLES WHERE variable_name IN (${names})`.returns({ name: text().notNull(), value: text().notNull() }),
  )
  const known = settings.filter(([name]) => before.some((one) => one.name === name))
  if (known.length === 0) return texts.map(() => undefined)
  await set(db, known)
  try {
    return await together(texts.map(withoutIntroducers), (list) => (place.kind === 'query' ? queries(db, list) : columns(db, place, list)))
  } finally {
    await set(
      db,
      before.map(({ name, value }) => [name, /^-?\d+$/.test(value) ? value : `'${value.replace(/[^\w=,]/g, '')}'`]),
    )
  }
}

const set = (db: Executor, values: readonly (readonly [name: string, value: string])[]): Promise<unknown> =>
  db.execute(sql`SET ${sql.unsafe(values.map(([name, value]) => `SESSION ${name} = ${value}`).join(', '))}`)

/** The character set that a literal has anyway; MySQL shows a literal that names it without its escapes. */
function withoutIntroducers(expression: string): string {
  const tokens = mysqlTokens(expression)
  const named = tokens.filter(({ kind, text: word }, i) => kind === 'word' && word === '_utf8mb4' && tokens[i + 1]?.kind === 'string')
  return named.reduceRight((found, { start, end }) => found.slice(0, start) + found.slice(end), expression)
}

async function queries(db: Executor, texts: readonly string[]): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (const query of texts) found.push((await expanded(db, query).catch(refused))?.replace(names, ''))
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

/** Statements that were prepared before are not read again, so each has a number of its own. */
let last = 0

/** A prepared statement is one statement, whatever is in the text. */
async function expanded(db: Executor, query: string): Promise<string> {
  last++
  await db.execute(sql`EXPLAIN /* ${sql.unsafe(String(last))} */ ${sql.unsafe(query)}`)
  const traces = await db.scalars(
    sql`SELECT trace FROM information_schema.optimizer_trace WHERE missing_bytes_beyond_max_mem_size = 0`.returns({ trace: text() }),
  )
  const found = [...traces.join('').matchAll(/"expanded_query": ("(?:[^"\\]|\\.)*")/g)].map(([, one]) => JSON.parse(one!) as string)
  if (found.length === 0) throw new Error('the optimizer left no trace')
  return found.join('; ')
}
