/** What a dialect says about schema objects and about statements that change what is there. */
import type { ExpressionNodes } from '@quern/expression'
import type { AlterEmitters, DdlEmitters } from './ddl-nodes.js'
import type { Support } from './dialect.js'
import type { Writer } from './writer.js'

export interface ObjectFeatures {
  /** CREATE SCHEMA. */
  schemas: Support
  /** DROP SCHEMA that refuses where the schema is not empty. */
  dropSchemaRestrict: Support
  /** Enum types as objects of their own. */
  enumTypes: Support
  /** CREATE DOMAIN; columns of a domain work everywhere. */
  domains: Support
  sequences: Support
  /** OWNED BY of a sequence. */
  sequenceOwner: Support
  /** AS of a sequence: the type of its numbers. */
  sequenceType: Support
  materializedViews: Support
  /** CREATE OR REPLACE VIEW. */
  replaceView: Support
  /** CREATE VIEW IF NOT EXISTS. */
  viewIfNotExists: Support
  /** Comments on views, sequences, types and schemas. */
  objectComments: Support
  truncate: Support
  /** TRUNCATE that lets identity columns count on. */
  truncateContinueIdentity: Support
  /** DROP … CASCADE. */
  dropCascade: Support
  /** ALTER COLUMN, or MODIFY COLUMN. */
  alterColumn: Support
  /** USING of a column's new type. */
  alterColumnUsing: Support
  /** IF EXISTS of columns and constraints in ALTER TABLE. */
  alterIfExists: Support
  /** ADD and DROP CONSTRAINT. */
  alterConstraints: Support
  renameConstraint: Support
  /** A table moves to another schema. */
  setSchema: Support
  /** ADD COLUMN with a key, NOT NULL without a default, or with a value that is computed for the rows there are. */
  addColumnKey: Support
}

export interface ObjectDdl {
  readonly emit: DdlEmitters
  readonly alter: AlterEmitters
  /** CREATE and DROP can be rolled back, so `createAll` and `dropAll` are all or nothing. */
  readonly transactional: boolean
  /** How the texts of one statement become one: as one script, inside a savepoint, or not at all. */
  readonly together: 'script' | 'savepoint' | 'alone'
  /** What is there: rows of kind, schema, name, and 'y' where the schema is the one that names without a schema mean. */
  readonly existing: string
  /** How tables that refer to each other in a circle are dropped: in one DROP TABLE, or between these texts, of which the second runs whatever happens. */
  readonly circle: 'together' | { readonly before: string; readonly after: string }
  /** What a schema is: an object, a database of its own, or a database attached by the connection. */
  readonly schemasAre: 'schemas' | 'databases' | 'attached'
  /** Enum types and domains that columns use are created as objects; else they stand at the column. */
  readonly namedTypes: boolean
  /** Several changes fit into one ALTER TABLE. */
  readonly alterTogether: boolean
  /** The words against CYCLE. */
  readonly noCycle: ' NO CYCLE' | ' NOCYCLE'
  /** An enum is a text whose labels a CHECK lists. */
  readonly enumsAreChecks: boolean
  sequenceValue(node: ExpressionNodes['sequenceValue'], out: Writer): void
}
