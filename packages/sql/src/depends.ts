/** What a statement or definition depends on: the tables, views and sequences that it names at any depth. */
import type { SequenceRef, SourceNode } from '@quern/expression'

interface Found {
  readonly sources: Set<SourceNode>
  readonly sequences: Set<SequenceRef>
}

/** Nodes are plain objects, so one walk serves all of them, also kinds that come later; users' values are never looked into. */
function walk(value: unknown, seen: Set<object>, found: Found): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (Array.isArray(value)) {
    for (const item of value) walk(item, seen, found)
    return
  }
  const node = value as { readonly kind?: unknown; readonly of?: unknown; readonly source?: unknown }
  if (node.kind === 'parameter') return
  // a column keeps texts of statements that it once stood in, which are none of this one's business
  if (node.kind === 'column') walk(node.source, seen, found)
  else if (node.kind === 'table' || node.kind === 'view') found.sources.add(value as SourceNode)
  else if (node.kind === 'alias') walk(node.of, seen, found)
  else if (node.kind === 'sequence') found.sequences.add(value as SequenceRef)
  else for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], seen, found)
}

function search(value: unknown): Found {
  const found: Found = { sources: new Set(), sequences: new Set() }
  walk(value, new Set(), found)
  return found
}

/** The tables and views in the order in which they are named. */
export const sourcesIn = (value: unknown): SourceNode[] => [...search(value).sources]
export const sequencesIn = (value: unknown): SequenceRef[] => [...search(value).sequences]
