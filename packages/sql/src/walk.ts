/** The one place that knows which children each kind of expression has. */
import {
  type ColumnNode,
  contains,
  type ExpressionNode,
  type ExpressionNodes,
  type FunctionName,
  make,
  type SourceNode,
  type StatementNode,
  type TemplateValue,
} from '@quern/expression'
import type { Assignment, SelectNode, WriteNode } from './nodes.js'

/** What to make of each child. */
export interface Rewrite {
  expression(node: ExpressionNode): ExpressionNode
  statement(node: StatementNode): StatementNode
}

type Rewriters = { readonly [Kind in keyof ExpressionNodes]: (node: ExpressionNodes[Kind], to: Rewrite) => ExpressionNode }

const order = (key: ExpressionNodes['window']['orderBy'][number], to: Rewrite) =>
  make.order(to.expression(key.operand), key.descending, key.nulls)

function templateValue(value: TemplateValue, to: Rewrite): TemplateValue {
  switch (value.kind) {
    case 'list':
      return { ...value, values: value.values.map((item) => templateValue(item, to)) }
    case 'statement':
      return { kind: 'statement', statement: to.statement(value.statement) }
    case 'identifier':
    case 'source':
    case 'unsafe':
      return value
    default:
      return to.expression(value)
  }
}

const rewriters: Rewriters = {
  column: (node) => node,
  parameter: (node) => node,
  constant: (node) => node,
  binary: (node, to) => make.binary(node.operator, to.expression(node.left), to.expression(node.right), node.type),
  unary: (node, to) => make.unary(node.operator, to.expression(node.operand), node.type),
  logical: (node, to) => make.logical(node.operator, node.operands.map(to.expression)),
  between: (node, to) => make.between(to.expression(node.operand), to.expression(node.low), to.expression(node.high), node.symmetric),
  inList: (node, to) => make.inList(to.expression(node.operand), node.items.map(to.expression), node.negated),
  inQuery: (node, to) => make.inQuery(to.expression(node.operand), to.statement(node.statement), node.negated),
  like: (node, to) => make.like(to.expression(node.operand), to.expression(node.pattern), node.insensitive),
  call: (node, to) => {
    const args = node.args.map(to.expression)
    return node.custom ? make.customCall(node.name, args, node.type) : make.call(node.name as FunctionName, args, node.type)
  },
  aggregate: (node, to) =>
    make.aggregate(
      node.name,
      node.args.map(to.expression),
      node.type,
      node.distinct,
      node.filter && to.expression(node.filter),
      node.orderBy.map((key) => order(key, to)),
      node.within,
      node.custom,
    ),
  window: (node, to) =>
    make.window(
      to.expression(node.call) as ExpressionNodes['call' | 'aggregate'],
      node.name,
      node.partitionBy.map(to.expression),
      node.orderBy.map((key) => order(key, to)),
      node.frame,
    ),
  tuple: (node, to) => make.tuple(node.items.map(to.expression)),
  quantified: (node, to) =>
    make.quantified(node.quantifier, node.statement && to.statement(node.statement), node.array && to.expression(node.array), node.type),
  operator: (node, to) => make.operator(node.operator, node.left && to.expression(node.left), to.expression(node.right), node.type),
  collate: (node, to) => make.collate(to.expression(node.operand), node.collation),
  cast: (node, to) => make.cast(to.expression(node.operand), node.type),
  case: (node, to) =>
    make.caseOf(
      node.operand && to.expression(node.operand),
      node.branches.map(({ when, then }) => ({ when: to.expression(when), then: to.expression(then) })),
      node.otherwise && to.expression(node.otherwise),
      node.type,
    ),
  scalar: (node, to) => make.scalar(to.statement(node.statement), node.type),
  exists: (node, to) => make.exists(to.statement(node.statement)),
  nested: (node, to) => make.nested(to.statement(node.statement), node.type),
  grouping: (node, to) =>
    make.grouping(
      node.grouping,
      node.sets.map((set) => Object.freeze(set.map(to.expression))),
    ),
  template: (node, to) =>
    make.template(
      node.texts,
      node.values.map((value) => templateValue(value, to)),
      node.type,
      (node.contains & contains.aggregate) !== 0,
    ),
  sequenceValue: (node) => node,
  label: (node, to) => make.label(to.expression(node.operand), node.label),
}

