/** What is not in a database as a metadata declares it. */
import type { Connection, Engine, Executor } from '@quern/engine'
import { QuernError } from '@quern/expression'
import type { Metadata } from '@quern/schema'
import type { Difference, DifferenceKind } from './difference.js'
import { SchemaMismatchError } from './errors.js'
import type { Inspectable } from './inspector.js'

export interface DiffOptions {
  /** Tables, views, types and sequences that the database has and the metadata does not declare: `'report'` unless told. */
  readonly extra?: 'report' | 'ignore'
  /** Tables and views to leave out of sight, by name or pattern: `['migrations', 'tmp_*']`. */
  readonly except?: readonly string[]
  /** Kinds of differences that do not count: `['comment', 'not compared']`. */
  readonly ignore?: readonly DifferenceKind[]
}
const optionKeys: { readonly [Key in keyof Required<DiffOptions>]: true } = { extra: true, except: true, ignore: true }

/**
 * What the database does not have as the metadata declares it: tables, views, columns, types, defaults, nullability, keys, indexes, checks, enum
 * labels, comments and so on; empty where both agree. Expressions are compared in the server's own form: PostgreSQL, MySQL, MariaDB and SQLite are
 * asked to EXPLAIN them, which runs and changes nothing; a view of PostgreSQL is made as a temporary one and rolled back. Where the server
 * cannot be asked, the difference is of the kind `not compared`.
 *
 * `for (const { message } of await diff(db, engine)) console.log(message)` — `column "users.name" has the type character varying(50); declared is varchar(100)`
 *
 * @throws QuernError for an option that there is not, UnsupportedFeatureError for a declaration that the database cannot have
 */
export async function diff(metadata: Metadata<any>, source: Inspectable, options: DiffOptions = {}): Promise<Difference[]> {
  checkOptions(options)
  if (!('connect' in source)) return await diffOn(metadata, source, options)
  const connection: Connection = await (source as Engine).connect()
  try {
    return await diffOn(metadata, connection, options)
  } finally {
    await connection.close()
  }
}

function checkOptions(options: DiffOptions): void {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(optionKeys, key))
      throw new QuernError(`diff has no option ${JSON.stringify(key)}; it has ${Object.keys(optionKeys).join(', ')}`, 'OPTION')
  }
  const { extra } = options
  if (extra !== undefined && extra !== 'report' && extra !== 'ignore')
    throw new QuernError(`the option extra of diff is 'report' or 'ignore', not ${JSON.stringify(extra)}`, 'OPTION')
}

/** What compares is loaded when it is first asked for. */
async function diffOn(metadata: Metadata<any>, db: Executor, options: DiffOptions): Promise<Difference[]> {
  const { compare } = await import('./comparison.js')
  return await compare(metadata, db, options)
}

/**
 * Throws where the database is not as the metadata declares it, with a line for each difference: for the start of a program, and for tests.
 *
 * `await verify(db, engine, { extra: 'ignore' })`
 *
 * @throws SchemaMismatchError with the differences, which `diff` describes
 */
export async function verify(metadata: Metadata<any>, source: Inspectable, options: DiffOptions = {}): Promise<void> {
  const differences = await diff(metadata, source, options)
  if (differences.length > 0) throw new SchemaMismatchError(differences)
}
