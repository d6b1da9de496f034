/** INSERT, UPDATE and DELETE on SQLite. */
import { contains } from '@quern/expression'
import {
  checkDelete,
  conditionsOf,
  type DeleteNode,
  isTarget,
  sourcesOf,
  type UpdateNode,
  type WriteDialect,
  type WriteFeatures,
  type Writer,
  withWhere,
  writeConditions,
  writeDelete,
  writeEnd,
  writeFrom,
  writeLeadingWith,
  writeOnConflict,
} from '@quern/sql'

export const sqliteWriteFeatures: WriteFeatures = {
  conflictTarget: true,
  conflictAnyKey: true,
  conflictReturning: true,
  replaceInto: true,
  insertIgnore: true,
  writeLimit: true,
  swapInSet: true,
  targetInSubquery: true,
  withBeforeInsert: true,
  withBeforeUpdate: true,
  joinedReturning: false,
  returningOldNew: false,
  merge: false,
  mergeBySource: false,
  mergeReturning: false,
}

/**
 * SET is worked out row by row, and a subquery over the same table would see the rows that are changed already. With a FROM, everything is worked
 * out before the first row changes.
 */
const snapshot = (node: UpdateNode): string => {
  const reads = node.set.some(
    ([, value]) => value.contains & contains.statement && sourcesOf(value).some((source) => isTarget(source, node)),
  )
  return reads ? ' FROM (SELECT 1) AS "before"' : ''
}

export const sqliteWrites: WriteDialect = {
  insertWith: 'first',
  setInOrder: false,
  countsTwice: false,
  insertIgnore: 'INSERT OR IGNORE INTO ',
  snapshot,
  returningBeforeLimit: true,
  conflictConstraint: false,
  writeConflict: writeOnConflict,
  conflictSelect: withWhere,
}

/** There is no USING; a row goes when there is one that it meets. */
export function writeDeleteUsing(node: DeleteNode, out: Writer): void {
  const { extra, table } = node
  if (extra === undefined || extra.joins.length === 0) {
    writeDelete(node, out)
    return
  }
  checkDelete(node)
  writeLeadingWith(node, out)
  out.enter([table])
  out.text += 'DELETE FROM '
  out.sourceName(table)
  out.text += ' WHERE EXISTS (SELECT 1'
  out.enter([table, ...extra.sources])
  writeFrom(' FROM ', extra, out)
  writeConditions(' WHERE ', conditionsOf(node, extra), out)
  out.leave()
  out.text += ')'
  writeEnd(node, out)
  out.leave()
}
