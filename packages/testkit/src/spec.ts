/** A spec table: a statement, the SQL it must yield, and the rows it must return; written once, true on every dialect but where it says otherwise. */
import { isStatement, type Runs, Statement, statementNode } from '@quern/expression'
import type { AnyStatementNode, Dialect, DialectName, Feature } from '@quern/sql'
import { rewriteStatement } from './rewrite-statement.js'

/** The dialect must refuse the statement, naming this feature. */
export interface Unsupported {
  readonly unsupported: Feature
}
export const unsupported = (feature: Feature): Unsupported => ({ unsupported: feature })

type PerDialect = { readonly [Name in DialectName]?: string | Unsupported }
export interface Expected extends PerDialect {
  /** Canonical text: PostgreSQL's, with double quotes and `$n`. Other dialects' quotes and placeholders follow from it. */
  readonly sql: string
  /** The values by number of their `$n`. */
  readonly params?: readonly unknown[]
  /** What the database must answer, in order; known by hand from the rows in the tables. */
  readonly rows?: readonly unknown[]
  /** The rows that a statement without RETURNING must report as changed. */
  readonly rowCount?: number
}
export interface Spec extends Expected {
  readonly name: string
  readonly statement: Runs<any>
}

export const spec = (name: string, statement: Runs<any>, expected: Expected): Spec => ({ name, statement, ...expected })

/** What the dialect must make of it: text and values, or a refusal. */
export function expectedOn(row: Spec, dialect: Dialect): { readonly sql: string; readonly params: readonly unknown[] } | Unsupported {
  const own = row[dialect.name] ?? (dialect.name === 'mariadb' ? row.mysql : undefined)
  if (own !== undefined && typeof own !== 'string') return own
  const { params = [] } = row
  const canonical = own ?? row.sql
  if (dialect.placeholder === 'numbered') {
    const count = Math.max(0, ...Array.from(canonical.matchAll(/\$(\d+)/g), (match) => Number(match[1])))
    return { sql: canonical, params: params.slice(0, count) }
  }
  const values: unknown[] = []
  const text = canonical.replace(/\$(\d+)(::\w+(\[\])?)?/g, (_, number) => {
    values.push(params[Number(number) - 1])
    return '?'
  })
  return { sql: dialect.quote === 'backtick' && own === undefined ? text.replaceAll('"', '`') : text, params: values }
}

class Rewritten extends Statement {}

/** The same statement through an identity rewrite of its tree: whoever forgets a child loses it here. */
export function rewritten(statement: Runs<any>): Runs<any> {
  if (!isStatement(statement)) throw new Error('a spec takes a statement')
  return new Rewritten(rewriteStatement(statementNode(statement) as AnyStatementNode)) as object as Runs<any>
}

/** Paths in the statement's tree that could still be written to; values of the user's own are not ours to freeze. */
export function unfrozen(statement: Runs<any>): string[] {
  const found: string[] = []
  const seen = new Set<unknown>()
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (!Object.isFrozen(value)) found.push(path)
    for (const [key, inner] of Object.entries(value)) {
      // the text caches are the compiler's notebook, and values are the user's
      if (!['value', 'quoted', 'bare', 'list', 'compared', 'kept'].includes(key)) visit(inner, `${path}.${key}`)
    }
  }
  visit(statementNode(statement as Statement), 'statement')
  return found
}
