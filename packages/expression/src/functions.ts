/** SQL's functions, named as in SQL and camelCased. */
import { CompileError } from './errors.js'
import {
  conditions,
  describe,
  isExpression,
  isStatement,
  nodeOf,
  operand,
  type Statement,
  statementNode,
  typed,
  unlabelled,
} from './expression.js'
import * as make from './factory.js'
import type { ExpressionNode } from './nodes.js'
import {
  type Aggregate,
  type BooleanExpr,
  type ByFamily,
  type Condition,
  type Expr,
  type SubqueryOperand,
  type TextExpr,
  TYPE,
  type Typed,
  type TypeToken,
  type WindowFunction,
} from './typed.js'
import { builtin, countType, type SqlType } from './types.js'
import { typeOfValue } from './values.js'

type AnyFamily = keyof ByFamily<any, never, never, never>

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

/** `COUNT(*)`, or `COUNT(a)`: the rows in which `a` is not null. Never null. */
export function count<Cols extends string = never, Kind extends string = never>(
  expression?: Typed<any, Cols, any, Kind, any>,
): Aggregate<number, Cols, Kind, 'exact'> {
  const argument = expression === undefined ? make.constant.star : nodeOf(expression)
  return typed(make.aggregate('count', [argument], countType, false, undefined))
}

/** `SUM(a)`: of integers a number (an error beyond 2^53), of bigint a bigint, of numeric a string; null over no rows. */
export function sum<Value, Cols extends string, Kind extends string, Fam extends 'exact' | 'float'>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): Aggregate<Value | null, Cols, Kind, Fam> {
  const node = nodeOf(expression)
  return typed(make.aggregate('sum', [node], sumType(node.type), false, undefined))
}

function sumType(type: SqlType): SqlType {
  if (type.name === 'smallint' || type.name === 'integer') return countType
  if (type.name === 'numeric' && type.mode !== 'number') return builtin.numeric
  return type.name === 'real' ? builtin.doublePrecision : type
}

/** `AVG(a)`: of exact types a string with all the server's digits, of floats a number; null over no rows. */
export function avg<Cols extends string, Kind extends string, Fam extends 'exact' | 'float'>(
  expression: Typed<any, Cols, any, Kind, Fam>,
): Aggregate<AvgOf<Fam> | null, Cols, Kind, Fam> {
  const node = nodeOf(expression)
  const type = node.type.family === 'float' ? builtin.doublePrecision : builtin.numeric
  return typed(make.aggregate('avg', [node], type, false, undefined))
}
type AvgOf<Fam> = Fam extends 'float' ? number : string

/** `MIN(a)`; null over no rows. */
export function min<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): Aggregate<Value | null, Cols, Kind, Fam> {
  const node = nodeOf(expression)
  return typed(make.aggregate('min', [node], node.type, false, undefined))
}

/** `MAX(a)`; null over no rows. */
export function max<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): Aggregate<Value | null, Cols, Kind, Fam> {
  const node = nodeOf(expression)
  return typed(make.aggregate('max', [node], node.type, false, undefined))
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
  return typed(make.call('coalesce', [node, operand(otherwise, node)], node.type))
}

/** `NULLIF(a, b)`: null where they are equal, else `a`. */
export function nullif<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, Nul, Kind, Fam>,
  value: NonNullable<Value>,
): Expr<Value | null, Cols, Nul, Kind, Fam> {
  const node = nodeOf(expression)
  return typed(make.call('nullif', [node, operand(value, node)], node.type))
}

/** `CAST(a AS type)` */
export function cast<Value, Cols extends string, Nul extends string, Kind extends string, V2, F2 extends AnyFamily>(
  expression: Typed<Value, Cols, Nul, Kind, any>,
  type: TypeToken<V2, F2>,
): Expr<NonNullable<V2> | (Value & null), Cols, Nul, Kind, F2> {
  return typed(make.cast(nodeOf(expression), type[TYPE]))
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
type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends bigint
      ? bigint
      : Value extends boolean
        ? boolean
        : Value
type LiteralFamily<Value> = Value extends string
  ? 'text'
  : Value extends number | bigint
    ? 'exact'
    : Value extends boolean
      ? 'boolean'
      : Value extends Date
        ? 'datetime'
        : 'bytes'

/** `LOWER(a)` */
export const lower = <Value, Cols extends string, Nul extends string, Kind extends string>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
): TextExpr<string | (Value & null), Cols, Nul, Kind> => typed(make.call('lower', [nodeOf(text)], builtin.text))

/** `UPPER(a)` */
export const upper = <Value, Cols extends string, Nul extends string, Kind extends string>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
): TextExpr<string | (Value & null), Cols, Nul, Kind> => typed(make.call('upper', [nodeOf(text)], builtin.text))

/** `CHAR_LENGTH(a)`: the number of characters, not bytes. */
export const charLength = <Value, Cols extends string, Nul extends string, Kind extends string>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
): Expr<number | (Value & null), Cols, Nul, Kind, 'exact'> => typed(make.call('char_length', [nodeOf(text)], builtin.integer))

