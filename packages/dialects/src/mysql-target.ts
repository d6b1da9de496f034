/** Subqueries over the table that a statement changes, which MySQL refuses (error 1093) unless they are derived tables of their own. */
import { contains, type ExpressionNode, type SourceNode, type StatementNode } from '@quern/expression'
import {
  columnsIn,
  type DeleteNode,
  isTarget,
  type QueryNode,
  rewrite,
  type SubqueryNode,
  sourcesOf,
  UnsupportedFeatureError,
  type UpdateNode,
  type Writer,
  wrapQuery,
} from '@quern/sql'

type Changing = UpdateNode | DeleteNode

/**
 * The statement with each such subquery wrapped. A wrapped one is worked out when the first row asks for it, so it must be asked for before any
 * row changes; and once for all, so it may not depend on the row.
 */
export function withoutTarget<N extends Changing>(node: N, out: Writer): N {
  const values = node.kind === 'update' ? node.set.map(([, value]) => value) : []
  if (!node.where.some(hasStatement) && !values.some(hasStatement)) return node
  const first = new Set([...node.where.flatMap(ofCondition), ...values.flatMap(ofValue)])
  const outer: readonly SourceNode[] = [node.table, ...(node.extra?.sources ?? [])]
  let count = 0
  const statement = (inner: StatementNode): StatementNode => {
    const sources = sourcesOf(inner)
    if (!sources.some((source) => isTarget(source, node))) return inner
    const correlated = [...columnsIn(inner)].some(({ source }) => outer.includes(source) && !sources.includes(source))
    if (correlated || !first.has(inner)) refuse(correlated ? 'correlated subqueries' : 'subqueries that only some rows ask for,', node, out)
    count++
    const name = count === 1 ? 'target' : `target_${count}`
    return wrapQuery(inner as QueryNode, name, `NO_MERGE(${name})`)
  }
  const expression = (value: ExpressionNode): ExpressionNode => (hasStatement(value) ? rewrite(value, { expression, statement }) : value)
  const where = node.where.map(expression)
  if (node.kind === 'delete') return { ...node, where }
  return { ...node, where, set: node.set.map(([column, value]) => [column, expression(value)] as const) }
}

const hasStatement = (value: ExpressionNode): boolean => (value.contains & contains.statement) !== 0

function refuse(what: string, { table }: Changing, out: Writer): never {
  throw new UnsupportedFeatureError(
    out.dialect,
    'targetInSubquery',
    `${what} over ${table.name} in a statement that changes it`,
    'join a subquery with from() or using()',
  )
}

/** The subqueries without whose answer the condition is not true, so that every row which changes has asked for them. */
function ofCondition(node: ExpressionNode): StatementNode[] {
  if (node.kind === 'inQuery' || node.kind === 'exists') return [node.statement]
  if (node.kind === 'unary' && node.operator === 'not' && node.operand.kind !== 'logical') return ofCondition(node.operand)
  if (node.kind === 'logical' && node.operator === 'and') return node.operands.flatMap(ofCondition)
  if (node.kind !== 'binary') return []
  return node.operator.startsWith('is ') ? [node.left, node.right].flatMap(ofValue) : [node.left, node.right].flatMap(ofOperand)
}

/** A comparison is not true where one side is null, so both sides are worked out, and all that makes a side null. */
const ofOperand = (node: ExpressionNode): StatementNode[] =>
  node.kind === 'binary' ? [node.left, node.right].flatMap(ofOperand) : ofValue(node)

/** What is worked out in any case; the right side of an operator is not where the left one is null. */
function ofValue(node: ExpressionNode): StatementNode[] {
  if (node.kind === 'scalar') return [node.statement]
  if (node.kind === 'cast') return ofValue(node.operand)
  return node.kind === 'binary' ? ofValue(node.left) : []
}

/** Derived tables in FROM that read the target, which must not be merged into the statement. */
export const derivedOfTarget = (node: Changing): SourceNode[] =>
  (node.extra?.sources ?? []).filter(
    (source) => source.kind === 'subquery' && sourcesOf((source as SubqueryNode).statement).some((inner) => isTarget(inner, node)),
  )
