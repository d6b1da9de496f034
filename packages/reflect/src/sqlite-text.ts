/**
 * What only the text of CREATE TABLE tells on SQLite: names of constraints, checks, generated columns, collations. The text is the one that
 * SQLite itself accepted and keeps, so it is read by its tokens without a grammar of its own.
 */

import type { DeferrableDetails, TriggerDetails } from './details.js'

interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'mark'
  /** A word in upper case, a name or string without its quotes, or one character. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A key, check or reference as the text has it. */
export interface TextConstraint {
  readonly kind: 'primary' | 'unique' | 'check' | 'foreign'
  readonly name: string | null
  readonly columns: readonly string[]
  /** The condition of a check. */
  readonly expression: string
  readonly deferrable: DeferrableDetails
  readonly match: boolean
  readonly onConflict: boolean
}
export interface TextColumn {
  readonly name: string
  /** The expression of a generated column. */
  readonly generated: string | undefined
  readonly collation: string | undefined
  readonly autoincrement: boolean
}
export interface TableText {
  readonly columns: readonly TextColumn[]
  readonly constraints: readonly TextConstraint[]
}

const pattern =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*|[^\s]/g

function tokens(sql: string): Token[] {
  const found: Token[] = []
  for (const match of sql.matchAll(pattern)) {
    const [text] = match
    const place = { start: match.index, end: match.index + text.length }
    if (text.startsWith('--') || text.startsWith('/*')) continue
    const quote = text[0]!
    if (text.length > 1 && quote === '[') found.push({ kind: 'name', text: text.slice(1, -1), ...place })
    else if (text.length > 1 && (quote === '"' || quote === '`'))
      found.push({ kind: 'name', text: text.slice(1, -1).replaceAll(quote + quote, quote), ...place })
    else if (text.length > 1 && quote === "'") found.push({ kind: 'string', text: text.slice(1, -1).replaceAll("''", "'"), ...place })
    else if (/^[A-Za-z_\u0080-\uffff]/.test(text)) found.push({ kind: 'word', text: text.toUpperCase(), ...place })
    else found.push({ kind: 'mark', text, ...place })
  }
  return found
}

/** The parts between the commas of the list that `list[from]` opens. */
function items(list: readonly Token[], from: number): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (let i = from; i < list.length; i++) {
    const token = list[i]!
    if (isMark(token, ')') && --depth === 0) return parts
    if (depth === 1 && isMark(token, ',')) parts.push([])
    else if (depth > 0) parts.at(-1)!.push(token)
    if (isMark(token, '(')) depth++
  }
  return parts
}

const isMark = (token: Token | undefined, text: string): boolean => token?.kind === 'mark' && token.text === text
const isWord = (token: Token | undefined, ...texts: string[]): boolean => token?.kind === 'word' && texts.includes(token.text)

export function readTableText(sql: string): TableText {
  const all = tokens(sql)
  const open = all.findIndex((token) => isMark(token, '('))
  const result: { columns: TextColumn[]; constraints: TextConstraint[] } = { columns: [], constraints: [] }
  if (open < 0) return result
  for (const item of items(all, open)) {
    const isConstraint = isWord(item[0], 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')
    const own = isConstraint || item.length === 0 ? undefined : nameOf(sql, item[0]!)
    readItem(sql, own === undefined ? item : item.slice(1), own, result)
  }
  return result
}

const nameOf = (sql: string, token: Token): string => (token.kind === 'word' ? sql.slice(token.start, token.end) : token.text)

/** Where the parenthesis at `open` ends. */
function closing(item: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < item.length; i++) {
    if (isMark(item[i], '(')) depth++
    else if (isMark(item[i], ')') && --depth === 0) return i
  }
  return item.length - 1
}

type Draft = { -readonly [Key in keyof TextConstraint]: TextConstraint[Key] }
const kinds: Readonly<Record<string, TextConstraint['kind']>> = {
  PRIMARY: 'primary',
  UNIQUE: 'unique',
  CHECK: 'check',
  FOREIGN: 'foreign',
  REFERENCES: 'foreign',
}

