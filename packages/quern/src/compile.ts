import type { Executor } from '@quern/engine'
import { checkOptions, type Prepared, type Runnable, type Runs } from '@quern/expression'
import { type DdlEvent, type MetadataOptions, type Objects, Metadata as SchemaObjects } from '@quern/schema'
import { type Compiled, compile as compileFor, createAllTexts, type DialectName } from '@quern/sql'
import { dialectOf } from './dialects.js'

export interface CompileOptions {
  /** The server's version, where the text depends on it. */
  readonly version?: string
  /** Write values in place instead of binding them: for reading and EXPLAIN, not for running. */
  readonly inline?: boolean
}

/**
 * The SQL text of a statement and its values, without a database.
 *
 * `compile(select(users).limit(1), 'postgres')` — `{ sql: 'SELECT … LIMIT $1', params: [1] }`
 *
 * @throws CompileError where the statement cannot be right; UnsupportedFeatureError where the dialect lacks what it asks for
 */
export function compile(statement: Runnable<any> | Prepared<any, any>, dialect: DialectName, options?: CompileOptions): Compiled {
  if (options !== undefined) checkOptions('compile()', options, ['version', 'inline'])
  return compileFor(statement as Runs<unknown>, dialectOf(dialect, options?.version), options)
}

/** A set of schema objects that knows the dialects by name. */
export class Metadata<T extends Objects> extends SchemaObjects<T> {
  /**
   * Calls the listener before or after `createAll` and `dropAll`: with the metadata itself, then with each object that is created or dropped,
   * and a target that runs statements on the connection at work. Each is waited for. Yields the function that ends it.
   *
   * `db.on('afterCreate', async (object, tx) => { if (object === users) await tx.execute(insertInto(users).values(seed)) })`
   */
  override on(event: DdlEvent, listener: (object: object, target: Executor) => unknown): () => void {
    return super.on(event, listener)
  }

  /**
   * The statements of `createAll` for an empty database, without a database.
   *
   * `metadata({ users }).toDdl('postgres')` — `['CREATE TABLE "users" (…)']`
   *
   * @throws UnsupportedFeatureError where the dialect lacks what a declaration asks for
   */
  toDdl(dialect: DialectName, options: { readonly version?: string } = {}): string[] {
    checkOptions('toDdl()', options, ['version'])
    return createAllTexts(this, dialectOf(dialect, options.version))
  }
}

/** Gathers tables and other schema objects: `const db = metadata({ users, posts, mood }, { naming: { ix: 'ix_%(table)_%(columns)' } })`. */
export const metadata = <T extends Objects>(objects: T, options?: MetadataOptions): Metadata<T> => new Metadata(objects, options)
