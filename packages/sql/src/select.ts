import type { AnyTyped, Condition, K, N, OrderKey, Runs, Typed, WindowSpec } from '@quern/expression'
import { isSource, sourceNode } from '@quern/expression'
import type { Source } from '@quern/schema'
import type { CteOptions } from './derived.js'
import type { Grouping } from './grouping.js'
import type { HintTexts, IndexHint } from './hints.js'
import type { RowCount } from './limit.js'
import type { LockOptions } from './locking.js'
import { projectionOf } from './projection.js'
import { SelectStatement } from './select-statement.js'
import type {
  ByKey,
  ColsOf,
  Derived,
  DerivedDefs,
  GroupingOf,
  Missing,
  NotAny,
  OneFamily,
  Problem,
  RowShape,
  ScalarOf,
  SelectShape,
  Twice,
  Ungrouped,
  Whole,
} from './shape.js'

type On<Cols extends string> = Typed<boolean | null, Cols, any, 'row', any>

/**
 * A SELECT. Shape, sources in scope, sources that an outer join makes null, grouped columns, columns needed, columns outside of
 * aggregates, aggregates: unions that only grow, looked at once, where the statement is run.
 */
export interface Select<Sh, Scope extends string, Outer extends string, G extends string, Need extends string>
  extends Runs<RowShape<Sh, Outer>> {
  readonly need?: `${Missing<Need | G | ColsOf<Sh>, Scope>} is not in FROM`
  readonly grouping?: Ungrouped<Sh, G>
  readonly one?: OneFamily<Sh>
  readonly defs?: DerivedDefs<Sh, Outer>
  /** `WHERE a AND b`; also over several calls. `false` stands for no condition. */
  where<C2 extends string = never>(...conditions: (On<C2> | false)[]): Select<Sh, Scope, Outer, G, Need | NotAny<C2>>
  /** `INNER JOIN t ON …`; without a condition, over the only foreign key between the tables. */
  join<T extends string, C2 extends string = never>(
    source: Source<T, any> & Clash<T, Scope>,
    on?: On<C2>,
  ): Select<Sh, Scope | T, Outer, G, Need | NotAny<C2>>
  /** `LEFT JOIN t ON …`: columns of `t` are null in rows without a match. */
  leftJoin<T extends string, C2 extends string = never>(
    source: Source<T, any> & Clash<T, Scope>,
    on?: On<C2>,
  ): Select<Sh, Scope | T, Outer | T, G, Need | NotAny<C2>>
  /** `RIGHT JOIN t ON …`: columns of what stands before are null in rows without a match. */
  rightJoin<T extends string, C2 extends string = never>(
    source: Source<T, any> & Clash<T, Scope>,
    on?: On<C2>,
  ): Select<Sh, Scope | T, Outer | Scope, G, Need | NotAny<C2>>
  /** `FULL JOIN t ON …` */
  fullJoin<T extends string, C2 extends string = never>(
    source: Source<T, any> & Clash<T, Scope>,
    on?: On<C2>,
  ): Select<Sh, Scope | T, Outer | Scope | T, G, Need | NotAny<C2>>
  /** `CROSS JOIN t` */
  crossJoin<T extends string>(source: Source<T, any> & Clash<T, Scope>): Select<Sh, Scope | T, Outer, G, Need>
  /** `GROUP BY a, b`; a grouped primary key frees the other columns of its table. */
  groupBy<const L extends readonly Typed<any, any, any, 'row', any>[]>(
    ...keys: L
  ): Select<Sh, Scope, Outer, G | GroupingOf<L[number]>, Need>
  /** `GROUP BY ROLLUP (…)`, `CUBE (…)`, `GROUPING SETS (…)`: their keys are null in rows that do not group by them. */
  groupBy<const L extends readonly (Typed<any, any, any, 'row', any> | Grouping<any>)[]>(
    ...keys: L
  ): Select<Sh, Scope, Outer | RolledOf<L[number]>, G | GroupingOf<L[number]> | GroupingOf<KeysIn<L[number]>>, Need>
  /** `HAVING a AND b` */
  having<C2 extends string = never>(...conditions: Condition<C2, any>[]): Select<Sh, Scope, Outer, G | '()', Need | NotAny<C2>>
  /** `ORDER BY a, b DESC`; further calls add further keys. */
  orderBy(...keys: OrderKey<any>[]): this
  /** `LIMIT n` */
  limit(count: RowCount): this
  /** `OFFSET n` */
  offset(count: RowCount): this
  /** `FETCH FIRST n ROWS`; with ties also the rows that the order does not tell from the last one. */
  fetch(count: RowCount, options?: { readonly withTies?: boolean }): this
  /** `SELECT DISTINCT` */
  distinct(): Select<Sh, Scope, Outer | '(distinct)', G, Need>
  /** `SELECT DISTINCT ON (…)`: of rows that are equal in these keys, the first in order. */
  distinctOn<C2 extends string = never>(
    ...keys: Typed<any, C2, any, any, any>[]
  ): Select<Sh, Scope, Outer | '(distinct)', G, Need | NotAny<C2>>
  /** `FOR UPDATE`: locks the rows until the transaction ends. */
  forUpdate(...options: LockArguments<G, Outer>): this
  /** `FOR SHARE`: keeps the rows from being changed until the transaction ends. */
  forShare(...options: LockArguments<G, Outer>): this
  /** Words in a hint comment for the planner: on every dialect that reads such comments, or told by dialect. */
  hint(text: string | HintTexts): this
  /** `USE INDEX (…)` and its kin for one table. */
  hint(table: Source<any, any>, indexes: IndexHint): this
  /** `WINDOW name AS (…)`, for `.over('name')`. */
  window<C1 extends string = never, C2 extends string = never>(
    name: string,
    spec: WindowSpec<C1, C2>,
  ): Select<Sh, Scope, Outer, G, Need | NotAny<C1 | C2>>
  /**
   * `ORDER BY` these keys, and only the rows after the cursor: its values in the order of the keys, or a row with the keys' columns. No
   * cursor (null, undefined) is the first page. The keys together must tell rows apart.
   */
  seek(keys: readonly OrderKey<any>[], cursor?: readonly unknown[] | { readonly [key: string]: unknown } | null): this
  /** Adds a common table expression that FROM does not mention; those in FROM are collected by themselves. */
  with(...expressions: Source<any, any>[]): this
  /** `(SELECT …) AS name`, to stand in FROM. */
  subquery<const Name extends string>(name: Name): Derived<Name, Sh, Outer>
  /** `WITH name AS (SELECT …)`, to stand in FROM. */
  cte<const Name extends string>(name: Name, options?: CteOptions): Derived<Name, Sh, Outer>
  /** `(SELECT …)` as a value: the one column of the one row, null without a row. */
  scalar(): ScalarOf<RowShape<Sh, Outer>[keyof RowShape<Sh, Outer>], Missing<Need | G | ColsOf<Sh>, Scope>, OneFamily<Sh>>
  /** Goes on with `build` where `condition` holds. */
  if<Q>(condition: boolean, build: (statement: this) => Q): this | Q
}
/** The sources whose columns are null in rows that do not group by them. */
type RolledOf<E> = E extends Grouping<infer Keys> ? (Keys extends { readonly [N]: infer Nul extends string } ? Nul : never) : never
type KeysIn<E> = E extends Grouping<infer Keys> ? Keys : never
/** Rows of groups are no rows of a table, so there is nothing to lock. */
type LockArguments<G extends string, Outer extends string> = [G] extends [never]
  ? '(distinct)' extends Outer
    ? [never: Problem<'rows cannot be locked in a statement with DISTINCT'>]
    : [options?: LockOptions]
  : [never: Problem<'rows cannot be locked in a statement with GROUP BY or HAVING'>]
