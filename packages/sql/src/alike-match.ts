/** Whether two statements are written alike, and the values of the one. */
import type { ExpressionNode, OrderNode, ParameterNode } from '@quern/expression'
import { isGiven } from './alike-pattern.js'
import type { Assignment, ConflictNode, DeleteNode, InsertNode, JoinNode, Projection, SelectNode, UpdateNode } from './nodes.js'
import type { Encode, Hole } from './plan.js'

export type Kept = SelectNode | InsertNode | UpdateNode | DeleteNode

/** How one of its values is sent. */
export interface Slot {
  readonly encode: Encode
  readonly secret: boolean
}

/** Where the values go that a comparison comes upon, in the order of the text, how each is encoded, and how many there are by now. */
let filled: Hole[] = []
let slots: readonly Slot[] = []
let count = 0

function take(parameter: ParameterNode): boolean {
  const { encode, secret } = slots[count]!
  filled[count++] = secret ? { parameter, encode, secret } : { parameter, encode }
  return true
}

/** The values of `node` where it is written like `pattern`, which holds none; `undefined` where it is not. */
export function valuesOf(node: Kept, pattern: Kept, encoded: readonly Slot[]): Hole[] | undefined {
  // made as long as it will be: an array that grows makes room for many more
  filled = new Array(encoded.length)
  slots = encoded
  count = 0
  return sameStatement(node, pattern) ? filled : undefined
}

function sameStatement(a: Kept, b: Kept): boolean {
  switch (a.kind) {
    case 'select':
      return b.kind === 'select' && sameSelect(a, b)
    case 'insert':
      return b.kind === 'insert' && sameInsert(a, b)
    case 'update':
      return b.kind === 'update' && a.table === b.table && sameSet(a.set, b.set) && sameRest(a, b)
    case 'delete':
      return b.kind === 'delete' && a.table === b.table && sameRest(a, b)
  }
}

const sameSelect = (a: SelectNode, b: SelectNode): boolean =>
  a.from === b.from &&
  a.distinct === b.distinct &&
  sameFields(a.projection, b.projection) &&
  sameJoins(a.joins, b.joins) &&
  sameEach(a.where, b.where) &&
  sameOrder(a.orderBy, b.orderBy) &&
  sameCount(a.limit, b.limit) &&
  sameCount(a.offset, b.offset)

const sameRest = (a: UpdateNode | DeleteNode, b: UpdateNode | DeleteNode): boolean =>
  sameEach(a.where, b.where) && sameReturning(a.returning, b.returning)

function sameInsert(a: InsertNode, b: InsertNode): boolean {
  if (a.table !== b.table || !sameItems(a.columns, b.columns) || !sameEach(a.rows[0]!, b.rows[0]!)) return false
  return sameConflict(a.extra?.conflict, b.extra?.conflict) && sameReturning(a.returning, b.returning)
}

function sameConflict(a: ConflictNode | undefined, b: ConflictNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameItems(a.target, b.target) && (a.set === undefined || b.set === undefined ? a.set === b.set : sameSet(a.set, b.set))
}

const sameReturning = (a: Projection | undefined, b: Projection | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameFields(a, b)

function sameFields(a: Projection, b: Projection): boolean {
  if (a === b) return true
  const { length } = a.fields
  if (length !== b.fields.length || a.whole !== b.whole || a.shape !== b.shape) return false
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.fields[i]!, b.fields[i]!]
    if (one !== other && (one.label !== other.label || one.node !== other.node)) return false
  }
  return true
}

function sameJoins(a: readonly JoinNode[], b: readonly JoinNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i]!, b[i]!]
    if (one.source !== other.source || one.join !== other.join || !sameCount(one.on, other.on)) return false
  }
  return true
}

function sameOrder(a: readonly OrderNode[], b: readonly OrderNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i]!, b[i]!]
    if (one.operand !== other.operand || one.descending !== other.descending || one.nulls !== other.nulls) return false
  }
  return true
}

function sameSet(a: readonly Assignment[], b: readonly Assignment[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i]![0] !== b[i]![0] || !same(a[i]![1], b[i]![1])) return false
  return true
}

function sameItems(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function sameEach(a: readonly ExpressionNode[], b: readonly ExpressionNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!same(a[i]!, b[i]!)) return false
  return true
}

const sameCount = (a: ExpressionNode | undefined, b: ExpressionNode | undefined): boolean =>
  a === undefined || b === undefined ? a === b : same(a, b)

/** Whether the two are written alike; the second holds no value. */
function same(a: ExpressionNode, b: ExpressionNode): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.type !== b.type) return false
  switch (a.kind) {
    case 'parameter':
      return b.kind === 'parameter' && a.target === b.target && isGiven(a) && take(a)
    case 'binary':
      return b.kind === 'binary' && a.operator === b.operator && same(a.left, b.left) && same(a.right, b.right)
    case 'unary':
      return b.kind === 'unary' && a.operator === b.operator && same(a.operand, b.operand)
    case 'logical':
      return b.kind === 'logical' && a.operator === b.operator && sameEach(a.operands, b.operands)
    case 'between':
      return b.kind === 'between' && a.symmetric === b.symmetric && same(a.operand, b.operand) && same(a.low, b.low) && same(a.high, b.high)
    case 'like':
      return b.kind === 'like' && a.insensitive === b.insensitive && same(a.operand, b.operand) && same(a.pattern, b.pattern)
    case 'call':
      return b.kind === 'call' && a.name === b.name && a.custom === b.custom && sameEach(a.args, b.args)
    default:
      return false
  }
}
