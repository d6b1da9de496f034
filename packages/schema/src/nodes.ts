/** What a table is, as plain data; made once when it is defined and frozen for ever. */
import type { ColumnNode, ExpressionNode, SourceNode } from '@quern/expression'
import type { ColumnOptions, ReferenceAction } from './columns.js'

export interface ColumnInfo {
  readonly node: ColumnNode
  readonly options: ColumnOptions
}

export interface ForeignKeyInfo {
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
  /** Resolved late, because tables may refer to each other. */
  readonly target: () => readonly ColumnNode[]
  readonly onDelete: ReferenceAction | undefined
  readonly onUpdate: ReferenceAction | undefined
}
export interface UniqueInfo {
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
}
export interface CheckInfo {
  readonly name: string | undefined
  readonly condition: ExpressionNode
}
export interface IndexInfo {
  readonly name: string
  readonly columns: readonly ColumnNode[]
  readonly unique: boolean
}

export interface TableNode extends SourceNode {
  readonly kind: 'table'
  readonly columns: readonly ColumnInfo[]
  readonly primaryKey: readonly ColumnNode[]
  /** The key's constraint name, where one was given or reflected. */
  readonly primaryKeyName: string | undefined
  readonly foreignKeys: readonly ForeignKeyInfo[]
  readonly uniques: readonly UniqueInfo[]
  readonly checks: readonly CheckInfo[]
  readonly indexes: readonly IndexInfo[]
}

/** A table under another name. */
export interface AliasNode extends SourceNode {
  readonly kind: 'alias'
  readonly of: TableNode
  readonly columns: readonly ColumnInfo[]
}
export type NamedSource = TableNode | AliasNode
