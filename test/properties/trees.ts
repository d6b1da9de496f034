/** Random expression trees: as Quern expressions, and as what they mean, worked out in JavaScript with SQL's three-valued logic. */

import fc from 'fast-check'
import {
  abs,
  and,
  caseOf,
  caseWhen,
  ceil,
  charLength,
  coalesce,
  floor,
  greatest,
  integer,
  least,
  left,
  literal,
  lower,
  lpad,
  ltrim,
  not,
  nullif,
  or,
  position,
  repeat,
  replace,
  right,
  round,
  rpad,
  rtrim,
  sign,
  substring,
  trim,
  trunc,
  tuple,
  upper,
} from 'quern'
import { cells } from './table.js'

export type Row = Readonly<Record<'a' | 'b' | 'c', number | null>> & { readonly s: string | null }
type Truth = boolean | null
/** A tree builds its expression and knows its value for a row. `tooBig` tells that a value left the range on which all servers agree. */
export interface Tree<Value> {
  readonly operators: readonly string[]
  readonly build: () => any
  readonly value: (row: Row) => Value
}
export class TooBig extends Error {}

const limit = 1_000_000_000
const checked = (value: number): number => {
  if (Math.abs(value) > limit) throw new TooBig()
  return value === 0 ? 0 : value
}
type Num = Tree<number | null>
type Bool = Tree<Truth>
type Str = Tree<string | null>
const both = (left: Tree<unknown>, right: Tree<unknown>, operator: string) => [operator, ...left.operators, ...right.operators]
const lift = (f: (x: number, y: number) => number, x: number | null, y: number | null) =>
  x === null || y === null ? null : checked(f(x, y))

const arithmetic =
  (method: 'add' | 'sub' | 'mul', f: (x: number, y: number) => number) =>
  (left: Num, right: Num): Num => ({
    operators: both(left, right, method),
    build: () => left.build()[method](right.build()),
    value: (row) => lift(f, left.value(row), right.value(row)),
  })
const byConstant =
  (method: 'div' | 'mod', f: (x: number, y: number) => number) =>
  (left: Num, by: number): Num => ({
    operators: [method, ...left.operators],
    build: () => left.build()[method](by),
    value: (row) => lift(f, left.value(row), by),
  })
const compare =
  (method: string, f: (x: number, y: number) => boolean) =>
  (left: Num, right: Num): Bool => ({
    operators: both(left, right, method),
    build: () => left.build()[method](right.build()),
    value: (row) => {
      const [x, y] = [left.value(row), right.value(row)]
      return x === null || y === null ? null : f(x, y)
    },
  })
const distinct =
  (method: 'isDistinctFrom' | 'isNotDistinctFrom') =>
  (left: Num, right: Num): Bool => ({
    operators: both(left, right, method),
    build: () => left.build()[method](right.build()),
    value: (row) => (left.value(row) === right.value(row)) === (method === 'isNotDistinctFrom'),
  })
const sameTruth = (left: Bool, right: Bool): Bool => ({
  operators: both(left, right, 'eq of conditions'),
  build: () => left.build().eq(right.build()),
  value: (row) => {
    const [x, y] = [left.value(row), right.value(row)]
    return x === null || y === null ? null : x === y
  },
})
const kleene =
  (operator: 'and' | 'or') =>
  (left: Bool, right: Bool): Bool => ({
    operators: both(left, right, operator),
    build: () => (operator === 'and' ? and : or)(left.build(), right.build()),
    value: (row) => {
      const values = [left.value(row), right.value(row)]
      const decisive = operator === 'or'
      return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive
    },
  })

const constant: fc.Arbitrary<Num> = fc
  .integer({ min: -9, max: 9 })
  .map((n) => ({ operators: ['literal'], build: () => literal(n), value: () => n }))
const column: fc.Arbitrary<Num> = fc
  .constantFrom('a', 'b', 'c')
  .map((name) => ({ operators: [`column`], build: () => cells[name as 'a'], value: (row) => row[name as 'a'] }))
