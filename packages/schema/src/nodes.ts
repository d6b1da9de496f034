/** What a table is, as plain data; made once when it is defined and frozen for ever. */
import type { ColumnNode, ExpressionNode, SourceNode } from '@quern/expression'
import type { ColumnOptions, ReferenceAction } from './columns.js'
import type { ViewNode } from './objects.js'
import type { TableOptions } from './options.js'
import type { DeferrableWords, MatchType } from './words.js'

export interface ColumnInfo {
  readonly node: ColumnNode
  readonly options: ColumnOptions
  /** The expression of a generated column. */
  readonly generated: ExpressionNode | undefined
  /** The conditions of the column's own checks; they stand among the table's, too. */
  readonly ownChecks: readonly ExpressionNode[]
}

export interface PrimaryKeyInfo {
  readonly kind: 'primary'
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
  readonly include: readonly ColumnNode[]
  readonly deferrable: DeferrableWords | undefined
}
export interface ForeignKeyInfo {
  readonly kind: 'foreign'
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
  /** Resolved late, because tables may refer to each other. */
  readonly target: () => readonly ColumnNode[]
  readonly onDelete: ReferenceAction | undefined
  readonly onUpdate: ReferenceAction | undefined
  /** The columns that ON DELETE SET NULL or SET DEFAULT changes, where not all of the key. */
  readonly onDeleteColumns: readonly ColumnNode[]
  readonly match: MatchType | undefined
  readonly deferrable: DeferrableWords | undefined
  readonly notValid: boolean
}
export interface UniqueInfo {
  readonly kind: 'unique'
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
  readonly include: readonly ColumnNode[]
  readonly nullsNotDistinct: boolean
  readonly deferrable: DeferrableWords | undefined
}
export interface CheckInfo {
  readonly kind: 'check'
  readonly name: string | undefined
  readonly condition: ExpressionNode
  readonly notValid: boolean
  readonly noInherit: boolean
  readonly notEnforced: boolean
}
/** EXCLUDE USING method (key WITH operator, …) WHERE (…) */
export interface ExcludeInfo {
  readonly kind: 'exclude'
  readonly name: string | undefined
  readonly method: string | undefined
  readonly elements: readonly { readonly key: IndexKeyInfo; readonly operator: string }[]
  readonly include: readonly ColumnNode[]
  readonly where: ExpressionNode | undefined
  readonly deferrable: DeferrableWords | undefined
}
/** Every constraint of a table, as `writeConstraint` takes it. */
export type ConstraintInfo = PrimaryKeyInfo | ForeignKeyInfo | UniqueInfo | CheckInfo | ExcludeInfo

export interface IndexKeyInfo {
  readonly node: ExpressionNode
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | undefined
  readonly opclass: string | undefined
  /** How many characters or bytes of the value count. */
  readonly length: number | undefined
  readonly collation: string | undefined
}
export type StorageParameters = Readonly<Record<string, number | boolean | string>>

export interface IndexInfo {
  readonly kind: 'index'
  readonly name: string | undefined
  readonly keys: readonly IndexKeyInfo[]
  /** Those of the keys that are plain columns. */
  readonly columns: readonly ColumnNode[]
  readonly unique: boolean
  readonly method: string | undefined
  readonly type: 'fulltext' | 'spatial' | undefined
  readonly include: readonly ColumnNode[]
  readonly nullsNotDistinct: boolean
  readonly where: ExpressionNode | undefined
  readonly concurrently: boolean
  readonly invisible: boolean
  readonly with: StorageParameters | undefined
  readonly comment: string | undefined
}

export interface PartitionInfo {
  readonly name: string
  readonly bound:
    | { readonly kind: 'range'; readonly from: readonly unknown[] | undefined; readonly to: readonly unknown[] }
    | { readonly kind: 'list'; readonly values: readonly unknown[] }
    | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number }
    | { readonly kind: 'default' }
}
export interface PartitioningInfo {
  readonly method: 'range' | 'list' | 'hash' | 'key'
  readonly keys: readonly ExpressionNode[]
  /** The partitions, or how many of them the database makes and names. */
  readonly partitions: readonly PartitionInfo[] | number
}

export interface TableNode extends SourceNode {
  readonly kind: 'table'
  readonly columns: readonly ColumnInfo[]
  /** Columns that an UPDATE sets by itself. */
  readonly updated: readonly ColumnInfo[]
  readonly primaryKey: readonly ColumnNode[]
  /** The key's constraint name, where one was given or reflected. */
  readonly primaryKeyName: string | undefined
  /** The primary key as a constraint; none where the table has no key. */
  readonly primary: PrimaryKeyInfo | undefined
  readonly foreignKeys: readonly ForeignKeyInfo[]
  readonly uniques: readonly UniqueInfo[]
  readonly checks: readonly CheckInfo[]
  readonly excludes: readonly ExcludeInfo[]
  readonly indexes: readonly IndexInfo[]
  readonly options: TableOptions
  readonly partitioning: PartitioningInfo | undefined
}

/** A table under another name. */
export interface AliasNode extends SourceNode {
  readonly kind: 'alias'
  readonly of: TableNode | ViewNode
  readonly columns: readonly ColumnInfo[]
}
export type NamedSource = TableNode | ViewNode | AliasNode
