/** OVER: the window of a function, checked before anything is compiled. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { ExpressionNode, FrameBound, FrameExclude, FrameNode, FrameUnit, OrderNode } from './nodes.js'
import { checkKey, checkOptions, describe, nameOf, nodeOf, Order } from './operand.js'

/** What a window says, as data: PARTITION BY, ORDER BY and the frame. */
export interface WindowParts {
  readonly partitionBy: readonly ExpressionNode[]
  readonly orderBy: readonly OrderNode[]
  readonly frame: FrameNode | undefined
}

interface Given {
  readonly partitionBy?: unknown
  readonly orderBy?: unknown
  readonly rows?: readonly [FrameBound, FrameBound]
  readonly range?: readonly [FrameBound, FrameBound]
  readonly groups?: readonly [FrameBound, FrameBound]
  readonly exclude?: FrameExclude
}
const keys = ['partitionBy', 'orderBy', 'rows', 'range', 'groups', 'exclude']
const bounds: readonly unknown[] = ['unbounded preceding', 'current row', 'unbounded following']
const excludes: readonly unknown[] = ['current row', 'group', 'ties', 'no others']
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** `f(…) OVER (…)`, or `OVER name` of a window that the statement names in its WINDOW clause. */
export function overOf(node: ExpressionNode, spec: unknown): ExpressionNode {
  if (node.kind !== 'aggregate' && node.kind !== 'call')
    throw new CompileError(`${nameOf(node)} is no function; only functions take over()`)
  if (node.kind === 'aggregate' && (node.distinct || node.orderBy.length > 0))
    throw new CompileError(`${nameOf(node)} with DISTINCT or an order of its own has no window form`)
  if (typeof spec === 'string') return make.window(node, checkKey(spec), [], [], undefined)
  const { partitionBy, orderBy, frame } = windowParts(spec ?? {}, 'over()')
  return make.window(node, undefined, partitionBy, orderBy, frame)
}

/** The parts of a window as users write it: `{ partitionBy, orderBy, rows | range | groups, exclude }`. */
export function windowParts(spec: unknown, place: string): WindowParts {
  checkOptions(place, spec, keys)
  const given = spec as Given
  const orderBy = listOf(given.orderBy).map(Order.node)
  return Object.freeze({
    partitionBy: Object.freeze(listOf(given.partitionBy).map((key) => nodeOf(key as object))),
    orderBy: Object.freeze(orderBy),
    frame: frameOf(given, orderBy.length, place),
  })
}

function frameOf(given: Given, sortKeys: number, place: string): FrameNode | undefined {
  const units = (['rows', 'range', 'groups'] as const).filter((unit) => given[unit] !== undefined)
  if (units.length > 1) throw new CompileError(`a window has one frame, not both ${units.join(' and ')}`)
  const { exclude } = given
  if (exclude !== undefined && !excludes.includes(exclude)) throw new CompileError(`exclude of ${place} is one of: ${excludes.join(', ')}`)
  if (units.length === 0) {
    if (exclude !== undefined) throw new CompileError(`exclude of ${place} needs a frame: rows, range or groups`)
    return undefined
  }
  const unit: FrameUnit = units[0]!
  const frame: unknown = given[unit]
  if (!Array.isArray(frame) || frame.length !== 2) throw new CompileError(`${unit} of ${place} takes two bounds: [start, end]`)
  const [start, end] = frame as [FrameBound, FrameBound]
  for (const bound of [start, end]) checkBound(bound, unit, sortKeys)
  if (position(start) > position(end) || start === 'unbounded following' || end === 'unbounded preceding')
    throw new CompileError(`a frame begins before it ends; ${JSON.stringify([start, end])} does not`)
  if (unit === 'groups' && sortKeys === 0) throw new CompileError('a GROUPS frame needs an orderBy, whose equal rows are the groups')
  return Object.freeze({ unit, start, end, exclude })
}

function checkBound(bound: FrameBound, unit: FrameUnit, sortKeys: number): void {
  if (typeof bound !== 'number') {
    if (!bounds.includes(bound))
      throw new CompileError(
        `a frame begins and ends with one of: ${bounds.join(', ')}, or a number (negative: preceding, positive: following), not ${describe(bound)}`,
      )
    return
  }
  const exact = unit === 'range' ? Number.isFinite(bound) && Math.abs(bound) < 1e15 : Number.isSafeInteger(bound)
  if (!exact) throw new CompileError(`a ${unit} frame counts in ${unit === 'range' ? 'finite numbers' : 'whole numbers'}, not ${bound}`)
  if (unit === 'range' && sortKeys !== 1) throw new CompileError('a RANGE frame with numbers needs one orderBy key, from which it counts')
}

const position = (bound: FrameBound): number =>
  typeof bound === 'number' ? bound : bound === 'unbounded preceding' ? -Infinity : bound === 'current row' ? 0 : Infinity
