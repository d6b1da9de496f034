/**
 * Order and arithmetic of exact numerics. To compare and to calculate, a numeric of at most eighteen digits becomes the whole number of its smallest
 * unit (`'1.5'` of a `numeric(10, 2)` is 150), and what was calculated becomes text again, written as the same value always is. Past 64 bits SQLite
 * would go on with doubles: that is made an error.
 */
import {
  type AggregateNode,
  type BinaryNode,
  type ColumnNode,
  contains,
  type ExpressionNode,
  make,
  type ParameterNode,
  type SqlType,
  seal,
  sqlType,
  type WindowNode,
  withDetail,
} from '@quern/expression'
import {
  type Dialect,
  encoderOf,
  InvalidValueError,
  isSecret,
  refuseVolatile,
  type SelectNode,
  typeOn,
  UnsupportedFeatureError,
} from '@quern/sql'
import { decimalText, isExactNumeric, knownText, room, type Scale, scaleOf, widest } from './sqlite-numeric.js'

const bigint = sqlType('bigint', 'exact')
/** Decimal digits that a double carries exactly. */
const exactInDouble = 15
const power = (scale: number): string => `1${'0'.repeat(scale)}`
const template = (texts: readonly string[], values: readonly ExpressionNode[], type: SqlType = bigint): ExpressionNode =>
  make.template(texts, values, type, false)

function refuse(what: string, dialect: Dialect): never {
  throw new UnsupportedFeatureError(
    dialect,
    'numericArithmetic',
    `${what} for exact numerics whose digits are not known to be at most ${room}, which it stores as text`,
    "declare the column numeric(10, 2) or so, numeric(…, { mode: 'number' }), or bigint of the smallest unit",
  )
}

/** What is known of the digits, and that they are few enough; what no column and no value tells of is whole. */
function known(scale: Scale | undefined, what: string, dialect: Dialect): { scale: number; digits: number } {
  if (scale === undefined || (typeof scale.scale === 'number' && scale.scale > room)) return refuse(what, dialect)
  return { scale: scale.scale === 'any' ? 0 : scale.scale, digits: scale.digits }
}

/** The whole number that stands for the numeric at a scale that is at least its own. */
function units(node: ExpressionNode, scale: number, dialect: Dialect): ExpressionNode {
  if (node.kind === 'parameter') return unitParameter(node, scale, dialect)
  if (node.kind === 'constant') return node
  const own = known(scaleOf(node, dialect), 'arithmetic', dialect).scale
  if (!isExactNumeric(node)) return shifted(node, scale - own)
  switch (node.kind) {
    case 'column':
      return shifted(unitsOfText(node, own), scale - own)
    case 'unary':
      return make.unary('-', units(node.operand, scale, dialect), bigint)
    case 'binary':
      return node.operator === '*'
        ? shifted(make.binary('*', ...factors(node, dialect), bigint), scale - own)
        : make.binary(node.operator, units(node.left, scale, dialect), units(node.right, scale, dialect), bigint)
    case 'case':
      return make.caseOf(
        node.operand,
        node.branches.map(({ when, then }) => ({ when, then: units(then, scale, dialect) })),
        node.otherwise && units(node.otherwise, scale, dialect),
        bigint,
      )
    case 'call':
      return make.call(node.name as 'abs', unitsOf(node.args, scale, dialect), bigint)
    case 'aggregate':
      return shifted(aggregated(node, own, dialect), scale - own)
    case 'window': {
      const call = aggregated(node.call as AggregateNode, own, dialect)
      return shifted(make.window(call, node.name, node.partitionBy, node.orderBy, node.frame), scale - own)
    }
    case 'scalar':
      return shifted(make.scalar(selectedInUnits(node.statement as SelectNode, own, dialect), bigint), scale - own)
    default:
      return refuse('arithmetic', dialect)
  }
}

const unitsOf = (nodes: readonly ExpressionNode[], scale: number, dialect: Dialect): ExpressionNode[] =>
  nodes.map((node) => units(node, scale, dialect))

function selectedInUnits(statement: SelectNode, scale: number, dialect: Dialect): SelectNode {
  const [field] = statement.projection.fields
  const node = guarded(units(field!.node, scale, dialect), known(scaleOf(field!.node, dialect), 'arithmetic', dialect), dialect)
  const projection = { ...statement.projection, fields: [{ label: field!.label, node }], whole: undefined, quoted: undefined }
  return seal({ ...statement, projection })
}

