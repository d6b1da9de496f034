/**
 * The typed shell: opaque interfaces whose phantom properties carry what TypeScript knows of an expression. They have no run-time
 * content; `expression.ts` is the one place that makes values of them.
 *
 * Value: the TypeScript value. Cols: columns it needs in scope, as `source→column`. Nul: sources whose outer join makes it null.
 * Kind: `row`, `aggregate`, `window`, or never for constants. Fam: the SQL family.
 */
import type { FrameBound, FrameExclude } from './nodes.js'
import type { SqlType } from './types.js'

export declare const V: unique symbol
export declare const C: unique symbol
export declare const N: unique symbol
export declare const A: unique symbol
export declare const F: unique symbol
/** The key that a column or a labelled expression has in a select list. */
export declare const K: unique symbol
/** The source and the definition of a column. */
export declare const S: unique symbol
export declare const D: unique symbol

export interface Typed<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends string> {
  readonly [V]: Value
  readonly [C]: Cols
  readonly [N]: Nul
  readonly [A]: Kind
  readonly [F]: Fam
}
export type AnyTyped = Typed<any, any, any, any, any>
export interface Keyed<Key extends string> {
  readonly [K]: Key
}

export type NumberFamily = 'exact' | 'float'

/** A statement as the right-hand side of `in`, `exists`, `scalar`: its column's family and the sources it expects from outside. */
export interface SubqueryOperand<Fam extends string, Need extends string> {
  readonly one?: Fam
  readonly need?: `${Need} is not in FROM`
}

/** A key of ORDER BY. */
export interface Ordered<Cols extends string> {
  readonly [C]: Cols
  nullsFirst(): Ordered<Cols>
  nullsLast(): Ordered<Cols>
}
export type OrderKey<Cols extends string> = Ordered<Cols> | Typed<any, Cols, any, any, any>

type Null<Value> = Value & null

