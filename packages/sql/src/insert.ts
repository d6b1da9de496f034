import type { Runnable, Runs } from '@quern/expression'
import {
  type ColumnNode,
  CompileError,
  describe,
  type ExpressionNode,
  isSource,
  type K,
  make,
  quoted,
  Statement,
  seal,
  sourceNode,
  statementNode,
  type Typed,
} from '@quern/expression'
import type { AlwaysKey, ColumnInfo, OptionalKey, RowOfDefs, Source, Table, TableNode, ValueOf } from '@quern/schema'
import { cteSource, queryNode } from './derived.js'
import type { InsertNode } from './nodes.js'
import { projectionOf, wholeProjection } from './projection.js'
import { checkRow, checkValue, columnsByKey, columnValue, refuseUnknown } from './row.js'
import type { ByKey, DerivedDefs, Problem, RowShape, SelectShape, Twice } from './shape.js'

/** A value of a column's type, or an expression. */
export type OrExpression<Value> = Value | Typed<any, any, any, any, any>
/** What `values` takes: the columns that need a value, and those that may have one. */
export type InsertRow<Defs> = {
  readonly [Key in Exclude<keyof Defs, AlwaysKey<Defs> | OptionalKey<Defs>>]: OrExpression<ValueOf<Defs[Key]>>
} & {
  readonly [Key in OptionalKey<Defs>]?: OrExpression<ValueOf<Defs[Key]>> | undefined
}

/** A statement that changes rows and yields some. */
export interface Returned<Rw, Defs> extends Runnable<Rw> {
  /** `WITH name AS (INSERT … RETURNING …)`, to stand in the FROM of a select; on PostgreSQL. */
  cte<const N extends string>(name: N): Table<N, Defs>
}

/** `RETURNING …`: all columns, a list, or an object of columns. */
export interface Returning<Name extends string, Defs> {
  returning(): Returned<RowOfDefs<Defs>, Defs>
  returning<const L extends readonly (Typed<any, `${Name}→${string}`, any, any, any> & { readonly [K]: string })[]>(
    ...columns: [Twice<L>] extends [never] ? L : Problem<`two columns are called ${Twice<L> & string}; name one with .as()`>[]
  ): Returned<RowShape<ByKey<L>, never>, DerivedDefs<ByKey<L>, never>>
  returning<Sh extends SelectShape>(shape: Sh): Returned<RowShape<Sh, never>, DerivedDefs<Sh, never>>
}

export interface Insert<Name extends string, Defs> {
  /** `VALUES (…), (…)`: one row or several. Absent columns take their defaults; `values({})` is DEFAULT VALUES. */
  values(rows: readonly InsertRow<Defs>[]): InsertReady<Name, Defs>
  values(row: InsertRow<Defs>): InsertReady<Name, Defs>
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
  if (node.kind !== 'table')
    throw new CompileError(`${place} takes a table; ${node.name} is ${node.kind === 'alias' ? 'an' : 'a'} ${node.kind}`)
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
    const node = queryNode(statement, 'insertInto().from()')
    const columns = node.projection.fields.map(({ label }) => {
      const info = columnsByKey(table).get(label)
      if (!info)
        throw new CompileError(
          `insertInto(${table.name}): there is no column ${quoted(label)} for what the select yields`,
          'UNKNOWN_COLUMN',
        )
      if (info.options.identity?.always || info.options.generated)
        throw new CompileError(`insertInto(${table.name}): ${label} is GENERATED ALWAYS and takes no value`)
      return info.node
    })
    return new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows: none, select: node, returning: undefined }))
  }
}

const insert = (table: TableNode, columns: readonly ColumnNode[], rows: readonly (readonly ExpressionNode[])[]): InsertStatement =>
  new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows, select: undefined, returning: undefined }))

/** The columns that any row names, in the table's order, and a value or DEFAULT for each of them in each row. */
function rowsOf(rows: readonly unknown[], table: TableNode): [ColumnNode[], ExpressionNode[][]] {
  const infos = table.columns
  const used = new Array<boolean>(infos.length)
  for (let i = 0; i < infos.length; i++) used[i] = infos[i]!.options.defaultFn !== undefined
  for (let i = 0; i < rows.length; i++) markUsed(rows[i], used, table, rows.length > 1 ? i : undefined)
  const chosen = infos.filter((_, i) => used[i])
  return [chosen.map((info) => info.node), rows.map((row) => seal(chosen.map((info) => cell(row as Record<string, unknown>, info))))]
}

/** Marks the columns that a row gives a value, after a look whether it may. Only own keys count. */
function markUsed(row: unknown, used: boolean[], table: TableNode, index: number | undefined): void {
  checkRow(row, table, 'insertInto')
  const infos = table.columns
  let known = 0
  for (let i = 0; i < infos.length; i++) {
    const info = infos[i]!
    const own = Object.hasOwn(row, info.node.key)
    const value = own ? row[info.node.key] : undefined
    if (own) known++
    if (value === undefined) refuseMissing(info, table, index)
    else {
      checkValue(value, info, table, 'insertInto')
      used[i] = true
    }
  }
  if (known !== Object.keys(row).length) refuseUnknown(row, table, 'insertInto')
}

function cell(row: Readonly<Record<string, unknown>>, info: ColumnInfo): ExpressionNode {
  const { key } = info.node
  const value = Object.hasOwn(row, key) ? row[key] : undefined
  if (value !== undefined) return columnValue(value, info.node)
  const { defaultFn } = info.options
  return defaultFn ? make.parameter(undefined, info.node.type, info.node, undefined, defaultFn) : make.constant.default
}

function refuseMissing(info: ColumnInfo, table: TableNode, index: number | undefined): void {
  const { notNull, identity, default: fallback, defaultFn, generated } = info.options
  if (!notNull || identity || fallback || defaultFn || generated || rowIdOf(info, table)) return
  const which = index === undefined ? 'the row lacks' : `row ${index} lacks`
  throw new CompileError(`insertInto(${table.name}): ${which} ${info.node.key}, which is NOT NULL and has no default`, 'NOT_NULL')
}

/** A lone integer primary key is generated by SQLite even without a word about it. */
const rowIdOf = ({ node }: ColumnInfo, { primaryKey }: TableNode): boolean =>
  primaryKey.length === 1 && primaryKey[0] === node && node.type.name === 'integer'

class InsertStatement extends Statement {
  returning(...args: unknown[]): InsertStatement {
    const node = statementNode(this) as InsertNode
    return new InsertStatement(seal({ ...node, returning: args.length === 0 ? wholeProjection(node.table) : projectionOf(args) }))
  }

  cte(name: string): unknown {
    return cteSource(name, statementNode(this) as InsertNode)
  }
}
