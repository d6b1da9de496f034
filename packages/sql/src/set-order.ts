/** SET where each assignment sees what the ones before it have set, so that it means what it means elsewhere: all of them at once. */
import type { ColumnNode, ExpressionNode } from '@quern/expression'
import { contains, listed } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { UnsupportedFeatureError } from './errors.js'
import type { Assignment } from './nodes.js'
import { columnsIn } from './walk.js'
import type { Writer } from './writer.js'

/**
 * The same assignments, each before those that set what it reads. `also` is a condition that every one of them reads. Where they read each
 * other in a circle there is no such order.
 */
export function inAnyOrder(
  set: readonly Assignment[],
  table: TableNode,
  out: Writer,
  also: readonly ExpressionNode[] = [],
): readonly Assignment[] {
  const common = readBy(also, table)
  const reads = set.map(([column, value]) => {
    const own = new Set([...common, ...readBy([value], table)])
    own.delete(column)
    return own
  })
  if (reads.every(({ size }) => size === 0)) return set
  const left = set.map((assignment, i) => ({ assignment, reads: reads[i]! }))
  const ordered: Assignment[] = []
  while (left.length > 0) {
    // what no other that is left still reads may be set now
    const next = left.findIndex(
      ({ assignment: [column] }) => !left.some((other) => other.assignment[0] !== column && other.reads.has(column)),
    )
    if (next < 0)
      throw new UnsupportedFeatureError(
        out.dialect,
        'swapInSet',
        `a SET in which ${listed(left.map(({ assignment: [column] }) => column.key))} take each other's values`,
        'read the row first, and set the values',
      )
    ordered.push(left[next]!.assignment)
    left.splice(next, 1)
  }
  return ordered
}

/** The table's columns that expressions read; of a generated one, all that it may be made of. */
function readBy(values: readonly ExpressionNode[], table: TableNode): Set<ColumnNode> {
  const found = new Set<ColumnNode>()
  for (const value of values) {
    if ((value.contains & (contains.column | contains.statement)) === 0) continue
    for (const column of columnsIn(value)) {
      const info = column.source === table ? table.columns.find(({ node }) => node === column) : undefined
      if (info?.options.generated) for (const { node } of table.columns) found.add(node)
      else if (info) found.add(column)
    }
  }
  return found
}
