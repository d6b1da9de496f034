import type {
  ColumnNode,
  ExpressionNode,
  ExpressionNodes,
  InListNode,
  OrderNode,
  ParameterNode,
  SqlType,
  TypeName,
} from '@quern/expression'
import type { IdentityOptions, TableNode } from '@quern/schema'
import type { AggregateTable } from './ansi-aggregates.js'
import type { BulkDialect } from './bulk-dialect.js'
import type { ObjectDdl, ObjectFeatures } from './ddl-dialect.js'
import type { DdlFeatures } from './ddl-features.js'
import type { ExplainDialect, ExplainFeatures } from './explain.js'
import type { ExpressionFeatures } from './expression-features.js'
import type { FunctionTable } from './functions.js'
import type { Emitters, SelectNode } from './nodes.js'
import type { CellForm, Decode, DriverValue } from './plan.js'
import type { SelectDialect } from './select-dialect.js'
import type { SelectFeatures } from './select-features.js'
import type { WriteDialect, WriteFeatures } from './write-dialect.js'
import type { Writer } from './writer.js'

export type DialectName = 'postgres' | 'mysql' | 'mariadb' | 'sqlite'

/** Major, minor, patch as the server reports them. */
export type Version = readonly [major: number, minor: number, patch: number]

export const formatVersion = (version: Version): string => version.join('.')

/** What dialects have or lack. The one list: emitters ask it, the spec runner and the docs' matrix derive from it. */
export interface Features extends DdlFeatures, ObjectFeatures, SelectFeatures, WriteFeatures, ExpressionFeatures, ExplainFeatures {
  /** `RETURNING` after INSERT, UPDATE, DELETE. */
  insertReturning: Support
  updateReturning: Support
  deleteReturning: Support
  /** `FULL JOIN`. */
  fullJoin: Support
  /** `FILTER (WHERE …)` after an aggregate; emulated by CASE where missing. */
  aggregateFilter: Support
  /** `NULLS FIRST` / `NULLS LAST`; emulated by a leading sort key where missing. */
  nullsOrder: Support
  /** `DEFAULT` as a value in `VALUES`. */
  defaultInValues: Support
  /** `%` on floating point. */
  floatModulo: Support
  /** Order and arithmetic on exact numerics. */
  numericArithmetic: Support
  /** A length in CAST, which cuts longer text. */
  castLength: Support
  /** `GROUPS` window frames. */
  groupsFrame: Support
  /** Whole numbers without a sign. */
  unsigned: Support
  /** A choice of isolation levels. */
  isolationLevels: Support
  /** `DEFERRABLE` transactions. */
  deferrableTransaction: Support
  /** When a transaction takes its locks: `BEGIN IMMEDIATE`. */
  transactionMode: Support
  /** Locks on words instead of rows. */
  advisoryLocks: Support
  /** `LISTEN` and `NOTIFY`. */
  notifications: Support
  /** What became of a transaction whose COMMIT was lost. */
  transactionOutcome: Support
  /** Comments in statements that say who asks. */
  queryTags: Support
}
export type Feature = keyof Features
/** Yes, no, or from this server version on. */
export type Support = boolean | Version

/** One row of a dialect's type table. */
export interface TypeCodec {
  /** The type's name in CREATE TABLE. */
  ddl(type: SqlType): string
  /** The type's name in CAST; refuses where the dialect cannot cast to it. */
  cast(type: SqlType): string
  /**
   * Checks one non-null value and makes it what the driver sends; throws `InvalidValueError` before anything is sent. `type` is the
   * parameter's own unless a variant, an array or a codec stands between.
   */
  encode(value: unknown, parameter: ParameterNode, type?: SqlType): DriverValue
  /** The same for a value that a column keeps: also refuses what it would round, cut or pad. Absent where that is the same. */
  store?(value: unknown, parameter: ParameterNode, type?: SqlType): DriverValue
  /** `undefined` where the driver's value already is the program's. */
  decode(type: SqlType): Decode | undefined
  /** True where the driver must be told that the value is a 64-bit integer. */
  wide(type: SqlType): boolean
}
export type TypeCodecs = { readonly [Name in TypeName]: TypeCodec }

/** How strongly an expression binds; a child that binds less than its parent asks for gets parentheses. */
export type Precedence = { readonly [Kind in keyof ExpressionNodes]: (node: ExpressionNodes[Kind]) => number }

export type IsolationLevel = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable'
/** When a SQLite transaction takes its locks: at its first read or write, at once for writing, at once for everything. */
export type TransactionMode = 'deferred' | 'immediate' | 'exclusive'
export interface TransactionOptions {
  readonly isolation?: IsolationLevel
  readonly readOnly?: boolean
  /** PostgreSQL: a serializable, read-only transaction waits for a moment from which on it cannot fail. */
  readonly deferrable?: boolean
  /** SQLite: `immediate` unless the transaction is read-only, so that two writers never find out half-way. */
  readonly mode?: TransactionMode
}

/** How long a session waits, in milliseconds; `Infinity` for no limit. */
export interface SessionLimits {
  readonly lock: number
  readonly idleInTransaction: number
}

