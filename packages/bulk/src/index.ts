export type { BulkCall } from './call.js'
export { bulkInsert, bulkUpsert } from './insert.js'
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
export { bulkDelete, bulkUpdate } from './update.js'
