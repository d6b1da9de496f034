/** Values and expressions as TypeScript. */
import { CompileError, type ExpressionNode, isExpression, nodeOf } from '@quern/expression'
import { maxValue, minValue, type SequenceNode } from '@quern/schema'
import type { Imports } from './print-imports.js'
import { objectLiteral, propertyKey, stringLiteral, templateText } from './source-text.js'

export interface ValueContext {
  readonly imports: Imports
  readonly sequenceName: (sequence: SequenceNode) => string
}

export function printValue(value: unknown, context: ValueContext, what: string): string {
  if (isExpression(value)) return printExpression(nodeOf(value), context, what, '')
  if (value === null) return 'null'
  if (value === maxValue) return context.imports.use('maxValue')
  if (value === minValue) return context.imports.use('minValue')
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return `new Date(${stringLiteral(value.toISOString())})`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map((one) => printValue(one, context, what)).join(', ')}]`
  throw new CompileError(`${what} cannot be printed as source`)
}

/** Reflected expressions are SQL text, `now()` or the next number of a sequence; others are a program's own and stay there. */
export function printExpression(node: ExpressionNode, { imports, sequenceName }: ValueContext, what: string, type: string): string {
  if (node.kind === 'call' && node.name === 'now' && node.args.length === 0) return `${imports.use('now')}()`
  if (node.kind === 'template' && node.values.length === 0) return printSql(node.texts.join(''), imports, type)
  if (node.kind === 'sequenceValue' && node.operation === 'next') return `${sequenceName(node.sequence as SequenceNode)}.nextValue()`
  throw new CompileError(`${what} is an expression of a program, which cannot be printed as source`)
}

export const printSql = (text: string, imports: Imports, type = ''): string => `${imports.use('sql')}${type}\`${templateText(text)}\``

export const numberText = (value: number | bigint | undefined): string | undefined =>
  value === undefined ? undefined : `${value}${typeof value === 'bigint' ? 'n' : ''}`

/** A number within the range where numbers are exact is written as one. */
export const wholeText = (value: bigint | undefined): string | undefined =>
  value === undefined ? undefined : Number.isSafeInteger(Number(value)) ? String(value) : `${value}n`

/** Options of plain values under their keys. */
export function printOptions(options: object, context: ValueContext, what: string): string | undefined {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  const nested = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (printOptions(value, context, what) ?? '{}')
      : printValue(value, context, what)
  return objectLiteral(Object.fromEntries(entries.map(([key, value]) => [propertyKey(key), nested(value)])))
}
