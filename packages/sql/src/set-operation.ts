/** UNION, INTERSECT and EXCEPT: columns meet by key, whatever the order in which the statements name them. */
import type { OrderKey, Runs } from '@quern/expression'
import {
  type ColumnNode,
  CompileError,
  contains,
  listed,
  make,
  Order,
  type SourceNode,
  type SqlType,
  Statement,
  seal,
  statementNode,
} from '@quern/expression'
import type { ColumnDef, FamilyOf, RowOfDefs, Source, Table, ValueOf } from '@quern/schema'
import { type CteOptions, cteSource, ctesIn, queryNode, scalarOf, sourceObject, subquerySource } from './derived.js'
import { countOf, type RowCount } from './limit.js'
import { mergedType } from './merged-type.js'
import type { CompoundNode, Field, QueryNode, SetOperator } from './nodes.js'
import { derivedColumns, flatProjection } from './projection.js'
import type { OnlyFamily, Problem, ScalarOf } from './shape.js'

/** A statement that yields rows of known columns: a select, or a set operation. */
export interface Query<Defs> extends Runs<any> {
  readonly defs?: Defs
  readonly need?: string
  readonly grouping?: never
}
type DefsOfQuery<Q> = Q extends { readonly defs?: infer Defs } ? Exclude<Defs, undefined> : never
type NeedOfQuery<Q> = Q extends { readonly need?: infer Sentence } ? Needed<Exclude<Sentence, undefined>> : never
type Needed<Sentence> = [Sentence] extends [never] ? never : Sentence extends `${infer Need} is not in FROM` ? Need : never

type Single<A, B> = Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>
type OneNumber<F> = F extends 'exact' | 'float' ? 'number' : F
type Unequal<A, B> = {
  [Key in keyof A & keyof B]: [OneNumber<FamilyOf<A[Key]>>] extends [OneNumber<FamilyOf<B[Key]>>]
    ? never
    : 'unknown' extends FamilyOf<A[Key]> | FamilyOf<B[Key]>
      ? never
      : `${Key & string} is ${FamilyOf<A[Key]> & string} in one statement of the set operation and ${FamilyOf<B[Key]> & string} in another`
}[keyof A & keyof B]
/** The statement, where it fits the first one. */
type Fits<A, B> = [Single<A, B>] extends [never]
  ? [Unequal<A, B>] extends [never]
    ? unknown
    : Problem<Unequal<A, B> & string>
  : Problem<`the statements of a set operation select the same keys; ${Single<A, B> & string} is not in all of them`>

type Wider<A, B> = A extends B ? B : 'float' extends A | B ? 'float' : 'unknown' extends A ? B : A
type Merged<A, B> = {
  [Key in keyof A]: ColumnDef<
    ValueOf<A[Key]> | ValueOf<B[Key & keyof B]>,
    Wider<FamilyOf<A[Key]>, FamilyOf<B[Key & keyof B]>> & FamilyOf<any>
  >
}

/** The result of a set operation. */
export interface Compound<Defs, Need extends string> extends Runs<RowOfDefs<Defs>> {
  readonly need?: `${Need} is not in FROM`
  readonly grouping?: never
  readonly defs?: Defs
  readonly one?: OnlyFamily<keyof Defs, FamilyOf<Defs[keyof Defs]>>
  /** `ORDER BY` over the result's columns: `.orderBy((out) => out.title.asc())`. */
  orderBy(...keys: (OrderKey<any> | ((out: Table<'compound', Defs>) => OrderKey<any> | readonly OrderKey<any>[]))[]): this
  /** `LIMIT n` */
  limit(count: RowCount): this
  /** `OFFSET n` */
  offset(count: RowCount): this
  /** Adds a common table expression that no statement mentions. */
  with(...expressions: Source<any, any>[]): this
  /** `(… UNION …) AS name`, to stand in FROM. */
  subquery<const Name extends string>(name: Name): Table<Name, Defs>
  /** `WITH name AS (… UNION …)`, to stand in FROM. */
  cte<const Name extends string>(name: Name, options?: CteOptions): Table<Name, Defs>
  /** The one column of the one row as a value, null without a row. */
  scalar(): ScalarOf<ValueOf<Defs[keyof Defs]>, Need, OnlyFamily<keyof Defs, FamilyOf<Defs[keyof Defs]>>>
  /** Goes on with `build` where `condition` holds. */
  if<Q>(condition: boolean, build: (statement: this) => Q): this | Q
}

