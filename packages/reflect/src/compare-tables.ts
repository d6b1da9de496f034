/** Tables and views as they are declared and as they are. */
import type { Found } from './build-table.js'
import { compareColumns, quotedText } from './compare-columns.js'
import { compareKeys, parameters } from './compare-keys.js'
import type { Comparison } from './comparison.js'
import type { Declared, DeclaredTable, DeclaredView } from './declared.js'
import { withoutParentheses } from './defaults.js'
import type { PartitioningDetails, TableOptionDetails } from './details.js'
import { changed, extra, missing, notCompared, placesIn } from './difference.js'

const isView = ({ table }: Found): boolean => table.kind.endsWith('view')

export function compareTables(run: Comparison, declared: Declared, actual: readonly Found[]): void {
  const there = new Map(actual.map((one) => [run.placeKey(one.table), one]))
  for (const one of declared.tables) {
    const own = there.get(run.placeKey(one.table))
    there.delete(run.placeKey(one.table))
    if (run.lost.has(one.table.schema)) continue
    if (!own) missing(run, placesIn(one.table, run).table('table'))
    else compareTable(run, one, own)
  }
  for (const view of declared.views) {
    const own = there.get(run.placeKey(view))
    there.delete(run.placeKey(view))
    if (run.lost.has(view.schema)) continue
    if (!own || !isView(own)) missing(run, placesIn(view, run).table('view', view.materialized ? 'materialized view' : 'view'))
    else compareView(run, view, own)
  }
  const known = new Set(actual.map((one) => run.placeKey(one.table)))
  for (const one of there.values()) {
    const { partitionOf, schema } = one.table
    // a partition is a part of its table; views count where there are any
    if (!run.own.has(schema) || (partitionOf && known.has(run.placeKey(partitionOf))) || (isView(one) && declared.views.length === 0))
      continue
    extra(run, placesIn(one.table, run).table(isView(one) ? 'view' : 'table', one.table.kind))
  }
}

function compareTable(run: Comparison, declared: DeclaredTable, actual: Found): void {
  if (isView(actual)) {
    // a view whose text the server does not show is reflected as a table
    if (actual.table.definition !== null)
      changed(run, placesIn(actual.table, run).table('table'), 'is', 'a table', `a ${actual.table.kind}`)
    return
  }
  compareColumns(run, declared, actual.table, actual.columns)
  compareKeys(run, declared, actual)
  compareOptions(run, declared, actual)
  comparePartitioning(run, declared, actual)
}

function compareOptions(run: Comparison, { table: declared, node }: DeclaredTable, { table: actual }: Found): void {
  const places = placesIn(actual, run)
  if (run.comments && declared.comment !== actual.comment)
    changed(run, places.table('comment'), 'has the comment', quotedText(declared.comment), quotedText(actual.comment))
  const { catalog } = run.inspector
  for (const option of catalog.options) {
    const [a, b] = [optionText(run, option, declared), optionText(run, option, actual)]
    // the collation of a character set is the server's to choose
    if (option === 'collation' && declared.options.collation === undefined && node.options.mysql.charset !== undefined) continue
    if (a?.toLowerCase() !== b?.toLowerCase()) changed(run, places.table('option'), `has the option ${option}`, a, b)
  }
}

function optionText(run: Comparison, option: keyof TableOptionDetails | 'inherits', table: Found['table']): string | undefined {
  if (option === 'inherits') return table.inherits.map((parent) => run.placeKey(parent)).join(', ') || undefined
  const value = table.options[option]
  if (value === undefined || value === run.usual.options[option]) return undefined
  return typeof value === 'object' ? parameters(value) || undefined : String(value)
}

function comparePartitioning(run: Comparison, { table: declared }: DeclaredTable, { table: actual }: Found): void {
  const [a, b] = [declared.partitioning, actual.partitioning]
  const places = placesIn(actual, run)
  if (!a && !b) return
  if (!a || !b || a.method !== b.method || a.keys.length !== b.keys.length)
    changed(run, places.table('partition'), 'is partitioned by', keysText(a), keysText(b))
  else if (compareKeysOf(run, a, b, actual)) comparePartitions(run, a, b, actual)
}

/** Whether both are divided by the same keys. */
function compareKeysOf(run: Comparison, a: PartitioningDetails, b: PartitioningDetails, actual: Found['table']): boolean {
  const place = placesIn(actual, run).table('partition')
  for (const [i, key] of a.keys.entries()) {
    const other = b.keys[i]!
    const same =
      key.column === null && other.expression !== null
        ? run.same({ kind: 'row', schema: actual.schema, table: actual.name }, key.expression!, other.expression)
        : key.column === other.column
    if (same === undefined) notCompared(run, place, keysText(a)!, keysText(b)!)
    else if (!same) changed(run, place, 'is partitioned by', keysText(a), keysText(b))
    if (!same) return false
  }
  return true
}

function comparePartitions(run: Comparison, a: PartitioningDetails, b: PartitioningDetails, actual: Found['table']): void {
  const places = placesIn(actual, run)
  const left = new Map(b.partitions.map((one) => [one.name, one]))
  for (const one of a.partitions) {
    const own = left.get(one.name)
    left.delete(one.name)
    if (!own) missing(run, places.part('partition', one.name), one.bound ?? undefined)
    else if (one.bound !== null && own.bound !== null && boundKey(one.bound) !== boundKey(own.bound))
      changed(run, places.part('partition', one.name), 'is', one.bound, own.bound)
  }
  for (const one of left.values()) extra(run, places.part('partition', one.name), one.bound ?? undefined)
}

const keysText = (one: PartitioningDetails | null): string | undefined =>
  one ? `${one.method.toUpperCase()} (${one.keys.map(({ column, expression }) => column ?? `(${expression})`).join(', ')})` : undefined

/** Numbers may stand in quotes, and words in any case. */
const boundKey = (bound: string): string =>
  bound
    .replace(/::[\w ."]+(\(\d+(?:,\d+)?\))?/g, '')
    .replace(/'(-?\d+(?:\.\d+)?)'/g, '$1')
    .replace(/\s+/g, '')
    .toLowerCase()

function compareView(run: Comparison, declared: DeclaredView, actual: Found): void {
  const kind = declared.materialized ? 'materialized view' : 'view'
  const place = placesIn(actual.table, run).table('view', kind)
  const columns = actual.columns.map(({ name }) => name)
  const { definition } = actual.table
  const list = (names: readonly string[]) => JSON.stringify(names.map((name) => run.nameKey(name)))
  if (actual.table.kind !== kind) changed(run, place, 'is', `a ${kind}`, `a ${actual.table.kind}`)
  else if (list(columns) !== list(declared.columns)) changed(run, place, 'has the columns', declared.columns.join(', '), columns.join(', '))
  else if (definition === null) notCompared(run, place, declared.definition, null)
  else {
    const bare = (text: string) => withoutParentheses(text.trim().replace(/;$/, ''), run.inspector.catalog.backslashEscapes)
    const [a, b] = [bare(declared.definition), bare(definition)]
    const same = run.same({ kind: 'query', columns: declared.columns }, a, b)
    if (same === undefined) notCompared(run, place, a, b)
    else if (!same) changed(run, place, 'is', a, b)
  }
}
