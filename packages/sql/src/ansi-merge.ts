/** MERGE as the standard has it. */
import { CompileError } from '@quern/expression'
import { checkRowLevel } from './check.js'
import { ctesOf, writeConditions, writeWith } from './clauses.js'
import { mergeSources } from './merge.js'
import type { MergeNode, MergeWhen } from './nodes.js'
import { writeReturning } from './returning.js'
import { writeSource } from './sources.js'
import type { Writer } from './writer.js'

export function writeMerge(node: MergeNode, out: Writer): void {
  const { table, using, whens } = node
  out.require('merge', 'MERGE', 'use insertInto(…).onConflict(…).doUpdate(…), and deleteFrom() for what is to go')
  if (whens.length === 0) throw new CompileError(`mergeInto(${table.name}) does nothing yet; add whenMatched() or whenNotMatched()`)
  for (const condition of node.on) checkRowLevel(condition, 'ON')
  writeWith(ctesOf(node), out)
  const sources = mergeSources(node)
  out.enter(sources)
  out.text += 'MERGE INTO '
  out.sourceName(table)
  out.text += ' USING '
  writeSource(using, out, [])
  writeConditions(' ON ', node.on, out)
  for (const when of whens) writeWhen(when, node, out)
  if (node.returning) writeReturning(node.returning, 'merge', table, false, out)
  out.leave()
}

function writeWhen(when: MergeWhen, node: MergeNode, out: Writer): void {
  const [table, source] = mergeSources(node) as [MergeNode['table'], MergeNode['using']]
  if (when.when === 'not matched by source')
    out.require('mergeBySource', 'WHEN NOT MATCHED BY SOURCE', 'delete or update those rows in a statement of their own')
  // a row that the target has not has no columns of the target, and the reverse
  out.enter(when.when === 'matched' ? [table, source] : when.when === 'not matched' ? [source] : [table], true)
  out.text += ` WHEN ${when.when.toUpperCase()}`
  for (const condition of when.conditions) checkRowLevel(condition, 'WHEN')
  writeConditions(' AND ', when.conditions, out)
  out.text += ' THEN '
  writeAction(when, out)
  out.leave()
}

function writeAction({ action, set }: MergeWhen, out: Writer): void {
  for (const [, value] of set) checkRowLevel(value, action === 'insert' ? 'VALUES' : 'SET')
  if (action === 'nothing') out.text += 'DO NOTHING'
  else if (action === 'delete') out.text += 'DELETE'
  else if (action === 'update') {
    out.text += 'UPDATE SET '
    out.list(set, ([column, value]) => {
      out.columnName(column)
      out.text += ' = '
      out.store(value, column)
    })
  } else if (set.length === 0) out.text += 'INSERT DEFAULT VALUES'
  else {
    out.text += 'INSERT ('
    out.list(set, ([column]) => out.columnName(column))
    out.text += ') VALUES ('
    out.list(set, ([column, value]) => out.store(value, column))
    out.text += ')'
  }
}
