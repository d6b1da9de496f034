/** Trees of conditions. */
import fc from 'fast-check'
import { and, caseWhen, coalesce, not, or, replace, tuple } from 'quern'
import { type Bool, below, conjunction, disjunction, loose, negation, same, strict, type Trees, within } from './tree.js'
import { letters } from './trees-texts.js'

const small = fc.integer({ min: -9, max: 9 })
const list = fc.array(small, { maxLength: 5 })
const pairs = fc.array(fc.tuple(fc.integer({ min: -2, max: 6 }), fc.integer({ min: -2, max: 6 })), { minLength: 1, maxLength: 3 })

const comparisons = ({ num }: Trees): fc.Arbitrary<Bool>[] => [
  loose(
    'isNull',
    [num],
    (x) => x.isNull(),
    (x) => x === null,
  ),
  ...(
    [
      ['eq', (x, y) => x === y],
      ['ne', (x, y) => x !== y],
      ['lt', (x, y) => x < y],
      ['lte', (x, y) => x <= y],
      ['gt', (x, y) => x > y],
      ['gte', (x, y) => x >= y],
    ] as const satisfies readonly (readonly [string, (x: number, y: number) => boolean])[]
  ).map(([method, f]) => strict(method, [num, num], (x, y) => x[method](y), f)),
  loose(
    'isDistinctFrom',
    [num, num],
    (x, y) => x.isDistinctFrom(y),
    (x, y) => x !== y,
  ),
  loose(
    'isNotDistinctFrom',
    [num, num],
    (x, y) => x.isNotDistinctFrom(y),
    (x, y) => x === y,
  ),
  loose('between', [num, num, num], (x, l, h) => x.between(l, h), within),
  loose(
    'betweenSymmetric',
    [num, num, num],
    (x, l, h) => x.betweenSymmetric(l, h),
    (x, l, h) => disjunction(within(x, l, h), within(x, h, l)),
  ),
  // an empty list is decided before anything is evaluated
  loose(
    'in',
    [num],
    (x, values) => x.in(values),
    (x, values) => (values.length === 0 ? false : x === null ? null : values.includes(x)),
    list,
  ),
  loose(
    'notIn',
    [num],
    (x, values) => x.notIn(values),
    (x, values) => (values.length === 0 ? true : x === null ? null : !values.includes(x)),
    list,
  ),
  loose(
    'in expressions',
    [num, num, num],
    (x, y, z) => x.in([y, z]),
    (x, y, z) => disjunction(same(x, y), same(x, z)),
  ),
]

const logic = ({ bool }: Trees): fc.Arbitrary<Bool>[] => [
  loose('and', [bool, bool], and, conjunction),
  loose('or', [bool, bool], or, disjunction),
  loose('not', [bool], (x) => not(x), negation),
  loose(
    'eq of conditions',
    [bool, bool],
    (x, y) => x.eq(y),
    (x, y) => same(x, y),
  ),
  loose(
    'isNotDistinctFrom of conditions',
    [bool, bool],
    (x, y) => x.isNotDistinctFrom(y),
    (x, y) => x === y,
  ),
  loose(
    'isNull of a condition',
    [bool],
    (x) => x.isNull(),
    (x) => x === null,
  ),
  loose('coalesce of conditions', [bool, bool], coalesce, (x, y) => x ?? y),
  loose(
    'case of conditions',
    [bool, bool, bool],
    (c, x, y) => caseWhen(c).then(x).else(y),
    (c, x, y) => (c === true ? x : y),
  ),
]

type Pair = readonly [number | null, number | null]
const samePair = ([a, b]: Pair, [c, d]: Pair) => conjunction(same(a, c), same(b, d))
const belowPair = ([a, b]: Pair, [c, d]: Pair) => disjunction(below(a, c), conjunction(same(a, c), below(b, d)))
const rowValues = ({ num }: Trees): fc.Arbitrary<Bool>[] => [
  ...(
    [
      ['eq', samePair],
      ['ne', (x, y) => negation(samePair(x, y))],
      ['lt', belowPair],
      ['lte', (x, y) => disjunction(belowPair(x, y), samePair(x, y))],
      ['gt', (x, y) => belowPair(y, x)],
      ['gte', (x, y) => disjunction(belowPair(y, x), samePair(x, y))],
    ] as const satisfies readonly (readonly [string, (x: Pair, y: Pair) => boolean | null])[]
  ).map(([method, f]) =>
    loose(
      `tuple ${method}`,
      [num, num, num, num],
      (w, x, y, z) => tuple(w, x)[method](tuple(y, z)),
      (w, x, y, z) => f([w, x], [y, z]),
    ),
  ),
  loose(
    'tuple in',
    [num, num],
    (x, y, values) => tuple(x, y).in(values),
    (x, y, values: Pair[]) => values.map((pair) => samePair([x, y], pair)).reduce(disjunction, false),
    pairs,
  ),
]

const ofTexts = ({ str }: Trees): fc.Arbitrary<Bool>[] => [
  strict(
    'eq of texts',
    [str, str],
    (x, y) => x.eq(y),
    (x, y) => x === y,
  ),
  strict(
    'lt of texts',
    [str, str],
    // a hyphen has a place of its own in each collation
    (x, y) => replace(x, '-', '').lt(replace(y, '-', '')),
    (x, y) => x.replaceAll('-', '') < y.replaceAll('-', ''),
  ),
  loose(
    'isDistinctFrom of texts',
    [str, str],
    (x, y) => x.isDistinctFrom(y),
    (x, y) => x !== y,
  ),
  ...(['startsWith', 'endsWith'] as const).map((method) =>
    strict(
      method,
      [str],
      (x, part) => x[method](part),
      (x, part) => x[method](part),
      letters,
    ),
  ),
  strict(
    'contains',
    [str],
    (x, part) => x.contains(part),
    (x, part) => x.includes(part),
    letters,
  ),
  strict(
    'like',
    [str],
    (x, part) => x.like(`%${part}_`),
    (x, part) => new RegExp(`${part}.$`).test(x),
    letters,
  ),
  strict(
    'ilike',
    [str],
    (x, part) => x.ilike(`${part.toUpperCase()}%`),
    (x, part) => x.startsWith(part),
    letters,
  ),
  strict(
    'like an expression',
    [str, str],
    (x, y) => x.like(y),
    (x, y) => x === y,
  ),
  loose(
    'isNotNull of a text',
    [str],
    (x) => x.isNotNull(),
    (x) => x !== null,
  ),
]

const ofTimes = ({ day, moment }: Trees): fc.Arbitrary<Bool>[] =>
  [['days', day] as const, ['moments', moment] as const].flatMap(([name, own]) => [
    strict(
      `eq of ${name}`,
      [own, own],
      (x, y) => x.eq(y),
      (x, y) => x === y,
    ),
    strict(
      `lt of ${name}`,
      [own, own],
      (x, y) => x.lt(y),
      (x, y) => x < y,
    ),
    loose(`between of ${name}`, [own, own, own], (x, l, h) => x.between(l, h), within),
  ])

export const conditions = (trees: Trees): fc.Arbitrary<Bool>[] =>
  [comparisons(trees), logic(trees), rowValues(trees), ofTexts(trees), ofTimes(trees)].flat()
