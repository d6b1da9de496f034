/** Pieces of TypeScript source. Whatever a database calls its things, none of it can end a string or become code. */

/** Characters that an editor shows as nothing, or that turn the text around: written as escapes. */
const invisible = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A string literal in single quotes. */
export function stringLiteral(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1)
  return `'${inner.replace(/\\.|'/g, (piece) => (piece === '\\"' ? '"' : piece === "'" ? "\\'" : piece)).replace(invisible, escaped)}'`
}

/** The inside of a template literal. */
export const templateText = (text: string): string =>
  text
    .replace(/[\\`]|\$(?=\{)/g, '\\$&')
    // a carriage return in a template literal would be read as a line feed
    .replaceAll('\r', '\\r')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(invisible, escaped)

const plainName = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u

/** A key of an object literal; `__proto__` must be computed, or it would set the prototype. */
export const propertyKey = (name: string): string =>
  name === '__proto__' ? "['__proto__']" : plainName.test(name) ? name : stringLiteral(name)

/** `t.name`, or `t['a name']`. */
export const member = (object: string, name: string): string =>
  plainName.test(name) ? `${object}.${name}` : `${object}[${stringLiteral(name)}]`

/** `{ a: 1 }` of the parts that are there. */
export function objectLiteral(parts: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = Object.entries(parts).flatMap(([key, text]) => (text === undefined ? [] : [`${key}: ${text}`]))
  return given.length === 0 ? undefined : `{ ${given.join(', ')} }`
}

const keywords = `
  abstract any arguments as async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends false finally for from function get globalThis if
  implements import in infer instanceof interface is keyof let module namespace never new null object of package private protected public readonly return set static string super switch symbol this
  throw true try type typeof undefined unknown var void while with yield Array Boolean Date Error Infinity NaN Number Object Promise String Symbol`
  .trim()
  .split(/\s+/)

/** Gives each thing a name of its own that a `const` may have. */
export class Identifiers {
  readonly #reserved: ReadonlySet<string>
  readonly #taken = new Set<string>()

  constructor(reserved: readonly string[]) {
    this.#reserved = new Set([...keywords, ...reserved])
  }

  /** `wanted` with everything replaced that an identifier cannot hold; `suffix` is added to words that mean something else, a number to a second one. */
  take(wanted: string, suffix: string): string {
    const possible = wanted.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?![\p{ID_Start}_$])/u, '_')
    const base = this.#reserved.has(possible) ? possible + suffix : possible
    let name = base
    for (let i = 2; this.#taken.has(name) || this.#reserved.has(name); i++) name = `${base}${i}`
    this.#taken.add(name)
    return name
  }
}

/** `manager_id`, `ManagerId` and `MANAGER ID` to `managerId`. */
export function camelCase(name: string): string {
  const words = name.split(/[^\p{L}\p{N}$]+/u).filter((word) => word !== '')
  const joined = words.map((word, i) => (i === 0 ? lowerStart(word) : capitalised(word))).join('')
  return joined === '' ? name : joined
}
const isShouted = (word: string): boolean => word === word.toUpperCase()
const lowerStart = (word: string): string =>
  isShouted(word) ? word.toLowerCase() : word.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}+/u, (start) => start.toLowerCase())
const capitalised = (word: string): string => {
  const rest = isShouted(word) ? word.toLowerCase() : word
  return rest.replace(/^./u, (first) => first.toUpperCase())
}