/** What is null where one of its operands is. */
const strict = <Value>(
  name: string,
  trees: readonly Tree<any>[],
  build: (...built: any[]) => any,
  f: (...values: any[]) => Value,
): Tree<Value | null> => ({
  operators: [name, ...trees.flatMap((tree) => tree.operators)],
  build: () => build(...trees.map((tree) => tree.build())),
  value: (row) => {
    const values = trees.map((tree) => tree.value(row))
    if (values.includes(null)) return null
    const value: unknown = f(...values)
    if (typeof value === 'string' && value.length > 200) throw new TooBig()
    return (typeof value === 'number' ? checked(value) : value) as Value
  },
})
/** What looks at its operands itself. */
const loose = <Value>(
  name: string,
  trees: readonly Tree<any>[],
  build: (...built: any[]) => any,
  f: (...values: any[]) => Value,
): Tree<Value> => ({
  operators: [name, ...trees.flatMap((tree) => tree.operators)],
  build: () => build(...trees.map((tree) => tree.build())),
  value: (row) => f(...trees.map((tree) => tree.value(row))),
})
const same = (x: unknown, y: unknown): Truth => (x === null || y === null ? null : x === y)
const conjunction = (x: Truth, y: Truth): Truth => (x === false || y === false ? false : x === null || y === null ? null : true)
const disjunction = (x: Truth, y: Truth): Truth => (x === true || y === true ? true : x === null || y === null ? null : false)
const below = (x: number | null, y: number | null): Truth => (x === null || y === null ? null : x < y)
const within = (x: number | null, low: number | null, high: number | null): Truth =>
  conjunction(x === null || low === null ? null : x >= low, x === null || high === null ? null : x <= high)
const half = (n: number) => Math.sign(n) * Math.floor(Math.abs(n) + 0.5)
const count = fc.integer({ min: -2, max: 6 })
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 })

const divisor = fc.constantFrom(-7, -2, 2, 3, 5)

