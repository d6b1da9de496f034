/** The words that schema objects are made with, checked: what goes into the SQL as it is, is one of a list. */
import { CompileError, describe, quoted } from '@quern/expression'

/** Names go into quoted identifiers as they are; only what no server can hold is refused. */
export function checkName(name: unknown, what: string): string {
  if (typeof name !== 'string' || name === '') throw new CompileError(`a ${what} needs a non-empty name`)
  if (name.includes('\0')) throw new CompileError(`the ${what} name ${JSON.stringify(name)} contains NUL, which no database takes`)
  if (!name.isWellFormed()) throw new CompileError(`the ${what} name ${JSON.stringify(name)} contains half a surrogate pair`)
  return name
}

/** A comment: any text that every server stores as it is. */
export function checkText(text: unknown, what: string): string {
  if (typeof text !== 'string') throw new CompileError(`a ${what} is a text, not ${describe(text)}`)
  if (text.includes('\0') || !text.isWellFormed())
    throw new CompileError(`a ${what} contains NUL or half a surrogate pair, which is no text`)
  return text
}

/** One of a few words; a misspelt one is answered by the list. */
export function oneOf<W extends string>(word: unknown, words: readonly W[], what: string): W {
  if (!words.includes(word as W))
    throw new CompileError(`${what} is one of ${words.join(', ')}, not ${typeof word === 'string' ? quoted(word) : describe(word)}`)
  return word as W
}

export type MatchType = 'full' | 'partial' | 'simple'
export const matchOf = (match: MatchType): MatchType => oneOf(match, ['full', 'partial', 'simple'], "a foreign key's match")

/** DEFERRABLE (true means INITIALLY IMMEDIATE), or NOT DEFERRABLE in words. */
export type Deferrable = boolean | { readonly initially: 'deferred' | 'immediate' }
/** The words as SQL has them. */
export type DeferrableWords = 'deferrable initially deferred' | 'deferrable initially immediate' | 'not deferrable'

export function deferrableOf(deferrable: Deferrable): DeferrableWords {
  if (typeof deferrable === 'boolean') return deferrable ? 'deferrable initially immediate' : 'not deferrable'
  const initially = oneOf(deferrable?.initially, ['deferred', 'immediate'], 'initially')
  return `deferrable initially ${initially}`
}
