/** Functions of numbers that mean the same on every dialect. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { MathFunction } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { argument, nameOf, nodeOf, unlabelled } from './operand.js'
import type { Expr, NumberExpr, NumberFamily, Typed } from './typed.js'
import { builtin, isNumber, promote } from './types.js'

function numberNode(value: object, name: string): ExpressionNode {
  const node = unlabelled(nodeOf(value))
  if (!isNumber(node.type.family) && node.type.family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${node.type.family}; ${name}() takes a number`, 'FAMILY')
  return node
}

const sameNumber =
  (name: MathFunction) =>
  <Value, Cols extends string, Nul extends string, Kind extends string, Fam extends NumberFamily>(
    number: Typed<Value, Cols, Nul, Kind, Fam>,
  ): NumberExpr<Value, Cols, Nul, Kind, Fam> => {
    const node = numberNode(number, name)
    return typed(make.call(name, [node], promote(node.type, node.type)))
  }
/** `ABS(a)` */
export const abs = sameNumber('abs')
/** `CEIL(a)`: the least whole number that is not below `a`. */
export const ceil = sameNumber('ceil')
/** `FLOOR(a)`: the greatest whole number that is not above `a`. */
export const floor = sameNumber('floor')

const rounded =
  (name: 'round' | 'trunc') =>
  <Value, Cols extends string, Nul extends string, Kind extends string, Fam extends NumberFamily>(
    number: Typed<Value, Cols, Nul, Kind, Fam>,
    digits = 0,
  ): NumberExpr<Value, Cols, Nul, Kind, Fam> => {
    const node = numberNode(number, name)
    if (!Number.isInteger(digits) || digits < 0 || digits > 30)
      throw new CompileError(`${name}() takes a number of digits from 0 to 30, not ${digits}`)
    if (digits > 0 && node.type.family === 'float')
      throw new CompileError(
        `${name}() to decimal digits is for exact numbers; a double has none: cast ${nameOf(node)} to numeric()`,
        'FAMILY',
      )
    const args = digits === 0 ? [node] : [node, make.parameter(digits, builtin.integer)]
    return typed(make.call(name, args, promote(node.type, node.type)))
  }
/** `ROUND(a, digits)`: halves away from zero, of floating point too. Digits are for exact numbers. */
export const round = rounded('round')
/** `TRUNC(a, digits)`: towards zero. Digits are for exact numbers. */
export const trunc = rounded('trunc')

/** `SIGN(a)`: -1, 0 or 1. */
export function sign<Value, Cols extends string, Nul extends string, Kind extends string>(
  number: Typed<Value, Cols, Nul, Kind, NumberFamily>,
): NumberExpr<number | (Value & null), Cols, Nul, Kind, 'exact'> {
  return typed(make.call('sign', [numberNode(number, 'sign')], builtin.integer))
}

const double =
  (name: MathFunction) =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    number: Typed<Value, Cols, Nul, Kind, NumberFamily>,
  ): NumberExpr<number | (Value & null), Cols, Nul, Kind, 'float'> =>
    typed(make.call(name, [numberNode(number, name)], builtin.doublePrecision))
/** `SQRT(a)`, a double; of a negative number an error on PostgreSQL, null elsewhere. */
export const sqrt = double('sqrt')
/** `EXP(a)`, a double. */
export const exp = double('exp')
/** `LN(a)`: the natural logarithm, a double; not above zero an error on PostgreSQL, null elsewhere. */
export const ln = double('ln')
/** `LOG10(a)`, a double. */
export const log10 = double('log10')
/** `SIN(a)` of radians. */
export const sin = double('sin')
/** `COS(a)` of radians. */
export const cos = double('cos')
/** `TAN(a)` of radians. */
export const tan = double('tan')
/** `ASIN(a)` in radians. */
export const asin = double('asin')
/** `ACOS(a)` in radians. */
export const acos = double('acos')
/** `ATAN(a)` in radians. */
export const atan = double('atan')
/** `DEGREES(a)` of radians. */
export const degrees = double('degrees')
/** `RADIANS(a)` of degrees. */
export const radians = double('radians')

const ofTwo =
  (name: 'power' | 'atan2') =>
  <
    V1,
    C1 extends string,
    N1 extends string,
    A1 extends string,
    C2 extends string = never,
    N2 extends string = never,
    A2 extends string = never,
  >(
    a: Typed<V1, C1, N1, A1, NumberFamily>,
    b: number | Typed<any, C2, N2, A2, NumberFamily>,
  ): NumberExpr<number | null, C1 | C2, N1 | N2, A1 | A2, 'float'> => {
    const right = argument(b, builtin.doublePrecision, `${name}()`)
    return typed(make.call(name, [numberNode(a, name), right], builtin.doublePrecision))
  }
/** `POWER(a, b)`, a double. */
export const power = ofTwo('power')
/** `ATAN2(y, x)` in radians. */
export const atan2 = ofTwo('atan2')

/** `RANDOM()`: a double from 0 up to, not including, 1; anew for each row. */
export const random = (): NumberExpr<number, never, never, never, 'float'> => typed(make.call('random', [], builtin.doublePrecision))
/** The number π, a bound double. */
export const pi = (): Expr<number, never, never, never, 'float'> => typed(make.parameter(Math.PI, builtin.doublePrecision))
