/** CREATE and DROP of a metadata's tables, as texts; none of them carries a value. */
import { checkOptions } from '@quern/expression'
import { type CreateOptions, type ForeignKeyInfo, type Metadata, sortTables, type TableNode } from '@quern/schema'
import { writeIndex } from './ddl-index.js'
import { writeDrop, writeLateKey, writeTable } from './ddl-table.js'
import type { Dialect } from './dialect.js'
import { Writer } from './writer.js'

/**
 * The statements that create all tables, referenced ones first; keys that close a cycle come last, where the dialect can add them. Tables of
 * which `exists` says so are left out.
 */
export function createAllTexts(
  metadata: Metadata<any>,
  dialect: Dialect,
  options: CreateOptions = {},
  exists: (table: TableNode) => boolean = () => false,
): string[] {
  checkOptions('createAll()', options, ['checkFirst'])
  const { checkFirst = true } = options
  const { tables: sorted, late } = sortTables(metadata.nodes())
  // a table that is there keeps its indexes and keys as they are, too
  const tables = sorted.filter((table) => !exists(table))
  const postponed = dialect.ddl.addForeignKey ? late : new Set<ForeignKeyInfo>()
  return [
    ...tables.map((table) => written(dialect, (out) => writeTable(table, postponed, checkFirst, out))),
    ...tables.flatMap((table) => table.indexes.map((index) => written(dialect, (out) => writeIndex(table, index, out)))),
    ...tables.flatMap((table) =>
      table.foreignKeys.filter((key) => postponed.has(key)).map((key) => written(dialect, (out) => writeLateKey(table, key, out))),
    ),
  ]
}

/** The statements that drop all tables, referencing ones first. */
export function dropAllTexts(metadata: Metadata<any>, dialect: Dialect, options: CreateOptions = {}): string[] {
  checkOptions('dropAll()', options, ['checkFirst'])
  const { checkFirst = true } = options
  const { tables, late } = sortTables(metadata.nodes())
  const drops = [...tables].reverse().map((table) => written(dialect, (out) => writeDrop(table, checkFirst, out)))
  if (late.size === 0) return drops
  const { dropCycles } = dialect.ddl
  return dropCycles === 'cascade' ? drops.map((text) => `${text} CASCADE`) : [dropCycles.before, ...drops, dropCycles.after]
}

function written(dialect: Dialect, write: (out: Writer) => void): string {
  const out = new Writer(dialect)
  write(out)
  return out.text
}
