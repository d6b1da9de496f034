/** The rules that the types state for static code, as `CompileError`s with the same sentences for dynamic code. */
import {
  type ColumnNode,
  CompileError,
  contains,
  type ExpressionNode,
  type InQueryNode,
  isNumber,
  listed,
  nameOf,
  type SourceNode,
  type StatementNode,
} from '@quern/expression'
import type { NamedSource } from '@quern/schema'
import type { CompoundNode, DeleteNode, QueryNode, SelectExtra, SelectNode, SubqueryNode, UpdateNode } from './nodes.js'
import { children, expressionsOf } from './walk.js'

const aggregateOrWindow = contains.aggregate | contains.window

export function checkSelect(node: SelectNode): void {
  if (node.distinct || node.extra !== undefined) checkRare(node)
  if ((node.contains & aggregateOrWindow) === 0 && node.groupBy.length === 0 && node.having.length === 0) return
  for (const condition of node.where) checkRowLevel(condition, 'WHERE')
  for (const join of node.joins) if (join.on) checkRowLevel(join.on, 'ON')
  for (const key of node.groupBy) checkRowLevel(key, 'GROUP BY')
  for (const condition of node.having) {
    if (condition.contains & contains.window)
      throw new CompileError('a window function cannot stand in HAVING; select it in a subquery and filter there')
  }
  checkGrouping(node)
}

function checkRare(node: SelectNode): void {
  if (node.distinct) checkDistinct(node)
  if (node.extra !== undefined) checkExtra(node, node.extra)
}

/** Equal rows are one row, of which only selected columns are known. */
function checkDistinct(node: SelectNode): void {
  const { fields } = node.projection
  const rows = fields.find((field) => field.node.type.detail?.rows !== undefined)
  if (rows !== undefined)
    throw new CompileError(`${rows.label} holds nested rows, which DISTINCT does not compare; take distinct() of a subquery`)
  const key = node.orderBy.find(({ operand }) => !fields.some((field) => same(field.node, operand)))
  if (key !== undefined)
    throw new CompileError(`${nameOf(key.operand)} must be selected, because the statement is DISTINCT and ordered by it`, 'DISTINCT')
}

function checkExtra(node: SelectNode, { locks, distinctOn, hints }: SelectExtra): void {
  if (locks.length > 0) checkLocks(node, distinctOn)
  if (distinctOn.length > 0) {
    if (node.distinct) throw new CompileError('a statement is DISTINCT or DISTINCT ON, not both', 'DISTINCT')
    // the first row of each group is the first in order only if the order begins with what makes the groups
    const stray = node.orderBy.slice(0, distinctOn.length).find(({ operand }) => !distinctOn.some((key) => same(key, operand)))
    if (stray !== undefined)
      throw new CompileError(`${nameOf(stray.operand)} comes too early in ORDER BY: the keys of distinctOn() come first`, 'DISTINCT')
  }
  for (const hint of hints) {
    if (hint.kind === 'index' && !node.sources.includes(hint.source))
      throw new CompileError(`${hint.source.name} has a hint and is not in FROM`, 'SCOPE')
  }
}

function checkLocks(node: SelectNode, distinctOn: readonly ExpressionNode[]): void {
  const without =
    node.distinct || distinctOn.length > 0
      ? 'DISTINCT'
      : node.groupBy.length > 0
        ? 'GROUP BY'
        : node.having.length > 0
          ? 'HAVING'
          : node.contains & contains.aggregate
            ? 'aggregates'
            : node.contains & contains.window
              ? 'window functions'
              : undefined
  if (without !== undefined)
    throw new CompileError(`rows cannot be locked in a statement with ${without}; lock them in one without`, 'LOCK')
}

const aggregateInstead: Readonly<Record<string, string>> = {
  SET: 'take it from a statement with .scalar()',
  'another aggregate': 'select it in a subquery and aggregate there',
}

export function checkRowLevel(node: ExpressionNode, clause: string): void {
  if ((node.contains & aggregateOrWindow) === 0) return
  if (node.contains & contains.aggregate) {
    throw new CompileError(`an aggregate cannot stand in ${clause}; ${aggregateInstead[clause] ?? 'use having()'}`, 'AGGREGATE')
  }
  throw new CompileError(`a window function cannot stand in ${clause}; select it in a subquery and filter there`, 'WINDOW')
}

function checkGrouping(node: SelectNode): void {
  const { fields } = node.projection
  let grouped = node.groupBy.length > 0 || node.having.length > 0
  for (let i = 0; !grouped && i < fields.length; i++) grouped = (fields[i]!.node.contains & contains.aggregate) !== 0
  if (!grouped) return
  const { sources } = node
  const keys = node.groupBy.flatMap((key) => (key.kind === 'grouping' ? key.sets.flat() : [key]))
  const free = new Map<SourceNode, boolean>()
  const isFree = (column: ColumnNode): boolean => {
    let known = free.get(column.source)
    if (known === undefined) free.set(column.source, (known = freed(column.source, keys)))
    return known
  }
  const check = (expression: ExpressionNode): void => {
    if (expression.kind === 'aggregate') for (const arg of expression.args) checkRowLevel(arg, 'another aggregate')
    if (expression.kind === 'aggregate' || keys.some((key) => same(key, expression))) return
    if (expression.kind === 'column' && sources.includes(expression.source) && !isFree(expression)) {
      throw new CompileError(`${nameOf(expression)} must be in GROUP BY or inside an aggregate`, 'GROUPING')
    }
    if (expression.kind === 'window') for (const key of expression.orderBy) check(key.operand)
    if (expression.kind === 'template' && expression.contains & contains.aggregate) return
    if (expression.contains & contains.statement) for (const statement of children(expression).statements) forEachColumn(statement, check)
    // the call of a window is not an aggregate of this statement, so its arguments are looked at
    if (expression.kind === 'window') for (const part of [...expression.call.args, ...expression.partitionBy]) check(part)
    else for (const child of children(expression).expressions) check(child)
  }
  for (const field of fields) check(field.node)
  for (const condition of node.having) check(condition)
  for (const key of node.orderBy) check(key.operand)
}