interface SetOperation {
  <A extends Query<any>, B extends Query<any>>(
    first: A,
    second: B & Fits<DefsOfQuery<A>, DefsOfQuery<B>>,
  ): Compound<Merged<DefsOfQuery<A>, DefsOfQuery<B>>, NeedOfQuery<A> | NeedOfQuery<B>>
  <A extends Query<any>, B extends Query<any>, X extends Query<any>>(
    first: A,
    second: B & Fits<DefsOfQuery<A>, DefsOfQuery<B>>,
    third: X & Fits<DefsOfQuery<A>, DefsOfQuery<X>>,
  ): Compound<Merged<Merged<DefsOfQuery<A>, DefsOfQuery<B>>, DefsOfQuery<X>>, NeedOfQuery<A> | NeedOfQuery<B> | NeedOfQuery<X>>
  <A extends Query<any>, B extends Query<any>, X extends Query<any>, Y extends Query<any>>(
    first: A,
    second: B & Fits<DefsOfQuery<A>, DefsOfQuery<B>>,
    third: X & Fits<DefsOfQuery<A>, DefsOfQuery<X>>,
    fourth: Y & Fits<DefsOfQuery<A>, DefsOfQuery<Y>>,
  ): Compound<
    Merged<Merged<Merged<DefsOfQuery<A>, DefsOfQuery<B>>, DefsOfQuery<X>>, DefsOfQuery<Y>>,
    NeedOfQuery<A> | NeedOfQuery<B> | NeedOfQuery<X> | NeedOfQuery<Y>
  >
  /** Any number of statements of one type. */
  <Q extends Query<any>>(...statements: readonly [Q, Q, ...Q[]]): Compound<DefsOfQuery<Q>, NeedOfQuery<Q>>
}

const operation =
  (name: string, operator: SetOperator, all: boolean): SetOperation =>
  (...statements: readonly unknown[]) =>
    CompoundStatement.of(name, operator, all, statements) as never

/** `a UNION b`: the rows of all statements, each once. */
export const union = operation('union', 'union', false)
/** `a UNION ALL b`: the rows of all statements, one after the other. */
export const unionAll = operation('unionAll', 'union', true)
/** `a INTERSECT b`: the rows that all statements have, each once. */
export const intersect = operation('intersect', 'intersect', false)
/** `a INTERSECT ALL b`: each row as often as the statement has it that has it least. */
export const intersectAll = operation('intersectAll', 'intersect', true)
/** `a EXCEPT b`: the rows of the first statement that no other has, each once. */
export const except = operation('except', 'except', false)
/** `a EXCEPT ALL b`: each row of the first statement as often as it has it more than the others. */
export const exceptAll = operation('exceptAll', 'except', true)

type Open<T> = { -readonly [Key in keyof T]: T[Key] }

