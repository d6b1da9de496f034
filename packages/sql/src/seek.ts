/** Keyset pagination: the rows after a cursor, in the order of its keys. */
import {
  builtin,
  CompileError,
  describe,
  type ExpressionNode,
  isExpression,
  make,
  nameOf,
  nodeOf,
  type OrderNode,
  type ParameterNode,
} from '@quern/expression'
import type { Dialect } from './dialect.js'
import type { SeekNode } from './nodes.js'

/** The cursor's values, by position or by the keys of the columns; no cursor is the first page. */
export function seekOf(keys: readonly OrderNode[], cursor: unknown): SeekNode | undefined {
  if (cursor === undefined || cursor === null) return undefined
  if (typeof cursor !== 'object') throw new CompileError(`the cursor of seek() is an array of values or a row, not ${describe(cursor)}`)
  const values = Array.isArray(cursor) ? cursor : keys.map(({ operand }) => cursorValue(cursor, operand))
  if (values.length !== keys.length)
    throw new CompileError(`seek() has ${keys.length} keys and a cursor of ${values.length} values; it takes one for each`)
  return Object.freeze({ keys, after: Object.freeze(keys.map(({ operand }, i) => afterOf(values[i], operand))) })
}

function cursorValue(row: object, key: ExpressionNode): unknown {
  if (key.kind !== 'column')
    throw new CompileError(`seek(): ${nameOf(key)} is no column; give the cursor as an array in the order of the keys`)
  if (!Object.hasOwn(row, key.key)) throw new CompileError(`the cursor of seek() has no ${key.key}`)
  return (row as Record<string, unknown>)[key.key]
}

function afterOf(value: unknown, key: ExpressionNode): ParameterNode {
  if (value === undefined)
    throw new CompileError(`the cursor of seek() has no value for ${nameOf(key)}; use null for NULL`, 'UNDEFINED_VALUE')
  if (!isExpression(value)) return make.parameter(value, key.type, key.kind === 'column' ? key : undefined)
  const node = nodeOf(value)
  if (node.kind !== 'parameter')
    throw new CompileError(`the cursor of seek() holds values and parameters of prepare(), not ${nameOf(node)}`)
  if (node.name !== undefined && node.value === null)
    throw new CompileError(
      `parameter ${node.name}: whether a key of seek() is NULL changes the statement; prepare one for each, or build it on each call`,
    )
  return node
}

/**
 * What comes after the cursor: later in the first key, or the same there and later in the second, and so on. Where NULLs stand is the
 * dialect's matter, or the key's own.
 */
export function seekCondition({ keys, after }: SeekNode, dialect: Pick<Dialect, 'nullsSort'>, outerJoins: boolean): ExpressionNode {
  // a NOT NULL column may still be null behind an outer join
  const mayBeNull = ({ operand }: OrderNode): boolean => outerJoins || operand.kind !== 'column' || !operand.notNull
  let condition: ExpressionNode = make.constant.false
  for (let i = keys.length - 1; i >= 0; i--) {
    const [key, value] = [keys[i]!, after[i]!]
    const later = laterThan(key, value, dialect, mayBeNull(key))
    const same =
      value.value === null ? make.unary('is null', key.operand, builtin.boolean) : make.binary('=', key.operand, value, builtin.boolean)
    condition = either(later, both(same, condition))
  }
  const [first] = keys
  // the servers read no index range out of an OR, so the first key's range stands beside it
  if (keys.length > 1 && !mayBeNull(first!) && after[0]!.value !== null)
    return make.logical('and', [make.binary(first!.descending ? '<=' : '>=', first!.operand, after[0]!, builtin.boolean), condition])
  return condition
}

const isFalse = (node: ExpressionNode): boolean => node === make.constant.false
const either = (a: ExpressionNode, b: ExpressionNode): ExpressionNode =>
  isFalse(a) ? b : isFalse(b) ? a : make.logical('or', [...alternatives(a), ...alternatives(b)])
const alternatives = (node: ExpressionNode): readonly ExpressionNode[] =>
  node.kind === 'logical' && node.operator === 'or' ? node.operands : [node]
const both = (a: ExpressionNode, b: ExpressionNode): ExpressionNode => (isFalse(b) ? b : make.logical('and', [a, b]))

function laterThan(key: OrderNode, value: ParameterNode, dialect: Pick<Dialect, 'nullsSort'>, mayBeNull: boolean): ExpressionNode {
  const { operand, descending } = key
  const nullsLast = key.nulls === undefined ? (dialect.nullsSort === 'high') !== descending : key.nulls === 'last'
  if (value.value === null) return nullsLast ? make.constant.false : make.unary('is not null', operand, builtin.boolean)
  const beyond = make.binary(descending ? '<' : '>', operand, value, builtin.boolean)
  return nullsLast && mayBeNull ? make.logical('or', [beyond, make.unary('is null', operand, builtin.boolean)]) : beyond
}
