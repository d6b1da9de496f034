/** What the parts of a declaration are told by, and what columns' types are compared by. */
import type { ExpressionNode, SqlType } from '@quern/expression'
import { domainOfMark, enumOfLabels, type TableNode } from '@quern/schema'
import { columnTypeText, type Dialect } from '@quern/sql'
import type { Inspector } from './inspector.js'

/** What the words of one declaration need to know. */
export interface Words {
  readonly dialect: Dialect
  readonly inspector: Inspector
  schemaOf(of: { readonly schema?: string | undefined }): string
  expression(node: ExpressionNode, table: TableNode | undefined): string
}

/** The name of a user's type, wherever it is; else the type as it is spelled. */
export function typeKeyOf(type: SqlType, text: string, words: Words): string {
  const { domain, labels, element } = type.detail ?? {}
  const { catalog } = words.inspector
  if (!words.dialect.objects.namedTypes) return (labels && labelKey(text, labels)) || catalog.spelling(text)
  const node = domain ? domainOfMark(domain) : type.name === 'enum' && labels ? enumOfLabels(labels) : undefined
  if (node) return userTypeKey({ schema: words.schemaOf(node), name: node.name }, false)
  // arrays of arrays are of the same type as arrays
  if (element && type.name === 'array')
    return `${typeKeyOf(element, columnTypeText(element, words.dialect), words).replace(/(\[\])+$/, '')}[]`
  return catalog.spelling(text)
}

/** An enum or set that stands at its column: its word and its labels. */
export const labelKey = (type: string, labels: readonly string[]): string =>
  /^(enum|set)\(/i.test(type) ? type.slice(0, type.indexOf('(')).toLowerCase() + JSON.stringify(labels) : ''

export const userTypeKey = ({ schema, name }: { readonly schema: string; readonly name: string }, isArray: boolean): string =>
  `${JSON.stringify([schema, name])}${isArray ? '[]' : ''}`
