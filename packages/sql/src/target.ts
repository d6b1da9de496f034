/** Whether a statement that changes a table also reads it. */
import type { SourceNode } from '@quern/expression'
import type { AliasNode } from '@quern/schema'
import type { DeleteNode, SelectNode, UpdateNode } from './nodes.js'

/** What stands in FROM of a statement, and of those in it, at any depth. */
export function sourcesOf(statement: unknown): SourceNode[] {
  const found = new Set<SourceNode>()
  const seen = new Set<object>()
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return
    seen.add(item)
    const { kind } = item as { readonly kind?: unknown }
    if (kind === 'select') for (const source of (item as SelectNode).sources) found.add(source)
    if (kind === 'column' || kind === 'parameter' || kind === 'table' || kind === 'alias' || kind === 'view') return
    if (Array.isArray(item)) item.forEach(visit)
    else for (const key of Object.keys(item)) visit((item as Record<string, unknown>)[key])
  }
  visit(statement)
  return [...found]
}

export const isTarget = (source: SourceNode, { table }: UpdateNode | DeleteNode): boolean =>
  source === table || (source.kind === 'alias' && (source as AliasNode).of === table)
