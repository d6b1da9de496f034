/** Statements as they leave the database: with what tells missing rows, and columns read through SQL of their own. */
import { CompileError, contains, seal } from '@quern/expression'
import { readThrough } from './codec.js'
import type { Dialect } from './dialect.js'
import type { Projection, QueryNode } from './nodes.js'
import { resolveProjection } from './projection.js'

/** Columns whose type says so are read through SQL of their own; only here, where rows leave the database, and not in what a statement is made of. */
export function read(projection: Projection, dialect: Pick<Dialect, 'name'>): Projection {
  if ((projection.contains & contains.wrapped) === 0) return projection
  const fields = projection.fields.map((field) => readThrough(field, dialect.name))
  const { shape } = projection
  return seal({ fields, shape, whole: undefined, quoted: undefined, contains: projection.contains })
}

export function projectionFor(node: QueryNode, dialect: Pick<Dialect, 'name'>): Projection {
  return node.kind === 'select' ? read(resolveProjection(node.projection, node), dialect) : node.projection
}

/**
 * Refuses to read a set operation of such columns: SQL around the columns of each part would change what UNION takes for the same row, and
 * what ORDER BY compares. As a subquery, in INSERT or as a view it is none that is read.
 */
export function refuseWrapped(node: QueryNode, dialect: Pick<Dialect, 'name'>, inside = false): void {
  if (node.kind === 'compound') for (const part of node.parts) refuseWrapped(part, dialect, true)
  if (!inside || node.kind !== 'select' || (node.projection.contains & contains.wrapped) === 0) return
  const wrapped = node.projection.fields.find((field) => readThrough(field, dialect.name) !== field)
  if (wrapped === undefined) return
  throw new CompileError(
    `${wrapped.label} is read through SQL of its own, which set operations do not do; select from the set operation as a subquery`,
    'SET_OPERATION',
  )
}

/** The statement as it is written where its rows are read. */
export function queryFor(node: QueryNode, dialect: Pick<Dialect, 'name'>): QueryNode {
  refuseWrapped(node, dialect)
  const projection = projectionFor(node, dialect)
  return projection === node.projection ? node : ({ ...node, projection } as QueryNode)
}
