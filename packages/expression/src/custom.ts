/** Functions and operators that the library does not know: by their names, checked, with a declared type. */
import { extract } from './date-functions.js'
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { ExpressionNode } from './nodes.js'
import { describe, isExpression, nameOf, nodeOf, quoted, refuseNested, unlabelled } from './operand.js'
import { type Aggregate, type AnyFamily, type Expr, TYPE, type Typed, type TypeToken } from './typed.js'
import { builtin, type SqlType, sqlType, type TypeName } from './types.js'
import { typeOfValue } from './values.js'

type Plain = string | number | bigint | boolean | Date | Uint8Array
type Argument<Cols extends string, Nul extends string, Kind extends string> = Typed<any, Cols, Nul, Kind, any> | Plain

function functionName(name: unknown): string {
  if (typeof name !== 'string' || !/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*$/.test(name))
    throw new CompileError(`${typeof name === 'string' ? quoted(name) : describe(name)} is no function name; it must be a plain identifier`)
  return name
}
function argumentOf(value: unknown, name: string): ExpressionNode {
  if (isExpression(value)) return unlabelled(nodeOf(value))
  if (value === null || value === undefined)
    throw new CompileError(
      `${name}(…) takes values and expressions, not ${describe(value)}; literal(null, type) is NULL`,
      'UNDEFINED_VALUE',
    )
  return make.parameter(value, typeOfValue(value))
}

function call<Value, Fam extends AnyFamily>(name: string, type: TypeToken<Value, Fam>) {
  functionName(name)
  return <Cols extends string = never, Nul extends string = never, Kind extends string = never>(
    ...args: Argument<Cols, Nul, Kind>[]
  ): Expr<Value | null, Cols, Nul, Kind, Fam> =>
    typed(
      make.customCall(
        name,
        args.map((arg) => argumentOf(arg, name)),
        type[TYPE],
      ),
    )
}

function aggregate<Value, Fam extends AnyFamily>(name: string, type: TypeToken<Value, Fam>) {
  functionName(name)
  return <Cols extends string = never, Kind extends string = never>(
    ...args: Argument<Cols, any, Kind>[]
  ): Aggregate<Value | null, Cols, Kind, Fam> => {
    const nodes = args.map((arg) => argumentOf(arg, name))
    for (const node of nodes) refuseNested(node, `${name}(…)`)
    return typed(make.aggregate(name, nodes, type[TYPE], false, undefined, [], false, true))
  }
}

type Moment<Value, Cols extends string, Nul extends string, Kind extends string> = Typed<Value, Cols, Nul, Kind, 'datetime'>
/** A cast of a moment, under the name of the type that it is cast to. */
function momentOf<Value>(name: string, type: SqlType, instead: readonly TypeName[]) {
  return <V, Cols extends string, Nul extends string, Kind extends string>(
    moment: Moment<V, Cols, Nul, Kind>,
  ): Expr<Value | (V & null), Cols, Nul, Kind, 'datetime'> => {
    const node = argumentOf(moment, `fn.${name}`)
    if (node.type.family !== 'datetime' || instead.includes(node.type.name))
      throw new CompileError(
        `${nameOf(node)} is ${instead.includes(node.type.name) ? node.type.name : node.type.family}, of which fn.${name}() makes nothing`,
        'FAMILY',
      )
    return typed(make.cast(node, type))
  }
}
/** `fn.date(posts.at)`, the day of a moment, is `CAST("posts"."at" AS date)`; what is no moment is a `CompileError`. */
const date = momentOf<string>('date', builtin.date, ['time'])
/** `fn.time(posts.at)`, the time of day of a moment, is `CAST("posts"."at" AS time)`; what has no time of day is a `CompileError`. */
const time = momentOf<string>('time', sqlType('time', 'datetime'), ['date'])
/** `fn.timestamp(posts.day)`, midnight of a day, is `CAST("posts"."day" AS timestamp)`; a time of day alone is a `CompileError`. */
const timestamp = momentOf<Date>('timestamp', builtin.timestamp, ['time'])
/** `fn.year(posts.at)` is `extract('year', posts.at)`. */
const year = <Value, Cols extends string, Nul extends string, Kind extends string>(moment: Moment<Value, Cols, Nul, Kind>) =>
  extract('year', moment)

/**
 * Any other function by its name: `fn('soundex', text())(users.name)` is `soundex("users"."name")`. The name is a plain identifier, dotted for a schema;
 * plain values are bound. `fn.aggregate('bit_or', integer())(t.flags)` is one that aggregates.
 * Functions whose names are types elsewhere live here: `fn.date(a)`, `fn.time(a)`, `fn.timestamp(a)`, `fn.year(a)`.
 */
export const fn = Object.assign(call, { aggregate, date, time, timestamp, year })

const symbols = /^[-+*/<>=~!@#%^&|`?]{1,63}$/
const words = /^[A-Za-z]+( [A-Za-z]+){0,3}$/
/**
 * An operator by its text: `operator('@@', boolean())(t.body, query)`; `operator('SOUNDS LIKE', boolean())`. Symbols or words, never anything that could end
 * the expression or begin a comment. It is always written in parentheses.
 */
export function operator<Value, Fam extends AnyFamily>(text: string, type: TypeToken<Value, Fam>) {
  if (typeof text !== 'string' || !(symbols.test(text) || words.test(text)) || text.includes('--') || text.includes('/*'))
    throw new CompileError(
      `${typeof text === 'string' ? quoted(text) : describe(text)} is no operator; it is made of symbols such as @@ or of words`,
    )
  return <
    C1 extends string = never,
    N1 extends string = never,
    A1 extends string = never,
    C2 extends string = never,
    N2 extends string = never,
    A2 extends string = never,
  >(
    left: Argument<C1, N1, A1>,
    right?: Argument<C2, N2, A2>,
  ): Expr<Value | null, C1 | C2, N1 | N2, A1 | A2, Fam> => {
    const nodes = right === undefined ? [argumentOf(left, text)] : [argumentOf(left, text), argumentOf(right, text)]
    return typed(make.operator(text, nodes[1] && nodes[0], nodes[1] ?? nodes[0]!, type[TYPE]))
  }
}
