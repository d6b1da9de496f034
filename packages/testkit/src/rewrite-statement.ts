import type { ExpressionNode, OrderNode, StatementNode } from '@quern/expression'
import { make } from '@quern/expression'
import { type AnyStatementNode, type Projection, rewrite, type SelectNode } from '@quern/sql'

/** Copies every expression of a statement. A node that stands in two places stays one node, because that is what it means. */
export function rewriteStatement(node: AnyStatementNode): AnyStatementNode {
  const copies = new Map<ExpressionNode, ExpressionNode>()
  const expression = (original: ExpressionNode): ExpressionNode => {
    let copy = copies.get(original)
    if (copy === undefined) {
      copy = rewrite(original, { expression, statement })
      copies.set(original, copy)
    }
    return copy
  }
  const list = (nodes: readonly ExpressionNode[]) => nodes.map(expression)
  const order = (keys: readonly OrderNode[]) => keys.map((key) => make.order(expression(key.operand), key.descending, key.nulls))
  const projection = (original: Projection): Projection => ({
    ...original,
    fields: original.fields.map((field) => ({ label: field.label, node: expression(field.node) })),
    whole: undefined,
  })
  const select = (original: SelectNode): SelectNode => ({
    ...original,
    projection: projection(original.projection),
    joins: original.joins.map((join) => ({ ...join, on: join.on && expression(join.on) })),
    where: list(original.where),
    groupBy: list(original.groupBy),
    having: list(original.having),
    orderBy: order(original.orderBy),
    limit: original.limit && expression(original.limit),
    offset: original.offset && expression(original.offset),
  })
  const copyOf = (any: AnyStatementNode): AnyStatementNode => {
    if (any.kind === 'select') return select(any)
    if (any.kind === 'raw') return any
    const returning = any.returning && projection(any.returning)
    if (any.kind === 'insert') return { ...any, rows: any.rows.map(list), select: any.select && select(any.select), returning }
    if (any.kind === 'update')
      return { ...any, set: any.set.map(([column, value]) => [column, expression(value)] as const), where: list(any.where), returning }
    return { ...any, where: list(any.where), returning }
  }
  const statement = (original: StatementNode): StatementNode => copyOf(original as AnyStatementNode)
  return copyOf(node)
}
