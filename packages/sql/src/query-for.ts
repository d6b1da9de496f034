/** Statements as they leave the database: with what tells missing rows, and columns read through SQL of their own. */
import { contains, seal } from '@quern/expression'
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

/** The statement as it is written where its rows are read. */
export function queryFor(node: QueryNode, dialect: Pick<Dialect, 'name'>): QueryNode {
  const projection = projectionFor(node, dialect)
  return projection === node.projection ? node : ({ ...node, projection } as QueryNode)
}
