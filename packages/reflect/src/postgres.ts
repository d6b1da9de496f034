/** PostgreSQL 15 and later, from pg_catalog. */
import { type RowOfRuns, sql } from '@quern/expression'
import { bigint, boolean, integer, json, type ReferenceAction, text } from '@quern/schema'
import { type Catalog, notesOf } from './catalog.js'
import type { CheckDetails, ColumnDetails, ForeignKeyDetails, KeyDetails, TableDetails } from './details.js'
import { definePostgres, dimensions, spellPostgres } from './postgres-types.js'

const kinds: Readonly<Record<string, TableDetails['kind']>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}
const actions: Readonly<Record<string, ReferenceAction>> = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' }

const tablesOf = (schema: string) =>
  sql`
SELECT c.relname::text, c.relkind::text, c.relispartition, c.relrowsecurity,
  EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid), pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname COLLATE "C"`.returns({
    name: text().notNull(),
    kind: text().notNull(),
    partition: boolean().notNull(),
    policies: boolean().notNull(),
    inherits: boolean().notNull(),
    comment: text(),
  })

const columnsOf = (schema: string) =>
  sql`
SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypmod, a.attnotnull,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
  s.deptype::text, s.seqstart, s.seqincrement, coalesce(s.unusual, false),
  CASE WHEN a.attcollation <> t.typcollation THEN k.collname::text END, pg_catalog.col_description(c.oid, a.attnum)
FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation k ON k.oid = a.attcollation
  LEFT JOIN (
    SELECT o.refobjid, o.refobjsubid, o.deptype, q.seqstart, q.seqincrement,
      q.seqcycle OR q.seqcache <> 1 OR q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE q.seqmin END AS unusual
    FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_sequence q ON q.seqrelid = o.objid
    WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype IN ('a', 'i')
  ) s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum`.returns({
    table: text().notNull(),
    name: text().notNull(),
    type: text().notNull(),
    modifier: integer().notNull(),
    notNull: boolean().notNull(),
    default: text(),
    identity: text().notNull(),
    generated: text().notNull(),
    sequence: text(),
    start: bigint({ mode: 'number' }),
    increment: bigint({ mode: 'number' }),
    unusual: boolean().notNull(),
    collation: text(),
    comment: text(),
  })

interface KeyPart {
  readonly column: string | null
  readonly expression: string | null
  readonly option: number | null
  readonly usualClass: boolean | null
  readonly usualCollation: boolean | null
}

const keysOf = (schema: string) =>
  sql`
SELECT c.relname::text, i.relname::text, con.conname::text, con.contype::text, x.indisunique, m.amname::text, x.indnullsnotdistinct,
  coalesce(con.condeferrable, false), x.indisvalid, pg_catalog.pg_get_expr(x.indpred, x.indrelid), x.indnkeyatts::int,
  (SELECT json_agg(json_build_object(
      'column', a.attname, 'expression', CASE WHEN p.attnum = 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, p.n::int, true) END,
      'option', x.indoption[p.n::int - 1], 'usualClass', o.opcdefault, 'usualCollation', coalesce(x.indcollation[p.n::int - 1], 0) IN (0, coalesce(a.attcollation, 0))
    ) ORDER BY p.n)
   FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS p (attnum, n)
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = p.attnum AND p.attnum > 0
     LEFT JOIN pg_catalog.pg_opclass o ON o.oid = x.indclass[p.n::int - 1])
FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = i.relam
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = x.indexrelid AND con.conrelid = x.indrelid AND con.contype IN ('p', 'u', 'x')
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'm')
ORDER BY c.relname COLLATE "C", i.relname COLLATE "C"`.returns({
    table: text().notNull(),
    index: text().notNull(),
    constraint: text(),
    type: text(),
    unique: boolean().notNull(),
    method: text().notNull(),
    nullsNotDistinct: boolean().notNull(),
    deferrable: boolean().notNull(),
    valid: boolean().notNull(),
    predicate: text(),
    keyColumns: integer().notNull(),
    parts: json<KeyPart[]>().notNull(),
  })

/** A key of a partitioned table is listed once more for each partition that it refers to; those have a parent on the same table. */
const foreignKeysOf = (schema: string) =>
  sql`
SELECT c.relname::text, con.conname::text, rn.nspname::text, rc.relname::text,
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(con.conkey) WITH ORDINALITY AS p (attnum, n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = p.attnum),
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(con.confkey) WITH ORDINALITY AS p (attnum, n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = p.attnum),
  con.confdeltype::text, con.confupdtype::text, con.confmatchtype::text, con.condeferrable, con.convalidated, con.confdelsetcols IS NOT NULL
FROM pg_catalog.pg_constraint con
  JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class rc ON rc.oid = con.confrelid
  JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
WHERE n.nspname = ${schema} AND con.contype = 'f'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint up WHERE up.oid = con.conparentid AND up.conrelid = con.conrelid)
ORDER BY c.relname COLLATE "C", con.conname COLLATE "C"`.returns({
    table: text().notNull(),
    name: text().notNull(),
    referencedSchema: text().notNull(),
    referencedTable: text().notNull(),
    columns: json<string[]>().notNull(),
    referencedColumns: json<string[]>().notNull(),
    onDelete: text().notNull(),
    onUpdate: text().notNull(),
    match: text().notNull(),
    deferrable: boolean().notNull(),
    valid: boolean().notNull(),
    partly: boolean().notNull(),
  })

const checksOf = (schema: string) =>
  sql`
SELECT c.relname::text, con.conname::text, pg_catalog.pg_get_expr(con.conbin, con.conrelid), con.convalidated, con.connoinherit
FROM pg_catalog.pg_constraint con
  JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema} AND con.contype = 'c'
ORDER BY c.relname COLLATE "C", con.conname COLLATE "C"`.returns({
    table: text().notNull(),
    name: text().notNull(),
    expression: text().notNull(),
    valid: boolean().notNull(),
    noInherit: boolean().notNull(),
  })

