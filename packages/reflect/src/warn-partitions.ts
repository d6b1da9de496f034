/** A partition is a word of its table's declaration: its name and its bound. What else was said of it alone is told. */
import type { Found } from './build-table.js'
import type { Warnings } from './warning-list.js'
import type { WarningKind } from './warnings.js'

export function warnPartitions(all: readonly Found[], kept: readonly Found[], warnings: Warnings): void {
  const names = new Map(all.map((one) => [keyOf(one.table), one]))
  const tables = new Set(kept)
  for (const one of all) {
    const parent = one.table.partitionOf && names.get(keyOf(one.table.partitionOf))
    if (tables.has(one) || !parent) continue
    const { table } = one
    if (!tables.has(parent))
      warnings.add(table, undefined, 'partition', `is a partition of the partition ${JSON.stringify(parent.table.name)}, and is left out`)
    else if (table.partitioning) warnings.add(table, undefined, 'partition', 'is partitioned again; createAll makes a plain partition')
    if (Object.keys(table.options).length > 0) warnings.add(table, undefined, 'partition', 'has options of its own, which are left out')
    for (const note of table.notes) warnings.add(table, undefined, 'partition', note)
    warnColumns(one, parent, warnings)
    for (const [kind, name] of ownParts(one, parent)) warnings.add(table, name, kind, 'is of this partition alone, and is left out')
  }
}

const keyOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => JSON.stringify([schema, name])

function warnColumns({ columns }: Found, parent: Found, warnings: Warnings): void {
  const above = new Map(parent.columns.map((column) => [column.name, column]))
  for (const column of columns) {
    const same = above.get(column.name)
    if (!same) continue
    const say = (what: string) => warnings.add(column, column.name, 'column', `has ${what} of this partition alone, which is left out`)
    if (column.default !== same.default) say('a default')
    if (column.nullable !== same.nullable) say('a NOT NULL')
    if (column.comment !== null && column.comment !== same.comment) say('a comment')
  }
}

/** Keys are known by their columns, since the server names those that come with the table by itself. */
function* ownParts(one: Found, parent: Found): Generator<readonly [WarningKind, string | undefined]> {
  const among = (list: readonly { readonly columns: readonly string[] }[], columns: readonly string[]) =>
    list.some((key) => key.columns.join('\0') === columns.join('\0'))
  if (one.primaryKey && !parent.primaryKey) yield ['primary key', one.primaryKey.name ?? undefined]
  for (const key of one.foreignKeys) {
    const above = parent.foreignKeys.filter(
      ({ referencedTable, referencedSchema }) => referencedTable === key.referencedTable && referencedSchema === key.referencedSchema,
    )
    if (!among(above, key.columns)) yield ['foreign key', key.name ?? undefined]
  }
  for (const key of one.uniques) if (!among(parent.uniques, key.columns)) yield ['unique', key.name ?? undefined]
  for (const { name, keys } of one.exclusions) {
    const text = JSON.stringify(keys)
    if (!parent.exclusions.some((above) => JSON.stringify(above.keys) === text)) yield ['exclusion constraint', name]
  }
  for (const { name } of one.checks) if (!parent.checks.some((above) => above.name === name)) yield ['check', name ?? undefined]
  for (const { name, inherited } of one.indexes) if (!inherited) yield ['index', name]
}