/** What every expression has. `Group` is what it may be compared with: its own family, or any number for numbers. */
export interface Comparable<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends string, Group extends string>
  extends Typed<Value, Cols, Nul, Kind, Fam> {
  /** `a = b`; `eq(null)` is `a IS NULL`. */
  eq<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  eq(other: Value | null): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a <> b`; `ne(null)` is `a IS NOT NULL`. */
  ne<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  ne(other: Value | null): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a > b` */
  gt<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  gt(other: NonNullable<Value>): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a >= b` */
  gte<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  gte(other: NonNullable<Value>): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a < b` */
  lt<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  lt(other: NonNullable<Value>): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a <= b` */
  lte<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, Group>,
  ): BooleanExpr<boolean | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  lte(other: NonNullable<Value>): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a IS DISTINCT FROM b`: true or false, never null; two NULLs are not distinct. */
  isDistinctFrom<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<any, C2, N2, A2, Group>,
  ): BooleanExpr<boolean, Cols | C2, never, Kind | A2>
  isDistinctFrom(other: Value | null): BooleanExpr<boolean, Cols, never, Kind>
  /** `a IS NOT DISTINCT FROM b`: equality in which NULL equals NULL. */
  isNotDistinctFrom<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<any, C2, N2, A2, Group>,
  ): BooleanExpr<boolean, Cols | C2, never, Kind | A2>
  isNotDistinctFrom(other: Value | null): BooleanExpr<boolean, Cols, never, Kind>
  /** `a BETWEEN low AND high`, both ends included. */
  between(low: NonNullable<Value>, high: NonNullable<Value>): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  between<
    C2 extends string = never,
    N2 extends string = never,
    A2 extends string = never,
    C3 extends string = never,
    N3 extends string = never,
    A3 extends string = never,
  >(
    low: NonNullable<Value> | Typed<any, C2, N2, A2, Group>,
    high: NonNullable<Value> | Typed<any, C3, N3, A3, Group>,
  ): BooleanExpr<boolean | null, Cols | C2 | C3, Nul | N2 | N3, Kind | A2 | A3>
  /** `a BETWEEN SYMMETRIC low AND high`: the ends in either order. */
  betweenSymmetric<
    C2 extends string = never,
    N2 extends string = never,
    A2 extends string = never,
    C3 extends string = never,
    N3 extends string = never,
    A3 extends string = never,
  >(
    low: NonNullable<Value> | Typed<any, C2, N2, A2, Group>,
    high: NonNullable<Value> | Typed<any, C3, N3, A3, Group>,
  ): BooleanExpr<boolean | null, Cols | C2 | C3, Nul | N2 | N3, Kind | A2 | A3>
  /** `a IS NULL` */
  isNull(): BooleanExpr<boolean, Cols, never, Kind>
  /** `a IS NOT NULL` */
  isNotNull(): BooleanExpr<boolean, Cols, never, Kind>
  /** `a IN (…)`; an empty list is false. */
  in(list: readonly NonNullable<Value>[]): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  in<Need extends string = never>(statement: SubqueryOperand<Group, Need>): BooleanExpr<boolean | null, Cols | `${Need}→*`, Nul, Kind>
  /** `a NOT IN (…)`; an empty list is true. */
  notIn(list: readonly NonNullable<Value>[]): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  notIn<Need extends string = never>(statement: SubqueryOperand<Group, Need>): BooleanExpr<boolean | null, Cols | `${Need}→*`, Nul, Kind>
  /** `CAST(a AS type)`, null where `a` is null. */
  cast<V2, F2 extends keyof ByFamily<any, never, never, never>>(
    type: TypeToken<V2, F2>,
  ): Expr<NonNullable<V2> | Null<Value>, Cols, Nul, Kind, F2>
  /** `a AS key` in a select list. */
  as<const Key extends string>(key: Key): Typed<Value, Cols, Nul, Kind, Fam> & Keyed<Key>
  /** `a ASC` in ORDER BY. */
  asc(): Ordered<Cols>
  /** `a DESC` in ORDER BY. */
  desc(): Ordered<Cols>
}

export interface TextMethods<Value, Cols extends string, Nul extends string, Kind extends string> {
  /** `a LIKE pattern`, where `%` and `_` are wildcards and a backslash escapes them. */
  like<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    pattern: Typed<any, C2, N2, A2, 'text'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  like(pattern: string): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a ILIKE pattern`: LIKE without regard to case; `LOWER(a) LIKE LOWER(pattern)` where there is no ILIKE. */
  ilike<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    pattern: Typed<any, C2, N2, A2, 'text'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  ilike(pattern: string): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a LIKE 'text%'` with the wildcards in `text` escaped. */
  startsWith(text: string): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a LIKE '%text'` with the wildcards in `text` escaped. */
  endsWith(text: string): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a LIKE '%text%'` with the wildcards in `text` escaped. */
  contains(text: string): BooleanExpr<boolean | Null<Value>, Cols, Nul, Kind>
  /** `a || b`; null where either is null. */
  concat<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<V2, C2, N2, A2, 'text'>,
  ): TextExpr<string | Null<Value> | Null<V2>, Cols | C2, Nul | N2, Kind | A2>
  concat(other: string): TextExpr<string | Null<Value>, Cols, Nul, Kind>
  /** True where a part of `a` matches the regular expression, with regard to case: `a ~ pattern`, `REGEXP_LIKE(a, pattern, 'c')`; SQLite has none. */
  regexp<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    pattern: string | Typed<any, C2, N2, A2, 'text'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  /** The same without regard to case. */
  iregexp<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    pattern: string | Typed<any, C2, N2, A2, 'text'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  /** `a COLLATE "name"`: collations are the server's own, `collate('C')`, `collate('utf8mb4_bin')`, `collate('NOCASE')`. */
  collate(...collation: [name: string] | [schema: string, name: string]): TextExpr<Value, Cols, Nul, Kind>
}

