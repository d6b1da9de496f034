/** Views: statements under a name, and sources like tables. */
import {
  brandSource,
  CompileError,
  checkOptions,
  describe,
  isStatement,
  make,
  type RawNode,
  type RawStatement,
  type Statement,
  statementNode,
  typed,
} from '@quern/expression'
import {
  type ColumnDef,
  type ColumnInfo,
  checkName,
  makeSchema,
  plainOptions,
  type Schema,
  schemaProperty,
  type Table,
  type ViewNode,
} from '@quern/schema'
import type { QueryNode } from './nodes.js'
import { derivedColumns } from './projection.js'
import type { Select } from './select.js'
import type { Compound } from './set-operation.js'
import type { Derived } from './shape.js'

export interface MaterializedViewOptions {
  /** Fill it when it is created (true unless told); an empty one must be refreshed before it can be read. */
  readonly withData?: boolean
  /** The access method. */
  readonly using?: string
}

type RawDefs<Rw> = { [Key in keyof Rw]: ColumnDef<Rw[Key], 'unknown'> }

interface MakeView<Prefix extends string> {
  <const N extends string, Sh, Scope extends string, Outer extends string, G extends string, Need extends string>(
    name: N,
    statement: Select<Sh, Scope, Outer, G, Need>,
  ): Derived<`${Prefix}${N}`, Sh, Outer>
  <const N extends string, Defs, Need extends string>(name: N, statement: Compound<Defs, Need>): Table<`${Prefix}${N}`, Defs>
  <const N extends string, Rw>(name: N, statement: RawStatement<Rw>): Table<`${Prefix}${N}`, RawDefs<Rw>>
}
interface MakeMaterializedView<Prefix extends string> {
  <const N extends string, Sh, Scope extends string, Outer extends string, G extends string, Need extends string>(
    name: N,
    statement: Select<Sh, Scope, Outer, G, Need>,
    options?: MaterializedViewOptions,
  ): Derived<`${Prefix}${N}`, Sh, Outer>
  <const N extends string, Defs, Need extends string>(
    name: N,
    statement: Compound<Defs, Need>,
    options?: MaterializedViewOptions,
  ): Table<`${Prefix}${N}`, Defs>
  <const N extends string, Rw>(name: N, statement: RawStatement<Rw>, options?: MaterializedViewOptions): Table<`${Prefix}${N}`, RawDefs<Rw>>
}

/**
 * A view: `const active = view('active', select({ id: users.id }).from(users).where(users.active))`, then `select(active)`.
 *
 * `CREATE VIEW "active" ("id") AS SELECT "users"."id" FROM "users" WHERE "users"."active"`
 *
 * @throws CompileError where the statement is no select and no `` sql`…`.returns({ … }) ``
 */
export const view: MakeView<''> = (name: string, statement: unknown): never => makeView(name, undefined, statement, undefined)

/**
 * A view whose rows are stored: `materializedView('totals', select(…), { withData: false })`, refreshed by `refreshMaterializedView(totals)`.
 *
 * `CREATE MATERIALIZED VIEW "totals" ("n") AS SELECT … WITH NO DATA`; PostgreSQL alone has them.
 */
export const materializedView: MakeMaterializedView<''> = (
  name: string,
  statement: unknown,
  options: MaterializedViewOptions = {},
): never => makeView(name, undefined, statement, options)

type Open<T> = { -readonly [P in keyof T]: T[P] }

function makeView(name: string, schema: string | undefined, statement: unknown, materialized: MaterializedViewOptions | undefined): never {
  if (!isStatement(statement)) throw new CompileError(`view ${JSON.stringify(name)} takes a statement, not ${describe(statement)}`)
  if (materialized !== undefined) checkOptions('materializedView()', materialized, ['withData', 'using'])
  const { withData = true, using } = materialized ?? {}
  const open: Omit<Open<ViewNode>, 'schema'> = {
    kind: 'view',
    name: checkName(name, 'view'),
    quoted: make.keptText(),
    columns: [],
    primaryKey: [],
    foreignKeys: [],
    statement,
    materialized: materialized !== undefined,
    withData,
    using: using === undefined ? undefined : checkName(using, 'access method'),
  }
  const node = schemaProperty(open, schema) as Open<ViewNode>
  node.columns = Object.freeze(columnsOf(node, statement))
  Object.freeze(node)
  return brandSource(
    node,
    node.columns.map(({ node: column }) => [column.key, typed(column)] as const),
  )
}

function columnsOf(view: ViewNode, statement: Statement): ColumnInfo[] {
  const node = statementNode(statement) as QueryNode | RawNode
  if (node.kind === 'select' || node.kind === 'compound')
    return derivedColumns(node, (key, expression, notNull) => make.column(view, key, key, expression.type, notNull)).map(infoOf)
  if (node.kind !== 'raw' || node.columns === undefined || node.columns.length === 0)
    throw new CompileError(`view ${JSON.stringify(view.name)} takes a select, or sql\`…\`.returns({ … }) that names its columns`)
  return node.columns.map(({ key, type }) => infoOf(make.column(view, key, key, type, false)))
}

const infoOf = (node: ColumnInfo['node']): ColumnInfo =>
  Object.freeze({
    node,
    options: Object.freeze({ ...plainOptions(node.type), notNull: node.notNull }),
    generated: undefined,
    ownChecks: [],
  })

/** A schema of the database, with everything that can be made in it. */
export interface SchemaWithViews<Sc extends string> extends Schema<Sc> {
  /** `CREATE VIEW "audit"."v" AS …` */
  readonly view: MakeView<`${Sc}.`>
  /** `CREATE MATERIALIZED VIEW "audit"."m" AS …` */
  readonly materializedView: MakeMaterializedView<`${Sc}.`>
}

/**
 * A schema of the database; what is made through it carries its name: `schema('audit').table('users', { … })`, `.view(…)`, `.enumType(…)`,
 * `.sequence(…)`, `.domain(…)`. A database on MySQL and MariaDB, an attached database on SQLite.
 */
export function schema<const Sc extends string>(name: Sc): SchemaWithViews<Sc> {
  return makeSchema(name, (own) => ({
    view: (view: string, statement: unknown) => makeView(view, own, statement, undefined),
    materializedView: (view: string, statement: unknown, options: MaterializedViewOptions = {}) => makeView(view, own, statement, options),
  })) as never
}
