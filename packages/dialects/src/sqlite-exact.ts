/** Where exact numerics stand in a statement on SQLite: as the text that they are stored as, in units, or as a number that SQLite worked out. */
import {
  type AggregateNode,
  type BetweenNode,
  type BinaryNode,
  type CallNode,
  type CaseNode,
  type ColumnNode,
  type ExpressionNode,
  type InListNode,
  type InQueryNode,
  isInteger,
  make,
  type OrderNode,
  type SourceNode,
  type Statement,
  statementNode,
  type UnaryNode,
  type WindowNode,
} from '@quern/expression'
import { type CompoundNode, type Dialect, type QueryNode, type SelectNode, typeOn, UnsupportedFeatureError } from '@quern/sql'
import { takesNumbers } from './sqlite-expressions.js'
import { isCalculated, isExactNumeric, resultsOf } from './sqlite-numeric.js'
import { assigned, average, calculatedText, comparable, double } from './sqlite-units.js'

/**
 * True for what is text: a table's exact numeric, also as seen through subqueries, and what is worked out of it in units. What SQLite worked out
 * itself is a number, and no number is ever equal to a text.
 */
export function isTextNumeric(node: ExpressionNode): boolean {
  if (!isExactNumeric(node)) return false
  switch (node.kind) {
    case 'column':
      return isTextColumn(node)
    case 'scalar':
      return node.statement.kind !== 'select' || (node.statement as SelectNode).projection.fields.some((field) => isTextNumeric(field.node))
    case 'binary':
      return isCalculatedOf([node.left, node.right])
    case 'unary':
      return isCalculatedOf([node.operand])
    case 'aggregate':
      return isCalculated(node.name) && isCalculatedOf(node.args)
    case 'window':
      return node.call.kind === 'call' ? node.call.args.some(isTextNumeric) : isTextNumeric(node.call)
    case 'case':
      return isTextOf(resultsOf(node))
    case 'call':
      return node.custom || !choices.includes(node.name) || isTextOf(node.args)
    case 'cast':
    case 'parameter':
      return false
    default:
      return true
  }
}

function isTextColumn({ source, key }: ColumnNode): boolean {
  if (!('statement' in source)) return true
  const { statement } = source as SourceNode & { readonly statement: unknown }
  return isTextField(source.kind === 'view' ? (statementNode(statement as Statement) as QueryNode) : (statement as QueryNode), key)
}

/** All parts of a set operation are text, or none is. */
function isTextField(statement: QueryNode, key: string): boolean {
  const at = statement.projection?.fields.findIndex(({ label }) => label === key) ?? -1
  if (at < 0) return true
  if (statement.kind !== 'compound') return isTextNumeric(statement.projection.fields[at]!.node)
  const [part] = statement.parts
  return isTextField(part!, part!.projection.fields[at]!.label)
}

/** A value that is sent as such text. */
const isTextParameter = (node: ExpressionNode): boolean => node.kind === 'parameter' && isExactNumeric(node)
const isWritten = (node: ExpressionNode): boolean =>
  isTextNumeric(node) || isTextParameter(node) || (node.kind === 'constant' && node.constant === 'null')

/** Functions that yield one of their arguments. */
const choices: readonly string[] = ['coalesce', 'greatest', 'least', 'nullif']
/** Whether a choice among them is text: one is, or all can be. */
const isTextOf = (nodes: readonly ExpressionNode[]): boolean =>
  nodes.some(isTextNumeric) || nodes.every((node) => isWritten(node) || isInteger(typeOn(node.type, 'sqlite')))
/** Some are sent as text, and some are numbers. */
const isUneven = (nodes: readonly ExpressionNode[]): boolean =>
  nodes.some((node) => isTextNumeric(node) || isTextParameter(node)) && !nodes.every(isWritten)

/** What is worked out of text, or of values that are sent as such text and whole numbers, is worked out in units. */
const isCalculatedOf = (nodes: readonly ExpressionNode[]): boolean =>
  nodes.some(isTextNumeric) || (nodes.some(isTextParameter) && isTextOf(nodes))

/** Some are text, and some are numbers, which are never equal to a text. */
const isMixed = (nodes: readonly ExpressionNode[]): boolean => nodes.some(isTextNumeric) && !nodes.every(isWritten)

