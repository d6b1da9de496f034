/** Trees of whole numbers. */
import fc from 'fast-check'
import {
  abs,
  atan,
  bigint,
  caseOf,
  caseWhen,
  ceil,
  charLength,
  coalesce,
  cos,
  dateDiff,
  doublePrecision,
  exp,
  extract,
  floor,
  greatest,
  integer,
  jsonArray,
  jsonArrayLength,
  least,
  literal,
  ln,
  log10,
  nullif,
  octetLength,
  position,
  power,
  round,
  sign,
  sin,
  sqrt,
  text,
  trunc,
} from 'quern'
import { cells } from './table.js'
import { checked, leaf, loose, type Num, same, strict, type Trees } from './tree.js'
import { dayParts, momentParts, partOf, secondsOf } from './trees-dates.js'
import { letters } from './trees-texts.js'

const half = (n: number) => Math.sign(n) * Math.floor(Math.abs(n) + 0.5)
const whole = (expression: any) => expression.cast(integer())
const divisor = fc.constantFrom(-7, -2, 2, 3, 5)
const numberIn = (text: unknown): number | null => (typeof text === 'number' ? text : null)

const leaves: fc.Arbitrary<Num>[] = [
  fc.constantFrom('a', 'b', 'c').map((name) =>
    leaf(
      'column',
      () => cells[name as 'a'],
      (row) => row[name as 'a'],
    ),
  ),
  fc.integer({ min: -9, max: 9 }).map((n) =>
    leaf(
      'literal',
      () => literal(n),
      () => n,
    ),
  ),
  fc.constant(
    leaf(
      'json getText as integer',
      () => cells.j.getText('n').cast(integer()),
      (row) => numberIn(row.j?.n),
    ),
  ),
  fc.constant(
    leaf(
      'jsonArrayLength',
      () => jsonArrayLength(cells.j.get('l')),
      (row) => (Array.isArray(row.j?.l) ? row.j.l.length : null),
    ),
  ),
]

const arithmetic = ({ num }: Trees): fc.Arbitrary<Num>[] => [
  strict(
    'add',
    [num, num],
    (x, y) => x.add(y),
    (x, y) => x + y,
  ),
  strict(
    'sub',
    [num, num],
    (x, y) => x.sub(y),
    (x, y) => x - y,
  ),
  strict(
    'mul',
    [num, num],
    (x, y) => x.mul(y),
    (x, y) => x * y,
  ),
  strict(
    'div',
    [num],
    (x, by) => x.div(by),
    (x, by) => Math.trunc(x / by),
    divisor,
  ),
  strict(
    'mod',
    [num],
    (x, by) => x.mod(by),
    (x, by) => x % by,
    divisor,
  ),
  strict(
    'div by an expression',
    [num, num],
    (x, y) => x.div(nullif(y, 0)),
    (x, y) => (y === 0 ? null : Math.trunc(x / y)),
  ),
  strict(
    'mod by an expression',
    [num, num],
    (x, y) => x.mod(nullif(y, 0)),
    (x, y) => (y === 0 ? null : x % y),
  ),
  strict(
    'div of doubles',
    [num],
    (x) => whole(floor(x.cast(doublePrecision()).div(4))),
    (x) => Math.floor(x / 4),
  ),
  strict(
    'neg',
    [num],
    (x) => x.neg(),
    (x) => -x,
  ),
]

const bits = ({ num }: Trees): fc.Arbitrary<Num>[] => [
  strict(
    'bitNot',
    [num],
    (x) => x.bitNot(),
    (x) => ~x,
  ),
  strict(
    'bitAnd',
    [num, num],
    (x, y) => x.bitAnd(y),
    (x, y) => x & y,
  ),
  strict(
    'bitOr',
    [num, num],
    (x, y) => x.bitOr(y),
    (x, y) => x | y,
  ),
  strict(
    'bitXor',
    [num, num],
    (x, y) => x.bitXor(y),
    (x, y) => x ^ y,
  ),
  strict(
    'shiftLeft',
    [num],
    (x, by) => whole(x.shiftLeft(by)),
    (x, by) => x * 2 ** by,
    fc.integer({ min: 0, max: 4 }),
  ),
  strict(
    'shiftRight',
    [num],
    (x, by) => x.shiftRight(by),
    (x, by) => x >> by,
    fc.integer({ min: 0, max: 9 }),
  ),
]

