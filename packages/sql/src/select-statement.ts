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
  hasNode,
  isExpression,
  isSource,
  MADE,
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
import { impliedCondition, Relatives } from './implied-join.js'
import { countOf } from './limit.js'
import { lockOf } from './locking.js'
import type { JoinKind, JoinNode, LockNode, Projection, SelectExtra, SelectNode } from './nodes.js'
import { inScope } from './projection.js'
import { seekOf } from './seek.js'
import { bitsOf, bitsOfJoin, bitsOfOrder, type Clause, copyOf, derivedBit, Growing, joined, long } from './select-node.js'

type Row = Condition<any, 'row'>

const none: readonly never[] = Object.freeze([])

const joinPlace: Readonly<Record<JoinKind, string>> = {
  inner: 'join()',
  left: 'leftJoin()',
  right: 'rightJoin()',
  full: 'fullJoin()',
  cross: 'crossJoin()',
}

const noExtra: SelectExtra = Object.freeze({
  distinctOn: none,
  withTies: false,
  locks: none,
  hints: none,
  windows: none,
  seek: undefined,
})

/** A clause beside the statement that it is added to. */
interface Note {
  readonly before: SelectStatement
  readonly clause: Clause
  readonly what: any
  readonly from: SourceNode | undefined
  /** What stands in FROM, to find foreign keys in; the last statement that goes on from here has it. */
  relatives: Relatives | undefined
  /** Another statement was made from the one with this note. */
  extended: boolean
}

/**
 * Each method copies the node, until a list in it is long: what comes from then on is noted, and all of it becomes one node when somebody asks
 * for it. So a statement of hundreds of joins copies its lists a few times, not once for each join.
 */
export class SelectStatement extends Statement {
  private note: Note | undefined

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
      undefined,
    )
  }

  private constructor(node: SelectNode | undefined, note: Note | undefined) {
    super(node)
    this.note = note
  }

  private node(): SelectNode {
    return statementNode(this) as SelectNode
  }

  /** The same with one more clause. Where several statements go on from a note, its node is made once for all of them. */
  private and(clause: Clause, what: unknown, relatives = this.note?.relatives): SelectStatement {
    const { note } = this
    if (note !== undefined) {
      note.relatives = undefined
      if (note.extended) this.node()
      else note.extended = true
    }
    return new SelectStatement(undefined, { before: this, clause, what, from: this.source(), relatives, extended: false })
  }

  /** A further join is noted, not copied. */
  private get isLong(): boolean {
    return this.note !== undefined || this.node().joins.length >= long
  }

  /** What stands in FROM. */
  private source(): SourceNode | undefined {
    return this.note === undefined ? this.node().from : this.note.from
  }

  override [MADE](): SelectNode {
    const notes: Note[] = []
    let start: SelectStatement = this
    while (!hasNode(start)) {
      notes.push(start.note!)
      start = start.note!.before
    }
    const node = new Growing(start.node())
    for (let i = notes.length - 1; i >= 0; i--) node.add(notes[i]!.clause, notes[i]!.what)
    // the statements before are nobody's business any more
    this.note = undefined
    return seal<SelectNode>(node.copy)
  }

  from(source: unknown): SelectStatement {
    const node = this.node()
    if (node.from !== undefined) throw new CompileError(`FROM is ${node.from.name} already; add further tables with join()`)
    const from = sourceOf(source, 'from()')
    const copy = copyOf(node)
    copy.contains = node.contains | derivedBit(from)
    copy.from = from
    copy.sources = [inScope(from)]
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  where(...list: Row[]): SelectStatement {
    const where = conditions(list, 'where()')
    if (this.note !== undefined || this.node().where.length >= long) return this.and('where', where)
    const copy = copyOf(this.node())
    copy.contains |= bitsOf(where)
    copy.where = joined(copy.where, where)
    return new SelectStatement(seal<SelectNode>(copy), undefined)
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
    const target = sourceOf(source, joinPlace[kind])
    if (this.source() === undefined) throw new CompileError(`${target.name} is joined before FROM; call from() first`)
    if (target.kind === 'lateral' && (kind === 'right' || kind === 'full'))
      throw new CompileError(
        `${target.name} is lateral and comes after the tables it refers to; only join(), leftJoin() and crossJoin() take it`,
      )
    const isImplied = kind !== 'cross' && on === undefined && target.kind !== 'lateral'
    const relatives = this.note?.relatives ?? (isImplied && this.isLong ? new Relatives(this.node().sources) : undefined)
    const condition = isImplied
      ? impliedCondition(inScope(target), relatives?.of(inScope(target)) ?? this.node().sources)
      : kind === 'cross'
        ? undefined
        : on !== undefined
          ? conditions([on], 'ON')[0]
          : make.constant.true
    if (kind !== 'cross' && condition === undefined)
      throw new CompileError(`the condition of the join with ${target.name} is false; use crossJoin() to join without one`)
    const join: JoinNode = seal({ join: kind, source: target, on: condition })
    if (this.isLong) {
      relatives?.add(inScope(target))
      return this.and('join', join, relatives)
    }
    const copy = copyOf(this.node())
    copy.contains |= bitsOfJoin(join)
    copy.joins = [...copy.joins, join]
    copy.sources = [...copy.sources, inScope(target)]
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  groupBy(...keys: unknown[]): SelectStatement {
    const node = this.node()
    const added = keys.map((key) => groupingOf(key) ?? expressionOf(key, 'groupBy()'))
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(added)
    copy.groupBy = joined(node.groupBy, added)
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  having(...list: unknown[]): SelectStatement {
    const node = this.node()
    const having = conditions(list, 'having()')
    const copy = copyOf(node)
    copy.contains = node.contains | bitsOf(having)
    copy.having = joined(node.having, having)
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  orderBy(...keys: unknown[]): SelectStatement {
    const added = keys.map(Order.node)
    if (this.note !== undefined || this.node().orderBy.length >= long) return this.and('orderBy', added)
    const copy = copyOf(this.node())
    copy.contains |= bitsOfOrder(added)
    copy.orderBy = joined(copy.orderBy, added)
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  limit(count: unknown): SelectStatement {
    const limit = countOf(count, 'limit()')
    if (this.note !== undefined) return this.and('limit', limit)
    const copy = copyOf(this.node())
    copy.limit = limit
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  offset(count: unknown): SelectStatement {
    const offset = countOf(count, 'offset()')
    if (this.note !== undefined) return this.and('offset', offset)
    const copy = copyOf(this.node())
    copy.offset = offset
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  distinct(): SelectStatement {
    const copy = copyOf(this.node())
    copy.distinct = true
    return new SelectStatement(seal<SelectNode>(copy), undefined)
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
    return new SelectStatement(seal<SelectNode>(copy), undefined)
  }

  with(...expressions: unknown[]): SelectStatement {
    const node = this.node()
    const copy = copyOf(node)
    copy.contains = node.contains | contains.statement
    copy.with = [...node.with, ...ctesIn(expressions)]
    return new SelectStatement(seal<SelectNode>(copy), undefined)
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
