/** CREATE INDEX and DROP INDEX. */
import type { TableNode } from '@quern/schema'
import type { Writer } from './writer.js'

export function writeIndex(table: TableNode, index: TableNode['indexes'][number], out: Writer): void {
  out.text += `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX `
  out.identifier(index.name)
  out.text += ' ON '
  out.sourceName(table)
  out.text += ' ('
  out.list(index.columns, (column) => out.identifier(column.name))
  out.text += ')'
}
