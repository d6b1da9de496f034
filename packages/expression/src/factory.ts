/** One factory per kind of node: all fields, always in one order, so that the engine sees one shape per kind. */
import type { FunctionName } from './function-names.js'
import type {
  AggregateNode,
  BetweenNode,
  BinaryNode,
  BinaryOperator,
  CallNode,
  CaseNode,
  CastNode,
  CollateNode,
  ColumnNode,
  ConstantNode,
  ExistsNode,
  ExpressionNode,
  Field,
  FrameNode,
  GroupingNode,
  InListNode,
  InQueryNode,
  KeptText,
  LabelNode,
  LikeNode,
  LogicalNode,
  NestedNode,
  OperatorNode,
  OrderNode,
  ParameterNode,
  QuantifiedNode,
  ScalarNode,
  SequenceRef,
  SequenceValueNode,
  SourceNode,
  StatementNode,
  TemplateNode,
  TemplateValue,
  TupleNode,
  UnaryNode,
  UnaryOperator,
  WindowNode,
} from './nodes.js'
import { contains } from './nodes.js'
import { seal } from './seal.js'
import { builtin, type SqlType } from './types.js'

const all = (nodes: readonly { readonly contains: number }[]): number => {
  let bits = 0
  for (const node of nodes) bits |= node.contains
  return bits
}

const none: readonly never[] = Object.freeze([])

/** A place for the compiler to keep a quoted name in. */
export const keptText = (): KeptText => ({ dialect: undefined, text: '', secret: false })

/** A type whose values are read through SQL of its own, on some dialect at least, and an array of such. */
function wrappedBit({ name, detail }: SqlType): number {
  if (detail === undefined) return 0
  if (name === 'array') return wrappedBit(detail.element!)
  const wrapped =
    detail.select !== undefined || Object.values(detail.variants ?? {}).some((variant) => variant.detail?.select !== undefined)
  return wrapped ? contains.wrapped : 0
}

export function column(source: SourceNode, key: string, name: string, type: SqlType, notNull: boolean): ColumnNode {
  const node = {
    kind: 'column',
    type,
    contains: contains.column | wrappedBit(type),
    source,
    key,
    name,
    notNull,
    quoted: keptText(),
    bare: keptText(),
    list: { dialect: undefined, text: '', secret: false, fields: [], sources: [] },
    kept: { projection: undefined, list: undefined, next: 0, pause: 0, skip: 0 },
    compared: { dialect: undefined, operator: undefined, before: '', after: '', encode: undefined },
    field: undefined as Field | undefined,
  } as const
  ;(node as { field: Field }).field = Object.freeze({ label: key, node: node as unknown as ColumnNode })
  return Object.freeze(node) as unknown as ColumnNode
}

export const parameter = (value: unknown, type: SqlType, target?: ColumnNode, name?: string, produce?: () => unknown): ParameterNode =>
  seal({ kind: 'parameter', type, contains: contains.parameter | wrappedBit(type), value, produce, name, target })

const constantNode = (constant: ConstantNode['constant'], type: SqlType): ConstantNode =>
  Object.freeze({ kind: 'constant', type, contains: contains.nothing, constant })
export const constant = {
  true: constantNode('true', builtin.boolean),
  false: constantNode('false', builtin.boolean),
  null: constantNode('null', builtin.unknown),
  star: constantNode('star', builtin.unknown),
  default: constantNode('default', builtin.unknown),
} as const

export const binary = (operator: BinaryOperator, left: ExpressionNode, right: ExpressionNode, type: SqlType): BinaryNode =>
  seal({ kind: 'binary', type, contains: left.contains | right.contains, operator, left, right })

export const unary = (operator: UnaryOperator, operand: ExpressionNode, type: SqlType): UnaryNode =>
  seal({ kind: 'unary', type, contains: operand.contains, operator, operand })

/** AND and OR over any number of operands; none is TRUE for AND and FALSE for OR, one is the operand itself. */
export function logical(operator: 'and' | 'or', operands: readonly ExpressionNode[]): ExpressionNode {
  if (operands.length === 0) return operator === 'and' ? constant.true : constant.false
  if (operands.length === 1) return operands[0]!
  const node: LogicalNode = { kind: 'logical', type: builtin.boolean, contains: all(operands), operator, operands }
  return seal(node)
}

export const between = (operand: ExpressionNode, low: ExpressionNode, high: ExpressionNode, symmetric: boolean): BetweenNode =>
  seal({
    kind: 'between',
    type: builtin.boolean,
    contains: operand.contains | low.contains | high.contains,
    symmetric,
    operand,
    low,
    high,
  })

export const inList = (operand: ExpressionNode, items: readonly ExpressionNode[], negated: boolean): InListNode =>
  seal({ kind: 'inList', type: builtin.boolean, contains: operand.contains | all(items), operand, items, negated })

export const inQuery = (operand: ExpressionNode, statement: StatementNode, negated: boolean): InQueryNode =>
  seal({ kind: 'inQuery', type: builtin.boolean, contains: operand.contains | contains.statement, operand, statement, negated })

export const like = (operand: ExpressionNode, pattern: ExpressionNode, insensitive: boolean): LikeNode =>
  seal({ kind: 'like', type: builtin.boolean, contains: operand.contains | pattern.contains, operand, pattern, insensitive })

