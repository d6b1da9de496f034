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
interface InSchema extends Described {
  readonly schema: string
  readonly name: string
}
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}
/** When a constraint is checked, in SQL's words; `null` where nothing was said. */
export type DeferrableDetails = 'deferrable initially deferred' | 'deferrable initially immediate' | null

export interface SchemaDetails {
  readonly name: string
}

/** A partition, whose bound is SQL text: `FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`, or MySQL's `2025` of VALUES LESS THAN. */
export interface PartitionDetails {
  readonly name: string
  readonly bound: string | null
  readonly comment: string | null
}
export interface PartitioningDetails {
  readonly method: 'range' | 'list' | 'hash' | 'key'
  /** MySQL's COLUMNS: the keys are columns of any type. */
  readonly keys: readonly { readonly column: string | null; readonly expression: string | null }[]
  readonly partitions: readonly PartitionDetails[]
}

/** What was said of a table besides its columns and constraints; only what is not the usual. */
export interface TableOptionDetails {
  readonly unlogged?: true
  readonly with?: Readonly<Record<string, string>>
  readonly tablespace?: string
  readonly accessMethod?: string
  readonly engine?: string
  readonly collation?: string
  readonly rowFormat?: string
  readonly strict?: true
  readonly withoutRowid?: true
  readonly systemVersioned?: true
}

export interface TableDetails extends InSchema {
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table' | 'virtual table'
  readonly comment: string | null
  /** The SELECT of a view, as the server writes it. */
  readonly definition: string | null
  /** The views that a view reads. */
  readonly reads: readonly QualifiedName[]
  readonly options: TableOptionDetails
  readonly inherits: readonly QualifiedName[]
  readonly partitioning: PartitioningDetails | null
  /** The table that this one is a partition of. */
  readonly partitionOf: QualifiedName | null
}

export interface IdentityDetails {
  /** True where only the server may give the value. */
  readonly always: boolean
  /** `null` where the catalog does not tell, or tells the default. */
  readonly start: number | bigint | null
  readonly increment: number | bigint | null
  readonly min: number | bigint | null
  readonly max: number | bigint | null
  readonly cache: number | null
  readonly cycle: boolean
}

/** A type, taken apart. */
export interface TypeDetails {
  /** The type as the database writes it: `character varying(100)`, `int unsigned`, `NVARCHAR(160)`. */
  readonly type: string
  /** The most characters or bytes. */
  readonly length: number | null
  /** Digits of a number, or decimals of the seconds. */
  readonly precision: number | null
  readonly scale: number | null
  /** How many dimensions an array was declared with; 0 for what is none. */
  readonly dimensions: number
  /** The type of an array's elements. */
  readonly element: string | null
  /** The type of users that the column, or an array's element, has. */
  readonly userType: (QualifiedName & { readonly kind: 'enum' | 'domain' | 'composite' | 'range' | 'base' }) | null
  /** The labels of MySQL's ENUM and SET. */
  readonly labels: readonly string[] | null
  readonly unsigned: boolean
}

export interface ColumnDetails extends InTable, TypeDetails {
  readonly name: string
  readonly nullable: boolean
  /** The default as SQL text. */
  readonly default: string | null
  /** The sequence that the default draws from, where it does nothing else. */
  readonly sequence: QualifiedName | null
  readonly identity: IdentityDetails | null
  readonly generated: { readonly kind: 'stored' | 'virtual'; readonly expression: string } | null
  /** What the server puts in at every UPDATE, as SQL text. */
  readonly onUpdate: string | null
  /** Where it is not the one that the type has anyway. */
  readonly collation: string | null
  readonly comment: string | null
  /** Comes from a parent table alone. */
  readonly inherited: boolean
}

export interface PrimaryKeyDetails extends InTable {
  /** `null` where the database names no primary keys (MySQL, MariaDB) or nobody gave a name (SQLite). */
  readonly name: string | null
  readonly columns: readonly string[]
  readonly include: readonly string[]
  readonly deferrable: DeferrableDetails
}

export interface UniqueDetails extends PrimaryKeyDetails {
  readonly nullsNotDistinct: boolean
}

export interface ForeignKeyDetails extends InTable {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly referencedSchema: string
  readonly referencedTable: string
  readonly referencedColumns: readonly string[]
  readonly onDelete: ReferenceAction
  readonly onUpdate: ReferenceAction
  /** The columns that ON DELETE SET NULL or SET DEFAULT changes, where not all. */
  readonly onDeleteColumns: readonly string[]
  readonly match: 'simple' | 'full'
  readonly deferrable: DeferrableDetails
  readonly valid: boolean
}

