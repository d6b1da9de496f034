/** `ON CONFLICT`: what an insert does with rows whose key is there already. */
import {
  type ColumnNode,
  CompileError,
  type Condition,
  checkOptions,
  conditions,
  describe,
  type ExpressionNode,
  isExpression,
  nodeOf,
  type Runnable,
  type SourceNode,
  seal,
  type Typed,
} from '@quern/expression'
import type { Columns, TableNode } from '@quern/schema'
import { versionOf } from './excluded.js'
import type { Returning, WithExpressions } from './insert.js'
import type { ConflictNode } from './nodes.js'
import { rowEntries, withUpdated } from './row.js'
import type { UpdateRow } from './update.js'

/** A unique constraint by its name, for `onConflict`. */
export class ConflictConstraint {
  readonly name: string

  constructor(name: string) {
    this.name = name
    Object.freeze(this)
  }
}

/**
 * A unique constraint by its name: `insertInto(users).values(row).onConflict(constraint('users_email_key')).doNothing()` is
 * `INSERT INTO "users" … ON CONFLICT ON CONSTRAINT "users_email_key" DO NOTHING`; where the server takes columns only, those of the declared
 * constraint of that name.
 */
export function constraint(name: string): ConflictConstraint {
  if (typeof name !== 'string' || name === '') throw new CompileError(`constraint() takes a name, not ${describe(name)}`)
  return new ConflictConstraint(name)
}

/** A column, or an expression, of a unique key of the table. */
export type ConflictTarget<Name extends string> = Typed<any, `${Name}→${string}`, any, 'row', any>

/** An insert that ends in ON CONFLICT. */
export interface Upsert<Name extends string, Defs> extends Runnable<never>, Returning<Name, Defs, 'insert'>, WithExpressions {}

export interface DoUpdateOptions<Name extends string, Defs> {
  /** Rows for which it is not true are left as they are. */
  readonly where?:
    | Condition<`${Name}→${string}` | `excluded→${string}`, 'row'>
    | ((excluded: Columns<'excluded', Defs>) => Condition<`${Name}→${string}` | `excluded→${string}`, 'row'>)
}

export interface OnConflict<Name extends string, Defs> {
  /** The predicate of the partial unique index: `ON CONFLICT ("email") WHERE "active"`. */
  where(...conditions: Condition<`${Name}→${string}`, 'row'>[]): OnConflict<Name, Defs>
  /** Leaves the row that is there as it is, and inserts nothing. Any other failure is still an error. */
  doNothing(): Upsert<Name, Defs>
  /**
   * Changes the row that is there; `excluded` is the one that was to be inserted. Columns with `onUpdate` are set as in any update.
   *
   * `.onConflict(stock.sku).doUpdate((excluded) => ({ amount: stock.amount.add(excluded.amount) }))` is
   * `ON CONFLICT ("sku") DO UPDATE SET "amount" = "stock"."amount" + "excluded"."amount"`
   */
  doUpdate(
    set: UpdateRow<Defs> | ((excluded: Columns<'excluded', Defs>) => UpdateRow<Defs>),
    options?: DoUpdateOptions<Name, Defs>,
  ): Upsert<Name, Defs>
}

const none: readonly never[] = Object.freeze([])

interface Start {
  readonly target: readonly ExpressionNode[]
  readonly constraint: string | undefined
  readonly targetWhere: readonly ExpressionNode[]
}

/** The run-time side of `OnConflict`; `finish` makes the statement. */
class Conflict {
  readonly #table: TableNode
  readonly #start: Start
  readonly #finish: (conflict: ConflictNode) => unknown

  constructor(table: TableNode, start: Start, finish: (conflict: ConflictNode) => unknown) {
    this.#table = table
    this.#start = start
    this.#finish = finish
  }

  where(...list: unknown[]): Conflict {
    const start = this.#start
    if (start.target.length === 0) throw new CompileError('onConflict().where() is the predicate of a partial index; name its columns')
    const targetWhere = seal([...start.targetWhere, ...conditions(list, 'onConflict().where()')])
    return new Conflict(this.#table, { ...start, targetWhere }, this.#finish)
  }

  doNothing(): unknown {
    return this.#finish(seal({ ...this.#start, excluded: this.#excluded.node, set: undefined, where: none }))
  }

  doUpdate(set: unknown, options: { readonly where?: unknown } = {}): unknown {
    checkOptions('doUpdate()', options, ['where'])
    const table = this.#table
    const { node, object } = this.#excluded
    const given = typeof set === 'function' ? set(object) : set
    const entries = withUpdated(rowEntries(given, table, 'doUpdate'), table)
    if (entries.length === 0)
      throw new CompileError(`doUpdate({}) of ${table.name} changes nothing; give a column a value, or use doNothing()`, 'EMPTY_SET')
    const { where } = options
    const condition = typeof where === 'function' ? where(object) : where
    const list = condition === undefined ? none : conditions([condition], 'where of doUpdate()')
    return this.#finish(seal({ ...this.#start, excluded: node, set: seal(entries), where: seal([...list]) }))
  }

  get #excluded(): { readonly node: SourceNode; readonly object: object } {
    return versionOf(this.#table, 'excluded', false)
  }
}

export function onConflict(table: TableNode, targets: readonly unknown[], finish: (conflict: ConflictNode) => unknown): unknown {
  const [first] = targets
  if (first instanceof ConflictConstraint) {
    if (targets.length > 1) throw new CompileError('onConflict(constraint(…)) takes one constraint and nothing else')
    return new Conflict(table, { target: none, constraint: first.name, targetWhere: none }, finish)
  }
  const target = targets.map((given) => {
    if (!isExpression(given))
      throw new CompileError(`onConflict() takes columns of ${table.name}, or constraint('name'), not ${describe(given)}`)
    const node = nodeOf(given)
    if (node.kind === 'column' && (node as ColumnNode).source !== table)
      throw new CompileError(`onConflict(): ${node.source.name}.${node.key} is no column of ${table.name}`)
    return node
  })
  return new Conflict(table, { target: seal(target), constraint: undefined, targetWhere: none }, finish)
}
