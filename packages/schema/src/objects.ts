/** Schema objects that are no tables, as plain data: made once when they are declared and frozen for ever. */
import type { ExpressionNode, Statement } from '@quern/expression'
import { isSource, type SequenceRef, type SourceNode, type SqlType, sourceNode } from '@quern/expression'
import type { AnyColumn } from './columns.js'
import type { ColumnInfo, TableNode } from './nodes.js'

export interface SchemaNode {
  readonly kind: 'schema'
  readonly name: string
}
export interface EnumNode {
  readonly kind: 'enum'
  readonly name: string
  readonly schema: string | undefined
  readonly labels: readonly string[]
}
export interface DomainNode {
  readonly kind: 'domain'
  readonly name: string
  readonly schema: string | undefined
  /** The type beneath, without the domain. */
  readonly type: SqlType
  readonly notNull: boolean
  readonly default: { readonly value: unknown } | undefined
  /** The condition over a value of the domain, for the domain itself and for a column of it where there are no domains. */
  readonly check: { readonly name: string | undefined; condition(value: object): ExpressionNode } | undefined
}
export interface SequenceNode extends SequenceRef {
  readonly as: 'smallint' | 'integer' | 'bigint'
  readonly start: bigint | undefined
  readonly increment: bigint | undefined
  readonly min: bigint | undefined
  readonly max: bigint | undefined
  readonly cache: bigint | undefined
  readonly cycle: boolean
  /** Late, because the column's default may be the sequence. */
  readonly ownedBy: (() => AnyColumn) | undefined
}
/** A statement under a name, and a source like a table. */
export interface ViewNode extends SourceNode {
  readonly kind: 'view'
  readonly columns: readonly ColumnInfo[]
  /** None, which spares those who ask a table or a view. */
  readonly primaryKey: readonly never[]
  readonly foreignKeys: readonly never[]
  readonly statement: Statement
  readonly materialized: boolean
  readonly withData: boolean
  /** The access method of a materialized view. */
  readonly using: string | undefined
}

/** Everything that has a life of its own in a database. */
export type ObjectNode = SchemaNode | EnumNode | DomainNode | SequenceNode | TableNode | ViewNode
export type NamedObject = Exclude<ObjectNode, SchemaNode | TableNode | ViewNode>

const OBJECT = Symbol('quern.object')
const owners = new WeakMap<object, object>()

/** Marks what users hold (an object or a column function) as the schema object of that node. */
export function brandObject<T extends object>(object: T, node: NamedObject | SchemaNode): T {
  Object.defineProperty(object, OBJECT, { value: node })
  owners.set(node, object)
  return Object.freeze(object)
}

/** The node behind a table, view, enum type, domain, sequence or schema; `undefined` for anything else. */
export function objectNode(value: unknown): ObjectNode | undefined {
  if (isSource(value)) {
    const node = sourceNode(value)
    return node.kind === 'table' || node.kind === 'view' ? (node as TableNode | ViewNode) : undefined
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  return (value as { [OBJECT]?: ObjectNode })[OBJECT]
}

/** What users hold of an enum type, domain, sequence or schema. */
export const ownerOf = (node: ObjectNode): object | undefined => owners.get(node)

export const objectName = (node: ObjectNode): string =>
  node.kind === 'schema' || node.schema === undefined ? node.name : `${node.schema}.${node.name}`
