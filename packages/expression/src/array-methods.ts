/** Operators on arrays, ranges and JSON documents: PostgreSQL's `@>`, `<@`, `&&` and their kin. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { FunctionName, RangeFunction } from './function-names.js'
import type { CallNode, ExpressionNode } from './nodes.js'
import { describe, isExpression, nameOf, nodeOf, operand } from './operand.js'
import { builtin, type SqlType } from './types.js'

export const isCollection = (node: ExpressionNode): boolean =>
  node.type.family === 'array' || node.type.family === 'range' || node.type.family === 'json'

const names: Readonly<Record<string, Readonly<Record<string, FunctionName>>>> = {
  array: { contains: 'arrayContains', containedBy: 'arrayContainedBy', overlaps: 'arrayOverlaps' },
  range: { contains: 'rangeContains', containedBy: 'rangeContainedBy', overlaps: 'rangeOverlaps' },
  json: { contains: 'jsonContains' },
}

/** The type of an array's elements or a range's bounds. */
export const elementOf = (type: SqlType): SqlType => type.detail?.element ?? builtin.unknown

export function compared(method: 'contains' | 'containedBy' | 'overlaps', left: ExpressionNode, other: unknown): CallNode {
  const name = names[left.type.family]?.[method]
  if (name === undefined) throw new CompileError(`${nameOf(left)} is ${left.type.family}, which has no ${method}()`, 'FAMILY')
  if (other === null) throw new CompileError(`${nameOf(left)} ${method} NULL is never true`, 'NULL_COMPARISON')
  return make.call(name, [left, collectionOperand(left, other)], builtin.boolean)
}

/** A range is compared with another range or with one value of its own. */
function collectionOperand(left: ExpressionNode, other: unknown): ExpressionNode {
  if (isExpression(other)) return nodeOf(other)
  const isRange = left.type.family === 'range'
  const single = isRange && (typeof other !== 'object' || other instanceof Date)
  return operand(other, left, single ? innerOf(left.type) : left.type)
}

/** A multirange's element is a range, whose element is the value. */
const innerOf = (type: SqlType): SqlType => {
  const element = elementOf(type)
  return element.family === 'range' ? elementOf(element) : element
}

export function ranged(name: RangeFunction, left: ExpressionNode, other: unknown): CallNode {
  if (left.type.family !== 'range' && left.type.family !== 'unknown')
    throw new CompileError(`${nameOf(left)} is ${left.type.family}, not a range`, 'FAMILY')
  const isRange = name === 'rangeIntersection' || name === 'rangeUnion'
  return make.call(name, [left, operand(other, left)], isRange ? left.type : builtin.boolean)
}

function checkArray(node: ExpressionNode): void {
  if (node.type.family !== 'array' && node.type.family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${node.type.family}, not an array`, 'FAMILY')
}

const index = (value: unknown, place: string): ExpressionNode => {
  if (isExpression(value)) return nodeOf(value)
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new CompileError(`${place} takes a whole number, not ${describe(value)}`)
  return make.parameter(value, builtin.integer)
}

export function element(node: ExpressionNode, at: unknown): CallNode {
  checkArray(node)
  return make.call('arrayElement', [node, index(at, 'at()')], elementOf(node.type))
}

export function slice(node: ExpressionNode, from: unknown, to: unknown): CallNode {
  checkArray(node)
  const ends = to === undefined ? [index(from, 'slice()')] : [index(from, 'slice()'), index(to, 'slice()')]
  return make.call('arraySlice', [node, ...ends], node.type)
}

export function append(name: 'arrayAppend' | 'arrayPrepend', node: ExpressionNode, value: unknown): CallNode {
  checkArray(node)
  return make.call(name, [node, operand(value, node, elementOf(node.type))], node.type)
}
