/** An INSERT as several, where rows leave different columns to the database and its VALUES has no word for that. */
import { type ColumnNode, CompileError, contains, type ExpressionNode, seal } from '@quern/expression'
import type { ColumnInfo } from '@quern/schema'
import { type Dialect, supports } from './dialect.js'
import type { InsertNode } from './nodes.js'

const isDefault = (value: ExpressionNode): boolean => value.kind === 'constant' && value.constant === 'default'
const reads = (value: ExpressionNode): boolean =>
  (value.contains & contains.statement) !== 0 || (value.kind === 'template' && value.texts.some((text) => /\bselect\b/i.test(text)))

/**
 * An INSERT for each run of rows that name the same columns; `undefined` where one statement says it all. A default that the table declares
 * can be written in place, and so can NULL for a key that counts by itself; what the database alone knows, only an absent column gets.
 */
export function insertParts(node: InsertNode, dialect: Dialect): readonly InsertNode[] | undefined {
  const { rows, columns, table } = node
  if (rows.length < 2 || supports(dialect, 'defaultInValues')) return undefined
  const unknown = columns.findIndex((column, i) => {
    const info = table.columns.find(({ node }) => node === column)!
    return !isKnown(info, table.primaryKey) && rows.some((row) => isDefault(row[i]!)) && !rows.every((row) => isDefault(row[i]!))
  })
  if (unknown < 0) return undefined
  refuseQueries(node, columns[unknown]!, dialect)
  const parts: InsertNode[] = []
  let from = 0
  for (let to = 1; to <= rows.length; to++) {
    const isEmpty = rows[from]!.every(isDefault)
    const goesOn = to < rows.length && !isEmpty && columns.every((_, i) => isDefault(rows[from]![i]!) === isDefault(rows[to]![i]!))
    if (goesOn) continue
    parts.push(part(node, from, to))
    from = to
  }
  return parts
}

const isKnown = ({ node, options }: ColumnInfo, primaryKey: readonly ColumnNode[]): boolean =>
  options.default !== undefined ||
  options.identity !== undefined ||
  options.notNull ||
  (primaryKey.length === 1 && primaryKey[0] === node && node.type.name === 'integer')

function part(node: InsertNode, from: number, to: number): InsertNode {
  const { rows, columns } = node
  const given = [...columns.keys()].filter((i) => !isDefault(rows[from]![i]!))
  const some = rows.slice(from, to)
  return seal({ ...node, columns: given.map((i) => columns[i]!), rows: some.map((row) => seal(given.map((i) => row[i]!))) })
}

/** In one statement a subquery sees the table as it was; in the second of several, what the first has inserted. */
function refuseQueries({ rows, extra, returning, table }: InsertNode, column: ColumnNode, { title }: Dialect): void {
  const conflict = extra?.conflict
  const others = [...(conflict?.set ?? []).map(([, value]) => value), ...(conflict?.where ?? [])]
  if (!rows.some((row) => row.some(reads)) && !others.some(reads) && !(returning && returning.contains & contains.statement)) return
  throw new CompileError(
    `insertInto(${table.name}): rows with different keys are several statements on ${title}, and a subquery would see the rows before it; give ${column.key} in every row, or use bulkInsert()`,
    'RAGGED_ROWS',
  )
}
