/** Tables and views of PostgreSQL, with what they inherit, how they are divided, and their options. */
import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { boolean, json, text } from '@quern/schema'
import { type Known, notesOf } from './catalog.js'
import type { DeferrableDetails, PartitionDetails, PartitioningDetails, TableDetails, TableOptionDetails } from './details.js'

const kinds: Readonly<Record<string, TableDetails['kind']>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}
const methods: Readonly<Record<string, PartitioningDetails['method']>> = { r: 'range', l: 'list', h: 'hash' }

const statement = (schema: string) =>
  sql`
SELECT c.relname::text, c.relkind::text, c.relispartition, c.relrowsecurity, pg_catalog.obj_description(c.oid, 'pg_class'),
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
  CASE WHEN c.relkind IN ('v', 'm') THEN (
    SELECT json_agg(DISTINCT jsonb_build_object('schema', vn.nspname, 'name', vc.relname))
    FROM pg_catalog.pg_rewrite w
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      JOIN pg_catalog.pg_class vc ON vc.oid = d.refobjid AND vc.relkind IN ('v', 'm') AND vc.oid <> c.oid
      JOIN pg_catalog.pg_namespace vn ON vn.oid = vc.relnamespace
    WHERE w.ev_class = c.oid) END,
  c.relpersistence = 'u', c.reloptions::text[]::text IS NOT NULL AND c.relkind IN ('v'), to_json(c.reloptions), ts.spcname::text,
  CASE WHEN am.amname <> 'heap' THEN am.amname::text END, c.reloftype <> 0, c.relreplident::text, c.relispopulated,
  (SELECT json_agg(json_build_object('schema', hn.nspname, 'name', hc.relname) ORDER BY h.inhseqno)
   FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class hc ON hc.oid = h.inhparent JOIN pg_catalog.pg_namespace hn ON hn.oid = hc.relnamespace
   WHERE h.inhrelid = c.oid),
  pt.partstrat::text,
  CASE WHEN pt.partrelid IS NOT NULL THEN (
    SELECT json_agg(json_build_object('column', a.attname, 'usual', o.opcdefault AND coalesce(pt.partcollation[p.n::int - 1], 0) IN (0, coalesce(a.attcollation, 100))) ORDER BY p.n)
    FROM unnest(pt.partattrs::int2[]) WITH ORDINALITY AS p (attnum, n)
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.attnum AND p.attnum > 0
      LEFT JOIN pg_catalog.pg_opclass o ON o.oid = pt.partclass[p.n::int - 1]) END,
  pg_catalog.pg_get_expr(pt.partexprs, c.oid),
  CASE WHEN pt.partrelid IS NOT NULL THEN (
    SELECT json_agg(json_build_object('name', hc.relname, 'bound', pg_catalog.pg_get_expr(hc.relpartbound, hc.oid),
      'comment', pg_catalog.obj_description(hc.oid, 'pg_class'), 'schema', hn.nspname) ORDER BY hc.oid)
    FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class hc ON hc.oid = h.inhrelid JOIN pg_catalog.pg_namespace hn ON hn.oid = hc.relnamespace
    WHERE h.inhparent = c.oid) END
FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_partitioned_table pt ON pt.partrelid = c.oid
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname COLLATE "C"`.returns({
    name: text().notNull(),
    kind: text().notNull(),
    partition: boolean().notNull(),
    policies: boolean().notNull(),
    comment: text(),
    definition: text(),
    reads: json<{ schema: string; name: string }[]>(),
    unlogged: boolean().notNull(),
    viewOptions: boolean().notNull(),
    options: json<string[]>(),
    tablespace: text(),
    accessMethod: text(),
    typed: boolean().notNull(),
    identity: text().notNull(),
    populated: boolean().notNull(),
    parents: json<{ schema: string; name: string }[]>(),
    strategy: text(),
    keys: json<{ column: string | null; usual: boolean }[]>(),
    expressions: text(),
    partitions: json<(PartitionDetails & { readonly schema: string })[]>(),
  })
type TableRow = RowOfRuns<ReturnType<typeof statement>>

/** `fillfactor=70` of `reloptions`. */
export const parametersOf = (options: readonly string[] | null): Record<string, string> =>
  Object.fromEntries(
    (options ?? []).map((option) => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)] as const),
  )

/** A column of pg_constraint that only newer servers have, or what it means not to have it. */
export async function sinceVersion(db: Executor, known: Known, major: number, column: string, otherwise: string): Promise<Piece> {
  const version = await known.once('postgres version', () =>
    db.scalar(sql`SELECT pg_catalog.current_setting('server_version_num')`.returns({ version: text() })),
  )
  return sql.unsafe(Number(version) >= major * 10_000 ? column : otherwise)
}

export const deferrableOf = (row: { readonly deferrable: boolean; readonly deferred: boolean }): DeferrableDetails =>
  row.deferrable ? (row.deferred ? 'deferrable initially deferred' : 'deferrable initially immediate') : null

function optionsOf(row: TableRow): TableOptionDetails {
  const isView = row.kind === 'v'
  return {
    ...(row.unlogged && { unlogged: true as const }),
    ...(row.options && !isView && { with: parametersOf(row.options) }),
    ...(row.tablespace !== null && { tablespace: row.tablespace }),
    ...(row.accessMethod !== null && { accessMethod: row.accessMethod }),
  }
}

function partitioningOf(row: TableRow): PartitioningDetails | null {
  if (row.strategy === null) return null
  const keys = (row.keys ?? []).map(({ column }) => ({ column, expression: column === null ? row.expressions : null }))
  const partitions = (row.partitions ?? []).map(({ name, bound, comment }) => ({ name, bound, comment }))
  return { method: methods[row.strategy]!, keys, partitions }
}

export async function tablesOf(db: Executor, schema: string): Promise<TableDetails[]> {
  const rows = await db.all(statement(schema))
  return rows.map((row) => ({
    schema,
    name: row.name,
    kind: kinds[row.kind]!,
    comment: row.comment,
    definition: row.definition === null ? null : row.definition.trim().replace(/;$/, ''),
    reads: row.reads ?? [],
    options: optionsOf(row),
    inherits: row.partition ? [] : (row.parents ?? []),
    partitioning: partitioningOf(row),
    partitionOf: row.partition ? (row.parents?.[0] ?? null) : null,
    notes: notesOf(
      ['is a foreign table; createAll makes a plain one', row.kind === 'f'],
      ['has row-level security, which is left out', row.policies],
      ['is of a composite type; createAll makes a table of its own', row.typed],
      ['has a replica identity of its own, which is left out', row.kind !== 'v' && row.kind !== 'm' && !['d', 'n'].includes(row.identity)],
      [`has the options ${(row.options ?? []).join(', ')}, which are left out`, row.kind === 'v' && row.options !== null],
      [
        'is partitioned by several expressions or with operator classes or collations of its own, which partitionBy() does not say',
        row.strategy !== null &&
          ((row.keys ?? []).some(({ usual }) => !usual) || (row.keys ?? []).filter(({ column }) => column === null).length > 1),
      ],
      ['has partitions in other schemas, which are left out', (row.partitions ?? []).some((partition) => partition.schema !== schema)],
    ),
  }))
}
