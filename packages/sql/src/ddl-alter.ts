/** ALTER TABLE as a value: each method yields a new statement with one change more. */
import {
  builtin,
  type ColumnNode,
  CompileError,
  checkOptions,
  describe,
  isExpression,
  nodeOf,
  quoted,
  seal,
  sourceNode,
  type Typed,
} from '@quern/expression'
import {
  type AnyColumn,
  type AnyColumnDef,
  ColumnDef,
  type ColumnInfo,
  type Constraint,
  type ConstraintInfo,
  checkName,
  constraintInfo,
  makeTable,
  plainOptions,
  type Source,
  type TableNode,
} from '@quern/schema'
import type { AlterAction, AlterTableNode, ColumnChange } from './ddl-nodes.js'
import { DdlStatement, flags, tableOf } from './ddl-statement.js'

export interface ColumnChanges {
  /** The new type, as a type function yields it. */
  readonly type?: AnyColumnDef
  /** What becomes of the values there are (PostgreSQL). */
  readonly using?: Typed<any, any, any, any, any>
  readonly setNotNull?: boolean
  readonly dropNotNull?: boolean
  /** A value or an expression. */
  readonly default?: unknown
  readonly dropDefault?: boolean
  readonly collate?: string
}
interface Drop {
  readonly ifExists?: boolean
  readonly cascade?: boolean
}

/** `alterTable(users).addColumn('nick', text()).dropColumn(users.email)`: several changes, in one statement where the dialect can. */
export class AlterTable extends DdlStatement {
  /**
   * ADD COLUMN with what its modifiers say: a column that the table declares now, or a name and a definition.
   *
   * `alterTable(users).addColumn(users.nick)`, `alterTable(users).addColumn('nick', text().unique())`
   */
  addColumn(column: AnyColumn): AlterTable
  addColumn(name: string, definition: AnyColumnDef): AlterTable
  addColumn(first: unknown, definition?: AnyColumnDef): AlterTable {
    const { table } = this.#node
    if (typeof first === 'string') {
      if (definition === undefined) throw new CompileError(`addColumn(${quoted(first)}) needs a definition: addColumn('a', text())`)
      const scope = standalone(table, first, definition)
      return this.#with({ action: 'addColumn', column: scope.columns[0]!, scope, constraints: constraintsOf(scope) })
    }
    const column = this.#own(first, 'addColumn()')
    const { node, options } = column
    const alone = standalone(table, node.key, new ColumnDef<any>({ ...options, name: node.name }))
    return this.#with({ action: 'addColumn', column, scope: table, constraints: constraintsOf(alone) })
  }

  /** DROP COLUMN of a column, or of one by its name in the database. */
  dropColumn(column: AnyColumn | string, options: Drop = {}): AlterTable {
    const node = this.#column(column, 'dropColumn()')
    return this.#with({ action: 'dropColumn', column: node, ...flags('dropColumn()', options, ['ifExists', 'cascade']) })
  }

  /**
   * ALTER COLUMN; on MySQL and MariaDB MODIFY COLUMN with all that the table declares of the column.
   *
   * `alterTable(t).alterColumn(t.a, { type: bigint(), setNotNull: true })` — `ALTER COLUMN "a" TYPE bigint, ALTER COLUMN "a" SET NOT NULL`
   */
  alterColumn(column: AnyColumn, changes: ColumnChanges): AlterTable {
    const own = this.#own(column, 'alterColumn()')
    return this.#with({ action: 'alterColumn', column: own, change: changeOf(changes, own.node) })
  }

  /** RENAME COLUMN */
  renameColumn(column: AnyColumn | string, to: string): AlterTable {
    return this.#with({ action: 'renameColumn', column: this.#column(column, 'renameColumn()'), to: checkName(to, 'column') })
  }

  /** ADD CONSTRAINT: `addConstraint(unique('u').on(t.a))`; indexes are made by `createIndex`. */
  addConstraint(constraint: Constraint): AlterTable {
    const info = constraintInfo(constraint)
    if (info.kind === 'index') throw new CompileError('addConstraint() takes constraints; make an index with createIndex()')
    return this.#with({ action: 'addConstraint', constraint: info, scope: this.#node.table })
  }

  /** DROP CONSTRAINT by its name in the database. */
  dropConstraint(name: string, options: Drop = {}): AlterTable {
    const found = flags('dropConstraint()', options, ['ifExists', 'cascade'])
    return this.#with({ action: 'dropConstraint', name: checkName(name, 'constraint'), ...found })
  }

