/** The one class behind every typed expression, and the one bridge between it and the untyped tree. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { BinaryOperator, ColumnNode, ExpressionNode, FrameBound, FrameNode, FrameUnit, OrderNode, StatementNode } from './nodes.js'
import { contains } from './nodes.js'
import { TYPE, type TypeToken } from './typed.js'
import { builtin, type Family, isInteger, isNumber, numericNumber, promote, type SqlType } from './types.js'

/** The brand: a symbol that no input can name, so that JSON cannot forge SQL. */
const NODE = Symbol('quern.node')
const STATEMENT = Symbol('quern.statement')
const KEPT = Symbol('quern.kept')

/** Anything that can be run or embedded as a statement; the `sql` package extends it. */
export abstract class Statement {
  readonly [STATEMENT]: StatementNode;
  /** Where the compiler keeps what it made of the statement; in the object from the start, so that all have one shape. */
  [KEPT]: unknown

  constructor(node: StatementNode) {
    this[STATEMENT] = node
    this[KEPT] = undefined
  }
}
export const keptOf = (statement: object): unknown => (statement as { [KEPT]?: unknown } | null | undefined)?.[KEPT]
export function keep(statement: object, made: unknown): void {
  ;(statement as { [KEPT]?: unknown })[KEPT] = made
}
export const isStatement = (value: unknown): value is Statement => value instanceof Statement
export const statementNode = (statement: Statement): StatementNode => statement[STATEMENT]

/** By its class: a property, whatever its key, can be what a Proxy says to everybody. */
export const isExpression = (value: unknown): value is Expression => value instanceof Expression
export const nodeOf = (expression: object): ExpressionNode => {
  const node = (expression as Expression | null | undefined)?.[NODE]
  if (node === undefined) throw new CompileError(`expected an expression, got ${describe(expression)}`)
  return node
}
/** Gives a node the type that its maker has worked out. */
export const typed = <E>(node: ExpressionNode): E => new Expression(node) as E

/** A key of ORDER BY. */
export class Order {
  readonly #node: OrderNode

  constructor(node: OrderNode) {
    this.#node = node
  }

