/** Statements as plain data, and the one interface of all kinds that emitter tables are checked against. */
import type {
  ColumnNode,
  ExpressionNode,
  ExpressionNodes,
  Field,
  KeptText,
  OrderNode,
  ParameterNode,
  RawNode,
  SourceNode,
  WindowNode,
} from '@quern/expression'

export type { Field } from '@quern/expression'

import type { TableNode } from '@quern/schema'
import type { DialectName } from './dialect.js'
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
  /** Clauses that few statements have; one field, so that the others copy and compile as fast as without them. */
  readonly extra: SelectExtra | undefined
}

export interface SelectExtra {
  readonly distinctOn: readonly ExpressionNode[]
  /** LIMIT is FETCH FIRST … ROWS WITH TIES. */
  readonly withTies: boolean
  readonly locks: readonly LockNode[]
  readonly hints: readonly HintNode[]
  readonly windows: readonly NamedWindowNode[]
  readonly seek: SeekNode | undefined
}

/** FOR UPDATE or FOR SHARE. */
export interface LockNode {
  readonly lock: 'update' | 'share'
  readonly of: readonly SourceNode[]
  readonly wait: 'skip locked' | 'nowait' | undefined
}

/** Advice for the server's planner: for a table's indexes, or words of a hint comment. */
export type HintNode =
  | { readonly kind: 'comment'; readonly on: DialectName | undefined; readonly text: string }
  | { readonly kind: 'index'; readonly source: SourceNode; readonly verb: 'use' | 'force' | 'ignore'; readonly names: readonly string[] }

/** `name AS (…)` of the WINDOW clause. */
export interface NamedWindowNode {
  readonly name: string
  readonly window: WindowNode
}

/** The rows after a cursor, in the order of the keys. */
export interface SeekNode {
  readonly keys: readonly OrderNode[]
  /** One for each key. */
  readonly after: readonly ParameterNode[]
}

export type SetOperator = 'union' | 'intersect' | 'except'
/** UNION, INTERSECT, EXCEPT of several statements. */
export interface CompoundNode {
  readonly kind: 'compound'
  readonly operator: SetOperator
  readonly all: boolean
  readonly parts: readonly QueryNode[]
  /** The columns of `out`, by position. */
  readonly projection: Projection
  readonly contains: number
  /** The result as a source, to which ORDER BY refers. */
  readonly out: SourceNode
  readonly orderBy: readonly OrderNode[]
  readonly limit: ExpressionNode | undefined
  readonly offset: ExpressionNode | undefined
  readonly with: readonly CteNode[]
}
/** What yields rows: the statement of a subquery, of a common table expression, of `in`. */
export type QueryNode = SelectNode | CompoundNode

/** `name AS (statement)` of WITH, and a source like a table. */
export interface CteNode extends SourceNode {
  readonly kind: 'cte'
  readonly columns: readonly ColumnNode[]
  readonly statement: QueryNode | WriteNode
  /** The part after UNION [ALL], which refers to the expression itself. */
  readonly step: QueryNode | undefined
  readonly distinct: boolean
  readonly materialized: boolean | undefined
  readonly search: SearchNode | undefined
  readonly cycle: CycleNode | undefined
}
/** `SEARCH DEPTH FIRST BY a, b SET c` */
export interface SearchNode {
  readonly first: 'depth' | 'breadth'
  readonly by: readonly string[]
  readonly set: string
}
/** `CYCLE a, b SET c USING d` */
export interface CycleNode {
  readonly by: readonly string[]
  readonly set: string
  readonly using: string
}
/** `(statement) AS name` in FROM, and `LATERAL (statement) AS name`, which sees what stands before it there. */
export interface SubqueryNode extends SourceNode {
  readonly kind: 'subquery' | 'lateral'
  readonly columns: readonly ColumnNode[]
  readonly statement: QueryNode
}
/** `(VALUES (…), (…)) AS name (a, b)` */
export interface ValuesNode extends SourceNode {
  readonly kind: 'values'
  readonly columns: readonly ColumnNode[]
  readonly rows: readonly (readonly ExpressionNode[])[]
}
/** A function in FROM: `generate_series(1, 3) AS g (value)`. */
export interface FunctionSourceNode extends SourceNode {
  readonly kind: 'function'
  readonly columns: readonly ColumnNode[]
  readonly call: ExpressionNode
  /** True where the last column counts the rows. */
  readonly ordinality: boolean
}
/** A table with words around it: TABLESAMPLE. Its columns are the table's own. */
export interface WrappedSourceNode extends SourceNode {
  readonly kind: 'wrapped'
  readonly of: SourceNode
  readonly method: string
  readonly percent: ExpressionNode
  readonly seed: ExpressionNode | undefined
}

