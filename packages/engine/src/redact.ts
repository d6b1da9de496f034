import type { DriverValue } from '@quern/sql'

/** What must not appear in a message, and which quoted words may stay. */
export interface Hidden {
  readonly values: readonly DriverValue[]
  /** Whether everything in quotes goes that is not one of `names`. */
  readonly quoted: boolean
  readonly names: readonly (string | undefined)[]
}

/** What a driver's error may keep: its codes and its places, none of which hold a value. */
const safeFields = [
  'code',
  'errno',
  'sqlState',
  'syscall',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'dataType',
  'position',
  'routine',
]

/** Replaces values by `?`: those that were bound, and whatever else the server put in quotes. */
export function redact(message: string, hidden: Hidden): string {
  let text = message
  for (const value of longestFirst(hidden.values, message)) {
    // A short value is only itself between word boundaries: the 1 of `column 1` is, the 1 of `code 1062` is not.
    text = text.replace(new RegExp(`(?<![\\w])${escaped(value)}(?![\\w])`, 'g'), '?')
  }
  if (!hidden.quoted) return text
  // an apostrophe inside a word ("Can't create") opens no quotation
  return text.replace(/(?<![A-Za-z])'([^']*)'|"([^"]*)"/g, (all, single: string | undefined, double: string | undefined) => {
    const word = single ?? double ?? ''
    return isName(word, hidden.names) ? all : `${all[0]}?${all[0]}`
  })
}

/** The driver's error without its values: same name, code, place and stack. */
export function redactedCause(cause: unknown, hidden: Hidden): unknown {
  if (!isError(cause)) return undefined
  const copy = new Error(redact(cause.message, hidden))
  copy.name = cause.name
  // The stack's first lines repeat the message.
  const frames = cause.stack?.indexOf('\n    at ') ?? -1
  copy.stack = `${copy.name}: ${copy.message}${frames < 0 ? '' : cause.stack!.slice(frames)}`
  for (const field of safeFields) {
    const value = (cause as unknown as Record<string, unknown>)[field]
    if (typeof value === 'string' || typeof value === 'number') Object.defineProperty(copy, field, { value, enumerable: true })
  }
  return copy
}

/** By its looks: a native module's errors belong to the realm that loaded it first, which need not be ours. */
export const isError = (cause: unknown): cause is Error =>
  typeof cause === 'object' && cause !== null && 'message' in cause && typeof cause.message === 'string'

/** MySQL writes `users.email` and `db.users.email` for a key, so a name may stand behind dots. */
function isName(word: string, names: readonly (string | undefined)[]): boolean {
  return word === '?' || names.some((name) => name !== undefined && (word === name || word.endsWith(`.${name}`)))
}

/** Only those that the message holds: of many rows, the values are many and long. */
function longestFirst(values: readonly DriverValue[], message: string): string[] {
  const texts = new Set<string>()
  for (const value of values) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') continue
    const text = String(value)
    if (message.includes(text)) texts.add(text)
  }
  texts.delete('')
  return [...texts].sort((a, b) => b.length - a.length)
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
