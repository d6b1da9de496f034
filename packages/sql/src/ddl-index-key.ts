/** The keys of indexes and of exclusion constraints. */
import { type ColumnNode, CompileError, type TypeName } from '@quern/expression'
import type { IndexInfo, IndexKeyInfo, TableNode } from '@quern/schema'
import { typeOn } from './codec.js'
import { inDdl } from './ddl-values.js'
import { supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import type { Writer } from './writer.js'

/** One key of an index or an exclusion constraint: a column, or an expression in parentheses, and what is said about its order. */
export function writeIndexKey(key: IndexKeyInfo, table: TableNode | undefined, out: Writer, words?: IndexInfo['type']): void {
  const { node } = key
  if (node.kind === 'column') {
    if (table !== undefined && node.source !== table && node.source !== table.columns[0]!.node.source)
      throw new CompileError(`${node.source.name}.${node.key} is no column of ${table.name}, which the index is of`)
    out.identifier(node.name)
    if (key.length === undefined && words !== 'fulltext') needKey(node, 'textKey', 'an index', out)
  } else {
    out.require('expressionIndex', 'expressions in an index', 'index a generated column that holds the expression')
    out.text += '('
    inDdl(node, table, out)
    out.text += ')'
  }
  if (key.length !== undefined) {
    out.require('prefixLength', 'prefix lengths in an index', 'index the expression that cuts the text')
    out.text += `(${key.length})`
  }
  if (key.collation !== undefined) {
    out.require('indexCollation', 'COLLATE in an index', 'give the collation to the column')
    out.text += ' COLLATE '
    out.identifier(key.collation)
  }
  if (key.opclass !== undefined) {
    out.require('operatorClass', 'operator classes', 'leave opclass out')
    out.text += ' '
    out.identifier(key.opclass)
  }
  if (key.descending) out.text += ' DESC'
  writeNulls(key, out)
}

const unlimited: readonly TypeName[] = ['text', 'blob']

/** MySQL keys text and bytes only as far as a length says. */
export function needKey(column: ColumnNode, feature: 'textKey' | 'textUnique', place: string, out: Writer): void {
  const type = typeOn(column.type, out.dialect.name)
  if (!unlimited.includes(type.name) || type.length !== undefined || supports(out.dialect, feature)) return
  const instead = `give ${column.source.name}.${column.key} a length, as varchar(255) has, or the index a prefix with indexKey()`
  throw new UnsupportedFeatureError(out.dialect, feature, `${type.name} of any length as the key of ${place}`, instead)
}

/** Without words for it, NULLs are less than everything else; asking for just that needs no words. */
function writeNulls({ nulls, descending }: IndexKeyInfo, out: Writer): void {
  if (nulls === undefined || (!supports(out.dialect, 'indexNullsOrder') && nulls === (descending ? 'last' : 'first'))) return
  out.require('indexNullsOrder', `NULLS ${nulls.toUpperCase()} in an index`, 'leave it out; NULLs are the lowest values')
  out.text += ` NULLS ${nulls.toUpperCase()}`
}
