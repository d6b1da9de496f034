/** The run-time side of `Select`: one class over one frozen node; each method copies the node and changes what it is about. */
import {
  CompileError,
  type Condition,
  checkOptions,
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
  quoted,
  type SourceNode,
  Statement,
  seal,
  sourceNode,
  statementNode,
  typed,
  unlabelled,
  type WindowNode,
} from '@quern/expression'
import { checkName } from '@quern/schema'
import { type CteOptions, cteSource, ctesIn, scalarOf, subquerySource } from './derived.js'
import { groupingOf } from './grouping.js'
import { hintsOf } from './hints.js'
import { impliedCondition } from './implied-join.js'
import { countOf } from './limit.js'
import { lockOf } from './locking.js'
import type { JoinKind, JoinNode, LockNode, Projection, SelectExtra, SelectNode } from './nodes.js'
import { inScope } from './projection.js'
import { seekOf } from './seek.js'

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
const derivedBit = (source: SourceNode): number =>
  source.kind === 'table' || source.kind === 'alias' || source.kind === 'view' ? 0 : contains.statement

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
  extra: node.extra,
})

const noExtra: SelectExtra = Object.freeze({
  distinctOn: none,
  withTies: false,
  locks: none,
  hints: none,
  windows: none,
  seek: undefined,
})

function bitsOf(list: readonly ExpressionNode[]): number {
  let bits = 0
  for (let i = 0; i < list.length; i++) bits |= list[i]!.contains
  return bits
}

export class SelectStatement extends Statement {
  static of(projection: Projection, from: SourceNode | undefined = projection.whole): SelectStatement {
    return new SelectStatement(
      seal<SelectNode>({
        kind: 'select',
        projection,
        contains: projection.contains | (projection.whole === undefined ? 0 : derivedBit(projection.whole)),
        distinct: false,
        from,
        sources: projection.whole === undefined ? none : [inScope(from!)],
        joins: none,
        where: none,
        groupBy: none,
        having: none,
        orderBy: none,
        limit: undefined,
        offset: undefined,
        with: none,
        extra: undefined,
      }),
    )
  }

  private node(): SelectNode {
    return statementNode(this) as SelectNode
  }

