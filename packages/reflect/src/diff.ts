/** What is not in a database as a metadata declares it. */
import type { Connection, Engine, Executor } from '@quern/engine'
import { QuernError } from '@quern/expression'
import type { Metadata, ReferenceAction } from '@quern/schema'
import { type Dialect, supports } from '@quern/sql'
import type { Found } from './build-table.js'
import type { Usual } from './catalog.js'
import { compareObjects } from './compare-objects.js'
import { compareTables } from './compare-tables.js'
import { type Declared, declaredOf } from './declared.js'
import type { NamedDetails } from './details.js'
import type { Difference, DifferenceKind, Differences } from './difference.js'
import { Expressions } from './expressions.js'
import { type Inspectable, type Inspector, inspect } from './inspector.js'
import { matcher } from './patterns.js'
import { readSchema } from './reflect.js'

export interface DiffOptions {
  /** Tables, views, types and sequences that the database has and the metadata does not declare: `'report'` unless told. */
  readonly extra?: 'report' | 'ignore'
  /** Tables and views to leave out of sight, by name or pattern: `['migrations', 'tmp_*']`. */
  readonly except?: readonly string[]
  /** Kinds of differences that do not count: `['comment', 'not compared']`. */
  readonly ignore?: readonly DifferenceKind[]
}
const optionKeys: { readonly [Key in keyof Required<DiffOptions>]: true } = { extra: true, except: true, ignore: true }

/** One comparison at work. */
export interface Comparison extends Differences {
  readonly inspector: Inspector
  readonly dialect: Dialect
  readonly same: Expressions['same']
  readonly usual: Usual
  /** Schemas that are not there at all. */
  readonly lost: ReadonlySet<string>
  /** Schemas in which what is not declared is a difference: those of tables and views, and those that are declared themselves. */
  readonly own: ReadonlySet<string>
  readonly comments: boolean
  /** Indexes have methods that can be chosen. */
  readonly hasMethods: boolean
  /** Names that are one name to the database are one text. */
  nameKey(name: string): string
  placeKey(of: { readonly schema: string; readonly name: string }): string
  sameName(a: string | null, b: string | null): boolean
  /** Actions that are one action to the database are one word. */
  action(action: ReferenceAction): string
}

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

async function diffOn(metadata: Metadata<any>, db: Executor, options: DiffOptions): Promise<Difference[]> {
  const inspector = await inspect(db)
  const { catalog, dialect } = inspector
  const declared = declaredOf(metadata, inspector, dialect)
  const { schemas, lost } = await schemasOf(declared, inspector)
  const actual = await read(inspector, schemas, options)
  const expressions = new Expressions(catalog)
  const usual = await catalog.usual(db)
  let list: Difference[]
  do {
    list = []
    const run: Comparison = {
      ...rules(inspector),
      list,
      usual,
      lost,
      own: ownOf(declared, inspector),
      shown: inspector.defaultSchema,
      same: (place, a, b) => expressions.same(place, a, b),
    }
    for (const schema of lost) list.push(lostSchema(schema))
    compareObjects(run, declared, actual.named)
    compareTables(run, declared, actual.found)
  } while (await expressions.ask(db))
  return list.filter((one) => isWanted(one, options))
}

function rules(inspector: Inspector): Omit<Comparison, 'list' | 'usual' | 'lost' | 'own' | 'shown' | 'same'> {
  const { catalog, dialect } = inspector
  const keyed = (hasCase: boolean) => (hasCase ? (name: string) => name : (name: string) => name.toLowerCase())
  const [nameKey, tableKey] = [keyed(catalog.namesHaveCase), keyed(catalog.tablesHaveCase)]
  return {
    inspector,
    dialect,
    comments: supports(dialect, 'comments'),
    hasMethods: supports(dialect, 'indexMethod'),
    nameKey,
    placeKey: ({ schema, name }) => JSON.stringify([schema, tableKey(name)]),
    sameName: (a, b) => a?.toLowerCase() === b?.toLowerCase(),
    action: (action) => (action === 'restrict' ? catalog.restrict : action),
  }
}

const lostSchema = (schema: string): Difference =>
  Object.freeze({
    kind: 'schema',
    change: 'missing',
    schema,
    table: undefined,
    name: schema,
    declared: undefined,
    actual: undefined,
    message: `schema ${JSON.stringify(schema)} is missing`,
  })

/** A schema of which only a type is used is somebody else's. */
function ownOf({ tables, views, ownSchemas }: Declared, inspector: Inspector): ReadonlySet<string> {
  const found = new Set([...tables.map(({ table }) => table.schema), ...views.map(({ schema }) => schema), ...ownSchemas])
  return found.size > 0 ? found : new Set([inspector.schemaOf({})])
}

/** The schemas that anything is declared in, and those of them that are not there. */
async function schemasOf(declared: Declared, inspector: Inspector): Promise<{ schemas: string[]; lost: ReadonlySet<string> }> {
  const places = [
    ...declared.tables.map(({ table }) => table),
    ...declared.views,
    ...declared.enums,
    ...declared.domains,
    ...declared.sequences,
  ]
  const named = new Set([...places.map(({ schema }) => schema), ...declared.schemas])
  if (named.size === 0) named.add(inspector.schemaOf({}))
  if (named.size === 1 && inspector.defaultSchema !== undefined && named.has(inspector.defaultSchema))
    return { schemas: [...named], lost: new Set() }
  const there = new Set((await inspector.schemas()).map(({ name }) => name))
  return { schemas: [...named].filter((name) => there.has(name)), lost: new Set([...named].filter((name) => !there.has(name))) }
}

async function read(
  inspector: Inspector,
  schemas: readonly string[],
  { except = [] }: DiffOptions,
): Promise<{ found: readonly Found[]; named: NamedDetails }> {
  const found: Found[] = []
  const named = {
    enums: [] as NamedDetails['enums'][0][],
    domains: [] as NamedDetails['domains'][0][],
    sequences: [] as NamedDetails['sequences'][0][],
  }
  for (const schema of schemas) {
    found.push(...(await readSchema(inspector, schema, { views: true, except })))
    named.enums.push(...(await inspector.enums({ schema })))
    named.domains.push(...(await inspector.domains({ schema })))
    named.sequences.push(...(await inspector.sequences({ schema })))
  }
  return { found, named }
}

const wholes: readonly DifferenceKind[] = ['table', 'view', 'enum', 'domain', 'sequence']

function isWanted({ kind, change, table, schema }: Difference, { extra, except = [], ignore = [] }: DiffOptions): boolean {
  if (ignore.includes(kind) || (change === 'extra' && extra === 'ignore' && wholes.includes(kind))) return false
  if (table === undefined || except.length === 0) return true
  const isOut = matcher(except)
  return !isOut(table) && !isOut(`${schema}.${table}`)
}

/** The database is not as it is declared; `differences` has what `diff` found. */
export class SchemaMismatchError extends QuernError {
  override readonly name = 'SchemaMismatchError'
  readonly differences: readonly Difference[]

  constructor(differences: readonly Difference[]) {
    const count = differences.length === 1 ? 'one difference' : `${differences.length} differences`
    const lines = differences.map(({ message }) => `\n  ${message}`)
    super(`the database is not what the metadata declares; ${count}:${lines.join('')}`, 'SCHEMA_MISMATCH')
    this.differences = differences
  }
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
