/** Functions of text that mean the same on every dialect. Positions count characters from 1; null where an argument is null. */
import { CompileError } from './errors.js'
import { typed } from './expression.js'
import * as make from './factory.js'
import type { TextFunction } from './function-names.js'
import type { ExpressionNode } from './nodes.js'
import { argument, describe } from './operand.js'
import type { Expr, NumberFamily, TextExpr, Typed } from './typed.js'
import { builtin, isNumber, type SqlType } from './types.js'

type Text<Cols extends string, Nul extends string, Kind extends string> = string | Typed<string | null, Cols, Nul, Kind, 'text'>
type Num<Cols extends string, Nul extends string, Kind extends string> = number | Typed<any, Cols, Nul, Kind, NumberFamily>

function textArgument(value: unknown, place: string): ExpressionNode {
  const node = argument(value, builtin.text, place)
  if (node.type.family !== 'text' && node.type.family !== 'unknown' && node.type.family !== 'enum')
    throw new CompileError(`${place} takes text, and this is ${node.type.family}; cast it`, 'FAMILY')
  return node
}
/** A number of characters: a value is checked now, an expression counts as 0 where it is negative. */
function countArgument(value: unknown, place: string, least: number): ExpressionNode {
  if (typeof value === 'number' && !(Number.isSafeInteger(value) && value >= least && value < 2 ** 31))
    throw new CompileError(`${place} takes a whole number from ${least}, not ${value}`, 'INVALID_VALUE')
  const node = argument(value, builtin.integer, place)
  if (!isNumber(node.type.family) && node.type.family !== 'unknown')
    throw new CompileError(`${place} takes a number, not ${describe(value)}`, 'FAMILY')
  return node
}
const call = (name: TextFunction, args: readonly ExpressionNode[], type: SqlType = builtin.text): never =>
  typed(make.call(name, args, type)) as never

const ofText =
  (name: TextFunction) =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    text: Typed<Value, Cols, Nul, Kind, 'text'>,
  ): TextExpr<string | (Value & null), Cols, Nul, Kind> =>
    call(name, [textArgument(text, `${name}()`)])
const sizeOfText =
  (name: TextFunction) =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    text: Typed<Value, Cols, Nul, Kind, 'text'>,
  ): Expr<number | (Value & null), Cols, Nul, Kind, 'exact'> =>
    call(name, [textArgument(text, `${name}()`)], builtin.integer)

/** `LOWER(a)`; SQLite changes the letters A to Z only. */
export const lower = ofText('lower')
/** `UPPER(a)`; SQLite changes the letters a to z only. */
export const upper = ofText('upper')
/** `REVERSE(a)`: its characters from the last to the first. SQLite has none. */
export const reverse = ofText('reverse')
/** `CHAR_LENGTH(a)`: the number of characters, not bytes. */
export const charLength = sizeOfText('charLength')
/** `OCTET_LENGTH(a)`: the number of bytes in UTF-8. */
export const octetLength = sizeOfText('octetLength')

const trimmed =
  (name: 'trim' | 'ltrim' | 'rtrim') =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    text: Typed<Value, Cols, Nul, Kind, 'text'>,
    character = ' ',
  ): TextExpr<string | (Value & null), Cols, Nul, Kind> => {
    // of several characters PostgreSQL and SQLite make a set, MySQL a word
    if (typeof character !== 'string' || [...character].length !== 1)
      throw new CompileError(`${name}() takes one character to cut off; with several the databases mean different things`, 'INVALID_VALUE')
    return call(name, [textArgument(text, `${name}()`), make.parameter(character, builtin.text)])
  }
/** `TRIM(BOTH ' ' FROM a)`, of blanks or of one other character: `trim(a, '/')`. */
export const trim = trimmed('trim')
/** `TRIM(LEADING ' ' FROM a)` */
export const ltrim = trimmed('ltrim')
/** `TRIM(TRAILING ' ' FROM a)` */
export const rtrim = trimmed('rtrim')

/** `SUBSTRING(a, from, length)`, from 1; to the end where `length` is left out. Places outside the text are empty. */
export function substring<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
  C3 extends string = never,
  N3 extends string = never,
  A3 extends string = never,