export interface InsertNode {
  readonly kind: 'insert'
  readonly table: TableNode
  readonly columns: readonly ColumnNode[]
  /** One list per row, in the order of `columns`. Empty with no columns: DEFAULT VALUES. */
  readonly rows: readonly (readonly ExpressionNode[])[]
  readonly select: QueryNode | undefined
  readonly returning: Projection | undefined
  /** What few inserts have, in one field, so that the others stay as fast as without it. */
  readonly extra: InsertExtra | undefined
}
export interface InsertExtra {
  readonly verb: 'insert' | 'replace' | 'ignore'
  readonly conflict: ConflictNode | undefined
  /** Common table expressions that nothing in it refers to; those of an INSERT from a SELECT are the SELECT's own. */
  readonly with: readonly CteNode[]
}
/** `ON CONFLICT (target) WHERE … DO …` */
export interface ConflictNode {
  /** The columns and expressions of the key; none means any key, unless a constraint is named. */
  readonly target: readonly ExpressionNode[]
  readonly constraint: string | undefined
  /** The predicate of a partial index. */
  readonly targetWhere: readonly ExpressionNode[]
  /** The row that was to be inserted, as a source. */
  readonly excluded: SourceNode
  /** `undefined` is DO NOTHING. */
  readonly set: readonly Assignment[] | undefined
  readonly where: readonly ExpressionNode[]
}
export type Assignment = readonly [column: ColumnNode, value: ExpressionNode]
/** What few updates and deletes have. */
export interface WriteExtra {
  /** FROM or USING; the first is a cross join. */
  readonly joins: readonly JoinNode[]
  /** What the joins add to the target. */
  readonly sources: readonly SourceNode[]
  readonly orderBy: readonly OrderNode[]
  readonly limit: ExpressionNode | undefined
  /** Common table expressions that nothing in it refers to. */
  readonly with: readonly CteNode[]
}
export interface UpdateNode {
  readonly kind: 'update'
  readonly table: TableNode
  readonly set: readonly Assignment[]
  readonly where: readonly ExpressionNode[]
  readonly allRows: boolean
  readonly returning: Projection | undefined
  readonly extra: WriteExtra | undefined
}
export interface DeleteNode {
  readonly kind: 'delete'
  readonly table: TableNode
  readonly where: readonly ExpressionNode[]
  readonly allRows: boolean
  readonly returning: Projection | undefined
  readonly extra: WriteExtra | undefined
}
/** `MERGE INTO table USING source ON …` */
export interface MergeNode {
  readonly kind: 'merge'
  readonly table: TableNode
  readonly using: SourceNode
  readonly on: readonly ExpressionNode[]
  readonly whens: readonly MergeWhen[]
  readonly returning: Projection | undefined
}
export interface MergeWhen {
  readonly when: 'matched' | 'not matched' | 'not matched by source'
  readonly conditions: readonly ExpressionNode[]
  readonly action: 'update' | 'delete' | 'insert' | 'nothing'
  /** What UPDATE sets and what INSERT writes. */
  readonly set: readonly Assignment[]
}
export type WriteNode = InsertNode | UpdateNode | DeleteNode | MergeNode

export interface StatementNodes {
  select: SelectNode
  compound: CompoundNode
  insert: InsertNode
  update: UpdateNode
  delete: DeleteNode
  merge: MergeNode
  raw: RawNode
}
export type AnyStatementNode = StatementNodes[keyof StatementNodes]

export interface Nodes extends ExpressionNodes, StatementNodes {}
export type Emitters = { readonly [Kind in keyof Nodes]: (node: Nodes[Kind], out: Writer) => void }