function refuse(what: string, dialect: Dialect): never {
  throw new UnsupportedFeatureError(
    dialect,
    'numericArithmetic',
    `${what} for exact numeric, which it stores as text`,
    "declare the column numeric(…, { mode: 'number' }) or bigint of the smallest unit",
  )
}

/** A bound decimal beside a numeric that SQLite worked out becomes a number too. */
function besideNumber(side: ExpressionNode, others: readonly ExpressionNode[]): ExpressionNode {
  const computed = side.kind === 'parameter' && isExactNumeric(side) && others.some(isExactNumeric) && !others.some(isTextNumeric)
  return computed ? make.cast(side, side.type) : side
}

const equalities: readonly string[] = ['=', '<>', 'is distinct from', 'is not distinct from']
const orders: readonly string[] = ['<', '<=', '>', '>=']

/** What stands for an operator that has exact numerics beside it; the node itself where it is right as it is. */
export function exactBinary(node: BinaryNode, dialect: Dialect): ExpressionNode {
  const { operator, left, right } = node
  if (left.kind === 'tuple' && right.kind === 'tuple') return exactTuples(node, left.items, right.items, dialect)
  if (!isExactNumeric(left) && !isExactNumeric(right)) return node
  const sides = [left, right]
  if (right.kind === 'quantified') return orders.includes(operator) && isTextNumeric(left) ? refuse(operator, dialect) : node
  if (orders.includes(operator) || equalities.includes(operator)) {
    const [a, b] = compared(sides, operator, dialect)
    return a === left && b === right ? node : make.binary(operator, a!, b!, node.type)
  }
  if (operator === '||' || !isCalculatedOf(sides)) return node
  return operator === '/' || operator === '%' ? refuse(operator, dialect) : calculatedText(node, operator, dialect)
}

/** The two sides of a comparison as what may be compared: texts for equality, units, or doubles. */
function compared(sides: readonly ExpressionNode[], operator: string, dialect: Dialect): readonly ExpressionNode[] {
  if (!sides.some(isExactNumeric)) return sides
  if (!isCalculatedOf(sides)) return sides.map((side) => besideNumber(side, sides))
  return orders.includes(operator) || isUneven(sides) ? (asDoubles(sides, dialect) ?? comparable(sides, operator, dialect)) : sides
}

/** Beside a double that SQLite worked out, an average say, a numeric is compared as the double that it is read as. */
function asDoubles(sides: readonly ExpressionNode[], dialect: Dialect): ExpressionNode[] | undefined {
  const isDouble = (side: ExpressionNode): boolean => isExactNumeric(side) && !isWritten(side)
  if (!sides.some(isDouble)) return undefined
  return sides.map((side) => (isDouble(side) ? side : double(side, dialect)))
}

/** Row values compare place by place. */
function exactTuples(
  node: BinaryNode,
  left: readonly ExpressionNode[],
  right: readonly ExpressionNode[],
  dialect: Dialect,
): ExpressionNode {
  const pairs = left.map((item, i) => compared([item, right[i]!], node.operator, dialect))
  if (pairs.every(([a, b], i) => a === left[i] && b === right[i])) return node
  return make.binary(node.operator, make.tuple(pairs.map(([a]) => a!)), make.tuple(pairs.map(([, b]) => b!)), node.type)
}

export const exactUnary = (node: UnaryNode, dialect: Dialect): ExpressionNode =>
  node.operator === '-' && isTextNumeric(node) ? calculatedText(node, '-', dialect) : node

export function exactBetween(node: BetweenNode, dialect: Dialect): BetweenNode {
  const parts = [node.operand, node.low, node.high]
  const [operand, low, high] = parts.some(isTextNumeric)
    ? comparable(parts, 'BETWEEN', dialect)
    : [node.operand, besideNumber(node.low, [node.operand]), besideNumber(node.high, [node.operand])]
  return make.between(operand!, low!, high!, node.symmetric)
}

export function exactList(node: InListNode, dialect: Dialect): InListNode {
  const parts = [node.operand, ...node.items]
  if (isCalculatedOf(parts) && isUneven(parts)) {
    const [operand, ...items] = comparable(parts, 'IN', dialect)
    return make.inList(operand!, items, node.negated)
  }
  const items = node.items.map((item) => besideNumber(item, [node.operand]))
  return make.inList(node.operand, items, node.negated)
}

