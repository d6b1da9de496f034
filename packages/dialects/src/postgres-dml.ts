/** INSERT, UPDATE, DELETE and MERGE on PostgreSQL. */
import { type WriteDialect, type WriteFeatures, writeOnConflict } from '@quern/sql'

export const postgresWriteFeatures: WriteFeatures = {
  conflictTarget: true,
  conflictAnyKey: false,
  conflictReturning: true,
  replaceInto: false,
  insertIgnore: false,
  writeLimit: false,
  swapInSet: true,
  targetInSubquery: true,
  withBeforeInsert: true,
  withBeforeUpdate: true,
  joinedReturning: true,
  returningOldNew: [18, 0, 0],
  merge: true,
  mergeBySource: [17, 0, 0],
  mergeReturning: [17, 0, 0],
}

export const postgresWrites: WriteDialect = {
  insertWith: 'first',
  setInOrder: false,
  countsTwice: false,
  insertIgnore: '',
  snapshot: undefined,
  returningBeforeLimit: false,
  conflictConstraint: true,
  writeConflict: writeOnConflict,
  conflictSelect: (select) => select,
}
