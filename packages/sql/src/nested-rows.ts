/** Nested rows on their way back: from JSON to rows as a select of their own would yield them. */
import { QuernError, type StatementNode } from '@quern/expression'
import { arrayLimit } from './ansi-nested.js'
import { nestedDecoderOf } from './codec.js'
import { generate } from './decode.js'
import type { Dialect } from './dialect.js'
import type { QueryNode } from './nodes.js'
import type { Decode } from './plan.js'
import { shapeOfRow } from './projection.js'
import { projectionFor } from './query-for.js'

/** An array of rows: JSON text, or what a driver made of it, with its values in the forms that the dialect writes into JSON. */
export function readNestedRows(rows: StatementNode, dialect: Dialect): Decode {
  const projection = projectionFor(rows as QueryNode, dialect)
  const { length } = projection.fields
  const read = generate(
    shapeOfRow(projection),
    projection.fields.map(({ node }) => nestedDecoderOf(node.type, dialect)),
  )
  return (raw: unknown) => {
    const list = listOfRows(typeof raw === 'string' ? JSON.parse(raw) : raw)
    return read(length > arrayLimit ? list.map((row) => row.flat()) : list)
  }
}

/** Where the server may cut the array, its length stands before it: `[2, [[1], [2]]]`. */
function listOfRows(value: readonly unknown[]): readonly (readonly unknown[])[] {
  if (typeof value[0] !== 'number') return value as readonly (readonly unknown[])[]
  const rows = (value[1] ?? []) as readonly (readonly unknown[])[]
  if (rows.length === value[0]) return rows
  throw new QuernError(
    `the server sent ${rows.length} of ${value[0]} nested rows; raise group_concat_max_len and max_allowed_packet, or select them in a statement of their own`,
    'NESTED_ROWS_CUT',
  )
}
