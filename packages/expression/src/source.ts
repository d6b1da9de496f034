/** The brand of things that can stand in FROM: tables, aliases, common table expressions, subqueries. */
import { CompileError } from './errors.js'
import type { SourceNode } from './nodes.js'
import { describe } from './operand.js'

const SOURCE = Symbol('quern.source')

export const isSource = (value: unknown): value is object => typeof value === 'object' && value !== null && SOURCE in value

/** Makes the object that users hold: columns as own properties, nothing else that a column's name could meet. */
export function brandSource<T>(node: SourceNode, columns: readonly (readonly [key: string, column: unknown])[]): T {
  const object = Object.create(null)
  Object.defineProperty(object, SOURCE, { value: node })
  for (const [key, column] of columns) Object.defineProperty(object, key, { value: column, enumerable: true })
  return Object.freeze(object)
}

export function sourceNode(source: unknown): SourceNode {
  if (!isSource(source)) throw new CompileError(`expected a table, an alias, a CTE or a subquery, got ${describe(source)}`)
  return (source as { [SOURCE]: SourceNode })[SOURCE]
}
