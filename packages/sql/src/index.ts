export type { Prepared, RowOfRuns, Runnable, Runs } from '@quern/expression'
export { keptStatements } from './alike.js'
export { ansi, writeSelectOver } from './ansi.js'
export {
  type AggregateEmitter,
  type AggregateTable,
  ansiAggregates,
  filtered,
  lacks,
  plain,
  writeAggregate,
  writeFilter,
  writeFiltered,
  writeInnerOrder,
} from './ansi-aggregates.js'
export { addColumn, ansiAlter, constraintText, emitAlterTable, scopeOf } from './ansi-alter.js'
export { ansiDdl, sequenceCall } from './ansi-ddl.js'
export {
  conditionsOf,
  writeDelete,
  writeEnd,
  writeFrom,
  writeInsert,
  writeJoins,
  writeLeadingWith,
  writeSet,
  writeUpdate,
} from './ansi-dml.js'
export { ansiPrecedence, writeCall, writeGrouping, writeOperands, writeTemplate } from './ansi-expressions.js'
export {
  ansiFunctions,
  byCount,
  counting,
  neighbour,
  parameterText,
  rounding,
  substringBy,
  unlessWhole,
} from './ansi-functions.js'
export { arrayLimit, type NestedWords, writeNested, writeNestedInPlace } from './ansi-nested.js'
export { checkConflict, namedKey, type UniqueKey, uniqueKeys, withWhere, writeOnConflict } from './ansi-upsert.js'
export type * from './bulk-dialect.js'
export { type BulkPlan, bulkPlan, returningOf } from './bulk-plan.js'
export { checkDelete, checkUpdate } from './check.js'
export { ansiSelect, groupByClause, orderByClause, writeConditions, writeProjection } from './clauses.js'
export {
  castName,
  ddlName,
  decoderOf,
  encoderOf,
  isSecret,
  isWide,
  lacking,
  storerOf,
  type TypeOwner,
  typeOn,
  valuesOn,
} from './codec.js'
export * from './compile.js'
export { createAllTexts, createSteps, type DdlStep, dropSteps, type Exists, inventoryOf } from './ddl-all.js'
export { AlterTable, alterTable, type ColumnChanges, renameTable } from './ddl-alter.js'
export { commentTexts, indexCommentTexts } from './ddl-comment.js'
export { inDdl, nameIn, writeCommentText, writeConstraint } from './ddl-constraint.js'
export type * from './ddl-dialect.js'
export type { DdlFeatures } from './ddl-features.js'
export { writeDropIndex, writeIndex, writeStorage } from './ddl-index.js'
export type * from './ddl-nodes.js'
export * from './ddl-objects.js'
export { partitionTexts } from './ddl-partition.js'
export { comment, createIndex, createTable, DdlPlan, DdlStatement, dropIndex, dropTable, truncate } from './ddl-statement.js'
export { writeColumn, writeDrop, writeTable } from './ddl-table.js'
export { columnTypeText, defaultOfDomain, qualified, typeChecks, writeTypeCheck } from './ddl-types.js'
export { defaultText, literalText, need, written } from './ddl-words.js'
export { generate } from './decode.js'
export { type Deleting, deleteFrom } from './delete.js'
export * from './dialect.js'
export { InvalidValueError, UnsupportedFeatureError } from './errors.js'
export { ownColumn } from './excluded.js'
export * from './explain.js'
export { type FunctionEmitter, type FunctionTable, form, refused, refuseVolatile, required, unit, units } from './functions.js'
export { cube, type Grouping, groupingSets, rollup } from './grouping.js'
export type { HintTexts, IndexHint } from './hints.js'
export {
  type Insert,
  type InsertReady,
  type InsertRow,
  insertIgnore,
  insertInto,
  type OrExpression,
  type Replace,
  type Returned,
  type Returning,
  refuseMissing,
  replaceInto,
  tableNode,
  type Versions,
} from './insert.js'
export { type Lateral, lateral } from './lateral.js'
export type { RowCount } from './limit.js'
export { hexOf, writeLiteral } from './literal.js'
export type { LockOptions } from './locking.js'
export { type Merge, type MergeChange, type MergeInsert, type MergeInto, type MergeStart, mergeInto } from './merge.js'
export { nested } from './nested.js'
export { readNestedRows } from './nested-rows.js'
export * from './nodes.js'
export {
  ConflictConstraint,
  type ConflictTarget,
  constraint,
  type DoUpdateOptions,
  type OnConflict,
  type Upsert,
} from './on-conflict.js'
export { writeOrder } from './order.js'
export * from './plan.js'
export { type Parameters, prepare } from './prepare.js'
export { keptReadings } from './reading.js'
export { type CycleOptions, type RecursiveOptions, recursiveCte, type SearchOptions } from './recursive.js'
export { writeReturning } from './returning.js'
export { checkRow, checkValue, columnsByKey, columnValue, refuseUnknown, rowEntries } from './row.js'
export { type AnySelect, type Select, type Selecting, select } from './select.js'
export type { NestedDialect, SelectDialect } from './select-dialect.js'
export type { SelectFeatures } from './select-features.js'
export { type Compound, except, exceptAll, intersect, intersectAll, type Query, union, unionAll } from './set-operation.js'
export { inAnyOrder } from './set-order.js'
export type * from './shape.js'
export { writeColumnNames, writeNoRows, writeRows, writeValue } from './sources.js'
export { type Summary, summaryOf, summaryOfText, withoutLiterals } from './summary.js'
export { type TableFunction, type TableFunctionOptions, tableFunction } from './table-function.js'
export { type SampleOptions, tableSample } from './table-sample.js'
export { isTarget, sourcesOf } from './target.js'
export { type Filtered, type Joined, type Unfiltered, type Update, type UpdateRow, type Updating, update } from './update.js'
export { valuesTable } from './values-table.js'
export { type MaterializedViewOptions, materializedView, type SchemaWithViews, schema, view } from './view.js'
export { children, columnsIn, type Rewrite, rewrite } from './walk.js'
export { writeWindow, writeWindowParts } from './window.js'
export { wrapQuery } from './wrap-query.js'
export type { WriteDialect, WriteFeatures } from './write-dialect.js'
export { binding, quoteIdentifier, Writer } from './writer.js'
