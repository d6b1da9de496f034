import { CompileError, countType, describe, type ExpressionNode, isExpression, make, nodeOf } from '@quern/expression'

/** LIMIT and OFFSET: a whole number from 0, bound like any value, or a parameter of `prepare`. */
export function countOf(value: unknown, place: string): ExpressionNode {
  if (isExpression(value)) return nodeOf(value)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new CompileError(`${place} takes a whole number from 0, not ${typeof value === 'number' ? value : describe(value)}`)
  }
  return make.parameter(value, countType)
}
