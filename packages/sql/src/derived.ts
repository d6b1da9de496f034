/** Statements as sources: subqueries and common table expressions. */
import { brandSource, type ColumnNode, CompileError, make, type SourceNode, typed } from '@quern/expression'
import { checkName } from '@quern/schema'
import type { CteNode, SelectNode, SubqueryNode } from './nodes.js'
import { derivedColumns } from './projection.js'

export type DerivedSource = CteNode | SubqueryNode
type Open<T> = { -readonly [P in keyof T]: T[P] }

export function derivedSource<T>(
  kind: DerivedSource['kind'],
  name: string,
  statement: SelectNode,
  step?: (self: T) => SelectNode,
  distinct = false,
): T {
  const node: Open<CteNode> = {
    kind: kind as 'cte',
    name: checkName(name, kind),
    schema: undefined,
    quoted: make.keptText(),
    columns: [],
    statement,
    step: undefined,
    distinct,
  }
  node.columns = Object.freeze(
    derivedColumns(statement.projection, statement, (key, expression, notNull) =>
      make.column(node as SourceNode, key, key, expression.type, notNull),
    ),
  )
  const self = brandSource<T>(
    node as SourceNode,
    node.columns.map((column: ColumnNode) => [column.key, typed(column)] as const),
  )
  if (step) {
    node.step = step(self)
    const [own, other] = [statement.projection, node.step.projection].map(({ fields }) => fields.map((field) => field.label))
    if (own!.length !== other!.length || own!.some((label, i) => label !== other![i])) {
      throw new CompileError(
        `both parts of the recursive expression ${name} must select the same keys in the same order: ${own!.join(', ')} against ${other!.join(', ')}`,
      )
    }
  }
  Object.freeze(node)
  return self
}
