/** `SELECT * FROM (statement) AS name`, for servers that take a statement only as a derived table. */
import { contains, make } from '@quern/expression'
import { checkName } from '@quern/schema'
import type { HintNode, QueryNode, SelectNode, SubqueryNode } from './nodes.js'
import { derivedColumns, flatProjection } from './projection.js'

type Open<T> = { -readonly [P in keyof T]: T[P] }

export function wrapQuery(statement: QueryNode, name: string, hint?: string): SelectNode {
  const source: Open<SubqueryNode> = {
    kind: 'subquery',
    name: checkName(name, 'subquery'),
    schema: undefined,
    quoted: make.keptText(),
    columns: [],
    statement,
  }
  source.columns = derivedColumns(statement, (key, { type }, notNull) => make.column(source, key, key, type, notNull))
  const hints: readonly HintNode[] = hint === undefined ? [] : [{ kind: 'comment', on: undefined, text: hint }]
  return {
    kind: 'select',
    projection: flatProjection(source.columns.map(({ field }) => field)),
    contains: contains.statement,
    distinct: false,
    from: source,
    joins: [],
    sources: [source],
    where: [],
    groupBy: [],
    having: [],
    orderBy: [],
    limit: undefined,
    offset: undefined,
    with: [],
    extra: { distinctOn: [], withTies: false, locks: [], hints, windows: [], seek: undefined },
  }
}
