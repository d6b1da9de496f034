/** A path into JSON as one text that is then bound: each key is quoted as JSON quotes strings, so that nothing in it is a step of its own. */
import { builtin, type ExpressionNode, make, type ParameterNode } from '@quern/expression'

type Step = string | number
const stepOf = (node: ExpressionNode): Step => (node as ParameterNode).value as Step

/** `$."a"[0]`; `last` writes positions that count from the end. */
export const pathText = (steps: readonly ExpressionNode[], last: (back: number) => string): string =>
  `$${steps
    .map(stepOf)
    .map((step) => (typeof step === 'string' ? `.${JSON.stringify(step)}` : step < 0 ? last(-step) : `[${step}]`))
    .join('')}`

export const pathParameter = (steps: readonly ExpressionNode[], last: (back: number) => string): ParameterNode =>
  make.parameter(pathText(steps, last), builtin.text)

export const isPosition = (node: ExpressionNode): boolean => typeof stepOf(node) === 'number'
export const position = (node: ExpressionNode): number => stepOf(node) as number
