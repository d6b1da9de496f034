/** Compares what is declared with what an inspector reads. */
import type { Executor } from '@quern/engine'
import type { Metadata, ReferenceAction } from '@quern/schema'
import { type Dialect, supports } from '@quern/sql'
import type { Found } from './build-table.js'
import type { Usual } from './catalog.js'
import { compareObjects } from './compare-objects.js'
import { compareTables } from './compare-tables.js'
import { type Declared, declaredOf } from './declared.js'
import type { NamedDetails } from './details.js'
import type { DiffOptions } from './diff.js'
import type { Difference, DifferenceKind, Differences } from './difference.js'
import { Expressions } from './expressions.js'
import { readSchema } from './found.js'
import { type Inspector, inspect } from './inspector.js'
import { matcher } from './patterns.js'

/** One comparison at work. */
export interface Comparison extends Differences {
  readonly inspector: Inspector
  readonly dialect: Dialect
  readonly same: Expressions['same']
  readonly usual: Usual
  /** Schemas that are not there at all. */
  readonly lost: ReadonlySet<string>
  /** Schemas in which what is not declared is a difference: those of tables and views, and those that are declared themselves. */
  readonly own: ReadonlySet<string>
  readonly comments: boolean
  /** Indexes have methods that can be chosen. */
  readonly hasMethods: boolean
  /** Names that are one name to the database are one text. */
  nameKey(name: string): string
  placeKey(of: { readonly schema: string; readonly name: string }): string
  sameName(a: string | null, b: string | null): boolean
  /** Actions that are one action to the database are one word. */
  action(action: ReferenceAction): string
}

/** What `diff` finds, on one connection. */
export async function compare(metadata: Metadata<any>, db: Executor, options: DiffOptions): Promise<Difference[]> {
  const inspector = await inspect(db)
  const { catalog, dialect } = inspector
  const declared = declaredOf(metadata, inspector, dialect)
  const { schemas, lost } = await schemasOf(declared, inspector)
  const actual = await read(inspector, schemas, options)
  const expressions = new Expressions(catalog)
  const usual = await catalog.usual(db)
  let list: Difference[]
  do {
    list = []
    const run: Comparison = {
      ...rules(inspector),
      list,
      usual,
      lost,
      own: ownOf(declared, inspector),
      shown: inspector.defaultSchema,
      same: (place, a, b) => expressions.same(place, a, b),
    }
    for (const schema of lost) list.push(lostSchema(schema))
    compareObjects(run, declared, actual.named)
    compareTables(run, declared, actual.found)
  } while (await expressions.ask(db))
  return list.filter((one) => isWanted(one, options))
}

function rules(inspector: Inspector): Omit<Comparison, 'list' | 'usual' | 'lost' | 'own' | 'shown' | 'same'> {
  const { catalog, dialect } = inspector
  const keyed = (hasCase: boolean) => (hasCase ? (name: string) => name : (name: string) => name.toLowerCase())
  const [nameKey, tableKey] = [keyed(catalog.namesHaveCase), keyed(catalog.tablesHaveCase)]
  return {
    inspector,
    dialect,
    comments: supports(dialect, 'comments'),
    hasMethods: supports(dialect, 'indexMethod'),
    nameKey,
    placeKey: ({ schema, name }) => JSON.stringify([schema, tableKey(name)]),
    sameName: (a, b) => a?.toLowerCase() === b?.toLowerCase(),
    action: (action) => (action === 'restrict' ? catalog.restrict : action),
  }
}

const lostSchema = (schema: string): Difference =>
  Object.freeze({
    kind: 'schema',
    change: 'missing',
    schema,
    table: undefined,
    name: schema,
    declared: undefined,
    actual: undefined,
    message: `schema ${JSON.stringify(schema)} is missing`,
  })

/** A schema of which only a type is used is somebody else's. */
function ownOf({ tables, views, ownSchemas }: Declared, inspector: Inspector): ReadonlySet<string> {
  const found = new Set([...tables.map(({ table }) => table.schema), ...views.map(({ schema }) => schema), ...ownSchemas])
  return found.size > 0 ? found : new Set([inspector.schemaOf({})])
}

/** The schemas that anything is declared in, and those of them that are not there. */
async function schemasOf(declared: Declared, inspector: Inspector): Promise<{ schemas: string[]; lost: ReadonlySet<string> }> {
  const places = [
    ...declared.tables.map(({ table }) => table),
    ...declared.views,
    ...declared.enums,
    ...declared.domains,
    ...declared.sequences,
  ]
  const named = new Set([...places.map(({ schema }) => schema), ...declared.schemas])
  if (named.size === 0) named.add(inspector.schemaOf({}))
  if (named.size === 1 && inspector.defaultSchema !== undefined && named.has(inspector.defaultSchema))
    return { schemas: [...named], lost: new Set() }
  const there = new Set((await inspector.schemas()).map(({ name }) => name))
  return { schemas: [...named].filter((name) => there.has(name)), lost: new Set([...named].filter((name) => !there.has(name))) }
}

async function read(
  inspector: Inspector,
  schemas: readonly string[],
  { except = [] }: DiffOptions,
): Promise<{ found: readonly Found[]; named: NamedDetails }> {
  const found: Found[] = []
  const named = {
    enums: [] as NamedDetails['enums'][0][],
    domains: [] as NamedDetails['domains'][0][],
    sequences: [] as NamedDetails['sequences'][0][],
  }
  for (const schema of schemas) {
    found.push(...(await readSchema(inspector, schema, { views: true, except })))
    named.enums.push(...(await inspector.enums({ schema })))
    named.domains.push(...(await inspector.domains({ schema })))
    named.sequences.push(...(await inspector.sequences({ schema })))
  }
  return { found, named }
}

const wholes: readonly DifferenceKind[] = ['table', 'view', 'enum', 'domain', 'sequence']

function isWanted({ kind, change, table, schema }: Difference, { extra, except = [], ignore = [] }: DiffOptions): boolean {
  if (ignore.includes(kind) || (change === 'extra' && extra === 'ignore' && wholes.includes(kind))) return false
  if (table === undefined || except.length === 0) return true
  const isOut = matcher(except)
  return !isOut(table) && !isOut(`${schema}.${table}`)
}
