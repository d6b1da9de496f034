/** One key of ORDER BY. */
import { make, type OrderNode } from '@quern/expression'
import { type Dialect, supports } from './dialect.js'
import type { Writer } from './writer.js'

/** What the dialect sorts by; the key itself, but for types that it stores as another. */
export const sortKeyOf = (key: OrderNode, dialect: Dialect): OrderNode => dialect.sortKey?.(key, dialect) ?? key

/** NULLS FIRST and LAST where the dialect has them; else a key before the key, on which NULLs sort as told. */
export function writeOrder(given: OrderNode, out: Writer): void {
  const node = sortKeyOf(given, out.dialect)
  if (node.nulls !== undefined && !supports(out.dialect, 'nullsOrder')) {
    out.expression(make.unary('is null', node.operand, node.operand.type))
    out.text += node.nulls === 'first' ? ' DESC, ' : ', '
  }
  out.expression(node.operand)
  if (node.descending) out.text += ' DESC'
  if (node.nulls !== undefined && supports(out.dialect, 'nullsOrder')) out.text += node.nulls === 'first' ? ' NULLS FIRST' : ' NULLS LAST'
}