/** `ABS(a)` */
export const abs = <Value, Cols extends string, Nul extends string, Kind extends string, Fam extends 'exact' | 'float'>(
  number: Typed<Value, Cols, Nul, Kind, Fam>,
): Expr<Value, Cols, Nul, Kind, Fam> => typed(make.call('abs', [nodeOf(number)], nodeOf(number).type))

/** The time at which the statement runs: `CURRENT_TIMESTAMP`, in UTC, with milliseconds. */
export const now = (): Expr<Date, never, never, never, 'datetime'> => typed(make.call('now', [], builtin.timestamptz))

const rankFunction = (name: string) => (): WindowFunction<number, never, never, 'exact'> => typed(make.call(name, [], countType))
/** `ROW_NUMBER() OVER (…)`: 1, 2, 3 … */
export const rowNumber = rankFunction('row_number')
/** `RANK() OVER (…)`: peers share a rank, and gaps follow them. */
export const rank = rankFunction('rank')
/** `DENSE_RANK() OVER (…)`: peers share a rank, without gaps. */
export const denseRank = rankFunction('dense_rank')

const neighbour =
  (name: string) =>
  <Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
    expression: Typed<Value, Cols, any, Kind, Fam>,
  ): WindowFunction<Value | null, Cols, Kind, Fam> =>
    typed(make.call(name, [nodeOf(expression)], nodeOf(expression).type))
/** `LAG(a) OVER (…)`: the value in the row before, null in the first. */
export const lag = neighbour('lag')
/** `LEAD(a) OVER (…)`: the value in the row after, null in the last. */
export const lead = neighbour('lead')

/** `CASE WHEN condition THEN value … ELSE value END` */
export function caseWhen<Cols extends string, Kind extends string>(
  condition: Typed<boolean | null, Cols, any, Kind, any>,
): CaseThen<never, Cols, never, Kind, never> {
  return new Case([], nodeOf(condition)) as never
}

export interface CaseThen<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends AnyFamily> {
  then<V2, C2 extends string, N2 extends string, A2 extends string, F2 extends AnyFamily>(
    value: Typed<V2, C2, N2, A2, F2>,
  ): CaseEnd<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  then<const V2 extends string | number | bigint | boolean | Date>(
    value: V2,
  ): CaseEnd<Value | Widened<V2>, Cols, Nul, Kind, Fam | LiteralFamily<V2>>
}
export interface CaseEnd<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends AnyFamily> {
  when<C2 extends string, A2 extends string>(
    condition: Typed<boolean | null, C2, any, A2, any>,
  ): CaseThen<Value, Cols | C2, Nul, Kind | A2, Fam>
  else<V2, C2 extends string, N2 extends string, A2 extends string>(
    value: Typed<V2, C2, N2, A2, Fam>,
  ): Expr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam>
  else(value: NonNullable<Value>): Expr<Value, Cols, Nul, Kind, Fam>
  /** Without ELSE: null where no condition holds. */
  end(): Expr<Value | null, Cols, Nul, Kind, Fam>
}

class Case {
  readonly #branches: readonly { when: ExpressionNode; then: ExpressionNode }[]
  readonly #when: ExpressionNode | undefined

  constructor(branches: readonly { when: ExpressionNode; then: ExpressionNode }[], when?: ExpressionNode) {
    this.#branches = branches
    this.#when = when
  }

  then(value: unknown): Case {
    return new Case([...this.#branches, Object.freeze({ when: this.#when!, then: this.#value(value) })])
  }

  when(condition: object): Case {
    return new Case(this.#branches, nodeOf(condition))
  }

  else(value: unknown): unknown {
    return typed(make.caseOf(this.#branches, this.#value(value), this.#type))
  }

  end(): unknown {
    return typed(make.caseOf(this.#branches, undefined, this.#type))
  }

  get #type(): SqlType {
    return this.#branches[0]!.then.type
  }

  #value(value: unknown): ExpressionNode {
    if (isExpression(value)) return unlabelled(nodeOf(value))
    if (value === undefined || value === null)
      throw new CompileError(`a CASE branch takes a value or an expression, not ${describe(value)}; leave ELSE out with .end() for NULL`)
    return make.parameter(value, this.#branches.length > 0 ? this.#type : typeOfValue(value))
  }
}

/** Any other function by its name: `fn('soundex', text())(users.name)`. The name is a plain SQL identifier, dotted for a schema. */
export const fn =
  <Value, Fam extends AnyFamily>(name: string, type: TypeToken<Value, Fam>) =>
  <Cols extends string = never, Nul extends string = never, Kind extends string = never>(
    ...args: Typed<any, Cols, Nul, Kind, any>[]
  ): Expr<Value | null, Cols, Nul, Kind, Fam> => {
    if (!/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*$/.test(name))
      throw new CompileError(`${JSON.stringify(name)} is no function name; it must be a plain identifier`)
    for (const arg of args) if (!isExpression(arg)) throw new CompileError(`${name}(…) takes expressions; wrap a value in literal()`)
    return typed(make.call(name, args.map(nodeOf), type[TYPE]))
  }
