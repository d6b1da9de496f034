/** Subqueries in FROM that see what stands before them there. */
import type { ByFamily } from '@quern/expression'
import type { ColumnMark, FamilyOf, Source, ValueOf } from '@quern/schema'
import { queryNode, subquerySource } from './derived.js'
import type { Query } from './set-operation.js'

/** Its columns bring along what the statement expects from outside. */
export type Lateral<Name extends string, Defs, Need extends string> = Source<Name, Defs> & {
  readonly [Key in keyof Defs & string]: ByFamily<ValueOf<Defs[Key]>, `${Name}→${Key}` | `${Need}→*`, Name, 'row'>[FamilyOf<Defs[Key]>] &
    ColumnMark<Defs[Key], Name, Key>
}

/**
 * `LATERAL (SELECT …) AS name`, to be joined: the statement is worked out for each row of what stands before it in FROM.
 *
 * `.join(lateral(select(posts).where(posts.authorId.eq(users.id)).limit(3), 'l'))` —
 * `INNER JOIN LATERAL (SELECT … WHERE "posts"."author_id" = "users"."id" LIMIT $1) AS "l" ON TRUE`
 *
 * @throws UnsupportedFeatureError when compiled for MariaDB or SQLite
 */
export function lateral<Defs, const Name extends string, Need extends string = never>(
  statement: Query<Defs> & { readonly need?: `${Need} is not in FROM` },
  name: Name,
): Lateral<Name, Defs, Need> {
  return subquerySource('lateral', name, queryNode(statement, 'lateral()'))
}
