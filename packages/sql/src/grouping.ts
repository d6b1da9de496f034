/** ROLLUP, CUBE and GROUPING SETS as keys of GROUP BY. */
import {
  CompileError,
  describe,
  type ExpressionNode,
  type GroupingNode,
  isExpression,
  make,
  nodeOf,
  type Typed,
  unlabelled,
} from '@quern/expression'

const GROUPING = Symbol('quern.grouping')
declare const Keys: unique symbol

/** Several groupings at once; `E` are the expressions of all of them, which are null in rows that do not group by them. */
export interface Grouping<E> {
  readonly [Keys]: E
}
type Key = Typed<any, any, any, 'row', any>

class GroupingKey {
  readonly [GROUPING]: GroupingNode

  constructor(grouping: GroupingNode['grouping'], sets: readonly (readonly unknown[])[]) {
    const nodes = sets.map((set) => Object.freeze(set.map((key) => keyNode(key, grouping))))
    this[GROUPING] = make.grouping(grouping, Object.freeze(nodes))
  }
}

function keyNode(key: unknown, grouping: string): ExpressionNode {
  if (!isExpression(key)) throw new CompileError(`${grouping} takes columns and expressions, not ${describe(key)}`)
  return unlabelled(nodeOf(key))
}

export const groupingOf = (key: unknown): GroupingNode | undefined =>
  typeof key === 'object' && key !== null && GROUPING in key ? (key as GroupingKey)[GROUPING] : undefined

/** `ROLLUP (a, b)`: groups by a and b, by a, and all together. */
export function rollup<const L extends readonly Key[]>(...keys: L): Grouping<L[number]> {
  if (keys.length === 0) throw new CompileError('rollup() takes at least one key')
  return new GroupingKey(
    'rollup',
    keys.map((key) => [key]),
  ) as never
}

/** `CUBE (a, b)`: groups by every subset of the keys. */
export function cube<const L extends readonly Key[]>(...keys: L): Grouping<L[number]> {
  if (keys.length === 0) throw new CompileError('cube() takes at least one key')
  return new GroupingKey(
    'cube',
    keys.map((key) => [key]),
  ) as never
}

/** `GROUPING SETS ((a, b), (a), ())`: groups by each of the lists; an empty one is all rows together. */
export function groupingSets<const L extends readonly (readonly Key[])[]>(...sets: L): Grouping<L[number][number]> {
  if (sets.length === 0) throw new CompileError('groupingSets() takes at least one list of keys')
  for (const set of sets) if (!Array.isArray(set)) throw new CompileError(`groupingSets() takes lists of keys, not ${describe(set)}`)
  return new GroupingKey('grouping sets', sets) as never
}
