/** Asks a database about itself. */
import type { Engine, Executor } from '@quern/engine'
import type { Dialect, DialectName } from '@quern/sql'
import type { Catalog, Known } from './catalog.js'
import type {
  CheckDetails,
  ColumnDetails,
  DomainDetails,
  EnumDetails,
  ExclusionDetails,
  ExtensionDetails,
  ForeignKeyDetails,
  IndexDetails,
  NamedDetails,
  ObjectDetails,
  OtherDetails,
  PolicyDetails,
  PrimaryKeyDetails,
  RoutineDetails,
  SchemaDetails,
  SequenceDetails,
  TableDetails,
  TriggerDetails,
  UniqueDetails,
} from './details.js'
import { UnknownNameError } from './errors.js'

/** Loaded when the first such database is asked: most programs ask none. */
const catalogs: { readonly [Name in DialectName]: () => Promise<Catalog> } = {
  postgres: async () => (await import('./postgres.js')).postgresCatalog,
  mysql: async () => (await import('./mysql.js')).mysqlCatalog,
  mariadb: async () => (await import('./mariadb.js')).mariadbCatalog,
  sqlite: async () => (await import('./sqlite.js')).sqliteCatalog,
}

/** A database that can be asked: an engine, or a connection or transaction of one. */
export type Inspectable = Engine | Executor

export interface InSchema {
  /** The schema to look into; the one that unqualified names mean unless told. */
  readonly schema?: string
}

type Kind = 'tables' | 'columns' | 'keys' | 'foreignKeys' | 'checks' | 'named' | 'objects'

/**
 * What a database holds, as arrays of plain objects. Each kind is asked for once per schema, for all tables together, and remembered;
 * `refresh` forgets.
 */
export class Inspector {
  readonly dialect: Dialect
  /** The schema that unqualified names mean; `undefined` where the connection has none. */
  readonly defaultSchema: string | undefined
  /** @internal */
  readonly catalog: Catalog
  readonly #db: Executor
  readonly #known = new Map<string, Promise<unknown>>()
  readonly #asked: Known = { once: (key, ask) => this.#once(key, ask) }

  /** @internal */
  constructor(db: Executor, dialect: Dialect, catalog: Catalog, defaultSchema: string | undefined) {
    this.#db = db
    this.dialect = dialect
    this.catalog = catalog
    this.defaultSchema = defaultSchema
  }