/** Full text of PostgreSQL. */
export interface SearchMethods<Cols extends string, Nul extends string, Kind extends string> {
  /** `vector @@ query` */
  matches<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    query: string | Typed<any, C2, N2, A2, 'search'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
}

/** One step into a document: what is there, or null. */
export type JsonStep<T, Step> = T extends null | undefined
  ? null
  : T extends readonly (infer Element)[]
    ? Step extends number
      ? Element | null
      : never
    : Step extends keyof T
      ? Exclude<T[Step], undefined> | (undefined extends T[Step] ? null : never)
      : never
/** What stands at a path of a document of type `T`; `never` where its type says that nothing can. */
export type JsonAt<T, Path> = unknown extends T
  ? unknown
  : Path extends readonly [infer Step, ...infer Rest]
    ? JsonAt<JsonStep<T, Step>, Rest>
    : T
type JsonChecked<T, Path> = [JsonAt<T, Path>] extends [never]
  ? { readonly error: 'the type of this JSON has nothing at that path' }
  : unknown
type Steps = readonly (string | number)[]

export interface JsonMethods<Value, Cols extends string, Nul extends string, Kind extends string> {
  /**
   * The part of the document at these steps, as JSON: keys are strings, positions numbers from 0, negative ones from the end. NULL where there is none.
   * `meta.get('tags', 0)` is `meta -> $1 -> $2`, `JSON_EXTRACT(meta, ?)`.
   */
  get<const Path extends Steps>(...path: Path): JsonExpr<JsonAt<Value, Path> | null, Cols, Nul, Kind>
  /** The same as text: a string without its quotes, other values as JSON writes them; NULL for JSON's null. */
  getText(...path: Steps): TextExpr<string | null, Cols, Nul, Kind>
  /** As `get`, with a path that the document's type must have: `meta.path(['tags', 0])`. */
  path<const Path extends Steps>(path: Path & JsonChecked<Value, Path>): JsonExpr<JsonAt<Value, Path>, Cols, Nul, Kind>
}

/** Arrays, of PostgreSQL. */
export interface ArrayMethods<Value, Cols extends string, Nul extends string, Kind extends string> {
  /** `a[index]`, from 1; null where there is none. */
  at<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    index: number | Typed<any, C2, N2, A2, NumberFamily>,
  ): AnyExpr<ElementOf<Value> | null, Cols | C2, Nul | N2, Kind | A2>
  /** `a[from:to]`, both ends included, to the end where `to` is left out. */
  slice(from: number, to?: number): ArrayExpr<Value, Cols, Nul, Kind>
  /** `a @> b`: all elements of `b` are in `a`. */
  contains: ArrayComparison<Value, Cols, Nul, Kind>
  /** `a <@ b`: all elements of `a` are in `b`. */
  containedBy: ArrayComparison<Value, Cols, Nul, Kind>
  /** `a && b`: they have an element in common. */
  overlaps: ArrayComparison<Value, Cols, Nul, Kind>
  /** `array_append(a, value)` */
  append(value: ElementOf<Value>): ArrayExpr<Value, Cols, Nul, Kind>
  /** `array_prepend(value, a)` */
  prepend(value: ElementOf<Value>): ArrayExpr<Value, Cols, Nul, Kind>
}
export type ElementOf<Value> = NonNullable<Value> extends readonly (infer Element)[] ? Element : unknown
export type ArrayComparison<Value, Cols extends string, Nul extends string, Kind extends string> = <
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  other: NonNullable<Value> | Typed<any, C2, N2, A2, 'array'>,
) => BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>

