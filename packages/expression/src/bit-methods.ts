/** Operators on the bits of whole numbers. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { CallNode, ExpressionNode } from './nodes.js'
import { nameOf, operand } from './operand.js'
import { builtin, isInteger, promote } from './types.js'

function checkWhole(node: ExpressionNode, name: string): void {
  if (node.type.family !== 'unknown' && !isInteger(node.type))
    throw new CompileError(`${nameOf(node)} is no whole number; ${name} works on the bits of integers`, 'FAMILY')
}

export function bitwise(name: 'bitAnd' | 'bitOr' | 'bitXor' | 'bitNot', left: ExpressionNode, other: unknown): CallNode {
  checkWhole(left, name)
  if (name === 'bitNot') return make.call(name, [left], left.type)
  if (other === null) throw new CompileError(`${nameOf(left)} ${name} NULL is always NULL`, 'NULL_COMPARISON')
  const right = operand(other, left)
  checkWhole(right, name)
  return make.call(name, [left, right], promote(left.type, right.type))
}

/** The servers disagree beyond 63 bits and on negative counts, so the count is a number that is known now. */
export function shifted(name: 'shiftLeft' | 'shiftRight', left: ExpressionNode, by: unknown): CallNode {
  checkWhole(left, name)
  if (typeof by !== 'number' || !Number.isInteger(by) || by < 0 || by > 63)
    throw new CompileError(`${name}() takes a whole number of bits from 0 to 63, not ${typeof by === 'number' ? by : typeof by}`)
  return make.call(name, [left, make.parameter(by, builtin.integer)], name === 'shiftLeft' ? builtin.bigint : left.type)
}
