/** Declared domains and sequences in the inspector's words. */
import { nodeOf } from '@quern/expression'
import { type DomainNode, domainValue, type SequenceNode, type TableNode } from '@quern/schema'
import { columnTypeText, defaultText } from '@quern/sql'
import { plainType } from './catalog.js'
import type { DeclaredDomain } from './declared.js'
import { typeKeyOf, type Words } from './declared-words.js'
import type { SequenceDetails } from './details.js'

/** The condition is over a column that is called `value`. */
export function declaredDomain(node: DomainNode, words: Words): DeclaredDomain {
  const { source, column, value } = domainValue(node)
  const type = columnTypeText(node.type, words.dialect)
  const condition = node.check && words.expression(node.check.condition(value), source as unknown as TableNode)
  return {
    schema: words.schemaOf(node),
    name: node.name,
    ...plainType(type),
    typeKey: typeKeyOf(node.type, type, words),
    nullable: !node.notNull,
    default: node.default ? defaultText(node.default.value, column, words.dialect) : null,
    collation: null,
    checks: condition === undefined ? [] : [{ name: node.check?.name ?? '', expression: condition }],
    comment: null,
    notes: [],
  }
}

export function declaredSequence(node: SequenceNode, words: Words): SequenceDetails {
  const { cache, greatest, least } = words.inspector.catalog.sequence
  const increment = node.increment ?? 1n
  const bits = { smallint: 15n, integer: 31n, bigint: 63n }[node.as]
  const min = node.min ?? (increment > 0n ? 1n : least(bits))
  const max = node.max ?? (increment > 0n ? greatest(bits) : -1n)
  return {
    schema: words.schemaOf(node),
    name: node.name,
    type: node.as,
    start: node.start ?? (increment > 0n ? min : max),
    increment,
    min,
    max,
    cache: node.cache ?? cache,
    cycle: node.cycle,
    ownedBy: ownerOf(node, words),
    identity: false,
    comment: null,
    notes: [],
  }
}

function ownerOf(node: SequenceNode, words: Words): SequenceDetails['ownedBy'] {
  const column = node.ownedBy && nodeOf(node.ownedBy())
  if (column?.kind !== 'column') return null
  return { schema: words.schemaOf(column.source), table: column.source.name, column: column.name }
}
