/** Dates and moments. Sessions run in UTC, so a part of a moment is the same on every dialect. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { AddedUnit, DatePart, DateUnit, FixedUnit } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { argument, describe, nameOf, quoted } from './operand.js'
import type { Expr, NumberExpr, PlainExpr, Typed } from './typed.js'
import { builtin, countType } from './types.js'

const dateUnits = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const
const dateParts: readonly string[] = [...dateUnits, 'dayOfWeek', 'dayOfYear', 'epoch']
const addedUnits: readonly string[] = [...dateUnits, 'millisecond']
const fixedUnits: readonly string[] = ['week', 'day', 'hour', 'minute', 'second', 'millisecond']
/** Units that a date without a time has not, and that a time without a date has alone. */
const clock: readonly string[] = ['hour', 'minute', 'second', 'millisecond']

function checkUnit(unit: unknown, known: readonly string[], place: string): void {
  if (typeof unit !== 'string' || !known.includes(unit))
    throw new CompileError(
      `${place} takes one of ${known.join(', ')}, not ${typeof unit === 'string' ? quoted(unit) : describe(unit)}`,
      'OPTION',
    )
}
function dateNode(value: unknown, unit: string, place: string): ExpressionNode {
  const node = argument(value, builtin.timestamptz, place)
  if (node.type.family !== 'datetime' && node.type.family !== 'unknown')
    throw new CompileError(`${nameOf(node)} is ${node.type.family}; ${place} takes a date or a timestamp`, 'FAMILY')
  if (node.type.name === 'date' && clock.includes(unit))
    throw new CompileError(`${nameOf(node)} is a date, which has no ${unit}; cast it to timestamp()`, 'FAMILY')
  if (node.type.name === 'time' && !clock.includes(unit))
    throw new CompileError(`${nameOf(node)} is a time of day, which has no ${unit}`, 'FAMILY')
  return node
}
type Moment<Cols extends string, Nul extends string, Kind extends string> = Date | Typed<any, Cols, Nul, Kind, 'datetime'>

/** The time at which the statement runs: `CURRENT_TIMESTAMP`, in UTC, with milliseconds. */
export const now = (): Expr<Date, never, never, never, 'datetime'> => typed(make.call('now', [], builtin.timestamptz))
/** The same as `now()`, by SQL's own name. */
export const currentTimestamp = now
/** `CURRENT_DATE`: the day in UTC, as `'YYYY-MM-DD'`. */
export const currentDate = (): Expr<string, never, never, never, 'datetime'> => typed(make.call('currentDate', [], builtin.date))

/**
 * `EXTRACT(part FROM a)` as a whole number: year, quarter, month, week (ISO), day, hour, minute, second (without its fraction), dayOfWeek (1 is Monday, 7
 * Sunday), dayOfYear; `epoch` is a double: seconds since 1970 with their fraction.
 *
 * `extract('year', posts.at)` is `CAST(EXTRACT(YEAR FROM "posts"."at") AS int4)`.
 */
export function extract<Value, Cols extends string, Nul extends string, Kind extends string, Part extends DatePart>(
  part: Part,
  moment: Typed<Value, Cols, Nul, Kind, 'datetime'>,
): NumberExpr<number | (Value & null), Cols, Nul, Kind, Part extends 'epoch' ? 'float' : 'exact'> {
  checkUnit(part, dateParts, 'extract()')
  const node = dateNode(moment, part, 'extract()')
  return typed(make.call(`extract ${part}`, [node], part === 'epoch' ? builtin.doublePrecision : builtin.integer))
}

/**
 * `DATE_TRUNC('day', a)`: the beginning of the unit that `a` is in; a week begins on Monday. The result has the type of `a`.
 */
export function dateTrunc<Value, Cols extends string, Nul extends string, Kind extends string>(
  unit: DateUnit,
  moment: Typed<Value, Cols, Nul, Kind, 'datetime'>,
): PlainExpr<Value, Cols, Nul, Kind, 'datetime'> {
  checkUnit(unit, dateUnits, 'dateTrunc()')
  const node = dateNode(moment, unit, 'dateTrunc()')
  if (node.type.name === 'time')
    throw new CompileError(`${nameOf(node)} is a time of day; dateTrunc() takes a date or a timestamp`, 'FAMILY')
  return typed(make.call(`dateTrunc ${unit}`, [node], node.type))
}

function added(unit: AddedUnit, moment: object, count: unknown, sign: 1 | -1): never {
  const place = sign === 1 ? 'dateAdd()' : 'dateSub()'
  checkUnit(unit, addedUnits, place)
  const node = dateNode(moment, unit, place)
  if (node.type.name === 'time') throw new CompileError(`${nameOf(node)} is a time of day; ${place} takes a date or a timestamp`, 'FAMILY')
  if (typeof count === 'number' && !(Number.isInteger(count) && Math.abs(count) < 2 ** 31))
    throw new CompileError(`${place} takes a whole number of units, not ${count}`, 'INVALID_VALUE')
  const number = typeof count === 'number' ? make.parameter(sign * count, builtin.integer) : argument(count, builtin.integer, place)
  const signed = typeof count === 'number' || sign === 1 ? number : make.unary('-', number, number.type)
  return typed(make.call(`dateAdd ${unit}`, [node, signed], node.type)) as never
}

/**
 * `a + count units`: `dateAdd('month', 3, users.createdAt)`. A month or year later is the same day, or the month's last where it has no such day.
 * The result has the type of `a`.
 */
export function dateAdd<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  unit: AddedUnit,
  count: number | Typed<any, C2, N2, A2, 'exact'>,
  moment: Typed<Value, Cols, Nul, Kind, 'datetime'>,
): PlainExpr<Value, Cols | C2, Nul | N2, Kind | A2, 'datetime'> {
  return added(unit, moment, count, 1)
}

/** `a - count units`: `dateSub('day', 7, now())`. */
export function dateSub<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  unit: AddedUnit,
  count: number | Typed<any, C2, N2, A2, 'exact'>,
  moment: Typed<Value, Cols, Nul, Kind, 'datetime'>,
): PlainExpr<Value, Cols | C2, Nul | N2, Kind | A2, 'datetime'> {
  return added(unit, moment, count, -1)
}

/** How many whole units lie from `from` to `to`, cut towards zero: `dateDiff('day', orders.at, now())`. */
export function dateDiff<
  C1 extends string = never,
  N1 extends string = never,
  A1 extends string = never,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(unit: FixedUnit, from: Moment<C1, N1, A1>, to: Moment<C2, N2, A2>): NumberExpr<number | null, C1 | C2, N1 | N2, A1 | A2, 'exact'> {
  checkUnit(unit, fixedUnits, 'dateDiff()')
  const ends = [dateNode(from, 'day', 'dateDiff()'), dateNode(to, 'day', 'dateDiff()')]
  return typed(make.call(`dateDiff ${unit}`, ends, countType))
}
