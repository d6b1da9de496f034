/** The brand of things that can stand in FROM: tables, aliases, common table expressions, subqueries. */
import { CompileError } from './errors.js'
import type { SourceNode } from './nodes.js'
import { describe } from './operand.js'

const SOURCE = Symbol('quern.source')

export const isSource = (value: unknown): value is object => typeof value === 'object' && value !== null && SOURCE in value

/** Inherits nothing. Keys of an object whose prototype is null are looked up by hashing, those of one that a constructor has made are not. */
class Held {
  constructor(node: SourceNode) {
    Object.defineProperty(this, SOURCE, { value: node })
  }
}
Reflect.deleteProperty(Object.setPrototypeOf(Held.prototype, null), 'constructor')
Object.freeze(Held.prototype)

/** Makes the object that users hold: columns as own properties, nothing else that a column's name could meet. */
export function brandSource<T>(node: SourceNode, columns: readonly (readonly [key: string, column: unknown])[]): T {
  const object = new Held(node)
  for (const [key, column] of columns) Object.defineProperty(object, key, { value: column, enumerable: true })
  return Object.freeze(object) as T
}

export function sourceNode(source: unknown): SourceNode {
  if (!isSource(source)) throw new CompileError(`expected a table, an alias, a CTE or a subquery, got ${describe(source)}`)
  return (source as { [SOURCE]: SourceNode })[SOURCE]
}
