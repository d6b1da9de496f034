/** Random expression trees: as Quern expressions, and as what they mean, worked out in JavaScript with SQL's three-valued logic. */

import fc from 'fast-check'
import { and, caseWhen, coalesce, literal, not, or } from 'quern'
import { cells } from './table.js'

export type Row = Readonly<Record<'a' | 'b' | 'c', number | null>>
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
const divisor = fc.constantFrom(-7, -2, 2, 3, 5)

export const { bool: conditions, num: numbers } = fc.letrec<{ num: Num; bool: Bool }>((tie) => {
  const num = tie('num') as fc.Arbitrary<Num>
  const bool = tie('bool') as fc.Arbitrary<Bool>
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
    ),
  }
})
