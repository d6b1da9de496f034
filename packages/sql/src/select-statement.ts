/** The run-time side of `Select`: one class over one frozen node; each method copies the node and changes what it is about. */
import {
  CompileError,
  type Condition,
  conditions,
  contains,
  countType,
  describe,
  type ExpressionNode,
  isExpression,
  isSource,
  make,
  nodeOf,
  Order,
  type SourceNode,
  Statement,
  seal,
  sourceNode,
  statementNode,
  typed,
  unlabelled,
} from '@quern/expression'
import { type DerivedSource, derivedSource } from './derived.js'
import { impliedCondition } from './implied-join.js'
import type { JoinKind, JoinNode, Projection, SelectNode } from './nodes.js'

type Row = Condition<any, 'row'>

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

export class SelectStatement extends Statement {
  static of(projection: Projection): SelectStatement {
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

export function selectNode(statement: unknown, place: string): SelectNode {
  if (!(statement instanceof SelectStatement)) throw new CompileError(`${place} takes a select, not ${describe(statement)}`)
  return statementNode(statement) as SelectNode
}
