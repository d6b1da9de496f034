import type { RowOfRuns, Runs } from '@quern/expression'
import {
  type AnyTyped,
  type ColumnNode,
  CompileError,
  type Condition,
  checkOptions,
  conditions,
  contains,
  countType,
  describe,
  type Expr,
  type ExpressionNode,
  type Family,
  isExpression,
  isSource,
  type K,
  make,
  nodeOf,
  Order,
  type OrderKey,
  type SourceNode,
  Statement,
  seal,
  sourceNode,
  statementNode,
  type Typed,
  typed,
  unlabelled,
} from '@quern/expression'
import type { Source } from '@quern/schema'
import { type DerivedSource, derivedSource } from './derived.js'
import { impliedCondition } from './implied-join.js'
import type { JoinKind, JoinNode, SelectNode } from './nodes.js'
import { projectionOf } from './projection.js'
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
type Row = Condition<any, 'row'>

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
  const projection = projectionOf(args)
  return new SelectStatement(
    seal<SelectNode>({
      kind: 'select',
      projection,
      contains: projection.contains | (projection.whole === undefined ? 0 : derivedBit(projection.whole)),
      distinct: false,
      from: projection.whole,
      sources: projection.whole === undefined ? none : [projection.whole],
      joins: none,
      where: none,
      groupBy: none,
      having: none,
      orderBy: none,
      limit: undefined,
      offset: undefined,
      with: none,
    }),
  )
}
type NameIn<T> = T extends Source<infer Name, any> ? Name : never

const none: readonly never[] = Object.freeze([])

const joinPlace: Readonly<Record<JoinKind, string>> = {
  inner: 'join()',
  left: 'leftJoin()',
  right: 'rightJoin()',
  full: 'fullJoin()',
  cross: 'crossJoin()',
}

/** A subquery or common table expression in FROM counts as a statement inside this one. */
const derivedBit = (source: SourceNode): number => (source.kind === 'table' || source.kind === 'alias' ? 0 : contains.statement)

type Open<T> = { -readonly [Key in keyof T]: T[Key] }

/** Written out, because a spread of so many fields takes twice as long. */
const copyOf = (node: SelectNode): Open<SelectNode> => ({
  kind: 'select',
  projection: node.projection,
  contains: node.contains,
  distinct: node.distinct,
  from: node.from,
  sources: node.sources,
  joins: node.joins,
  where: node.where,
  groupBy: node.groupBy,
  having: node.having,
  orderBy: node.orderBy,
  limit: node.limit,
  offset: node.offset,
  with: node.with,
})

function bitsOf(list: readonly ExpressionNode[]): number {
  let bits = 0
  for (let i = 0; i < list.length; i++) bits |= list[i]!.contains
  return bits
}

