/** The enum types, domains and sequences of a metadata: those that it declares, and those that its columns bring along. */
import { isExpression, nodeOf, type SqlType } from '@quern/expression'
import { domainOfMark, enumOfLabels, type Metadata, type NamedObject, type SequenceNode } from '@quern/schema'

function typesIn({ detail, name }: SqlType): NamedObject[] {
  const domain = detail?.domain && domainOfMark(detail.domain)
  // what is beneath a domain is the domain's business
  if (domain) return [...typesIn(domain.type), domain]
  const own = name === 'enum' && detail?.labels ? enumOfLabels(detail.labels) : undefined
  return [...(own ? [own] : []), ...(detail?.element ? typesIn(detail.element) : [])]
}

/** Enum types, then domains, which may be made of them, then sequences; each by schema and name. */
export function namedIn(metadata: Metadata<any>): NamedObject[] {
  const found = new Set<NamedObject>()
  for (const node of metadata.objects()) {
    if (node.kind === 'domain') for (const used of typesIn(node.type)) found.add(used)
    if (node.kind === 'enum' || node.kind === 'domain' || node.kind === 'sequence') found.add(node)
    if (node.kind !== 'table' && node.kind !== 'view') continue
    for (const { node: column, options } of node.columns) {
      for (const used of typesIn(column.type)) found.add(used)
      const value = options.default?.value
      const drawn = isExpression(value) ? nodeOf(value) : undefined
      if (drawn?.kind === 'sequenceValue') found.add(drawn.sequence as SequenceNode)
    }
  }
  const rank = { enum: 0, domain: 1, sequence: 2 } as const
  const title = ({ schema, name }: NamedObject): string => JSON.stringify([schema ?? '', name])
  return [...found].sort((a, b) => rank[a.kind] - rank[b.kind] || (title(a) < title(b) ? -1 : 1))
}
