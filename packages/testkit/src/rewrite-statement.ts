import type { ExpressionNode, OrderNode, ParameterNode, StatementNode, WindowNode } from '@quern/expression'
import { make } from '@quern/expression'
import {
  type AnyStatementNode,
  type Assignment,
  type CompoundNode,
  type Projection,
  type QueryNode,
  rewrite,
  type SelectNode,
} from '@quern/sql'

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
    extra: original.extra && {
      ...original.extra,
      distinctOn: list(original.extra.distinctOn),
      windows: original.extra.windows.map(({ name, window }) => ({ name, window: expression(window) as WindowNode })),
      seek: original.extra.seek && {
        keys: order(original.extra.seek.keys),
        after: list(original.extra.seek.after) as readonly ParameterNode[],
      },
    },
  })
  const compound = (original: CompoundNode): CompoundNode => ({
    ...original,
    parts: original.parts.map(query),
    orderBy: order(original.orderBy),
    limit: original.limit && expression(original.limit),
    offset: original.offset && expression(original.offset),
  })
  const query = (original: QueryNode): QueryNode => (original.kind === 'select' ? select(original) : compound(original))
  const set = (list: readonly Assignment[]) => list.map(([column, value]) => [column, expression(value)] as const)
  const copyOf = (any: AnyStatementNode): AnyStatementNode => {
    if (any.kind === 'select' || any.kind === 'compound') return query(any)
    if (any.kind === 'raw') return any
    const returning = any.returning && projection(any.returning)
    if (any.kind === 'insert') {
      const conflict = any.extra?.conflict
      const extra = conflict && {
        ...any.extra,
        conflict: {
          ...conflict,
          target: list(conflict.target),
          targetWhere: list(conflict.targetWhere),
          set: conflict.set && set(conflict.set),
          where: list(conflict.where),
        },
      }
      return { ...any, rows: any.rows.map(list), select: any.select && query(any.select), returning, extra: extra ?? any.extra }
    }
    if (any.kind === 'merge') {
      const whens = any.whens.map((when) => ({ ...when, conditions: list(when.conditions), set: set(when.set) }))
      return { ...any, on: list(any.on), whens, returning }
    }
    const extra = any.extra && {
      ...any.extra,
      joins: any.extra.joins.map((join) => ({ ...join, on: join.on && expression(join.on) })),
      orderBy: order(any.extra.orderBy),
      limit: any.extra.limit && expression(any.extra.limit),
    }
    if (any.kind === 'update') return { ...any, set: set(any.set), where: list(any.where), returning, extra }
    return { ...any, where: list(any.where), returning, extra }
  }
  const statement = (original: StatementNode): StatementNode => copyOf(original as AnyStatementNode)
  return copyOf(node)
}
