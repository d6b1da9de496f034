/** A random expression: what Quern makes of it, and what it means for a row, worked out in JavaScript with SQL's three-valued logic. */
import fc from 'fast-check'

export interface Row {
  readonly a: number | null
  readonly b: number | null
  readonly c: number | null
  readonly s: string | null
  /** `YYYY-MM-DD` */
  readonly d: string | null
  /** As `Date.prototype.toISOString` writes it. */
  readonly at: string | null
  readonly j: any
}
export type Truth = boolean | null
export interface Tree<Value> {
  readonly operator: string
  readonly operands: readonly Tree<unknown>[]
  readonly build: () => any
  readonly value: (row: Row) => Value
}
export type Num = Tree<number | null>
export type Bool = Tree<Truth>
export type Str = Tree<string | null>
/** The five types of trees; of days and moments the values are texts, which compare as what they say. */
export interface Trees {
  readonly num: fc.Arbitrary<Num>
  readonly bool: fc.Arbitrary<Bool>
  readonly str: fc.Arbitrary<Str>
  readonly day: fc.Arbitrary<Str>
  readonly moment: fc.Arbitrary<Str>
}

/** A value left the range on which all servers agree. */
export class TooBig extends Error {}

const limit = 1_000_000_000
export const checked = (value: number): number => {
  if (Math.abs(value) > limit) throw new TooBig()
  return value === 0 ? 0 : value
}

export const leaf = <Value>(operator: string, build: () => any, value: (row: Row) => Value): Tree<Value> => ({
  operator,
  operands: [],
  build,
  value,
})

/** Of operators that take nothing besides. */
const nothing: fc.Arbitrary<readonly unknown[]> = fc.constant([])

/** An operator that is null where one of its operands is. What it takes besides operands comes last. */
export const strict = <Value>(
  operator: string,
  operands: readonly fc.Arbitrary<Tree<any>>[],
  build: (...built: any[]) => any,
  f: (...values: any[]) => Value,
  constant?: fc.Arbitrary<unknown>,
): fc.Arbitrary<Tree<Value | null>> =>
  loose(
    operator,
    operands,
    build,
    (...values) => {
      for (let i = 0; i < operands.length; i++) if (values[i] === null) return null
      const value: unknown = f(...values)
      if (typeof value === 'string' && value.length > 200) throw new TooBig()
      return (typeof value === 'number' ? checked(value) : value) as Value
    },
    constant,
  )

/** An operator that looks at null itself. */
export const loose = <Value>(
  operator: string,
  operands: readonly fc.Arbitrary<Tree<any>>[],
  build: (...built: any[]) => any,
  f: (...values: any[]) => Value,
  constant?: fc.Arbitrary<unknown>,
): fc.Arbitrary<Tree<Value>> =>
  fc.tuple(constant?.map((value) => [value]) ?? nothing, ...operands).map(([given, ...trees]) => ({
    operator,
    operands: trees,
    build: () => build(...trees.map((tree) => tree.build()), ...given),
    value: (row) => f(...trees.map((tree) => tree.value(row)), ...given),
  }))

export const same = (x: unknown, y: unknown): Truth => (x === null || y === null ? null : x === y)
export const negation = (x: Truth): Truth => (x === null ? null : !x)
export const conjunction = (x: Truth, y: Truth): Truth => (x === false || y === false ? false : x === null || y === null ? null : true)
export const disjunction = (x: Truth, y: Truth): Truth => (x === true || y === true ? true : x === null || y === null ? null : false)
export const below = <V extends number | string>(x: V | null, y: V | null): Truth => (x === null || y === null ? null : x < y)
/** `x BETWEEN low AND high` */
export const within = <V extends number | string>(x: V | null, low: V | null, high: V | null): Truth =>
  conjunction(negation(below(x, low)), negation(below(high, x)))

/** The operators of a tree, each as often as it occurs. */
export function* operatorsOf(tree: Tree<unknown>): Generator<string> {
  yield tree.operator
  for (const operand of tree.operands) yield* operatorsOf(operand)
}
/** The tree and all in it, the smallest first. */
export function partsOf(tree: Tree<unknown>): Tree<unknown>[] {
  const found: Tree<unknown>[] = []
  const gather = (part: Tree<unknown>): number => {
    const size = part.operands.reduce((sum, operand) => sum + gather(operand), 1)
    found.push(part)
    sizes.set(part, size)
    return size
  }
  const sizes = new Map<Tree<unknown>, number>()
  gather(tree)
  return found.sort((x, y) => sizes.get(x)! - sizes.get(y)!)
}