/** A new node of the same kind over what `to` makes of the children. */
export const rewrite = (node: ExpressionNode, to: Rewrite): ExpressionNode =>
  (rewriters[node.kind] as (node: ExpressionNode, to: Rewrite) => ExpressionNode)(node, to)

/** The children, in the order in which they are written. */
export function children(node: ExpressionNode): {
  readonly expressions: readonly ExpressionNode[]
  readonly statements: readonly StatementNode[]
} {
  const expressions: ExpressionNode[] = []
  const statements: StatementNode[] = []
  rewrite(node, {
    expression: (child) => {
      expressions.push(child)
      return child
    },
    statement: (child) => {
      statements.push(child)
      return child
    },
  })
  return { expressions, statements }
}

/** All expressions of a select, outside of FROM. */
export function expressionsOf(node: SelectNode): ExpressionNode[] {
  const list = node.projection.fields.map((field) => field.node)
  for (const join of node.joins) if (join.on) list.push(join.on)
  list.push(...node.where, ...node.groupBy, ...node.having)
  for (const key of node.orderBy) list.push(key.operand)
  if (node.extra !== undefined) {
    list.push(...node.extra.distinctOn)
    for (const { window } of node.extra.windows) list.push(...window.partitionBy, ...window.orderBy.map((key) => key.operand))
  }
  return list
}

/** What a statement that changes rows is made of, outside of the table it changes. */
export function partsOfWrite(node: WriteNode): {
  readonly sources: readonly SourceNode[]
  readonly statements: readonly StatementNode[]
  readonly expressions: readonly ExpressionNode[]
} {
  const values = (set: readonly Assignment[]) => set.map(([, value]) => value)
  const returned = node.returning?.fields.map((field) => field.node) ?? []
  if (node.kind === 'insert') {
    const { conflict } = node.extra ?? {}
    const changed = conflict === undefined ? [] : [...values(conflict.set ?? []), ...conflict.where]
    return {
      sources: node.extra?.with ?? [],
      statements: node.select ? [node.select] : [],
      expressions: [...node.rows.flat(), ...changed, ...returned],
    }
  }
  if (node.kind === 'merge') {
    const whens = node.whens.flatMap(({ conditions, set }) => [...conditions, ...values(set)])
    return { sources: [node.using], statements: [], expressions: [...node.on, ...whens, ...returned] }
  }
  const { joins, orderBy, with: unnamed } = node.extra ?? { joins: [], orderBy: [], with: [] }
  const on = joins.flatMap((join): readonly ExpressionNode[] => (join.on ? [join.on] : []))
  const set = node.kind === 'update' ? values(node.set) : []
  return {
    sources: [...unnamed, ...joins.map(({ source }) => source)],
    statements: [],
    expressions: [...set, ...node.where, ...on, ...orderBy.map(({ operand }) => operand), ...returned],
  }
}

/** Every column that an expression or a statement names, at any depth. */
export function columnsIn(value: unknown): Set<ColumnNode> {
  const found = new Set<ColumnNode>()
  const seen = new Set<object>()
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return
    seen.add(item)
    const { kind } = item as { readonly kind?: unknown }
    if (kind === 'column') found.add(item as ColumnNode)
    else if (kind === 'table' || kind === 'view' || kind === 'alias' || kind === 'parameter') return
    else if (Array.isArray(item)) item.forEach(visit)
    else for (const key of Object.keys(item)) visit((item as Record<string, unknown>)[key])
  }
  visit(value)
  return found
}
