/** DDL statements: immutable values that `conn.execute(statement)` runs and `compile(statement, dialect)` shows. */
import {
  CompileError,
  checkOptions,
  describe,
  isExpression,
  isSource,
  nodeOf,
  quoted,
  type Runnable,
  Statement,
  seal,
  sourceNode,
  statementNode,
} from '@quern/expression'
import { type Constraint, constraintInfo, type IndexInfo, objectNode, type Source, type TableNode } from '@quern/schema'
import type { Commented, DdlNode } from './ddl-nodes.js'
import { sourcesIn } from './depends.js'
import type { Dialect } from './dialect.js'
import type { Plan } from './plan.js'

/** A statement that defines or changes something; it yields no rows. */
export class DdlStatement extends Statement implements Runnable<never> {
  declare readonly need?: never
  declare readonly grouping?: never
  declare readonly params?: never

  static of<N extends DdlNode>(node: N): DdlStatement {
    return new DdlStatement(seal(node))
  }

  /** @internal */
  protected get node(): DdlNode {
    return statementNode(this) as DdlNode
  }
}

/** The texts of a DDL statement in the order in which they run; none of them carries a value. */
export function ddlTexts(statement: DdlStatement, dialect: Dialect): readonly string[] {
  return nodeTexts(statementNode(statement) as DdlNode, dialect)
}
export function nodeTexts(node: DdlNode, dialect: Dialect): readonly string[] {
  return (dialect.objects.emit[node.kind] as (node: DdlNode, dialect: Dialect) => readonly string[])(node, dialect)
}

/** A compiled DDL statement; it may be several texts. */
export class DdlPlan implements Plan {
  readonly kind = 'ddl'
  readonly texts: readonly string[]
  readonly text: string
  readonly holes = []
  readonly returnsRows = false
  readonly wide = false
  readonly secret = false
  readonly types = ''
  readonly dialect: Dialect

  constructor(statement: DdlStatement, dialect: Dialect) {
    this.texts = ddlTexts(statement, dialect)
    this.text = this.texts.join(';\n')
    this.dialect = dialect
  }

  hides(): boolean {
    return false
  }

  bind(): never[] {
    return []
  }

  decode(): never[] {
    return []
  }

  scalar(): null {
    return null
  }
}

export function tableOf(table: unknown, place: string): TableNode {
  if (!isSource(table)) throw new CompileError(`${place} takes a table, not ${describe(table)}`)
  const node = sourceNode(table)
  if (node.kind !== 'table') throw new CompileError(`${place} takes a table; ${node.name} is a ${node.kind}`)
  return node as TableNode
}

export function flags<Key extends string>(place: string, options: object, keys: readonly Key[]): { readonly [K in Key]: boolean } {
  checkOptions(place, options, keys)
  const found = {} as { [K in Key]: boolean }
  for (const key of keys) {
    const value = (options as Record<string, unknown>)[key]
    if (value !== undefined && typeof value !== 'boolean')
      throw new CompileError(`the option ${key} of ${place} is true or false, not ${describe(value)}`, 'OPTION')
    found[key] = value ?? false
  }
  return found
}

/**
 * CREATE TABLE with its constraints and comments; its indexes are statements of their own.
 *
 * `conn.execute(createTable(users, { ifNotExists: true }))` — `CREATE TABLE IF NOT EXISTS "users" (…)`
 */
export function createTable(table: Source<any, any>, options: { readonly ifNotExists?: boolean } = {}): DdlStatement {
  return DdlStatement.of({
    kind: 'createTable',
    table: tableOf(table, 'createTable()'),
    ...flags('createTable()', options, ['ifNotExists']),
  })
}

/**
 * DROP TABLE.
 *
 * `dropTable(users, { ifExists: true, cascade: true })` — `DROP TABLE IF EXISTS "users" CASCADE`
 */
export function dropTable(
  table: Source<any, any>,
  options: { readonly ifExists?: boolean; readonly cascade?: boolean } = {},
): DdlStatement {
  return DdlStatement.of({
    kind: 'dropTable',
    table: tableOf(table, 'dropTable()'),
    ...flags('dropTable()', options, ['ifExists', 'cascade']),
  })
}

