/** Tables: columns are the table's own properties; everything else about a table is reached through functions. */
import {
  type ByFamily,
  brandSource,
  type ColumnNode,
  CompileError,
  checkOptions,
  conditions,
  type D,
  describe,
  isExpression,
  type Keyed,
  make,
  nodeOf,
  type S,
  sourceNode,
  typed,
} from '@quern/expression'
import { schemaProperty } from './adopted-schema.js'
import { type AnyColumnDef, type ColumnDef, ColumnDef as Definition } from './columns.js'
import { bareCheck, bareForeignKey, bareUnique, type PartData, TablePart } from './constraints.js'
import { adoptNaming, checkNaming, type Naming } from './naming.js'
import type { AliasNode, ColumnInfo, ForeignKeyInfo, NamedSource, PrimaryKeyInfo, TableNode, UniqueInfo } from './nodes.js'
import { gatherOptions } from './options.js'
import { checkName, deferrableOf } from './words.js'

export { checkName } from './words.js'

declare const Name: unique symbol
declare const Definitions: unique symbol

/** Anything that FROM takes, by its name and its columns' definitions. */
export interface Source<N extends string, Defs> {
  readonly [Name]: N
  readonly [Definitions]: Defs
}
export type DefsOf<T> = T extends Source<any, infer Defs> ? Defs : never

export type ValueOf<Df> = Df extends ColumnDef<infer Value, any, any> ? Value : never
export type FamilyOf<Df> = Df extends ColumnDef<any, infer Fam, any> ? Fam : never
export type FlagsOf<Df> = Df extends ColumnDef<any, any, infer Flags> ? Flags : never

/** What a column adds to an expression: the key, the source and the definition it came from. */
export interface ColumnMark<Df, T extends string, Key extends string> extends Keyed<Key> {
  readonly [S]: T
  readonly [D]: Df
}
export type Column<Df, T extends string, Key extends string> = ByFamily<ValueOf<Df>, `${T}→${Key}`, T, 'row'>[FamilyOf<Df>] &
  ColumnMark<Df, T, Key>
export type Columns<T extends string, Defs> = { readonly [Key in keyof Defs & string]: Column<Defs[Key], T, Key> }
export type Table<T extends string, Defs> = Source<T, Defs> & Columns<T, Defs>
/** Some table of which nothing is known at compile time. */
export type AnyTable = Source<any, any>

/** A row as it is read. */
export type RowOfDefs<Defs> = { [Key in keyof Defs]: ValueOf<Defs[Key]> }

/** Columns whose value the server alone makes. */
export type AlwaysKey<Defs> = { [Key in keyof Defs]: 'always' extends FlagsOf<Defs[Key]> ? Key : never }[keyof Defs]
/** Columns that an insert may leave out. */
export type OptionalKey<Defs> = {
  [Key in keyof Defs]: FlagsOf<Defs[Key]> & 'always' extends never
    ? FlagsOf<Defs[Key]> & 'default' extends never
      ? null extends ValueOf<Defs[Key]>
        ? Key
        : never
      : Key
    : never
}[keyof Defs]
type NewRowParts<Defs> = { [Key in Exclude<keyof Defs, AlwaysKey<Defs> | OptionalKey<Defs>>]: ValueOf<Defs[Key]> } & {
  [Key in OptionalKey<Defs>]?: ValueOf<Defs[Key]> | undefined
}
/** Written so that an editor shows a plain object. */
export type NewRowOfDefs<Defs> = NewRowParts<Defs> extends infer X ? { [Key in keyof X]: X[Key] } : never
/** A row to insert: optional where nullable, defaulted or identity; absent where generated always. */
export type NewRow<T> = NewRowOfDefs<DefsOf<T>>
export type PatchOfDefs<Defs> = { [Key in Exclude<keyof Defs, AlwaysKey<Defs>>]?: ValueOf<Defs[Key]> | undefined }
/** The columns to change in an update. */
export type Patch<T> = PatchOfDefs<DefsOf<T>>

export type Definitions<Defs> = { readonly [Key in keyof Defs]: AnyColumnDef }

/**
 * Declares a table. The third argument adds constraints and indexes over the table's own columns.
 *
 * `table('users', { id: integer().primaryKey().identity(), name: varchar(100).notNull() })`
 */
export function table<const N extends string, Defs extends Record<string, AnyColumnDef>>(
  name: N,
  columns: Defs,
  constraints?: (t: Table<N, Defs>) => readonly TablePart[],
): Table<N, Defs> {
  return makeTable(name, undefined, columns, constraints as never)
}

/** A schema of the database: `schema('audit').table('users', { … })`. */
export const schema = <const Sc extends string>(name: Sc) => ({
  table<const N extends string, Defs extends Record<string, AnyColumnDef>>(
    table: N,
    columns: Defs,
    constraints?: (t: Table<`${Sc}.${N}`, Defs>) => readonly TablePart[],
  ): Table<`${Sc}.${N}`, Defs> {
    return makeTable(table, checkName(name, 'schema'), columns, constraints as never)
  },
})

