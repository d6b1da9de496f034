/** INSERT, UPDATE and DELETE on MySQL and MariaDB. */
import {
  checkDelete,
  checkUpdate,
  conditionsOf,
  type DeleteNode,
  type Emitters,
  type QueryNode,
  type UpdateNode,
  type WriteDialect,
  type WriteFeatures,
  type Writer,
  wrapQuery,
  writeConditions,
  writeDelete,
  writeEnd,
  writeInsert,
  writeJoins,
  writeLeadingWith,
  writeSet,
  writeUpdate,
} from '@quern/sql'
import { derivedOfTarget, withoutTarget } from './mysql-target.js'
import { withExcluded, writeOnDuplicateKey } from './mysql-upsert.js'

export const mysqlWriteFeatures: WriteFeatures = {
  conflictTarget: false,
  conflictAnyKey: true,
  conflictReturning: false,
  replaceInto: true,
  insertIgnore: true,
  writeLimit: true,
  swapInSet: false,
  targetInSubquery: false,
  withBeforeInsert: false,
  withBeforeUpdate: true,
  joinedReturning: false,
  returningOldNew: false,
  merge: false,
  mergeBySource: false,
  mergeReturning: false,
}
export const mariadbWriteFeatures: WriteFeatures = { ...mysqlWriteFeatures, withBeforeUpdate: false, targetInSubquery: true }

/** A derived table of its own, so that no column of the SELECT can be taken for one of the table that is written. */
const conflictSelect = (select: QueryNode): QueryNode => wrapQuery(select, 'excluded')

export const mysqlWrites: WriteDialect = {
  insertWith: 'select',
  setInOrder: true,
  countsTwice: true,
  insertIgnore: 'INSERT IGNORE INTO ',
  snapshot: undefined,
  returningBeforeLimit: false,
  conflictConstraint: false,
  writeConflict: writeOnDuplicateKey(true),
  conflictSelect,
}
export const mariadbWrites: WriteDialect = { ...mysqlWrites, writeConflict: writeOnDuplicateKey(false) }

function writeJoinedUpdate(node: UpdateNode, out: Writer): void {
  checkUpdate(node)
  const { table } = node
  const extra = node.extra!
  writeLeadingWith(node, out)
  out.enter([table, ...extra.sources])
  out.text += 'UPDATE '
  writeNoMerge(node, out)
  writeJoins(table, extra.joins, out)
  out.text += ' SET '
  writeSet(node.set, table, out, true)
  writeConditions(' WHERE ', conditionsOf(node, extra), out)
  writeEnd(node, out)
  out.leave()
}

function writeJoinedDelete(node: DeleteNode, out: Writer): void {
  checkDelete(node)
  const { table } = node
  const extra = node.extra!
  writeLeadingWith(node, out)
  out.enter([table, ...extra.sources])
  out.text += 'DELETE '
  writeNoMerge(node, out)
  out.text += 'FROM '
  out.sourceName(table)
  out.text += ' USING '
  writeJoins(table, extra.joins, out)
  writeConditions(' WHERE ', conditionsOf(node, extra), out)
  writeEnd(node, out)
  out.leave()
}

function writeNoMerge(node: UpdateNode | DeleteNode, out: Writer): void {
  if (out.dialect.features.hintComments === false) return
  const names = derivedOfTarget(node).map(({ name }) => name)
  if (names.length === 0) return
  out.text += '/*+ NO_MERGE('
  out.list(names, (name) => out.identifier(name))
  out.text += ') */ '
}

const isJoined = ({ extra }: UpdateNode | DeleteNode): boolean => extra !== undefined && extra.joins.length > 0

export const mariadbDml: Pick<Emitters, 'insert' | 'update' | 'delete'> = {
  insert: writeInsert,
  update: (node, out) => (isJoined(node) ? writeJoinedUpdate(node, out) : writeUpdate(node, out)),
  delete: (node, out) => (isJoined(node) ? writeJoinedDelete(node, out) : writeDelete(node, out)),
}
export const mysqlDml: Pick<Emitters, 'insert' | 'update' | 'delete'> = {
  insert: (node, out) => writeInsert(withExcluded(node), out),
  update: (node, out) => mariadbDml.update(withoutTarget(node, out), out),
  delete: (node, out) => mariadbDml.delete(withoutTarget(node, out), out),
}
