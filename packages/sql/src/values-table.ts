/** Values of the program as a table in FROM. */
import { type ColumnNode, CompileError, describe, listed, make, type SourceNode, TYPE } from '@quern/expression'
import { type AnyColumnDef, ColumnDef, checkName, type Table } from '@quern/schema'
import { sourceObject } from './derived.js'
import type { OrExpression } from './insert.js'
import type { ValuesNode } from './nodes.js'
import { columnValue } from './row.js'

type ValuesRow<Defs> = { readonly [Key in keyof Defs]: OrExpression<Defs[Key]> }

/** The columns of a source that is made up in FROM. */
export function madeColumns(node: SourceNode, columns: Readonly<Record<string, AnyColumnDef>>): ColumnNode[] {
  return Object.keys(columns).map((key) => {
    const options = ColumnDef.options(columns[key], key)
    return make.column(node, key, checkName(options.name ?? key, 'column'), columns[key]![TYPE], options.notNull)
  })
}

/**
 * Rows of values as a table: each row has a value or an expression for every column. No rows are an empty table.
 *
 * `select(v).from(v)` with `const v = valuesTable({ id: integer(), name: text() }, [{ id: 1, name: 'a' }], 'v')` —
 * `SELECT "v"."id", "v"."name" FROM (VALUES ($1::int4, $2::text)) AS "v" ("id", "name")`
 */
export function valuesTable<Defs extends Readonly<Record<string, AnyColumnDef>>, const Name extends string>(
  columns: Defs,
  rows: readonly ValuesRow<Defs>[],
  name: Name,
): Table<Name, Defs> {
  const node: { -readonly [P in keyof ValuesNode]: ValuesNode[P] } = {
    kind: 'values',
    name: checkName(name, 'values table'),
    schema: undefined,
    quoted: make.keptText(),
    columns: [],
    rows: [],
  }
  node.columns = Object.freeze(madeColumns(node, columns))
  if (node.columns.length === 0) throw new CompileError(`valuesTable(${name}) has no columns`)
  if (!Array.isArray(rows)) throw new CompileError(`valuesTable(${name}) takes an array of rows, not ${describe(rows)}`)
  node.rows = Object.freeze(rows.map((row) => Object.freeze(rowOf(row, node))))
  return sourceObject(Object.freeze(node))
}

function rowOf(row: unknown, { columns, name }: ValuesNode) {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new CompileError(`valuesTable(${name}) takes rows as objects, not ${describe(row)}`)
  const odd = Object.keys(row).find((key) => !columns.some((column) => column.key === key))
  if (odd !== undefined)
    throw new CompileError(`valuesTable(${name}) has no column ${odd}; the columns are ${listed(columns.map(({ key }) => key))}`)
  return columns.map((column) => {
    const value = Object.hasOwn(row, column.key) ? (row as Record<string, unknown>)[column.key] : undefined
    if (value === undefined)
      throw new CompileError(`valuesTable(${name}): a row has no ${column.key}; use null for NULL`, 'UNDEFINED_VALUE')
    if (value === null && column.notNull) throw new CompileError(`valuesTable(${name}): ${column.key} is NOT NULL`, 'NOT_NULL')
    return columnValue(value, column)
  })
}
