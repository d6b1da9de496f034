/** ON CONFLICT as PostgreSQL and SQLite write it, and the keys that a row can meet. */
import { type ColumnNode, CompileError, type ExpressionNode, make, nameOf, quoted } from '@quern/expression'
import { constraintName, type TableNode } from '@quern/schema'
import { writeSet } from './ansi-dml.js'
import { checkRowLevel } from './check.js'
import { writeConditions } from './clauses.js'
import { writeInline } from './literal.js'
import type { ConflictNode, InsertNode, QueryNode } from './nodes.js'
import { Writer } from './writer.js'

export interface UniqueKey {
  readonly name: string | undefined
  readonly columns: readonly ColumnNode[]
  /** An index over expressions, which any row may meet. */
  readonly computed: boolean
  readonly where: ExpressionNode | undefined
}

/** The primary key, the unique constraints and the unique indexes. */
export function uniqueKeys(table: TableNode): UniqueKey[] {
  const constraints = [...(table.primary ? [table.primary] : []), ...table.uniques].map((key) => ({
    name: constraintName(table, key)?.name,
    columns: key.columns,
    computed: false,
    where: undefined,
  }))
  const indexes = table.indexes
    .filter(({ unique }) => unique)
    .map((index) => ({
      name: constraintName(table, index)?.name,
      columns: index.columns,
      computed: index.columns.length < index.keys.length,
      where: index.where,
    }))
  return [...constraints, ...indexes]
}

export const namedKey = (table: TableNode, name: string): UniqueKey => {
  const found = uniqueKeys(table).find((key) => key.name === name)
  if (found === undefined || found.computed)
    throw new CompileError(`${table.name} declares no unique constraint ${quoted(name)} over columns; name the columns in onConflict()`)
  return found
}

export function writeOnConflict({ table }: InsertNode, conflict: ConflictNode, out: Writer): void {
  checkConflict(table, conflict)
  out.text += ' ON CONFLICT'
  if (conflict.constraint !== undefined) writeNamed(table, conflict.constraint, out)
  else if (conflict.target.length > 0) writeTarget(table, conflict.target, conflict.targetWhere, out)
  else if (conflict.set !== undefined)
    out.require('conflictAnyKey', 'DO UPDATE for a conflict with any key', 'name the key: onConflict(t.a, t.b)')
  if (conflict.set === undefined) {
    out.text += ' DO NOTHING'
    return
  }
  out.text += ' DO UPDATE SET '
  out.enter([table, conflict.excluded])
  writeSet(conflict.set, table, out)
  writeConditions(' WHERE ', conflict.where, out)
  out.leave()
}

/** What conditions and values may not be, on every dialect. */
export function checkConflict(table: TableNode, { set, where }: ConflictNode): void {
  if (table.name === 'excluded' && set !== undefined)
    throw new CompileError('a table called excluded cannot be told from the row that onConflict().doUpdate() calls so')
  for (const [, value] of set ?? []) checkRowLevel(value, 'SET')
  for (const condition of where) checkRowLevel(condition, 'WHERE')
}

function writeNamed(table: TableNode, name: string, out: Writer): void {
  if (out.dialect.conflictConstraint) {
    out.text += ' ON CONSTRAINT '
    out.identifier(name)
    return
  }
  const key = namedKey(table, name)
  writeTarget(table, key.columns, key.where ? [key.where] : [], out)
}

/** The predicate is compared with the index's own, so its values stand in it and are no parameters. */
function writeTarget(table: TableNode, target: readonly ExpressionNode[], where: readonly ExpressionNode[], out: Writer): void {
  const inPlace = new Writer({ ...out.dialect, parameter: writeInline, list: undefined })
  inPlace.enter([table])
  inPlace.unqualified(() => {
    inPlace.text += ' ('
    inPlace.list(target, (key) => {
      checkTarget(key, table)
      if (key.kind === 'column') inPlace.columnName(key)
      else {
        inPlace.text += '('
        inPlace.expression(key)
        inPlace.text += ')'
      }
    })
    inPlace.text += ')'
    writeConditions(' WHERE ', where, inPlace)
  })
  out.text += inPlace.text
}

export function checkTarget(key: ExpressionNode, table: TableNode): void {
  if (key.kind === 'column' && key.source !== table) throw new CompileError(`onConflict(): ${nameOf(key)} is no column of ${table.name}`)
}

/** SQLite takes ON after a bare FROM for a join's condition, so the SELECT needs a WHERE. */
export function withWhere(query: QueryNode): QueryNode {
  if (query.kind === 'compound')
    return { ...query, parts: query.parts.map((part, i) => (i === query.parts.length - 1 ? withWhere(part) : part)) }
  return query.from === undefined || query.where.length > 0 ? query : { ...query, where: [make.constant.true] }
}