/** Two sources of one name: which of them a column means could not be told. */
type Clash<T extends string, Scope extends string> = [T & Scope] extends [never]
  ? unknown
  : string extends T | Scope
    ? unknown
    : Problem<`${T & Scope} is in FROM already; give one of them another name with alias()`>

/** A select list without FROM yet; it runs as it is when it needs none. */
export interface Selecting<Sh> extends Select<Sh, never, never, never, never> {
  /** `FROM t` */
  from<T extends string>(source: Source<T, any>): Select<Sh, T, never, never, never>
}

/** Any SELECT, for users' own functions that pass statements on: `page<Q extends AnySelect>(q: Q): Q`. */
export interface AnySelect extends Runs<any> {
  limit(count: RowCount): this
  offset(count: RowCount): this
  orderBy(...keys: OrderKey<any>[]): this
}

/**
 * `SELECT …`: all columns of a table, a list of columns, or an object of columns, expressions, tables and further objects.
 *
 * `select({ id: users.id, name: users.name }).from(users)` — `SELECT "users"."id", "users"."name" FROM "users"`
 */
export function select<T extends Source<any, any>>(source: T): Select<Whole<T>, NameIn<T>, never, never, never>
export function select<const L extends readonly (AnyTyped & { readonly [K]: string })[]>(
  ...columns: [Twice<L>] extends [never] ? L : Problem<`two columns are called ${Twice<L> & string}; name one with .as()`>[]
): Selecting<ByKey<L>>
export function select<Sh extends SelectShape>(shape: Sh): Selecting<Sh>
export function select(...args: unknown[]): unknown {
  const [first] = args
  return SelectStatement.of(projectionOf(args), args.length === 1 && isSource(first) ? sourceNode(first) : undefined)
}
type NameIn<T> = T extends Source<infer Name, any> ? Name : never
