/** The keys and indexes of a declared table in the inspector's words. */
import type { ConstraintInfo, IndexInfo, IndexKeyInfo, TableNode } from '@quern/schema'
import { nameIn, supports, written } from '@quern/sql'
import type { Found } from './build-table.js'
import type { Words } from './declared-words.js'
import type { DeferrableDetails, IndexDetails, IndexKeyDetails, UniqueDetails } from './details.js'

const names = (columns: readonly { readonly name: string }[]): string[] => columns.map(({ name }) => name)

/** The name that `createAll` writes; `null` where the database chooses. */
const nameOf = (table: TableNode, thing: ConstraintInfo | IndexInfo, { dialect }: Words): string | null =>
  written(dialect, (out) => void (out.text += nameIn(table, thing, out) ?? '')) || null

export function declaredKeys(node: TableNode, words: Words): Pick<Found, 'primaryKey' | 'foreignKeys' | 'exclusions'> {
  const place = { schema: words.schemaOf(node), table: node.name, notes: [] }
  const { primary } = node
  const { plainAction } = words.inspector.catalog
  return {
    primaryKey: primary && {
      ...place,
      name: nameOf(node, primary, words),
      columns: names(primary.columns),
      include: names(primary.include),
      deferrable: deferrable(primary.deferrable),
    },
    foreignKeys: node.foreignKeys.map((key) => {
      const targets = key.target()
      const of = targets[0]!.source as TableNode
      return {
        ...place,
        name: nameOf(node, key, words),
        columns: names(key.columns),
        referencedSchema: words.schemaOf(of),
        referencedTable: of.name,
        referencedColumns: names(targets),
        onDelete: key.onDelete ?? plainAction,
        onUpdate: key.onUpdate ?? plainAction,
        onDeleteColumns: names(key.onDeleteColumns),
        match: key.match === 'full' ? ('full' as const) : ('simple' as const),
        deferrable: deferrable(key.deferrable),
        valid: !key.notValid,
      }
    }),
    exclusions: node.excludes.map((exclude) => ({
      ...place,
      name: nameOf(node, exclude, words) as string,
      method: exclude.method?.toLowerCase() ?? 'gist',
      keys: exclude.elements.map(({ key, operator }) => ({ ...keyDetails(key, node, words), operator })),
      include: names(exclude.include),
      predicate: exclude.where ? words.expression(exclude.where, node) : null,
      deferrable: deferrable(exclude.deferrable),
    })),
  }
}

/** `DEFERRABLE` alone is checked at once. */
function deferrable(words: string | undefined): DeferrableDetails {
  if (words === undefined || /^not /i.test(words)) return null
  return /initially deferred/i.test(words) ? 'deferrable initially deferred' : 'deferrable initially immediate'
}

/** Where a unique index and a unique constraint are one thing, it is a constraint. */
export function declaredIndexes(node: TableNode, words: Words, areOne: boolean): Pick<Found, 'uniques' | 'indexes'> {
  const schema = words.schemaOf(node)
  const uniques: UniqueDetails[] = node.uniques.map((unique) => ({
    schema,
    table: node.name,
    name: nameOf(node, unique, words),
    columns: names(unique.columns),
    include: names(unique.include),
    deferrable: deferrable(unique.deferrable),
    nullsNotDistinct: unique.nullsNotDistinct,
    notes: [],
  }))
  const indexes: IndexDetails[] = []
  for (const index of node.indexes) {
    const details = indexDetails(node, index, words)
    const isPlain = details.keys.every(({ column, descending, length }) => column !== null && !descending && length === null)
    if (areOne && index.unique && isPlain && details.comment === null && details.visible)
      uniques.push({ ...details, columns: names(index.columns), deferrable: null })
    else indexes.push(details)
  }
  return { uniques, indexes }
}

function indexDetails(node: TableNode, index: IndexInfo, words: Words): IndexDetails {
  const keys = index.keys.map((key) => keyDetails(key, node, words))
  return {
    schema: words.schemaOf(node),
    table: node.name,
    name: nameOf(node, index, words)!,
    columns: keys.map(({ column }) => column),
    keys,
    unique: index.unique,
    method: index.method?.toLowerCase() ?? 'btree',
    type: index.type ?? null,
    include: names(index.include),
    predicate: index.where ? words.expression(index.where, node) : null,
    nullsNotDistinct: index.nullsNotDistinct,
    with: Object.fromEntries(Object.entries(index.with ?? {}).map(([key, value]) => [key, String(value)])),
    visible: !index.invisible,
    valid: true,
    inherited: false,
    comment: index.comment ?? null,
    notes: [],
  }
}

function keyDetails(key: IndexKeyInfo, table: TableNode, words: Words): IndexKeyDetails {
  const { node, descending } = key
  // where there are no words for it, NULLs are the least
  const nullsLast = supports(words.dialect, 'indexNullsOrder')
  const usual = descending === nullsLast ? 'first' : 'last'
  return {
    column: node.kind === 'column' ? node.name : null,
    expression: node.kind === 'column' ? null : words.expression(node, table),
    descending,
    nulls: key.nulls === undefined || key.nulls === usual ? null : key.nulls,
    opclass: key.opclass ?? null,
    collation: key.collation ?? null,
    length: key.length ?? null,
  }
}
