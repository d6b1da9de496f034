/** Values, texts and expressions as they stand in DDL, which takes no parameters. */
import { CompileError, type ExpressionNode, isExpression, make, nodeOf, type ParameterNode } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { boundThrough, ddlName, storerOf, typeOn } from './codec.js'
import { writeLiteral } from './literal.js'
import { Writer } from './writer.js'

/** Expressions in DDL carry no parameters, so values stand in them as literals. */
export function inDdl(node: ExpressionNode, table: TableNode | undefined, out: Writer): void {
  const inner = new Writer({ ...out.dialect, list: undefined, parameter: (parameter, to) => writeDdlLiteral(parameter, to) })
  inner.enter(table === undefined ? [] : [table])
  inner.unqualified(() => inner.expression(node))
  out.text += inner.text
}

/** Two signs that meet would be a comment. */
function writeDdlLiteral(parameter: ParameterNode, out: Writer): void {
  const before = out.text.length
  writeLiteral(parameter, out)
  if (out.text.startsWith('-', before) && before > 0) out.text = `${out.text.slice(0, before)}(${out.text.slice(before)})`
}

/** A value of the column's type, as a literal. */
export function writeValue(value: unknown, node: ExpressionNode, out: Writer): void {
  const parameter = make.parameter(value, node.type, node.kind === 'column' ? node : undefined)
  if (isBound(node, out)) inDdl(boundThrough(parameter, out.dialect.name), undefined, out)
  else writeLiteral(parameter, out, storerOf(node.type, out.dialect))
}

/** Its type puts SQL around every value. */
const isBound = (node: ExpressionNode, out: Writer): boolean => typeOn(node.type, out.dialect.name).detail?.bind !== undefined

/** MySQL and MariaDB take a default of these types only as an expression. */
const largeTypes = /^(tiny|medium|long)?(text|blob)\b|^json\b|^geometry|^point/i

/** What stands after DEFAULT: a literal, or an expression in parentheses. */
export function writeDefaultValue(value: unknown, node: ExpressionNode, out: Writer): void {
  if (isExpression(value)) {
    out.text += '('
    inDdl(nodeOf(value), undefined, out)
    out.text += ')'
    return
  }
  const parentheses = isBound(node, out) || (out.dialect.ddl.defaultInParentheses && largeTypes.test(ddlName(node.type, out.dialect)))
  if (parentheses) out.text += '('
  writeValue(value, node, out)
  if (parentheses) out.text += ')'
}

export function writeText(text: string, out: Writer): void {
  out.text += out.dialect.literal.text(text)
}

/** A comment as the server keeps it, or the sentence why it would not. */
export function writeCommentText(text: string, place: string, out: Writer): void {
  const wide = out.dialect.ddl.narrowComments ? /[\u{10000}-\u{10FFFF}]/u.exec(text) : null
  if (wide)
    throw new CompileError(`the comment of ${place} contains ${wide[0]}, which ${out.dialect.title} keeps as a question mark; leave it out`)
  writeText(text, out)
}
