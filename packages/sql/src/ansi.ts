/** Emitters for what the four dialects write alike. A dialect spreads them and replaces what differs. */
import { writeDelete, writeInsert, writeUpdate } from './ansi-dml.js'
import { ansiExpressions, writeParts } from './ansi-expressions.js'
import { writeMerge } from './ansi-merge.js'
import { checkSelect } from './check.js'
import { writeCompound } from './compound.js'
import { groupedApart } from './groupings.js'
import type { Emitters, SelectNode } from './nodes.js'
import { numbered } from './numbered.js'
import type { Writer } from './writer.js'

export function writeSelect(node: SelectNode, out: Writer): void {
  checkSelect(node)
  out.enter(node.sources)
  const { select } = out.dialect
  for (let i = 0; i < select.length; i++) select[i]!(node, out)
  out.leave()
}

/** The same where some clauses are written over derived tables; most statements have none of them. */
export function writeSelectOver(node: SelectNode, out: Writer): void {
  const plain = node.extra === undefined && node.groupBy.length === 0
  writeSelect(plain ? node : numbered(groupedApart(node, out.dialect), out.dialect), out)
}

export const ansi: Emitters = {
  ...ansiExpressions,
  select: writeSelect,
  compound: writeCompound,
  insert: writeInsert,
  update: writeUpdate,
  delete: writeDelete,
  merge: writeMerge,
  raw: (node, out) => out.unchecked(() => writeParts(node.template, out)),
}
