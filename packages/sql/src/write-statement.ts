/** The run-time side of UPDATE and DELETE, which have the same clauses. */
import {
  CompileError,
  conditions,
  type ExpressionNode,
  hasNode,
  MADE,
  Order,
  Statement,
  seal,
  sourceNode,
  statementNode,
} from '@quern/expression'
import { cteSource, ctesIn } from './derived.js'
import { countOf } from './limit.js'
import type { DeleteNode, JoinKind, UpdateNode, WriteExtra } from './nodes.js'
import { inScope } from './projection.js'
import { returningOf } from './returning.js'
import { joined, long } from './select-node.js'

const none: readonly never[] = Object.freeze([])
const noExtra: WriteExtra = Object.freeze({ joins: none, sources: none, orderBy: none, limit: undefined, with: none })

/** Written out, since a spread takes several times as long. */
function filtered(node: UpdateNode | DeleteNode, where: readonly ExpressionNode[]): UpdateNode | DeleteNode {
  const { table, allRows, returning, extra } = node
  return node.kind === 'update'
    ? seal<UpdateNode>({ kind: 'update', table, set: node.set, where, allRows, returning, extra })
    : seal<DeleteNode>({ kind: 'delete', table, where, allRows, returning, extra })
}

/** Conditions beside the statement that they are added to. */
interface Note {
  readonly before: WriteStatement
  readonly where: readonly ExpressionNode[]
  /** Another statement was made from the one with this note. */
  extended: boolean
}

/** Each method copies the node, until there are many conditions: those that come then are noted, and become one node when somebody asks for it. */
export class WriteStatement extends Statement {
  private note: Note | undefined

  constructor(node: UpdateNode | DeleteNode | undefined, note?: Note) {
    super(node)
    this.note = note
  }

  where(...list: unknown[]): WriteStatement {
    const found = conditions(list, 'where()')
    if (this.note !== undefined || this.node().where.length >= long) return this.and(found)
    const node = this.node()
    return new WriteStatement(filtered(node, joined(node.where, found)))
  }

  /** The same with further conditions. Where several statements go on from a note, its node is made once for all of them. */
  private and(where: readonly ExpressionNode[]): WriteStatement {
    const { note } = this
    if (note !== undefined) {
      if (note.extended) this.node()
      else note.extended = true
    }
    return new WriteStatement(undefined, { before: this, where, extended: false })
  }

  override [MADE](): UpdateNode | DeleteNode {
    const lists: (readonly ExpressionNode[])[] = []
    let start: WriteStatement = this
    while (!hasNode(start)) {
      lists.push(start.note!.where)
      start = start.note!.before
    }
    const node = start.node()
    // the statements before are nobody's business any more
    this.note = undefined
    return filtered(node, [...node.where, ...lists.reverse().flat()])
  }

  allRows(): WriteStatement {
    return new WriteStatement(seal({ ...this.node(), allRows: true }))
  }

  from(source: unknown): WriteStatement {
    return this.joined('cross', source, undefined, 'from()')
  }

  using(source: unknown): WriteStatement {
    return this.joined('cross', source, undefined, 'using()')
  }

  join(source: unknown, on: unknown): WriteStatement {
    return this.joined('inner', source, on, 'join()')
  }

  leftJoin(source: unknown, on: unknown): WriteStatement {
    return this.joined('left', source, on, 'leftJoin()')
  }

  orderBy(...keys: unknown[]): WriteStatement {
    return this.changed({ orderBy: seal([...(this.node().extra?.orderBy ?? none), ...keys.map(Order.node)]) })
  }

  limit(count: number): WriteStatement {
    return this.changed({ limit: countOf(count, 'limit()') })
  }

  with(...expressions: unknown[]): WriteStatement {
    return this.changed({ with: seal([...(this.node().extra?.with ?? none), ...ctesIn(expressions)]) })
  }

  returning(...args: unknown[]): WriteStatement {
    const node = this.node()
    return new WriteStatement(seal({ ...node, returning: returningOf(args, node.table, node.kind) }))
  }

  cte(name: string): unknown {
    return cteSource(name, this.node())
  }

  private node(): UpdateNode | DeleteNode {
    return statementNode(this) as UpdateNode | DeleteNode
  }

  private changed(change: Partial<WriteExtra>): WriteStatement {
    const node = this.node()
    return new WriteStatement(seal({ ...node, extra: seal({ ...(node.extra ?? noExtra), ...change }) }))
  }

  private joined(join: JoinKind, given: unknown, on: unknown, place: string): WriteStatement {
    const source = sourceNode(given)
    if (source.kind === 'lateral' || source.kind === 'wrapped')
      throw new CompileError(`${place} takes tables and subqueries, not ${source.kind === 'lateral' ? 'lateral ones' : 'samples'}`)
    const { joins, sources } = this.node().extra ?? noExtra
    const list = join === 'cross' ? none : conditions([on], place)
    if (join !== 'cross' && list.length === 0) throw new CompileError(`${place} of ${source.name} needs a condition`)
    return this.changed({
      joins: seal([...joins, seal({ join, source, on: list[0] })]),
      sources: seal([...sources, inScope(source)]),
    })
  }
}
