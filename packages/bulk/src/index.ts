export type { BulkCall } from './call.js'
export { bulkDelete, bulkInsert, bulkUpdate, bulkUpsert } from './calls.js'
export type {
  BulkConflict,
  BulkDeleteOptions,
  BulkFailure,
  BulkInsertOptions,
  BulkMethod,
  BulkOptions,
  BulkProgress,
  BulkResult,
  BulkReturning,
  BulkRow,
  BulkUpdateOptions,
  BulkUpsertOptions,
  KeysOf,
} from './options.js'
export type { Rows } from './source.js'
export type { BulkAnswer, BulkAnswers, BulkTarget, Signal } from './target.js'