const conditional = ({ num, bool }: Trees): fc.Arbitrary<Num>[] => [
  loose('coalesce', [num, num], coalesce, (x, y) => x ?? y),
  loose('nullif', [num, num], nullif, (x, y) => (x !== null && x === y ? null : x)),
  loose(
    'case',
    [bool, num, num],
    (c, x, y) => caseWhen(c).then(x).else(y),
    (c, x, y) => (c === true ? x : y),
  ),
  loose(
    'case without else',
    [bool, num, bool, num],
    (c, x, d, y) => caseWhen(c).then(x).when(d).then(y).end(),
    (c, x, d, y) => (c === true ? x : d === true ? y : null),
  ),
  loose(
    'caseOf',
    [num, num, num, num],
    (a, b, c, d) => caseOf(a).when(b).then(c).else(d),
    (a, b, c, d) => (same(a, b) === true ? c : d),
  ),
  strict('greatest', [num, num], greatest, Math.max),
  strict('least', [num, num, num], least, Math.min),
]

/** Of doubles only what is a whole number, or far from the border between two of them. */
const math = ({ num }: Trees): fc.Arbitrary<Num>[] => [
  strict('abs', [num], abs, Math.abs),
  strict('sign', [num], sign, Math.sign),
  ...(
    [
      ['ceil', ceil, Math.ceil],
      ['floor', floor, Math.floor],
      ['round', round, half],
      ['trunc', trunc, Math.trunc],
    ] as const
  ).map(([name, build, f]) =>
    // halves: the sum of a whole number and one half is exact
    strict(
      name,
      [num],
      (x: any) => whole(build(x.add(0.5))),
      (x) => f(x + 0.5),
    ),
  ),
  strict(
    'sqrt',
    [num],
    (x) => whole(sqrt(x.mul(x))),
    (x) => Math.sqrt(checked(x * x)),
  ),
  strict(
    'power',
    [num],
    (x) => whole(power(x.mod(20), 3)),
    (x) => (x % 20) ** 3,
  ),
  strict(
    'exp of ln',
    [num],
    (x) => whole(round(exp(ln(abs(x).add(1))))),
    (x) => Math.abs(x) + 1,
  ),
  ...(
    [
      ['sin', sin, Math.sin],
      ['cos', cos, Math.cos],
      ['atan', atan, Math.atan],
    ] as const
  ).map(([name, build, f]) =>
    strict(
      name,
      [num],
      (x: any) => whole(round(build(x).mul(1000))),
      (x) => half(f(x) * 1000),
    ),
  ),
  strict(
    'log10',
    [num],
    (x) => whole(round(log10(abs(x).add(1)).mul(1000))),
    (x) => half(Math.log10(Math.abs(x) + 1) * 1000),
  ),
]

const converted = ({ num, bool, str, day, moment }: Trees): fc.Arbitrary<Num>[] => [
  strict(
    'cast through text',
    [num],
    (x) => whole(x.cast(text())),
    (x) => x,
  ),
  strict(
    'cast through bigint',
    [num],
    (x) => whole(x.cast(bigint()).add(1n).sub(1n)),
    (x) => x,
  ),
  strict('cast of a condition', [bool], whole, Number),
  loose(
    'jsonArray',
    [num, num],
    (x, y) => whole(jsonArray(x, y).getText(1)),
    (_, y) => y,
  ),
  strict('charLength', [str], charLength, (x) => x.length),
  strict('octetLength', [str], octetLength, (x) => x.length),
  strict(
    'position',
    [str],
    (x, part) => position(part, x),
    (x, part) => x.indexOf(part) + 1,
    letters,
  ),
  strict(
    'extract of a day',
    [day],
    (x, part) => extract(part, x),
    (x, part) => partOf(part, x),
    fc.constantFrom(...dayParts),
  ),
  strict(
    'extract of a moment',
    [moment],
    (x, part) => extract(part, x),
    (x, part) => partOf(part, x),
    fc.constantFrom(...momentParts),
  ),
  strict(
    'dateDiff of days',
    [day, day],
    (x, y, unit) => dateDiff(unit, x, y),
    (x, y, unit) => Math.trunc((Date.parse(y) - Date.parse(x)) / 1000 / secondsOf[unit]!),
    fc.constantFrom('day', 'week'),
  ),
  strict(
    'dateDiff of moments',
    [moment, moment],
    (x, y, unit) => whole(dateDiff(unit, x, y)),
    (x, y, unit) => Math.trunc((Date.parse(y) - Date.parse(x)) / 1000 / secondsOf[unit]!),
    fc.constantFrom('minute', 'hour', 'day', 'week'),
  ),
]

export const numbers = (trees: Trees): fc.Arbitrary<Num>[] =>
  [leaves, arithmetic(trees), bits(trees), conditional(trees), math(trees), converted(trees)].flat()