  from(source: unknown): SelectStatement {
    const node = this.node()
    if (node.from !== undefined) throw new CompileError(`FROM is ${node.from.name} already; add further tables with join()`)
    const from = sourceOf(source, 'from()')
    const copy = copyOf(node)
    copy.contains = node.contains | derivedBit(from)
    copy.from = from
    copy.sources = [inScope(from)]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  where(...list: Row[]): SelectStatement {
    const node = this.node()
    const where = conditions(list, 'where()')
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(where)
    copy.where = joined(node.where, where)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  join(source: unknown, on?: unknown): SelectStatement {
    return this.joined('inner', source, on)
  }

  leftJoin(source: unknown, on?: unknown): SelectStatement {
    return this.joined('left', source, on)
  }

  rightJoin(source: unknown, on?: unknown): SelectStatement {
    return this.joined('right', source, on)
  }

  fullJoin(source: unknown, on?: unknown): SelectStatement {
    return this.joined('full', source, on)
  }

  crossJoin(source: unknown): SelectStatement {
    return this.joined('cross', source, undefined)
  }

  joined(kind: JoinKind, source: unknown, on: unknown): SelectStatement {
    const node = this.node()
    const target = sourceOf(source, joinPlace[kind])
    if (node.from === undefined) throw new CompileError(`${target.name} is joined before FROM; call from() first`)
    if (target.kind === 'lateral' && (kind === 'right' || kind === 'full'))
      throw new CompileError(
        `${target.name} is lateral and comes after the tables it refers to; only join(), leftJoin() and crossJoin() take it`,
      )
    const condition =
      kind === 'cross'
        ? undefined
        : on !== undefined
          ? conditions([on], 'ON')[0]
          : target.kind === 'lateral'
            ? make.constant.true
            : impliedCondition(inScope(target), node)
    if (kind !== 'cross' && condition === undefined)
      throw new CompileError(`the condition of the join with ${target.name} is false; use crossJoin() to join without one`)
    const join: JoinNode = seal({ join: kind, source: target, on: condition })
    const bits = node.contains | derivedBit(target) | (condition === undefined ? 0 : condition.contains)
    const copy = copyOf(node)
    copy.contains = bits
    copy.joins = [...node.joins, join]
    copy.sources = [...node.sources, inScope(target)]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  groupBy(...keys: unknown[]): SelectStatement {
    const node = this.node()
    const added = keys.map((key) => groupingOf(key) ?? expressionOf(key, 'groupBy()'))
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(added)
    copy.groupBy = joined(node.groupBy, added)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  having(...list: unknown[]): SelectStatement {
    const node = this.node()
    const having = conditions(list, 'having()')
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(having)
    copy.having = joined(node.having, having)
    return new SelectStatement(seal<SelectNode>(copy))
  }

  orderBy(...keys: unknown[]): SelectStatement {
    const node = this.node()
    const added = keys.map(Order.node)
    let bits = node.contains
    for (const key of added) bits |= key.operand.contains
    const copy = copyOf(node)
    copy.contains = bits
    copy.orderBy = node.orderBy.length === 0 ? added : [...node.orderBy, ...added]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  limit(count: unknown): SelectStatement {
    const copy = copyOf(this.node())
    copy.limit = countOf(count, 'limit()')
    return new SelectStatement(seal<SelectNode>(copy))
  }

  offset(count: unknown): SelectStatement {
    const copy = copyOf(this.node())
    copy.offset = countOf(count, 'offset()')
    return new SelectStatement(seal<SelectNode>(copy))
  }

  distinct(): SelectStatement {
    const copy = copyOf(this.node())
    copy.distinct = true
    return new SelectStatement(seal<SelectNode>(copy))
  }

  distinctOn(...keys: unknown[]): SelectStatement {
    if (keys.length === 0) throw new CompileError('distinctOn() takes at least one expression; distinct() compares whole rows')
    const distinctOn = keys.map((key) => expressionOf(key, 'distinctOn()'))
    return this.extra({ distinctOn }, bitsOf(distinctOn))
  }

  fetch(count: unknown, options: { readonly withTies?: boolean } = {}): SelectStatement {
    checkOptions('fetch()', options, ['withTies'])
    const limited = this.limit(count)
    return options.withTies ? limited.extra({ withTies: true }) : limited
  }

  forUpdate(options?: unknown): SelectStatement {
    return this.locked('update', options)
  }

  forShare(options?: unknown): SelectStatement {
    return this.locked('share', options)
  }

  private locked(lock: LockNode['lock'], options: unknown): SelectStatement {
    return this.extra({ locks: [...(this.node().extra?.locks ?? none), lockOf(lock, options)] })
  }

  hint(...args: unknown[]): SelectStatement {
    return this.extra({ hints: [...(this.node().extra?.hints ?? none), ...hintsOf(args)] })
  }

  window(name: unknown, spec: unknown): SelectStatement {
    const windows = this.node().extra?.windows ?? none
    const named = checkName(name as string, 'window')
    if (windows.some((other) => other.name === named)) throw new CompileError(`there is a window ${quoted(named)} already`)
    const window = nodeOf(windowShape().over(spec)) as WindowNode
    return this.extra({ windows: [...windows, seal({ name: named, window })] }, window.contains & ~contains.window)
  }

  seek(keys: unknown, cursor?: unknown): SelectStatement {
    if (this.node().orderBy.length > 0) throw new CompileError('seek() gives the order itself; leave orderBy() out')
    if (!Array.isArray(keys) || keys.length === 0) throw new CompileError('seek() takes a list of keys to order by')
    const ordered = this.orderBy(...keys)
    const seek = seekOf(ordered.node().orderBy, cursor)
    return seek === undefined ? ordered : ordered.extra({ seek })
  }

  private extra(change: Partial<SelectExtra>, bits = 0): SelectStatement {
    const node = this.node()
    const copy = copyOf(node)
    copy.contains = node.contains | bits
    copy.extra = seal({ ...(node.extra ?? noExtra), ...change })
    return new SelectStatement(seal<SelectNode>(copy))
  }

  with(...expressions: unknown[]): SelectStatement {
    const node = this.node()
    const copy = copyOf(node)
    copy.contains = node.contains | contains.statement
    copy.with = [...node.with, ...ctesIn(expressions)]
    return new SelectStatement(seal<SelectNode>(copy))
  }

  subquery(name: string): unknown {
    return subquerySource('subquery', name, this.node())
  }

  cte(name: string, options?: CteOptions): unknown {
    return cteSource(name, this.node(), options)
  }

  scalar(): unknown {
    return scalarOf(this.node())
  }

  if(condition: unknown, build: (statement: this) => unknown): unknown {
    return condition ? build(this) : this
  }
}

const joined = (a: readonly ExpressionNode[], b: readonly ExpressionNode[]): readonly ExpressionNode[] =>
  a.length === 0 ? b : [...a, ...b]

/** A call that takes OVER, to read the spec of a window without a function. */
const windowShape = () => typed<{ over(spec: unknown): object }>(make.call('rowNumber', [], countType))

function sourceOf(value: unknown, place: string): SourceNode {
  if (!isSource(value)) throw new CompileError(`${place} takes a table, an alias, a CTE or a subquery, not ${describe(value)}`)
  return sourceNode(value)
}

function expressionOf(value: unknown, place: string): ExpressionNode {
  if (!isExpression(value)) throw new CompileError(`${place} takes columns and expressions, not ${describe(value)}`)
  return unlabelled(nodeOf(value))
}
