/** The types of select lists: rows, nullability through outer joins, and what a statement needs, groups and aggregates. */
import type { A, ByFamily, C, D, Expr, F, Family, K, N, S, Typed, V } from '@quern/expression'
import type { ColumnDef, FamilyOf, FlagsOf, RowOfDefs, Source, Table, ValueOf } from '@quern/schema'

type AnyTyped = Typed<any, any, any, any, any>
export type IsAny<T> = unknown extends T ? true : false
export type NotAny<T> = IsAny<T> extends true ? never : T

/** What `select({ … })` takes: columns, expressions, tables, and objects of these. */
export type SelectShape = { readonly [key: string]: AnyTyped | Source<any, any> | SelectShape | undefined }

/** The source of `source→column`. */
export type SourceOf<Cols> = IsAny<Cols> extends true ? never : Cols extends `${infer T}→${string}` ? T : never
export type Missing<Need, Scope extends string> = Exclude<SourceOf<Need>, Scope>

/** The shape of `select(table)`. A type of its own, so that it can be told from a shape of columns while the table is still generic. */
export interface Whole<T> {
  readonly whole: T
}

/** All columns that a shape needs in scope. */
export type ColsOf<Sh> = Sh extends { readonly [C]: infer Cols }
  ? Cols
  : Sh extends Whole<any>
    ? never
    : Sh extends Source<infer T, any>
      ? `${T}→*`
      : IsAny<Sh> extends true
        ? never
        : { [Q in keyof Sh]-?: ColsOf<NonNullable<Sh[Q]>> }[keyof Sh]

/** Columns outside of aggregates: they must be grouped if anything is. */
export type BareOf<Sh> = Sh extends { readonly [C]: infer Cols; readonly [A]: infer Kind }
  ? IsAny<Cols> extends true
    ? never
    : 'aggregate' extends Kind
      ? never
      : Cols
  : Sh extends Whole<infer T>
    ? BareOf<T>
    : Sh extends Source<infer T, infer Defs>
      ? `${T}→${keyof Defs & string}`
      : IsAny<Sh> extends true
        ? never
        : { [Q in keyof Sh]-?: BareOf<NonNullable<Sh[Q]>> }[keyof Sh]

export type AggregatesOf<Sh> = Sh extends { readonly [A]: infer Kind }
  ? IsAny<Kind> extends true
    ? never
    : Kind & 'aggregate'
  : Sh extends Whole<any> | Source<any, any>
    ? never
    : IsAny<Sh> extends true
      ? never
      : { [Q in keyof Sh]-?: AggregatesOf<NonNullable<Sh[Q]>> }[keyof Sh]

/** A grouped primary key, as `source→*`, frees all columns of its source. */
type FreedBy<G extends string> = G extends `${infer T}→*` ? `${T}→${string}` : never
type Readable<X> = X extends `${infer T}→${infer Key}` ? `${T}.${Key}` : X
type Sentence<X> = [X] extends [never] ? never : `${Readable<X> & string} must be in GROUP BY or inside an aggregate`
/** Looked at once, where the statement is run: without GROUP BY and aggregates nothing has to be grouped. */
export type Ungrouped<Sh, G extends string> = [G] extends [never]
  ? [AggregatesOf<Sh>] extends [never]
    ? never
    : Sentence<BareOf<Sh>>
  : Sentence<Exclude<BareOf<Sh>, G | FreedBy<G> | `${string}→*`>>

/** What grouping by an expression adds: its columns, and for a primary key its whole source. */
export type GroupingOf<E> =
  | (E extends { readonly [C]: infer X extends string } ? NotAny<X> : never)
  | (E extends { readonly [S]: infer T extends string; readonly [D]: infer Df }
      ? 'primary' extends FlagsOf<Df>
        ? `${T}→*`
        : never
      : never)