/** One key of an index or an exclusion constraint: a column, or an expression as SQL text. */
export interface IndexKeyDetails {
  readonly column: string | null
  readonly expression: string | null
  readonly descending: boolean
  /** Where it is not the database's own order. */
  readonly nulls: 'first' | 'last' | null
  /** Where it is not the usual one of the type. */
  readonly opclass: string | null
  /** Where it is not the column's. */
  readonly collation: string | null
  /** How many characters or bytes count. */
  readonly length: number | null
}

/** An index that is not there by itself for a constraint. */
export interface IndexDetails extends InTable {
  readonly name: string
  /** Column names; `null` where an expression stands. */
  readonly columns: readonly (string | null)[]
  readonly keys: readonly IndexKeyDetails[]
  readonly unique: boolean
  /** In lower case: `btree`, `gin`, `hash`. */
  readonly method: string
  readonly type: 'fulltext' | 'spatial' | null
  readonly include: readonly string[]
  /** The condition of a partial index. */
  readonly predicate: string | null
  readonly nullsNotDistinct: boolean
  readonly with: Readonly<Record<string, string>>
  /** False where the planner may not use it. */
  readonly visible: boolean
  /** False where building it failed. */
  readonly valid: boolean
  /** Comes with the table that this one is a partition of. */
  readonly inherited: boolean
  readonly comment: string | null
}

export interface ExclusionDetails extends InTable {
  readonly name: string
  readonly method: string
  readonly keys: readonly (IndexKeyDetails & { readonly operator: string })[]
  readonly include: readonly string[]
  readonly predicate: string | null
  readonly deferrable: DeferrableDetails
}

export interface CheckDetails extends InTable {
  readonly name: string | null
  /** `null` where the catalog does not show it rightly. */
  readonly expression: string | null
  readonly valid: boolean
  readonly enforced: boolean
  readonly noInherit: boolean
  /** Comes from a parent table alone. */
  readonly inherited: boolean
}

/** What the indexes of a schema tell. */
export interface KeyDetails {
  readonly primaryKeys: readonly PrimaryKeyDetails[]
  readonly uniques: readonly UniqueDetails[]
  readonly exclusions: readonly ExclusionDetails[]
  readonly indexes: readonly IndexDetails[]
}

export interface EnumDetails extends InSchema {
  readonly labels: readonly string[]
  readonly comment: string | null
}

export interface DomainDetails extends InSchema, TypeDetails {
  readonly nullable: boolean
  readonly default: string | null
  readonly collation: string | null
  readonly checks: readonly { readonly name: string; readonly expression: string }[]
  readonly comment: string | null
}

export interface SequenceDetails extends InSchema {
  readonly type: string
  readonly start: bigint
  readonly increment: bigint
  readonly min: bigint
  readonly max: bigint
  readonly cache: bigint
  readonly cycle: boolean
  /** The column with which it is dropped. */
  readonly ownedBy: { readonly schema: string; readonly table: string; readonly column: string } | null
  /** It counts an identity column, and lives and dies with it. */
  readonly identity: boolean
  readonly comment: string | null
}

export interface NamedDetails {
  readonly enums: readonly EnumDetails[]
  readonly domains: readonly DomainDetails[]
  readonly sequences: readonly SequenceDetails[]
}

export interface TriggerDetails {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly timing: 'before' | 'after' | 'instead of'
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  readonly definition: string
  readonly enabled: boolean
}
export interface RoutineDetails {
  readonly schema: string
  readonly name: string
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window'
  /** The arguments as SQL declares them. */
  readonly arguments: string
  readonly returns: string | null
  readonly language: string
  /** The extension that it belongs to. */
  readonly extension: string | null
}
export interface PolicyDetails {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete'
  readonly permissive: boolean
  readonly roles: readonly string[]
  readonly using: string | null
  readonly check: string | null
}
export interface ExtensionDetails {
  readonly schema: string
  readonly name: string
  readonly version: string
}
/** What has a name and no place in metadata: rules, composite and range types, events, statistics, and what users add to the server's language. */
export interface OtherDetails {
  readonly schema: string
  readonly kind:
    | 'rule'
    | 'composite type'
    | 'range type'
    | 'statistics'
    | 'event'
    | 'collation'
    | 'operator'
    | 'operator class'
    | 'text search configuration'
    | 'text search dictionary'
  readonly name: string
  readonly table: string | null
  readonly definition: string | null
}

/** What a schema holds besides tables, types and sequences; none of it can be declared. */
export interface ObjectDetails {
  readonly triggers: readonly TriggerDetails[]
  readonly routines: readonly RoutineDetails[]
  readonly policies: readonly PolicyDetails[]
  readonly extensions: readonly ExtensionDetails[]
  readonly others: readonly OtherDetails[]
}
