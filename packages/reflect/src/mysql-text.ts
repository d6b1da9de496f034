/** The texts of MySQL's and MariaDB's catalogs: what they escape, garble and qualify. */

interface Token {
  readonly kind: 'name' | 'string' | 'word' | 'mark'
  /** A name or string without its quotes. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const pattern = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|[\p{L}\p{N}_$]+|\S/gu

export function mysqlTokens(text: string): Token[] {
  return [...text.matchAll(pattern)].map((match) => {
    const [piece] = match
    const quote = piece.length > 1 ? piece[0]! : ''
    const place = { start: match.index, end: match.index + piece.length }
    if (quote === '`') return { kind: 'name', text: piece.slice(1, -1).replaceAll('``', '`'), ...place }
    if (quote === "'" || quote === '"') return { kind: 'string', text: unquoted(piece), ...place }
    return { kind: /^[\p{L}\p{N}_$]/u.test(piece) ? 'word' : 'mark', text: piece, ...place }
  })
}

const unquoted = (piece: string): string => piece.slice(1, -1).replaceAll(piece[0]!.repeat(2), piece[0]!)

/** The labels of `enum('a','it''s')`, in which nothing but quotes is escaped. */
export function labelsOf(type: string): string[] | null {
  if (!/^(enum|set)\(/.test(type)) return null
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label]) => label!.replaceAll("''", "'"))
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', Z: '\x1a' }

/** MySQL's catalog shows expressions with every quote, backslash and line break in them escaped once more. */
export const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character)

/** What Windows' Latin alphabet has at 0x80 to 0x9f; MySQL leaves the gaps as they are. */
const latin =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

/**
 * MySQL shows the characters outside ASCII of an expression as those of their bytes: `'é'` as `'Ã©'`. Yields what they were, `undefined` where
 * the text is nothing of the kind.
 */
export function repaired(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII starts with them
  if (/^[\x00-\x7f]*$/.test(text)) return text
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0)!
    const high = latin.indexOf(character)
    if (code < 0x80 || (code >= 0xa0 && code < 0x100)) bytes.push(code)
    else if (high >= 0) bytes.push(0x80 + high)
    else return undefined
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes))
  } catch {
    return undefined
  }
}

/** An expression of MySQL's catalog as it was written; `undefined` where that cannot be told. */
export const shown = (text: string): string | undefined => {
  const found = repaired(text)
  return found === undefined ? undefined : unescaped(found)
}

/**
 * A view's text without the name of its own database, which the server puts before every table: a copy would read the original. `undefined`
 * where something else has that name, too.
 */
export function unqualified(text: string, schema: string): string | undefined {
  const tokens = mysqlTokens(text)
  let result = ''
  let from = 0
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'name' || token.text !== schema) continue
    const [before, next, after] = [tokens[i - 1], tokens[i + 1], tokens[i + 2]]
    if (before?.text === '.' || next?.text !== '.' || after?.kind !== 'name') return undefined
    result += text.slice(from, token.start)
    from = after.start
  }
  return result + text.slice(from)
}

/** The tables and views that a view's text names with their database. */
export function namedIn(text: string, schema: string): string[] {
  const tokens = mysqlTokens(text)
  return tokens.flatMap((token, i) =>
    token.kind === 'name' && token.text === schema && tokens[i + 1]?.text === '.' && tokens[i + 2]?.kind === 'name'
      ? [tokens[i + 2]!.text]
      : [],
  )
}