/** Ranges, of PostgreSQL. */
export interface RangeMethods<Value, Cols extends string, Nul extends string, Kind extends string> {
  /** `a @> b`, of a range or of one value: `period.contains(new Date())` */
  contains<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: NonNullable<Value> | BoundOf<Value> | Typed<any, C2, N2, A2, any>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  /** `a <@ b` */
  containedBy: RangeComparison<Value, Cols, Nul, Kind>
  /** `a && b`: they have a value in common. */
  overlaps: RangeComparison<Value, Cols, Nul, Kind>
  /** `a -|- b`: nothing is between them. */
  adjacent: RangeComparison<Value, Cols, Nul, Kind>
  /** `a << b`: all of `a` is before `b`. */
  before: RangeComparison<Value, Cols, Nul, Kind>
  /** `a >> b`: all of `a` is after `b`. */
  after: RangeComparison<Value, Cols, Nul, Kind>
  /** `a * b`: what is in both. */
  intersection: RangeOperator<Value, Cols, Nul, Kind>
  /** `a + b`: both, which must meet. */
  union: RangeOperator<Value, Cols, Nul, Kind>
}
/** The values of a range, by the two bounds of its TypeScript form. */
export type BoundOf<Value> = Value extends { readonly lower: infer Bound } ? NonNullable<Bound> : never
export type RangeComparison<Value, Cols extends string, Nul extends string, Kind extends string> = <
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  other: NonNullable<Value> | Typed<any, C2, N2, A2, 'range'>,
) => BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
export type RangeOperator<Value, Cols extends string, Nul extends string, Kind extends string> = <
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  other: NonNullable<Value> | Typed<any, C2, N2, A2, 'range'>,
) => RangeExpr<Value, Cols | C2, Nul | N2, Kind | A2>

export interface NumberMethods<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends NumberFamily> {
  /** `a + b` */
  add<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never, F2 extends NumberFamily = never>(
    other: Typed<V2, C2, N2, A2, F2>,
  ): NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  add(other: NonNullable<Value> | number): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a - b` */
  sub<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never, F2 extends NumberFamily = never>(
    other: Typed<V2, C2, N2, A2, F2>,
  ): NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  sub(other: NonNullable<Value> | number): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a * b` */
  mul<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never, F2 extends NumberFamily = never>(
    other: Typed<V2, C2, N2, A2, F2>,
  ): NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  mul(other: NonNullable<Value> | number): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a / b`; of two integers the integer quotient, cut towards zero, on every dialect. */
  div<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never, F2 extends NumberFamily = never>(
    other: Typed<V2, C2, N2, A2, F2>,
  ): NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  div(other: NonNullable<Value> | number): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a % b` */
  mod<V2, C2 extends string = never, N2 extends string = never, A2 extends string = never, F2 extends NumberFamily = never>(
    other: Typed<V2, C2, N2, A2, F2>,
  ): NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam | F2>
  mod(other: NonNullable<Value> | number): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `-a` */
  neg(): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a & b` on the bits of integers, as 64 bits with a sign on every dialect. */
  bitAnd: BitOperator<Value, Cols, Nul, Kind, Fam>
  /** `a | b` */
  bitOr: BitOperator<Value, Cols, Nul, Kind, Fam>
  /** `a XOR b`, bit by bit: `#` on PostgreSQL, `^` on MySQL, `(a | b) - (a & b)` on SQLite. */
  bitXor: BitOperator<Value, Cols, Nul, Kind, Fam>
  /** `~a` */
  bitNot(): NumberExpr<Value, Cols, Nul, Kind, Fam>
  /** `a << bits`, a 64-bit integer. */
  shiftLeft(bits: number): NumberExpr<bigint | Null<Value>, Cols, Nul, Kind, 'exact'>
  /** `a >> bits`, keeping the sign. */
  shiftRight(bits: number): NumberExpr<Value, Cols, Nul, Kind, Fam>
}
export type BitOperator<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends NumberFamily> = <
  V2 = never,
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  other: NonNullable<Value> | number | Typed<V2, C2, N2, A2, 'exact'>,
) => NumberExpr<Value | V2, Cols | C2, Nul | N2, Kind | A2, Fam>

