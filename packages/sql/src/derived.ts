/** Statements as sources: subqueries, lateral ones, common table expressions. */
import {
  brandSource,
  type ColumnNode,
  CompileError,
  checkOptions,
  describe,
  type Expression,
  isSource,
  isStatement,
  listed,
  make,
  type SourceNode,
  seal,
  sourceNode,
  statementNode,
  typed,
} from '@quern/expression'
import { checkName } from '@quern/schema'
import type { CteNode, QueryNode, SubqueryNode } from './nodes.js'
import { derivedColumns } from './projection.js'

type Open<T> = { -readonly [P in keyof T]: T[P] }

/** A statement that yields rows without changing any. */
export function queryNode(statement: unknown, place: string): QueryNode {
  const node = isStatement(statement) ? statementNode(statement) : undefined
  if (node?.kind !== 'select' && node?.kind !== 'compound')
    throw new CompileError(`${place} takes a select, not ${node === undefined ? describe(statement) : `${node.kind} statement`}`)
  return node as QueryNode
}

/** The object that users hold of a source, with its columns as properties. */
export const sourceObject = <T>(node: SourceNode & { readonly columns: readonly ColumnNode[] }): T =>
  brandSource<T>(
    node,
    node.columns.map((column) => [column.key, typed<Expression>(column)] as const),
  )

export function subquerySource<T>(kind: SubqueryNode['kind'], name: string, statement: QueryNode): T {
  const node: Open<SubqueryNode> = {
    kind,
    name: checkName(name, kind),
    schema: undefined,
    quoted: make.keptText(),
    columns: [],
    statement,
  }
  node.columns = columnsFor(node, statement)
  return sourceObject<T>(Object.freeze(node))
}

const columnsFor = (node: SourceNode, statement: CteNode['statement']): readonly ColumnNode[] =>
  Object.freeze(derivedColumns(statement, (key, expression, notNull) => make.column(node, key, key, expression.type, notNull)))

export interface CteOptions {
  /** Whether the expression is worked out once by itself, or merged into what refers to it. */
  readonly materialized?: boolean
}

export function cteSource<T>(name: string, statement: CteNode['statement'], options: CteOptions = {}): T {
  checkOptions('cte()', options, ['materialized'])
  const node = cteNode(name, statement)
  node.materialized = options.materialized
  return sourceObject<T>(Object.freeze(node))
}

function cteNode(name: string, statement: CteNode['statement']): Open<CteNode> {
  const node: Open<CteNode> = {
    kind: 'cte',
    name: checkName(name, 'cte'),
    schema: undefined,
    quoted: make.keptText(),
    columns: [],
    statement,
    step: undefined,
    distinct: false,
    materialized: undefined,
    search: undefined,
    cycle: undefined,
  }
  node.columns = columnsFor(node, statement)
  return node
}

/** An expression that refers to itself: `columns` are what SEARCH and CYCLE add to those of the statement. */
export function recursiveSource<T>(
  name: string,
  base: QueryNode,
  step: (self: T) => QueryNode,
  more: Pick<CteNode, 'distinct' | 'materialized' | 'search' | 'cycle'>,
  added: (node: SourceNode) => readonly ColumnNode[],
): T {
  const node = cteNode(name, base)
  const inner = node.columns
  node.step = step(sourceObject<T>(node))
  checkStep(name, base, node.step)
  Object.assign(node, more)
  node.columns = Object.freeze([...inner, ...added(node)])
  return sourceObject<T>(Object.freeze(node))
}

function checkStep(name: string, base: QueryNode, step: QueryNode): void {
  const [own, other] = [base, step].map(({ projection }) => projection.fields.map((field) => field.label))
  if (own!.length !== other!.length || own!.some((label, i) => label !== other![i])) {
    throw new CompileError(
      `both parts of the recursive expression ${name} must select the same keys in the same order: ${own!.join(', ')} against ${other!.join(', ')}`,
    )
  }
}

export function ctesIn(expressions: readonly unknown[]): readonly CteNode[] {
  return expressions.map((expression) => {
    if (!isSource(expression)) throw new CompileError(`with() takes common table expressions, not ${describe(expression)}`)
    const source = sourceNode(expression)
    if (source.kind !== 'cte') throw new CompileError(`with() takes common table expressions; ${source.name} is a ${source.kind}`)
    return source as CteNode
  })
}

export function scalarOf(node: QueryNode): unknown {
  const { fields } = node.projection
  if (fields.length !== 1)
    throw new CompileError(`scalar() takes a statement of one column, not ${fields.length} (${listed(fields.map(({ label }) => label))})`)
  return typed(seal(make.scalar(node, fields[0]!.node.type)))
}