/** A question with values, in the dialect's own words. */
export interface Question {
  readonly text: string
  readonly values: readonly DriverValue[]
}

/** Locks on words, held by a session. Every question yields one row with one value. */
export interface AdvisoryLocks {
  /** Waits for the lock; yields what `attempt` yields. */
  take(key: string | bigint): Question
  /** Takes the lock where it is free, and yields 1, `true` or `t`; else anything else, at once. */
  attempt(key: string | bigint): Question
  release(key: string | bigint): Question
}

/** How to learn from another session what became of a transaction. */
export interface TransactionOutcome {
  /** Yields a text that names the open transaction, on this server in its present life; NULL where it has written nothing. */
  readonly token: string
  /** Yields `committed`, `aborted` or `in progress` of such a transaction; NULL where the server cannot know. */
  of(token: string): Question
}

/** The texts of transaction control. Each list is run in order; none of them carries a value. */
export interface TransactionTexts {
  /** Throws `UnsupportedFeatureError` for options that the dialect cannot honour. */
  begin(options: TransactionOptions): readonly string[]
  readonly commit: string
  readonly rollback: string
  savepoint(name: string): string
  release(name: string): string
  rollbackTo(name: string): string
  /** Texts that undo what `begin(options)` changed in the session, run when the transaction has ended. */
  end(options: TransactionOptions): readonly string[]
  /** Definitions that end a transaction by themselves; absent where none does. */
  readonly commits: RegExp | undefined
}

/** The classes of `DatabaseError`; the same failure is the same class on every dialect. */
export type ErrorClass =
  | 'DatabaseError'
  | 'UniqueViolationError'
  | 'ForeignKeyViolationError'
  | 'NotNullViolationError'
  | 'CheckViolationError'
  | 'DeadlockError'
  | 'SerializationError'
  | 'LockTimeoutError'
  | 'QueryCanceledError'
  | 'ConnectionLostError'
  | 'SqlSyntaxError'
  | 'UndefinedTableError'
  | 'UndefinedColumnError'
  | 'DataError'
  | 'ReadOnlyError'

export interface Classification {
  readonly class: ErrorClass
  /** The server's or driver's own code: an SQLSTATE, `ER_DUP_ENTRY`, `SQLITE_BUSY`. */
  readonly code: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  /** All columns of the key that was violated. */
  readonly columns: readonly string[] | undefined
  readonly constraint: string | undefined
}

export type Clause = (node: SelectNode, out: Writer) => void

/** What differs in CREATE TABLE. */
export interface DdlDialect {
  /** Written after a column's type and NOT NULL, or instead of them where the identity is the primary key; `constraint` is that key's name. */
  identity(options: IdentityOptions, column: ColumnNode, constraint: string): string
  /** True where the words of an identity are its type and PRIMARY KEY too (SQLite). */
  readonly identityIsPrimaryKey: boolean
  /** True where a table can get a foreign key after it was created; else cycles stay inline. */
  readonly addForeignKey: boolean
  /** What is there: rows of schema, name, and 'y' where the schema is the one that names without a schema mean. */
  readonly existing: string
  /** True where DEFAULT takes an expression only in parentheses. */
  readonly defaultInParentheses: boolean
  /** How tables that refer to each other in a circle can be dropped. */
  readonly dropCycles: 'cascade' | { readonly before: string; readonly after: string }
  /** Where comments stand. */
  readonly comments: 'inline' | 'statement' | 'none'
  /** True where a comment's characters beyond U+FFFF would become question marks. */
  readonly narrowComments: boolean
  /** What stands between CREATE and TABLE. */
  tableWords(table: TableNode, out: Writer): string
  /** What stands between DROP and TABLE for a temporary one. */
  readonly dropTemporary: string
  /** Writes what stands after the closing parenthesis; `partitionBy` writes that clause, which has its own place among the others. */
  tableEnd(table: TableNode, out: Writer, partitionBy: () => void): void
  /** A column's type as this table has it, where the table's options have a say in it. */
  readonly columnType: ((text: string, column: ColumnNode, table: TableNode, out: Writer) => string) | undefined
  /** Where an index is told its method, if it is; else it is what it is. */
  readonly indexUsing: 'before keys' | 'after keys' | undefined
  /** True where an index's name is its table's own: DROP INDEX i ON t. */
  readonly indexOfTable: boolean
  /** The word that hides an index from the planner. */
  readonly invisible: string
  /** Where partitions stand: in CREATE TABLE, or as tables of their own. */
  readonly partitions: 'inline' | 'tables'
}

