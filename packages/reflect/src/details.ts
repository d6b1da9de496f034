/** What an inspector tells of a database: plain objects, the same on every dialect. */
import type { ReferenceAction } from '@quern/schema'

/** `notes` say, as ends of a sentence about the thing, what Quern's own tables cannot express of it. */
interface Described {
  readonly notes: readonly string[]
}
interface InTable extends Described {
  readonly schema: string
  readonly table: string
}

export interface SchemaDetails {
  readonly name: string
}

export interface TableDetails extends Described {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table' | 'virtual table'
  readonly comment: string | null
}

export interface IdentityDetails {
  /** True where only the server may give the value. */
  readonly always: boolean
  /** `null` where the catalog does not tell, or tells the default, 1. */
  readonly start: number | null
  readonly increment: number | null
}

export interface ColumnDetails extends InTable {
  readonly name: string
  /** The type as the database writes it: `character varying(100)`, `int unsigned`, `NVARCHAR(160)`. */
  readonly type: string
  readonly nullable: boolean
  /** The default as SQL text. */
  readonly default: string | null
  readonly identity: IdentityDetails | null
  readonly generated: { readonly kind: 'stored' | 'virtual'; readonly expression: string } | null
  /** The most characters or bytes. */
  readonly length: number | null
  /** Digits of a number, or decimals of the seconds. */
  readonly precision: number | null
  readonly scale: number | null
  /** Where it is not the one that the type has anyway. */
  readonly collation: string | null
  readonly comment: string | null
}

export interface PrimaryKeyDetails extends InTable {
  /** `null` where the database names no primary keys (MySQL, MariaDB) or nobody gave a name (SQLite). */
  readonly name: string | null
  readonly columns: readonly string[]
}

export interface UniqueDetails extends InTable {
  readonly name: string | null
  readonly columns: readonly string[]
}

export interface ForeignKeyDetails extends InTable {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly referencedSchema: string
  readonly referencedTable: string
  readonly referencedColumns: readonly string[]
  readonly onDelete: ReferenceAction
  readonly onUpdate: ReferenceAction
}

/** An index that is not there by itself for a primary key or a unique constraint. */
export interface IndexDetails extends InTable {
  readonly name: string
  /** Column names; `null` where an expression stands. */
  readonly columns: readonly (string | null)[]
  readonly unique: boolean
}

export interface CheckDetails extends InTable {
  readonly name: string | null
  /** `null` where the catalog does not show it rightly. */
  readonly expression: string | null
}

/** What the indexes of a schema tell. */
export interface KeyDetails {
  readonly primaryKeys: readonly PrimaryKeyDetails[]
  readonly uniques: readonly UniqueDetails[]
  readonly indexes: readonly IndexDetails[]
}
