/** What operators and functions are given, checked and made nodes of. Everything here knows expressions by their brand only. */
import { CompileError } from './errors.js'
import * as make from './factory.js'
import type { ColumnNode, ExpressionNode, OrderNode, StatementNode } from './nodes.js'
import { contains } from './nodes.js'
import { type Family, isNumber, type SqlType } from './types.js'

/** The brand: a symbol that no input can name, so that JSON cannot forge SQL. */
export const NODE: unique symbol = Symbol('quern.node')
/** What carries a node: the part of every expression that the checks here know. */
export class Branded {
  readonly [NODE]: ExpressionNode

  constructor(node: ExpressionNode) {
    this[NODE] = node
  }
}
export const STATEMENT: unique symbol = Symbol('quern.statement')
export const MADE: unique symbol = Symbol('quern.made')
const KEPT = Symbol('quern.kept')

/** Anything that can be run or embedded as a statement; the `sql` package extends it. */
export abstract class Statement {
  /** Absent where it is made when somebody asks for it. */
  [STATEMENT]: StatementNode | undefined;
  /** Where the compiler keeps what it made of the statement; in the object from the start, so that all have one shape. */
  [KEPT]: unknown

  constructor(node: StatementNode | undefined) {
    this[STATEMENT] = node
    this[KEPT] = undefined
  }

  /** Makes the node of a statement that was begun without one. */
  [MADE](): StatementNode {
    throw new CompileError('a statement without a node')
  }
}
export const keptOf = (statement: object): unknown => (statement as { [KEPT]?: unknown } | null | undefined)?.[KEPT]
export function keep(statement: object, made: unknown): void {
  ;(statement as { [KEPT]?: unknown })[KEPT] = made
}
export const isStatement = (value: unknown): value is Statement => value instanceof Statement
export const statementNode = (statement: Statement): StatementNode => statement[STATEMENT] ?? (statement[STATEMENT] = statement[MADE]())
/** Whether the node is there without being made. */
export const hasNode = (statement: Statement): boolean => statement[STATEMENT] !== undefined

/** By its class: a property, whatever its key, can be what a Proxy says to everybody. */
export const isExpression = (value: unknown): value is Branded => value instanceof Branded
export const nodeOf = (expression: object): ExpressionNode => {
  const node = (expression as Branded | null | undefined)?.[NODE]
  if (node === undefined) throw new CompileError(`expected an expression, got ${describe(expression)}`)
  return node
}

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
      if (NODE in value) return make.order((value as Branded)[NODE], false, undefined)
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

export const columnOf = (node: ExpressionNode): ColumnNode | undefined => (node.kind === 'column' ? node : undefined)

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
export function checkFamilies(left: ExpressionNode, right: ExpressionNode): void {
  const a = groupOf(left.type.family)
  const b = groupOf(right.type.family)
  if (a !== b && a !== 'unknown' && b !== 'unknown') {
    throw new CompileError(`${nameOf(left)} is ${a} and ${nameOf(right)} is ${b}; cast one of them to compare them`, 'FAMILY')
  }
}

/** The name under which the result is seen carries no text of its own inside an expression. */
export const unlabelled = (node: ExpressionNode): ExpressionNode => (node.kind === 'label' ? node.operand : node)

export function checkKey(key: unknown): string {
  if (typeof key !== 'string' || key === '')
    throw new CompileError(`a name in a select list must be a non-empty string, not ${describe(key)}`)
  return key
}

/** Conditions of `where`, `on`, `having`, `and`: `false` stands for none, everything else must be an expression. */
export function conditions(list: readonly unknown[], place: string): ExpressionNode[] {
  // an array that grows from nothing makes room for many more
  if (list.length === 1 && list[0] !== false) return [conditionOf(list[0], place)]
  const found: ExpressionNode[] = []
  for (const item of list) if (item !== false) found.push(conditionOf(item, place))
  return found
}

function conditionOf(item: unknown, place: string): ExpressionNode {
  if (!isExpression(item)) throw new CompileError(`${place} takes conditions or false, not ${describe(item)}`)
  const node = item[NODE]
  const { family } = node.type
  if (family !== 'boolean' && family !== 'unknown') throw new CompileError(`${place} takes conditions; ${nameOf(node)} is ${family}`)
  return node
}

/** True where an aggregate stands outside any window: such an expression has no meaning in WHERE. */
export const isAggregate = (node: ExpressionNode): boolean => (node.contains & contains.aggregate) !== 0
export const isWindow = (node: ExpressionNode): boolean => (node.contains & contains.window) !== 0

/** An aggregate of aggregates has no meaning, wherever inside it stands. */
export function refuseNested(node: ExpressionNode, place: string): void {
  if (node.contains & contains.aggregate)
    throw new CompileError(
      `an aggregate cannot stand in ${place} of another aggregate; select it in a subquery and aggregate there`,
      'AGGREGATE',
    )
  if (node.contains & contains.window)
    throw new CompileError(
      `a window function cannot stand in ${place} of an aggregate; select it in a subquery and aggregate there`,
      'WINDOW',
    )
}

/** An argument of a function: an expression as it is, anything else as a value of the type. */
export function argument(value: unknown, type: SqlType, place: string): ExpressionNode {
  if (isExpression(value)) return unlabelled(value[NODE])
  if (isStatement(value)) throw new CompileError(`${place}: use .scalar() to take a statement as a value`)
  if (value === undefined || value === null)
    throw new CompileError(`${place} takes a value or an expression, not ${describe(value)}`, 'UNDEFINED_VALUE')
  return make.parameter(value, type)
}