/** Never the same value twice: written twice, they would be two values. */
const volatiles: readonly FunctionName[] = ['random']
/** A function of the library, which every dialect knows. */
export const call = (name: FunctionName, args: readonly ExpressionNode[], type: SqlType): CallNode =>
  seal({ kind: 'call', type, contains: all(args) | (volatiles.includes(name) ? contains.volatile : 0), name, custom: false, args })

/** Any other function, by its name. */
export const customCall = (name: string, args: readonly ExpressionNode[], type: SqlType): CallNode =>
  seal({ kind: 'call', type, contains: all(args) | contains.volatile | wrappedBit(type), name, custom: true, args })

export const aggregate = (
  name: string,
  args: readonly ExpressionNode[],
  type: SqlType,
  distinct: boolean,
  filter: ExpressionNode | undefined,
  orderBy: readonly OrderNode[] = none,
  within = false,
  custom = false,
): AggregateNode =>
  seal({
    kind: 'aggregate',
    type,
    contains: contains.aggregate | wrappedBit(type) | all(args) | (filter ? filter.contains : 0) | inOrder(orderBy),
    name,
    custom,
    args,
    distinct,
    filter,
    orderBy,
    within,
  })
const inOrder = (orderBy: readonly OrderNode[]): number => {
  let bits = 0
  for (const { operand } of orderBy) bits |= operand.contains
  return bits
}

/** A windowed aggregate is no aggregate of the statement: only what its arguments contain counts. */
export const window = (
  of: CallNode | AggregateNode,
  name: string | undefined,
  partitionBy: readonly ExpressionNode[],
  orderBy: readonly OrderNode[],
  frame: FrameNode | undefined,
): WindowNode =>
  seal({
    kind: 'window',
    type: of.type,
    contains: contains.window | wrappedBit(of.type) | all(of.args) | all(partitionBy) | inOrder(orderBy),
    call: of,
    name,
    partitionBy,
    orderBy,
    frame,
  })

export const tuple = (items: readonly ExpressionNode[]): TupleNode =>
  seal({ kind: 'tuple', type: builtin.unknown, contains: all(items), items })

export const quantified = (
  quantifier: QuantifiedNode['quantifier'],
  statement: StatementNode | undefined,
  array: ExpressionNode | undefined,
  type: SqlType,
): QuantifiedNode => seal({ kind: 'quantified', type, contains: array ? array.contains : contains.statement, quantifier, statement, array })

export const operator = (text: string, left: ExpressionNode | undefined, right: ExpressionNode, type: SqlType): OperatorNode =>
  seal({ kind: 'operator', type, contains: (left ? left.contains : 0) | right.contains | wrappedBit(type), operator: text, left, right })

export const collate = (operand: ExpressionNode, collation: readonly string[]): CollateNode =>
  seal({ kind: 'collate', type: operand.type, contains: operand.contains, operand, collation })

export const cast = (operand: ExpressionNode, type: SqlType): CastNode =>
  seal({ kind: 'cast', type, contains: operand.contains | wrappedBit(type), operand })

export const caseOf = (
  operand: ExpressionNode | undefined,
  branches: CaseNode['branches'],
  otherwise: ExpressionNode | undefined,
  type: SqlType,
): CaseNode =>
  seal({
    kind: 'case',
    type,
    contains:
      (operand ? operand.contains : 0) |
      all(branches.map((b) => b.when)) |
      all(branches.map((b) => b.then)) |
      (otherwise ? otherwise.contains : 0),
    operand,
    branches,
    otherwise,
  })

export const scalar = (statement: StatementNode, type: SqlType): ScalarNode =>
  seal({ kind: 'scalar', type, contains: contains.statement | wrappedBit(type), statement })

export const exists = (statement: StatementNode): ExistsNode =>
  seal({ kind: 'exists', type: builtin.boolean, contains: contains.statement, statement })

export const nested = (statement: StatementNode, type: SqlType): NestedNode =>
  seal({ kind: 'nested', type, contains: contains.statement, statement })

export const grouping = (operation: GroupingNode['grouping'], sets: GroupingNode['sets']): GroupingNode =>
  seal({ kind: 'grouping', type: builtin.unknown, contains: all(sets.flat()), grouping: operation, sets })

export const template = (texts: readonly string[], values: readonly TemplateValue[], type: SqlType, isAggregate: boolean): TemplateNode =>
  seal({ kind: 'template', type, contains: (isAggregate ? contains.aggregate : 0) | bitsOf(values), texts, values })

function bitsOf(values: readonly TemplateValue[]): number {
  let bits = 0
  for (const value of values)
    bits |=
      value.kind === 'list'
        ? bitsOf(value.values)
        : value.kind === 'statement'
          ? contains.statement
          : 'contains' in value
            ? value.contains
            : 0
  return bits
}

export const sequenceValue = (operation: SequenceValueNode['operation'], sequence: SequenceRef, type: SqlType): SequenceValueNode =>
  seal({ kind: 'sequenceValue', type, contains: contains.nothing, operation, sequence })

export const label = (operand: ExpressionNode, name: string): LabelNode =>
  seal({ kind: 'label', type: operand.type, contains: operand.contains, operand, label: name })

export const order = (operand: ExpressionNode, descending: boolean, nulls: OrderNode['nulls']): OrderNode =>
  seal({ kind: 'order', operand, descending, nulls })