/** A database system as data. What differs stands here and nowhere else. */
export interface Dialect extends SelectDialect, WriteDialect {
  readonly name: DialectName
  /** The name for people: PostgreSQL, MySQL, MariaDB, SQLite. */
  readonly title: string
  /** The version whose rules apply; a connection resolves the dialect to its server's. */
  readonly version: Version
  readonly quote: 'double' | 'backtick'
  /** `numbered`: `$1`, and one parameter node is one `$n` however often it appears. `positional`: `?`. */
  readonly placeholder: 'numbered' | 'positional'
  /** The longest identifier, in bytes or characters as the server counts; longer names are refused, never truncated. */
  readonly identifierLimit: { readonly length: number; readonly unit: 'bytes' | 'characters' } | undefined
  /** The most parameters one statement may carry. */
  readonly parameterLimit: number
  readonly features: { readonly [F in Feature]: Support }
  readonly types: TypeCodecs
  /** How a value of unknown SQL type is decoded, by the type that the server reports for its column. */
  natural(columnType: number | undefined): Decode | undefined
  /** Which decoders also take values that the driver has read from the bytes; the others take the server's text. */
  readonly forms?: ReadonlyMap<Decode, CellForm>
  readonly precedence: Precedence
  readonly emit: Emitters
  /** The functions and aggregates of the library, each with what the dialect writes for it. */
  readonly functions: FunctionTable
  readonly aggregates: AggregateTable
  /** The clauses of SELECT in their order. */
  readonly select: readonly Clause[]
  /** The key to sort by instead, where what is stored sorts otherwise than what it stands for. */
  sortKey?(key: OrderNode, dialect: Dialect): OrderNode
  /** What is written for an expression that a column is to keep, where the server itself would not make it fit the column's type. */
  assigned?(node: ExpressionNode, column: ColumnNode, dialect: Dialect): ExpressionNode
  /** The LIMIT that stands for none, where OFFSET cannot stand without one. */
  readonly offsetNeedsLimit: string | undefined
  /** Written after every LIKE: a backslash escapes, whatever the server's default. */
  readonly likeEscape: string
  /** INSERT of one row that has no value of its own. */
  readonly defaultValues: string
  /** Literals, for DDL and for reading. */
  readonly literal: {
    text(value: string): string
    bytes(hex: string): string
    /** A binary floating point number; on PostgreSQL whole numbers too. */
    number(value: number): string
    /** True for types whose literal is the value already, which a CAST would change. */
    bare(type: SqlType): boolean
  }
  /** Writes one parameter; `inferred` where the server knows its type from its place, else the type must be written too. */
  parameter(node: ParameterNode, out: Writer, inferred: boolean): void
  /** Writes the right-hand side of IN for a list of plain values as one parameter, or says no by `false`; absent where each value is a parameter. */
  readonly list: ((node: InListNode, out: Writer) => boolean) | undefined
  readonly ddl: DdlDialect
  readonly objects: ObjectDdl
  readonly transaction: TransactionTexts
  /** Absent where sessions cannot lock words. */
  readonly advisoryLocks: AdvisoryLocks | undefined
  /** Absent where no session can be asked. */
  readonly outcome: TransactionOutcome | undefined
  /** Sends a payload to those who listen; absent where nobody can. */
  readonly notify: ((channel: string, payload: string) => Question) | undefined
  /** Many rows at once. */
  readonly bulk: BulkDialect
  /** Statements that pin the session on connect, and one query whose single row proves it. */
  readonly session: SessionPins
  readonly explain: ExplainDialect
  classify(cause: unknown): Classification
}

export interface SessionPins {
  readonly set: readonly string[]
  /** Yields one row; each column must equal the value of the same name in `expect`. Absent where there is nothing to pin. */
  readonly verify: string | undefined
  readonly expect: Readonly<Record<string, string>>
  /** What the server is among others; absent where it is never one of several. */
  readonly role: RoleQuestion | undefined
  /** Makes all transactions of the session refuse writes; absent where nobody asks for it. */
  readonly readOnly: string | undefined
  /** Texts that set the limits which the server itself can keep. */
  limits(limits: SessionLimits): readonly string[]
}

/** What a server is at the moment. */
export interface ServerRole {
  /** It repeats what another server does, and takes no writes of its own. */
  readonly standby: boolean
  /** Its sessions begin as readers. */
  readonly readOnly: boolean
  /** It belongs to its cluster and answers. */
  readonly ready: boolean
}

export interface RoleQuestion {
  readonly text: string
  read(row: readonly unknown[]): ServerRole
  /** The codes by which a server says that nobody may come in with these credentials. */
  readonly denied: readonly string[]
  /** The codes by which a server says that it has become a reader, whatever the session is. */
  readonly demoted: readonly string[]
}

/** Resolved dialects are kept, because plans are cached by the identity of the dialect. */
const resolved = new WeakMap<Dialect, Map<string, Dialect>>()

/** The same dialect for another server version; the same object for the same version. */
export function withVersion(dialect: Dialect, version: Version): Dialect {
  if (compareVersions(version, dialect.version) === 0) return dialect
  let versions = resolved.get(dialect)
  if (!versions) resolved.set(dialect, (versions = new Map()))
  const key = formatVersion(version)
  let found = versions.get(key)
  if (!found) versions.set(key, (found = { ...dialect, version }))
  return found
}

export function supports(dialect: Dialect, feature: Feature): boolean {
  const support = dialect.features[feature]
  return typeof support === 'boolean' ? support : compareVersions(dialect.version, support) >= 0
}

export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
