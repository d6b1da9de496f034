/** What dialects have or lack in the DDL of tables, as rows of the one list of features. */
import type { Support } from './dialect.js'

export interface DdlFeatures {
  /** GENERATED ALWAYS AS IDENTITY, which refuses a value of the program's. */
  identityAlways: Support
  /** START WITH of an identity. */
  identityStart: Support
  /** INCREMENT, MINVALUE, MAXVALUE, CACHE, CYCLE of an identity. */
  identityOptions: Support
  /** VIRTUAL generated columns. */
  virtualColumn: Support
  /** NOT NULL of a generated column. */
  generatedNotNull: Support
  /** Comments of tables, columns, indexes. */
  comments: Support
  /** MATCH FULL of a foreign key. */
  matchFull: Support
  /** MATCH PARTIAL of a foreign key. */
  matchPartial: Support
  /** ON DELETE and ON UPDATE SET DEFAULT. */
  setDefault: Support
  /** ON DELETE SET NULL (columns). */
  setNullColumns: Support
  /** DEFERRABLE foreign keys. */
  deferrableForeignKey: Support
  /** DEFERRABLE primary keys, unique and exclusion constraints. */
  deferrableKey: Support
  /** NOT VALID constraints. */
  notValid: Support
  /** CHECK … NOT ENFORCED. */
  checkNotEnforced: Support
  /** CHECK … NO INHERIT. */
  noInherit: Support
  /** EXCLUDE. */
  exclusionConstraint: Support
  /** INCLUDE of constraints and indexes. */
  include: Support
  /** NULLS NOT DISTINCT of unique constraints and indexes. */
  nullsNotDistinct: Support
  /** IF NOT EXISTS and IF EXISTS of CREATE and DROP INDEX. */
  indexIfExists: Support
  /** Expressions as keys of an index. */
  expressionIndex: Support
  /** WHERE of an index. */
  partialIndex: Support
  /** Index methods other than B-tree. */
  indexMethod: Support
  /** Operator classes. */
  operatorClass: Support
  /** Prefix lengths of index keys. */
  prefixLength: Support
  /** COLLATE of an index key. */
  indexCollation: Support
  /** NULLS FIRST and NULLS LAST of an index key, other than the database's own order. */
  indexNullsOrder: Support
  /** FULLTEXT indexes. */
  fulltextIndex: Support
  /** SPATIAL indexes. */
  spatialIndex: Support
  /** CREATE INDEX CONCURRENTLY. */
  concurrentIndex: Support
  /** INVISIBLE or IGNORED indexes. */
  invisibleIndex: Support
  /** WITH (…) of an index. */
  storageParameters: Support
  /** ON COMMIT of a temporary table. */
  onCommit: Support
  /** Text and bytes of any length as the key of an index or a primary key. */
  textKey: Support
  /** The same in a unique constraint. */
  textUnique: Support
  /** PARTITION BY. */
  partitioning: Support
  /** PARTITION BY KEY. */
  keyPartitioning: Support
  /** A DEFAULT partition of a list. */
  defaultListPartition: Support
  /** A DEFAULT partition of a range. */
  defaultRangePartition: Support
}
