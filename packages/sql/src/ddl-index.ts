/** CREATE INDEX and DROP INDEX. */
import { CompileError, quoted } from '@quern/expression'
import type { IndexInfo, StorageParameters, TableNode } from '@quern/schema'
import { inDdl, nameIn, writeCommentText, writeInclude, writeText } from './ddl-constraint.js'
import { writeIndexKey } from './ddl-index-key.js'
import { supports } from './dialect.js'
import type { Writer } from './writer.js'

/** `CREATE UNIQUE INDEX "i" ON "t" USING "gin" ("a" DESC) INCLUDE ("b") WITH ("fillfactor" = 70) WHERE …` */
export function writeIndex(table: TableNode, index: IndexInfo, ifNotExists: boolean, out: Writer): void {
  checkIndex(index)
  out.text += `CREATE ${index.unique ? 'UNIQUE ' : ''}${typeWord(index, out)}INDEX `
  if (index.concurrently) {
    out.require('concurrentIndex', 'CREATE INDEX CONCURRENTLY', 'leave concurrently() out')
    out.text += 'CONCURRENTLY '
  }
  if (ifNotExists) {
    out.require('indexIfExists', 'CREATE INDEX IF NOT EXISTS', 'look for the index first')
    out.text += 'IF NOT EXISTS '
  }
  out.identifier(indexName(table, index, out))
  out.text += ' ON '
  out.sourceName(table)
  writeMethod(index, 'before keys', out)
  out.text += ' ('
  out.list(index.keys, (key) => writeIndexKey(key, table, out, index.type))
  out.text += ')'
  writeMethod(index, 'after keys', out)
  writeInclude(index.include, out)
  if (index.nullsNotDistinct) {
    out.require('nullsNotDistinct', 'UNIQUE NULLS NOT DISTINCT', 'make the columns NOT NULL')
    out.text += ' NULLS NOT DISTINCT'
  }
  if (index.with) {
    out.require('storageParameters', 'WITH parameters for indexes', 'leave with() out')
    writeStorage(index.with, out)
  }
  if (index.where) {
    out.require('partialIndex', 'partial indexes', 'index all rows, or a generated column that is NULL for the others')
    out.text += ' WHERE '
    inDdl(index.where, table, out)
  }
  writeInlineOptions(index, out)
}

function checkIndex(index: IndexInfo): void {
  const title = `index ${quoted(index.name ?? '')}`
  if (index.nullsNotDistinct && !index.unique) throw new CompileError(`${title}: nullsNotDistinct() is for unique indexes`)
  if (index.type && (index.unique || index.method))
    throw new CompileError(`${title}: a ${index.type} index is neither unique nor of another method`)
}

function typeWord({ type }: IndexInfo, out: Writer): string {
  if (type === undefined) return ''
  if (type === 'fulltext') out.require('fulltextIndex', 'FULLTEXT indexes', 'use a text search index of its own kind, written with sql')
  else out.require('spatialIndex', 'SPATIAL indexes', "use index().using('gist') where there is one")
  return `${type.toUpperCase()} `
}

/** The method that the database has is not refused where there is no word for it, because it is what one gets. */
function writeMethod({ method }: IndexInfo, place: 'before keys' | 'after keys', out: Writer): void {
  if (method === undefined) return
  if (method.toLowerCase() !== 'btree')
    out.require('indexMethod', `index method ${quoted(method)}`, 'leave using() out; indexes are B-trees')
  if (out.dialect.ddl.indexUsing !== place) return
  out.text += ' USING '
  if (supports(out.dialect, 'indexMethod')) out.identifier(method)
  else out.text += 'BTREE'
}

export function writeStorage(parameters: StorageParameters, out: Writer): void {
  out.text += ' WITH ('
  out.list(Object.entries(parameters), ([name, value]) => {
    out.identifier(name)
    out.text += ' = '
    if (typeof value === 'string') writeText(value, out)
    else out.text += String(value)
  })
  out.text += ')'
}

function writeInlineOptions(index: IndexInfo, out: Writer): void {
  const { ddl } = out.dialect
  if (index.comment !== undefined) {
    out.require('comments', 'comments', 'leave comment() out, or keep the text in the program')
    if (ddl.comments === 'inline') {
      out.text += ' COMMENT '
      writeCommentText(index.comment, quoted(index.name ?? ''), out)
    }
  }
  if (index.invisible) {
    out.require('invisibleIndex', 'invisible indexes', 'drop the index, or leave invisible() out')
    out.text += ` ${ddl.invisible}`
  }
}

/** The index's name, by the naming convention where it has none. */
export function indexName(table: TableNode, index: IndexInfo, out: Writer): string {
  const name = nameIn(table, index, out)
  if (name === undefined) throw new CompileError(`an index of table ${quoted(table.name)} has no name; give it one: index('name')`)
  return name
}

/** `DROP INDEX "i"`, or `` DROP INDEX `i` ON `t` `` where an index belongs to its table. */
export function writeDropIndex(table: TableNode, index: IndexInfo, ifExists: boolean, out: Writer): void {
  const { ddl } = out.dialect
  out.text += 'DROP INDEX '
  if (index.concurrently) {
    out.require('concurrentIndex', 'DROP INDEX CONCURRENTLY', 'leave concurrently() out')
    out.text += 'CONCURRENTLY '
  }
  if (ifExists) {
    out.require('indexIfExists', 'DROP INDEX IF EXISTS', 'look for the index first')
    out.text += 'IF EXISTS '
  }
  if (!ddl.indexOfTable && table.schema !== undefined) {
    out.identifier(table.schema)
    out.text += '.'
  }
  out.identifier(indexName(table, index, out))
  if (!ddl.indexOfTable) return
  out.text += ' ON '
  out.sourceName(table)
}
