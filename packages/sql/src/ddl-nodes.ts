/** DDL statements as plain data, and the one interface of all kinds that emitter tables are checked against. */
import type { ColumnNode, ExpressionNode, SqlType } from '@quern/expression'
import type {
  ColumnInfo,
  ConstraintInfo,
  DomainNode,
  EnumNode,
  IndexInfo,
  ObjectNode,
  SchemaNode,
  SequenceNode,
  TableNode,
  ViewNode,
} from '@quern/schema'
import type { Dialect } from './dialect.js'

export interface CreateTableNode {
  readonly kind: 'createTable'
  readonly table: TableNode
  readonly ifNotExists: boolean
}
export interface DropTableNode {
  readonly kind: 'dropTable'
  readonly table: TableNode
  readonly ifExists: boolean
  readonly cascade: boolean
}
export interface CreateIndexNode {
  readonly kind: 'createIndex'
  readonly table: TableNode
  readonly index: IndexInfo
}
export interface DropIndexNode {
  readonly kind: 'dropIndex'
  readonly table: TableNode
  readonly index: IndexInfo
  readonly ifExists: boolean
}
export interface CreateSchemaNode {
  readonly kind: 'createSchema'
  readonly object: SchemaNode
  readonly ifNotExists: boolean
}
export interface CreateViewNode {
  readonly kind: 'createView'
  readonly object: ViewNode
  readonly orReplace: boolean
  readonly ifNotExists: boolean
}
export interface RefreshViewNode {
  readonly kind: 'refreshView'
  readonly object: ViewNode
  readonly concurrently: boolean
  readonly withData: boolean
}
export interface CreateSequenceNode {
  readonly kind: 'createSequence'
  readonly object: SequenceNode
  readonly ifNotExists: boolean
  /** Where the column is not there yet, OWNED BY follows in a statement of its own. */
  readonly owned: boolean
}
export interface AlterSequenceNode {
  readonly kind: 'alterSequence'
  readonly object: SequenceNode
  /** What is to change. */
  readonly to: SequenceNode
  readonly cycle: boolean | undefined
  readonly as: boolean
  readonly restart: bigint | true | undefined
}
export interface CreateEnumNode {
  readonly kind: 'createEnum'
  readonly object: EnumNode
}
export type EnumChange =
  | {
      readonly change: 'add'
      readonly label: string
      readonly place: 'before' | 'after' | undefined
      readonly neighbour: string | undefined
    }
  | { readonly change: 'rename'; readonly label: string; readonly to: string }
export interface AlterEnumNode {
  readonly kind: 'alterEnum'
  readonly object: EnumNode
  readonly changes: readonly EnumChange[]
}
export interface CreateDomainNode {
  readonly kind: 'createDomain'
  readonly object: DomainNode
}
export type DomainChange =
  | { readonly change: 'notNull'; readonly on: boolean }
  | { readonly change: 'default'; readonly value: { readonly value: unknown } | undefined }
  | { readonly change: 'addCheck'; readonly name: string; readonly condition: (value: object) => ExpressionNode }
  | { readonly change: 'dropCheck'; readonly name: string }
export interface AlterDomainNode {
  readonly kind: 'alterDomain'
  readonly object: DomainNode
  readonly changes: readonly DomainChange[]
}
export interface DropObjectNode {
  readonly kind: 'dropObject'
  readonly object: Exclude<ObjectNode, TableNode>
  readonly ifExists: boolean
  readonly cascade: boolean
}
/** What a comment can be about. */
export type Commented = ObjectNode | ColumnNode
export interface CommentNode {
  readonly kind: 'comment'
  readonly on: Commented
  readonly text: string | null
}
export interface TruncateNode {
  readonly kind: 'truncate'
  readonly tables: readonly TableNode[]
  readonly restartIdentity: boolean
  readonly cascade: boolean
}

/** One change of ALTER TABLE. */
export interface AlterActions {
  addColumn: {
    readonly action: 'addColumn'
    readonly column: ColumnInfo
    /** The table in whose scope the column's expressions stand. */
    readonly scope: TableNode
    /** What the column's modifiers say besides the column itself. */
    readonly constraints: readonly ConstraintInfo[]
  }
  dropColumn: { readonly action: 'dropColumn'; readonly column: ColumnNode; readonly ifExists: boolean; readonly cascade: boolean }
  alterColumn: { readonly action: 'alterColumn'; readonly column: ColumnInfo; readonly change: ColumnChange }
  renameColumn: { readonly action: 'renameColumn'; readonly column: ColumnNode; readonly to: string }
  addConstraint: { readonly action: 'addConstraint'; readonly constraint: ConstraintInfo; readonly scope: TableNode }
  dropConstraint: { readonly action: 'dropConstraint'; readonly name: string; readonly ifExists: boolean; readonly cascade: boolean }
  renameConstraint: { readonly action: 'renameConstraint'; readonly name: string; readonly to: string }
  renameTo: { readonly action: 'renameTo'; readonly to: string }
  setSchema: { readonly action: 'setSchema'; readonly schema: string }
}
export type AlterAction = AlterActions[keyof AlterActions]
export interface ColumnChange {
  readonly type: SqlType | undefined
  readonly using: ExpressionNode | undefined
  readonly notNull: boolean | undefined
  /** `'drop'`, or the new one. */
  readonly default: 'drop' | { readonly value: unknown } | undefined
  readonly collation: string | undefined
}
export interface AlterTableNode {
  readonly kind: 'alterTable'
  readonly table: TableNode
  readonly actions: readonly AlterAction[]
}

/** All kinds of DDL statement, by name: an emitter table over this interface is exhaustive by type. */
export interface DdlNodes {
  createTable: CreateTableNode
  dropTable: DropTableNode
  createIndex: CreateIndexNode
  dropIndex: DropIndexNode
  createSchema: CreateSchemaNode
  createView: CreateViewNode
  refreshView: RefreshViewNode
  createSequence: CreateSequenceNode
  alterSequence: AlterSequenceNode
  createEnum: CreateEnumNode
  alterEnum: AlterEnumNode
  createDomain: CreateDomainNode
  alterDomain: AlterDomainNode
  dropObject: DropObjectNode
  comment: CommentNode
  truncate: TruncateNode
  alterTable: AlterTableNode
}
export type DdlNode = DdlNodes[keyof DdlNodes]
/** Each emitter yields the texts to run one after the other. */
export type DdlEmitters = { readonly [Kind in keyof DdlNodes]: (node: DdlNodes[Kind], dialect: Dialect) => readonly string[] }

/** The table as it is called at this point of an ALTER TABLE of several statements. */
export interface AlterPlace {
  readonly table: TableNode
  /** The table's name, quoted. */
  readonly name: string
  /** Its parts, as they are by now. */
  readonly own: string
  readonly schema: string | undefined
}
/** A clause joins its neighbours in one ALTER TABLE; statements stand alone. */
export type AlterPiece = { readonly clause: string } | { readonly statements: readonly string[] }
export type AlterEmitters = {
  readonly [Action in keyof AlterActions]: (action: AlterActions[Action], place: AlterPlace, dialect: Dialect) => readonly AlterPiece[]
}
