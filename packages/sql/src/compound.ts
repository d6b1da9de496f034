/** UNION, INTERSECT and EXCEPT as SQL. */
import { contains, type OrderNode } from '@quern/expression'
import { ctesOf, limitClause, writeWith } from './clauses.js'
import { supports } from './dialect.js'
import type { CompoundNode, QueryNode } from './nodes.js'
import { numberedParts } from './numbered.js'
import { sortKeyOf, writeOrder } from './order.js'
import type { Writer } from './writer.js'

export function writeCompound(node: CompoundNode, out: Writer): void {
  if (node.contains & contains.statement) writeWith(ctesOf(node), out)
  out.enter([node.out])
  const numbers = node.all && node.operator !== 'union' && !supports(out.dialect, node.operator === 'except' ? 'exceptAll' : 'intersectAll')
  if (!numbers && node.orderBy.every((key) => sortKeyOf(key, out.dialect) === key && isPlain(key, node, out))) {
    writeParts(node, out)
    if (node.orderBy.length > 0) {
      out.text += ' ORDER BY '
      out.unqualified(() => out.list(node.orderBy, (key) => writeOrder(key, out)))
    }
  } else {
    // a set operation orders by its columns only; by expressions over them, the statement around it does, which also leaves out numbers
    out.text += 'SELECT '
    out.list(node.projection.fields, ({ node: column }) => out.expression(column))
    out.text += ' FROM ('
    out.outside(() => writeParts(numbers ? numberedParts(node) : node, out))
    out.text += ') AS '
    out.identifier(node.out.name)
    if (node.orderBy.length > 0) out.text += ' ORDER BY '
    out.list(node.orderBy, (key) => writeOrder(key, out))
  }
  limitClause(node, out)
  out.leave()
}

const isPlain = ({ operand, nulls }: OrderNode, node: CompoundNode, out: Writer): boolean =>
  operand.kind === 'column' && operand.source === node.out && (nulls === undefined || supports(out.dialect, 'nullsOrder'))

const words = { union: 'UNION', intersect: 'INTERSECT', except: 'EXCEPT' } as const

function writeParts({ operator, all, parts }: CompoundNode, out: Writer): void {
  const word = `${words[operator]}${all ? ' ALL' : ''}`
  out.list(parts, (part) => writePart(part, out), ` ${word} `)
}

/** A part that is a set operation, or has an order or a limit of its own, keeps it in parentheses. */
function writePart(part: QueryNode, out: Writer): void {
  const alone = part.kind === 'select' && part.orderBy.length === 0 && !part.limit && !part.offset && part.extra === undefined
  if (alone) out.statement(part)
  else {
    out.text += out.dialect.compoundPart
    out.statement(part)
    out.text += ')'
  }
}
