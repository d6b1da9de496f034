/** Aggregates. All but `count` are null over no rows. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { AggregateName } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { describe, nameOf, nodeOf, refuseNested, unlabelled } from './operand.js'
import type { Aggregate, AnyFamily, JsonOf, NumberFamily, Typed, WindowFunction } from './typed.js'
import { builtin, countType, type SqlType, sqlType } from './types.js'

const of = (name: AggregateName, args: readonly ExpressionNode[], type: SqlType): never =>
  typed(make.aggregate(name, args, type, false, undefined)) as never
/** An argument that no other aggregate may stand in. */
function argumentOf(expression: object, place: string): ExpressionNode {
  const node = unlabelled(nodeOf(expression))
  refuseNested(node, place)
  return node
}

/** An aggregate of an aggregate has a meaning with OVER only: `sum(count()).over()`. Of what is not known it is any aggregate. */
type OuterAggregate<Value, Cols extends string, Kind extends string, Fam extends AnyFamily> = 'aggregate' extends Kind
  ? string extends Kind
    ? Aggregate<Value, Cols, Kind, Fam>
    : WindowFunction<Value, Cols, Kind, Fam>
  : Aggregate<Value, Cols, Kind, Fam>

/** `COUNT(*)`, or `COUNT(a)`: the rows in which `a` is not null. Never null. */
export function count<Cols extends string = never, Kind extends string = never>(
  expression?: Typed<any, Cols, any, Kind, any>,
): Aggregate<number, Cols, Kind, 'exact'> {
  const argument = expression === undefined ? make.constant.star : unlabelled(nodeOf(expression))
  return of('count', [argument], countType)
}

/** `SUM(a)`: of integers a number (an error beyond 2^53), of bigint a bigint, of numeric a string; null over no rows. */
export function sum<Value, Cols extends string, Kind extends string, Fam extends 'exact' | 'float'>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): OuterAggregate<Value | null, Cols, Kind, Fam> {
  const node = unlabelled(nodeOf(expression))
  return of('sum', [node], sumType(node.type))
}

function sumType(type: SqlType): SqlType {
  if (type.name === 'smallint' || type.name === 'integer') return countType
  if (type.name === 'numeric' && type.mode !== 'number') return builtin.numeric
  return type.name === 'real' ? builtin.doublePrecision : type
}

/** `AVG(a)`: of exact types a string with all the server's digits, of floats a number; null over no rows. */
export function avg<Cols extends string, Kind extends string, Fam extends 'exact' | 'float'>(
  expression: Typed<any, Cols, any, Kind, Fam>,
): OuterAggregate<AvgOf<Fam> | null, Cols, Kind, Fam> {
  const node = unlabelled(nodeOf(expression))
  const type = node.type.family === 'float' ? builtin.doublePrecision : builtin.numeric
  return of('avg', [node], type)
}
type AvgOf<Fam> = Fam extends 'float' ? number : string

/** `MIN(a)`; null over no rows. */
export function min<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): OuterAggregate<Value | null, Cols, Kind, Fam> {
  const node = unlabelled(nodeOf(expression))
  return of('min', [node], node.type)
}

/** `MAX(a)`; null over no rows. */
export function max<Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
): OuterAggregate<Value | null, Cols, Kind, Fam> {
  const node = unlabelled(nodeOf(expression))
  return of('max', [node], node.type)
}

