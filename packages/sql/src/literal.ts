/** Values in place, where SQL takes no parameters (DDL) and for people who read a statement. */
import { CompileError, nameOf, type ParameterNode } from '@quern/expression'
import { castName, typeOn } from './codec.js'
import type { Encode } from './plan.js'
import type { Writer } from './writer.js'

/** The value as the dialect would store it, written into the text. */
export function writeLiteral(node: ParameterNode, out: Writer, encode: Encode = out.encoder(node)): void {
  const { dialect } = out
  const { value } = node
  if (value === null) {
    out.text += 'NULL'
    return
  }
  if (value === undefined)
    throw new CompileError(`${node.target ? nameOf(node.target) : 'a parameter'} has no value yet, so it cannot be written in place`)
  const encoded = encode(value, node)
  if (typeof encoded === 'string') out.text += dialect.literal.text(encoded)
  else if (encoded instanceof Uint8Array) out.text += dialect.literal.bytes(hexOf(encoded))
  else if (typeof encoded === 'boolean') out.text += encoded ? 'TRUE' : 'FALSE'
  else if (typeof encoded === 'number') out.text += dialect.literal.number(encoded)
  else out.text += String(encoded)
}

export const hexOf = (bytes: Uint8Array): string => {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** The same dialect with values in place of parameters; negative numbers get parentheses, so that two signs never meet. */
export function writeInline(node: ParameterNode, out: Writer, inferred: boolean): void {
  const { dialect } = out
  const before = out.text.length
  writeLiteral(node, out)
  const text = out.text.slice(before)
  const negative = text.startsWith('-')
  if (inferred || node.value === null || node.type.name === 'custom' || dialect.literal.bare(typeOn(node.type, dialect.name))) {
    if (negative) out.text = `${out.text.slice(0, before)}(${text})`
  } else {
    out.text = `${out.text.slice(0, before)}CAST(${text} AS ${castName(node.type, dialect)})`
  }
}
