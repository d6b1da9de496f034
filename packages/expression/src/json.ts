/** JSON documents: the same operations with the same meaning on all four databases. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import { checkJson, stepsOf } from './json-methods.js'
import type { ExpressionNode } from './nodes.js'
import { checkKey, describe, isExpression, nodeOf, unlabelled } from './operand.js'
import type { Expr, JsonExpr, JsonOf, NumberExpr, TextExpr, Typed } from './typed.js'
import { builtin } from './types.js'

function document(value: object): ExpressionNode {
  const node = unlabelled(nodeOf(value))
  checkJson(node)
  return node
}
/** A value inside a document: an expression as JSON writes it, anything else as JSON. */
function member(value: unknown, place: string): ExpressionNode {
  if (isExpression(value)) {
    const node = unlabelled(nodeOf(value))
    if (node.type.family === 'bytes') throw new CompileError(`${place}: JSON has no bytes; encode them as text first`, 'FAMILY')
    return node
  }
  if (value === undefined) throw new CompileError(`${place} takes a value or an expression, not undefined`, 'UNDEFINED_VALUE')
  // a member that is NULL is JSON's null; encoders never see either
  return value === null ? make.constant.null : make.parameter(value, builtin.jsonb)
}

const place = (path: readonly (string | number)[], name: string): ExpressionNode[] => {
  const steps = stepsOf(path, `${name}()`)
  if (steps.length === 0) throw new CompileError(`${name}() takes a path of at least one step`)
  if (steps.some(({ value }) => typeof value === 'number' && value < 0))
    throw new CompileError(`${name}() counts positions from 0; negative ones are for get()`, 'INVALID_VALUE')
  return steps
}

/**
 * The document with `value` at the path: `jsonSet(posts.meta, ['tags', 0], 'new')`. A member is replaced or added, a position at or after the end
 * appends; where the path leads through something else than such an object or array, the document stays as it is.
 */
export function jsonSet<Value, Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<Value, Cols, Nul, Kind, 'json'>,
  path: readonly (string | number)[],
  value: unknown,
): JsonExpr<Value, Cols, Nul, Kind> {
  return typed(make.call('jsonSet', [document(json), member(value, 'jsonSet()'), ...place(path, 'jsonSet')], builtin.jsonb))
}

/** The document without what is at the path; unchanged where nothing is there. */
export function jsonRemove<Value, Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<Value, Cols, Nul, Kind, 'json'>,
  path: readonly (string | number)[],
): JsonExpr<Value, Cols, Nul, Kind> {
  return typed(make.call('jsonRemove', [document(json), ...place(path, 'jsonRemove')], builtin.jsonb))
}

/** `a @> b`, `JSON_CONTAINS(a, b)`; the same as `a.contains(b)`. SQLite has none. */
export function jsonContains<Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<any, Cols, Nul, Kind, 'json'>,
  value: unknown,
): Expr<boolean | null, Cols, Nul, Kind, 'boolean'> {
  return typed(make.call('jsonContains', [document(json), member(value, 'jsonContains()')], builtin.boolean))
}

/** The number of elements of an array; null of anything else. */
export function jsonArrayLength<Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<any, Cols, Nul, Kind, 'json'>,
): NumberExpr<number | null, Cols, Nul, Kind, 'exact'> {
  return typed(make.call('jsonArrayLength', [document(json)], builtin.integer))
}

/** What the document is: `'object'`, `'array'`, `'string'`, `'number'`, `'boolean'` or `'null'`; null where there is none. */
export function jsonType<Cols extends string, Nul extends string, Kind extends string>(
  json: Typed<any, Cols, Nul, Kind, 'json'>,
): TextExpr<string | null, Cols, Nul, Kind> {
  return typed(make.call('jsonType', [document(json)], builtin.text))
}

type ColsIn<X> = X extends Typed<any, infer Cols, any, any, any> ? Cols : never
type NulIn<X> = X extends Typed<any, any, infer Nul, any, any> ? Nul : never
type KindIn<X> = X extends Typed<any, any, any, infer Kind, any> ? Kind : never
type ValueIn<X> = X extends Typed<infer Value, any, any, any, any> ? JsonOf<Value> : X

/** `JSON_OBJECT('key', value, …)`; members that are null are JSON's null. 64-bit integers, exact numbers, dates and UUIDs are texts. */
export function jsonObject<Shape extends Readonly<Record<string, unknown>>>(
  members: Shape,
): JsonExpr<
  { [Key in keyof Shape]: ValueIn<Shape[Key]> | NullOf<Shape[Key]> },
  ColsIn<Shape[keyof Shape]>,
  never,
  KindIn<Shape[keyof Shape]>
> {
  if (typeof members !== 'object' || members === null) throw new CompileError(`jsonObject() takes an object, not ${describe(members)}`)
  const args = Object.keys(members).flatMap((key) => [
    make.parameter(checkKey(key), builtin.text),
    member(members[key], `jsonObject() ${key}`),
  ])
  return typed(make.call('jsonObject', args, builtin.jsonb))
}
/** A member whose source may be missing. */
type NullOf<X> = [NulIn<X>] extends [never] ? never : null

/** `JSON_ARRAY(value, …)` */
export function jsonArray<Items extends readonly unknown[]>(
  ...items: Items
): JsonExpr<(ValueIn<Items[number]> | NullOf<Items[number]>)[], ColsIn<Items[number]>, never, KindIn<Items[number]>> {
  return typed(
    make.call(
      'jsonArray',
      items.map((item) => member(item, 'jsonArray()')),
      builtin.jsonb,
    ),
  )
}
