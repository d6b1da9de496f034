/** Statements as plain data, and the one interface of all kinds that emitter tables are checked against. */
import type { ColumnNode, ExpressionNode, ExpressionNodes, Field, KeptText, OrderNode, RawNode, SourceNode } from '@quern/expression'

export type { Field } from '@quern/expression'

import type { TableNode } from '@quern/schema'
import type { Writer } from './writer.js'

/** What a select list yields: the expressions in order, and the shape of a row over them. */
export interface Projection {
  readonly fields: readonly Field[]
  /** How a row nests; `undefined` for a flat row with the fields' labels as keys. */
  readonly shape: ObjectShape | undefined
  /** The source whose columns these are, when it is all of them: its text and decoder are kept. */
  readonly whole: SourceNode | undefined
  /** Its text, where it is all columns of a source. */
  readonly quoted: KeptText | undefined
  /** What its expressions contain, as bits. */
  readonly contains: number
}
/** A number is the position of a field. */
export type Shape = number | ObjectShape
export interface ObjectShape {
  readonly entries: readonly (readonly [key: string, shape: Shape])[]
  /** The one source that all fields are columns of; a nested shape of an outer-joined source is null as a whole. */
  readonly source: SourceNode | undefined
  /** The position of the field that is null when an outer-joined row is missing; known when the statement is compiled. */
  readonly absent: number | undefined
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'cross'
export interface JoinNode {
  readonly join: JoinKind
  readonly source: SourceNode
  readonly on: ExpressionNode | undefined
}

export interface SelectNode {
  readonly kind: 'select'
  readonly projection: Projection
  /** What all its expressions contain together, as bits, so that most checks need no second look. */
  readonly contains: number
  readonly distinct: boolean
  readonly from: SourceNode | undefined
  readonly joins: readonly JoinNode[]
  /** FROM and all joined sources: what columns may refer to. */
  readonly sources: readonly SourceNode[]
  readonly where: readonly ExpressionNode[]
  readonly groupBy: readonly ExpressionNode[]
  readonly having: readonly ExpressionNode[]
  readonly orderBy: readonly OrderNode[]
  readonly limit: ExpressionNode | undefined
  readonly offset: ExpressionNode | undefined
  /** Common table expressions that are not referenced in FROM. */
  readonly with: readonly CteNode[]
}

/** `name AS (statement)` of WITH, and a source like a table. */
export interface CteNode extends SourceNode {
  readonly kind: 'cte'
  readonly columns: readonly ColumnNode[]
  readonly statement: SelectNode
  /** The part after UNION [ALL], which refers to the expression itself. */
  readonly step: SelectNode | undefined
  readonly distinct: boolean
}
/** `(statement) AS name` in FROM. */
export interface SubqueryNode extends SourceNode {
  readonly kind: 'subquery'
  readonly columns: readonly ColumnNode[]
  readonly statement: SelectNode
}

export interface InsertNode {
  readonly kind: 'insert'
  readonly table: TableNode
  readonly columns: readonly ColumnNode[]
  /** One list per row, in the order of `columns`. Empty with no columns: DEFAULT VALUES. */
  readonly rows: readonly (readonly ExpressionNode[])[]
  readonly select: SelectNode | undefined
  readonly returning: Projection | undefined
}
export interface UpdateNode {
  readonly kind: 'update'
  readonly table: TableNode
  readonly set: readonly (readonly [ColumnNode, ExpressionNode])[]
  readonly where: readonly ExpressionNode[]
  readonly allRows: boolean
  readonly returning: Projection | undefined
}
export interface DeleteNode {
  readonly kind: 'delete'
  readonly table: TableNode
  readonly where: readonly ExpressionNode[]
  readonly allRows: boolean
  readonly returning: Projection | undefined
}

export interface StatementNodes {
  select: SelectNode
  insert: InsertNode
  update: UpdateNode
  delete: DeleteNode
  raw: RawNode
}
export type AnyStatementNode = StatementNodes[keyof StatementNodes]

export interface Nodes extends ExpressionNodes, StatementNodes {}
export type Emitters = { readonly [Kind in keyof Nodes]: (node: Nodes[Kind], out: Writer) => void }
