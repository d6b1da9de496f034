import type { Runnable, Runs } from '@quern/expression'
import {
  type ColumnNode,
  CompileError,
  contains,
  describe,
  type ExpressionNode,
  isSource,
  type K,
  make,
  type NumberFamily,
  quoted,
  Statement,
  seal,
  sourceNode,
  statementNode,
  type Typed,
} from '@quern/expression'
import type {
  AlwaysKey,
  ColumnDef,
  ColumnInfo,
  Columns,
  FamilyOf,
  OptionalKey,
  RowOfDefs,
  Source,
  Table,
  TableNode,
  ValueOf,
} from '@quern/schema'
import { cteSource, ctesIn, queryNode } from './derived.js'
import type { InsertExtra, InsertNode } from './nodes.js'
import { type ConflictConstraint, type ConflictTarget, type OnConflict, onConflict, type Upsert } from './on-conflict.js'
import { returningOf } from './returning.js'
import { checkRow, checkSymbols, checkUnknown, checkValue, columnsByKey, columnValue } from './row.js'
import type { ByKey, DerivedDefs, Problem, RowShape, SelectShape, Twice } from './shape.js'

/** What may stand in a column: any number in a number's, else its own family. */
type Fits<Fam> = Fam extends NumberFamily ? NumberFamily : 'unknown' extends Fam ? any : Fam
/** A value of a column's type, or an expression of its family. */
export type OrExpression<Df> = ValueOf<Df> | Typed<any, any, any, any, Fits<FamilyOf<Df>>>
/** What `values` takes: the columns that need a value, and those that may have one. */
export type InsertRow<Defs> = {
  readonly [Key in Exclude<keyof Defs, AlwaysKey<Defs> | OptionalKey<Defs>>]: OrExpression<Defs[Key]>
} & {
  readonly [Key in OptionalKey<Defs>]?: OrExpression<Defs[Key]> | undefined
}

/** A statement that changes rows and yields some. */
export interface Returned<Rw, Defs> extends Runnable<Rw> {
  /** `WITH name AS (INSERT … RETURNING …)`, to stand in the FROM of a select; on PostgreSQL. */
  cte<const N extends string>(name: N): Table<N, Defs>
}

type Maybe<Defs> = { [Key in keyof Defs]: ColumnDef<ValueOf<Defs[Key]> | null, FamilyOf<Defs[Key]>> }
/** The row before and after the change; the one that there is not is all null. */
export interface Versions<Defs, Verb> {
  readonly old: Columns<'old', Verb extends 'insert' ? Maybe<Defs> : Defs>
  readonly new: Columns<'new', Verb extends 'delete' ? Maybe<Defs> : Defs>
}

/** `RETURNING …`: all columns, a list, or an object of columns. */
export interface Returning<Name extends string, Defs, Verb extends string> {
  returning(): Returned<RowOfDefs<Defs>, Defs>
  returning<const L extends readonly (Typed<any, `${Name}→${string}`, any, any, any> & { readonly [K]: string })[]>(
    ...columns: [Twice<L>] extends [never] ? L : Problem<`two columns are called ${Twice<L> & string}; name one with .as()`>[]
  ): Returned<RowShape<ByKey<L>, never>, DerivedDefs<ByKey<L>, never>>
  returning<Sh extends SelectShape>(shape: Sh): Returned<RowShape<Sh, never>, DerivedDefs<Sh, never>>
  /** The row as it was and as it is now: `returning(({ old, new: now }) => ({ from: old.price, to: now.price }))`; PostgreSQL 18. */
  returning<Sh extends SelectShape>(shape: (versions: Versions<Defs, Verb>) => Sh): Returned<RowShape<Sh, never>, DerivedDefs<Sh, never>>
}

export interface Insert<Name extends string, Defs> {
  /** `VALUES (…), (…)`: one row or several. Absent columns take their defaults; `values({})` is DEFAULT VALUES. */
  values(rows: readonly InsertRow<Defs>[]): InsertReady<Name, Defs>
  values(row: InsertRow<Defs>): InsertReady<Name, Defs>
  /** `INSERT INTO … SELECT …`, matched by key. */
  from(statement: Runs<{ readonly [Key in keyof Defs]?: ValueOf<Defs[Key]> }>): InsertReady<Name, Defs>
}
/** Statements that may begin with WITH. */
export interface WithExpressions {
  /**
   * `WITH name AS (…)` for expressions that the statement names nowhere, or only in SQL text: those that it refers to are collected by
   * themselves.
   *
   * `update(users).set({ active: false }).where(users.id.eq(1)).with(insertInto(log).values({ userId: 1 }).returning().cte('logged'))` is, on
   * PostgreSQL, `WITH "logged" AS (INSERT INTO "log" … RETURNING …) UPDATE "users" SET …`
   *
   * @throws UnsupportedFeatureError on MariaDB before UPDATE and DELETE, on MySQL and MariaDB before INSERT … VALUES
   */
  with(...expressions: Source<any, any>[]): this
}
export interface InsertReady<Name extends string, Defs> extends Runnable<never>, Returning<Name, Defs, 'insert'>, WithExpressions {
  /**
   * What to do with rows that are there already by that key: the columns of a unique key, `constraint('name')`, or nothing for any key.
   *
   * `insertInto(users).values(row).onConflict(users.email).doUpdate((excluded) => ({ name: excluded.name }))` is
   * `INSERT INTO "users" … ON CONFLICT ("email") DO UPDATE SET "name" = "excluded"."name"`
   *
   * @throws UnsupportedFeatureError on MySQL and MariaDB, which look at all keys, unless the row can only meet this one
   */
  onConflict(...target: ConflictTarget<Name>[]): OnConflict<Name, Defs>
  onConflict(constraint: ConflictConstraint): OnConflict<Name, Defs>
}
/** REPLACE and INSERT IGNORE. */
export interface Replace<Name extends string, Defs> {
  values(rows: readonly InsertRow<Defs>[]): Upsert<Name, Defs>
  values(row: InsertRow<Defs>): Upsert<Name, Defs>
  from(statement: Runs<{ readonly [Key in keyof Defs]?: ValueOf<Defs[Key]> }>): Upsert<Name, Defs>
}

