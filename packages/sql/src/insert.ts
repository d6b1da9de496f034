import type { Runnable, Runs } from '@quern/expression'
import {
  type AnyTyped,
  type ColumnNode,
  CompileError,
  describe,
  type ExpressionNode,
  isSource,
  type K,
  make,
  Statement,
  seal,
  sourceNode,
  statementNode,
  type Typed,
} from '@quern/expression'
import type { ColumnInfo, DefsOf, FlagsOf, RowOfDefs, Source, TableNode, ValueOf } from '@quern/schema'
import type { InsertNode } from './nodes.js'
import { projectionOf, wholeProjection } from './projection.js'
import { columnsByKey, columnValue, rowEntries } from './row.js'
import { selectNode } from './select.js'
import type { ByKey, Missing, Problem, RowShape, SelectShape, Twice } from './shape.js'

/** A value of a column's type, or an expression. */
export type OrExpression<Value> = Value | Typed<any, any, any, any, any>
type Always<Defs> = { [Key in keyof Defs]: 'always' extends FlagsOf<Defs[Key]> ? Key : never }[keyof Defs]
type Required<Defs> = {
  [Key in keyof Defs]: [FlagsOf<Defs[Key]>] extends [never]
    ? null extends ValueOf<Defs[Key]>
      ? never
      : Key
    : FlagsOf<Defs[Key]> & ('default' | 'always') extends never
      ? null extends ValueOf<Defs[Key]>
        ? never
        : Key
      : never
}[keyof Defs]
/** What `values` takes: the columns that need a value, and those that may have one. */
export type InsertRow<Defs> = { readonly [Key in Required<Defs>]: OrExpression<ValueOf<Defs[Key]>> } & {
  readonly [Key in Exclude<keyof Defs, Required<Defs> | Always<Defs>>]?: OrExpression<ValueOf<Defs[Key]>> | undefined
}

/** `RETURNING …`: all columns, a list, or an object of columns. */
export interface Returning<Name extends string, Defs> {
  returning(): Runnable<RowOfDefs<Defs>>
  returning<const L extends readonly (Typed<any, `${Name}→${string}`, any, any, any> & { readonly [K]: string })[]>(
    ...columns: [Twice<L>] extends [never] ? L : Problem<`two columns are called ${Twice<L> & string}; name one with .as()`>[]
  ): Runnable<RowShape<ByKey<L>, never>>
  returning<Sh extends SelectShape>(shape: Sh): Runnable<RowShape<Sh, never>>
}

export interface Insert<Name extends string, Defs> {
  /** `VALUES (…), (…)`: one row or several. Absent columns take their defaults; `values({})` is DEFAULT VALUES. */
  values(row: InsertRow<Defs>): InsertReady<Name, Defs>
  values(rows: readonly InsertRow<Defs>[]): InsertReady<Name, Defs>
  /** `INSERT INTO … SELECT …`, matched by key. */
  from(statement: Runs<{ readonly [Key in keyof Defs]?: ValueOf<Defs[Key]> }>): InsertReady<Name, Defs>
}
export interface InsertReady<Name extends string, Defs> extends Runnable<never>, Returning<Name, Defs> {}

/** `INSERT INTO t …`: `insertInto(users).values({ name: 'Ada' }).returning(users.id)` */
export function insertInto<Name extends string, Defs>(table: Source<Name, Defs>): Insert<Name, Defs> {
  return new InsertStart(tableNode(table, 'insertInto()')) as unknown as Insert<Name, Defs>
}

/** The table of INSERT, UPDATE and DELETE: never an alias or a subquery. */
export function tableNode(table: unknown, place: string): TableNode {
  if (!isSource(table)) throw new CompileError(`${place} takes a table, not ${describe(table)}`)
  const node = sourceNode(table)
  if (node.kind !== 'table') throw new CompileError(`${place} takes a table; ${node.name} is a ${node.kind}`)
  return node as TableNode
}

const none: readonly never[] = Object.freeze([])

class InsertStart {
  readonly #table: TableNode

  constructor(table: TableNode) {
    this.#table = table
  }

  values(rows: unknown): InsertStatement {
    const table = this.#table
    if (!Array.isArray(rows)) return insert(table, ...rowsOf([rows], table))
    if (rows.length === 0)
      throw new CompileError(`insertInto(${table.name}).values([]) inserts nothing; bulkInsert() takes an empty list`, 'EMPTY_VALUES')
    return insert(table, ...rowsOf(rows, table))
  }

  from(statement: unknown): InsertStatement {
    const table = this.#table
    const node = selectNode(statement, 'insertInto().from()')
    const columns = node.projection.fields.map(({ label }) => {
      const info = columnsByKey(table).get(label)
      if (!info)
        throw new CompileError(
          `insertInto(${table.name}): there is no column ${JSON.stringify(label)} for what the select yields`,
          'UNKNOWN_COLUMN',
        )
      return info.node
    })
    return new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows: none, select: node, returning: undefined }))
  }
}

const insert = (table: TableNode, columns: readonly ColumnNode[], rows: readonly (readonly ExpressionNode[])[]): InsertStatement =>
  new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows, select: undefined, returning: undefined }))

/** The columns that any row names, in the table's order, and a value or DEFAULT for each of them in each row. */
function rowsOf(rows: readonly unknown[], table: TableNode): [ColumnNode[], ExpressionNode[][]] {
  const maps = rows.map((row) => new Map(rowEntries(row, table, 'insertInto')))
  const infos = table.columns.filter((info) => info.options.defaultFn !== undefined || maps.some((map) => map.has(info)))
  refuseMissing(maps, table)
  return [infos.map((info) => info.node), maps.map((map) => seal(infos.map((info) => cell(map, info))))]
}

function cell(map: ReadonlyMap<ColumnInfo, unknown>, info: ColumnInfo): ExpressionNode {
  if (map.has(info)) return columnValue(map.get(info), info.node)
  const { defaultFn } = info.options
  return defaultFn ? make.parameter(undefined, info.node.type, info.node, undefined, defaultFn) : make.constant.default
}

function refuseMissing(maps: readonly ReadonlyMap<ColumnInfo, unknown>[], table: TableNode): void {
  for (const info of table.columns) {
    const { notNull, identity, default: fallback, defaultFn } = info.options
    if (!notNull || identity || fallback || defaultFn || rowIdOf(info, table)) continue
    const at = maps.findIndex((map) => !map.has(info))
    if (at >= 0)
      throw new CompileError(
        `insertInto(${table.name}): ${maps.length > 1 ? `row ${at} lacks` : 'the row lacks'} ${info.node.key}, which is NOT NULL and has no default`,
        'NOT_NULL',
      )
  }
}

/** A lone integer primary key is generated by SQLite even without a word about it. */
const rowIdOf = ({ node }: ColumnInfo, { primaryKey }: TableNode): boolean =>
  primaryKey.length === 1 && primaryKey[0] === node && node.type.name === 'integer'

class InsertStatement extends Statement {
  returning(...args: unknown[]): InsertStatement {
    const node = statementNode(this) as InsertNode
    return new InsertStatement(seal({ ...node, returning: args.length === 0 ? wholeProjection(node.table) : projectionOf(args) }))
  }
}

export type { AnyTyped, DefsOf, Missing }