export interface NumberExpr<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends NumberFamily>
  extends Comparable<Value, Cols, Nul, Kind, Fam, NumberFamily>,
    NumberMethods<Value, Cols, Nul, Kind, Fam> {}
export interface TextExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'text', 'text'>,
    TextMethods<Value, Cols, Nul, Kind> {}
export interface BooleanExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'boolean', 'boolean'> {}
export interface PlainExpr<Value, Cols extends string, Nul extends string, Kind extends string, Fam extends string>
  extends Comparable<Value, Cols, Nul, Kind, Fam, Fam> {}
export interface JsonExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'json', 'json'>,
    JsonMethods<Value, Cols, Nul, Kind> {
  /** `a @> b`, `JSON_CONTAINS(a, b)`: the document has these members or elements. */
  contains<C2 extends string = never, N2 extends string = never, A2 extends string = never>(
    other: Typed<any, C2, N2, A2, 'json'>,
  ): BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
  contains(other: unknown): BooleanExpr<boolean | null, Cols, Nul, Kind>
}
export interface ArrayExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'array', 'array'>,
    ArrayMethods<Value, Cols, Nul, Kind> {}
export interface RangeExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'range', 'range'>,
    RangeMethods<Value, Cols, Nul, Kind> {}
export interface SearchExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, 'search', 'search'>,
    SearchMethods<Cols, Nul, Kind> {}
/** Nothing is known of its type: every method, every operand. */
export interface AnyExpr<Value, Cols extends string, Nul extends string, Kind extends string>
  extends Comparable<Value, Cols, Nul, Kind, any, any>,
    TextMethods<Value, Cols, Nul, Kind>,
    JsonMethods<Value, Cols, Nul, Kind>,
    NumberMethods<Value, Cols, Nul, Kind, any> {}

/** Which methods an expression of a family has. */
export interface ByFamily<Value, Cols extends string, Nul extends string, Kind extends string> {
  exact: NumberExpr<Value, Cols, Nul, Kind, 'exact'>
  float: NumberExpr<Value, Cols, Nul, Kind, 'float'>
  text: TextExpr<Value, Cols, Nul, Kind>
  boolean: BooleanExpr<Value, Cols, Nul, Kind>
  datetime: PlainExpr<Value, Cols, Nul, Kind, 'datetime'>
  uuid: PlainExpr<Value, Cols, Nul, Kind, 'uuid'>
  json: JsonExpr<Value, Cols, Nul, Kind>
  bytes: PlainExpr<Value, Cols, Nul, Kind, 'bytes'>
  interval: PlainExpr<Value, Cols, Nul, Kind, 'interval'>
  enum: PlainExpr<Value, Cols, Nul, Kind, 'enum'>
  set: PlainExpr<Value, Cols, Nul, Kind, 'set'>
  array: ArrayExpr<Value, Cols, Nul, Kind>
  range: RangeExpr<Value, Cols, Nul, Kind>
  network: PlainExpr<Value, Cols, Nul, Kind, 'network'>
  bits: PlainExpr<Value, Cols, Nul, Kind, 'bits'>
  search: SearchExpr<Value, Cols, Nul, Kind>
  unknown: AnyExpr<Value, Cols, Nul, Kind>
}
export type Expr<
  Value,
  Cols extends string = never,
  Nul extends string = never,
  Kind extends string = never,
  Fam extends keyof ByFamily<any, never, never, never> = 'unknown',
> = ByFamily<Value, Cols, Nul, Kind>[Fam]

export type AnyFamily = keyof ByFamily<any, never, never, never>
/** What a value is inside JSON: numbers that a JSON reader would round, dates and UUIDs are texts. */
export type JsonOf<Value> = Value extends bigint | Date ? string : Value extends Uint8Array ? never : Value

