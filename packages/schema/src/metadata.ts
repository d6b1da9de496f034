/** A set of tables, and the order in which they can be created. */
import { CompileError, sourceNode } from '@quern/expression'
import type { ForeignKeyInfo, TableNode } from './nodes.js'
import type { AnyTable } from './table.js'

export interface CreateOptions {
  /** Leave what is already there alone (true unless told). */
  readonly checkFirst?: boolean
}
/** What `createAll` needs of an engine or a connection; the engine package implements it. */
export interface DdlTarget {
  createAll(metadata: Metadata<any>, options?: CreateOptions): Promise<void>
  dropAll(metadata: Metadata<any>, options?: CreateOptions): Promise<void>
}

export class Metadata<Tables extends Record<string, AnyTable>> {
  /** The tables by the keys they were declared under. */
  readonly tables: Readonly<Tables>

  constructor(tables: Tables) {
    this.tables = Object.freeze(Object.assign(Object.create(null), tables))
    const seen = new Set<string>()
    for (const node of this.nodes()) {
      const name = JSON.stringify([node.schema, node.name])
      if (seen.has(name))
        throw new CompileError(`metadata has two tables named ${node.schema === undefined ? '' : `${node.schema}.`}${node.name}`)
      seen.add(name)
    }
  }

  /** A table by its key; throws on an unknown one. */
  table<Key extends keyof Tables & string>(key: Key): Tables[Key] {
    const found = Object.hasOwn(this.tables, key) ? this.tables[key] : undefined
    if (found === undefined)
      throw new CompileError(`metadata has no table ${JSON.stringify(key)}; it has ${Object.keys(this.tables).join(', ') || 'none'}`)
    return found
  }

  nodes(): TableNode[] {
    return Object.values(this.tables).map((table) => {
      const node = sourceNode(table)
      if (node.kind !== 'table') throw new CompileError(`metadata takes tables; ${node.name} is a ${node.kind}`)
      return node as TableNode
    })
  }

  /** Creates all tables, referenced ones first. */
  async createAll(target: DdlTarget, options?: CreateOptions): Promise<void> {
    await target.createAll(this, options)
  }

  /** Drops all tables, referencing ones first. */
  async dropAll(target: DdlTarget, options?: CreateOptions): Promise<void> {
    await target.dropAll(this, options)
  }
}

/** Gathers tables: `metadata({ users, posts })`. */
export const metadata = <Tables extends Record<string, AnyTable>>(tables: Tables): Metadata<Tables> => new Metadata(tables)

export interface SortedTables {
  /** Referenced tables come before the tables that refer to them, as far as there is no cycle. */
  readonly tables: readonly TableNode[]
  /** Keys that close a cycle: they can only be added when all tables stand. */
  readonly late: ReadonlySet<ForeignKeyInfo>
}

/** Orders tables by their foreign keys; keys of a table to itself never stand in the way. */
export function sortTables(nodes: readonly TableNode[]): SortedTables {
  const state = new Map<TableNode, 'open' | 'done'>()
  const sorted: TableNode[] = []
  const late = new Set<ForeignKeyInfo>()
  const known = new Set(nodes)
  const visit = (node: TableNode): void => {
    state.set(node, 'open')
    for (const key of node.foreignKeys) {
      const target = key.target()[0]!.source as TableNode
      if (target === node || !known.has(target)) continue
      const seen = state.get(target)
      if (seen === 'open') late.add(key)
      else if (seen === undefined) visit(target)
    }
    state.set(node, 'done')
    sorted.push(node)
  }
  for (const node of nodes) if (!state.has(node)) visit(node)
  return { tables: sorted, late }
}