  /** RENAME CONSTRAINT */
  renameConstraint(name: string, to: string): AlterTable {
    return this.#with({ action: 'renameConstraint', name: checkName(name, 'constraint'), to: checkName(to, 'constraint') })
  }

  /** RENAME TO; what follows in this statement happens to the table under its new name. */
  renameTo(name: string): AlterTable {
    return this.#with({ action: 'renameTo', to: checkName(name, 'table') })
  }

  /** SET SCHEMA */
  setSchema(schema: string): AlterTable {
    return this.#with({ action: 'setSchema', schema: checkName(schema, 'schema') })
  }

  get #node(): AlterTableNode {
    return this.node as AlterTableNode
  }

  #with(action: AlterAction): AlterTable {
    const { table, actions } = this.#node
    return new AlterTable(seal({ kind: 'alterTable', table, actions: [...actions, Object.freeze(action)] } as never))
  }

  #own(column: unknown, place: string): ColumnInfo {
    const { table } = this.#node
    const node = isExpression(column) ? nodeOf(column) : undefined
    if (node?.kind !== 'column') throw new CompileError(`${place} takes a column of ${table.name}, not ${describe(column)}`)
    this.#refuseRenamed(node.name, place)
    const info = table.columns.find((own) => own.node === node)
    if (info === undefined) throw new CompileError(`${place}: ${node.source.name}.${node.key} is no column of ${table.name}`)
    return info
  }

  #column(column: AnyColumn | string, place: string): ColumnNode {
    if (typeof column !== 'string') return this.#own(column, place).node
    // a column of which the program knows nothing but the name
    const { table } = this.#node
    this.#refuseRenamed(column, place)
    return standalone(table, checkName(column, 'column'), undefined).columns[0]!.node
  }

  /** After its renaming a column has another name than the object says, and on some servers in the same statement still the old one. */
  #refuseRenamed(name: string, place: string): void {
    if (this.#node.actions.some((action) => action.action === 'renameColumn' && action.column.name === name))
      throw new CompileError(
        `${place}: ${quoted(name)} is renamed earlier in this statement; rename columns last, or in a statement of its own`,
      )
  }
}

/** ALTER TABLE: `conn.execute(alterTable(users).addColumn('nick', text()).dropColumn(users.email))`. */
export function alterTable(table: Source<any, any>): AlterTable {
  return new AlterTable(seal({ kind: 'alterTable', table: tableOf(table, 'alterTable()'), actions: [] } as never))
}

/** `renameTable(users, 'people')` — `ALTER TABLE "users" RENAME TO "people"` */
export const renameTable = (table: Source<any, any>, to: string): DdlStatement => alterTable(table).renameTo(to)

/** A table of the same name with this column alone: what its modifiers make of it. */
function standalone(table: TableNode, key: string, definition: AnyColumnDef | undefined): TableNode {
  const columns: [string, AnyColumnDef][] = [[key, definition ?? anyColumn]]
  return sourceNode(makeTable(table.name, table.schema, columns)) as TableNode
}
const anyColumn = new ColumnDef<any>(plainOptions(builtin.unknown))

const constraintsOf = (table: TableNode): ConstraintInfo[] => [
  ...(table.primary ? [table.primary] : []),
  ...table.uniques,
  ...table.foreignKeys,
  ...table.checks,
]

const changeKeys = ['type', 'using', 'setNotNull', 'dropNotNull', 'default', 'dropDefault', 'collate']

function changeOf(changes: ColumnChanges, column: ColumnNode): ColumnChange {
  const place = `alterColumn(${column.source.name}.${column.key})`
  checkOptions(place, changes, changeKeys)
  if (!Object.values(changes).some((value) => value !== undefined && value !== false))
    throw new CompileError(`${place} needs something to change: ${changeKeys.join(', ')}`)
  const { type, using, setNotNull = false, dropNotNull = false, dropDefault = false, collate } = changes
  const { default: value } = changes
  if (setNotNull && dropNotNull) throw new CompileError(`${place} takes setNotNull or dropNotNull, not both`)
  if (dropDefault && value !== undefined) throw new CompileError(`${place} takes default or dropDefault, not both`)
  if ((using !== undefined || collate !== undefined) && type === undefined)
    throw new CompileError(`${place}: using and collate belong to a new type; give the type, too`)
  return {
    type: type && ColumnDef.options(type, place).type,
    using: using && nodeOf(using),
    notNull: setNotNull ? true : dropNotNull ? false : undefined,
    default: dropDefault ? 'drop' : value === undefined ? undefined : { value },
    collation: collate === undefined ? undefined : checkName(collate, 'collation'),
  }
}