export class CompoundStatement extends Statement {
  static of(name: string, operator: SetOperator, all: boolean, statements: readonly unknown[]): CompoundStatement {
    if (statements.length < 2) throw new CompileError(`${name}() takes at least two statements`)
    const given = statements.map((statement) => queryNode(statement, `${name}()`))
    if (given.some((part) => part.kind === 'select' && part.extra !== undefined && part.extra.locks.length > 0))
      throw new CompileError(`rows cannot be locked in a statement with ${operator.toUpperCase()}; lock them in one without`, 'LOCK')
    const labels = given[0]!.projection.fields.map(({ label }) => label)
    const parts = given.map((part) => arranged(part, labels))
    const out: SourceNode & { columns: readonly ColumnNode[]; statement: QueryNode } = {
      kind: 'compound',
      name: 'compound',
      schema: undefined,
      quoted: make.keptText(),
      columns: [],
      statement: parts[0]!,
    }
    out.columns = Object.freeze(outColumns(out, parts))
    const rows = all && operator === 'union' ? undefined : out.columns.find(({ type }) => type.detail?.rows !== undefined)
    if (rows !== undefined)
      throw new CompileError(`${rows.key} holds nested rows, which ${name}() does not compare; only unionAll() takes them`)
    const projection = flatProjection(Object.freeze(out.columns.map(({ field }) => field)))
    const bits = contains.statement
    return new CompoundStatement(
      seal<CompoundNode>({
        kind: 'compound',
        operator,
        all,
        parts: Object.freeze(parts),
        projection,
        contains: bits,
        out: Object.freeze(out),
        orderBy: none,
        limit: undefined,
        offset: undefined,
        with: none,
      }),
    )
  }

  get #node(): CompoundNode {
    return statementNode(this) as CompoundNode
  }

  #copy(change: Partial<Open<CompoundNode>>): CompoundStatement {
    return new CompoundStatement(seal<CompoundNode>({ ...this.#node, ...change }))
  }

  orderBy(...keys: unknown[]): CompoundStatement {
    const node = this.#node
    const out = sourceObject<object>(node.out as never)
    const added = keys.flatMap((key) => (typeof key === 'function' ? key(out) : key) as unknown)
    return this.#copy({ orderBy: Object.freeze([...node.orderBy, ...added.map(Order.node)]) })
  }

  limit(count: unknown): CompoundStatement {
    return this.#copy({ limit: countOf(count, 'limit()') })
  }

  offset(count: unknown): CompoundStatement {
    return this.#copy({ offset: countOf(count, 'offset()') })
  }

  with(...expressions: unknown[]): CompoundStatement {
    return this.#copy({ with: Object.freeze([...this.#node.with, ...ctesIn(expressions)]) })
  }

  subquery(name: string): unknown {
    return subquerySource('subquery', name, this.#node)
  }

  cte(name: string, options?: CteOptions): unknown {
    return cteSource(name, this.#node, options)
  }

  scalar(): unknown {
    return scalarOf(this.#node)
  }

  if(condition: unknown, build: (statement: this) => unknown): unknown {
    return condition ? build(this) : this
  }
}

const none: readonly never[] = Object.freeze([])

/** The statement with its columns in the order of the first one's keys. */
function arranged(node: QueryNode, labels: readonly string[]): QueryNode {
  const { fields, shape } = node.projection
  if (shape !== undefined)
    throw new CompileError('the statements of a set operation select flat columns; nested objects have no place in it')
  const own = fields.map(({ label }) => label)
  const odd = labels.find((label) => !own.includes(label)) ?? own.find((label) => !labels.includes(label))
  if (odd !== undefined) {
    throw new CompileError(
      `the statements of a set operation select the same keys; ${odd} is not in all of them (${listed([...labels])} against ${listed(own)})`,
      'SET_OPERATION',
    )
  }
  if (own.every((label, i) => label === labels[i])) return node
  const projection = flatProjection(Object.freeze(labels.map((label): Field => fields.find((field) => field.label === label)!)))
  if (node.kind === 'select') return seal({ ...node, projection })
  return seal({ ...node, projection, parts: Object.freeze(node.parts.map((part) => arranged(part, labels))) })
}

function outColumns(out: SourceNode, parts: readonly QueryNode[]): ColumnNode[] {
  const columns = new Map<string, { type: SqlType; notNull: boolean }>()
  for (const part of parts) {
    derivedColumns(part, (key, { type }, notNull) => {
      const known = columns.get(key)
      if (known === undefined) columns.set(key, { type, notNull })
      else columns.set(key, { type: mergedType(key, known.type, type), notNull: known.notNull && notNull })
      return undefined as never
    })
  }
  return [...columns].map(([key, { type, notNull }]) => make.column(out, key, key, type, notNull))
}
