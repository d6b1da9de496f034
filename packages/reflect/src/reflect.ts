/** From what a database says of itself to the tables that a user would have written. */
import { QuernError } from '@quern/expression'
import { type AnyColumnDef, Metadata } from '@quern/schema'
import type { ColumnDetails } from './details.js'
import type { DynamicMetadata, DynamicTable } from './dynamic.js'
import { type Inspectable, Inspector, inspect } from './inspector.js'
import { keepWarnings } from './warnings.js'

export interface ReflectOptions {
  /** The schema or schemas to read; the one that unqualified names mean unless told. */
  readonly schema?: string | readonly string[]
  /** Only these tables, by their database names; `*` stands for any text, `?` for one character: `['users', 'audit_*']`. */
  readonly only?: readonly string[]
  /** All but these tables. */
  readonly except?: readonly string[]
  /** Views too. */
  readonly views?: boolean
  /** The property of a column from its database name: `camelCase`. */
  readonly naming?: (name: string, column: ColumnDetails) => string
  /** Types that the program knows better, by `table.column` or a pattern: `{ 'orders.meta': json<Meta>(), '*.id': bigint({ mode: 'number' }) }`. */
  readonly types?: Readonly<Record<string, AnyColumnDef>>
}
const optionKeys: { readonly [Key in keyof Required<ReflectOptions>]: true } = {
  schema: true,
  only: true,
  except: true,
  views: true,
  naming: true,
  types: true,
}

/**
 * The tables of an existing database, usable in statements at once. What Quern's tables cannot express of it is in `warningsOf(metadata)`.
 *
 * `const db = await reflect(engine)`, `await engine.all(select(db.table('users')))`
 *
 * @throws UnknownNameError where a schema or a table of `only` is not there, QuernError for an option that there is not
 */
export function reflect(source: Inspectable | Inspector, options?: ReflectOptions): Promise<DynamicMetadata>
/** `gather` makes the metadata, where it is a class of one's own. */
export function reflect<M extends DynamicMetadata>(
  source: Inspectable | Inspector,
  options: ReflectOptions | undefined,
  gather: (tables: Record<string, DynamicTable>) => M,
): Promise<M>
export async function reflect(
  source: Inspectable | Inspector,
  options: ReflectOptions = {},
  gather: (tables: Record<string, DynamicTable>) => DynamicMetadata = (tables) => new Metadata(tables),
): Promise<DynamicMetadata> {
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(optionKeys, key))
      throw new QuernError(`reflect has no option ${JSON.stringify(key)}; it has ${Object.keys(optionKeys).join(', ')}`, 'OPTION')
  }
  const inspector = source instanceof Inspector ? source : await inspect(source)
  // loaded when it is first asked for: most programs never reflect
  const { build } = await import('./build.js')
  const { tables, warnings } = await build(inspector, options)
  const metadata = gather(tables)
  keepWarnings(metadata, warnings)
  return metadata
}