/**
 * `table` and `schema` bound to a naming convention: of constraints and indexes, and of columns and tables, whose keys become database names.
 * `metadata({ … }, { naming })` does the same for constraints and indexes of tables that are made already.
 *
 * `const { table } = tables({ naming: { column: snakeCase, pk: 'pk_%(table)', fk: 'fk_%(table)_%(columns)_%(referredTable)' } })`
 */
export function tables(options: { readonly naming: Naming }): { readonly table: typeof table; readonly schema: typeof schema } {
  checkOptions('tables()', options, ['naming'])
  const naming = checkNaming(options.naming, 'tables()', true)
  const bound = {
    table: tableMaker(undefined, naming),
    schema: (name: string) => ({ table: tableMaker(checkName(name, 'schema'), naming) }),
  }
  return Object.freeze(bound) as never
}

const tableMaker =
  (schemaName: string | undefined, naming: Naming) => (name: string, columns: Record<string, AnyColumnDef>, constraints?: never) =>
    makeTable(name, schemaName, columns, constraints, { naming })

type MutableTable = { -readonly [P in keyof TableNode]: TableNode[P] }
interface MakeOptions {
  readonly primaryKeyName?: string | undefined
  readonly naming?: Naming
}

/** The untyped maker, which reflection uses too. Entries keep their order also where a column's name looks like an integer. */
export function makeTable<T>(
  name: string,
  schemaName: string | undefined,
  definitions: Readonly<Record<string, AnyColumnDef>> | readonly (readonly [key: string, definition: AnyColumnDef])[],
  constraints?: (t: T) => readonly TablePart[],
  options: MakeOptions = {},
): T {
  const { naming } = options
  const tableName = naming?.table?.(checkName(name, 'table')) ?? name
  const node = schemaProperty({ kind: 'table', name: checkName(tableName, 'table'), quoted: make.keptText() } as MutableTable, schemaName)
  const entries = (Array.isArray(definitions) ? definitions : Object.entries(definitions)) as [string, AnyColumnDef][]
  const bare = entries.map(([key, definition]) => {
    const info = Definition.options(definition, `${name}.${key}`)
    const columnName = checkName(info.name ?? naming?.column?.(key) ?? key, 'column')
    return { node: make.column(node, key, columnName, info.type, info.notNull), options: info }
  })
  if (bare.length === 0) throw new CompileError(`table ${JSON.stringify(name)} has no columns`)
  refuseTwins(name, bare)
  const self = brandSource<T>(
    node,
    bare.map(({ node: column }) => [column.key, typed(column)] as const),
  )
  const columns = bare.map((column) => completed(column, self))
  const extra = (constraints ? constraints(self) : []).map((part) => TablePart.data(part, name))
  node.columns = Object.freeze(columns)
  Object.assign(node, gather(name, columns, extra, options.primaryKeyName))
  Object.freeze(node)
  if (naming) adoptNaming(node, naming)
  return self
}

/** The expressions that a definition has promised are made when the columns are there. */
function completed<T>({ node, options }: Pick<ColumnInfo, 'node' | 'options'>, self: T): ColumnInfo {
  const place = `${node.source.name}.${node.key}`
  const { generated, checks } = options
  if (generated && (options.default || options.defaultFn || options.identity || options.onUpdate || options.onUpdateFn))
    throw new CompileError(`${place} is generated, so it takes no default, no onUpdate and no identity`)
  if (options.identity && options.default) throw new CompileError(`${place} is an identity column, so it takes no default`)
  const found = checks.map((check) => {
    const made = typeof check === 'function' ? check(typed(node)) : check
    const [condition] = conditions([made], `the check of ${place}`)
    if (condition === undefined) throw new CompileError(`the check of ${place} yields no condition`)
    return condition
  })
  return Object.freeze({
    node,
    options,
    generated: generated && expressionOf(generated.expression, self, place),
    ownChecks: Object.freeze(found),
  })
}

function expressionOf<T>(expression: unknown, self: T, place: string) {
  const made = typeof expression === 'function' ? expression(self) : expression
  if (isExpression(made)) return nodeOf(made)
  throw new CompileError(`generatedAs() of ${place} yields ${describe(made)} instead of an expression`)
}

function refuseTwins(table: string, columns: readonly Pick<ColumnInfo, 'node'>[]): void {
  const seen = new Set<string>()
  for (const { node } of columns) {
    if (seen.has(node.name)) throw new CompileError(`table ${JSON.stringify(table)} has two columns named ${JSON.stringify(node.name)}`)
    seen.add(node.name)
  }
}

