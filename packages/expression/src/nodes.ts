/**
 * The expression tree: a discriminated union of plain objects, one factory per kind (`factory.ts`), every field always present.
 * Node types are never generic; the typed shell (`typed.ts`) carries what TypeScript knows.
 */
import type { SqlType } from './types.js'

/** What an expression contains, as bits, kept up to date by the factories so that no check has to walk the tree to ask. */
export const contains = { nothing: 0, aggregate: 1, window: 2, parameter: 4, column: 8, statement: 16, wrapped: 32, volatile: 64 } as const

/** Text that the compiler writes once: quoted names. Kept for the dialect that asked last, because limits on names differ. */
export interface KeptText {
  dialect: string | undefined
  text: string
  /** A column whose values are shown nowhere stands in it. */
  secret: boolean
}

/** The text of a select list that begins with this column: statements built anew on each call mostly name the same columns. */
export interface KeptList extends KeptText {
  fields: readonly Field[]
  sources: readonly SourceNode[]
}

/** A comparison of this column with a value, up to the placeholder and after it. */
export interface KeptComparison {
  dialect: object | undefined
  operator: BinaryOperator | undefined
  before: string
  after: string
  encode: ((value: unknown, parameter: ParameterNode) => any) | undefined
}

/** Statements that begin with this column, as the compiler has written them; it alone knows what stands in the list. */
export interface KeptStatements {
  /** The select list of plain columns that began with this column last. */
  projection: object | undefined
  /** `undefined` before the first statement. */
  list: readonly object[] | undefined
  /** Where a place is sought when there is none left, how many statements have none after that, and how many of these are to come. */
  next: number
  pause: number
  skip: number
}

/** One column of a select list. */
export interface Field {
  readonly label: string
  readonly node: ExpressionNode
}

/** A table, alias, common table expression or subquery, as far as a column has to know the thing it belongs to. */
export interface SourceNode {
  readonly kind: 'table' | 'view' | 'alias' | 'cte' | 'subquery' | 'lateral' | 'values' | 'function' | 'wrapped' | 'compound'
  /** The name by which the statement refers to it. */
  readonly name: string
  readonly schema: string | undefined
  readonly quoted: KeptText
}

/** The opaque content of a statement; the `sql` package knows its fields. */
export interface StatementNode {
  readonly kind: string
}

export interface ColumnNode {
  readonly kind: 'column'
  readonly type: SqlType
  readonly contains: number
  readonly source: SourceNode
  /** The property name in TypeScript. */
  readonly key: string
  /** The name in the database. */
  readonly name: string
  readonly notNull: boolean
  /** With its source's name, and alone. */
  readonly quoted: KeptText
  readonly bare: KeptText
  readonly list: KeptList
  readonly compared: KeptComparison
  readonly kept: KeptStatements
  /** The column as a field of a select list under its own key. */
  readonly field: Field
}

export interface ParameterNode {
  readonly kind: 'parameter'
  readonly type: SqlType
  readonly contains: number
  readonly value: unknown
  /** Makes the value anew for each execution: a column's `defaultFn`. */
  readonly produce: (() => unknown) | undefined
  /** Set for parameters of `prepare`; the value comes with the call. */
  readonly name: string | undefined
  /** The column whose value this is, for error messages. */
  readonly target: ColumnNode | undefined
}

