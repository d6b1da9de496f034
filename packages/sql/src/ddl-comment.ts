/** Comments, where they are statements of their own. */
import type { TableNode } from '@quern/schema'
import { writeText } from './ddl-constraint.js'
import { indexName } from './ddl-index.js'
import type { Dialect } from './dialect.js'
import { Writer } from './writer.js'

/** `COMMENT ON TABLE …`, `COMMENT ON COLUMN …`: none where comments stand in CREATE TABLE. The indexes' own are `indexCommentTexts`. */
export function commentTexts(table: TableNode, dialect: Dialect): string[] {
  if (dialect.ddl.comments !== 'statement') return []
  const texts: string[] = []
  const { comment } = table.options
  if (comment !== undefined) texts.push(commentText('TABLE', (out) => out.sourceName(table), comment, dialect))
  for (const { node, options } of table.columns) {
    if (options.comment === undefined) continue
    const write = (out: Writer) => {
      out.sourceName(table)
      out.text += '.'
      out.identifier(node.name)
    }
    texts.push(commentText('COLUMN', write, options.comment, dialect))
  }
  return texts
}

/** `COMMENT ON INDEX …` for one index; run after it is created. */
export function indexCommentTexts(table: TableNode, index: TableNode['indexes'][number], dialect: Dialect): string[] {
  const { comment } = index
  if (dialect.ddl.comments !== 'statement' || comment === undefined) return []
  const write = (out: Writer) => {
    if (table.schema !== undefined) {
      out.identifier(table.schema)
      out.text += '.'
    }
    out.identifier(indexName(table, index, out))
  }
  return [commentText('INDEX', write, comment, dialect)]
}

function commentText(kind: string, write: (out: Writer) => void, comment: string, dialect: Dialect): string {
  const out = new Writer(dialect)
  out.text += `COMMENT ON ${kind} `
  write(out)
  out.text += ' IS '
  writeText(comment, out)
  return out.text
}
