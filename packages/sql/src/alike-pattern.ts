/** A statement without its values, as far as what is in it can be compared. */
import {
  builtin,
  contains,
  countType,
  type ExpressionNode,
  make,
  numericNumber,
  type ParameterNode,
  type SourceNode,
  type SqlType,
} from '@quern/expression'
import type { Kept } from './alike-match.js'
import type { Assignment, JoinNode, Projection, SelectNode } from './nodes.js'

/** Not one of `prepare`, whose statement is compiled once anyway. */
export const isGiven = ({ name }: ParameterNode): boolean => name === undefined

/** Types that are one object for all statements, like a column's; any other is made anew for each. */
const shared: ReadonlySet<SqlType> = new Set([...Object.values(builtin), countType, numericNumber])
const isShared = ({ type, target }: ParameterNode): boolean => type === target?.type || shared.has(type)

/** Whether all conditions are of kinds that are compared; asked first, because many statements have one that is not. */
export function isComparable({ where }: { readonly where: readonly ExpressionNode[] }): boolean {
  for (let i = 0; i < where.length; i++) if (!isCompared(where[i]!)) return false
  return true
}

function isCompared(node: ExpressionNode): boolean {
  switch (node.kind) {
    case 'binary':
      return isCompared(node.left) && isCompared(node.right)
    case 'unary':
      return isCompared(node.operand)
    case 'logical':
      return node.operands.every(isCompared)
    case 'parameter':
      return isGiven(node) && isShared(node)
    case 'column':
    case 'constant':
    case 'between':
    case 'like':
    case 'call':
      return true
    default:
      return false
  }
}

/** The statement without its values, which are added to `values`; `undefined` where something in it is not compared. */
export function patternOf(node: Kept, values: ParameterNode[]): Kept | undefined {
  const bare = { each: (list: readonly ExpressionNode[]) => eachBare(list, values), one: (part: ExpressionNode) => bareOf(part, values) }
  switch (node.kind) {
    case 'select':
      return selectPattern(node, bare)
    case 'insert': {
      const row = bare.each(node.rows[0]!)
      const set = node.extra?.conflict?.set && setPattern(node.extra.conflict.set, bare)
      if (row === undefined || !arePlain(node.returning) || (node.extra?.conflict?.set && set === undefined)) return undefined
      if (node.extra?.conflict?.target.some(({ kind }) => kind !== 'column')) return undefined
      return { ...node, rows: [row], extra: node.extra && { ...node.extra, conflict: { ...node.extra.conflict!, set } } }
    }
    case 'update': {
      const set = setPattern(node.set, bare)
      const where = set && bare.each(node.where)
      return where && arePlain(node.returning) ? { ...node, set: set!, where } : undefined
    }
    case 'delete': {
      const where = bare.each(node.where)
      return where && arePlain(node.returning) ? { ...node, where } : undefined
    }
  }
}

interface Bare {
  each(list: readonly ExpressionNode[]): readonly ExpressionNode[] | undefined
  one(node: ExpressionNode): ExpressionNode | undefined
}

function selectPattern(node: SelectNode, bare: Bare): SelectNode | undefined {
  if (!isNamed(node.from!) || !arePlain(node.projection) || !node.orderBy.every(({ operand }) => operand.kind === 'column'))
    return undefined
  const joins: JoinNode[] = []
  for (const join of node.joins) {
    const on = join.on && bare.one(join.on)
    if (!isNamed(join.source) || (join.on && on === undefined)) return undefined
    joins.push({ ...join, on })
  }
  const where = bare.each(node.where)
  const limit = node.limit && bare.one(node.limit)
  const offset = node.offset && bare.one(node.offset)
  if (where === undefined || (node.limit && limit === undefined) || (node.offset && offset === undefined)) return undefined
  return { ...node, joins, where, limit, offset }
}

function setPattern(set: readonly Assignment[], bare: Bare): readonly Assignment[] | undefined {
  const found: Assignment[] = []
  for (const [column, value] of set) {
    const pattern = bare.one(value)
    if (pattern === undefined) return undefined
    found.push([column, pattern])
  }
  return found
}

const isNamed = ({ kind }: SourceNode): boolean => kind === 'table' || kind === 'alias' || kind === 'view'
const arePlain = (projection: Projection | undefined): boolean =>
  projection === undefined || (projection.shape === undefined && projection.fields.every(({ node }) => node.kind === 'column'))

function eachBare(list: readonly ExpressionNode[], values: ParameterNode[]): readonly ExpressionNode[] | undefined {
  const found: ExpressionNode[] = []
  for (const node of list) {
    const pattern = bareOf(node, values)
    if (pattern === undefined) return undefined
    found.push(pattern)
  }
  return found
}

function bareOf(node: ExpressionNode, values: ParameterNode[]): ExpressionNode | undefined {
  const parts = (list: readonly ExpressionNode[], of: (bare: readonly ExpressionNode[]) => ExpressionNode): ExpressionNode | undefined => {
    const bare = eachBare(list, values)
    return bare && ((node.contains & contains.parameter) === 0 ? node : of(bare))
  }
  switch (node.kind) {
    case 'column':
    case 'constant':
      return node
    case 'parameter':
      if (!isGiven(node) || !isShared(node)) return undefined
      values.push(node)
      return make.parameter(undefined, node.type, node.target)
    case 'binary':
      return parts([node.left, node.right], ([left, right]) => make.binary(node.operator, left!, right!, node.type))
    case 'unary':
      return parts([node.operand], ([operand]) => make.unary(node.operator, operand!, node.type))
    case 'logical':
      return parts(node.operands, (operands) => make.logical(node.operator, operands))
    case 'between':
      return parts([node.operand, node.low, node.high], ([operand, low, high]) => make.between(operand!, low!, high!, node.symmetric))
    case 'like':
      return parts([node.operand, node.pattern], ([operand, pattern]) => make.like(operand!, pattern!, node.insensitive))
    case 'call':
      // functions look at some of their values
      return node.contains & contains.parameter ? undefined : parts(node.args, () => node)
    default:
      return undefined
  }
}