/** A text is in no list of numbers. */
export function checkInQueryExact(node: InQueryNode, dialect: Dialect): void {
  const statement = node.statement as QueryNode
  const operands = node.operand.kind === 'tuple' ? node.operand.items : [node.operand]
  operands.forEach((operand, i) => {
    const found = statement.projection?.fields[i]?.node
    if (found !== undefined && isMixed([operand, found])) refuse('IN with other numbers', dialect)
  })
}

export function exactCase(node: CaseNode, dialect: Dialect): ExpressionNode {
  if (node.operand && isMixed([node.operand, ...node.branches.map(({ when }) => when)])) refuse('CASE with other numbers', dialect)
  const results = resultsOf(node)
  if (!isExactNumeric(node) || !isUneven(results)) return node
  if (isTextOf(results)) return calculatedText(node, 'CASE', dialect)
  const branches = node.branches.map(({ when, then }) => ({ when, then: besideNumber(then, results) }))
  return make.caseOf(node.operand, branches, node.otherwise && besideNumber(node.otherwise, results), node.type)
}

export function exactCall(node: CallNode, dialect: Dialect): ExpressionNode {
  if (node.custom) return node
  if (choices.includes(node.name)) return exactChoice(node, dialect)
  if (!isCalculatedOf(node.args)) return node
  if (node.name === 'abs') return calculatedText(node, 'abs()', dialect)
  return takesNumbers(node.name) ? refuse(`${node.name}()`, dialect) : node
}

function exactChoice(node: CallNode, dialect: Dialect): ExpressionNode {
  const { name, args } = node
  const compared = name === 'greatest' || name === 'least'
  if (!isExactNumeric(node) || !(isUneven(args) || (compared && isTextOf(args)))) return node
  if (!isTextOf(args))
    return make.call(
      name as 'coalesce',
      args.map((arg) => besideNumber(arg, args)),
      node.type,
    )
  return name === 'nullif' ? refuse('NULLIF with other numbers', dialect) : calculatedText(node, name.toUpperCase(), dialect)
}

/** Aggregates that take a text as it is. */
const exactAggregates: readonly string[] = ['count', 'jsonAgg', 'jsonObjectAgg', 'stringAgg']

export function exactAggregate(node: AggregateNode, dialect: Dialect): ExpressionNode {
  if (node.custom || !isCalculatedOf(node.args) || exactAggregates.includes(node.name)) return node
  if (isCalculated(node.name)) return calculatedText(node, node.name.toUpperCase(), dialect)
  return node.name === 'avg' ? average(node, node, dialect) : refuse(node.name.toUpperCase(), dialect)
}

export function exactWindow(node: WindowNode, dialect: Dialect): ExpressionNode {
  const { call } = node
  if (call.kind !== 'aggregate' || call.custom || !isCalculatedOf(call.args) || exactAggregates.includes(call.name)) return node
  if (isCalculated(call.name)) return calculatedText(node, call.name.toUpperCase(), dialect)
  return call.name === 'avg' ? average(call, node, dialect) : refuse(call.name.toUpperCase(), dialect)
}

/** Text sorts by its letters, and units as numbers do. */
export const exactSortKey = (key: OrderNode, dialect: Dialect): OrderNode =>
  isTextNumeric(key.operand) ? make.order(comparable([key.operand], 'ORDER BY', dialect)[0]!, key.descending, key.nulls) : key

/** Text and number are never equal here, so a set operation would keep '1' and 1 as two rows. */
export function refuseMixedParts(node: CompoundNode, dialect: Dialect): void {
  node.projection.fields.forEach((_, i) => {
    const parts = node.parts.map((part) => part.projection.fields[i]!.node)
    if (isMixed(parts)) refuse('set operation with other numbers', dialect)
  })
}

/** What is written for an expression that a column is to keep. */
export function exactAssigned(node: ExpressionNode, column: ColumnNode, dialect: Dialect): ExpressionNode {
  if (!isExactNumeric(column) || node.kind === 'parameter' || node.kind === 'constant') return node
  return isExactNumeric(node) || node.type.family === 'float' ? assigned(node, column, isTextNumeric(node), dialect) : node
}
