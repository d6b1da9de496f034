export * from './insert.js'
export type { BulkInsertOptions, BulkProgress } from './options.js'
