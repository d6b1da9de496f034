/**
 * What is known of the digits of an exact numeric. SQLite keeps numerics as text, so that no digit is lost; to compare and to calculate, one whose
 * digits are known to be few becomes a whole number of its smallest unit (`sqlite-units.ts`).
 */
import { type CaseNode, type ColumnNode, type ExpressionNode, isInteger, type ParameterNode } from '@quern/expression'
import { type CompoundNode, type CteNode, type Dialect, encoderOf, type QueryNode, type SelectNode, typeOn } from '@quern/sql'
import { plainDigits } from './values.js'

/** Decimal digits that every 64-bit integer has room for. */
export const room = 18

/** How many digits stand behind the point, and how many a value has at most. `any` is a value that is not known yet. */
export interface Scale {
  readonly scale: number | 'any'
  readonly digits: number
}
const any: Scale = { scale: 'any', digits: 1 }

export const isExactNumeric = ({ type }: ExpressionNode): boolean => {
  const { name, mode } = typeOn(type, 'sqlite')
  return name === 'numeric' && mode !== 'number'
}

/** What a CASE may yield. */
export const resultsOf = ({ branches, otherwise }: CaseNode): ExpressionNode[] => [
  ...branches.map(({ then }) => then),
  ...(otherwise ? [otherwise] : []),
]

/** Set operations, by the source that ORDER BY knows them by. */
export const compounds = new WeakMap<object, CompoundNode>()

/** The scale of an expression; `undefined` where it is not known, or no whole number could stand for it. */
export function scaleOf(node: ExpressionNode, dialect: Dialect): Scale | undefined {
  if (isInteger(typeOn(node.type, 'sqlite')) && node.kind !== 'parameter') return { scale: 0, digits: room + 1 }
  switch (node.kind) {
    case 'column':
      return columnScale(node, dialect)
    case 'parameter':
      return parameterScale(node, dialect)
    case 'constant':
      return node.constant === 'null' ? any : undefined
    case 'unary':
      return node.operator === '-' ? scaleOf(node.operand, dialect) : undefined
    case 'binary':
      return binaryScale(node.operator, [node.left, node.right], dialect)
    case 'case':
      return widest(resultsOf(node), dialect)
    case 'call':
      if (node.custom) return undefined
      if (node.name === 'nullif') return scaleOf(node.args[0]!, dialect)
      return ['abs', 'coalesce', 'greatest', 'least'].includes(node.name) ? widest(node.args, dialect) : undefined
    case 'aggregate':
      if (node.custom || !isCalculated(node.name)) return undefined
      return summed(node.name, scaleOf(node.args[0]!, dialect))
    case 'window':
      return isCalculated(node.call.name) && !node.call.custom ? scaleOf(node.call, dialect) : undefined
    case 'scalar':
      return node.statement.kind === 'select' ? scaleOf((node.statement as SelectNode).projection.fields[0]!.node, dialect) : undefined
    default:
      return undefined
  }
}

/** Aggregates whose result is as exact as what they take. */
export const isCalculated = (name: string): boolean => name === 'sum' || name === 'min' || name === 'max'
/** SUM itself ends in an error where whole numbers overflow. */
const summed = (name: string, of: Scale | undefined): Scale | undefined =>
  of === undefined || name !== 'sum' ? of : { scale: of.scale, digits: Math.max(of.digits, room) }

function columnScale(node: ColumnNode, dialect: Dialect): Scale | undefined {
  const { precision, scale = 0 } = typeOn(node.type, 'sqlite')
  if (!isExactNumeric(node)) return undefined
  const own = precision === undefined || precision > room || scale > precision ? undefined : { scale, digits: precision }
  switch (node.source.kind) {
    case 'table':
    case 'alias':
    case 'view':
      return own
    case 'compound':
      return partsScale(compounds.get(node.source), node.key, dialect)
    case 'cte':
      // what the step adds could have more digits with every turn
      return (node.source as CteNode).step === undefined ? derivedScale(node, dialect) : undefined
    case 'subquery':
      return derivedScale(node, dialect)
    default:
      return undefined
  }
}

const derivedScale = (node: ColumnNode, dialect: Dialect): Scale | undefined =>
  partsScale((node.source as unknown as { readonly statement: QueryNode }).statement, node.key, dialect)

function partsScale(statement: QueryNode | undefined, key: string, dialect: Dialect): Scale | undefined {
  if (statement?.kind === 'compound') {
    const at = statement.projection.fields.findIndex(({ label }) => label === key)
    return joined(statement.parts.map((part) => partsScale(part, part.projection.fields[at]!.label, dialect)))
  }
  const field = statement?.kind === 'select' ? statement.projection.fields.find(({ label }) => label === key) : undefined
  return field === undefined ? undefined : scaleOf(field.node, dialect)
}

/** A value as it is sent, as digits. */
export const decimalText = (sent: unknown): string => (typeof sent === 'number' ? plainDigits(sent) : String(sent))

/** Whether the value is known while the statement is written; if so, as the text that it would be sent as. */
export function knownText(node: ParameterNode, dialect: Dialect): string | undefined {
  if (node.name !== undefined || node.produce !== undefined) return undefined
  return decimalText(encoderOf(node.type, dialect)(node.value, node))
}

function parameterScale(node: ParameterNode, dialect: Dialect): Scale | undefined {
  const type = typeOn(node.type, 'sqlite')
  if (type.name !== 'numeric' && !isInteger(type)) return undefined
  if (node.value === null && node.name === undefined && node.produce === undefined) return any
  const text = knownText(node, dialect)
  if (text === undefined) {
    return { scale: type.name === 'numeric' ? (type.scale ?? 'any') : 0, digits: room }
  }
  const [whole, fraction = ''] = text.replace('-', '').split('.')
  return whole!.length + fraction.length > room ? undefined : { scale: fraction.length, digits: whole!.length + fraction.length }
}

function binaryScale(operator: string, [left, right]: [ExpressionNode, ExpressionNode], dialect: Dialect): Scale | undefined {
  if (operator === '+' || operator === '-') {
    const both = widest([left, right], dialect)
    return both && { scale: both.scale, digits: both.digits + 1 }
  }
  if (operator !== '*') return undefined
  const [a, b] = [scaleOf(left, dialect), scaleOf(right, dialect)]
  if (typeof a?.scale !== 'number' || typeof b?.scale !== 'number' || a.scale + b.scale > room) return undefined
  return { scale: a.scale + b.scale, digits: a.digits + b.digits }
}

export const widest = (nodes: readonly ExpressionNode[], dialect: Dialect): Scale | undefined =>
  joined(nodes.map((node) => scaleOf(node, dialect)))

/** The scale at which all can stand. */
function joined(scales: readonly (Scale | undefined)[]): Scale | undefined {
  let scale: Scale['scale'] = 'any'
  let whole = 1
  for (const each of scales) {
    if (each === undefined) return undefined
    if (each.scale === 'any') continue
    scale = scale === 'any' ? each.scale : Math.max(scale, each.scale)
    whole = Math.max(whole, each.digits - each.scale)
  }
  return { scale, digits: scale === 'any' ? whole : whole + scale }
}
