/** Logic, conditions, casts and values: what most statements use. Other functions stand by theme in files of their own. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { ExpressionNode } from './nodes.js'
import {
  argument,
  conditions,
  describe,
  isStatement,
  nameOf,
  nodeOf,
  operand,
  type Statement,
  statementNode,
  unlabelled,
} from './operand.js'
import {
  type AnyFamily,
  type BooleanExpr,
  type Condition,
  type Expr,
  type SubqueryOperand,
  TYPE,
  type Typed,
  type TypeToken,
} from './typed.js'
import { builtin, eitherType, isNumber, promote } from './types.js'
import { type LiteralFamily, typeOfValue, type Widened } from './values.js'

/** `a AND b`; operands that are `false` are left out, none at all is TRUE. */
export function and<Cols extends string = never, Kind extends string = never>(
  ...operands: Condition<Cols, Kind>[]
): BooleanExpr<boolean | null, Cols, never, Kind> {
  return typed(make.logical('and', conditions(operands, 'and()')))
}

/** `a OR b`; operands that are `false` are left out, none at all is FALSE. */
export function or<Cols extends string = never, Kind extends string = never>(
  ...operands: Condition<Cols, Kind>[]
): BooleanExpr<boolean | null, Cols, never, Kind> {
  return typed(make.logical('or', conditions(operands, 'or()')))
}

/** `NOT a` */
export function not<Value extends boolean | null, Cols extends string, Nul extends string, Kind extends string>(
  condition: Typed<Value, Cols, Nul, Kind, any>,
): BooleanExpr<boolean | (Value & null), Cols, Nul, Kind> {
  const [node] = conditions([condition], 'not()')
  if (node === undefined) throw new CompileError('not() takes a condition, not false; leave it out where there is none')
  return typed(make.unary('not', node, builtin.boolean))
}

/** `EXISTS (SELECT …)`; what the statement misses in its own FROM is looked for outside. */
export function exists<Need extends string = never>(
  statement: SubqueryOperand<any, Need>,
): BooleanExpr<boolean, `${Need}→*`, never, 'row'> {
  if (!isStatement(statement)) throw new CompileError(`exists() takes a statement, not ${describe(statement)}`)
  return typed(make.exists(statementNode(statement as unknown as Statement)))
}

/** `COALESCE(a, b)`: `a`, or `b` where `a` is null. */
export function coalesce<
  Value,
  Cols extends string,
  Kind extends string,
  Fam extends AnyFamily,
  V2,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
  otherwise: Typed<V2, C2, N2, A2, Fam>,
): Expr<NonNullable<Value> | V2, Cols | C2, N2, Kind | A2, Fam>
export function coalesce<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
  otherwise: NonNullable<Value>,
): Expr<NonNullable<Value>, Cols, never, Kind, Fam>
export function coalesce(expression: object, otherwise: unknown): unknown {
  const node = nodeOf(expression)
  const other = operand(otherwise, node)
  return typed(make.call('coalesce', [node, other], eitherType(node.type, other.type)))
}

/** `NULLIF(a, b)`: null where they are equal, else `a`. */
export function nullif<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  Fam extends AnyFamily,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  expression: Typed<Value, Cols, Nul, Kind, Fam>,
  value: NonNullable<Value> | Typed<any, C2, N2, A2, Fam>,
): Expr<Value | null, Cols | C2, Nul | N2, Kind | A2, Fam> {
  const node = nodeOf(expression)
  const other = operand(value, node)
  // what is compared is what comes out, and PostgreSQL compares as the wider type
  return typed(make.call('nullif', [node, other], eitherType(node.type, other.type)))
}

function extreme(name: 'greatest' | 'least', first: object, rest: readonly unknown[]): never {
  const node = unlabelled(nodeOf(first))
  if (rest.length === 0) throw new CompileError(`${name}() compares at least two values`)
  const args = [node, ...rest.map((value) => argument(value, node.type, `${name}()`))]
  let { type } = node
  for (const other of args.slice(1)) {
    if (isNumber(type.family) && isNumber(other.type.family)) type = promote(type, other.type)
    else if (type.family !== other.type.family && type.family !== 'unknown' && other.type.family !== 'unknown')
      throw new CompileError(
        `${name}(): ${nameOf(node)} is ${type.family} and ${nameOf(other)} is ${other.type.family}; cast one of them`,
        'FAMILY',
      )
  }
  return typed(make.call(name, args, type)) as never
}