function readItem(
  sql: string,
  item: readonly Token[],
  column: string | undefined,
  result: { columns: TextColumn[]; constraints: TextConstraint[] },
): void {
  const about: { -readonly [Key in keyof TextColumn]: TextColumn[Key] } = {
    name: column ?? '',
    generated: undefined,
    collation: undefined,
    autoincrement: false,
  }
  let name: string | null = null
  let last: Draft | undefined
  for (let i = 0; i < item.length; i++) {
    const token = item[i]!
    const next = item[i + 1]
    if (isMark(token, '(')) {
      i = closing(item, i)
    } else if (token.kind === 'word') {
      if (token.text === 'CONSTRAINT' && next) name = nameOf(sql, item[++i]!)
      else if (token.text === 'COLLATE' && next) about.collation = nameOf(sql, item[++i]!)
      else if (token.text === 'AUTOINCREMENT') about.autoincrement = true
      else if (token.text === 'DEFERRABLE' && last) last.deferrable = isWord(item[i - 1], 'NOT') ? null : deferrableAt(item, i)
      else if (token.text === 'MATCH' && last) last.match = true
      else if (token.text === 'CONFLICT' && last) last.onConflict = true
      else if (token.text === 'AS' && isMark(next, '(')) about.generated = inside(sql, item, i + 1)
      // FOREIGN KEY (…) REFERENCES is one constraint, not two
      else if (Object.hasOwn(kinds, token.text) && !(token.text === 'REFERENCES' && column === undefined)) {
        const open = item.findIndex((other, at) => at > i && isMark(other, '('))
        last = {
          kind: kinds[token.text]!,
          name,
          columns: column === undefined ? listed(sql, item, open) : [column],
          expression: '',
          deferrable: null,
          match: false,
          onConflict: false,
        }
        if (last.kind === 'check') last.expression = inside(sql, item, open)
        result.constraints.push(last)
        name = null
      }
    }
  }
  if (column !== undefined) result.columns.push(about)
}

const deferrableAt = (item: readonly Token[], at: number): DeferrableDetails =>
  isWord(item[at + 1], 'INITIALLY') && isWord(item[at + 2], 'DEFERRED') ? 'deferrable initially deferred' : 'deferrable initially immediate'

/** A comment that ends with its line would end with the text around it, too. */
export const withoutComments = (text: string): string =>
  text.replace(pattern, (piece) => (piece.startsWith('--') || piece.startsWith('/*') ? ' ' : piece)).trim()

const inside = (sql: string, item: readonly Token[], open: number): string =>
  withoutComments(sql.slice(item[open]!.end, item[closing(item, open)]!.start))

/** The SELECT of CREATE VIEW: what stands behind the first AS that is in no parentheses. */
export function readViewText(sql: string): string | null {
  const all = tokens(sql)
  // the view's own name may be written as the word AS is
  for (let i = all.findIndex((token) => isWord(token, 'VIEW')) + 2; i < all.length; i++) {
    if (isMark(all[i], '(')) i = closing(all, i)
    else if (isWord(all[i], 'AS')) return withoutComments(sql.slice(all[i]!.end)).replace(/;$/, '')
  }
  return null
}

export interface IndexText {
  /** The keys in their order, without what is said about order. */
  readonly keys: readonly string[]
  readonly predicate: string | null
}

/** The keys and the condition of CREATE INDEX. */
export function readIndexText(sql: string): IndexText {
  const all = tokens(sql)
  const on = all.findIndex((token, i) => i > 2 && isWord(token, 'ON') && isMark(all[i + 2], '('))
  if (on < 0) return { keys: [], predicate: null }
  const keys = items(all, on + 2).map((item) => {
    let end = item.length
    if (isWord(item[end - 1], 'ASC', 'DESC')) end--
    return withoutComments(sql.slice(item[0]!.start, item[end - 1]!.end))
  })
  const where = all[closing(all, on + 2) + 1]
  return { keys, predicate: isWord(where, 'WHERE') ? withoutComments(sql.slice(where!.end)).replace(/;$/, '') : null }
}

const listed = (sql: string, item: readonly Token[], open: number): string[] =>
  open < 0 ? [] : items(item, open).flatMap(([first]) => (first ? [nameOf(sql, first)] : []))

/** When a trigger runs; SQLite takes BEFORE where nothing is said. */
export function triggerWords(sql: string): Pick<TriggerDetails, 'timing' | 'events'> {
  const all = tokens(sql)
  const at = all.findIndex((token, i) => i > 1 && isWord(token, 'INSERT', 'UPDATE', 'DELETE') && !isWord(all[i - 1], 'TRIGGER', 'EXISTS'))
  const before = all[at - 1]
  const timing = isWord(before, 'AFTER') ? 'after' : isWord(before, 'OF') ? 'instead of' : 'before'
  return { timing, events: [(all[at]?.text.toLowerCase() ?? 'insert') as 'insert'] }
}