  /** The schemas of users; on MySQL and MariaDB, the databases. */
  async schemas(): Promise<readonly SchemaDetails[]> {
    return await this.catalog.schemas(this.#db)
  }

  async tables(options: InSchema = {}): Promise<readonly TableDetails[]> {
    return (await this.relations(options)).filter(({ kind }) => !isView(kind))
  }

  /** Views and materialized views. */
  async views(options: InSchema = {}): Promise<readonly TableDetails[]> {
    return (await this.relations(options)).filter(({ kind }) => isView(kind))
  }

  /** The columns of a table or view, in their order; of all of them without a name. */
  columns(table?: string, options: InSchema = {}): Promise<readonly ColumnDetails[]> {
    return this.#of(table, options, (schema) => this.#all('columns', schema))
  }

  /** The primary key of a table, or null. */
  async primaryKey(table: string, options: InSchema = {}): Promise<PrimaryKeyDetails | null> {
    return (await this.#of(table, options, async (schema) => (await this.#all('keys', schema)).primaryKeys))[0] ?? null
  }

  primaryKeys(options: InSchema = {}): Promise<readonly PrimaryKeyDetails[]> {
    return this.#of(undefined, options, async (schema) => (await this.#all('keys', schema)).primaryKeys)
  }

  foreignKeys(table?: string, options: InSchema = {}): Promise<readonly ForeignKeyDetails[]> {
    return this.#of(table, options, (schema) => this.#all('foreignKeys', schema))
  }

  uniques(table?: string, options: InSchema = {}): Promise<readonly UniqueDetails[]> {
    return this.#of(table, options, async (schema) => (await this.#all('keys', schema)).uniques)
  }

  /** Indexes but those of primary keys and unique constraints. */
  indexes(table?: string, options: InSchema = {}): Promise<readonly IndexDetails[]> {
    return this.#of(table, options, async (schema) => (await this.#all('keys', schema)).indexes)
  }

  checks(table?: string, options: InSchema = {}): Promise<readonly CheckDetails[]> {
    return this.#of(table, options, (schema) => this.#all('checks', schema))
  }

  exclusions(table?: string, options: InSchema = {}): Promise<readonly ExclusionDetails[]> {
    return this.#of(table, options, async (schema) => (await this.#all('keys', schema)).exclusions)
  }

  /** The enum types of a schema; PostgreSQL alone has any. */
  async enums(options: InSchema = {}): Promise<readonly EnumDetails[]> {
    return inSchema(await this.named(options), 'enums', this.schemaOf(options))
  }

  /** The domains of a schema; PostgreSQL alone has any. */
  async domains(options: InSchema = {}): Promise<readonly DomainDetails[]> {
    return inSchema(await this.named(options), 'domains', this.schemaOf(options))
  }

  /** The sequences of a schema, those of identity columns among them. */
  async sequences(options: InSchema = {}): Promise<readonly SequenceDetails[]> {
    return inSchema(await this.named(options), 'sequences', this.schemaOf(options))
  }

  triggers(table?: string, options: InSchema = {}): Promise<readonly TriggerDetails[]> {
    return this.#of(table, options, async (schema) => (await this.#all('objects', schema)).triggers)
  }

  /** Row-level security policies. */
  policies(table?: string, options: InSchema = {}): Promise<readonly PolicyDetails[]> {
    return this.#of(table, options, async (schema) => (await this.#all('objects', schema)).policies)
  }

  /** Functions, procedures and aggregates. */
  async routines(options: InSchema = {}): Promise<readonly RoutineDetails[]> {
    return (await this.objects(options)).routines
  }

  /** The extensions whose objects are in the schema. */
  async extensions(options: InSchema = {}): Promise<readonly ExtensionDetails[]> {
    return (await this.objects(options)).extensions
  }

  /** Rules, composite and range types, extended statistics, events. */
  async others(options: InSchema = {}): Promise<readonly OtherDetails[]> {
    return (await this.objects(options)).others
  }

  /** The comments of tables, views and columns. */
  async comments(
    options: InSchema = {},
  ): Promise<readonly { readonly table: string; readonly column: string | null; readonly comment: string }[]> {
    const tables = await this.relations(options)
    const columns = await this.columns(undefined, options)
    return [
      ...tables.flatMap(({ name, comment }) => (comment === null ? [] : [{ table: name, column: null, comment }])),
      ...columns.flatMap(({ table, name, comment }) => (comment === null ? [] : [{ table, column: name, comment }])),
    ]
  }

  /** @internal Of all schemas where one has the types of another. */
  async named(options: InSchema = {}): Promise<NamedDetails> {
    return await this.#all('named', this.schemaOf(options))
  }

  /** @internal */
  async objects(options: InSchema = {}): Promise<ObjectDetails> {
    return await this.#all('objects', this.schemaOf(options))
  }

  /** Tables and views together. */
  async relations(options: InSchema = {}): Promise<readonly TableDetails[]> {
    const schema = this.schemaOf(options)
    const found = await this.#all('tables', schema)
    if (found.length === 0) await this.#refuseUnknown(schema)
    return found
  }

  /** Forgets what was read; the next call asks again. */
  refresh(): void {
    this.#known.clear()
  }

  /** @internal */
  schemaOf({ schema }: InSchema): string {
    const found = schema ?? this.defaultSchema
    if (found === undefined) throw new UnknownNameError('the connection names no database; say which one with { schema }')
    return found
  }

  async #of<Details extends { readonly table: string }>(
    table: string | undefined,
    options: InSchema,
    all: (schema: string) => Promise<readonly Details[]>,
  ): Promise<readonly Details[]> {
    const schema = this.schemaOf(options)
    const found = await all(schema)
    if (table === undefined) return found
    const own = found.filter((details) => details.table === table)
    if (own.length === 0 && !(await this.relations({ schema })).some(({ name }) => name === table)) {
      throw new UnknownNameError(`schema ${JSON.stringify(schema)} has no table or view ${JSON.stringify(table)}`)
    }
    return own
  }

  async #read(kind: Kind, schema: string): Promise<unknown> {
    try {
      return await this.catalog[kind](this.#db, schema, this.#asked)
    } catch (error) {
      // on SQLite, a schema that is not there is an error of the statement
      if (schema !== this.defaultSchema) await this.#refuseUnknown(schema)
      throw error
    }
  }

  async #refuseUnknown(schema: string): Promise<void> {
    if (schema === this.defaultSchema || (await this.schemas()).some(({ name }) => name === schema)) return
    throw new UnknownNameError(`there is no schema ${JSON.stringify(schema)}`)
  }

  #all<K extends Kind>(kind: K, schema: string): ReturnType<Catalog[K]> {
    return this.#once(`${kind} ${schema}`, () => this.#read(kind, schema)) as ReturnType<Catalog[K]>
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    if (known) return known as Promise<T>
    const found = ask()
    this.#known.set(key, found)
    // a failure is told, not remembered
    found.catch(() => this.#known.delete(key))
    return found
  }
}

const inSchema = <K extends keyof NamedDetails>(named: NamedDetails, kind: K, schema: string): NamedDetails[K] =>
  (named[kind] as readonly { readonly schema: string }[]).filter((one) => one.schema === schema) as never

const isView = (kind: TableDetails['kind']): boolean => kind === 'view' || kind === 'materialized view'

/**
 * An inspector of the engine's database.
 *
 * `const inspector = await inspect(engine)`, `await inspector.columns('users')`
 */
export async function inspect(source: Inspectable): Promise<Inspector> {
  const dialect = dialectOf(source)
  const catalog = await catalogs[dialect.name]()
  return new Inspector(source, dialect, catalog, await catalog.defaultSchema(source))
}

/** An engine tells its dialect; a connection or transaction knows it as part of what it shares with its engine. */
function dialectOf(source: Inspectable): Dialect {
  if ('dialect' in source) return source.dialect
  return (source as unknown as { readonly context: { readonly dialect: Dialect } }).context.dialect
}