/** `INSERT INTO t …`: `insertInto(users).values({ name: 'Ada' }).returning(users.id)` */
export function insertInto<Name extends string, Defs>(table: Source<Name, Defs>): Insert<Name, Defs> {
  return new InsertStart(tableNode(table, 'insertInto()'), undefined) as unknown as Insert<Name, Defs>
}

const none: readonly never[] = Object.freeze([])
const plain: InsertExtra = seal({ verb: 'insert', conflict: undefined, with: none })
const replaces: InsertExtra = seal({ verb: 'replace', conflict: undefined, with: none })
const ignores: InsertExtra = seal({ verb: 'ignore', conflict: undefined, with: none })

/**
 * `REPLACE INTO t …` of MySQL, MariaDB and SQLite: deletes the rows that have one of the new row's keys, and inserts it. What refers to the
 * deleted rows goes with them, and columns that the row does not name are back at their defaults; `onConflict().doUpdate()` changes rows.
 *
 * `replaceInto(users).values({ id: 1, name: 'Ada' })` is ``REPLACE INTO `users` (`id`, `name`) VALUES (?, ?)``
 *
 * @throws UnsupportedFeatureError on PostgreSQL
 */
export function replaceInto<Name extends string, Defs>(table: Source<Name, Defs>): Replace<Name, Defs> {
  return new InsertStart(tableNode(table, 'replaceInto()'), replaces) as unknown as Replace<Name, Defs>
}

/**
 * `INSERT IGNORE INTO t …` of MySQL and MariaDB, `INSERT OR IGNORE INTO t …` of SQLite: leaves rows out that violate a key. MySQL and MariaDB also
 * make warnings of most other errors, a missing foreign key among them; `onConflict().doNothing()` leaves those alone.
 *
 * `insertIgnore(users).values({ name: 'Ada' })` is ``INSERT IGNORE INTO `users` (`name`) VALUES (?)``
 *
 * @throws UnsupportedFeatureError on PostgreSQL
 */
export function insertIgnore<Name extends string, Defs>(table: Source<Name, Defs>): Replace<Name, Defs> {
  return new InsertStart(tableNode(table, 'insertIgnore()'), ignores) as unknown as Replace<Name, Defs>
}

/** The table of INSERT, UPDATE and DELETE: never an alias or a subquery. */
export function tableNode(table: unknown, place: string): TableNode {
  if (!isSource(table)) throw new CompileError(`${place} takes a table, not ${describe(table)}`)
  const node = sourceNode(table)
  if (node.kind !== 'table')
    throw new CompileError(`${place} takes a table; ${node.name} is ${node.kind === 'alias' ? 'an' : 'a'} ${node.kind}`)
  return node as TableNode
}

class InsertStart {
  private readonly table: TableNode
  private readonly extra: InsertExtra | undefined

  constructor(table: TableNode, extra: InsertExtra | undefined) {
    this.table = table
    this.extra = extra
  }

  values(rows: unknown): InsertStatement {
    const { table, extra } = this
    if (!Array.isArray(rows)) return insert(table, ...oneRow(rows, table), extra)
    if (rows.length === 0)
      throw new CompileError(`insertInto(${table.name}).values([]) inserts nothing; bulkInsert() takes an empty list`, 'EMPTY_VALUES')
    return insert(table, ...rowsOf(rows, table), extra)
  }

  from(statement: unknown): InsertStatement {
    const { table, extra } = this
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
    for (const info of table.columns) if (!columns.includes(info.node)) refuseUnselected(info, table)
    return new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows: none, select: node, returning: undefined, extra }))
  }
}

const insert = (
  table: TableNode,
  columns: readonly ColumnNode[],
  rows: readonly (readonly ExpressionNode[])[],
  extra: InsertExtra | undefined,
): InsertStatement =>
  new InsertStatement(seal<InsertNode>({ kind: 'insert', table, columns, rows, select: undefined, returning: undefined, extra }))

