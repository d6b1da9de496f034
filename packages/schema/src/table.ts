/** Tables: columns are the table's own properties; everything else about a table is reached through functions. */
import {
  type ByFamily,
  brandSource,
  type ColumnNode,
  CompileError,
  type D,
  isExpression,
  type Keyed,
  make,
  nodeOf,
  type S,
  sourceNode,
  typed,
} from '@quern/expression'
import { type AnyColumnDef, type ColumnDef, ColumnDef as Definition } from './columns.js'
import { Constraint, type ConstraintData } from './constraints.js'
import type { AliasNode, ColumnInfo, ForeignKeyInfo, NamedSource, TableNode, UniqueInfo } from './nodes.js'

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
  constraints?: (t: Table<N, Defs>) => readonly Constraint[],
): Table<N, Defs> {
  return makeTable(name, undefined, columns, constraints as never)
}

/** A schema of the database: `schema('audit').table('users', { … })`. */
export const schema = <const Sc extends string>(name: Sc) => ({
  table<const N extends string, Defs extends Record<string, AnyColumnDef>>(
    table: N,
    columns: Defs,
    constraints?: (t: Table<`${Sc}.${N}`, Defs>) => readonly Constraint[],
  ): Table<`${Sc}.${N}`, Defs> {
    return makeTable(table, checkName(name, 'schema'), columns, constraints as never)
  },
})

/** Names go into quoted identifiers as they are; only what no server can hold is refused. */
export function checkName(name: unknown, what: string): string {
  if (typeof name !== 'string' || name === '') throw new CompileError(`a ${what} needs a non-empty name`)
  if (name.includes('\0')) throw new CompileError(`the ${what} name ${JSON.stringify(name)} contains NUL, which no database takes`)
  if (!name.isWellFormed()) throw new CompileError(`the ${what} name ${JSON.stringify(name)} contains half a surrogate pair`)
  return name
}

/** The untyped maker, which reflection uses too. */
export function makeTable<T>(
  name: string,
  schemaName: string | undefined,
  definitions: Readonly<Record<string, AnyColumnDef>>,
  constraints?: (t: T) => readonly Constraint[],
  options: { readonly primaryKeyName?: string | undefined } = {},
): T {
  const node = { kind: 'table', name: checkName(name, 'table'), schema: schemaName, quoted: make.keptText() } as {
    -readonly [P in keyof TableNode]: TableNode[P]
  }
  const columns = Object.keys(definitions).map((key): ColumnInfo => {
    const info = Definition.options(definitions[key], `${name}.${key}`)
    const columnName = checkName(info.name ?? key, 'column')
    return Object.freeze({ node: make.column(node, key, columnName, info.type, info.notNull), options: info })
  })
  if (columns.length === 0) throw new CompileError(`table ${JSON.stringify(name)} has no columns`)
  refuseTwins(name, columns)
  const self = brandSource<T>(
    node,
    columns.map(({ node: column }) => [column.key, typed(column)] as const),
  )
  const extra = (constraints ? constraints(self) : []).map((constraint) => Constraint.data(constraint, name))
  node.columns = Object.freeze(columns)
  Object.assign(node, gather(name, columns, extra))
  if (options.primaryKeyName !== undefined) node.primaryKeyName = options.primaryKeyName
  Object.freeze(node)
  return self
}

function refuseTwins(table: string, columns: readonly ColumnInfo[]): void {
  const seen = new Set<string>()
  for (const { node } of columns) {
    if (seen.has(node.name)) throw new CompileError(`table ${JSON.stringify(table)} has two columns named ${JSON.stringify(node.name)}`)
    seen.add(node.name)
  }
}

function gather(table: string, columns: readonly ColumnInfo[], extra: readonly ConstraintData[]) {
  const primaries = extra.filter((data) => data.kind === 'primary')
  const single = columns.filter((column) => column.options.primaryKey).map((column) => column.node)
  if (primaries.length + single.length > 1) {
    throw new CompileError(
      `table ${JSON.stringify(table)} has more than one primary key; use primaryKey(t.a, t.b) in the third argument for a composite one`,
    )
  }
  return {
    primaryKey: Object.freeze(primaries[0]?.columns ?? single),
    primaryKeyName: primaries[0]?.name,
    foreignKeys: Object.freeze([...columns.flatMap(ownReference), ...extra.filter((data) => data.kind === 'foreign')]),
    uniques: Object.freeze([...columns.flatMap(ownUnique), ...extra.filter((data) => data.kind === 'unique')]),
    checks: Object.freeze(extra.filter((data) => data.kind === 'check')),
    indexes: Object.freeze(extra.filter((data) => data.kind === 'index')),
  }
}

function ownReference({ node, options }: ColumnInfo): ForeignKeyInfo[] {
  if (!options.references) return []
  const { target, onDelete, onUpdate } = options.references
  return [Object.freeze({ name: undefined, columns: Object.freeze([node]), target: () => [columnNode(target())], onDelete, onUpdate })]
}

const ownUnique = ({ node, options }: ColumnInfo): UniqueInfo[] =>
  options.unique ? [Object.freeze({ name: undefined, columns: Object.freeze([node]) })] : []

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
    table.columns.map(({ node: column, options }) =>
      Object.freeze({ node: make.column(node, column.key, column.name, column.type, column.notNull), options }),
    ),
  )
  return brandSource(
    Object.freeze(node),
    node.columns.map(({ node: column }) => [column.key, typed(column)] as const),
  )
}

function namedSource(source: unknown): NamedSource {
  const node = sourceNode(source)
  if (node.kind !== 'table' && node.kind !== 'alias')
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
  return node.kind === 'alias' ? node.of : node
}
