/** Keys, exclusion constraints and indexes of PostgreSQL. */
import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { boolean, integer, json, text } from '@quern/schema'
import { groups, type Known, notesOf } from './catalog.js'
import type { ExclusionDetails, IndexDetails, IndexKeyDetails, KeyDetails, UniqueDetails } from './details.js'
import { deferrableOf, parametersOf, sinceVersion } from './postgres-tables.js'

/**
 * A row for each key of each index, in their order; what holds for the whole index stands in all of them. Plain joins, which the server hashes: gathered by
 * a subquery per index, the same takes three times as long. The collation of a column's key is told where it is not the column's; of an expression wherever
 * it is none of the default: saying it once more changes nothing.
 */
const statement = (schema: string, period: Piece) =>
  sql`
SELECT c.relname::text, i.relname::text, con.conname::text, con.contype::text, x.indisunique, m.amname::text, x.indnullsnotdistinct,
  coalesce(con.condeferrable, false), coalesce(con.condeferred, false), x.indisvalid, pg_catalog.pg_get_expr(x.indpred, x.indrelid), x.indnkeyatts::int,
  a.attname::text, CASE WHEN a.attnum IS NULL THEN pg_catalog.pg_get_indexdef(x.indexrelid, ia.attnum::int, false) END,
  x.indoption[ia.attnum - 1]::int, CASE WHEN NOT o.opcdefault THEN o.opcname::text END,
  CASE WHEN coalesce(x.indcollation[ia.attnum - 1], 0) NOT IN (0, coalesce(a.attcollation, 100)) THEN k.collname::text END,
  (SELECT op.oprname::text FROM pg_catalog.pg_operator op WHERE op.oid = con.conexclop[ia.attnum]), ia.attoptions IS NOT NULL,
  to_json(i.reloptions), pg_catalog.obj_description(i.oid, 'pg_class'), pg_catalog.obj_description(con.oid, 'pg_constraint') IS NOT NULL,
  ts.spcname::text, x.indisclustered, x.indisreplident, coalesce(${period}, false),
  EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = x.indexrelid), c.relkind = 'm'
FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = i.relam
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute ia ON ia.attrelid = x.indexrelid
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[ia.attnum - 1] AND a.attnum > 0
  LEFT JOIN pg_catalog.pg_opclass o ON o.oid = x.indclass[ia.attnum - 1]
  LEFT JOIN pg_catalog.pg_collation k ON k.oid = x.indcollation[ia.attnum - 1]
  LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = i.reltablespace
  LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = x.indexrelid AND con.conrelid = x.indrelid AND con.contype IN ('p', 'u', 'x')
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'm')
ORDER BY c.relname COLLATE "C", i.relname COLLATE "C", ia.attnum`.returns({
    table: text().notNull(),
    index: text().notNull(),
    constraint: text(),
    type: text(),
    unique: boolean().notNull(),
    method: text().notNull(),
    nullsNotDistinct: boolean().notNull(),
    deferrable: boolean().notNull(),
    deferred: boolean().notNull(),
    valid: boolean().notNull(),
    predicate: text(),
    keyColumns: integer().notNull(),
    column: text(),
    expression: text(),
    option: integer(),
    opclass: text(),
    collation: text(),
    operator: text(),
    parameters: boolean().notNull(),
    options: json<string[]>(),
    comment: text(),
    constraintComment: boolean().notNull(),
    tablespace: text(),
    clustered: boolean().notNull(),
    identity: boolean().notNull(),
    period: boolean().notNull(),
    fromParent: boolean().notNull(),
    materialized: boolean().notNull(),
  })
type KeyPart = RowOfRuns<ReturnType<typeof statement>>
/** An index, with all of its keys. */
type KeyRow = Omit<KeyPart, 'column' | 'expression' | 'option' | 'opclass' | 'collation' | 'operator' | 'parameters'> & {
  readonly parts: readonly KeyPart[]
}

const indexKey = ({ column, expression, option, opclass, collation }: KeyPart): IndexKeyDetails => {
  const descending = ((option ?? 0) & 1) === 1
  const nullsFirst = ((option ?? 0) & 2) === 2
  return {
    column,
    expression,
    descending,
    nulls: nullsFirst === descending ? null : nullsFirst ? 'first' : 'last',
    opclass,
    collation,
    length: null,
  }
}

const include = (row: KeyRow): string[] => row.parts.slice(row.keyColumns).map(({ column }) => column!)
const keyParts = (row: KeyRow): readonly KeyPart[] => row.parts.slice(0, row.keyColumns)

const keyOf = (schema: string, row: KeyRow): UniqueDetails => ({
  schema,
  table: row.table,
  name: row.constraint ?? row.index,
  columns: keyParts(row).map(({ column }) => column!),
  include: include(row),
  deferrable: deferrableOf(row),
  nullsNotDistinct: row.nullsNotDistinct,
  notes: constraintNotes(row),
})

const constraintNotes = (row: KeyRow): string[] =>
  notesOf(
    ['has a comment, which is left out', row.constraintComment || row.comment !== null],
    ['has storage parameters, which are left out', row.options !== null],
    ['is in a tablespace of its own, which is left out', row.tablespace !== null],
    ['is WITHOUT OVERLAPS; createAll makes a plain key', row.period],
    ['is what the table is clustered by, which is left out', row.clustered],
  )

function exclusionOf(schema: string, row: KeyRow): ExclusionDetails {
  return {
    schema,
    table: row.table,
    name: row.constraint!,
    method: row.method,
    keys: keyParts(row).map((part) => ({ ...indexKey(part), operator: part.operator ?? '=' })),
    include: include(row),
    predicate: row.predicate,
    deferrable: deferrableOf(row),
    notes: [
      ...constraintNotes(row),
      ...notesOf(['has operator classes with parameters, which are left out', row.parts.some(({ parameters }) => parameters)]),
    ],
  }
}

function indexOf(schema: string, row: KeyRow): IndexDetails {
  const keys = keyParts(row).map(indexKey)
  return {
    schema,
    table: row.table,
    name: row.index,
    columns: keys.map(({ column }) => column),
    keys,
    unique: row.unique,
    method: row.method,
    type: null,
    include: include(row),
    predicate: row.predicate,
    nullsNotDistinct: row.nullsNotDistinct,
    with: parametersOf(row.options),
    visible: true,
    valid: row.valid,
    inherited: row.fromParent,
    comment: row.comment,
    notes: notesOf(
      ['has operator classes with parameters, which are left out', row.parts.some(({ parameters }) => parameters)],
      ['is in a tablespace of its own, which is left out', row.tablespace !== null],
      ['is what the table is clustered by, which is left out', row.clustered],
    ),
  }
}

/** Indexes of partitions that come with their table's are the table's. */
export async function keysOf(db: Executor, schema: string, known: Known): Promise<KeyDetails> {
  const parts = await db.all(statement(schema, await sinceVersion(db, known, 18, 'con.conperiod', 'false')))
  // names of indexes are unique in a schema
  const rows = groups(parts, ({ index }) => index).map((own): KeyRow => ({ ...own[0]!, parts: own }))
  const of = (type: string | null) => rows.filter((row) => row.type === type)
  return {
    primaryKeys: of('p').map((row) => keyOf(schema, row)),
    uniques: of('u').map((row) => keyOf(schema, row)),
    exclusions: of('x').map((row) => exclusionOf(schema, row)),
    indexes: of(null).map((row) => indexOf(schema, row)),
  }
}
