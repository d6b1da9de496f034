/** CREATE TABLE, DROP TABLE and what stands in them; no text of these carries a value. */
import { type ColumnNode, CompileError, type ExpressionNode, isExpression, make, nodeOf } from '@quern/expression'
import type { ColumnInfo, ForeignKeyInfo, TableNode } from '@quern/schema'
import { ddlName } from './codec.js'
import { writeLiteral } from './literal.js'
import { Writer } from './writer.js'

export function writeDrop(table: TableNode, checkFirst: boolean, out: Writer): void {
  out.text += checkFirst ? 'DROP TABLE IF EXISTS ' : 'DROP TABLE '
  out.sourceName(table)
}

export function writeTable(table: TableNode, postponed: ReadonlySet<ForeignKeyInfo>, checkFirst: boolean, out: Writer): void {
  out.text += checkFirst ? 'CREATE TABLE IF NOT EXISTS ' : 'CREATE TABLE '
  out.sourceName(table)
  out.text += ' (\n  '
  const parts: (() => void)[] = table.columns.map((column) => () => writeColumn(column, table, out))
  const inline = out.dialect.ddl.identityIsPrimaryKey && table.columns.some(({ options }) => options.identity)
  if (table.primaryKey.length > 0 && !inline) parts.push(() => writeKey(table.primaryKeyName, 'PRIMARY KEY', table.primaryKey, out))
  for (const unique of table.uniques) parts.push(() => writeKey(unique.name, 'UNIQUE', unique.columns, out))
  for (const check of table.checks) parts.push(() => writeCheck(check.name, check.condition, table, out))
  for (const key of table.foreignKeys) if (!postponed.has(key)) parts.push(() => writeForeignKey(key, out))
  out.list(parts, (write) => write(), ',\n  ')
  out.text += `\n)${out.dialect.ddl.tableSuffix}`
}

export function writeColumn({ node, options }: ColumnInfo, table: TableNode, out: Writer): void {
  const { ddl } = out.dialect
  out.identifier(node.name)
  if (options.identity && ddl.identityIsPrimaryKey) {
    if (!(table.primaryKey.length === 1 && table.primaryKey[0] === node)) {
      throw new CompileError(`${table.name}.${node.key}: on ${out.dialect.title} an identity column must be the primary key`)
    }
    out.text += ` ${ddl.identity(options.identity, node)}`
    return
  }
  out.text += ` ${ddlName(node.type, out.dialect)}${options.notNull || options.identity ? ' NOT NULL' : ''}`
  if (options.identity) out.text += ` ${ddl.identity(options.identity, node)}`
  else if (options.default) writeDefault(options.default.value, node, out)
}

function writeDefault(value: unknown, column: ColumnNode, out: Writer): void {
  out.text += ' DEFAULT '
  if (!isExpression(value)) {
    const parentheses = out.dialect.ddl.defaultInParentheses && ['text', 'blob', 'json'].includes(column.type.name)
    if (parentheses) out.text += '('
    writeLiteral(make.parameter(value, column.type, column), out, true)
    if (parentheses) out.text += ')'
    return
  }
  out.text += '('
  inDdl(nodeOf(value), [], out)
  out.text += ')'
}

/** Expressions in DDL carry no parameters, so values stand in them as literals. */
export function inDdl(node: ExpressionNode, sources: readonly TableNode[], out: Writer): void {
  const inner = new Writer({ ...out.dialect, parameter: (parameter, to) => writeLiteral(parameter, to) })
  inner.enter(sources)
  inner.unqualified(() => inner.expression(node))
  out.text += inner.text
}

export function writeCheck(name: string | undefined, condition: ExpressionNode, table: TableNode, out: Writer): void {
  writeName(name, out)
  out.text += 'CHECK ('
  inDdl(condition, [table], out)
  out.text += ')'
}

export function writeName(name: string | undefined, out: Writer): void {
  if (name === undefined) return
  out.text += 'CONSTRAINT '
  out.identifier(name)
  out.text += ' '
}

export function writeKey(name: string | undefined, words: string, columns: readonly ColumnNode[], out: Writer): void {
  writeName(name, out)
  out.text += `${words} (`
  out.list(columns, (column) => out.identifier(column.name))
  out.text += ')'
}

export function writeForeignKey(key: ForeignKeyInfo, out: Writer): void {
  const targets = key.target()
  writeKey(key.name, 'FOREIGN KEY', key.columns, out)
  out.text += ' REFERENCES '
  out.sourceName(targets[0]!.source)
  out.text += ' ('
  out.list(targets, (column) => out.identifier(column.name))
  out.text += ')'
  if (key.onDelete) out.text += ` ON DELETE ${key.onDelete.toUpperCase()}`
  if (key.onUpdate) out.text += ` ON UPDATE ${key.onUpdate.toUpperCase()}`
}

export function writeLateKey(table: TableNode, key: ForeignKeyInfo, out: Writer): void {
  out.text += 'ALTER TABLE '
  out.sourceName(table)
  out.text += ' ADD '
  writeForeignKey(key, out)
}
