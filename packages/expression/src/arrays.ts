/** Functions of arrays, ranges and series; PostgreSQL has them, the others refuse. Their operators are methods. */
import { elementOf } from './array-methods.js'
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { RangeFunction } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { argument, describe, nameOf, nodeOf, unlabelled } from './operand.js'
import type { AnyExpr, ArrayExpr, BooleanExpr, BoundOf, ElementOf, Expr, JsonExpr, NumberExpr, NumberFamily, Typed } from './typed.js'
import { builtin, isNumber, promote, type SqlType } from './types.js'

function ofFamily(value: object, family: 'array' | 'range' | 'json', name: string): ExpressionNode {
  const node = unlabelled(nodeOf(value))
  if (node.type.family !== family && node.type.family !== 'unknown')
    throw new CompileError(
      `${nameOf(node)} is ${node.type.family}; ${name}() takes ${family === 'json' ? 'JSON' : `an ${family}`.replace('an r', 'a r')}`,
      'FAMILY',
    )
  return node
}

/** `CARDINALITY(a)`: the number of elements, 0 of an empty array. */
export function arrayLength<Value, Cols extends string, Nul extends string, Kind extends string>(
  array: Typed<Value, Cols, Nul, Kind, 'array'>,
): NumberExpr<number | (Value & null), Cols, Nul, Kind, 'exact'> {
  return typed(make.call('arrayLength', [ofFamily(array, 'array', 'arrayLength')], builtin.integer))
}

/** `a || b`: the elements of both. */
export function arrayConcat<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  a: Typed<Value, Cols, Nul, Kind, 'array'>,
  b: NoInfer<NonNullable<Value>> | Typed<any, C2, N2, A2, 'array'>,
): ArrayExpr<Value, Cols | C2, Nul | N2, Kind | A2> {
  const node = ofFamily(a, 'array', 'arrayConcat')
  return typed(make.call('arrayConcat', [node, argument(b, node.type, 'arrayConcat()')], node.type))
}

const bound =
  (name: RangeFunction) =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    range: Typed<Value, Cols, Nul, Kind, 'range'>,
  ): AnyExpr<BoundOf<Value> | null, Cols, Nul, Kind> => {
    const node = ofFamily(range, 'range', name)
    const element = elementOf(node.type)
    return typed(make.call(name, [node], element.family === 'range' ? elementOf(element) : element))
  }
/** `LOWER(range)`: the lower bound; null where there is none. */
export const rangeLower = bound('rangeLower')
/** `UPPER(range)`: the upper bound; null where there is none. */
export const rangeUpper = bound('rangeUpper')
/** `ISEMPTY(range)` */
export function rangeIsEmpty<Value, Cols extends string, Nul extends string, Kind extends string>(
  range: Typed<Value, Cols, Nul, Kind, 'range'>,
): BooleanExpr<boolean | (Value & null), Cols, Nul, Kind> {
  return typed(make.call('rangeIsEmpty', [ofFamily(range, 'range', 'rangeIsEmpty')], builtin.boolean))
}

type Bound<Cols extends string, Nul extends string, Kind extends string> = number | bigint | Typed<any, Cols, Nul, Kind, NumberFamily>
/** `GENERATE_SERIES(start, stop, step)`: a row for each number, both ends included; PostgreSQL only. It stands in FROM through `tableFunction`. */
export function generateSeries<C1 extends string = never, A1 extends string = never, C2 extends string = never, A2 extends string = never>(
  start: Bound<C1, any, A1>,
  stop: Bound<C2, any, A2>,
  step?: number | bigint,
): Expr<number, C1 | C2, never, A1 | A2, 'exact'> {
  const nodes = [start, stop, ...(step === undefined ? [] : [step])].map(seriesBound)
  if (step !== undefined && Number(step) === 0) throw new CompileError('generateSeries() with a step of 0 would never end', 'INVALID_VALUE')
  const type = nodes.map((node) => node.type).reduce((a, b) => promote(a, b))
  return typed(make.call('generateSeries', nodes, type))
}
function seriesBound(value: unknown): ExpressionNode {
  const isBig = typeof value === 'bigint' || (typeof value === 'number' && Math.abs(value) >= 2 ** 31)
  const node = argument(value, isBig ? builtin.bigint : builtin.integer, 'generateSeries()')
  if (!isNumber(node.type.family) && node.type.family !== 'unknown')
    throw new CompileError(`generateSeries() counts numbers, not ${describe(value)}`, 'FAMILY')
  return node
}

/** `UNNEST(array)`: a row for each element; PostgreSQL only. It stands in FROM through `tableFunction`. */
export function unnest<Value, Cols extends string, Nul extends string, Kind extends string>(
  array: Typed<Value, Cols, Nul, Kind, 'array'>,
): AnyExpr<ElementOf<Value> | null, Cols, Nul, Kind> {
  const node = ofFamily(array, 'array', 'unnest')
  const type: SqlType = elementOf(node.type)
  return typed(make.call('unnest', [node], type))
}

/** `JSONB_ARRAY_ELEMENTS(json)`: a row for each element of a JSON array; PostgreSQL only. */
export function jsonArrayElements<Value, Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<Value, Cols, Nul, Kind, 'json'>,
): JsonExpr<ElementOf<Value>, Cols, Nul, Kind> {
  return typed(make.call('jsonArrayElements', [ofFamily(json, 'json', 'jsonArrayElements')], builtin.jsonb))
}