/** The columns that any row names, in the table's order, and a value or DEFAULT for each of them in each row. */
export function rowsOf(rows: readonly unknown[], table: TableNode): [ColumnNode[], ExpressionNode[][]] {
  if (rows.length === 1) return oneRow(rows[0], table)
  const infos = table.columns
  const used = new Array<boolean>(infos.length)
  for (let i = 0; i < infos.length; i++) used[i] = infos[i]!.options.defaultFn !== undefined
  for (let i = 0; i < rows.length; i++) markUsed(rows[i], used, table, i)
  const chosen = infos.filter((_, i) => used[i])
  return [chosen.map((info) => info.node), rows.map((row) => seal(chosen.map((info) => cell(row as Record<string, unknown>, info))))]
}

/** The same for one row, in one pass. */
function oneRow(row: unknown, table: TableNode): [ColumnNode[], ExpressionNode[][]] {
  checkRow(row, table, 'insertInto')
  const infos = table.columns
  const columns: ColumnNode[] = []
  const values: ExpressionNode[] = []
  let known = 0
  for (let i = 0; i < infos.length; i++) {
    const info = infos[i]!
    const { node, options } = info
    const { key } = node
    let value: unknown
    if (Object.hasOwn(row, key)) {
      known++
      value = row[key]
    }
    if (value !== undefined) {
      checkValue(value, info, table, 'insertInto')
      columns.push(node)
      values.push(columnValue(value, node))
    } else if (options.defaultFn !== undefined) {
      columns.push(node)
      values.push(make.parameter(undefined, node.type, node, undefined, options.defaultFn))
    } else if (node.notNull) refuseMissing(info, table, undefined)
  }
  checkSymbols(row, table, 'insertInto')
  if (known !== Object.keys(row).length) checkUnknown(row, table, 'insertInto')
  return [columns, [seal(values)]]
}

/** Marks the columns that a row gives a value, after a look whether it may. Only own keys count. */
function markUsed(row: unknown, used: boolean[], table: TableNode, index: number): void {
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
  checkSymbols(row, table, 'insertInto')
  if (known !== Object.keys(row).length) checkUnknown(row, table, 'insertInto')
}

function cell(row: Readonly<Record<string, unknown>>, info: ColumnInfo): ExpressionNode {
  const { key } = info.node
  const value = Object.hasOwn(row, key) ? row[key] : undefined
  if (value !== undefined) return columnValue(value, info.node)
  const { defaultFn } = info.options
  return defaultFn ? make.parameter(undefined, info.node.type, info.node, undefined, defaultFn) : make.constant.default
}

export function refuseMissing(info: ColumnInfo, table: TableNode, index: number | undefined): void {
  const { notNull, identity, default: fallback, defaultFn, generated } = info.options
  if (!notNull || identity || fallback || defaultFn || generated || rowIdOf(info, table)) return
  const which = index === undefined ? 'the row lacks' : `row ${index} lacks`
  throw new CompileError(`insertInto(${table.name}): ${which} ${info.node.key}, which is NOT NULL and has no default`, 'NOT_NULL')
}

/** What the select does not yield takes the database's default; a default that the program makes, it cannot take. */
function refuseUnselected(info: ColumnInfo, table: TableNode): void {
  const { node, options } = info
  if (options.defaultFn)
    throw new CompileError(`insertInto(${table.name}).from(): ${node.key} has a default that the program makes; select a value for it`)
  const { notNull, identity, default: fallback, generated } = options
  if (!notNull || identity || fallback || generated || rowIdOf(info, table)) return
  throw new CompileError(`insertInto(${table.name}).from(): the select lacks ${node.key}, which is NOT NULL and has no default`, 'NOT_NULL')
}

/** A lone integer primary key is generated by SQLite even without a word about it. */
const rowIdOf = ({ node }: ColumnInfo, { primaryKey }: TableNode): boolean =>
  primaryKey.length === 1 && primaryKey[0] === node && node.type.name === 'integer'

class InsertStatement extends Statement {
  returning(...args: unknown[]): InsertStatement {
    const node = statementNode(this) as InsertNode
    return new InsertStatement(seal({ ...node, returning: returningOf(args, node.table, 'insert') }))
  }

  onConflict(...targets: unknown[]): unknown {
    const node = statementNode(this) as InsertNode
    const extra = (conflict: InsertExtra['conflict']) => seal<InsertExtra>({ verb: 'insert', conflict, with: node.extra?.with ?? none })
    return onConflict(node.table, targets, (conflict) => new InsertStatement(seal({ ...node, extra: extra(conflict) })))
  }

  with(...expressions: unknown[]): InsertStatement {
    const node = statementNode(this) as InsertNode
    const more = ctesIn(expressions)
    const { select } = node
    if (select) {
      const own = seal({ ...select, with: seal([...select.with, ...more]), contains: select.contains | contains.statement })
      return new InsertStatement(seal({ ...node, select: own }))
    }
    const extra = node.extra ?? plain
    return new InsertStatement(seal({ ...node, extra: seal({ ...extra, with: seal([...extra.with, ...more]) }) }))
  }

  cte(name: string): unknown {
    return cteSource(name, statementNode(this) as InsertNode)
  }
}
