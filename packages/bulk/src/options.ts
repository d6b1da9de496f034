import { type ColumnNode, CompileError, isExpression, type K, listed, nodeOf, quoted, type Typed } from '@quern/expression'
import type { AnyColumn, RowOfDefs, TableNode, ValueOf } from '@quern/schema'
import type { ByKey, RowShape, SelectShape } from '@quern/sql'
import type { Signal } from './target.js'

export interface BulkProgress {
  /** Rows that the server has taken so far. */
  readonly rows: number
  /** All rows there are, where the source says so (arrays). */
  readonly total: number | undefined
}

/** A row that was left out. */
export interface BulkFailure {
  /** Which of the rows it was, from 0. */
  readonly index: number
  readonly error: Error
}

export interface BulkResult<Row = never> {
  /**
   * Rows written. On MySQL and MariaDB an `onConflict` counts every row that was given, because the servers do not tell which were there
   * already.
   */
  readonly rowCount: number
  /** What `returning` asked for, in the order of the rows that were given. */
  readonly rows: Row[]
  /** With `onError: 'collect'`: the rows that were left out. */
  readonly failures: readonly BulkFailure[]
}

/** The way that rows go. `auto` takes the fastest that serves the call. */
export type BulkMethod = 'auto' | 'copy' | 'unnest' | 'load' | 'values'

export interface BulkOptions {
  /** Rows that are written, and kept in memory, at once. */
  readonly batchSize?: number
  /** Called after each batch. */
  readonly onProgress?: (progress: BulkProgress) => void
  /** Ends the call with `QueryCanceledError`, also where it waits for its source; nothing is written then. */
  readonly signal?: AbortSignalLike
  /**
   * `throw`: the first row that fails ends the call, with its number as the error's `row`, and nothing is written. `collect`: rows that
   * fail are left out and listed in `failures`.
   */
  readonly onError?: 'throw' | 'collect'
}
/** An `AbortSignal`, also of a realm without the DOM's types. */
export type AbortSignalLike = Signal

/** `true` for all columns, a column, a list of columns, or an object of columns and expressions. */
export type BulkReturning = true | Keyed | readonly Keyed[] | SelectShape
/** A column, or an expression with a name. */
export type Keyed = Typed<any, any, any, any, any> & { readonly [K]: string }
export type BulkRow<R, Defs> = R extends true
  ? RowOfDefs<Defs>
  : R extends readonly Keyed[]
    ? RowShape<ByKey<R>, never>
    : R extends Keyed
      ? RowShape<ByKey<[R]>, never>
      : R extends SelectShape
        ? RowShape<R, never>
        : never

/** What becomes of a row whose key is there already: left alone, or `update` gets the new row's values. */
export interface BulkConflict {
  /** The key; absent for any key, which PostgreSQL takes only where nothing is updated. */
  readonly target?: readonly AnyColumn[]
  /** The columns to overwrite; absent to leave the row alone. */
  readonly update?: readonly AnyColumn[]
}

export interface BulkInsertOptions<R = undefined> extends BulkOptions {
  readonly returning?: R
  readonly onConflict?: 'nothing' | BulkConflict
  readonly method?: BulkMethod
}
export interface BulkUpdateOptions<By, R = undefined> extends BulkOptions {
  /** The columns that say which row is meant; the primary key unless told. */
  readonly by?: By
  readonly returning?: R
}
export interface BulkUpsertOptions<R = undefined> extends BulkOptions {
  /** The key by which a row is recognised; the primary key unless told. */
  readonly by?: readonly AnyColumn[]
  /** The columns to overwrite; all that the row gives but the key, unless told. */
  readonly update?: readonly AnyColumn[]
  readonly returning?: R
  readonly method?: BulkMethod
}
export interface BulkDeleteOptions<By, R = undefined> extends BulkOptions {
  readonly by?: By
  readonly returning?: R
}

/** The values of the columns that `by` names. */
export type KeysOf<By, Defs> = By extends readonly { readonly [K]: infer Key }[]
  ? { readonly [Name in Key & keyof Defs]: NonNullable<ValueOf<Defs[Name]>> }
  : unknown

const common: readonly string[] = ['batchSize', 'onProgress', 'signal', 'onError']

/** Misspelt options and values of other kinds are refused before a row is read. */
export function checkOptions(verb: string, options: object, own: readonly string[]): void {
  const names = [...common, ...own]
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new CompileError(`${verb} has no option ${quoted(name)}; it takes ${names.join(', ')}`, 'OPTION')
  }
  const { batchSize, onError } = options as BulkOptions
  if (batchSize !== undefined && !(Number.isSafeInteger(batchSize) && batchSize > 0)) {
    throw new CompileError(`batchSize is a whole number from 1, not ${String(batchSize)}`, 'OPTION')
  }
  if (onError !== undefined && onError !== 'throw' && onError !== 'collect')
    throw new CompileError(`onError is 'throw' or 'collect', not ${quoted(String(onError))}`, 'OPTION')
}

/** Columns of the table, from what a call names. */
export function columnsNamed(given: unknown, table: TableNode, what: string): ColumnNode[] {
  const list = Array.isArray(given) ? given : [given]
  return list.map((column) => {
    const node = isExpression(column) ? nodeOf(column) : undefined
    if (node?.kind === 'column' && node.source === table) return node
    const names = listed(table.columns.map((info) => info.node.key))
    throw new CompileError(`${what} takes columns of ${table.name}: ${names}`, 'OPTION')
  })
}

/** The columns of `by`, which is the primary key unless told. */
export function keyColumns(by: unknown, table: TableNode, verb: string): readonly ColumnNode[] {
  const columns = by === undefined ? table.primaryKey : columnsNamed(by, table, `${verb}'s by`)
  if (columns.length > 0) return columns
  throw new CompileError(`${verb}(${table.name}) needs by: the columns that say which row is meant`, 'OPTION')
}
