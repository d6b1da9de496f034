import type { Runs } from '@quern/expression'
import { type Condition, type OrderKey, seal } from '@quern/expression'
import type { AlwaysKey, Source, TableNode } from '@quern/schema'
import { type OrExpression, type Returning, tableNode, type WithExpressions } from './insert.js'
import type { UpdateNode } from './nodes.js'
import { rowEntries, withUpdated } from './row.js'
import type { Missing, NotAny } from './shape.js'
import { WriteStatement } from './write-statement.js'

/** What `set` takes. */
export type UpdateRow<Defs> = { readonly [Key in Exclude<keyof Defs, AlwaysKey<Defs>>]?: OrExpression<Defs[Key]> | undefined }

export interface Update<Name extends string, Defs> {
  /** `SET a = …, b = …`; keys whose value is `undefined` are left alone. */
  set(values: UpdateRow<Defs>): Updating<Name, Defs>
}
/** An UPDATE that may read other tables. */
export interface Updating<Name extends string, Defs> extends Unfiltered<Name, Defs, 'update'> {
  /**
   * `FROM t`: other rows to take values from. A row that meets several of them is changed once, by any of them.
   *
   * `update(users).set({ city: places.city }).from(places).where(places.userId.eq(users.id))` is
   * `UPDATE "users" SET "city" = "places"."city" FROM "places" WHERE …`, and on MySQL ``UPDATE `users` CROSS JOIN `places` SET … WHERE …``
   */
  from<T extends string>(source: Source<T, any>): Joined<Name, Defs, 'update', Name | T>
}
/** UPDATE or DELETE without a condition: it must get one, or say that it means all rows. */
export interface Unfiltered<Name extends string, Defs, Verb extends string> extends Runs<never>, WithExpressions {
  readonly need?: `${Verb} of ${Name} has no condition; add where(…) or allRows()`
  /** `WHERE a AND b` */
  where<C2 extends string = never>(...conditions: Condition<C2, 'row'>[]): Filtered<Name, Defs, Verb, NotAny<C2>>
  /** Means every row of the table. */
  allRows(): Filtered<Name, Defs, Verb, never>
}
/** An UPDATE or DELETE over several tables, of which it changes one. */
export interface Joined<Name extends string, Defs, Verb extends string, Scope extends string> extends Runs<never>, WithExpressions {
  readonly need?: `${Verb} of ${Name} has no condition; add where(…) or allRows()`
  /** `INNER JOIN t ON …`, where the condition may be about the changed table too. */
  join<T extends string>(source: Source<T, any>, on: Condition<any, 'row'>): Joined<Name, Defs, Verb, Scope | T>
  /** `LEFT JOIN t ON …` between the other tables. */
  leftJoin<T extends string>(source: Source<T, any>, on: Condition<any, 'row'>): Joined<Name, Defs, Verb, Scope | T>
  /** `WHERE a AND b` */
  where<C2 extends string = never>(...conditions: Condition<C2, 'row'>[]): Filtered<Name, Defs, Verb, NotAny<C2>, Scope>
  /** Means every row that the joins yield. */
  allRows(): Filtered<Name, Defs, Verb, never, Scope>
}
export interface Filtered<Name extends string, Defs, Verb extends string, Need extends string, Scope extends string = Name>
  extends Runs<never>,
    Returning<Scope, Defs, Verb>,
    WithExpressions {
  readonly need?: `${Missing<Need, Scope>} is not in FROM`
  /** Further conditions, joined by AND. */
  where<C2 extends string = never>(...conditions: Condition<C2, 'row'>[]): Filtered<Name, Defs, Verb, Need | NotAny<C2>, Scope>
  /** `ORDER BY a, b`: which rows `limit` takes; on MySQL and MariaDB. */
  orderBy(...keys: OrderKey<`${Name}→${string}`>[]): this
  /** `LIMIT n`: not more rows than that; on MySQL and MariaDB. */
  limit(count: number): this
}

const none: readonly never[] = Object.freeze([])

/** `UPDATE t SET …`: `update(users).set({ name: 'Ada' }).where(users.id.eq(1))` */
export function update<Name extends string, Defs>(table: Source<Name, Defs>): Update<Name, Defs> {
  return new UpdateStart(tableNode(table, 'update()')) as unknown as Update<Name, Defs>
}

class UpdateStart {
  private readonly table: TableNode

  constructor(table: TableNode) {
    this.table = table
  }

  set(values: unknown): WriteStatement {
    const { table } = this
    const set = withUpdated(rowEntries(values, table, 'update'), table)
    return new WriteStatement(
      seal<UpdateNode>({ kind: 'update', table, set, where: none, allRows: false, returning: undefined, extra: undefined }),
    )
  }
}