/** The one source that all leaves are columns of, `''` beside it where a leaf is anything else. */
type LeafSources<Sh> = { [Q in keyof Sh]-?: NonNullable<Sh[Q]> extends { readonly [S]: infer T } ? T : '' }[keyof Sh]
type IsOne<T> = [T] extends [never] ? false : true extends { [X in T & string]: [T] extends [X] ? true : false }[T & string] ? true : false
/** True when a nested shape consists of columns of one outer-joined source: it is null as a whole when that row is missing. */
type Vanishes<Sh, Outer> = [Outer] extends [never] ? false : [LeafSources<Sh>] extends [Outer] ? IsOne<LeafSources<Sh>> : false

type Nullable<Row> = { [Q in keyof Row]: Row[Q] | null }

type Out<E, Outer> = E extends { readonly [V]: infer Value; readonly [N]: infer Nul }
  ? [Nul & Outer] extends [never]
    ? Value
    : Value | null
  : E extends Source<infer T, infer Defs>
    ? T extends Outer
      ? RowOfDefs<Defs> | null
      : RowOfDefs<Defs>
    : Vanishes<E, Outer> extends true
      ? { [Q in keyof E]: Out<E[Q], never> } | null
      : { [Q in keyof E]: Out<E[Q], Outer> }

/** The row of a select list. */
export type RowShape<Sh, Outer> = Sh extends Whole<infer T> ? WholeRow<T, Outer> : { [Q in keyof Sh]: Out<Sh[Q], Outer> }
type WholeRow<T, Outer> = T extends Source<infer N, infer Defs> ? (N extends Outer ? Nullable<RowOfDefs<Defs>> : RowOfDefs<Defs>) : never

type FamilyIn<E> = E extends { readonly [F]: infer Fam } ? (IsAny<Fam> extends true ? 'unknown' : Fam & Family) : 'unknown'
type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never
/** The family of a statement's only column; no operand fits several. */
export type OnlyFamily<Keys, Fam> = true extends IsUnion<Keys> ? 'several columns' : Fam
/** The family of a one-column statement, for `in` and `scalar`. */
export type OneFamily<Sh> =
  Sh extends Whole<Source<any, infer Defs>>
    ? OnlyFamily<keyof Defs, FamilyOf<Defs[keyof Defs]>>
    : OnlyFamily<keyof Sh, FamilyIn<Sh[keyof Sh]>>

/** A statement as a value: only where it has one column. */
export type ScalarOf<Value, Need extends string, Fam> = Fam extends keyof ByFamily<any, never, never, never>
  ? Expr<Value | null, `${Need}→*`, never, 'row', Fam>
  : Problem<'scalar() takes a statement of one column'>

/** The columns that a subquery or common table expression offers. */
export type DerivedDefs<Sh, Outer> =
  Sh extends Whole<Source<infer T, infer Defs>>
    ? { [Key in keyof Defs]: ColumnDef<T extends Outer ? ValueOf<Defs[Key]> | null : ValueOf<Defs[Key]>, FamilyOf<Defs[Key]>> }
    : { [Q in keyof Sh]: ColumnDef<Out<Sh[Q], Outer>, FamilyIn<Sh[Q]>> }
export type Derived<Name extends string, Sh, Outer> = Table<Name, DerivedDefs<Sh, Outer>>

/** A list of columns as the shape it stands for. */
export type ByKey<L extends readonly { readonly [K]: string }[]> = { [X in L[number] as X[typeof K]]: X }
type KeyOf<X> = X extends { readonly [K]: infer Key extends string } ? Key : never

/** The first key that a list of columns has twice. */
export type Twice<L extends readonly unknown[], Seen = never> = L extends readonly [infer Head, ...infer Rest]
  ? string extends KeyOf<Head>
    ? Twice<Rest, Seen>
    : KeyOf<Head> extends Seen
      ? KeyOf<Head>
      : Twice<Rest, Seen | KeyOf<Head>>
  : never

/** An error of the types as a sentence. */
export interface Problem<Sentence extends string> {
  readonly error: Sentence
}
