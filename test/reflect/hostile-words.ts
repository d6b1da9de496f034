/** Words that try to become code wherever they are written. */
import fc from 'fast-check'
import type { FreshDatabase } from '../servers/urls.js'
import { hostileNames } from './awkward.js'

/** Pieces that end something in TypeScript, in SQL, or in a reader's eye. */
const pieces = [
  "'",
  '"',
  '`',
  '${',
  '}',
  '\\',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '*/',
  '/*',
  '//',
  '--',
  ';',
  '(',
  ')',
  '[',
  ']',
  '{',
  ',',
  '?',
  ':',
  '$1',
  '$$',
  '@',
  '#',
  'globalThis.hacked = 1',
  '${globalThis.hacked = 1}',
  "'); globalThis.hacked = 1; ('",
  "'; DROP TABLE canary; --",
  'DROP TABLE canary',
  '__proto__',
  '\u202e',
  '\u200b',
  '\ufeff',
  'é',
  '中',
  '\t',
  ' ',
  'AS',
  'x',
  '0',
  '%',
  '\\u0027',
  '\\x27',
  '\\',
]

/** Exactly so many, apart from each other on every server; the same in every run. */
export const words = (dialect: FreshDatabase['dialect'], most: number): string[] => {
  const made = fc.sample(
    fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 })
      .map((list) => list.join(''))
      // a blank at the end, or a NUL, is no name on MySQL; names are of 64 characters there and of 63 bytes on PostgreSQL
      .map((text) => `${text.trim() || 'x'}`)
      .filter((text) => Buffer.byteLength(text) <= 55 && text.trim() === text && text.trim() !== ''),
    { numRuns: most * 4, seed: 7 },
  )
  const all = [...new Map([...hostileNames(dialect), ...made].map((text) => [text.toLowerCase().normalize('NFKD'), text])).values()]
  const fit = all.filter((name) => !/\ufeff$|\u2028$|\u2029$/.test(name)).slice(0, most)
  if (fit.length < most) throw new Error(`only ${fit.length} of ${most} words are apart`)
  return fit
}