type ColumnRow = RowOfRuns<ReturnType<typeof columnsOf>>
type KeyRow = RowOfRuns<ReturnType<typeof keysOf>>

/** A serial column is an identity in old clothes: its sequence belongs to it and its default draws from it. */
const isSerial = (row: ColumnRow): boolean => row.sequence === 'a' && /^nextval\('.*'::regclass\)$/s.test(row.default ?? '')

function columnDetails(schema: string, row: ColumnRow): ColumnDetails {
  const serial = isSerial(row)
  const identity = row.identity !== '' || serial
  const other = (value: number | null) => (value === 1 ? null : value)
  return {
    schema,
    table: row.table,
    name: row.name,
    type: row.type,
    nullable: !row.notNull,
    default: serial || row.generated !== '' ? null : row.default,
    identity: identity ? { always: row.identity === 'a', start: other(row.start), increment: other(row.increment) } : null,
    generated: row.generated === '' ? null : { kind: row.generated === 'v' ? 'virtual' : 'stored', expression: row.default ?? '' },
    ...dimensions(row.type, row.modifier),
    collation: row.collation,
    comment: row.comment,
    notes: notesOf(
      ['is a serial column; createAll makes it an identity', serial],
      ['has a sequence with a minimum, cycle or cache of its own, which is left out', identity && row.unusual],
      ['has a default that draws from a sequence, which metadata does not hold', !serial && /\bnextval\(/.test(row.default ?? '')],
    ),
  }
}

function keyDetails(schema: string, rows: readonly KeyRow[]): KeyDetails {
  const named = (row: KeyRow) => ({ schema, table: row.table, name: row.constraint ?? row.index, notes: keyNotes(row) })
  const plain = (row: KeyRow) => row.parts.slice(0, row.keyColumns).map(({ column }) => column!)
  return {
    primaryKeys: rows.filter(({ type }) => type === 'p').map((row) => ({ ...named(row), columns: plain(row) })),
    uniques: rows.filter(({ type }) => type === 'u').map((row) => ({ ...named(row), columns: plain(row) })),
    indexes: rows
      .filter(({ type }) => type === null || type === 'x')
      .map((row) => ({ ...named(row), columns: row.parts.slice(0, row.keyColumns).map(({ column }) => column), unique: row.unique })),
  }
}

function keyNotes(row: KeyRow): string[] {
  const keys = row.parts.slice(0, row.keyColumns)
  return notesOf(
    ['is an exclusion constraint', row.type === 'x'],
    [`uses the method ${row.method}`, row.method !== 'btree'],
    ['is partial', row.predicate !== null],
    ['has expressions', keys.some(({ expression }) => expression !== null)],
    ['orders its keys in another way than ascending with nulls last', keys.some(({ option }) => option !== 0 && option !== null)],
    ['uses operator classes', keys.some(({ usualClass }) => usualClass === false)],
    ['uses collations', keys.some(({ usualCollation }) => usualCollation === false)],
    ['includes further columns', row.parts.length > row.keyColumns],
    ['treats nulls as not distinct', row.nullsNotDistinct],
    ['is deferrable', row.deferrable],
    ['is not valid', !row.valid],
  )
}

export const postgresCatalog: Catalog = {
  async defaultSchema(db) {
    return (await db.scalar(sql`SELECT pg_catalog.current_schema()::text`.returns({ name: text() }))) ?? undefined
  },
  schemas: (db) =>
    db.all(
      sql`SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname COLLATE "C"`.returns(
        { name: text().notNull() },
      ),
    ),
  async tables(db, schema) {
    const rows = await db.all(tablesOf(schema))
    return rows.map(
      (row): TableDetails => ({
        schema,
        name: row.name,
        kind: kinds[row.kind]!,
        comment: row.comment,
        notes: notesOf(
          ['is a partitioned table; createAll makes a plain one', row.kind === 'p'],
          ['is a partition; createAll makes a table of its own', row.partition],
          ['inherits from another table; createAll makes a table of its own', row.inherits && !row.partition],
          ['is a foreign table; createAll makes a plain one', row.kind === 'f'],
          ['has row-level security, which is left out', row.policies],
        ),
      }),
    )
  },
  async columns(db, schema) {
    return (await db.all(columnsOf(schema))).map((row) => columnDetails(schema, row))
  },
  async keys(db, schema) {
    return keyDetails(schema, await db.all(keysOf(schema)))
  },
  async foreignKeys(db, schema) {
    const rows = await db.all(foreignKeysOf(schema))
    return rows.map(
      ({ match, deferrable, valid, partly, ...row }): ForeignKeyDetails => ({
        ...row,
        schema,
        onDelete: actions[row.onDelete]!,
        onUpdate: actions[row.onUpdate]!,
        notes: notesOf(
          ['is MATCH FULL', match === 'f'],
          ['is deferrable', deferrable],
          ['is NOT VALID', !valid],
          ['sets only some of its columns ON DELETE', partly],
        ),
      }),
    )
  },
  async checks(db, schema) {
    const rows = await db.all(checksOf(schema))
    return rows.map(
      ({ valid, noInherit, ...row }): CheckDetails => ({
        ...row,
        schema,
        notes: notesOf(['is NOT VALID', !valid], ['is NO INHERIT', noInherit]),
      }),
    )
  },
  define: definePostgres,
  spelling: spellPostgres,
  now: /^CURRENT_TIMESTAMP\(3\)$/,
  backslashEscapes: false,
  plainAction: 'no action',
  indexOfForeignKey: () => false,
}
