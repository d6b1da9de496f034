/** Rows that a statement knows besides those of the table: the one that met a conflict, the one before and after a change. */
import { brandSource, type ColumnNode, make, type SourceNode, typed } from '@quern/expression'
import type { AliasNode, TableNode } from '@quern/schema'

type Open<T> = { -readonly [P in keyof T]: T[P] }
interface Version {
  readonly node: AliasNode
  /** What users hold: its columns as properties. */
  readonly object: object
}
const known = new WeakMap<TableNode, Map<string, Version>>()
const nodes = new WeakSet<SourceNode>()

/** `excluded`, `old`, `new` of a table, made once; `nullable` where the whole row may be missing. */
export function versionOf(table: TableNode, name: 'excluded' | 'old' | 'new', nullable: boolean): Version {
  let byName = known.get(table)
  if (byName === undefined) known.set(table, (byName = new Map()))
  const key = nullable ? `${name}?` : name
  let found = byName.get(key)
  if (found === undefined) byName.set(key, (found = made(table, name, nullable)))
  return found
}

function made(table: TableNode, name: string, nullable: boolean): Version {
  const node = { kind: 'alias', name, schema: undefined, quoted: make.keptText(), of: table } as Open<AliasNode>
  node.columns = Object.freeze(
    table.columns.map((info) => {
      const { node: column } = info
      return Object.freeze({ ...info, node: make.column(node, column.key, column.name, column.type, column.notNull && !nullable) })
    }),
  )
  Object.freeze(node)
  nodes.add(node)
  const columns = node.columns.map(({ node: column }) => [column.key, typed(column)] as const)
  return { node, object: brandSource<object>(node, columns) }
}

/** The table's own column for one of a version's. */
export const ownColumn = (column: ColumnNode, table: TableNode): ColumnNode =>
  table.columns[(column.source as AliasNode).columns.findIndex(({ node }) => node === column)]!.node

export const isVersion = (source: SourceNode): boolean => nodes.has(source)
