/** A join without ON: the condition of the only foreign key between the new table and those already there. */
import { builtin, type ColumnNode, CompileError, type ExpressionNode, make, type SourceNode } from '@quern/expression'
import type { ForeignKeyInfo, NamedSource, TableNode } from '@quern/schema'

const tableOf = (source: SourceNode): TableNode | undefined =>
  source.kind === 'table' ? (source as TableNode) : source.kind === 'alias' ? (source as NamedSource & { of: TableNode }).of : undefined

const columnIn = (source: SourceNode, column: ColumnNode): ColumnNode =>
  (source as NamedSource).columns.find(({ node }) => node.key === column.key)!.node

/** Sources by their tables, and by those that they refer to: of a thousand tables in FROM, two or three are asked for their foreign keys. */
export class Relatives {
  private readonly sources: SourceNode[]
  /** So many of them are found by table. */
  private known = 0
  private readonly own = new Map<TableNode, number[]>()
  private readonly referring = new Map<TableNode, number[]>()

  constructor(sources: readonly SourceNode[]) {
    this.sources = [...sources]
  }

  add(source: SourceNode): void {
    this.sources.push(source)
  }

  /** Those that refer to the target, or to which it refers, in their order. */
  of(target: SourceNode): readonly SourceNode[] {
    for (; this.known < this.sources.length; this.known++) this.note(this.known)
    const table = tableOf(target)
    if (table === undefined) return []
    const places = new Set(this.referring.get(table))
    for (const other of referencedBy(table)) for (const place of this.own.get(other) ?? []) places.add(place)
    return [...places].sort((a, b) => a - b).map((place) => this.sources[place]!)
  }

  private note(place: number): void {
    const table = tableOf(this.sources[place]!)
    if (table === undefined) return
    append(this.own, table, place)
    for (const other of referencedBy(table)) append(this.referring, other, place)
  }
}

const referencedBy = (table: TableNode): ReadonlySet<TableNode> =>
  new Set(table.foreignKeys.map((key) => key.target()[0]!.source as TableNode))

function append(places: Map<TableNode, number[]>, table: TableNode, place: number): void {
  const list = places.get(table)
  if (list === undefined) places.set(table, [place])
  else list.push(place)
}

export function impliedCondition(target: SourceNode, sources: readonly SourceNode[]): ExpressionNode {
  const found: { readonly key: ForeignKeyInfo; readonly condition: ExpressionNode; readonly between: string }[] = []
  for (const source of sources) {
    collect(target, source, found)
    collect(source, target, found)
  }
  if (found.length === 1) return found[0]!.condition
  if (found.length === 0) throw new CompileError(`no foreign key joins ${target.name} to the tables in FROM; give the join a condition`)
  throw new CompileError(
    `${found.length} foreign keys join ${target.name} (${found.map(({ between }) => between).join('; ')}); give the join a condition`,
  )
}

function collect(from: SourceNode, to: SourceNode, found: { key: ForeignKeyInfo; condition: ExpressionNode; between: string }[]): void {
  const [referencing, referenced] = [tableOf(from), tableOf(to)]
  if (!referencing || !referenced) return
  for (const key of referencing.foreignKeys) {
    const targets = key.target()
    if (targets[0]!.source !== referenced) continue
    const pairs = key.columns.map((column, i) => make.binary('=', columnIn(from, column), columnIn(to, targets[i]!), builtin.boolean))
    const between = `${from.name}.${key.columns.map((column) => column.key).join(', ')} to ${to.name}`
    found.push({ key, condition: make.logical('and', pairs), between })
  }
}