export const {
  bool: conditions,
  num: numbers,
  str: texts,
} = fc.letrec<{ num: Num; bool: Bool; str: Str }>((tie) => {
  const num = tie('num') as fc.Arbitrary<Num>
  const bool = tie('bool') as fc.Arbitrary<Bool>
  const str = tie('str') as fc.Arbitrary<Str>
  const depth = { maxDepth: 5, depthSize: 'medium' as const }
  return {
    num: fc.oneof(
      depth,
      column,
      constant,
      fc.tuple(num, num).map(([l, r]) => arithmetic('add', (x, y) => x + y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => arithmetic('sub', (x, y) => x - y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => arithmetic('mul', (x, y) => x * y)(l, r)),
      fc.tuple(num, divisor).map(([l, d]) => byConstant('div', (x, y) => Math.trunc(x / y))(l, d)),
      fc.tuple(num, divisor).map(([l, d]) => byConstant('mod', (x, y) => x % y)(l, d)),
      num.map(
        (n): Num => ({
          operators: ['neg', ...n.operators],
          build: () => n.build().neg(),
          value: (row) => lift((x) => -x, n.value(row), 0),
        }),
      ),
      fc.tuple(num, num).map(
        ([l, r]): Num => ({
          operators: both(l, r, 'coalesce'),
          build: () => coalesce(l.build(), r.build()),
          value: (row) => l.value(row) ?? r.value(row),
        }),
      ),
      fc.tuple(bool, num, num).map(
        ([c, t, e]): Num => ({
          operators: ['case', ...c.operators, ...t.operators, ...e.operators],
          build: () => caseWhen(c.build()).then(t.build()).else(e.build()),
          value: (row) => {
            const [then, otherwise] = [t.value(row), e.value(row)]
            return c.value(row) === true ? then : otherwise
          },
        }),
      ),
      num.map((n) => strict('abs', [n], abs, Math.abs)),
      num.map((n) => strict('sign', [n], sign, Math.sign)),
      num.map((n) =>
        strict(
          'bitNot',
          [n],
          (x) => x.bitNot(),
          (x) => ~x,
        ),
      ),
      fc.tuple(num, num).map(([l, r]) =>
        strict(
          'bitAnd',
          [l, r],
          (x, y) => x.bitAnd(y),
          (x, y) => x & y,
        ),
      ),
      fc.tuple(num, num).map(([l, r]) =>
        strict(
          'bitOr',
          [l, r],
          (x, y) => x.bitOr(y),
          (x, y) => x | y,
        ),
      ),
      fc.tuple(num, num).map(([l, r]) =>
        strict(
          'bitXor',
          [l, r],
          (x, y) => x.bitXor(y),
          (x, y) => x ^ y,
        ),
      ),
      fc.tuple(num, fc.integer({ min: 0, max: 9 })).map(([n, by]) =>
        strict(
          'shiftRight',
          [n],
          (x) => x.shiftRight(by),
          (x) => x >> by,
        ),
      ),
      fc.tuple(num, num).map(([l, r]) => strict('greatest', [l, r], greatest, Math.max)),
      fc.tuple(num, num, num).map(([l, m, r]) => strict('least', [l, m, r], least, Math.min)),
      fc.tuple(num, num).map(([l, r]) => loose('nullif', [l, r], nullif, (x, y) => (x !== null && x === y ? null : x))),
      fc.tuple(num, num, num, num).map(([of, when, then, other]) =>
        loose(
          'caseOf',
          [of, when, then, other],
          (a, b, c, d) => caseOf(a).when(b).then(c).else(d),
          (a, b, c, d) => (same(a, b) === true ? c : d),
        ),
      ),
      ...(
        [
          ['ceil', ceil, Math.ceil],
          ['floor', floor, Math.floor],
          ['round', round, half],
          ['trunc', trunc, Math.trunc],
        ] as const
      ).map(([name, build, f]) =>
        // halves: the sum of a whole number and one half is exact
        num.map((n) =>
          strict(
            name,
            [n],
            (x: any) => build(x.add(0.5)).cast(integer()),
            (x) => f(x + 0.5),
          ),
        ),
      ),
      str.map((t) => strict('charLength', [t], charLength, (x) => x.length)),
      fc.tuple(letters, str).map(([part, t]) =>
        strict(
          'position',
          [t],
          (x) => position(part, x),
          (x) => x.indexOf(part) + 1,
        ),
      ),
    ),
    bool: fc.oneof(
      depth,
      num.map(
        (n): Bool => ({ operators: ['isNull', ...n.operators], build: () => n.build().isNull(), value: (row) => n.value(row) === null }),
      ),
      fc.tuple(num, num).map(([l, r]) => compare('eq', (x, y) => x === y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => compare('lt', (x, y) => x < y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => compare('gte', (x, y) => x >= y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => compare('ne', (x, y) => x !== y)(l, r)),
      fc.tuple(num, num).map(([l, r]) => distinct('isDistinctFrom')(l, r)),
      fc.tuple(num, num).map(([l, r]) => distinct('isNotDistinctFrom')(l, r)),
      fc.tuple(num, fc.integer({ min: -9, max: 0 }), fc.integer({ min: 0, max: 9 })).map(
        ([n, low, high]): Bool => ({
          operators: ['between', ...n.operators],
          build: () => n.build().between(low, high),
          value: (row) => {
            const x = n.value(row)
            return x === null ? null : x >= low && x <= high
          },
        }),
      ),
      fc.tuple(num, fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 0, maxLength: 5 })).map(
        ([n, list]): Bool => ({
          operators: ['in', ...n.operators],
          build: () => n.build().in(list),
          value: (row) => {
            const x = n.value(row)
            // an empty list is false before anything is evaluated
            return list.length === 0 ? false : x === null ? null : list.includes(x)
          },
        }),
      ),
      fc.tuple(bool, bool).map(([l, r]) => kleene('and')(l, r)),
      fc.tuple(bool, bool).map(([l, r]) => kleene('or')(l, r)),
      fc.tuple(bool, bool).map(([l, r]) => sameTruth(l, r)),
      bool.map(
        (b): Bool => ({
          operators: ['not', ...b.operators],
          build: () => not(b.build()),
          value: (row) => {
            const x = b.value(row)
            return x === null ? null : !x
          },
        }),
      ),
      fc.tuple(num, num, num).map(([x, l, h]) =>
        loose(
          'betweenSymmetric',
          [x, l, h],
          (a, b, c) => a.betweenSymmetric(b, c),
          (a, b, c) => disjunction(within(a, b, c), within(a, c, b)),
        ),
      ),
      fc.tuple(num, num, num, num).map(([a, b, c, d]) =>
        loose(
          'tuple eq',
          [a, b, c, d],
          (w, x, y, z) => tuple(w, x).eq(tuple(y, z)),
          (w, x, y, z) => conjunction(same(w, y), same(x, z)),
        ),
      ),
      fc.tuple(num, num, num, num).map(([a, b, c, d]) =>
        loose(
          'tuple lt',
          [a, b, c, d],
          (w, x, y, z) => tuple(w, x).lt(tuple(y, z)),
          (w, x, y, z) => disjunction(below(w, y), conjunction(same(w, y), below(x, z))),
        ),
      ),
      fc.tuple(num, num, count, count).map(([a, b, c, d]) =>
        loose(
          'tuple in',
          [a, b],
          (w, x) =>
            tuple(w, x).in([
              [c, d],
              [d, c],
            ]),
          (w, x) => disjunction(conjunction(same(w, c), same(x, d)), conjunction(same(w, d), same(x, c))),
        ),
      ),
      fc.tuple(str, str).map(([l, r]) =>
        strict(
          'eq of texts',
          [l, r],
          (x, y) => x.eq(y),
          (x, y) => x === y,
        ),
      ),
      fc.tuple(str, letters).map(([l, r]) =>
        strict(
          'startsWith',
          [l],
          (x) => x.startsWith(r),
          (x) => x.startsWith(r),
        ),
      ),
      fc.tuple(str, letters).map(([l, r]) =>
        strict(
          'like',
          [l],
          (x) => x.like(`%${r}_`),
          (x) => new RegExp(`${r}.$`).test(x),
        ),
      ),
      str.map((t) =>
        loose(
          'isNotNull of text',
          [t],
          (x) => x.isNotNull(),
          (x) => x !== null,
        ),
      ),
    ),
    str: fc.oneof(
      depth,
      letters.map((text): Str => ({ operators: ['text'], build: () => literal(text), value: () => text })),
      fc.constant<Str>({ operators: ['text column'], build: () => cells.s, value: (row) => row.s }),
      fc.tuple(str, str).map(([l, r]) =>
        strict(
          'concat',
          [l, r],
          (x, y) => x.concat(y),
          (x, y) => x + y,
        ),
      ),
      fc.tuple(str, letters, letters).map(([t, from, to]) =>
        strict(
          'replace',
          [t],
          (x) => replace(x, from, to),
          (x) => (from === '' ? x : x.replaceAll(from, to)),
        ),
      ),
      fc
        .tuple(str, num, num)
        .map(([t, from, length]) =>
          strict('substring', [t, from, length], substring, (x, f, n) =>
            n < 0 ? '' : x.slice(Math.max(f - 1, 0), Math.max(f - 1 + n, 0)),
          ),
        ),
      fc.tuple(str, num).map(([t, n]) => strict('left', [t, n], left, (x, k) => x.slice(0, Math.max(k, 0)))),
      fc.tuple(str, num).map(([t, n]) => strict('right', [t, n], right, (x, k) => (k <= 0 ? '' : x.slice(-k)))),
      fc.tuple(str, count).map(([t, n]) =>
        strict(
          'lpad',
          [t],
          (x) => lpad(x, Math.abs(n), 'bc'),
          (x) => x.slice(0, Math.abs(n)).padStart(Math.abs(n), 'bc'),
        ),
      ),
      fc.tuple(str, count).map(([t, n]) =>
        strict(
          'rpad',
          [t],
          (x) => rpad(x, Math.abs(n), 'bc'),
          (x) => x.slice(0, Math.abs(n)).padEnd(Math.abs(n), 'bc'),
        ),
      ),
      fc.tuple(str, count).map(([t, n]) =>
        strict(
          'repeat',
          [t],
          (x) => repeat(x, Math.abs(n)),
          (x) => x.repeat(Math.abs(n)),
        ),
      ),
      str.map((t) =>
        strict(
          'trim',
          [t],
          (x) => trim(x, 'a'),
          (x) => x.replace(/^a+|a+$/g, ''),
        ),
      ),
      str.map((t) =>
        strict(
          'ltrim',
          [t],
          (x) => ltrim(x, 'b'),
          (x) => x.replace(/^b+/, ''),
        ),
      ),
      str.map((t) =>
        strict(
          'rtrim',
          [t],
          (x) => rtrim(x, 'c'),
          (x) => x.replace(/c+$/, ''),
        ),
      ),
      str.map((t) =>
        strict(
          'lower of upper',
          [t],
          (x) => lower(upper(x)),
          (x) => x,
        ),
      ),
      fc.tuple(bool, str, str).map(([c, t, e]) =>
        loose(
          'case of texts',
          [c, t, e],
          (x, y, z) => caseWhen(x).then(y).else(z),
          (x, y, z) => (x === true ? y : z),
        ),
      ),
      fc.tuple(str, str).map(([l, r]) => loose('coalesce of texts', [l, r], coalesce, (x, y) => x ?? y)),
    ),
  }
})
