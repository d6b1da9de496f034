/** What can stand in FROM, as SQL. */
import { type ColumnNode, CompileError, type ExpressionNode, make, type SourceNode } from '@quern/expression'
import type { CteNode, FunctionSourceNode, HintNode, SubqueryNode, ValuesNode, WrappedSourceNode } from './nodes.js'
import type { Writer } from './writer.js'

/** `before` are the sources that stand before this one in the same FROM: what a lateral one may refer to. */
export function writeSource(source: SourceNode, out: Writer, before: readonly SourceNode[]): void {
  switch (source.kind) {
    case 'alias':
      out.sourceName((source as { of?: SourceNode }).of!)
      writeAs(source, out)
      break
    case 'subquery':
      out.text += '('
      out.outside(() => out.statement((source as SubqueryNode).statement))
      out.text += ')'
      writeAs(source, out)
      break
    case 'lateral':
      out.require('lateral', 'LATERAL', 'join a subquery that is grouped or numbered by what the rows belong to')
      out.text += 'LATERAL ('
      out.beside(before, () => out.statement((source as SubqueryNode).statement))
      out.text += ')'
      writeAs(source, out)
      break
    case 'values':
      out.dialect.valuesTable(source as ValuesNode, out)
      writeAs(source, out)
      if (out.dialect.valuesNamed && (source as ValuesNode).rows.length > 0) writeColumnNames((source as ValuesNode).columns, out)
      break
    case 'function':
      writeFunction(source as FunctionSourceNode, out, before)
      break
    case 'wrapped':
      writeSample(source as WrappedSourceNode, out, before)
      break
    default:
      if (source.kind === 'cte' && (source as CteNode).columns.length === 0)
        throw new CompileError(`${source.name} yields no rows; give its statement returning(), or add it with with()`)
      out.sourceName(source)
  }
}

function writeAs(source: SourceNode, out: Writer): void {
  out.text += ' AS '
  out.identifier(source.name)
}

export function writeColumnNames(columns: readonly ColumnNode[], out: Writer): void {
  out.text += ' ('
  out.list(columns, (column) => out.columnName(column))
  out.text += ')'
}

function writeFunction(source: FunctionSourceNode, out: Writer, before: readonly SourceNode[]): void {
  out.require('tableFunctions', 'functions in FROM', 'write JSON_TABLE(…) with sql`…`')
  out.beside(before, () => out.expression(source.call))
  if (source.ordinality) {
    out.require('ordinality', 'WITH ORDINALITY', 'number the rows with rowNumber()')
    out.text += ' WITH ORDINALITY'
  }
  writeAs(source, out)
  // SQLite's functions name their columns themselves
  if (out.dialect.features.columnAliases !== false) writeColumnNames(source.columns, out)
}

function writeSample(source: WrappedSourceNode, out: Writer, before: readonly SourceNode[]): void {
  out.require('tableSample', 'TABLESAMPLE', 'order by a random function and limit, or filter by one')
  writeSource(source.of, out, before)
  out.text += ` TABLESAMPLE ${source.method} (`
  out.inferred(source.percent)
  out.text += ')'
  if (source.seed === undefined) return
  out.text += ' REPEATABLE ('
  out.inferred(source.seed)
  out.text += ')'
}

/** The values cast to their columns' types, so that every row has them; none is a table without rows. */
export function writeRows(node: ValuesNode, out: Writer, row: string): void {
  out.list(node.rows, (values) => {
    out.text += `${row}(`
    for (let i = 0; i < values.length; i++) {
      if (i > 0) out.text += ', '
      writeValue(values[i]!, node.columns[i]!, out)
    }
    out.text += ')'
  })
}

export function writeValue(value: ExpressionNode, column: ColumnNode, out: Writer): void {
  if (out.dialect.valuesCast) out.expression(make.cast(value, column.type))
  else out.expression(value)
}

/** Without rows: the columns, and none of the one row. */
export function writeNoRows(node: ValuesNode, out: Writer): void {
  out.text += '(SELECT '
  out.list(node.columns, (column) => {
    out.expression(make.cast(make.constant.null, column.type))
    out.text += ' AS '
    out.columnName(column)
  })
  out.text += ' LIMIT 0)'
}

/** USE INDEX and its kin, after the table. */
export function writeIndexHints(source: SourceNode, hints: readonly HintNode[], out: Writer): void {
  for (const hint of hints) {
    if (hint.kind !== 'index' || hint.source !== source) continue
    out.require('indexHints', 'index hints', 'use a hint in a comment, or none')
    if (hint.verb !== 'force' || hint.names.length > 1)
      out.require('indexHintLists', 'USE INDEX, IGNORE INDEX and lists of indexes', "write { force: 'name' }")
    out.dialect.indexHint?.(hint, out)
  }
}
