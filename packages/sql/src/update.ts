import type { Runs } from '@quern/expression'
import { type Condition, conditions, make, Statement, seal, statementNode } from '@quern/expression'
import type { AlwaysKey, Source, TableNode, ValueOf } from '@quern/schema'
import { cteSource } from './derived.js'
import { type OrExpression, type Returning, tableNode } from './insert.js'
import type { UpdateNode } from './nodes.js'
import { projectionOf, wholeProjection } from './projection.js'
import { columnValue, rowEntries } from './row.js'
import type { Missing, NotAny } from './shape.js'

/** What `set` takes. */
export type UpdateRow<Defs> = { readonly [Key in Exclude<keyof Defs, AlwaysKey<Defs>>]?: OrExpression<ValueOf<Defs[Key]>> | undefined }

export interface Update<Name extends string, Defs> {
  /** `SET a = …, b = …`; keys whose value is `undefined` are left alone. */
  set(values: UpdateRow<Defs>): Unfiltered<Name, Defs, 'update'>
}
/** UPDATE or DELETE without a condition: it must get one, or say that it means all rows. */
export interface Unfiltered<Name extends string, Defs, Verb extends string> extends Runs<never> {
  readonly need?: `${Verb} of ${Name} has no condition; add where(…) or allRows()`
  /** `WHERE a AND b` */
  where<C2 extends string = never>(...conditions: Condition<C2, 'row'>[]): Filtered<Name, Defs, Verb, NotAny<C2>>
  /** Means every row of the table. */
  allRows(): Filtered<Name, Defs, Verb, never>
}
export interface Filtered<Name extends string, Defs, Verb extends string, Need extends string> extends Runs<never>, Returning<Name, Defs> {
  readonly need?: `${Missing<Need, Name>} is not in FROM`
  /** Further conditions, joined by AND. */
  where<C2 extends string = never>(...conditions: Condition<C2, 'row'>[]): Filtered<Name, Defs, Verb, Need | NotAny<C2>>
}

/** `UPDATE t SET …`: `update(users).set({ name: 'Ada' }).where(users.id.eq(1))` */
export function update<Name extends string, Defs>(table: Source<Name, Defs>): Update<Name, Defs> {
  const node = tableNode(table, 'update()')
  const start = {
    set(values: unknown) {
      const set = withUpdated(rowEntries(values, node, 'update'), node)
      return new UpdateStatement(seal<UpdateNode>({ kind: 'update', table: node, set, where: [], allRows: false, returning: undefined }))
    },
  }
  return start as unknown as Update<Name, Defs>
}

type Entries = ReturnType<typeof rowEntries>

/** What the columns say that every update sets, unless the update does; a SET of nothing stays nothing, which is an error. */
function withUpdated(entries: Entries, { updated }: TableNode): Entries {
  if (updated.length === 0 || entries.length === 0) return entries
  const own = new Set(entries.map(([column]) => column))
  const more = updated
    .filter(({ node }) => !own.has(node))
    .map(({ node, options: { onUpdate, onUpdateFn } }) => {
      const value = onUpdateFn ? make.parameter(undefined, node.type, node, undefined, onUpdateFn) : columnValue(onUpdate!.value, node)
      return seal([node, value] as const)
    })
  return [...entries, ...more]
}

class UpdateStatement extends Statement {
  get #node(): UpdateNode {
    return statementNode(this) as UpdateNode
  }

  where(...list: unknown[]): UpdateStatement {
    return new UpdateStatement(seal({ ...this.#node, where: [...this.#node.where, ...conditions(list, 'where()')] }))
  }

  allRows(): UpdateStatement {
    return new UpdateStatement(seal({ ...this.#node, allRows: true }))
  }

  returning(...args: unknown[]): UpdateStatement {
    const node = this.#node
    return new UpdateStatement(seal({ ...node, returning: args.length === 0 ? wholeProjection(node.table) : projectionOf(args) }))
  }

  cte(name: string): unknown {
    return cteSource(name, this.#node)
  }
}