/** The run-time side of `Select`. */
export class SelectStatement extends Statement {
  get #node(): SelectNode {
    return statementNode(this) as SelectNode
  }

  from(source: unknown): SelectStatement {
    const node = this.#node
    if (node.from !== undefined) throw new CompileError(`FROM is ${node.from.name} already; add further tables with join()`)
    const from = sourceOf(source, 'from()')
    const copy = copyOf(node)
    copy.contains = node.contains | derivedBit(from)
    copy.from = from
    copy.sources = [from]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  where(...list: Row[]): SelectStatement {
    const node = this.#node
    const where = conditions(list, 'where()')
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(where)
    copy.where = joined(node.where, where)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  join(source: unknown, on?: unknown): SelectStatement {
    return this.#join('inner', source, on)
  }

  leftJoin(source: unknown, on?: unknown): SelectStatement {
    return this.#join('left', source, on)
  }

  rightJoin(source: unknown, on?: unknown): SelectStatement {
    return this.#join('right', source, on)
  }

  fullJoin(source: unknown, on?: unknown): SelectStatement {
    return this.#join('full', source, on)
  }

  crossJoin(source: unknown): SelectStatement {
    return this.#join('cross', source, undefined)
  }

  #join(kind: JoinKind, source: unknown, on: unknown): SelectStatement {
    const node = this.#node
    const target = sourceOf(source, joinPlace[kind])
    if (node.from === undefined) throw new CompileError(`${target.name} is joined before FROM; call from() first`)
    const condition = kind === 'cross' ? undefined : on === undefined ? impliedCondition(target, node) : conditions([on], 'ON')[0]
    if (kind !== 'cross' && condition === undefined)
      throw new CompileError(`the condition of the join with ${target.name} is false; use crossJoin() to join without one`)
    const join: JoinNode = seal({ join: kind, source: target, on: condition })
    const bits = node.contains | derivedBit(target) | (condition === undefined ? 0 : condition.contains)
    const copy = copyOf(node)
    copy.contains = bits
    copy.joins = [...node.joins, join]
    copy.sources = [...node.sources, target]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  groupBy(...keys: unknown[]): SelectStatement {
    const node = this.#node
    const added = keys.map((key) => expressionOf(key, 'groupBy()'))
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(added)
    copy.groupBy = joined(node.groupBy, added)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  having(...list: unknown[]): SelectStatement {
    const node = this.#node
    const having = conditions(list, 'having()')
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(having)
    copy.having = joined(node.having, having)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  orderBy(...keys: unknown[]): SelectStatement {
    const node = this.#node
    const added = keys.map(Order.node)
    let bits = node.contains
    for (const key of added) bits |= key.operand.contains
    const copy = copyOf(node)
    copy.contains = bits
    copy.orderBy = node.orderBy.length === 0 ? added : [...node.orderBy, ...added]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  limit(count: unknown): SelectStatement {
    const copy = copyOf(this.#node)
    copy.limit = countOf(count, 'limit()')
    return new SelectStatement(seal<SelectNode>(copy))
  }

  offset(count: unknown): SelectStatement {
    const copy = copyOf(this.#node)
    copy.offset = countOf(count, 'offset()')
    return new SelectStatement(seal<SelectNode>(copy))
  }

  distinct(): SelectStatement {
    const copy = copyOf(this.#node)
    copy.distinct = true
    return new SelectStatement(seal<SelectNode>(copy))
  }

  with(...expressions: unknown[]): SelectStatement {
    const ctes = expressions.map((expression) => {
      const source = sourceOf(expression, 'with()')
      if (source.kind !== 'cte') throw new CompileError(`with() takes common table expressions; ${source.name} is a ${source.kind}`)
      return source as DerivedSource & { kind: 'cte' }
    })
    const node = this.#node
    const copy = copyOf(node)
    copy.contains = node.contains | contains.statement
    copy.with = [...node.with, ...ctes] as SelectNode['with']
    return new SelectStatement(seal<SelectNode>(copy))
  }

  subquery(name: string): unknown {
    return derivedSource('subquery', name, this.#node)
  }

  cte(name: string): unknown {
    return derivedSource('cte', name, this.#node)
  }

  scalar(): unknown {
    const { fields } = this.#node.projection
    if (fields.length !== 1) throw new CompileError(`scalar() takes a statement of one column, not ${fields.length}`)
    return typed(make.scalar(this.#node, fields[0]!.node.type))
  }

  if(condition: unknown, build: (statement: this) => unknown): unknown {
    return condition ? build(this) : this
  }
}

const joined = (a: readonly ExpressionNode[], b: readonly ExpressionNode[]): readonly ExpressionNode[] =>
  a.length === 0 ? b : [...a, ...b]

function sourceOf(value: unknown, place: string): SourceNode {
  if (!isSource(value)) throw new CompileError(`${place} takes a table, an alias, a CTE or a subquery, not ${describe(value)}`)
  return sourceNode(value)
}

function expressionOf(value: unknown, place: string): ExpressionNode {
  if (!isExpression(value)) throw new CompileError(`${place} takes columns and expressions, not ${describe(value)}`)
  return unlabelled(nodeOf(value))
}

/** LIMIT and OFFSET: a whole number from 0, bound like any value, or a parameter of `prepare`. */
function countOf(value: unknown, place: string): ExpressionNode {
  if (isExpression(value)) return nodeOf(value)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new CompileError(`${place} takes a whole number from 0, not ${typeof value === 'number' ? value : describe(value)}`)
  }
  return make.parameter(value, countType)
}

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

export function selectNode(statement: unknown, place: string): SelectNode {
  if (!(statement instanceof SelectStatement)) throw new CompileError(`${place} takes a select, not ${describe(statement)}`)
  return statementNode(statement) as SelectNode
}

export type { ColumnNode, Family, RowOfRuns }
