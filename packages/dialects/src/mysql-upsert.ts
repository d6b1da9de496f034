/** ON DUPLICATE KEY UPDATE, where it means what ON CONFLICT does. */
import { type ColumnNode, type ExpressionNode, make, type SourceNode } from '@quern/expression'
import {
  type ConflictNode,
  checkConflict,
  columnsIn,
  type InsertNode,
  inAnyOrder,
  namedKey,
  ownColumn,
  rewrite,
  type UniqueKey,
  UnsupportedFeatureError,
  uniqueKeys,
  type Writer,
  writeConditions,
} from '@quern/sql'

/** `alias`: the server takes a name for the new row after VALUES; else, and after SELECT, its columns are `VALUES(column)`. */
export const writeOnDuplicateKey =
  (alias: boolean) =>
  (node: InsertNode, conflict: ConflictNode, out: Writer): void => {
    const { table } = node
    checkConflict(table, conflict)
    if (conflict.targetWhere.length > 0)
      out.require('partialIndex', 'a predicate of the key in ON CONFLICT', 'there are no partial indexes; name the columns of a whole one')
    refuseOtherKeys(node, conflict, out)
    if (conflict.set === undefined) {
      const column = uniqueKeys(table).find(({ columns }) => columns.length > 0)?.columns[0] ?? node.columns[0]!
      out.text += ' ON DUPLICATE KEY UPDATE '
      out.columnName(column)
      out.text += ' = '
      writeOwn(column, table, out)
      return
    }
    const named = alias && node.select === undefined
    if (named) {
      out.text += ' AS '
      out.identifier(conflict.excluded.name)
    }
    out.text += ' ON DUPLICATE KEY UPDATE '
    out.enter([table, conflict.excluded])
    writeChanges(conflict, table, named ? (value) => value : valuesOf(conflict.excluded, table), out)
    out.leave()
  }

/** The alias of the new row has the columns that INSERT lists and no others, so those that are asked for join the list. */
export function withExcluded(node: InsertNode): InsertNode {
  const conflict = node.extra?.conflict
  if (conflict?.set === undefined || node.select || node.columns.length === 0) return node
  const read = columnsIn([conflict.set.map(([, value]) => value), conflict.where])
  const more = [...read]
    .filter(({ source }) => source === conflict.excluded)
    .map((column) => ownColumn(column, node.table))
    .filter((column) => !node.columns.includes(column))
  if (more.length === 0) return node
  const defaults = more.map(() => make.constant.default)
  return { ...node, columns: [...node.columns, ...more], rows: node.rows.map((row) => [...row, ...defaults]) }
}

function writeOwn(column: ColumnNode, table: SourceNode, out: Writer): void {
  out.enter([table])
  out.column(column)
  out.leave()
}

/** A row for which the condition is not true gets the values that it has. */
function writeChanges(
  { set, where }: ConflictNode,
  table: InsertNode['table'],
  to: (value: ExpressionNode) => ExpressionNode,
  out: Writer,
): void {
  out.list(inAnyOrder(set!, table, out, where), ([column, value]) => {
    out.columnName(column)
    out.text += ' = '
    if (where.length > 0) writeConditions('CASE WHEN ', where.map(to), out)
    if (where.length > 0) out.text += ' THEN '
    out.store(to(value), column)
    if (where.length === 0) return
    out.text += ' ELSE '
    out.column(column)
    out.text += ' END'
  })
}

const valuesOf = (excluded: SourceNode, table: InsertNode['table']) => {
  const to = (node: ExpressionNode): ExpressionNode =>
    node.kind === 'column'
      ? node.source === excluded
        ? make.customCall('VALUES', [ownColumn(node, table)], node.type)
        : node
      : rewrite(node, { expression: to, statement: (statement) => statement })
  return to
}

/** These servers act on a conflict with any key, so the one that was named must be the only one that a row can meet. */
function refuseOtherKeys(node: InsertNode, { target, constraint }: ConflictNode, out: Writer): void {
  if (constraint === undefined && target.length === 0) return
  const wanted = constraint === undefined ? target : namedKey(node.table, constraint).columns
  const met = uniqueKeys(node.table).filter((key) => canMeet(key, node))
  if (met.length === 1 && isKey(met[0]!, wanted)) return
  const others = met
    .filter((key) => !isKey(key, wanted))
    .map(({ columns, name }) => columns.map(({ key }) => key).join(', ') || name || 'an index')
  const why = met.some((key) => isKey(key, wanted))
    ? `the row can meet other unique keys of ${node.table.name}, too (${others.join('; ')})`
    : `${node.table.name} declares no such unique key that the row could meet`
  throw new UnsupportedFeatureError(
    out.dialect,
    'conflictTarget',
    `a key that ON CONFLICT is about, and ${why}`,
    'use onConflict() for a conflict with any key',
  )
}

const isKey = ({ columns, computed }: UniqueKey, wanted: readonly ExpressionNode[]): boolean =>
  !computed && columns.length === wanted.length && wanted.every((key) => columns.includes(key as ColumnNode))

/** Not by a key with a column that the server counts up for this row, or leaves NULL. */
function canMeet({ columns, computed }: UniqueKey, node: InsertNode): boolean {
  if (computed) return true
  return columns.every((column) => {
    if (node.columns.includes(column)) return true
    const { options } = node.table.columns.find((info) => info.node === column)!
    if (options.identity) return false
    return options.notNull || options.default !== undefined || options.generated !== undefined
  })
}
