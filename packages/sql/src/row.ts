/** What `values` and `set` take: objects from anywhere, of which only a table's own columns are read. */
import {
  type ColumnNode,
  CompileError,
  describe,
  type ExpressionNode,
  isExpression,
  isNumber,
  isStatement,
  listed,
  make,
  nameOf,
  nodeOf,
  quoted,
  seal,
  unlabelled,
} from '@quern/expression'
import type { ColumnInfo, TableNode } from '@quern/schema'
import type { Assignment } from './nodes.js'

/** A value for a column: an expression as it is, anything else bound with the column's type. */
export function columnValue(value: unknown, column: ColumnNode): ExpressionNode {
  if (typeof value === 'object' && value !== null) {
    if (isExpression(value)) return ofFamily(unlabelled(nodeOf(value)), column)
    if (isStatement(value)) throw new CompileError(`${column.source.name}.${column.key}: use .scalar() to take a statement as a value`)
  }
  return make.parameter(value, column.type, column)
}

/** An expression that the column can keep: any number for a number, else its own family; what is not known may be anything. */
function ofFamily(node: ExpressionNode, column: ColumnNode): ExpressionNode {
  const [a, b] = [column.type.family, node.type.family].map((family) => (isNumber(family) ? 'number' : family))
  if (a === b || a === 'unknown' || b === 'unknown') return node
  throw new CompileError(`${nameOf(column)} is ${a} and its value ${nameOf(node)} is ${b}; cast the value`, 'FAMILY')
}

/** The columns of a table by key, made once. */
const byKey = new WeakMap<TableNode, Map<string, ColumnInfo>>()
export function columnsByKey(table: TableNode): Map<string, ColumnInfo> {
  let map = byKey.get(table)
  if (map === undefined) byKey.set(table, (map = new Map(table.columns.map((info) => [info.node.key, info]))))
  return map
}

export function checkRow(row: unknown, table: TableNode, verb: string): asserts row is Record<string, unknown> {
  if (typeof row !== 'object' || row === null || Array.isArray(row) || isExpression(row)) {
    throw new CompileError(`${verb}(${table.name}) takes objects with the table's columns, not ${describe(row)}`)
  }
  const prototype = Object.getPrototypeOf(row)
  if (prototype !== Object.prototype && prototype !== null) refuseInherited(row, prototype, table, verb)
}

/** Of a class's instance only its own keys are read, so a column among the inherited ones would be left out without a word. */
function refuseInherited(row: object, prototype: object, table: TableNode, verb: string): void {
  // the plain objects of another realm
  if (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty')) return
  const found = table.columns.find(({ node: { key } }) => key in row && !Object.hasOwn(row, key) && !(key in Object.prototype))
  if (found)
    throw new CompileError(`${verb}(${table.name}): ${found.node.key} is inherited; give it as a key of the row itself`, 'INHERITED')
}

export function checkValue(value: unknown, { node, options }: ColumnInfo, table: TableNode, verb: string): void {
  if (options.identity?.always || options.generated)
    throw new CompileError(`${verb}(${table.name}): ${node.key} is GENERATED ALWAYS and takes no value`)
  if (value === null && options.notNull) throw new CompileError(`${verb}(${table.name}): ${node.key} is NOT NULL`, 'NOT_NULL')
}

/** For a row that has own keys which are no columns; of these, those that nobody lists do not count. */
export function checkUnknown(row: object, table: TableNode, verb: string): void {
  const columns = columnsByKey(table)
  checkSymbols(row, table, verb)
  if (Object.keys(row).some((name) => !columns.has(name))) refuseUnknown(row, table, verb)
}

/** A key that is a symbol is never a column's. */
export function checkSymbols(row: object, table: TableNode, verb: string): void {
  if (Object.getOwnPropertySymbols(row).length > 0)
    throw new CompileError(`${verb}(${table.name}): a symbol names no column`, 'UNKNOWN_COLUMN')
}

export function refuseUnknown(row: object, table: TableNode, verb: string): never {
  const columns = columnsByKey(table)
  const key = Object.keys(row).find((name) => !columns.has(name))
  throw new CompileError(
    `${verb}(${table.name}): there is no column ${quoted(key ?? '')}; the columns are ${listed([...columns.keys()])}`,
    'UNKNOWN_COLUMN',
  )
}

/** What a row sets; inherited keys are not read, unknown keys are errors, `undefined` means absent. */
export function rowEntries(row: unknown, table: TableNode, verb: string): (readonly [ColumnNode, ExpressionNode])[] {
  checkRow(row, table, verb)
  const columns = columnsByKey(table)
  const entries: (readonly [ColumnNode, ExpressionNode])[] = []
  // asked for one by one: Reflect.ownKeys takes twice as long as both
  checkSymbols(row, table, verb)
  const keys = Object.keys(row)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const info = columns.get(key)
    if (info === undefined) refuseUnknown(row, table, verb)
    const value = row[key]
    if (value === undefined) continue
    checkValue(value, info, table, verb)
    entries.push(seal([info.node, columnValue(value, info.node)] as const))
  }
  return entries
}

type Entries = readonly Assignment[]

/** What the columns say that every update sets, unless the update does; a SET of nothing stays nothing, which is an error. */
export function withUpdated(entries: Entries, { updated }: TableNode): Entries {
  if (updated.length === 0 || entries.length === 0) return entries
  const own = new Set(entries.map(([column]) => column))
  const more = updated
    .filter(({ node }) => !own.has(node))
    .map(({ node, options: { onUpdate, onUpdateFn } }) => {
      const value = onUpdateFn ? make.parameter(undefined, node.type, node, undefined, onUpdateFn) : columnValue(onUpdate!.value, node)
      return seal([node, value] as const)
    })
  return [...entries, ...more]
}