export declare const TokenValue: unique symbol
export declare const TokenFamily: unique symbol
/** The property in which a column definition carries its SQL type, so that `integer()` also names a type in `cast` and `literal`. */
export const TYPE: unique symbol = Symbol('quern.type')
export interface TypeToken<Value, Fam extends string> {
  readonly [TYPE]: SqlType
  readonly [TokenValue]: Value
  readonly [TokenFamily]: Fam
}

export type TokenValueOf<T> = T extends { readonly [TokenValue]: infer Value } ? Value : never

/** The window of OVER. */
export interface WindowSpec<C1 extends string, C2 extends string> {
  readonly partitionBy?: Typed<any, C1, any, any, any> | readonly Typed<any, C1, any, any, any>[]
  readonly orderBy?: OrderKey<C2> | readonly OrderKey<C2>[]
  readonly rows?: readonly [FrameBound, FrameBound]
  readonly range?: readonly [FrameBound, FrameBound]
  readonly groups?: readonly [FrameBound, FrameBound]
  /** Rows of the frame that are left out. */
  readonly exclude?: FrameExclude
}

/** A function that has a meaning only with OVER. */
export interface WindowFunction<Value, Cols extends string, Kind extends string, Fam extends keyof ByFamily<any, never, never, never>> {
  /** `f(…) OVER w`: a window that the statement names with `.window('w', …)`. */
  over(name: string): Expr<Value, Cols, never, Kind | 'row' | 'window', Fam>
  /**
   * `f(…) OVER (PARTITION BY … ORDER BY … frame)`. A frame's bounds are words or numbers: `rows: [-2, 'current row']` is
   * `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`.
   */
  over<C1 extends string = never, C2 extends string = never>(
    spec?: WindowSpec<C1, C2>,
  ): Expr<Value, Cols | C1 | C2, never, Kind | 'row' | 'window', Fam>
}
/** An aggregate: an expression that may also be filtered or windowed. `Inner` is the kind of its arguments. */
export type Aggregate<
  Value,
  Cols extends string,
  Inner extends string,
  Fam extends keyof ByFamily<any, never, never, never>,
> = AggregateByFamily<Value, Cols, Inner>[Fam]
export interface NumberAggregate<Value, Cols extends string, Inner extends string, Fam extends NumberFamily>
  extends NumberExpr<Value, Cols, never, 'aggregate', Fam>,
    AggregateMethods<Value, Cols, Inner, Fam> {}
export interface TextAggregate<Value, Cols extends string, Inner extends string>
  extends TextExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'text'> {}
export interface BooleanAggregate<Value, Cols extends string, Inner extends string>
  extends BooleanExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'boolean'> {}
export interface PlainAggregate<Value, Cols extends string, Inner extends string, Fam extends keyof ByFamily<any, never, never, never>>
  extends PlainExpr<Value, Cols, never, 'aggregate', Fam>,
    AggregateMethods<Value, Cols, Inner, Fam> {}
export interface AnyAggregate<Value, Cols extends string, Inner extends string>
  extends AnyExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'unknown'> {}
export interface JsonAggregate<Value, Cols extends string, Inner extends string>
  extends JsonExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'json'> {}
export interface ArrayAggregate<Value, Cols extends string, Inner extends string>
  extends ArrayExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'array'> {}
export interface RangeAggregate<Value, Cols extends string, Inner extends string>
  extends RangeExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'range'> {}
export interface SearchAggregate<Value, Cols extends string, Inner extends string>
  extends SearchExpr<Value, Cols, never, 'aggregate'>,
    AggregateMethods<Value, Cols, Inner, 'search'> {}
