/** CASE, searched and simple. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { ExpressionNode } from './nodes.js'
import { conditions, describe, isExpression, nodeOf, operand, unlabelled } from './operand.js'
import type { AnyFamily, Expr, Typed } from './typed.js'
import { eitherType, type SqlType } from './types.js'
import { type LiteralFamily, typeOfValue, type Widened } from './values.js'

/** `CASE WHEN condition THEN value … ELSE value END` */
export function caseWhen<Cols extends string, Kind extends string>(
  condition: Typed<boolean | null, Cols, any, Kind, any>,
): CaseThen<never, Cols, never, Kind, never> {
  return new Case(undefined, [], conditionNode(condition)) as never
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

/** `CASE a WHEN value THEN result … ELSE result END`: each value is compared with `a` by `=`. */
export function caseOf<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  operand: Typed<Value, Cols, any, Kind, Fam>,
): CaseOf<Value, Fam, Cols, Kind> {
  return new Case(unlabelled(nodeOf(operand)), []) as never
}
export interface CaseOf<Value, Fam extends AnyFamily, Cols extends string, Kind extends string> {
  when<C2 extends string, A2 extends string>(
    value: Typed<any, C2, any, A2, Fam>,
  ): CaseOfThen<Value, Fam, never, Cols | C2, never, Kind | A2, never>
  when(value: NonNullable<Value>): CaseOfThen<Value, Fam, never, Cols, never, Kind, never>
}
export interface CaseOfThen<
  Of,
  OfFam extends AnyFamily,
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  Fam extends AnyFamily,
> {
  then<V2, C2 extends string, N2 extends string, A2 extends string, F2 extends AnyFamily>(
    value: Typed<V2, C2, N2, A2, F2>,
  ): CaseOfEnd<Of, OfFam, Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  then<const V2 extends string | number | bigint | boolean | Date>(
    value: V2,
  ): CaseOfEnd<Of, OfFam, Value | Widened<V2>, Cols, Nul, Kind, Fam | LiteralFamily<V2>>
}
export interface CaseOfEnd<
  Of,
  OfFam extends AnyFamily,
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  Fam extends AnyFamily,
> {
  when<C2 extends string, A2 extends string>(
    value: Typed<any, C2, any, A2, OfFam>,
  ): CaseOfThen<Of, OfFam, Value, Cols | C2, Nul, Kind | A2, Fam>
  when(value: NonNullable<Of>): CaseOfThen<Of, OfFam, Value, Cols, Nul, Kind, Fam>
  else<V2, C2 extends string, N2 extends string, A2 extends string>(
    value: Typed<V2, C2, N2, A2, Fam>,
  ): Expr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam>
  else(value: NonNullable<Value>): Expr<Value, Cols, Nul, Kind, Fam>
  /** Without ELSE: null where no value is equal. */
  end(): Expr<Value | null, Cols, Nul, Kind, Fam>
}

function conditionNode(condition: unknown): ExpressionNode {
  const [node] = conditions([condition], 'when()')
  if (node === undefined) throw new CompileError('a CASE branch takes a condition, not false; leave the branch out where there is none')
  return node
}

type Branch = { readonly when: ExpressionNode; readonly then: ExpressionNode }
class Case {
  readonly #operand: ExpressionNode | undefined
  readonly #branches: readonly Branch[]
  readonly #when: ExpressionNode | undefined

  constructor(of: ExpressionNode | undefined, branches: readonly Branch[], when?: ExpressionNode) {
    this.#operand = of
    this.#branches = branches
    this.#when = when
  }

  then(value: unknown): Case {
    return new Case(this.#operand, [...this.#branches, Object.freeze({ when: this.#when!, then: this.#value(value) })])
  }

  when(value: unknown): Case {
    const of = this.#operand
    if (of === undefined) return new Case(undefined, this.#branches, conditionNode(value))
    if (value === null) throw new CompileError('CASE … WHEN NULL is never equal; use caseWhen(a.isNull())', 'NULL_COMPARISON')
    return new Case(of, this.#branches, unlabelled(operand(value, of)))
  }

  else(value: unknown): unknown {
    const otherwise = this.#value(value)
    return typed(make.caseOf(this.#operand, this.#branches, otherwise, eitherType(this.#type, otherwise.type)))
  }

  end(): unknown {
    return typed(make.caseOf(this.#operand, this.#branches, undefined, this.#type))
  }

  get #type(): SqlType {
    return this.#branches.map(({ then }) => then.type).reduce(eitherType)
  }

  #value(value: unknown): ExpressionNode {
    if (isExpression(value)) return unlabelled(nodeOf(value))
    if (value === undefined || value === null)
      throw new CompileError(`a CASE branch takes a value or an expression, not ${describe(value)}; leave ELSE out with .end() for NULL`)
    return make.parameter(value, this.#branches.length > 0 ? this.#type : typeOfValue(value))
  }
}
