import { seal } from '@quern/expression'
import type { Source } from '@quern/schema'
import { tableNode } from './insert.js'
import type { DeleteNode } from './nodes.js'
import type { Joined, Unfiltered } from './update.js'
import { WriteStatement } from './write-statement.js'

/** A DELETE that may look at other tables. */
export interface Deleting<Name extends string, Defs> extends Unfiltered<Name, Defs, 'delete'> {
  /**
   * `USING t`: deletes the rows for which there are such rows of `t`.
   *
   * `deleteFrom(posts).using(users).where(users.id.eq(posts.authorId), users.name.eq('Bob'))` is
   * `DELETE FROM "posts" USING "users" WHERE …`, on MySQL ``DELETE FROM `posts` USING `posts` CROSS JOIN `users` WHERE …``, on SQLite
   * `DELETE FROM "posts" WHERE EXISTS (SELECT 1 FROM "users" WHERE …)`
   */
  using<T extends string>(source: Source<T, any>): Joined<Name, Defs, 'delete', Name | T>
}

/** `DELETE FROM t WHERE …`: `deleteFrom(posts).where(posts.id.eq(1n))` */
export function deleteFrom<Name extends string, Defs>(table: Source<Name, Defs>): Deleting<Name, Defs> {
  const node: DeleteNode = {
    kind: 'delete',
    table: tableNode(table, 'deleteFrom()'),
    where: none,
    allRows: false,
    returning: undefined,
    extra: undefined,
  }
  return new WriteStatement(seal(node)) as unknown as Deleting<Name, Defs>
}
const none: readonly never[] = Object.freeze([])