export interface AggregateByFamily<Value, Cols extends string, Inner extends string> {
  exact: NumberAggregate<Value, Cols, Inner, 'exact'>
  float: NumberAggregate<Value, Cols, Inner, 'float'>
  text: TextAggregate<Value, Cols, Inner>
  boolean: BooleanAggregate<Value, Cols, Inner>
  datetime: PlainAggregate<Value, Cols, Inner, 'datetime'>
  uuid: PlainAggregate<Value, Cols, Inner, 'uuid'>
  json: JsonAggregate<Value, Cols, Inner>
  bytes: PlainAggregate<Value, Cols, Inner, 'bytes'>
  interval: PlainAggregate<Value, Cols, Inner, 'interval'>
  enum: PlainAggregate<Value, Cols, Inner, 'enum'>
  set: PlainAggregate<Value, Cols, Inner, 'set'>
  array: ArrayAggregate<Value, Cols, Inner>
  range: RangeAggregate<Value, Cols, Inner>
  network: PlainAggregate<Value, Cols, Inner, 'network'>
  bits: PlainAggregate<Value, Cols, Inner, 'bits'>
  search: SearchAggregate<Value, Cols, Inner>
  unknown: AnyAggregate<Value, Cols, Inner>
}
export interface AggregateMethods<Value, Cols extends string, Inner extends string, Fam extends keyof ByFamily<any, never, never, never>>
  extends WindowFunction<Value, Cols, Inner, Fam> {
  /** `f(…) FILTER (WHERE condition)` */
  filter<C2 extends string = never>(condition: Typed<boolean | null, C2, any, 'row', any>): Aggregate<Value, Cols | C2, Inner, Fam>
  /** `f(DISTINCT …)` */
  distinct(): Aggregate<Value, Cols, Inner, Fam>
  /** `f(… ORDER BY key)`: of `stringAgg`, `arrayAgg`, `jsonAgg`. */
  orderBy<C2 extends string = never>(...keys: OrderKey<C2>[]): Aggregate<Value, Cols | C2, Inner, Fam>
  /** `f(…) WITHIN GROUP (ORDER BY key)` */
  withinGroup<C2 extends string = never>(...keys: OrderKey<C2>[]): Aggregate<Value, Cols | C2, Inner, Fam>
}

/** A condition as `where`, `on` and `and` take them: `false` stands for no condition. */
export type Condition<Cols extends string, Kind extends string> = Typed<boolean | null, Cols, any, Kind, any> | false

/** `(a, b)` as one value. `Values` are its members' types. */
export interface TupleExpr<Values extends readonly unknown[], Cols extends string, Nul extends string, Kind extends string>
  extends Typed<null, Cols, Nul, Kind, 'tuple'> {
  /** `(a, b) = (c, d)` */
  eq: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) <> (c, d)` */
  ne: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) > (c, d)`: the first members that differ decide. */
  gt: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) >= (c, d)` */
  gte: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) < (c, d)` */
  lt: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) <= (c, d)` */
  lte: TupleComparison<Values, Cols, Nul, Kind>
  /** `(a, b) IN ((1, 2), (3, 4))`, or in a statement of as many columns; an empty list is false. */
  in: TupleInside<Values, Cols, Nul, Kind>
  /** `(a, b) NOT IN (…)`; an empty list is true. */
  notIn: TupleInside<Values, Cols, Nul, Kind>
}
type Members<Values extends readonly unknown[]> = { readonly [I in keyof Values]: NonNullable<Values[I]> }
export type TupleComparison<Values extends readonly unknown[], Cols extends string, Nul extends string, Kind extends string> = <
  C2 extends string = never,
  N2 extends string = never,
  A2 extends string = never,
>(
  other: Members<Values> | TupleExpr<{ readonly [I in keyof Values]: any }, C2, N2, A2>,
) => BooleanExpr<boolean | null, Cols | C2, Nul | N2, Kind | A2>
export type TupleInside<Values extends readonly unknown[], Cols extends string, Nul extends string, Kind extends string> = <
  Need extends string = never,
>(
  list: readonly Members<Values>[] | { readonly need?: `${Need} is not in FROM` },
) => BooleanExpr<boolean | null, Cols | `${Need}→*`, Nul, Kind>
