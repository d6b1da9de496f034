/** Values in SQL text, where a dialect reads them in ways of its own. */
import { hexOf } from '@quern/sql'

/** A binary floating point number: without an exponent it would be an exact decimal or a whole number. */
export function floatLiteral(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('e') ? text : `${text}e0`
}

const utf8 = (text: string): Uint8Array =>
  new (globalThis as unknown as { TextEncoder: new () => { encode(text: string): Uint8Array } }).TextEncoder().encode(text)

/** SQLite ends a statement's text at U+0000, so text with it is written in bytes. */
export const sqliteText = (value: string): string =>
  value.includes('\0') ? `(CAST(x'${hexOf(utf8(value))}' AS TEXT))` : `'${value.replaceAll("'", "''")}'`
