/** ROLLUP, CUBE and GROUPING SETS where the server lacks them: each grouping is a statement of its own, joined by UNION ALL. */
import {
  CompileError,
  contains,
  countType,
  type ExpressionNode,
  type GroupingNode,
  make,
  type OrderNode,
  type SourceNode,
  type StatementNode,
  seal,
} from '@quern/expression'
import { checkSelect, same } from './check.js'
import { type Dialect, type Feature, supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import type { CompoundNode, QueryNode, SelectNode } from './nodes.js'
import { derivedFrom, labelsOf, selectFrom } from './numbered.js'
import { flatProjection } from './projection.js'
import { columnsIn, rewrite } from './walk.js'

const none: readonly never[] = Object.freeze([])
type Keys = readonly ExpressionNode[]

/** More statements than that in one are no plan of anybody. */
const mostSets = 64

/** The statement over the groupings, each by itself, where the dialect cannot do them at once. */
export function groupedApart(node: SelectNode, dialect: Dialect): SelectNode {
  const grouping = node.groupBy.find((key) => key.kind === 'grouping')
  const feature = grouping && lacking(grouping, node, dialect)
  if (feature === undefined) return node
  checkSelect(node)
  const sets = setsOf(node.groupBy)
  refuseOthers(node, sets, (what) => {
    throw new UnsupportedFeatureError(
      dialect,
      feature,
      `${grouping!.grouping.toUpperCase()} ${what}`,
      'group several times and join the results with unionAll()',
    )
  })
  return joined(node, sets)
}

function lacking(grouping: GroupingNode, node: SelectNode, dialect: Dialect): Feature | undefined {
  const others = node.groupBy.filter((key) => key.kind === 'grouping' && key.grouping !== 'rollup')
  const features: Feature[] = [
    grouping.grouping === 'rollup' ? 'rollup' : 'groupingSets',
    ...(others.length > 0 ? (['groupingSets'] as const) : []),
    ...(node.groupBy.length > 1 ? (['rollupBesideKeys'] as const) : []),
    ...(grouping.sets.flat().every((key, i, keys) => key.kind === 'column' && keys.indexOf(key) === i)
      ? []
      : (['rollupExpressions'] as const)),
  ]
  return features.find((feature) => !supports(dialect, feature))
}

/** The lists of keys that rows are grouped by: of several keys of GROUP BY, each list of one with each of the others. */
function setsOf(groupBy: Keys): readonly Keys[] {
  return groupBy
    .map(listsOf)
    .reduce<readonly Keys[]>((sets, lists) => sets.flatMap((set) => lists.map((list) => [...set, ...list])), [[]])
    .map(unique)
}

function listsOf(key: ExpressionNode): readonly Keys[] {
  if (key.kind !== 'grouping') return [[key]]
  if (key.grouping === 'grouping sets') return key.sets
  const keys = key.sets.flat()
  if (key.grouping === 'rollup') return [...keys, undefined].map((_, i) => keys.slice(0, keys.length - i))
  if (keys.length > Math.log2(mostSets)) return new Array<Keys>(mostSets + 1).fill(keys)
  return Array.from({ length: 2 ** keys.length }, (_, bits) => keys.filter((_, i) => (bits & (1 << i)) === 0))
}

const unique = (keys: Keys): Keys => keys.filter((key, i) => keys.findIndex((other) => same(other, key)) === i)

/** What would not be the same for each grouping, or is worked out over all of them together. */
function refuseOthers(node: SelectNode, sets: readonly Keys[], refuse: (what: string) => never): void {
  if (sets.length > mostSets) refuse(`of more than ${mostSets} lists`)
  if (node.contains & contains.window) refuse('beside window functions')
  if (node.extra?.seek !== undefined) refuse('after a cursor')
  if (node.extra !== undefined && node.extra.distinctOn.length > 0) refuse('beside DISTINCT ON')
  const conditions = [...node.where, ...node.joins.flatMap(({ on }) => (on === undefined ? [] : [on]))]
  if (conditions.some((condition) => condition.contains & contains.volatile) || node.sources.some((source) => varies(source)))
    refuse('over rows that may be others each time they are read')
}

/** Whether a source may yield other rows when it is read again: by a volatile function, or by a limit that no order decides. */
function varies(source: SourceNode, seen = new Set<SourceNode>()): boolean {
  if (seen.has(source)) return false
  seen.add(source)
  if (source.kind === 'function' || source.kind === 'wrapped') return true
  if (source.kind !== 'subquery' && source.kind !== 'lateral' && source.kind !== 'cte') return false
  const { statement, step } = source as SourceNode & { readonly statement: StatementNode; readonly step?: StatementNode }
  return !isSettled(statement, seen) || (step !== undefined && !isSettled(step, seen))
}

function isSettled(statement: StatementNode, seen: Set<SourceNode>): boolean {
  if (statement.kind !== 'select' && statement.kind !== 'compound') return false
  const query = statement as QueryNode
  if (query.limit !== undefined || query.offset !== undefined || query.contains & contains.volatile) return false
  if (query.kind === 'compound') return query.parts.every((part) => isSettled(part, seen))
  return query.extra === undefined && !query.sources.some((source) => varies(source, seen))
}

function joined(node: SelectNode, sets: readonly Keys[]): SelectNode {
  const { fields } = node.projection
  const more = node.orderBy.map(({ operand }) => operand).filter((key) => !fields.some((field) => same(field.node, key)))
  const selected = [...fields.map((field) => field.node), ...more]
  // all rows together are one row, also where there are none: an aggregate says so, if only one that nobody reads
  const total = sets.some((set) => set.length === 0) && !selected.some((expression) => expression.contains & contains.aggregate)
  const nodes = total ? [...selected, countAll] : selected
  const labels = labelsOf(fields, nodes.length)
  const all = unique(sets.flat())
  const parts = sets.map((set) => grouped(node, nodes, labels, set, all))
  const projection = flatProjection(nodes.map((expression, i) => seal({ label: labels[i]!, node: expression })))
  const compound: CompoundNode = {
    kind: 'compound',
    operator: 'union',
    all: true,
    parts,
    projection,
    contains: contains.statement,
    out: derivedFrom('compound', parts[0]!),
    orderBy: none,
    limit: undefined,
    offset: undefined,
    with: none,
  }
  const source = derivedFrom('grouped', compound)
  const ordered = (key: OrderNode): OrderNode =>
    make.order(source.columns[nodes.findIndex((expression) => same(expression, key.operand))]!, key.descending, key.nulls)
  return {
    ...selectFrom(
      source,
      fields.map(({ label }, i) => seal({ label, node: source.columns[i]! })),
    ),
    distinct: node.distinct,
    orderBy: node.orderBy.map(ordered),
    limit: node.limit,
    offset: node.offset,
    with: node.with,
    extra: node.extra && { ...node.extra, hints: node.extra.hints.filter(({ kind }) => kind === 'comment'), windows: none },
  }
}

const countAll = make.aggregate('count', [make.constant.star], countType, false, undefined)

/** One grouping: the keys that it lacks are NULL, but not inside aggregates. */
function grouped(node: SelectNode, nodes: Keys, labels: readonly string[], keys: Keys, all: Keys): SelectNode {
  const within = (expression: ExpressionNode): ExpressionNode => withoutKeys(expression, keys, all)
  const fields = nodes.map((expression, i) => seal({ label: labels[i]!, node: within(expression) }))
  return {
    ...node,
    projection: flatProjection(fields),
    groupBy: keys,
    having: node.having.map(within),
    contains: node.contains | contains.aggregate,
    distinct: false,
    orderBy: none,
    limit: undefined,
    offset: undefined,
    with: none,
    extra: node.extra && { ...node.extra, withTies: false, locks: none },
  }
}

function withoutKeys(expression: ExpressionNode, keys: Keys, all: Keys): ExpressionNode {
  if (keys.some((key) => same(key, expression))) return expression
  if (all.some((key) => same(key, expression))) return make.constant.null
  if (expression.kind === 'aggregate') return expression
  if (isGroupingCall(expression)) {
    const bits = expression.args.map((arg) => (keys.some((key) => same(key, arg)) ? '0' : '1'))
    return make.parameter(Number.parseInt(bits.join(''), 2), expression.type)
  }
  const mixed = expression.contains & contains.statement || (expression.kind === 'template' && expression.contains & contains.aggregate)
  if (mixed) {
    const lost = new Set(all.filter((key) => !keys.some((other) => same(other, key))).flatMap((key) => [...columnsIn(key)]))
    for (const column of columnsIn(expression))
      if (lost.has(column))
        throw new CompileError(
          `${column.key} stands in a statement or a fragment, and not every grouping has it; group in a subquery, and join that`,
          'GROUPING',
        )
    return expression
  }
  return rewrite(expression, { expression: (child) => withoutKeys(child, keys, all), statement: (statement) => statement })
}

/** `fn('grouping', integer())(a, b)`: a bit for each key that a row is not grouped by. */
const isGroupingCall = (node: ExpressionNode): node is ExpressionNode & { readonly args: Keys } =>
  node.kind === 'call' && node.custom && node.name.toLowerCase() === 'grouping'