/** `GREATEST(a, b, …)`: null where any of them is null, on every dialect. */
export function greatest<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  Fam extends AnyFamily,
  V2 = never,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  first: Typed<Value, Cols, Nul, Kind, Fam>,
  ...rest: (NoInfer<NonNullable<Value>> | Typed<V2, C2, N2, A2, Fam>)[]
): Expr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam> {
  return extreme('greatest', first, rest)
}

/** `LEAST(a, b, …)`: null where any of them is null, on every dialect. */
export function least<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  Fam extends AnyFamily,
  V2 = never,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  first: Typed<Value, Cols, Nul, Kind, Fam>,
  ...rest: (NoInfer<NonNullable<Value>> | Typed<V2, C2, N2, A2, Fam>)[]
): Expr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam> {
  return extreme('least', first, rest)
}

/** `CAST(a AS type)` */
export function cast<Value, Cols extends string, Nul extends string, Kind extends string, V2, F2 extends AnyFamily>(
  expression: Typed<Value, Cols, Nul, Kind, any>,
  type: TypeToken<V2, F2>,
): Expr<NonNullable<V2> | (Value & null), Cols, Nul, Kind, F2> {
  return typed(make.cast(nodeOf(expression), type[TYPE]))
}

/** `CAST(a AS type)` of a text, null where it is no such value. PostgreSQL 16 and later. */
export function tryCast<Cols extends string, Nul extends string, Kind extends string, V2, F2 extends AnyFamily>(
  expression: Typed<any, Cols, Nul, Kind, 'text'>,
  type: TypeToken<V2, F2>,
): Expr<V2 | null, Cols, Nul, Kind, F2> {
  const node = unlabelled(nodeOf(expression))
  if (node.type.family !== 'text')
    throw new CompileError(`tryCast() takes text; ${nameOf(node)} is ${node.type.family}, so use cast()`, 'FAMILY')
  return typed(make.call('tryCast', [node], type[TYPE]))
}

/** A bound value as an expression: `literal(0)`, `literal(null, text())`. */
export function literal<V2, F2 extends AnyFamily>(value: null, type: TypeToken<V2, F2>): Expr<V2 | null, never, never, never, F2>
export function literal<V2, F2 extends AnyFamily>(
  value: NonNullable<V2>,
  type: TypeToken<V2, F2>,
): Expr<NonNullable<V2>, never, never, never, F2>
export function literal<const Value extends string | number | bigint | boolean | Date | Uint8Array>(
  value: Value,
): Expr<Widened<Value>, never, never, never, LiteralFamily<Value>>
export function literal(value: unknown, type?: TypeToken<unknown, string>): unknown {
  if (value === undefined) throw new CompileError('literal(undefined): use null with a type for NULL', 'UNDEFINED_VALUE')
  return typed(make.parameter(value, type ? type[TYPE] : typeOfValue(value)))
}

function quantifiedOf(quantifier: 'any' | 'all', of: unknown): never {
  if (isStatement(of)) return typed(make.quantified(quantifier, statementNode(of), undefined, builtin.unknown)) as never
  const array: ExpressionNode = unlabelled(nodeOf(of as object))
  if (array.type.family !== 'array' && array.type.family !== 'unknown')
    throw new CompileError(`${quantifier}() takes a statement or an array; ${nameOf(array)} is ${array.type.family}`, 'FAMILY')
  return typed(make.quantified(quantifier, undefined, array, array.type.detail?.element ?? builtin.unknown)) as never
}

/** `ANY (SELECT …)` or `ANY (array)` on the right of a comparison: `a.gt(any(select(…)))` is true where it is true for one of them. */
export function any<Fam extends string, Need extends string = never>(
  statement: SubqueryOperand<Fam, Need>,
): Typed<null, `${Need}→*`, never, 'row', Fam>
export function any<Cols extends string, Nul extends string, Kind extends string>(
  array: Typed<any, Cols, Nul, Kind, 'array'>,
): Typed<null, Cols, Nul, Kind, any>
export function any(of: unknown): unknown {
  return quantifiedOf('any', of)
}

/** `ALL (SELECT …)` or `ALL (array)`: the comparison must be true for each of them. */
export function all<Fam extends string, Need extends string = never>(
  statement: SubqueryOperand<Fam, Need>,
): Typed<null, `${Need}→*`, never, 'row', Fam>
export function all<Cols extends string, Nul extends string, Kind extends string>(
  array: Typed<any, Cols, Nul, Kind, 'array'>,
): Typed<null, Cols, Nul, Kind, any>
export function all(of: unknown): unknown {
  return quantifiedOf('all', of)
}
