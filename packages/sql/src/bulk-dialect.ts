/** What a dialect says about many rows at once. */
import type { ColumnNode, SqlType } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import type { DriverValue } from './plan.js'
import type { Writer } from './writer.js'

/** Rows as a stream of text that a server reads faster than statements: COPY, LOAD DATA. */
export interface BulkLoad {
  /** What it is called as a `method`. */
  readonly method: 'copy' | 'load'
  /** False for columns whose values need SQL around them, or that would be read otherwise than a bound value. */
  takes(type: SqlType): boolean
  /** Writes the statement that reads the text. */
  write(table: TableNode, columns: readonly ColumnNode[], out: Writer): void
  /** The text of rows, whose values stand one after the other; `columns` are those of one row. */
  encode(values: readonly DriverValue[], from: number, to: number, columns: readonly ColumnNode[]): string
}

/** Rows as one array parameter per column, so that one text serves any number of them. */
export interface BulkArrays {
  takes(type: SqlType): boolean
  /** The type of the elements as they travel, and what they are cast to where that is another one. */
  element(type: SqlType): { readonly travels: string; readonly cast: string | undefined }
  /** Every `width`-th value from `from` on, below `to`, as one array. */
  array(values: readonly DriverValue[], from: number, to: number, width: number): DriverValue
}

export interface BulkDialect {
  /** True where a failed statement ends the transaction, so that each one runs in a savepoint. */
  readonly savepoints: boolean
  /** True where RETURNING yields the rows of VALUES in their order. */
  readonly orderedReturning: boolean
  /** True where equal texts are equal keys, unless a column says otherwise. */
  readonly exactText: boolean
  /** The most rows of one INSERT … VALUES, a power of two: with it and those below, a table has few texts. */
  readonly rowsPerStatement: number
  readonly load: BulkLoad | undefined
  readonly arrays: BulkArrays | undefined
  /**
   * Yields one row: whether the server takes `load`, the most bytes of one statement, and whether `stageEngine` holds. Absent where nobody
   * needs to ask.
   */
  readonly limits: string | undefined
  /**
   * How rows are joined to a table by key: as arrays, as rows of a temporary table (which compares by the columns' own types and
   * collations), or one statement per row, where a statement costs no round trip.
   */
  readonly joins: 'arrays' | 'staging' | 'each'
  /** The engine that keeps so many rows of these columns in a temporary table best; undefined where that is the server's own choice. */
  stageEngine(columns: readonly ColumnNode[], rows: number): string | undefined
  /** Whether the server has to be asked (`limits`) before another engine than its own choice is taken. */
  readonly stageAsks: boolean
  /** Writes what follows the rows where a key may be there already. `update` is empty where such a row is left alone. */
  conflict(table: TableNode, target: readonly ColumnNode[], update: readonly ColumnNode[], out: Writer): void
  /** False where the statement cannot say which key it means. */
  readonly conflictTarget: boolean
}
