/** The one class behind every typed expression, and the one bridge between it and the untyped tree. */

import * as arrays from './array-methods.js'
import * as bits from './bit-methods.js'
import { CompileError } from './errors.js'
import * as make from './factory.js'
import * as json from './json-methods.js'
import type { AggregateNode, BinaryOperator, ExpressionNode, OrderNode } from './nodes.js'
import {
  Branded,
  checkFamilies,
  checkKey,
  columnOf,
  conditions,
  describe,
  isExpression,
  isStatement,
  NODE,
  nameOf,
  Order,
  operand,
  refuseNested,
  statementNode,
  unlabelled,
} from './operand.js'
import { overOf } from './over.js'
import { TYPE, type TypeToken } from './typed.js'
import { builtin, isInteger, isNumber, numericNumber, promote, type SqlType, sqlType } from './types.js'

/** Gives a node the type that its maker has worked out. */
export const typed = <E>(node: ExpressionNode): E => new Expression(node) as E

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
  const exact = typeof other === 'number' && isExactNumeric(left.type)
  return new Expression(make.binary(operator, left, right, exact ? builtin.numeric : promote(left.type, right.type)))
}

const isExactNumeric = ({ name, mode }: SqlType): boolean => name === 'numeric' && mode !== 'number'

/** A fraction beside an integer column is a double, as in SQL; everything else has the column's type without its limits. */
function operandType(type: SqlType, value: unknown): SqlType {
  if (typeof value === 'number' && isInteger(type)) return Number.isInteger(value) ? type : builtin.doublePrecision
  // the digits of a number, as SQL takes them: 0.2 beside a numeric is the decimal 0.2
  if (type.name === 'numeric') return type.mode === 'number' || typeof value === 'number' ? numericNumber : builtin.numeric
  return type
}

function like(left: ExpressionNode, pattern: unknown, insensitive: boolean): Expression {
  if (pattern === null) throw new CompileError(`${nameOf(left)} LIKE NULL is never true; use isNull()`, 'NULL_COMPARISON')
  const right = operand(pattern, left, builtin.text)
  for (const side of [left, right]) checkText(side)
  return new Expression(make.like(left, right, insensitive))
}

