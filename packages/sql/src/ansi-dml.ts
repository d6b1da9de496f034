/** INSERT, UPDATE and DELETE as the four dialects write them alike. */
import { type ColumnNode, CompileError, type ExpressionNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { checkDelete, checkUpdate } from './check.js'
import { writeConditions, writeReturning } from './clauses.js'
import { supports } from './dialect.js'
import type { DeleteNode, InsertNode, UpdateNode } from './nodes.js'
import { columnValue } from './row.js'
import type { Writer } from './writer.js'

export function writeInsert(node: InsertNode, out: Writer): void {
  out.text += 'INSERT INTO '
  out.sourceName(node.table)
  if (node.columns.length > 0) {
    out.text += ' ('
    out.list(node.columns, (column) => out.columnName(column))
    out.text += ')'
  }
  if (node.select) {
    out.text += ' '
    out.statement(node.select)
  } else if (node.columns.length === 0) {
    if (node.rows.length > 1)
      throw new CompileError(`insertInto(${node.table.name}): several rows without a single value; insert them one by one`)
    out.text += ` ${out.dialect.defaultValues}`
  } else {
    out.text += ' VALUES '
    out.list(node.rows, (row) => writeRow(row, node, out))
  }
  if (node.returning) {
    out.enter([node.table])
    writeReturning(node.returning, 'insertReturning', out)
    out.leave()
  }
}

function writeRow(row: readonly ExpressionNode[], { columns, table }: InsertNode, out: Writer): void {
  out.text += '('
  for (let i = 0; i < row.length; i++) {
    if (i > 0) out.text += ', '
    const value = row[i]!
    if (value.kind === 'constant' && value.constant === 'default') writeDefault(columns[i]!, table, out)
    else out.store(value, columns[i]!)
  }
  out.text += ')'
}

/** DEFAULT in VALUES; where the dialect has none, what the column's default would have been, as far as the table says it. */
function writeDefault(column: ColumnNode, table: TableNode, out: Writer): void {
  if (supports(out.dialect, 'defaultInValues')) {
    out.text += 'DEFAULT'
    return
  }
  const { options } = table.columns.find((info) => info.node === column)!
  if (options.default) out.store(columnValue(options.default.value, column), column)
  else if (options.identity || !options.notNull) out.text += 'NULL'
  else throw new CompileError(`insertInto(${table.name}): a row lacks ${column.key}, which is NOT NULL and has no default`)
}

export function writeUpdate(node: UpdateNode, out: Writer): void {
  checkUpdate(node)
  out.enter([node.table])
  out.text += 'UPDATE '
  out.sourceName(node.table)
  const { set } = node
  for (let i = 0; i < set.length; i++) {
    const [column, value] = set[i]!
    out.text += i === 0 ? ' SET ' : ', '
    out.columnName(column)
    out.text += ' = '
    out.store(value, column)
  }
  writeConditions(' WHERE ', node.where, out)
  writeReturning(node.returning, 'updateReturning', out)
  out.leave()
}

export function writeDelete(node: DeleteNode, out: Writer): void {
  checkDelete(node)
  out.enter([node.table])
  out.text += 'DELETE FROM '
  out.sourceName(node.table)
  writeConditions(' WHERE ', node.where, out)
  writeReturning(node.returning, 'deleteReturning', out)
  out.leave()
}
