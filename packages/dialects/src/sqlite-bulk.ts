/** SQLite: statements cost no round trip, so they are short and prepared. */
import type { BulkDialect } from '@quern/sql'
import { writeConflict } from './postgres-bulk.js'

export const sqliteBulk: BulkDialect = {
  savepoints: false,
  // "the order of rows … is arbitrary": the documentation of RETURNING promises nothing
  orderedReturning: false,
  exactText: true,
  rowsPerStatement: 64,
  load: undefined,
  arrays: undefined,
  limits: undefined,
  joins: 'each',
  stageEngine: () => undefined,
  stageAsks: false,
  conflict: writeConflict,
  conflictTarget: true,
}
