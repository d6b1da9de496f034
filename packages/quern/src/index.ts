/** Quern: a SQL toolkit for TypeScript without an ORM. */
export {
  abs, and, avg, caseWhen, cast, charLength, coalesce, CompileError, count, denseRank, exists, type Expr, fn, lag, lead, literal, lower, max, min, not, now, nullif, or, type Prepared, QuernError, rank, rowNumber,
  type RowOfRuns, type Runnable, type Runs, sql, sum, upper,
} from '@quern/expression'
export {
  alias, type AnyColumn, type AnyTable, bigint, blob, boolean, char, check, columnsOf, customType, date, doublePrecision, foreignKey, index, integer, json, type NewRow, numeric, type Patch, primaryKey, real, schema,
  smallint, type Table, table, tableInfo, text, time, timestamp, timestamptz, unique, uuid, varchar,
} from '@quern/schema'
export {
  type AnySelect, type Compiled, deleteFrom, type DialectName, insertInto, InvalidValueError, type IsolationLevel, prepare, recursiveCte, type Select, select, type TransactionOptions, UnsupportedFeatureError, update,
} from '@quern/sql'
export * from './compile.js'
export * from './engine.js'
export * from './row.js'
export { Connection, type DatabaseUrl, Engine, type EngineOptions, Executor, parseUrl, type Result, type RunOptions, Transaction, UrlError } from '@quern/engine'
