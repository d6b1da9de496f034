/** The node of a SELECT while clauses are added to it. */
import { contains, type ExpressionNode, type OrderNode, type SourceNode } from '@quern/expression'
import type { JoinNode, SelectNode } from './nodes.js'
import { inScope } from './projection.js'

/** A subquery or common table expression in FROM counts as a statement inside this one. */
export const derivedBit = (source: SourceNode): number =>
  source.kind === 'table' || source.kind === 'alias' || source.kind === 'view' ? 0 : contains.statement

type Open<T> = { -readonly [Key in keyof T]: T[Key] }

/** Written out, because a spread of so many fields takes twice as long. */
export const copyOf = (node: SelectNode): Open<SelectNode> => ({
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

export function bitsOf(list: readonly ExpressionNode[]): number {
  let bits = 0
  for (let i = 0; i < list.length; i++) bits |= list[i]!.contains
  return bits
}

/** A list of so many is not copied for one more. */
export const long = 4

/** What is added to a long list, and what comes after that. */
export type Clause = 'where' | 'join' | 'orderBy' | 'limit' | 'offset'

export const joined = <T>(a: readonly T[], b: readonly T[]): readonly T[] => (a.length === 0 ? b : [...a, ...b])

export const bitsOfJoin = ({ source, on }: JoinNode): number => derivedBit(source) | (on === undefined ? 0 : on.contains)
export function bitsOfOrder(keys: readonly OrderNode[]): number {
  let bits = 0
  for (let i = 0; i < keys.length; i++) bits |= keys[i]!.operand.contains
  return bits
}

/** A node while clauses are added to it: a list is copied when the first thing is added to what it has. */
export class Growing {
  readonly copy: Open<SelectNode>
  private joins: JoinNode[] | undefined
  private sources: SourceNode[] | undefined
  private where: ExpressionNode[] | undefined
  private orderBy: OrderNode[] | undefined

  constructor(node: SelectNode) {
    this.copy = copyOf(node)
    this.joins = undefined
    this.sources = undefined
    this.where = undefined
    this.orderBy = undefined
  }

  add(clause: Clause, what: any): void {
    const { copy } = this
    switch (clause) {
      case 'join':
        this.join(what)
        break
      case 'where':
        copy.contains |= bitsOf(what)
        if (this.where === undefined) copy.where = this.where = [...copy.where]
        for (const condition of what) this.where.push(condition)
        break
      case 'orderBy':
        copy.contains |= bitsOfOrder(what)
        if (this.orderBy === undefined) copy.orderBy = this.orderBy = [...copy.orderBy]
        for (const key of what) this.orderBy.push(key)
        break
      case 'limit':
        copy.limit = what
        break
      case 'offset':
        copy.offset = what
        break
    }
  }

  private join(join: JoinNode): void {
    const { copy } = this
    copy.contains |= bitsOfJoin(join)
    if (this.joins === undefined || this.sources === undefined) {
      copy.joins = this.joins = [...copy.joins]
      copy.sources = this.sources = [...copy.sources]
    }
    this.joins.push(join)
    this.sources.push(inScope(join.source))
  }
}
