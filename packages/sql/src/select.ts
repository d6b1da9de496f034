import type { Runs } from '@quern/expression'
import { type AnyTyped, type Condition, checkOptions, type Expr, type K, type OrderKey, type Typed } from '@quern/expression'
import type { Source } from '@quern/schema'
import { derivedSource } from './derived.js'
import { projectionOf } from './projection.js'
import { SelectStatement, selectNode } from './select-statement.js'
import type {
  ByKey,
  ColsOf,
  Derived,
  GroupingOf,
  Missing,
  NotAny,
  OneFamily,
  Problem,
  RowShape,
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
  /** `HAVING a AND b` */
  having<C2 extends string = never>(...conditions: Condition<C2, any>[]): Select<Sh, Scope, Outer, G, Need | NotAny<C2>>
  /** `ORDER BY a, b DESC`; further calls add further keys. */
  orderBy(...keys: OrderKey<any>[]): this
  /** `LIMIT n` */
  limit(count: number): this
  /** `OFFSET n` */
  offset(count: number): this
  /** `SELECT DISTINCT` */
  distinct(): this
  /** Adds a common table expression that FROM does not mention; those in FROM are collected by themselves. */
  with(...expressions: Source<any, any>[]): this
  /** `(SELECT …) AS name`, to stand in FROM. */
  subquery<const Name extends string>(name: Name): Derived<Name, Sh, Outer>
  /** `WITH name AS (SELECT …)`, to stand in FROM. */
  cte<const Name extends string>(name: Name): Derived<Name, Sh, Outer>
  /** `(SELECT …)` as a value: the one column of the one row, null without a row. */
  scalar(): Expr<
    RowShape<Sh, Outer>[keyof RowShape<Sh, Outer>] | null,
    `${Missing<Need | G | ColsOf<Sh>, Scope>}→*`,
    never,
    'row',
    OneFamily<Sh>
  >
  /** Goes on with `build` where `condition` holds. */
  if<Q>(condition: boolean, build: (statement: this) => Q): this | Q
}
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
  limit(count: number): this
  offset(count: number): this
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
  return SelectStatement.of(projectionOf(args))
}
type NameIn<T> = T extends Source<infer Name, any> ? Name : never

/**
 * A recursive common table expression: `base UNION ALL step`, where the step refers to the expression itself.
 *
 * `recursiveCte('tree', select(…), (tree) => select(…).from(t).join(tree, …))`
 */
export function recursiveCte<
  const Name extends string,
  Sh,
  Scope extends string,
  Outer extends string,
  G extends string,
  Need extends string,
>(
  name: Name,
  base: Select<Sh, Scope, Outer, G, Need>,
  step: (self: Derived<Name, Sh, Outer>) => Runs<any>,
  options: { readonly distinct?: boolean } = {},
): Derived<Name, Sh, Outer> {
  checkOptions('recursiveCte()', options, ['distinct'])
  return derivedSource(
    'cte',
    name,
    selectNode(base, 'recursiveCte()'),
    (self) => selectNode(step(self as never), 'the step of recursiveCte()'),
    options.distinct ?? false,
  )
}
