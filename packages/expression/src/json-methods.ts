/** Ways into a JSON document. A step is a key (a string) or a position (a number), and each is a value of its own: no text of a path is ever parsed. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { CallNode, ExpressionNode, ParameterNode } from './nodes.js'
import { describe, nameOf } from './operand.js'
import { builtin } from './types.js'

/** The steps of a path as parameters of the call. */
export function stepsOf(path: unknown, place: string): ParameterNode[] {
  if (!Array.isArray(path)) throw new CompileError(`${place} takes the steps of a path, not ${describe(path)}`)
  return path.map((step) => {
    if (typeof step === 'string') {
      if (!step.isWellFormed() || step.includes('\0'))
        throw new CompileError(`${place}: a key with half a surrogate pair or a NUL is in no document`, 'INVALID_VALUE')
      return make.parameter(step, builtin.text)
    }
    if (typeof step === 'number' && Number.isInteger(step) && Math.abs(step) < 2 ** 31) return make.parameter(step, builtin.integer)
    throw new CompileError(`${place}: a step is a key (a string) or a position (a whole number), not ${describe(step)}`)
  })
}

export function checkJson(node: ExpressionNode): void {
  if (node.type.family !== 'json' && node.type.family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${node.type.family}, not JSON`, 'FAMILY')
}

export function got(
  name: 'jsonGet' | 'jsonGetText',
  node: ExpressionNode,
  path: unknown,
  place = name === 'jsonGet' ? 'get()' : 'getText()',
): ExpressionNode {
  checkJson(node)
  const steps = stepsOf(path, place)
  if (steps.length === 0 && name === 'jsonGet') return node
  return make.call(name, [node, ...steps], name === 'jsonGet' ? builtin.jsonb : builtin.text) satisfies CallNode
}
