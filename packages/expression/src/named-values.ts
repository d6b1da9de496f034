/** `:name` in hand-written SQL. Text in quotes, comments, casts and slices is left as it is. */
import { CompileError } from './errors.js'
import { describe, listed, quoted } from './operand.js'

/** Whatever may hold a colon without meaning a value comes first, so that it is passed over as a whole. */
const token =
  /'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|::|(?<![\w:]):([A-Za-z_]\w*)/g

/** The text around the names, and the names in their order. */
export function namedValues(text: string, values: unknown): { readonly texts: readonly string[]; readonly values: readonly unknown[] } {
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new CompileError(`sql.text takes the values as an object, not ${describe(values)}`)
  const texts: string[] = []
  const found: string[] = []
  let from = 0
  for (const match of text.matchAll(token)) {
    const name = match[2]
    if (name === undefined) continue
    if (!Object.hasOwn(values, name)) throw new CompileError(`sql.text: there is no value for :${name}`, 'UNDEFINED_VALUE')
    texts.push(text.slice(from, match.index))
    found.push(name)
    from = match.index + match[0].length
  }
  texts.push(text.slice(from))
  const unused = Object.keys(values).filter((name) => !found.includes(name))
  if (unused.length > 0)
    throw new CompileError(`sql.text: nothing in the text is called ${listed(unused.map((name) => quoted(name)))}`, 'OPTION')
  return { texts, values: found.map((name) => (values as Record<string, unknown>)[name]) }
}