/** `STRING_AGG(a, separator)`, `GROUP_CONCAT(a SEPARATOR ', ')`: the texts that are not null, one after the other. */
export function stringAgg<Cols extends string, Kind extends string>(
  text: Typed<any, Cols, any, Kind, 'text'>,
  separator: string,
): Aggregate<string | null, Cols, Kind, 'text'> {
  if (typeof separator !== 'string') throw new CompileError(`stringAgg() takes a separator, not ${describe(separator)}`)
  const node = argumentOf(text, 'stringAgg()')
  if (node.type.family !== 'text' && node.type.family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${node.type.family}; stringAgg() takes text, so cast it`, 'FAMILY')
  return of('stringAgg', [node, make.parameter(separator, builtin.text)], builtin.text)
}

/** `ARRAY_AGG(a)`: all values, also null ones, as an array; PostgreSQL only. */
export function arrayAgg<Value, Cols extends string, Kind extends string>(
  expression: Typed<Value, Cols, any, Kind, any>,
): Aggregate<Value[] | null, Cols, Kind, 'array'> {
  const node = argumentOf(expression, 'arrayAgg()')
  return of('arrayAgg', [node], sqlType('array', 'array', undefined, undefined, undefined, undefined, undefined, { element: node.type }))
}

/** `JSON_AGG(a)`: all values, also null ones, as a JSON array; 64-bit integers, exact numbers, dates and UUIDs in it are texts. */
export function jsonAgg<Value, Cols extends string, Kind extends string>(
  expression: Typed<Value, Cols, any, Kind, any>,
): Aggregate<JsonOf<Value>[] | null, Cols, Kind, 'json'> {
  return of('jsonAgg', [argumentOf(expression, 'jsonAgg()')], builtin.jsonb)
}

/** `JSON_OBJECT_AGG(key, value)`: an object of the values by their keys. */
export function jsonObjectAgg<Value, C1 extends string, A1 extends string, C2 extends string, A2 extends string>(
  key: Typed<any, C1, any, A1, 'text'>,
  value: Typed<Value, C2, any, A2, any>,
): Aggregate<Record<string, JsonOf<Value>> | null, C1 | C2, A1 | A2, 'json'> {
  return of('jsonObjectAgg', [argumentOf(key, 'jsonObjectAgg()'), argumentOf(value, 'jsonObjectAgg()')], builtin.jsonb)
}

const truth =
  (name: 'boolAnd' | 'boolOr') =>
  <Cols extends string, Kind extends string>(
    condition: Typed<boolean | null, Cols, any, Kind, 'boolean'>,
  ): Aggregate<boolean | null, Cols, Kind, 'boolean'> =>
    of(name, [argumentOf(condition, `${name}()`)], builtin.boolean)
/** `BOOL_AND(a)`: true where all that are not null are true. */
export const boolAnd = truth('boolAnd')
/** `BOOL_OR(a)`: true where one is true. */
export const boolOr = truth('boolOr')

const spread =
  (name: 'stddev' | 'stddevPop' | 'variance' | 'varPop') =>
  <Cols extends string, Kind extends string>(
    number: Typed<any, Cols, any, Kind, NumberFamily>,
  ): Aggregate<number | null, Cols, Kind, 'float'> =>
    of(name, [argumentOf(number, `${name}()`)], builtin.doublePrecision)
/** `STDDEV_SAMP(a)`: the standard deviation of a sample, a double; null of fewer than two. SQLite has none. */
export const stddev = spread('stddev')
/** `STDDEV_POP(a)`: of a whole population, a double. SQLite has none. */
export const stddevPop = spread('stddevPop')
/** `VAR_SAMP(a)`: the variance of a sample, a double; null of fewer than two. SQLite has none. */
export const variance = spread('variance')
/** `VAR_POP(a)`: of a whole population, a double. SQLite has none. */
export const varPop = spread('varPop')

function fraction(name: 'percentileCont' | 'percentileDisc', value: number): ExpressionNode {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new CompileError(`${name}() takes a fraction from 0 to 1, not ${describe(value)}`)
  return make.parameter(value, builtin.doublePrecision)
}
/** `PERCENTILE_CONT(fraction) WITHIN GROUP (ORDER BY a)`, a double between the neighbours: `percentileCont(0.5).withinGroup(a)`; PostgreSQL only. */
export const percentileCont = (at: number): Aggregate<number | null, never, never, 'float'> =>
  of('percentileCont', [fraction('percentileCont', at)], builtin.doublePrecision)
/** `PERCENTILE_DISC(fraction) WITHIN GROUP (ORDER BY a)`: the first value at or after the fraction; PostgreSQL only. */
export const percentileDisc = <Value = unknown>(at: number): Aggregate<Value | null, never, never, 'unknown'> =>
  of('percentileDisc', [fraction('percentileDisc', at)], builtin.unknown)
/** `MODE() WITHIN GROUP (ORDER BY a)`: the most frequent value; PostgreSQL only. */
export const mode = <Value = unknown>(): Aggregate<Value | null, never, never, 'unknown'> => of('mode', [], builtin.unknown)
