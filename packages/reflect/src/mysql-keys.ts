/** Keys and indexes of MySQL and MariaDB. */
import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { bigint, integer, text } from '@quern/schema'
import { groups, notesOf } from './catalog.js'
import type { IndexDetails, IndexKeyDetails, KeyDetails, UniqueDetails } from './details.js'
import { shown } from './mysql-text.js'

const partsOf = (schema: string, expression: Piece, visible: Piece) =>
  sql`
SELECT table_name, index_name, non_unique, column_name, sub_part, collation, index_type, ${expression}, ${visible}, index_comment
FROM information_schema.statistics WHERE table_schema = ${schema} ORDER BY table_name, index_name, seq_in_index`.returns({
    table: text().notNull(),
    index: text().notNull(),
    nonUnique: integer().notNull(),
    column: text(),
    prefix: bigint({ mode: 'number' }),
    order: text(),
    method: text().notNull(),
    expression: text(),
    visible: text().notNull(),
    comment: text(),
  })
type PartRow = RowOfRuns<ReturnType<typeof partsOf>>

const indexKey = ({ column, expression, order, prefix, method }: PartRow): IndexKeyDetails => ({
  column,
  expression: column === null && expression !== null ? (shown(expression) ?? null) : null,
  descending: order === 'D',
  nulls: null,
  opclass: null,
  collation: null,
  // the whole of a spatial value is bounded by a box, which is none of the declaration's business
  length: method === 'SPATIAL' || method === 'FULLTEXT' ? null : prefix,
})

/** A unique index is a unique constraint here; one that says more than a constraint can is an index. */
const isUnique = (group: readonly PartRow[]): boolean =>
  group[0]!.index !== 'PRIMARY' &&
  group[0]!.nonUnique === 0 &&
  !group[0]!.comment &&
  group[0]!.visible === 'YES' &&
  group.every(({ column, prefix, order }) => column !== null && prefix === null && order !== 'D')

function keyOf(schema: string, group: readonly PartRow[]): UniqueDetails {
  const { table, index, comment } = group[0]!
  const isPrimary = index === 'PRIMARY'
  return {
    schema,
    table,
    name: isPrimary ? null : index,
    columns: group.map(({ column }) => column!),
    include: [],
    deferrable: null,
    nullsNotDistinct: false,
    notes: notesOf(
      ['has a comment, which is left out', Boolean(comment)],
      ['orders its keys descending, which is left out', isPrimary && group.some(({ order }) => order === 'D')],
      ['holds only the beginning of a column; createAll takes the whole', isPrimary && group.some(({ prefix }) => prefix !== null)],
    ),
  }
}

function indexOf(schema: string, group: readonly PartRow[]): IndexDetails {
  const { table, index, nonUnique, method, visible, comment } = group[0]!
  const keys = group.map(indexKey)
  const type = method === 'FULLTEXT' ? 'fulltext' : method === 'SPATIAL' ? 'spatial' : null
  return {
    schema,
    table,
    name: index,
    columns: keys.map(({ column }) => column),
    keys,
    unique: nonUnique === 0,
    method: type ? 'btree' : method.toLowerCase(),
    type,
    include: [],
    predicate: null,
    nullsNotDistinct: false,
    with: {},
    visible: visible === 'YES',
    valid: true,
    inherited: false,
    comment: comment || null,
    notes: notesOf([`uses the method ${method}, which is left out`, type === null && method !== 'BTREE' && nonUnique === 1]),
  }
}

export async function keysOf(db: Executor, schema: string, expression: Piece, visible: Piece): Promise<KeyDetails> {
  const found = groups(await db.all(partsOf(schema, expression, visible)), (part) => JSON.stringify([part.table, part.index]))
  const isPrimary = (group: readonly PartRow[]) => group[0]!.index === 'PRIMARY'
  return {
    primaryKeys: found.filter(isPrimary).map((group) => keyOf(schema, group)),
    uniques: found.filter(isUnique).map((group) => keyOf(schema, group)),
    exclusions: [],
    indexes: found.filter((group) => !isPrimary(group) && !isUnique(group)).map((group) => indexOf(schema, group)),
  }
}
