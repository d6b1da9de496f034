/** Columns as they are declared and as they are. */

import type { Comparison } from './comparison.js'
import type { DeclaredColumn, DeclaredTable } from './declared.js'
import { labelKey, userTypeKey } from './declared-words.js'
import { defaultOf } from './defaults.js'
import type { ColumnDetails, IdentityDetails, TableDetails, TypeDetails } from './details.js'
import { changed, extra, missing, notCompared, placesIn } from './difference.js'

export function compareColumns(run: Comparison, declared: DeclaredTable, actual: TableDetails, columns: readonly ColumnDetails[]): void {
  const places = placesIn(actual, run)
  const there = new Map(columns.map((column) => [run.nameKey(column.name), column]))
  for (const column of declared.columns) {
    const own = there.get(run.nameKey(column.name))
    there.delete(run.nameKey(column.name))
    if (!own) missing(run, places.column('column', column.name), describe(column))
    else compareColumn(run, column, own, declared)
  }
  for (const column of there.values()) {
    // a table that inherits may leave it to its parent to declare it
    if (!(column.inherited && declared.table.inherits.length > 0)) extra(run, places.column('column', column.name), describe(column))
  }
}

const describe = ({ type, nullable }: ColumnDetails): string => `${type}${nullable ? '' : ' NOT NULL'}`

/** The name of a user's type, or the type as it is spelled. */
export function actualTypeKey(run: Comparison, details: TypeDetails): string {
  const { userType, dimensions } = details
  if (userType?.kind === 'enum' || userType?.kind === 'domain') return userTypeKey(userType, dimensions > 0 || details.type.endsWith('[]'))
  return details.labels ? labelKey(details.type, details.labels) : run.inspector.catalog.spelling(details.type)
}

function compareColumn(run: Comparison, declared: DeclaredColumn, actual: ColumnDetails, table: DeclaredTable): void {
  const places = placesIn({ schema: actual.schema, name: actual.table }, run)
  const place = (kind: Parameters<typeof places.column>[0]) => places.column(kind, declared.name)
  if (declared.typeKey !== actualTypeKey(run, actual) && !isNamedOnly(run, declared, actual)) {
    const kind =
      actual.labels !== null && /^(enum|set)\(/i.test(declared.type) && sameKind(declared.type, actual.type) ? 'enum labels' : 'type'
    changed(run, place(kind), 'has the type', declared.type, actual.type)
  }
  if (declared.nullable !== actual.nullable)
    changed(run, place('nullability'), 'is', declared.nullable ? 'nullable' : 'NOT NULL', actual.nullable ? 'nullable' : 'NOT NULL')
  compareIdentity(run, declared, actual)
  compareGenerated(run, declared, actual)
  if (!declared.identity && !actual.identity && !declared.generated && !actual.generated) compareDefault(run, declared, actual)
  const collation = usualCollation(run, declared.collation, table)
  if (run.sameName(collation, actual.collation) === false)
    changed(run, place('collation'), 'has the collation', collation ?? 'the usual one', actual.collation ?? 'the usual one')
  if (run.comments && declared.comment !== actual.comment)
    changed(run, place('comment'), 'has the comment', quotedText(declared.comment), quotedText(actual.comment))
}

/** `customType` names a type of users by its text alone. */
function isNamedOnly(run: Comparison, declared: DeclaredColumn, actual: ColumnDetails): boolean {
  const bare = (type: string) => run.inspector.catalog.spelling(type.replaceAll('"', '')).toLowerCase()
  return declared.sqlType.name === 'custom' && bare(declared.type) === bare(actual.type)
}

export const quotedText = (text: string | null): string | undefined => (text === null ? undefined : JSON.stringify(text))

const sameKind = (a: string, b: string): boolean => a.slice(0, a.indexOf('(')).toLowerCase() === b.slice(0, b.indexOf('(')).toLowerCase()

/** The table's own collation, and the one that the server takes, say nothing. */
function usualCollation({ usual }: Comparison, collation: string | null, { table }: DeclaredTable): string | null {
  if (collation === null) return null
  return collation.toLowerCase() === (table.options.collation ?? usual.collation)?.toLowerCase() ? null : collation
}

function compareIdentity(run: Comparison, declared: DeclaredColumn, actual: ColumnDetails): void {
  const [a, b] = [identityText(declared.identity), identityText(actual.identity)]
  if (a === b) return
  // SQLite numbers the rows of every INTEGER key, asked or not
  if (!declared.identity && run.dialect.ddl.identityIsPrimaryKey) return
  const place = placesIn({ schema: actual.schema, name: actual.table }, run).column('identity', declared.name)
  changed(run, place, 'has the identity', a, b)
}

function identityText(identity: IdentityDetails | null): string | undefined {
  if (!identity) return undefined
  const { always, start, increment, min, max, cache, cycle } = identity
  const words = [
    always ? 'ALWAYS' : 'BY DEFAULT',
    ...(start === null ? [] : [`START ${start}`]),
    ...(increment === null ? [] : [`INCREMENT ${increment}`]),
    ...(min === null ? [] : [`MINVALUE ${min}`]),
    ...(max === null ? [] : [`MAXVALUE ${max}`]),
    ...(cache === null ? [] : [`CACHE ${cache}`]),
    ...(cycle ? ['CYCLE'] : []),
  ]
  return words.join(' ')
}

function compareGenerated(run: Comparison, declared: DeclaredColumn, actual: ColumnDetails): void {
  const [a, b] = [declared.generated, actual.generated]
  if (!a && !b) return
  const place = placesIn({ schema: actual.schema, name: actual.table }, run).column('generated', declared.name)
  const text = (one: ColumnDetails['generated']) => (one ? `(${one.expression}) ${one.kind.toUpperCase()}` : undefined)
  if (a && b && a.kind === b.kind) {
    const same = run.same({ kind: 'row', schema: actual.schema, table: actual.table }, a.expression, b.expression)
    if (same === undefined) notCompared(run, place, a.expression, b.expression)
    if (same !== false) return
  }
  changed(run, place, 'is generated as', text(a), text(b))
}

function compareDefault(run: Comparison, declared: DeclaredColumn, actual: ColumnDetails): void {
  const { catalog } = run.inspector
  const value = (text: string | null) => (text === null ? undefined : defaultOf(text, declared.sqlType, catalog, run.dialect))
  const [a, b] = [value(declared.default), value(actual.default)]
  if (!a && !b) return
  const place = placesIn({ schema: actual.schema, name: actual.table }, run).column('default', declared.name)
  if (a && b) {
    if (sameValue(a.value, b.value, declared.sqlType.family)) return
    if (declared.sequence && actual.sequence) {
      if (declared.sequence.name === actual.sequence.name && declared.sequence.schema === actual.sequence.schema) return
    } else {
      const same = run.same({ kind: 'value', type: declared.type }, declared.default!, actual.default!)
      if (same === undefined) notCompared(run, place, declared.default!, actual.default)
      if (same !== false) return
    }
  }
  changed(run, place, 'has the default', a && declared.default!, b && actual.default!)
}

/** Of values that a program has; an expression is none. */
function sameValue(a: unknown, b: unknown, family: string): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (typeof a === 'string' && typeof b === 'string' && family === 'datetime') return withoutZeros(a) === withoutZeros(b)
  return a === b && typeof a !== 'object'
}
/** Decimals of seconds that say nothing. */
const withoutZeros = (text: string): string => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