/**
 * CREATE INDEX of an index that the table declares, by its name, or of an index made here.
 *
 * `createIndex(users, 'users_name')` or `createIndex(index('users_name').on(users.name))` — `CREATE INDEX "users_name" ON "users" ("name")`
 */
export function createIndex(index: Constraint): DdlStatement
export function createIndex(table: Source<any, any>, name: string): DdlStatement
export function createIndex(first: unknown, name?: string): DdlStatement {
  return DdlStatement.of({ kind: 'createIndex', ...indexOf(first, name, 'createIndex()') })
}

/**
 * DROP INDEX, named in the same two ways.
 *
 * `dropIndex(users, 'users_name', { ifExists: true })` — `DROP INDEX IF EXISTS "users_name"`
 */
export function dropIndex(index: Constraint, options?: { readonly ifExists?: boolean }): DdlStatement
export function dropIndex(table: Source<any, any>, name: string, options?: { readonly ifExists?: boolean }): DdlStatement
export function dropIndex(first: unknown, second?: unknown, third?: object): DdlStatement {
  const named = isSource(first)
  const options = (named ? third : (second as object | undefined)) ?? {}
  return DdlStatement.of({
    kind: 'dropIndex',
    ...indexOf(first, named ? (second as string) : undefined, 'dropIndex()'),
    ...flags('dropIndex()', options, ['ifExists']),
  })
}

function indexOf(first: unknown, name: unknown, place: string): { readonly table: TableNode; readonly index: IndexInfo } {
  if (isSource(first)) {
    const table = tableOf(first, place)
    const index = table.indexes.find((own) => own.name === name)
    if (index === undefined) {
      const names = table.indexes.map((own) => own.name ?? 'one without a name').join(', ') || 'none'
      throw new CompileError(`${place}: ${table.name} has no index ${quoted(String(name))}; it has ${names}`)
    }
    return { table, index }
  }
  const data = constraintInfo(first)
  if (data.kind !== 'index') throw new CompileError(`${place} takes an index; this is a ${data.kind} constraint, which alterTable() adds`)
  const [table] = sourcesIn(data)
  if (table?.kind !== 'table') throw new CompileError(`${place}: the index names no column of a table`)
  return { table: table as TableNode, index: data }
}

/**
 * A comment on a table, column, view, sequence, type or schema; `null` takes it away.
 *
 * `comment(users.email, 'where to write to')` — `COMMENT ON COLUMN "users"."email" IS 'where to write to'`
 */
export function comment(on: object, text: string | null): DdlStatement {
  if (text !== null && typeof text !== 'string') throw new CompileError(`comment() takes a text or null, not ${describe(text)}`)
  if (text !== null && (text.includes('\0') || !text.isWellFormed()))
    throw new CompileError('a comment contains NUL or half a surrogate pair, which is no text')
  return DdlStatement.of({ kind: 'comment', on: commented(on), text })
}

function commented(on: unknown): Commented {
  if (isExpression(on)) {
    const node = nodeOf(on)
    if (node.kind === 'column' && (node.source.kind === 'table' || node.source.kind === 'view')) return node
  }
  const node = objectNode(on)
  if (node === undefined) throw new CompileError(`comment() takes a table, a column, a view or another schema object, not ${describe(on)}`)
  return node
}

/**
 * TRUNCATE: all rows at once.
 *
 * `truncate(posts, { restartIdentity: true })` — `TRUNCATE TABLE "posts" RESTART IDENTITY`
 */
export function truncate(
  tables: Source<any, any> | readonly Source<any, any>[],
  options: { readonly restartIdentity?: boolean; readonly cascade?: boolean } = {},
): DdlStatement {
  const list = Array.isArray(tables) ? tables : [tables]
  if (list.length === 0) throw new CompileError('truncate() needs at least one table')
  return DdlStatement.of({
    kind: 'truncate',
    tables: list.map((table) => tableOf(table, 'truncate()')),
    ...flags('truncate()', options, ['restartIdentity', 'cascade']),
  })
}