function gather(table: string, columns: readonly ColumnInfo[], extra: readonly PartData[], keyName: string | undefined) {
  const of = <Kind extends PartData['kind']>(kind: Kind) =>
    extra.filter((data): data is Extract<PartData, { kind: Kind }> => data.kind === kind)
  const primary = primaryOf(table, columns, of('primary'), keyName)
  const partitionings = of('partitioning')
  if (partitionings.length > 1) throw new CompileError(`table ${JSON.stringify(table)} is partitioned twice; subpartitions are not written`)
  return {
    updated: Object.freeze(columns.filter(({ options }) => options.onUpdate ?? options.onUpdateFn)),
    primaryKey: primary?.columns ?? Object.freeze([]),
    primaryKeyName: primary?.name,
    primary,
    foreignKeys: Object.freeze([...columns.flatMap(ownReference), ...of('foreign')]),
    uniques: Object.freeze([...columns.flatMap(ownUnique), ...of('unique')]),
    checks: Object.freeze([
      ...columns.flatMap(({ ownChecks }) => ownChecks.map((check) => Object.freeze(bareCheck(undefined, check)))),
      ...of('check'),
    ]),
    excludes: Object.freeze(of('exclude')),
    indexes: Object.freeze(of('index')),
    options: gatherOptions(
      table,
      of('options').map(({ options }) => options),
    ),
    partitioning: partitionings[0]?.partitioning,
  }
}

function primaryOf(
  table: string,
  columns: readonly ColumnInfo[],
  given: readonly PrimaryKeyInfo[],
  reflectedName: string | undefined,
): PrimaryKeyInfo | undefined {
  const single = columns.filter((column) => column.options.primaryKey).map((column) => column.node)
  if (given.length + single.length > 1) {
    throw new CompileError(
      `table ${JSON.stringify(table)} has more than one primary key; use primaryKey(t.a, t.b) in the third argument for a composite one`,
    )
  }
  const [key] = given
  if (key) return reflectedName === undefined ? key : Object.freeze({ ...key, name: reflectedName })
  if (single.length === 0) return undefined
  const own = {
    kind: 'primary',
    name: reflectedName,
    columns: Object.freeze(single),
    include: Object.freeze([]),
    deferrable: undefined,
  } as const
  return Object.freeze(own)
}

function ownReference({ node, options }: ColumnInfo): ForeignKeyInfo[] {
  if (!options.references) return []
  const { target, onDelete, onUpdate, match, deferrable, name } = options.references
  const key = bareForeignKey(Object.freeze([node]), () => [columnNode(target())])
  return [
    Object.freeze({
      ...key,
      onDelete,
      onUpdate,
      match,
      name: name === undefined ? undefined : checkName(name, 'constraint'),
      deferrable: deferrable === undefined ? undefined : deferrableOf(deferrable),
    }),
  ]
}

const ownUnique = ({ node, options }: ColumnInfo): UniqueInfo[] =>
  options.unique ? [Object.freeze(bareUnique(undefined, Object.freeze([node])))] : []

function columnNode(column: unknown): ColumnNode {
  const node = isExpression(column) ? nodeOfColumn(column) : undefined
  if (!node) throw new CompileError('references(() => …) must yield a column of another table')
  return node
}

const nodeOfColumn = (column: object): ColumnNode | undefined => {
  const node = nodeOf(column)
  return node.kind === 'column' ? node : undefined
}

/** The same table under another name, for self joins: `alias(users, 'boss')`. */
export function alias<Defs, const N extends string>(source: Source<any, Defs>, name: N): Table<N, Defs> {
  const of = namedSource(source)
  const table = of.kind === 'alias' ? of.of : of
  const node = { kind: 'alias', name: checkName(name, 'table alias'), schema: undefined, quoted: make.keptText(), of: table } as {
    -readonly [P in keyof AliasNode]: AliasNode[P]
  }
  node.columns = Object.freeze(
    table.columns.map((info) => {
      const { node: column } = info
      return Object.freeze({ ...info, node: make.column(node, column.key, column.name, column.type, column.notNull) })
    }),
  )
  return brandSource(
    Object.freeze(node),
    node.columns.map(({ node: column }) => [column.key, typed(column)] as const),
  )
}

function namedSource(source: unknown): NamedSource {
  const node = sourceNode(source)
  if (node.kind !== 'table' && node.kind !== 'view' && node.kind !== 'alias')
    throw new CompileError(`${node.name} is a ${node.kind}; give it its name where it is made`)
  return node as NamedSource
}

/** All columns of a source, to spread, pick and drop: `const { secret, ...open } = columnsOf(users)`. */
export function columnsOf<N extends string, Defs>(source: Source<N, Defs>): Columns<N, Defs> {
  sourceNode(source)
  return { ...source } as unknown as Columns<N, Defs>
}

/** What is known of a table: its name, schema, columns, keys, constraints and indexes. */
export function tableInfo(source: Source<any, any>): TableNode {
  const node = namedSource(source)
  const of = node.kind === 'alias' ? node.of : node
  if (of.kind === 'view') throw new CompileError(`${of.name} is a view; tableInfo() is about tables`)
  return of
}
