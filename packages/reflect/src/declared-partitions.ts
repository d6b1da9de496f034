/** How a declared table is divided, in the inspector's words. */
import type { TableNode } from '@quern/schema'
import { partitionTexts, writeTable, written } from '@quern/sql'
import type { Words } from './declared-words.js'
import type { PartitionDetails, PartitioningDetails } from './details.js'

export function declaredPartitioning(node: TableNode, words: Words): PartitioningDetails | null {
  const { partitioning } = node
  if (!partitioning) return null
  return {
    method: partitioning.method,
    keys: partitioning.keys.map((key) =>
      key.kind === 'column' ? { column: key.name, expression: null } : { column: null, expression: words.expression(key, node) },
    ),
    partitions: partitionsOf(node, words),
  }
}

/** Bounds are taken from the text that `createAll` writes. */
function partitionsOf(node: TableNode, { dialect }: Words): PartitionDetails[] {
  const { partitions } = node.partitioning!
  if (dialect.ddl.partitions === 'tables') {
    const texts = partitionTexts(node, false, dialect)
    const name = written(dialect, (out) => out.sourceName(node))
    return texts.map((text, i) => ({
      name: typeof partitions === 'number' ? `${node.name}_p${i}` : partitions[i]!.name,
      bound: text.slice(text.indexOf(` PARTITION OF ${name}`) + ` PARTITION OF ${name}`.length).trim(),
      comment: null,
    }))
  }
  if (typeof partitions === 'number') return Array.from({ length: partitions }, (_, i) => ({ name: `p${i}`, bound: null, comment: null }))
  const text = written(dialect, (out) => writeTable(node, new Set(), false, out))
  return partitions.map(({ name }) => {
    const start = `PARTITION ${written(dialect, (out) => out.identifier(name))} `
    const rest = text.slice(text.lastIndexOf(start) + start.length)
    const bound = /^(VALUES LESS THAN \(|VALUES IN \(|DEFAULT)/.test(rest) ? rest.split(/(?:, PARTITION [`"]|\)$)/, 1)[0]! : ''
    return { name, bound: bound === '' ? null : bound.replace(/^VALUES (LESS THAN|IN) \(|\)$/g, ''), comment: null }
  })
}
