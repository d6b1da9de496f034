/** Pieces of text that the emitters of DDL statements share. */
import type { ExpressionNode } from '@quern/expression'
import { writeDefaultValue, writeText } from './ddl-constraint.js'
import type { Dialect, Feature } from './dialect.js'
import { Writer } from './writer.js'

/** A text from the writer, which quotes names and knows what the dialect lacks. */
export function written(dialect: Dialect, write: (out: Writer) => void): string {
  const out = new Writer(dialect)
  write(out)
  return out.text
}

export const literalText = (text: string, dialect: Dialect): string => written(dialect, (out) => writeText(text, out))

/** Refuses what the dialect lacks, before anything is sent. */
export function need(dialect: Dialect, feature: Feature, what: string, instead: string): void {
  new Writer(dialect).require(feature, what, instead)
}

/** A value or an expression after DEFAULT. */
export function defaultText(value: unknown, node: ExpressionNode, dialect: Dialect): string {
  return written(dialect, (out) => writeDefaultValue(value, node, out))
}

export function cascadeText(cascade: boolean, dialect: Dialect): string {
  if (!cascade) return ''
  need(dialect, 'dropCascade', 'DROP … CASCADE', 'drop first what depends on it')
  return ' CASCADE'
}