  nullsFirst(): Order {
    return new Order(make.order(this.#node.operand, this.#node.descending, 'first'))
  }

  nullsLast(): Order {
    return new Order(make.order(this.#node.operand, this.#node.descending, 'last'))
  }

  static node(value: unknown): OrderNode {
    if (typeof value === 'object' && value !== null) {
      if (#node in value) return value.#node
      if (NODE in value) return make.order((value as Expression)[NODE], false, undefined)
    }
    throw new CompileError(`ORDER BY takes columns and expressions, not ${describe(value)}`)
  }
}

/** How a value reads in an error: its kind, never its content. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object')
    return isExpression(value) ? 'an expression' : isStatement(value) ? 'a statement' : `an object (${classOf(value)})`
  return value === undefined ? 'undefined' : `a ${typeof value}`
}

/** Never a property of the value itself: input from outside can have a `constructor` of its own. */
function classOf(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : 'no class'
}

/** A name from outside as it reads in an error: in quotes, on one line, not longer than a name is. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 40)}…` : name)
}

/** Several names in an error; of many the first ones. */
export function listed(names: readonly string[]): string {
  let text = names[0] ?? ''
  for (const name of names.slice(1)) {
    if (text.length + name.length > 100) return `${text}, …`
    text += `, ${name}`
  }
  return text
}

/** Options are plain objects, and a misspelt one would be ignored. */
export function checkOptions(place: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new CompileError(`the options of ${place} are an object, not ${describe(options)}`, 'OPTION')
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new CompileError(`${place} has no option ${quoted(key)}; it takes ${known.join(', ')}`, 'OPTION')
  }
}

/** How an expression reads in an error: the column's name, or what it is. */
export function nameOf(node: ExpressionNode): string {
  if (node.kind === 'column') return `${node.source.schema === undefined ? '' : `${node.source.schema}.`}${node.source.name}.${node.key}`
  if (node.kind === 'label') return node.label
  if (node.kind === 'call' || node.kind === 'aggregate') return `${node.name}(…)`
  return `this ${node.kind} expression`
}

const columnOf = (node: ExpressionNode): ColumnNode | undefined => (node.kind === 'column' ? node : undefined)

/** The right-hand side of an operator: an expression as it is, anything else as a value of the left side's type. */
export function operand(value: unknown, left: ExpressionNode, type: SqlType = left.type): ExpressionNode {
  if (isExpression(value)) return value[NODE]
  if (value === undefined) {
    throw new CompileError(`${nameOf(left)} is compared with undefined; use null for NULL, or leave the condition out`, 'UNDEFINED_VALUE')
  }
  if (isStatement(value)) throw new CompileError(`${nameOf(left)}: use .scalar() to take a statement as a value, or .in(statement)`)
  return make.parameter(value, type, columnOf(left))
}

const groupOf = (family: Family): string => (isNumber(family) ? 'number' : family)

/** The types say it for static code; this says the same for dynamic code. A number against text is a silent match on MySQL. */
function checkFamilies(left: ExpressionNode, right: ExpressionNode): void {
  const a = groupOf(left.type.family)
  const b = groupOf(right.type.family)
  if (a !== b && a !== 'unknown' && b !== 'unknown') {
    throw new CompileError(`${nameOf(left)} is ${a} and ${nameOf(right)} is ${b}; cast one of them to compare them`, 'FAMILY')
  }
}

function compare(left: ExpressionNode, operator: BinaryOperator, other: unknown): Expression {
  const right = operand(other, left)
  if (right.kind !== 'parameter') checkFamilies(left, right)
  return new Expression(make.binary(operator, left, right, builtin.boolean))
}

/** `<` and its kin with NULL are never true, which nobody means. */
function order(left: ExpressionNode, operator: BinaryOperator, other: unknown): Expression {
  if (other === null)
    throw new CompileError(`${nameOf(left)} ${operator} NULL is never true; use isNull() or isNotNull()`, 'NULL_COMPARISON')
  return compare(left, operator, other)
}

function arithmetic(left: ExpressionNode, operator: BinaryOperator, other: unknown): Expression {
  if (!isExpression(other) && (other === null || other === undefined)) {
    throw new CompileError(`${nameOf(left)} ${operator} ${describe(other)}: the right-hand side must be a number`, 'UNDEFINED_VALUE')
  }
  const right = operand(other, left, operandType(left.type, other))
  for (const side of [left, right]) {
    const { family } = side.type
    if (family !== 'unknown' && !isNumber(family))
      throw new CompileError(`${nameOf(side)} is ${family}, not a number; it has no ${operator}`, 'FAMILY')
  }
  return new Expression(make.binary(operator, left, right, promote(left.type, right.type)))
}

/** A fraction beside an integer column is a double, as in SQL; everything else has the column's type without its limits. */
function operandType(type: SqlType, value: unknown): SqlType {
  if (typeof value === 'number' && isInteger(type)) return Number.isInteger(value) ? type : builtin.doublePrecision
  if (type.name === 'numeric') return type.mode === 'number' ? numericNumber : builtin.numeric
  return type
}

function like(left: ExpressionNode, pattern: unknown, insensitive: boolean): Expression {
  if (pattern === null) throw new CompileError(`${nameOf(left)} LIKE NULL is never true; use isNull()`, 'NULL_COMPARISON')
  const right = operand(pattern, left, builtin.text)
  checkFamilies(left, right)
  return new Expression(make.like(left, right, insensitive))
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

function affix(left: ExpressionNode, text: unknown, before: string, after: string): Expression {
  if (typeof text !== 'string') throw new CompileError(`${nameOf(left)}: the text to look for must be a string, not ${describe(text)}`)
  return new Expression(make.like(left, make.parameter(before + escapeLike(text) + after, builtin.text, columnOf(left)), false))
}

function inside(left: ExpressionNode, list: unknown, negated: boolean): Expression {
  if (isStatement(list)) return new Expression(make.inQuery(left, list[STATEMENT], negated))
  if (!Array.isArray(list)) throw new CompileError(`${nameOf(left)} in …: expected an array or a statement, not ${describe(list)}`)
  const items = list.map((item) => {
    if (item === null)
      throw new CompileError(`${nameOf(left)} in …: the list holds null, which IN never matches; use isNull() beside it`, 'NULL_COMPARISON')
    return operand(item, left)
  })
  if (items.length === 0) return new Expression(negated ? make.constant.true : make.constant.false)
  return new Expression(make.inList(left, items, negated))
}

export class Expression {
  readonly [NODE]: ExpressionNode

  constructor(node: ExpressionNode) {
    this[NODE] = node
  }

  eq(other: unknown): Expression {
    return other === null ? this.isNull() : compare(this[NODE], '=', other)
  }

  ne(other: unknown): Expression {
    return other === null ? this.isNotNull() : compare(this[NODE], '<>', other)
  }

  gt(other: unknown): Expression {
    return order(this[NODE], '>', other)
  }

  gte(other: unknown): Expression {
    return order(this[NODE], '>=', other)
  }

  lt(other: unknown): Expression {
    return order(this[NODE], '<', other)
  }

  lte(other: unknown): Expression {
    return order(this[NODE], '<=', other)
  }

  isDistinctFrom(other: unknown): Expression {
    return other === null ? this.isNotNull() : compare(this[NODE], 'is distinct from', other)
  }

  isNotDistinctFrom(other: unknown): Expression {
    return other === null ? this.isNull() : compare(this[NODE], 'is not distinct from', other)
  }

  between(low: unknown, high: unknown): Expression {
    const node = this[NODE]
    if (low === null || high === null) throw new CompileError(`${nameOf(node)} BETWEEN NULL is never true`, 'NULL_COMPARISON')
    const ends = [operand(low, node), operand(high, node)] as const
    for (const end of ends) checkFamilies(node, end)
    return new Expression(make.between(node, ends[0], ends[1]))
  }

  isNull(): Expression {
    return new Expression(make.unary('is null', this[NODE], builtin.boolean))
  }

  isNotNull(): Expression {
    return new Expression(make.unary('is not null', this[NODE], builtin.boolean))
  }

  in(list: unknown): Expression {
    return inside(this[NODE], list, false)
  }

  notIn(list: unknown): Expression {
    return inside(this[NODE], list, true)
  }

  like(pattern: unknown): Expression {
    return like(this[NODE], pattern, false)
  }

  ilike(pattern: unknown): Expression {
    return like(this[NODE], pattern, true)
  }

  startsWith(text: unknown): Expression {
    return affix(this[NODE], text, '', '%')
  }

  endsWith(text: unknown): Expression {
    return affix(this[NODE], text, '%', '')
  }

  contains(text: unknown): Expression {
    return affix(this[NODE], text, '%', '%')
  }

  concat(other: unknown): Expression {
    const right = operand(other, this[NODE], builtin.text)
    checkFamilies(this[NODE], right)
    return new Expression(make.binary('||', this[NODE], right, builtin.text))
  }

  add(other: unknown): Expression {
    return arithmetic(this[NODE], '+', other)
  }

  sub(other: unknown): Expression {
    return arithmetic(this[NODE], '-', other)
  }

  mul(other: unknown): Expression {
    return arithmetic(this[NODE], '*', other)
  }

  div(other: unknown): Expression {
    return arithmetic(this[NODE], '/', other)
  }

  mod(other: unknown): Expression {
    return arithmetic(this[NODE], '%', other)
  }

  neg(): Expression {
    return new Expression(make.unary('-', this[NODE], this[NODE].type))
  }

  cast(type: TypeToken<unknown, string>): Expression {
    return new Expression(make.cast(this[NODE], type[TYPE]))
  }

  as(key: string): Expression {
    return new Expression(make.label(unlabelled(this[NODE]), checkKey(key)))
  }

  asc(): Order {
    return new Order(make.order(this[NODE], false, undefined))
  }

  desc(): Order {
    return new Order(make.order(this[NODE], true, undefined))
  }

  over(spec: unknown): Expression {
    return new Expression(overOf(this[NODE], (spec ?? {}) as Over))
  }

  filter(condition: Expression): Expression {
    const node = this[NODE]
    if (node.kind !== 'aggregate') throw new CompileError(`${nameOf(node)} is no aggregate; only aggregates take filter()`)
    const filter = node.filter ? make.logical('and', [node.filter, nodeOf(condition)]) : nodeOf(condition)
    return new Expression(make.aggregate(node.name, node.args, node.type, node.distinct, filter))
  }

  distinct(): Expression {
    const node = this[NODE]
    if (node.kind !== 'aggregate') throw new CompileError(`${nameOf(node)} is no aggregate; only aggregates take distinct()`)
    if (node.args[0]?.kind === 'constant') throw new CompileError('count(*) has nothing to be distinct by; name a column')
    return new Expression(make.aggregate(node.name, node.args, node.type, true, node.filter))
  }
}

/** The name under which the result is seen carries no text of its own inside an expression. */
export const unlabelled = (node: ExpressionNode): ExpressionNode => (node.kind === 'label' ? node.operand : node)

export function checkKey(key: unknown): string {
  if (typeof key !== 'string' || key === '')
    throw new CompileError(`a name in a select list must be a non-empty string, not ${describe(key)}`)
  return key
}

interface Over {
  readonly partitionBy?: Expression | readonly Expression[]
  readonly orderBy?: unknown
  readonly rows?: readonly [FrameBound, FrameBound]
  readonly range?: readonly [FrameBound, FrameBound]
  readonly groups?: readonly [FrameBound, FrameBound]
}
const overKeys = ['partitionBy', 'orderBy', 'rows', 'range', 'groups']
const frameBounds: readonly string[] = ['unbounded preceding', 'current row', 'unbounded following']
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

function overOf(node: ExpressionNode, spec: Over): ExpressionNode {
  if (node.kind !== 'aggregate' && node.kind !== 'call')
    throw new CompileError(`${nameOf(node)} is no function; only functions take over()`)
  checkOptions('over()', spec, overKeys)
  const partitionBy = listOf(spec.partitionBy).map((key) => nodeOf(key as object))
  return make.window(node, partitionBy, listOf(spec.orderBy).map(Order.node), frameOf(spec))
}

function frameOf(spec: Over): FrameNode | undefined {
  const units = (['rows', 'range', 'groups'] as const).filter((unit) => spec[unit] !== undefined)
  if (units.length === 0) return undefined
  if (units.length > 1) throw new CompileError(`a window has one frame, not both ${units.join(' and ')}`)
  const unit: FrameUnit = units[0]!
  const [start, end] = spec[unit]!
  for (const bound of [start, end]) {
    if (!frameBounds.includes(bound)) throw new CompileError(`a frame begins and ends with one of: ${frameBounds.join(', ')}`)
  }
  return Object.freeze({ unit, start, end })
}

/** Conditions of `where`, `on`, `having`, `and`: `false` stands for none, everything else must be an expression. */
export function conditions(list: readonly unknown[], place: string): ExpressionNode[] {
  const found: ExpressionNode[] = []
  for (const item of list) {
    if (item === false) continue
    if (!isExpression(item)) throw new CompileError(`${place} takes conditions or false, not ${describe(item)}`)
    const node = item[NODE]
    if (node.type.family !== 'boolean' && node.type.family !== 'unknown') {
      throw new CompileError(`${place} takes conditions; ${nameOf(node)} is ${node.type.family}`)
    }
    found.push(node)
  }
  return found
}

/** True where an aggregate stands outside any window: such an expression has no meaning in WHERE. */
export const isAggregate = (node: ExpressionNode): boolean => (node.contains & contains.aggregate) !== 0
export const isWindow = (node: ExpressionNode): boolean => (node.contains & contains.window) !== 0
