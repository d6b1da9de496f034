/** What differs between databases when they are asked about themselves; one value per dialect. */
import type { Executor } from '@quern/engine'
import type { AnyColumnDef, ReferenceAction, TableOptions } from '@quern/schema'
import type {
  CheckDetails,
  ColumnDetails,
  ForeignKeyDetails,
  KeyDetails,
  NamedDetails,
  ObjectDetails,
  SchemaDetails,
  TableDetails,
  TableOptionDetails,
  TypeDetails,
} from './details.js'
import type { ExpressionPlace } from './expressions.js'

/** A column function of an enum type or domain; `undefined` where it is not known. */
export type UserTypes = (type: NonNullable<TypeDetails['userType']>) => (() => AnyColumnDef) | undefined

/** What was asked already: `once('tables main', ask)` asks the first time only. */
export interface Known {
  once<T>(key: string, ask: () => Promise<T>): Promise<T>
}

/** What is there where nothing is said. */
export interface Usual {
  /** Of columns; `null` where each table has its own. */
  readonly collation: string | null
  /** The operator classes of types. */
  readonly opclasses: readonly string[]
  readonly options: { readonly [Option in keyof TableOptionDetails]?: string }
}

/** Each function asks once for all tables of a schema, however many there are. */
export interface Catalog {
  /** The schema that unqualified names mean; `undefined` where the connection has none. */
  defaultSchema(db: Executor): Promise<string | undefined>
  schemas(db: Executor): Promise<readonly SchemaDetails[]>
  tables(db: Executor, schema: string, known: Known): Promise<readonly TableDetails[]>
  columns(db: Executor, schema: string, known: Known): Promise<readonly ColumnDetails[]>
  keys(db: Executor, schema: string, known: Known): Promise<KeyDetails>
  foreignKeys(db: Executor, schema: string, known: Known): Promise<readonly ForeignKeyDetails[]>
  checks(db: Executor, schema: string, known: Known): Promise<readonly CheckDetails[]>
  /** Enum types, domains and sequences; those of all schemas where types of one are used in another. */
  named(db: Executor, schema: string, known: Known): Promise<NamedDetails>
  objects(db: Executor, schema: string, known: Known): Promise<ObjectDetails>
  /** The definition that reads and writes such a column rightly. */
  define(type: TypeDetails, userTypes: UserTypes): AnyColumnDef
  /** One spelling for types that are the same, to compare what the database has with what `createAll` would write. */
  spelling(type: string): string
  /** What a sequence takes where nothing is said; the greatest and least number by the bits of its type. */
  readonly sequence: { readonly cache: bigint; greatest(bits: bigint): bigint; least(bits: bigint): bigint }
  /** Default texts that mean what `now()` writes. */
  readonly now: RegExp
  /** A backslash in a string literal escapes the next character. */
  readonly backslashEscapes: boolean
  /** What a foreign key does when nothing is said. */
  readonly plainAction: ReferenceAction
  /** The table options that the database has. */
  readonly options: readonly (keyof TableOptionDetails | 'inherits')[]
  /** A unique index over plain columns is a unique constraint. */
  readonly uniqueIndexIsConstraint: boolean
  /** Names of columns, keys and indexes that differ in case alone are two names. */
  readonly namesHaveCase: boolean
  readonly tablesHaveCase: boolean
  /** What RESTRICT is: an action of its own, or NO ACTION in another word. */
  readonly restrict: 'restrict' | 'no action'
  /** Identity columns have a start, a step and bounds that the catalog shows. */
  readonly identityOptions: boolean
  /** The columns of a primary key are never null, also where nobody says so. */
  readonly keysAreNotNull: (options: TableOptions) => boolean
  usual(db: Executor): Promise<Usual>
  /** Each text in the form that the server itself gives it; `undefined` for what it does not take. Nothing is run, and nothing stays. */
  canonical(db: Executor, place: ExpressionPlace, texts: readonly string[]): Promise<readonly (string | undefined)[]>
  /** True for an index that the server makes by itself for a foreign key. */
  readonly indexOfForeignKey: (index: { readonly name: string }, key: { readonly name: string | null }) => boolean
}

const actions: Readonly<Record<string, ReferenceAction>> = {
  'NO ACTION': 'no action',
  RESTRICT: 'restrict',
  CASCADE: 'cascade',
  'SET NULL': 'set null',
  'SET DEFAULT': 'set default',
}
/** A foreign key's action as information_schema and SQLite write it. */
export const actionOf = (text: string): ReferenceAction => actions[text.toUpperCase()] ?? 'no action'

/** Rows of one thing, gathered in the order in which they come. */
export function groups<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = found.get(key)
    if (group) group.push(row)
    else found.set(key, [row])
  }
  return [...found.values()]
}

/** `[note, holds]` pairs to the notes that hold. */
export const notesOf = (...pairs: readonly (readonly [note: string, holds: boolean])[]): string[] =>
  pairs.filter(([, holds]) => holds).map(([note]) => note)

/** A type of which only its text is known. */
export const plainType = (type: string): TypeDetails => ({
  type,
  length: null,
  precision: null,
  scale: null,
  dimensions: 0,
  element: null,
  userType: null,
  labels: null,
  unsigned: false,
})

export const noNamed: NamedDetails = Object.freeze({ enums: [], domains: [], sequences: [] })
