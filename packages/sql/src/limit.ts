/** How many rows: of LIMIT, OFFSET and FETCH. */
import { CompileError, countType, describe, type ExpressionNode, isExpression, isNumber, make, nodeOf, type Typed } from '@quern/expression'
import { InvalidValueError } from './errors.js'
import type { Encode } from './plan.js'
import type { Writer } from './writer.js'

/** A whole number from 0, or a parameter of `prepare({ n: integer() }, …)`. */
export type RowCount = number | Typed<number, never, never, never, 'exact'>

/** A whole number from 0 is bound like any value; what a parameter holds is looked at when it is given. */
export function countOf(value: unknown, place: string): ExpressionNode {
  if (isExpression(value)) {
    const node = nodeOf(value)
    const nullable = node.kind === 'parameter' && node.name !== undefined && node.value === null
    if (nullable || (!isNumber(node.type.family) && node.type.family !== 'unknown'))
      throw new CompileError(
        `${place} takes a whole number from 0 or a parameter that is one, not ${nullable ? 'a nullable one' : node.type.family}`,
      )
    return node
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new CompileError(`${place} takes a whole number from 0, not ${typeof value === 'number' ? value : describe(value)}`)
  }
  return make.parameter(value, countType)
}

/** SQLite and MariaDB take a number below zero for no limit at all. */
export function writeCount(node: ExpressionNode, out: Writer): void {
  out.inferred(node)
  if (node.kind !== 'parameter' || node.name === undefined) return
  const at = out.holes.findIndex(
    ({ parameter }, i) => parameter === node && (i === out.holes.length - 1 || out.dialect.placeholder === 'numbered'),
  )
  if (at >= 0) out.holes[at] = { ...out.holes[at]!, encode: fromZero(out.holes[at]!.encode) }
}

const fromZero =
  (encode: Encode): Encode =>
  (value, parameter) => {
    if ((typeof value === 'number' || typeof value === 'bigint') && value < 0)
      throw new InvalidValueError(parameter, 'a whole number from 0', value)
    return encode(value, parameter)
  }