>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
  from: Num<C2, N2, A2>,
  length?: Num<C3, N3, A3>,
): TextExpr<string | (Value & null), Cols | C2 | C3, Nul | N2 | N3, Kind | A2 | A3> {
  const args = [textArgument(text, 'substring()'), countArgument(from, 'substring() from', 1)]
  return call('substring', length === undefined ? args : [...args, countArgument(length, 'the length of substring()', 0)])
}

/** `POSITION(part IN a)`: where `part` begins in `a`, 0 where it does not occur. MySQL compares by the collation, the others exactly. */
export function position<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  part: Text<C2, N2, A2>,
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
): Expr<number | (Value & null), Cols | C2, Nul | N2, Kind | A2, 'exact'> {
  return call('position', [textArgument(part, 'position()'), textArgument(text, 'position()')], builtin.integer)
}

/** `REPLACE(a, from, to)`: every occurrence of `from`, with regard to case. */
export function replace<
  Value,
  Cols extends string,
  Nul extends string,
  Kind extends string,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
  C3 extends string = never,
  N3 extends string = never,
  A3 extends string = never,
>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
  from: Text<C2, N2, A2>,
  to: Text<C3, N3, A3>,
): TextExpr<string | (Value & null), Cols | C2 | C3, Nul | N2 | N3, Kind | A2 | A3> {
  return call('replace', [textArgument(text, 'replace()'), textArgument(from, 'replace()'), textArgument(to, 'replace()')])
}

const padded =
  (name: 'lpad' | 'rpad') =>
  <Value, Cols extends string, Nul extends string, Kind extends string>(
    text: Typed<Value, Cols, Nul, Kind, 'text'>,
    length: number,
    fill = ' ',
  ): TextExpr<string | (Value & null), Cols, Nul, Kind> => {
    if (typeof fill !== 'string' || fill === '') throw new CompileError(`${name}() fills with a text that is not empty`, 'INVALID_VALUE')
    if (typeof length !== 'number' || length > 100_000) throw new CompileError(`${name}() takes a length up to 100000`, 'INVALID_VALUE')
    return call(name, [textArgument(text, `${name}()`), countArgument(length, `${name}()`, 0), make.parameter(fill, builtin.text)])
  }
/** `LPAD(a, length, fill)`: filled on the left up to `length` characters; a longer text is cut to its first `length`. */
export const lpad = padded('lpad')
/** `RPAD(a, length, fill)`: filled on the right up to `length` characters; a longer text is cut to its first `length`. */
export const rpad = padded('rpad')

const counted =
  (name: 'left' | 'right' | 'repeat') =>
  <
    Value,
    Cols extends string,
    Nul extends string,
    Kind extends string,
    C2 extends string = never,
    N2 extends string = never,
    A2 extends string = never,
  >(
    text: Typed<Value, Cols, Nul, Kind, 'text'>,
    count: Num<C2, N2, A2>,
  ): TextExpr<string | (Value & null), Cols | C2, Nul | N2, Kind | A2> =>
    call(name, [textArgument(text, `${name}()`), countArgument(count, `${name}()`, 0)])
/** `LEFT(a, n)`: the first `n` characters. */
export const left = counted('left')
/** `RIGHT(a, n)`: the last `n` characters. */
export const right = counted('right')
/** `REPEAT(a, n)` */
export const repeat = counted('repeat')

/** `SPLIT_PART(a, separator, n)`: the n-th part, from 1; empty where there are fewer. SQLite has none. */
export function splitPart<Value, Cols extends string, Nul extends string, Kind extends string>(
  text: Typed<Value, Cols, Nul, Kind, 'text'>,
  separator: string,
  n: number,
): TextExpr<string | (Value & null), Cols, Nul, Kind> {
  if (typeof separator !== 'string' || separator === '')
    throw new CompileError('splitPart() takes a separator that is not empty', 'INVALID_VALUE')
  return call('splitPart', [textArgument(text, 'splitPart()'), make.parameter(separator, builtin.text), countArgument(n, 'splitPart()', 1)])
}