/** Fixed text of the library's own: TRUE, FALSE, NULL, *. */
export interface ConstantNode {
  readonly kind: 'constant'
  readonly type: SqlType
  readonly contains: number
  readonly constant: 'true' | 'false' | 'null' | 'star' | 'default'
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'is distinct from' | 'is not distinct from'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | '||'

export interface BinaryNode {
  readonly kind: 'binary'
  readonly type: SqlType
  readonly contains: number
  readonly operator: BinaryOperator
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

export type UnaryOperator = 'not' | '-' | 'is null' | 'is not null'

export interface UnaryNode {
  readonly kind: 'unary'
  readonly type: SqlType
  readonly contains: number
  readonly operator: UnaryOperator
  readonly operand: ExpressionNode
}

export interface LogicalNode {
  readonly kind: 'logical'
  readonly type: SqlType
  readonly contains: number
  readonly operator: 'and' | 'or'
  readonly operands: readonly ExpressionNode[]
}

/** `BETWEEN`; symmetric where the ends may stand in either order. */
export interface BetweenNode {
  readonly kind: 'between'
  readonly type: SqlType
  readonly contains: number
  readonly symmetric: boolean
  readonly operand: ExpressionNode
  readonly low: ExpressionNode
  readonly high: ExpressionNode
}

/** `operand IN (values)`: the values are one list parameter, so that the text does not change with the length of the list. */
export interface InListNode {
  readonly kind: 'inList'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
  readonly items: readonly ExpressionNode[]
  readonly negated: boolean
}

export interface InQueryNode {
  readonly kind: 'inQuery'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
  readonly statement: StatementNode
  readonly negated: boolean
}

export interface LikeNode {
  readonly kind: 'like'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
  readonly pattern: ExpressionNode
  readonly insensitive: boolean
}

/** A function. Those of the library are known to every dialect; a custom one is written by its name as it is. */
export interface CallNode {
  readonly kind: 'call'
  readonly type: SqlType
  readonly contains: number
  readonly name: string
  readonly custom: boolean
  readonly args: readonly ExpressionNode[]
}

export interface AggregateNode {
  readonly kind: 'aggregate'
  readonly type: SqlType
  readonly contains: number
  readonly name: string
  readonly custom: boolean
  readonly args: readonly ExpressionNode[]
  readonly distinct: boolean
  readonly filter: ExpressionNode | undefined
  /** ORDER BY inside the parentheses, or WITHIN GROUP after them. */
  readonly orderBy: readonly OrderNode[]
  readonly within: boolean
}

/** A function that only exists with OVER (`row_number`); `aggregate` nodes may be windowed too. */
export interface WindowNode {
  readonly kind: 'window'
  readonly type: SqlType
  readonly contains: number
  readonly call: CallNode | AggregateNode
  /** The window of the WINDOW clause; the rest is empty then. */
  readonly name: string | undefined
  readonly partitionBy: readonly ExpressionNode[]
  readonly orderBy: readonly OrderNode[]
  readonly frame: FrameNode | undefined
}

export type FrameUnit = 'rows' | 'range' | 'groups'
/** A number counts rows, groups or units of the ORDER BY key: negative ones precede, positive ones follow, 0 is the current row. */
export type FrameBound = 'unbounded preceding' | 'current row' | 'unbounded following' | number
export type FrameExclude = 'current row' | 'group' | 'ties' | 'no others'
export interface FrameNode {
  readonly unit: FrameUnit
  readonly start: FrameBound
  readonly end: FrameBound
  readonly exclude: FrameExclude | undefined
}

/** `(a, b)` as one value. */
export interface TupleNode {
  readonly kind: 'tuple'
  readonly type: SqlType
  readonly contains: number
  readonly items: readonly ExpressionNode[]
}

/** `ANY (…)` or `ALL (…)` on the right of a comparison: over a statement's rows, or an array's elements. */
export interface QuantifiedNode {
  readonly kind: 'quantified'
  readonly type: SqlType
  readonly contains: number
  readonly quantifier: 'any' | 'all'
  readonly statement: StatementNode | undefined
  readonly array: ExpressionNode | undefined
}

/** An operator of the user's own. */
export interface OperatorNode {
  readonly kind: 'operator'
  readonly type: SqlType
  readonly contains: number
  readonly operator: string
  /** Absent of a prefix operator. */
  readonly left: ExpressionNode | undefined
  readonly right: ExpressionNode
}

/** `operand COLLATE name` */
export interface CollateNode {
  readonly kind: 'collate'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
  readonly collation: readonly string[]
}

export interface CastNode {
  readonly kind: 'cast'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
}

export interface CaseNode {
  readonly kind: 'case'
  readonly type: SqlType
  readonly contains: number
  /** Of a simple CASE, what each branch is compared with. */
  readonly operand: ExpressionNode | undefined
  readonly branches: readonly { readonly when: ExpressionNode; readonly then: ExpressionNode }[]
  readonly otherwise: ExpressionNode | undefined
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly type: SqlType
  readonly contains: number
  readonly statement: StatementNode
}

export interface ExistsNode {
  readonly kind: 'exists'
  readonly type: SqlType
  readonly contains: number
  readonly statement: StatementNode
}

/** All rows of a statement as one value: an array of rows inside a row. */
export interface NestedNode {
  readonly kind: 'nested'
  readonly type: SqlType
  readonly contains: number
  readonly statement: StatementNode
}

/** ROLLUP, CUBE or GROUPING SETS: several groupings at once; only in GROUP BY. */
export interface GroupingNode {
  readonly kind: 'grouping'
  readonly type: SqlType
  readonly contains: number
  readonly grouping: 'rollup' | 'cube' | 'grouping sets'
  readonly sets: readonly (readonly ExpressionNode[])[]
}

/** `` sql`…` ``: the user's own text with nodes in its holes. */
export interface TemplateNode {
  readonly kind: 'template'
  readonly type: SqlType
  readonly contains: number
  readonly texts: readonly string[]
  readonly values: readonly TemplateValue[]
}
export type TemplateValue =
  | ExpressionNode
  | { readonly kind: 'identifier'; readonly names: readonly string[] }
  | { readonly kind: 'source'; readonly source: SourceNode }
  | { readonly kind: 'statement'; readonly statement: StatementNode }
  | { readonly kind: 'list'; readonly values: readonly TemplateValue[]; readonly separator: string }
  | { readonly kind: 'unsafe'; readonly text: string }

/** A sequence, as far as an expression has to know it. */
export interface SequenceRef {
  readonly kind: 'sequence'
  readonly name: string
  readonly schema: string | undefined
}
/** The next or the last number of a sequence. */
export interface SequenceValueNode {
  readonly kind: 'sequenceValue'
  readonly type: SqlType
  readonly contains: number
  readonly operation: 'next' | 'current'
  readonly sequence: SequenceRef
}

/** An expression under a name of its own; only in a select list. */
export interface LabelNode {
  readonly kind: 'label'
  readonly type: SqlType
  readonly contains: number
  readonly operand: ExpressionNode
  readonly label: string
}

export interface OrderNode {
  readonly kind: 'order'
  readonly operand: ExpressionNode
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | undefined
}

/** All kinds of expression, by name: an emitter table over this interface is exhaustive by type. */
export interface ExpressionNodes {
  column: ColumnNode
  parameter: ParameterNode
  constant: ConstantNode
  binary: BinaryNode
  unary: UnaryNode
  logical: LogicalNode
  between: BetweenNode
  inList: InListNode
  inQuery: InQueryNode
  like: LikeNode
  call: CallNode
  aggregate: AggregateNode
  window: WindowNode
  tuple: TupleNode
  quantified: QuantifiedNode
  operator: OperatorNode
  collate: CollateNode
  cast: CastNode
  case: CaseNode
  scalar: ScalarNode
  exists: ExistsNode
  nested: NestedNode
  grouping: GroupingNode
  template: TemplateNode
  sequenceValue: SequenceValueNode
  label: LabelNode
}
export type ExpressionNode = ExpressionNodes[keyof ExpressionNodes]
