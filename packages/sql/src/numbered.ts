/** DISTINCT ON, WITH TIES, INTERSECT ALL and EXCEPT ALL where the server has none of them: by numbers of the rows, in a derived table. */
import {
  type ColumnNode,
  CompileError,
  contains,
  countType,
  type ExpressionNode,
  type FunctionName,
  make,
  nameOf,
  type OrderNode,
  seal,
} from '@quern/expression'
import { checkSelect, same } from './check.js'
import { type Dialect, type Feature, supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import type { CompoundNode, Field, QueryNode, SelectExtra, SelectNode, SubqueryNode } from './nodes.js'
import { flatProjection } from './projection.js'

type Open<T> = { -readonly [Key in keyof T]: T[Key] }
const none: readonly never[] = Object.freeze([])

/** The statement without the clauses that the dialect lacks: over a derived table whose rows are numbered. */
export function numbered(node: SelectNode, dialect: Dialect): SelectNode {
  const { extra } = node
  if (extra === undefined) return node
  const firsts = extra.distinctOn.length > 0 && !supports(dialect, 'distinctOn')
  const ties = extra.withTies && !supports(dialect, 'withTies')
  if (!firsts && !ties) return node
  checkSelect(node)
  if (firsts) return numbered(firstOfEach(node, extra, dialect), dialect)
  // equal rows are one row before they are ranked
  return withTies(node.distinct ? derive(node, none).over : node, dialect)
}

function firstOfEach(node: SelectNode, extra: SelectExtra, dialect: Dialect): SelectNode {
  refuseVolatile([...extra.distinctOn, ...node.orderBy.map(({ operand }) => operand)], 'distinctOn', 'DISTINCT ON', dialect)
  const { over, numbers } = derive(node, [number('rowNumber', extra.distinctOn, node.orderBy)])
  return { ...over, where: [make.binary('=', numbers[0]!, make.parameter(1, countType), countType)] }
}

/** The rows up to the last one that is asked for, and those of its rank. */
function withTies(node: SelectNode, dialect: Dialect): SelectNode {
  const { orderBy, offset } = node
  const limit = node.limit!
  if (orderBy.length === 0) throw new CompileError(tiesNeedOrder)
  if (node.extra!.locks.length > 0)
    throw new UnsupportedFeatureError(
      dialect,
      'withTies',
      'WITH TIES beside row locks',
      'lock the rows in a second statement, by their keys',
    )
  refuseVolatile(
    orderBy.map(({ operand }) => operand),
    'withTies',
    'WITH TIES',
    dialect,
  )
  const { over, numbers } = derive(node, [
    number('rank', none, orderBy),
    ...(offset === undefined ? [] : [number('rowNumber', none, orderBy)]),
  ])
  const [rank, place] = numbers
  const compared = (operator: '<=' | '>', left: ExpressionNode, right: ExpressionNode) => make.binary(operator, left, right, countType)
  const where =
    offset === undefined
      ? [compared('<=', rank!, limit)]
      : [
          compared('>', place!, offset),
          compared('<=', rank!, make.binary('+', limit, offset, countType)),
          // the last of no rows ties with nothing
          compared('>', limit, make.parameter(0, countType)),
        ]
  return { ...over, where, limit: undefined, offset: undefined, extra: { ...over.extra!, withTies: false } }
}

export const tiesNeedOrder = 'fetch(n, { withTies: true }) needs an order, by which rows tie; add orderBy()'

/** The key is written for the number and for the order: two values, where it is another one each time. */
function refuseVolatile(keys: readonly ExpressionNode[], feature: Feature, what: string, dialect: Dialect): void {
  const key = keys.find((expression) => expression.contains & contains.volatile)
  if (key !== undefined)
    throw new UnsupportedFeatureError(
      dialect,
      feature,
      `${what} by ${nameOf(key)}, which may be another value each time it is written`,
      'select it in a common table expression, and order by that',
    )
}

const number = (
  name: FunctionName & ('rowNumber' | 'rank'),
  partitionBy: readonly ExpressionNode[],
  orderBy: readonly OrderNode[],
): ExpressionNode => make.window(make.call(name, none, countType), undefined, partitionBy, orderBy, undefined)

/** The statement as a derived table with some more columns, and one over it that has its order and its limits. */
function derive(
  node: SelectNode,
  numbers: readonly ExpressionNode[],
): { readonly over: SelectNode; readonly numbers: readonly ColumnNode[] } {
  const { fields } = node.projection
  const keys = node.orderBy.map(({ operand }) => operand).filter((key) => !fields.some((field) => same(field.node, key)))
  const nodes = [...fields.map((field) => field.node), ...keys, ...numbers]
  const labels = labelsOf(fields, nodes.length)
  const inner: SelectNode = {
    ...node,
    ...unordered,
    projection: flatProjection(nodes.map((expression, i) => seal({ label: labels[i]!, node: expression }))),
    contains: node.contains | (numbers.length > 0 ? contains.window : 0),
    extra: node.extra && { ...node.extra, withTies: false, distinctOn: none, locks: none },
  }
  const source = derivedFrom('numbered', inner)
  const columnOf = (key: ExpressionNode): ColumnNode => source.columns[nodes.findIndex((expression) => same(expression, key))]!
  const over: SelectNode = {
    ...selectFrom(
      source,
      fields.map(({ label }, i) => seal({ label, node: source.columns[i]! })),
    ),
    orderBy: node.orderBy.map((key) => make.order(columnOf(key.operand), key.descending, key.nulls)),
    limit: node.limit,
    offset: node.offset,
    extra: node.extra && {
      ...node.extra,
      hints: node.extra.hints.filter(({ kind }) => kind === 'comment'),
      distinctOn: none,
      windows: none,
      seek: undefined,
    },
  }
  return { over, numbers: source.columns.slice(source.columns.length - numbers.length) }
}

const unordered = { orderBy: none, limit: undefined, offset: undefined }

/** The labels where no server takes two of them for one, else numbers; then names of their own for what is added. */
export function labelsOf(fields: readonly Field[], count: number): string[] {
  const plain = new Set(fields.map(({ label }) => label.toLowerCase()))
  const told = plain.size === fields.length && fields.every(({ label }) => /^\w+$/.test(label))
  const labels = told ? fields.map(({ label }) => label) : fields.map((_, i) => `c${i + 1}`)
  const taken = new Set(labels.map((label) => label.toLowerCase()))
  for (let n = 1; labels.length < count; n++) if (!taken.has(`n${n}`)) labels.push(`n${n}`)
  return labels
}

export function derivedFrom(name: string, statement: QueryNode): SubqueryNode {
  const source: Open<SubqueryNode> = { kind: 'subquery', name, schema: undefined, quoted: make.keptText(), columns: [], statement }
  source.columns = statement.projection.fields.map(({ label, node }) => make.column(source, label, label, node.type, false))
  return source
}

export const selectFrom = (source: SubqueryNode, fields: readonly Field[]): SelectNode => ({
  kind: 'select',
  projection: flatProjection(fields),
  contains: contains.statement | contains.column,
  distinct: false,
  from: source,
  joins: none,
  sources: [source],
  where: none,
  groupBy: none,
  having: none,
  orderBy: none,
  limit: undefined,
  offset: undefined,
  with: none,
  extra: undefined,
})

/**
 * INTERSECT ALL and EXCEPT ALL as INTERSECT and EXCEPT of rows that are numbered among their equals: the third of five equal rows is in
 * the other statement if that has three. What is left of EXCEPT has gaps, so that each further statement numbers anew.
 */
export function numberedParts(node: CompoundNode): CompoundNode {
  const [first, ...rest] = node.parts
  const last = rest[rest.length - 1]!
  const parts =
    node.operator === 'except' && rest.length > 1
      ? [{ ...node, ...unordered, with: none, parts: [first!, ...rest.slice(0, -1)] }, last]
      : node.parts
  return { ...node, all: false, parts: parts.map(numberedAmongEquals) }
}

function numberedAmongEquals(part: QueryNode): SelectNode {
  const source = derivedFrom('part', part)
  const label = labelsOf(part.projection.fields, source.columns.length + 1)[source.columns.length]!
  const fields = source.columns.map(({ field }) => field)
  return selectFrom(source, [...fields, seal({ label, node: number('rowNumber', source.columns, none) })])
}
