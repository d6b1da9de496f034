/** What differs in INSERT, UPDATE, DELETE and MERGE, and what dialects have or lack of them. */
import type { Support } from './dialect.js'
import type { ConflictNode, InsertNode, QueryNode, UpdateNode } from './nodes.js'
import type { Writer } from './writer.js'

export interface WriteFeatures {
  /** The key that `ON CONFLICT` is about; without it, any key. */
  conflictTarget: Support
  /** `DO UPDATE` for a conflict with any key. */
  conflictAnyKey: Support
  /** RETURNING that leaves out the rows which a conflict left alone. */
  conflictReturning: Support
  /** `REPLACE INTO` */
  replaceInto: Support
  /** `INSERT IGNORE`, `INSERT OR IGNORE` */
  insertIgnore: Support
  /** `ORDER BY` and `LIMIT` in UPDATE and DELETE. */
  writeLimit: Support
  /** Columns that take each other's values in one SET. */
  swapInSet: Support
  /** Correlated subqueries over the table that is being changed. */
  targetInSubquery: Support
  /** `WITH` before INSERT … VALUES. */
  withBeforeInsert: Support
  /** `WITH` before UPDATE and DELETE. */
  withBeforeUpdate: Support
  /** RETURNING with columns of FROM and USING. */
  joinedReturning: Support
  /** The row before and after, in RETURNING. */
  returningOldNew: Support
  /** `MERGE INTO` */
  merge: Support
  mergeBySource: Support
  mergeReturning: Support
}

export interface WriteDialect {
  /** Where a statement's common table expressions stand: before INSERT, or before its SELECT. */
  readonly insertWith: 'first' | 'select'
  /** True where an assignment in SET sees what the ones before it have set. */
  readonly setInOrder: boolean
  /** True where a row that an INSERT changes or replaces counts as two. */
  readonly countsTwice: boolean
  /** What INSERT that leaves out rows in conflict begins with. */
  readonly insertIgnore: string
  /** True where RETURNING stands before ORDER BY and LIMIT. */
  readonly returningBeforeLimit: boolean
  /** True where ON CONFLICT takes the name of a constraint; else it stands for the columns. */
  readonly conflictConstraint: boolean
  /** Writes what follows the rows: ON CONFLICT, or what means the same. */
  writeConflict(node: InsertNode, conflict: ConflictNode, out: Writer): void
  /** What an UPDATE needs so that subqueries in SET see all rows as they were; absent where they do anyway. */
  readonly snapshot: ((node: UpdateNode) => string) | undefined
  /** The SELECT of an INSERT that ON CONFLICT follows. */
  conflictSelect(select: QueryNode): QueryNode
}
