/** Default texts of a database as what a column definition takes: a value where the text is a plain literal of the column's type, else the text itself. */
import { make, now, type SqlType, typed } from '@quern/expression'
import { type Dialect, storerOf } from '@quern/sql'
import type { Catalog } from './catalog.js'

/** An expression that is nothing but this SQL text, as `` sql`text` `` makes it. */
export const sqlText = (text: string): never => typed(make.template([text], [], make.constant.null.type, false)) as never

/** `undefined` where the default says NULL, which says nothing. */
export function defaultOf(text: string, type: SqlType, catalog: Catalog, dialect: Dialect): { readonly value: unknown } | undefined {
  const bare = withoutParentheses(text, catalog.backslashEscapes)
  if (/^NULL(::[\w\s".()[\],]+)?$/i.test(bare)) return undefined
  if (catalog.now.test(bare) && type.family === 'datetime') return { value: now() }
  const value = literalValue(literalOf(bare, catalog.backslashEscapes), type)
  return { value: value !== undefined && encodes(value, type, dialect) ? value : sqlText(bare) }
}

/** Parentheses around the whole: `(-1)`, but not `(a) + (b)`. */
export function withoutParentheses(text: string, backslashEscapes: boolean): string {
  const plain = text.trim()
  if (!plain.startsWith('(') || !plain.endsWith(')')) return plain
  let depth = 0
  for (const match of plain.matchAll(backslashEscapes ? escapedPieces : plainPieces)) {
    if (match[0] === '(') depth++
    if (match[0] === ')' && --depth === 0)
      return match.index === plain.length - 1 ? withoutParentheses(plain.slice(1, -1), backslashEscapes) : plain
  }
  return plain
}
const plainPieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[()]/gs
const escapedPieces = /'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`(?:[^`]|``)*`|[()]/gs

/** An expression of the catalog, without the parentheses that stand around it where it is written. */
export const fragment = (text: string, { backslashEscapes }: Pick<Catalog, 'backslashEscapes'>): never =>
  sqlText(withoutParentheses(text, backslashEscapes))

type Literal = { readonly kind: 'number' | 'text' | 'boolean'; readonly text: string } | undefined

/** A number, a string or a truth value; PostgreSQL writes its type behind it. */
function literalOf(text: string, backslashEscapes: boolean): Literal {
  if (/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return { kind: 'number', text }
  if (/^(true|false)$/i.test(text)) return { kind: 'boolean', text: text.toLowerCase() }
  const string = (backslashEscapes ? escapedString : plainString).exec(text)
  if (!string) return undefined
  const inner = string[1]!
  if (!backslashEscapes) return { kind: 'text', text: inner.replaceAll("''", "'") }
  return {
    kind: 'text',
    text: inner.replace(/''|\\(.)/gs, (match, character: string | undefined) =>
      match === "''" ? "'" : (escapes[character!] ?? character!),
    ),
  }
}
/** PostgreSQL writes the type behind the text: a name, or one in quotes, with or without sizes. */
const plainString = /^'((?:[^']|'')*)'(?:::(?:[\w .]|"(?:[^"]|"")+"|\([\d, ]+\))+)?$/s
const escapedString = /^'((?:[^'\\]|''|\\.)*)'$/s
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', '0': '\0', Z: '\x1a' }

const wholeNumber = /^[+-]?\d+$/
const anyNumber = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i
const stamp = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3}0*)?)(?:Z|\+00)?$/

/** The program's value of a literal, `undefined` where the literal is none of the type. */
function literalValue(literal: Literal, type: SqlType): unknown {
  if (literal === undefined) return undefined
  const { text } = literal
  switch (type.name) {
    case 'smallint':
    case 'integer':
      return wholeNumber.test(text) ? Number(text) : undefined
    case 'bigint':
      if (!wholeNumber.test(text)) return undefined
      return type.mode === 'number' ? Number(text) : BigInt(text)
    case 'numeric':
      if (type.mode === 'number') return anyNumber.test(text) ? Number(text) : undefined
      return /^[+-]?\d+(\.\d+)?$/.test(text) ? canonical(text) : undefined
    case 'real':
    case 'doublePrecision':
      return anyNumber.test(text) ? Number(text) : undefined
    case 'boolean':
      return truths[text.toLowerCase()]
    case 'tinyint':
    case 'mediumint':
    case 'year':
      return wholeNumber.test(text) ? Number(text) : undefined
    case 'enum':
    case 'char':
    case 'varchar':
    case 'text':
    case 'date':
    case 'time':
    case 'uuid':
      return literal.kind === 'text' ? text : undefined
    case 'timestamp':
    case 'timestamptz':
      return literal.kind === 'text' ? moment(text, type) : undefined
    default:
      return undefined
  }
}
const truths: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false }

function moment(text: string, type: SqlType): unknown {
  const match = stamp.exec(text)
  if (type.mode === 'string' || !match) return type.mode === 'string' ? text : undefined
  const date = new Date(`${match[1]}T${match[2]!.slice(0, 12)}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** `1.50` and `1.5` are one value, so they are one text. */
function canonical(text: string): string {
  const [, sign, whole, fraction] = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text)!
  const digits = `${whole || '0'}${fraction ? `.${fraction}` : ''}`
  return sign === '-' && digits !== '0' ? `-${digits}` : digits
}

/** What the dialect would refuse to write stays SQL text. */
function encodes(value: unknown, type: SqlType, dialect: Dialect): boolean {
  try {
    storerOf(type, dialect)(value, make.parameter(value, type))
    return true
  } catch {
    return false
  }
}

/** The values of a bound, `'2024-01-01', MAXVALUE`, as their texts. */
export function listed(text: string): string[] {
  const found: string[] = ['']
  let depth = 0
  for (const [piece] of text.matchAll(/'(?:[^'\\]|''|\\.)*'|./gs)) {
    if (piece === '(') depth++
    if (piece === ')') depth--
    if (piece === ',' && depth === 0) found.push('')
    else found[found.length - 1] += piece
  }
  return found.map((one) => one.trim())
}

/** One value of a bound: of the key's type, or a whole number or text where the key is an expression; `undefined` where it is no literal. */
export function boundValue(text: string, type: SqlType | undefined, catalog: Catalog): unknown {
  if (/^NULL$/i.test(text)) return null
  const literal = literalOf(text, catalog.backslashEscapes)
  if (type === undefined) return literal?.kind === 'number' && wholeNumber.test(text) ? BigInt(text) : literal?.text
  return (
    literalValue(literal, type) ??
    (type.family === 'exact' && literal?.kind === 'text' ? literalValue({ ...literal, kind: 'number' }, type) : undefined)
  )
}