/** A number or a date would be compared by its digits, in the words of each server. */
function checkText(node: ExpressionNode): void {
  const { family } = node.type
  if (family !== 'text' && family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${isNumber(family) ? 'a number' : family}, not text; cast it to text() for LIKE`, 'FAMILY')
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

function affix(left: ExpressionNode, text: unknown, before: string, after: string): Expression {
  if (typeof text !== 'string') throw new CompileError(`${nameOf(left)}: the text to look for must be a string, not ${describe(text)}`)
  checkText(left)
  return new Expression(make.like(left, make.parameter(before + escapeLike(text) + after, builtin.text, columnOf(left)), false))
}

function inside(left: ExpressionNode, list: unknown, negated: boolean): Expression {
  if (isStatement(list)) return new Expression(make.inQuery(left, statementNode(list), negated))
  if (!Array.isArray(list)) throw new CompileError(`${nameOf(left)} in …: expected an array or a statement, not ${describe(list)}`)
  const items = list.map((item) => {
    if (item === null)
      throw new CompileError(`${nameOf(left)} in …: the list holds null, which IN never matches; use isNull() beside it`, 'NULL_COMPARISON')
    return operand(item, left)
  })
  if (items.length === 0) return new Expression(negated ? make.constant.true : make.constant.false)
  return new Expression(make.inList(left, items, negated))
}

export class Expression extends Branded {
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
    return new Expression(make.between(node, ends[0], ends[1], false))
  }

  betweenSymmetric(low: unknown, high: unknown): Expression {
    const node = this[NODE]
    if (low === null || high === null) throw new CompileError(`${nameOf(node)} BETWEEN NULL is never true`, 'NULL_COMPARISON')
    const ends = [operand(low, node), operand(high, node)] as const
    for (const end of ends) checkFamilies(node, end)
    return new Expression(make.between(node, ends[0], ends[1], true))
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

  contains(other: unknown): Expression {
    const node = this[NODE]
    if (arrays.isCollection(node)) return new Expression(arrays.compared('contains', node, other))
    return affix(node, other, '%', '%')
  }

  containedBy(other: unknown): Expression {
    return new Expression(arrays.compared('containedBy', this[NODE], other))
  }

  overlaps(other: unknown): Expression {
    return new Expression(arrays.compared('overlaps', this[NODE], other))
  }

  adjacent(other: unknown): Expression {
    return new Expression(arrays.ranged('rangeAdjacent', this[NODE], other))
  }

  before(other: unknown): Expression {
    return new Expression(arrays.ranged('rangeBefore', this[NODE], other))
  }

  after(other: unknown): Expression {
    return new Expression(arrays.ranged('rangeAfter', this[NODE], other))
  }

  intersection(other: unknown): Expression {
    return new Expression(arrays.ranged('rangeIntersection', this[NODE], other))
  }

  union(other: unknown): Expression {
    return new Expression(arrays.ranged('rangeUnion', this[NODE], other))
  }

  at(index: unknown): Expression {
    return new Expression(arrays.element(this[NODE], index))
  }

  slice(from: unknown, to?: unknown): Expression {
    return new Expression(arrays.slice(this[NODE], from, to))
  }

  append(value: unknown): Expression {
    return new Expression(arrays.append('arrayAppend', this[NODE], value))
  }

  prepend(value: unknown): Expression {
    return new Expression(arrays.append('arrayPrepend', this[NODE], value))
  }

  regexp(pattern: unknown): Expression {
    return matching('regexp', this[NODE], pattern)
  }

  iregexp(pattern: unknown): Expression {
    return matching('iregexp', this[NODE], pattern)
  }

  collate(...collation: string[]): Expression {
    const node = this[NODE]
    if (collation.length === 0 || collation.length > 2) throw new CompileError("collate() takes a collation's name, or its schema and name")
    for (const name of collation) checkKey(name)
    if (node.type.family !== 'text' && node.type.family !== 'unknown' && node.type.family !== 'enum')
      throw new CompileError(`${nameOf(node)} is ${node.type.family}; only text has a collation`, 'FAMILY')
    return new Expression(make.collate(unlabelled(node), Object.freeze([...collation])))
  }

  matches(query: unknown): Expression {
    return new Expression(make.call('matches', [this[NODE], operand(query, this[NODE], tsquery)], builtin.boolean))
  }

  get(...path: readonly unknown[]): Expression {
    return new Expression(json.got('jsonGet', this[NODE], path))
  }

  getText(...path: readonly unknown[]): Expression {
    return new Expression(json.got('jsonGetText', this[NODE], path))
  }

  path(path: unknown): Expression {
    return new Expression(json.got('jsonGet', this[NODE], path, 'path()'))
  }

  bitAnd(other: unknown): Expression {
    return new Expression(bits.bitwise('bitAnd', this[NODE], other))
  }

  bitOr(other: unknown): Expression {
    return new Expression(bits.bitwise('bitOr', this[NODE], other))
  }

  bitXor(other: unknown): Expression {
    return new Expression(bits.bitwise('bitXor', this[NODE], other))
  }

  bitNot(): Expression {
    return new Expression(bits.bitwise('bitNot', this[NODE], undefined))
  }

  shiftLeft(by: unknown): Expression {
    return new Expression(bits.shifted('shiftLeft', this[NODE], by))
  }

  shiftRight(by: unknown): Expression {
    return new Expression(bits.shifted('shiftRight', this[NODE], by))
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
    return new Expression(overOf(this[NODE], spec))
  }

  filter(condition: unknown): Expression {
    const node = aggregateNode(this[NODE], 'filter()')
    const [added] = conditions([condition], 'filter()')
    if (added === undefined) return this
    refuseNested(added, 'FILTER')
    return new Expression(
      make.aggregate(
        node.name,
        node.args,
        node.type,
        node.distinct,
        node.filter ? make.logical('and', [node.filter, added]) : added,
        node.orderBy,
        node.within,
        node.custom,
      ),
    )
  }

  distinct(): Expression {
    const node = aggregateNode(this[NODE], 'distinct()')
    if (node.args[0]?.kind === 'constant') throw new CompileError('count(*) has nothing to be distinct by; name a column')
    if (node.within || node.args.length === 0) throw new CompileError(`${nameOf(node)} takes no DISTINCT`)
    return new Expression(make.aggregate(node.name, node.args, node.type, true, node.filter, node.orderBy, node.within, node.custom))
  }

  orderBy(...keys: unknown[]): Expression {
    const node = aggregateNode(this[NODE], 'orderBy()')
    if (!ordered.includes(node.name) && !node.custom)
      throw new CompileError(`${nameOf(node)} is the same in every order; orderBy() is for ${ordered.join(', ')}`)
    return new Expression(make.aggregate(node.name, node.args, node.type, node.distinct, node.filter, orderOf(keys), false, node.custom))
  }

  withinGroup(...keys: unknown[]): Expression {
    const node = aggregateNode(this[NODE], 'withinGroup()')
    if (!withins.includes(node.name) && !node.custom) throw new CompileError(`${nameOf(node)} takes no WITHIN GROUP; use orderBy()`)
    const orderBy = orderOf(keys)
    // the value is one of those that are put in order
    const type = node.name === 'percentileDisc' || node.name === 'mode' ? orderBy[0]!.operand.type : node.type
    return new Expression(make.aggregate(node.name, node.args, type, node.distinct, node.filter, orderBy, true, node.custom))
  }
}

const tsquery = sqlType('tsquery', 'search')
const ordered: readonly string[] = ['stringAgg', 'arrayAgg', 'jsonAgg']
const withins: readonly string[] = ['percentileCont', 'percentileDisc', 'mode']

function aggregateNode(node: ExpressionNode, method: string): AggregateNode {
  if (node.kind !== 'aggregate') throw new CompileError(`${nameOf(node)} is no aggregate; only aggregates take ${method}`)
  return node
}

function orderOf(keys: readonly unknown[]): OrderNode[] {
  const found = keys.flat().map(Order.node)
  if (found.length === 0) throw new CompileError('an order needs a key')
  for (const { operand } of found) refuseNested(operand, 'ORDER BY')
  return found
}

/** A pattern is text, and NULL matches nothing. */
function matching(name: 'regexp' | 'iregexp', left: ExpressionNode, pattern: unknown): Expression {
  if (pattern === null) throw new CompileError(`${nameOf(left)} matches NULL is never true; use isNull()`, 'NULL_COMPARISON')
  const right = operand(pattern, left, builtin.text)
  for (const side of [left, right]) {
    if (side.type.family !== 'text' && side.type.family !== 'unknown')
      throw new CompileError(`${nameOf(side)} is ${side.type.family}; only text matches a pattern`, 'FAMILY')
  }
  return new Expression(make.call(name, [left, right], builtin.boolean))
}