const shifted = (node: ExpressionNode, by: number): ExpressionNode => (by === 0 ? node : template(['', ` * ${power(by)}`], [node]))

const factors = ({ left, right }: BinaryNode, dialect: Dialect): [ExpressionNode, ExpressionNode] => {
  const [a, b] = [left, right].map((side) => units(side, known(scaleOf(side, dialect), '*', dialect).scale, dialect))
  return [a!, b!]
}

const aggregated = ({ name, args, distinct, filter, orderBy }: AggregateNode, scale: number, dialect: Dialect): AggregateNode =>
  make.aggregate(name, unitsOf(args, scale, dialect), bigint, distinct, filter, orderBy)

/** The text in a column as units. Through a double where one carries all digits; else the part before the point and the one after it, each for itself. */
function unitsOfText(node: ColumnNode, scale: number): ExpressionNode {
  const { precision } = typeOn(node.type, 'sqlite')
  const stored = node.source.kind === 'table' || node.source.kind === 'alias' || node.source.kind === 'view'
  if (scale === 0) return make.cast(node, bigint)
  if (stored && precision !== undefined && precision <= exactInDouble)
    return make.cast(template(['ROUND(CAST(', ` AS REAL) * ${power(scale)})`], [node]), bigint)
  const fraction = `CAST('0' || SUBSTR(`
  return template(
    [
      'CAST(',
      ` AS INTEGER) * ${power(scale)} + CASE WHEN `,
      ` LIKE '-%' THEN -1 ELSE 1 END * CAST(ROUND(${fraction}`,
      ', INSTR(',
      ` || '.', '.')) AS REAL) * ${power(scale)}) AS INTEGER)`,
    ],
    [node, node, node, node],
  )
}

/** A value as units: worked out here where it is known, else when it comes. */
function unitParameter(node: ParameterNode, scale: number, dialect: Dialect): ParameterNode {
  const type = isSecret(node.type) ? withDetail(bigint, { sensitive: true }) : bigint
  if (node.value === null && node.name === undefined && node.produce === undefined) return make.parameter(null, type, node.target)
  const text = knownText(node, dialect)
  if (text !== undefined) return make.parameter(unitsOfValue(text, scale, node), type, node.target)
  const encode = encoderOf(node.type, dialect)
  const codec = {
    encode: (value: unknown) => unitsOfValue(decimalText(encode(value, node)), scale, node),
    decode: (value: unknown) => value,
  }
  return make.parameter(undefined, withDetail(type, { codec }), node.target, node.name, node.produce)
}

function unitsOfValue(text: string, scale: number, node: ParameterNode): bigint {
  const [whole, fraction = ''] = text.split('.')
  if (fraction.length > scale) throw new InvalidValueError(node, `at most ${scale} decimals here, on SQLite`, text)
  const value = BigInt(whole + fraction.padEnd(scale, '0'))
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw new InvalidValueError(node, `at most ${room} digits here, on SQLite`, text)
  return value
}

/** Text around a value that is needed several times: worked out once, below a name of its own, where the grammar lets a SELECT stand. */
function around(node: ExpressionNode, texts: readonly string[], dialect: Dialect): ExpressionNode {
  // an aggregate belongs to the statement that it stands in; and CHECK, where values are written in place (no lists as one parameter), takes no SELECT
  if (dialect.list !== undefined && !(node.contains & (contains.aggregate | contains.window)))
    return template([`(SELECT ${texts.join('n')} FROM (SELECT `, ' AS n))'], [node])
  refuseVolatile(node, 'arithmetic of exact numerics')
  return template(
    texts,
    Array.from({ length: texts.length - 1 }, () => node),
  )
}

/** SQLite has no RAISE outside triggers; the least integer has no absolute value, which is an error of the same meaning. */
const overflow = 'ABS(-9223372036854775808)'
/** An error instead of the double that SQLite makes of what overflows. */
const guarded = (node: ExpressionNode, { digits }: { digits: number }, dialect: Dialect): ExpressionNode =>
  digits <= room ? node : around(node, ['CASE WHEN TYPEOF(', `) = 'real' THEN ${overflow} ELSE `, ' END'], dialect)

