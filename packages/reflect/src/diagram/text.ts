/** Texts that others chose, made fit to be shown: nothing in them is markup, turns the line around, or cannot be seen. */

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** On one line, with characters that show nothing written out. */
export const shown = (text: string): string =>
  text.replace(unseen, (character) => named[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`)

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** As the content of an XML element or attribute. */
export const xml = (text: string): string => shown(text).replace(/[&<>"']/g, (character) => entities[character]!)

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** Scripts and pictures that take two places of a fixed-width font. */
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u
const plain = /^[\x20-\x7e]*$/

const placesOf = (grapheme: string): number => (plain.test(grapheme) ? grapheme.length : wide.test(grapheme) ? 2 : 1)

/** How many places of a fixed-width font a text takes. */
export function places(text: string): number {
  if (plain.test(text)) return text.length
  let sum = 0
  for (const { segment } of graphemes.segment(text)) sum += placesOf(segment)
  return sum
}

/** No wider than so many places. */
export function shortened(text: string, most: number): string {
  if (places(text) <= most) return text
  let [kept, width] = ['', 0]
  for (const { segment } of graphemes.segment(text)) {
    width += placesOf(segment)
    if (width > most - 1) break
    kept += segment
  }
  return `${kept}…`
}