/** The columns that a statement in an expression takes from outside; a table of its own FROM hides the same table of the statement around it. */
function forEachColumn(statement: StatementNode, visitOuter: (column: ColumnNode) => void): void {
  const own = statement.kind === 'select' ? (statement as SelectNode).sources : []
  const visit = (column: ColumnNode): void => {
    if (!own.includes(column.source)) visitOuter(column)
  }
  const inExpression = (expression: ExpressionNode): void => {
    if (expression.kind === 'column') visit(expression)
    const { expressions, statements } = children(expression)
    expressions.forEach(inExpression)
    for (const inner of statements) forEachColumn(inner, visit)
  }
  if (statement.kind === 'select') {
    const node = statement as SelectNode
    expressionsOf(node).forEach(inExpression)
    for (const source of [node.from, ...node.joins.map((join) => join.source)])
      if (source !== undefined && 'statement' in source && source.kind !== 'cte') forEachColumn((source as SubqueryNode).statement, visit)
  } else if (statement.kind === 'compound') {
    for (const part of (statement as CompoundNode).parts) forEachColumn(part, visit)
  }
}

/** `a IN (SELECT …)`: one column, of a family that compares with the operand. */
export function checkInQuery({ operand, statement }: InQueryNode): void {
  if (statement.kind !== 'select' && statement.kind !== 'compound') return
  const { fields } = (statement as QueryNode).projection
  const names = listed(fields.map(({ label }) => label))
  const items = (operand.kind as string) === 'tuple' && 'items' in operand ? (operand.items as readonly ExpressionNode[]) : undefined
  if (fields.length !== (items?.length ?? 1)) {
    const wanted = items === undefined ? 'one column' : `${items.length} columns`
    throw new CompileError(`${nameOf(operand)} in …: the statement must select ${wanted}, not ${fields.length} (${names})`, 'COLUMNS')
  }
  if (items !== undefined) return
  const [a, b] = [operand.type.family, fields[0]!.node.type.family].map((family) => (isNumber(family) ? 'number' : family))
  if (a !== b && a !== 'unknown' && b !== 'unknown')
    throw new CompileError(`${nameOf(operand)} is ${a} and ${fields[0]!.label} is ${b}; cast one of them to compare them`, 'FAMILY')
}

/** A grouped primary key determines every column of its table. */
function freed(source: SourceNode, keys: readonly ExpressionNode[]): boolean {
  if (source.kind !== 'table' && source.kind !== 'alias') return false
  const named = source as NamedSource
  const { primaryKey } = named.kind === 'alias' ? named.of : named
  return (
    primaryKey.length > 0 &&
    primaryKey.every((column) => keys.some((key) => key.kind === 'column' && key.source === source && key.key === column.key))
  )
}

/** Kinds whose meaning is their own words and their children. */
const comparable: readonly string[] = ['binary', 'unary', 'logical', 'between', 'call', 'cast', 'case', 'like']
const words = (node: ExpressionNode): string =>
  ['operator', 'name', 'insensitive', 'symmetric', 'custom']
    .map((key) => String((node as unknown as Record<string, unknown>)[key]))
    .join(' ') + node.type.name

/** The same expression: the same object, or the same operations on the same columns. Two parameters are never the same. */
export function same(a: ExpressionNode, b: ExpressionNode): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.contains !== b.contains || !comparable.includes(a.kind) || words(a) !== words(b)) return false
  const [left, right] = [children(a).expressions, children(b).expressions]
  return left.length > 0 && left.length === right.length && left.every((child, i) => same(child, right[i]!))
}

export function checkUpdate(node: UpdateNode): void {
  if (node.set.length === 0)
    throw new CompileError(`update(${node.table.name}).set({}) changes nothing; give at least one column a value`, 'EMPTY_SET')
  for (let i = 0; i < node.set.length; i++) checkRowLevel(node.set[i]![1], 'SET')
  checkFiltered('update', node)
}

export const checkDelete = (node: DeleteNode): void => checkFiltered('deleteFrom', node)

/** A condition that is true for every row protects nothing, so it counts as none. */
const isTrue = (node: ExpressionNode): boolean => truthOf(node) === true

/** What a condition is for every row, where it says so without looking at one. */
function truthOf(node: ExpressionNode): boolean | undefined {
  if (node.kind === 'constant') return node.constant === 'true' ? true : node.constant === 'false' ? false : undefined
  if (node.kind === 'parameter') return typeof node.value === 'boolean' ? node.value : undefined
  if (node.kind === 'unary' && node.operator === 'not') {
    const truth = truthOf(node.operand)
    return truth === undefined ? undefined : !truth
  }
  if (node.kind !== 'logical') return undefined
  const decides = node.operator === 'or'
  const truths = node.operands.map(truthOf)
  if (truths.includes(decides)) return decides
  return truths.includes(undefined) ? undefined : !decides
}

function checkFiltered(verb: string, node: UpdateNode | DeleteNode): void {
  for (const condition of node.where) checkRowLevel(condition, 'WHERE')
  if (!node.allRows && node.where.every(isTrue)) {
    throw new CompileError(`${verb}(${node.table.name}) has no condition; add where(…), or allRows() to mean every row`, 'NO_CONDITION')
  }
}
