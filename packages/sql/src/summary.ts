/** What a statement does, in a few words that have no values in them: for traces and metrics. */
import {
  isExpression,
  isStatement,
  nodeOf,
  type RawNode,
  type SourceNode,
  type StatementNode,
  statementNode,
  type TemplateNode,
  type TemplateValue,
} from '@quern/expression'
import type { AnyStatementNode, CteNode, QueryNode, SubqueryNode, WriteNode } from './nodes.js'

export interface Summary {
  /** `SELECT`, `INSERT`, `CREATE TABLE`. */
  readonly operation: string
  /** The tables in the order in which the statement names them, each once. */
  readonly collections: readonly string[]
  /** Both together, cut where it grows long: `SELECT users posts`. */
  readonly text: string
}

const kept = new WeakMap<object, Summary>()

/** The summary of a statement, from its tree. */
export function summaryOf(statement: object): Summary {
  // What is no statement is refused where it is compiled.
  if (typeof statement !== 'object' || statement === null) return summaryOfText('')
  let summary = kept.get(statement)
  if (summary === undefined) {
    summary = summarise(statement)
    kept.set(statement, summary)
  }
  return summary
}

/** The summary of text: its first words, because its tables can only be guessed. */
export function summaryOfText(text: string): Summary {
  const bare = text.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()+/, '')
  const words = /^(?:(?:create|alter|drop)\s+(?:temporary\s+|unique\s+|or\s+replace\s+)*[a-z]+|[a-z]+)/i.exec(bare)?.[0] ?? 'QUERY'
  const operation = words.toUpperCase().replace(/\s+/g, ' ')
  return { operation, collections: [], text: operation }
}

/** Without what stands in quotation marks, and without numbers: such text may have values in it. */
export const withoutLiterals = (text: string): string =>
  text.replace(/'(?:[^'\\]|''|\\.)*'|\$(\w*)\$[\s\S]*?\$\1\$/g, '?').replace(/(?<![\w$"`.])\d+(?:\.\d+)?(?![\w"`])/g, '?')

function summarise(statement: object): Summary {
  const names = new Set<string>()
  if (isExpression(statement)) {
    const node = nodeOf(statement)
    return node.kind === 'template' ? ofTemplate(node, names) : summaryOfText('')
  }
  if (!isStatement(statement)) return summaryOfText('')
  const node = statementNode(statement)
  if (node.kind === 'raw') return ofTemplate((node as RawNode).template, names)
  return ofNode(node as AnyStatementNode, names) ?? ofDefinition(node, names)
}

/** Nothing for a definition. */
function ofNode(node: AnyStatementNode, names: Set<string>): Summary | undefined {
  switch (node.kind) {
    case 'select':
    case 'compound':
      ofQuery(node, names)
      return made('SELECT', names)
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      ofWrite(node, names)
      return made(node.kind.toUpperCase(), names)
    default:
      return undefined
  }
}

/** `createTable` → `CREATE TABLE` */
function ofDefinition(node: StatementNode, names: Set<string>): Summary {
  const { table, name } = node as { readonly table?: { readonly name?: unknown }; readonly name?: unknown }
  const named = table?.name ?? name
  if (typeof named === 'string') names.add(named)
  return made(node.kind.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase(), names)
}

function ofTemplate({ texts, values }: TemplateNode, names: Set<string>): Summary {
  for (const value of values) ofValue(value, names)
  return made(summaryOfText(texts[0] ?? '').operation, names)
}

function ofValue(value: TemplateValue, names: Set<string>): void {
  if (value.kind === 'source') ofSource(value.source, names)
  else if (value.kind === 'list') for (const item of value.values) ofValue(item, names)
  else if (value.kind === 'statement') ofNode(value.statement as AnyStatementNode, names)
}

function ofQuery(node: QueryNode, names: Set<string>): void {
  if (node.kind === 'compound') for (const part of node.parts) ofQuery(part, names)
  else for (const source of node.sources) ofSource(source, names)
}

function ofWrite(node: WriteNode, names: Set<string>): void {
  names.add(node.table.name)
  if (node.kind === 'insert' && node.select) ofQuery(node.select, names)
  if (node.kind === 'merge') ofSource(node.using, names)
  if (node.kind === 'update' || node.kind === 'delete') for (const source of node.extra?.sources ?? []) ofSource(source, names)
}

/** A table by its own name, also under an alias; what is derived, by what it is made of. A recursive step names nothing new. */
function ofSource(source: SourceNode, names: Set<string>): void {
  const { kind } = source
  if (kind === 'alias' || kind === 'wrapped') ofSource((source as unknown as { readonly of: SourceNode }).of, names)
  else if (kind === 'cte') ofNode((source as CteNode).statement, names)
  else if (kind === 'subquery' || kind === 'lateral') ofQuery((source as SubqueryNode).statement, names)
  else if (kind !== 'values' && kind !== 'function') names.add(source.name)
}

const longest = 255

function made(operation: string, names: Set<string>): Summary {
  const collections = [...names]
  let text = operation
  for (const name of collections) {
    if (text.length + 1 + name.length > longest) break
    text += ` ${name}`
  }
  return { operation, collections, text }
}
