/** One key of ORDER BY. */
import { make, type OrderNode } from '@quern/expression'
import { supports } from './dialect.js'
import type { Writer } from './writer.js'

/** NULLS FIRST and LAST where the dialect has them; else a key before the key, on which NULLs sort as told. */
export function writeOrder(node: OrderNode, out: Writer): void {
  if (node.nulls !== undefined && !supports(out.dialect, 'nullsOrder')) {
    out.expression(make.unary('is null', node.operand, node.operand.type))
    out.text += node.nulls === 'first' ? ' DESC, ' : ', '
  }
  out.expression(node.operand)
  if (node.descending) out.text += ' DESC'
  if (node.nulls !== undefined && supports(out.dialect, 'nullsOrder')) out.text += node.nulls === 'first' ? ' NULLS FIRST' : ' NULLS LAST'
}
