/** Functions that have a meaning only with OVER. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { RankingFunction } from './function-names.js'
import { argument, nodeOf, unlabelled } from './operand.js'
import type { AnyFamily, Typed, WindowFunction } from './typed.js'
import { builtin, countType, type SqlType } from './types.js'

const ranking = (name: RankingFunction) => (): WindowFunction<number, never, never, 'exact'> => typed(make.call(name, [], countType))
/** `ROW_NUMBER() OVER (…)`: 1, 2, 3 … */
export const rowNumber = ranking('rowNumber')
/** `RANK() OVER (…)`: peers share a rank, and gaps follow them. */
export const rank = ranking('rank')
/** `DENSE_RANK() OVER (…)`: peers share a rank, without gaps. */
export const denseRank = ranking('denseRank')

const relative = (name: RankingFunction) => (): WindowFunction<number, never, never, 'float'> =>
  typed(make.call(name, [], builtin.doublePrecision))
/** `PERCENT_RANK() OVER (…)`: (rank - 1) / (rows - 1), from 0 to 1. */
export const percentRank = relative('percentRank')
/** `CUME_DIST() OVER (…)`: the share of rows at or before this one. */
export const cumeDist = relative('cumeDist')

/** A count of rows, known when the statement is built: the servers refuse anything else, or take it for something else. */
function rows(count: number, least: number, place: string): ReturnType<typeof make.parameter> {
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < least || count >= 2 ** 31)
    throw new CompileError(
      `${place} takes a whole number from ${least}, not ${typeof count === 'number' ? count : typeof count}`,
      'INVALID_VALUE',
    )
  return make.parameter(count, builtin.integer)
}

/** `NTILE(n) OVER (…)`: the number, from 1 to `n`, of the row's part when the rows are split into `n` even parts. */
export const ntile = (parts: number): WindowFunction<number, never, never, 'exact'> =>
  typed(make.call('ntile', [rows(parts, 1, 'ntile()')], builtin.integer))

interface Neighbour {
  <Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
    expression: Typed<Value, Cols, any, Kind, Fam>,
    offset?: number,
  ): WindowFunction<Value | null, Cols, Kind, Fam>
  <Value, Cols extends string, Kind extends string, Fam extends AnyFamily, V2, C2 extends string, A2 extends string>(
    expression: Typed<Value, Cols, any, Kind, Fam>,
    offset: number,
    otherwise: Typed<V2, C2, any, A2, Fam>,
  ): WindowFunction<Value | V2, Cols | C2, Kind | A2, Fam>
  <Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
    expression: Typed<Value, Cols, any, Kind, Fam>,
    offset: number,
    otherwise: NonNullable<Value>,
  ): WindowFunction<Value, Cols, Kind, Fam>
}
const neighbour = (name: 'lag' | 'lead'): Neighbour =>
  ((expression: object, offset = 1, otherwise?: unknown) => {
    const node = unlabelled(nodeOf(expression))
    const by = offset === 1 && otherwise === undefined ? [] : [rows(offset, 0, `${name}()`)]
    const last = otherwise === undefined ? [] : [argument(otherwise, node.type, `${name}()`)]
    return typed(make.call(name, [node, ...by, ...last], node.type))
  }) as Neighbour
/** `LAG(a, offset) OVER (…)`: the value so many rows before, 1 unless told; null, or `otherwise`, where there is none. */
export const lag = neighbour('lag')
/** `LEAD(a, offset) OVER (…)`: the value so many rows after, 1 unless told; null, or `otherwise`, where there is none. */
export const lead = neighbour('lead')

const ofFrame =
  (name: 'firstValue' | 'lastValue') =>
  <Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
    expression: Typed<Value, Cols, any, Kind, Fam>,
  ): WindowFunction<Value | null, Cols, Kind, Fam> =>
    framed(name, expression, [])
/** `FIRST_VALUE(a) OVER (…)`: the value in the frame's first row. */
export const firstValue = ofFrame('firstValue')
/** `LAST_VALUE(a) OVER (…)`: the value in the frame's last row, which is the current row and its peers unless the frame says more. */
export const lastValue = ofFrame('lastValue')
/** `NTH_VALUE(a, n) OVER (…)`: the value in the frame's n-th row, from 1. */
export const nthValue = <Value, Cols extends string, Kind extends string, Fam extends AnyFamily>(
  expression: Typed<Value, Cols, any, Kind, Fam>,
  n: number,
): WindowFunction<Value | null, Cols, Kind, Fam> => framed('nthValue', expression, [rows(n, 1, 'nthValue()')])

function framed(name: RankingFunction, expression: object, more: readonly ReturnType<typeof make.parameter>[]): never {
  const node = unlabelled(nodeOf(expression))
  const type: SqlType = node.type
  return typed(make.call(name, [node, ...more], type)) as never
}
