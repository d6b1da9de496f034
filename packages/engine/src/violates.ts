import { type ColumnNode, type ExpressionNode, isExpression, nodeOf, type SourceNode } from '@quern/expression'
import {
  type AnyColumn,
  type Constraint,
  type ConstraintInfo,
  constraintInfo,
  constraintName,
  cutName,
  type IndexInfo,
  type TableNode,
} from '@quern/schema'
import { type Classification, children } from '@quern/sql'

/** What a server has told of a violation. */
export type Violation = Pick<Classification, 'class' | 'table' | 'columns' | 'constraint'>

type Rule = ConstraintInfo | IndexInfo

const kinds: { readonly [Class in Classification['class']]?: readonly Rule['kind'][] } = {
  UniqueViolationError: ['primary', 'unique', 'index'],
  ForeignKeyViolationError: ['foreign'],
  CheckViolationError: ['check', 'exclude'],
  NotNullViolationError: [],
}

/** Whether a failure is the violation of this column's rules, of this constraint or index, or of the constraint of this name. */
export function isViolationOf(violation: Violation, what: AnyColumn | Constraint | string): boolean {
  if (!(violation.class in kinds)) return false
  if (typeof what === 'string') return violation.constraint === what
  if (isExpression(what)) {
    const node = nodeOf(what)
    return node.kind === 'column' && ofColumn(violation, node)
  }
  const rule = constraintInfo(what)
  return matches(violation, rule, tableOfRule(rule))
}

function ofColumn(violation: Violation, column: ColumnNode): boolean {
  const table = tableOf(column.source)
  if (violation.table !== undefined && table !== undefined && violation.table !== table.name) return false
  if (violation.columns !== undefined) return violation.columns.includes(column.name)
  if (table === undefined) return false
  return rulesOf(table).some((rule) => concerns(rule, column.name) && matches(violation, rule, table))
}

const rulesOf = (table: TableNode): readonly Rule[] => [
  ...(table.primary ? [table.primary] : []),
  ...table.uniques,
  ...table.foreignKeys,
  ...table.checks,
  ...table.excludes,
  ...table.indexes,
]

function concerns(rule: Rule, column: string): boolean {
  if (rule.kind === 'check') return mentions(rule.condition, column)
  if (rule.kind === 'exclude') return rule.elements.some(({ key }) => mentions(key.node, column))
  if (rule.kind === 'index') return rule.keys.some(({ node }) => mentions(node, column))
  return rule.columns.some(({ name }) => name === column)
}

function mentions(node: ExpressionNode, column: string): boolean {
  if (node.kind === 'column') return node.name === column
  return [...children(node).expressions].some((child) => mentions(child, column))
}

/** By the columns where the server tells them, else by the name: the given one, or the one that the server makes. */
function matches({ class: found, table: where, columns, constraint }: Violation, rule: Rule, table: TableNode | undefined): boolean {
  if (!kinds[found]!.includes(rule.kind) || (rule.kind === 'index' && !rule.unique)) return false
  if (where !== undefined && table !== undefined && where !== table.name) return false
  const name = table === undefined ? rule.name : constraintName(table, rule)?.name
  if (constraint !== undefined && name !== undefined && constraint === name) return true
  if (constraint !== undefined && name !== undefined && limits.some((limit) => constraint === cutName(name, limit))) return true
  if (rule.kind === 'check' || rule.kind === 'exclude')
    return constraint !== undefined && name === undefined && isMade(constraint, rule, table)
  if (columns !== undefined) return sameNames(columns, rule.columns)
  return constraint !== undefined && name === undefined && isMade(constraint, rule, table)
}

const limits = [
  { length: 63, unit: 'bytes' },
  { length: 64, unit: 'characters' },
] as const

const sameNames = (names: readonly string[], columns: readonly ColumnNode[]): boolean =>
  names.length === columns.length && columns.every(({ name }) => names.includes(name))

/** The names that servers make where none is given, as far as they tell the columns. */
function isMade(constraint: string, rule: Rule, table: TableNode | undefined): boolean {
  if (rule.kind === 'primary') return constraint === 'PRIMARY' || constraint === `${table?.name}_pkey`
  if (rule.kind === 'check') {
    const own = table?.columns.filter(({ node }) => mentions(rule.condition, node.name)) ?? []
    // PostgreSQL, MariaDB; SQLite says the condition itself
    return (
      own.length === 1 &&
      [`${table!.name}_${own[0]!.node.name}_check`, own[0]!.node.name, `${table!.name}.${own[0]!.node.name}`].includes(constraint)
    )
  }
  if (rule.kind !== 'unique') return false
  // MySQL and MariaDB: the first column, and a number where that is taken
  const first = rule.columns[0]!.name
  return constraint === first || (constraint.startsWith(`${first}_`) && /^\d+$/.test(constraint.slice(first.length + 1)))
}

function tableOf(source: SourceNode): TableNode | undefined {
  if (source.kind === 'alias') return tableOf((source as unknown as { readonly of: SourceNode }).of)
  return source.kind === 'table' ? (source as TableNode) : undefined
}

export function tableOfRule(rule: Rule): TableNode | undefined {
  if ('columns' in rule && rule.columns[0] !== undefined) return tableOf(rule.columns[0].source)
  const inside =
    rule.kind === 'check'
      ? rule.condition
      : rule.kind === 'exclude' || rule.kind === 'index'
        ? (rule as { keys?: readonly { node: ExpressionNode }[] }).keys?.[0]?.node
        : undefined
  return inside && tableInside(inside)
}

function tableInside(node: ExpressionNode): TableNode | undefined {
  if (node.kind === 'column') return tableOf(node.source)
  for (const child of children(node).expressions) {
    const table = tableInside(child)
    if (table) return table
  }
  return undefined
}