/** Units as the text that a numeric is stored as: no trailing zeros, no sign of zero. */
function textOf(node: ExpressionNode, scale: number, dialect: Dialect): ExpressionNode {
  if (scale === 0) return template(['CAST(', ' AS TEXT)'], [node])
  const by = power(scale)
  const format = `PRINTF('%s%d.%0${scale}d', CASE WHEN `
  const signed = " < 0 THEN '-' ELSE '' END, ABS("
  return around(
    node,
    ['CASE WHEN ', ` IS NOT NULL THEN RTRIM(RTRIM(${format}`, signed, `) / ${by}, ABS(`, `) % ${by}), '0'), '.') END`],
    dialect,
  )
}

/** What an operator, function or aggregate over exact numerics yields, as text. */
export function calculatedText(node: ExpressionNode, what: string, dialect: Dialect): ExpressionNode {
  const scale = known(scaleOf(node, dialect), what, dialect)
  return textOf(guarded(units(node, scale.scale, dialect), scale, dialect), scale.scale, dialect)
}

/** The average is no decimal of few digits; it is a number, as that of integers is. `node` is the aggregate, or the window over it. */
export function average(call: AggregateNode, node: AggregateNode | WindowNode, dialect: Dialect): ExpressionNode {
  const { scale } = known(scaleOf(call.args[0]!, dialect), 'AVG', dialect)
  const inUnits = aggregated(call, scale, dialect)
  const whole = node.kind === 'window' ? make.window(inUnits, node.name, node.partitionBy, node.orderBy, node.frame) : inUnits
  return template(['(', ` / ${power(scale)}.0)`], [whole], node.type)
}

/** The expressions as numbers that compare as the numerics do. */
export function comparable(nodes: readonly ExpressionNode[], what: string, dialect: Dialect): ExpressionNode[] {
  const scale = known(widest(nodes, dialect), what, dialect)
  return nodes.map((node) => guarded(units(node, scale.scale, dialect), scale, dialect))
}

/** The numeric as a double, where one carries all its digits. */
export function double(node: ExpressionNode, dialect: Dialect): ExpressionNode {
  const scale = scaleOf(node, dialect)
  if (scale === undefined || scale.digits > exactInDouble) return refuse('comparison with a computed number', dialect)
  return make.cast(node, sqlType('doublePrecision', 'float'))
}

/**
 * What a numeric column keeps of an expression: rounded to its decimals, half away from zero, and an error where there are too many digits. What SQLite
 * worked out in floating point is rounded from there.
 */
export function assigned(node: ExpressionNode, column: ColumnNode, isText: boolean, dialect: Dialect): ExpressionNode {
  const { precision, scale: kept = 0 } = typeOn(column.type, 'sqlite')
  if (precision === undefined || precision > room) return node
  const from = scaleOf(node, dialect)
  if (from === undefined && isText) return refuse(`SET of ${column.source.name}.${column.key}`, dialect)
  if (from === undefined) return textOf(fitting(roundedDouble(node, kept), precision, dialect), kept, dialect)
  if (typeof from.scale !== 'number' || (from.scale <= kept && from.digits - from.scale <= precision - kept)) return node
  const scale = Math.max(from.scale, kept)
  const exact = guarded(units(node, scale, dialect), { digits: from.digits + scale - from.scale }, dialect)
  const half = scale === kept ? '' : `5${'0'.repeat(scale - kept - 1)}`
  const rounded =
    scale === kept ? exact : around(exact, ['(', ' + CASE WHEN ', ` < 0 THEN -${half} ELSE ${half} END) / ${power(scale - kept)}`], dialect)
  return textOf(fitting(rounded, precision, dialect), kept, dialect)
}

const roundedDouble = (node: ExpressionNode, scale: number): ExpressionNode =>
  make.cast(template(['ROUND(', `${scale === 0 ? '' : ` * ${power(scale)}`})`], [node]), bigint)
const fitting = (node: ExpressionNode, precision: number, dialect: Dialect): ExpressionNode =>
  around(node, ['CASE WHEN ABS(', `) >= ${power(precision)} THEN ${overflow} ELSE `, ' END'], dialect)
