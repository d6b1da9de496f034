/** A database as an entity-relationship picture. */
import { QuernError } from '@quern/expression'
import { type Inspectable, Inspector, inspect } from './inspector.js'
import type { ReflectOptions } from './reflect.js'

export interface DiagramOptions extends Pick<ReflectOptions, 'schema' | 'only' | 'except' | 'views'> {
  /** A picture, or text that Mermaid draws; `svg` unless told. */
  readonly format?: 'svg' | 'mermaid'
  /** Only the columns of primary, foreign and unique keys. */
  readonly keysOnly?: boolean
}
const formats: readonly unknown[] = ['svg', 'mermaid'] satisfies DiagramOptions['format'][]
const optionKeys: { readonly [Key in keyof Required<DiagramOptions>]: true } = {
  schema: true,
  only: true,
  except: true,
  views: true,
  format: true,
  keysOnly: true,
}

/**
 * The tables of an existing database with their columns, types and keys, and lines for the foreign keys: grouped by schema and by what refers to
 * what, the same text for the same database.
 *
 * `await writeFile('shop.svg', await diagram(engine, { schema: ['public', 'audit'], except: ['tmp_*'] }))`
 *
 * @throws UnknownNameError where a schema or a table of `only` is not there, QuernError for an option that there is not
 */
export async function diagram(source: Inspectable | Inspector, options: DiagramOptions = {}): Promise<string> {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(optionKeys, key))
      throw new QuernError(`diagram has no option ${JSON.stringify(key)}; it has ${Object.keys(optionKeys).join(', ')}`, 'OPTION')
  }
  const { format = 'svg', keysOnly = false, ...filters } = options
  if (!formats.includes(format))
    throw new QuernError(`diagram has no format ${JSON.stringify(format)}; it has ${formats.join(', ')}`, 'OPTION')
  const inspector = source instanceof Inspector ? source : await inspect(source)
  // loaded when it is first asked for: most programs draw nothing
  const { draw } = await import('./diagram/draw.js')
  return await draw(inspector, filters, format, keysOnly)
}
