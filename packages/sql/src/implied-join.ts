/** A join without ON: the condition of the only foreign key between the new table and those already there. */
import { builtin, type ColumnNode, CompileError, type ExpressionNode, make, type SourceNode } from '@quern/expression'
import type { ForeignKeyInfo, NamedSource, TableNode } from '@quern/schema'
import type { SelectNode } from './nodes.js'

const tableOf = (source: SourceNode): TableNode | undefined =>
  source.kind === 'table' ? (source as TableNode) : source.kind === 'alias' ? (source as NamedSource & { of: TableNode }).of : undefined

const columnIn = (source: SourceNode, column: ColumnNode): ColumnNode =>
  (source as NamedSource).columns.find(({ node }) => node.key === column.key)!.node

export function impliedCondition(target: SourceNode, select: SelectNode): ExpressionNode {
  const found: { readonly key: ForeignKeyInfo; readonly condition: ExpressionNode; readonly between: string }[] = []
  for (const source of select.sources) {
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
