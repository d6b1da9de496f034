/** All rows of a statement as one value: an array of rows inside a row, in one round trip. */
import { CompileError, type Expr, make, nameOf, type Runs, type SqlType, sqlType, typed } from '@quern/expression'
import { queryNode } from './derived.js'
import type { QueryNode } from './nodes.js'

/**
 * The rows of a statement as an array inside each row; what it misses in its own FROM is looked for outside. Values decode as in a
 * select of their own; order and limit of the statement hold; no rows are an empty array.
 *
 * `select({ name: users.name, posts: nested(select(posts).where(posts.authorId.eq(users.id))) }).from(users)` —
 * `SELECT "users"."name", (SELECT coalesce(json_agg(…), '[]') FROM (SELECT … WHERE "posts"."author_id" = "users"."id") AS "nested") AS "posts" FROM "users"`
 *
 * @throws CompileError for a column of which nobody said the type (a bare `` sql`…` ``)
 */
export function nested<Rw, Need extends string = never>(
  statement: Runs<Rw> & { readonly need?: `${Need} is not in FROM`; readonly grouping?: never; readonly params?: never },
): Expr<Exclude<Rw, undefined>[], `${Need}→*`, never, 'row', 'json'> {
  const node = queryNode(statement, 'nested()')
  for (const { label, node: field } of node.projection.fields) {
    if (field.type.name === 'custom' && field.type.sqlName === undefined)
      throw new CompileError(`nested(): nobody said the type of ${label} (${nameOf(field)}); write it as sql.typed(type)\`…\``)
  }
  return typed(make.nested(node, rowsType(node)))
}

/** JSON for the server, and an array of rows for the program. */
const rowsType = (rows: QueryNode): SqlType => sqlType('json', 'json', undefined, undefined, undefined, undefined, undefined, { rows })
