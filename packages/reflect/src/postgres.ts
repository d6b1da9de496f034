/** PostgreSQL 15 and later, from pg_catalog. */
import type { Executor } from '@quern/engine'
import { type Piece, type RowOfRuns, sql } from '@quern/expression'
import { bigint, boolean, integer, json, type ReferenceAction, text } from '@quern/schema'
import { canonicalPostgres } from './canonical-postgres.js'
import { type Catalog, type Known, notesOf } from './catalog.js'
import type { CheckDetails, ColumnDetails, ForeignKeyDetails, IdentityDetails, TableDetails } from './details.js'
import { keysOf } from './postgres-keys.js'
import { namedOf, objectsOf } from './postgres-objects.js'
import { deferrableOf, sinceVersion, tablesOf } from './postgres-tables.js'
import { definePostgres, spellPostgres, typeDetails } from './postgres-types.js'

const actions: Readonly<Record<string, ReferenceAction>> = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' }

/**
 * The type beneath (`b`) of an array is its elements'; a default that draws from a sequence depends on it. Sequences
 * and constraints are found once, not for each column. NOT NULL is a constraint with a name since version 18; the server shortens names of its own making, and
 * takes those of parents, so of these nothing is told.
 */
const columnsOf = (schema: string) =>
  sql`
WITH s AS MATERIALIZED (
  SELECT o.refobjid, o.refobjsubid, o.deptype, q.*
  FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_sequence q ON q.seqrelid = o.objid
  WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.deptype IN ('a', 'i')
), nn AS MATERIALIZED (
  SELECT o.conrelid, o.conkey[1] AS attnum, o.convalidated, o.connoinherit, od.description AS comment,
    CASE WHEN o.conname <> k.usual AND NOT (o.conname LIKE '%\\_not\\_null' AND (o.coninhcount > 0 OR octet_length(k.usual) > 63)) THEN o.conname::text END AS unusual
  FROM pg_catalog.pg_constraint o
    JOIN pg_catalog.pg_class oc ON oc.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = oc.relnamespace
    JOIN pg_catalog.pg_attribute oa ON oa.attrelid = o.conrelid AND oa.attnum = o.conkey[1]
    LEFT JOIN pg_catalog.pg_description od ON od.objoid = o.oid AND od.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
    CROSS JOIN LATERAL (SELECT oc.relname || '_' || oa.attname || '_not_null' AS usual) k
  WHERE o.contype = 'n' AND n.nspname = ${schema}
)
SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
  CASE WHEN e.oid IS NOT NULL THEN pg_catalog.format_type(e.oid, a.atttypmod) END, b.typtype::text, bn.nspname::text, b.typname::text,
  a.atttypmod, a.attndims::int4, a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
  s.deptype::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, ds.nspname::text, ds.relname::text,
  CASE WHEN a.attcollation <> t.typcollation THEN k.collname::text END,
  coalesce(k.collname <> 'default' AND kn.nspname <> 'pg_catalog' AND NOT pg_catalog.pg_collation_is_visible(k.oid), false),
  de.description, NOT a.attislocal, nn.unusual, coalesce(NOT nn.convalidated, false), coalesce(nn.connoinherit, false), nn.comment IS NOT NULL,
  coalesce(a.attstattarget, -1) <> -1 OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attoptions IS NOT NULL
FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
  JOIN pg_catalog.pg_type b ON b.oid = coalesce(e.oid, t.oid)
  JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_description de ON de.objoid = c.oid AND de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND de.objsubid = a.attnum
  LEFT JOIN pg_catalog.pg_collation k ON k.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_namespace kn ON kn.oid = k.collnamespace
  LEFT JOIN nn ON nn.conrelid = a.attrelid AND nn.attnum = a.attnum
  LEFT JOIN s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
  LEFT JOIN (
    SELECT o.objid, min(sc.oid) AS oid
    FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_class sc ON sc.oid = o.refobjid AND sc.relkind = 'S'
    WHERE o.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    GROUP BY o.objid HAVING count(*) = 1
  ) dd ON dd.objid = d.oid
  LEFT JOIN (SELECT sc.oid, sn.nspname, sc.relname FROM pg_catalog.pg_class sc JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace WHERE sc.relkind = 'S') ds
    ON ds.oid = dd.oid
WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum`.returns({
    table: text().notNull(),
    name: text().notNull(),
    type: text().notNull(),
    element: text(),
    kind: text().notNull(),
    typeSchema: text().notNull(),
    typeName: text().notNull(),
    modifier: integer().notNull(),
    dimensions: integer().notNull(),
    notNull: boolean().notNull(),
    default: text(),
    identity: text().notNull(),
    generated: text().notNull(),
    owned: text(),
    start: bigint(),
    increment: bigint(),
    min: bigint(),
    max: bigint(),
    cache: bigint(),
    cycle: boolean(),
    sequenceSchema: text(),
    sequence: text(),
    collation: text(),
    hiddenCollation: boolean().notNull(),
    comment: text(),
    inherited: boolean().notNull(),
    notNullName: text(),
    notNullPending: boolean().notNull(),
    notNullOwn: boolean().notNull(),
    notNullComment: boolean().notNull(),
    settings: boolean().notNull(),
  })
type ColumnRow = RowOfRuns<ReturnType<typeof columnsOf>>

/** A key of a partitioned table is listed once more for each partition that it refers to; those have a parent on the same table. */
const foreignKeysOf = (schema: string, enforced: Piece, period: Piece) =>
  sql`
SELECT c.relname::text, con.conname::text, rn.nspname::text, rc.relname::text,
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(con.conkey) WITH ORDINALITY AS p (attnum, n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = p.attnum),
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(con.confkey) WITH ORDINALITY AS p (attnum, n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = p.attnum),
  con.confdeltype::text, con.confupdtype::text,
  (SELECT json_agg(a.attname ORDER BY p.n) FROM unnest(con.confdelsetcols) WITH ORDINALITY AS p (attnum, n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = p.attnum),
  con.confmatchtype::text, con.condeferrable, con.condeferred, con.convalidated,
  ${enforced}, ${period},
  con.conparentid <> 0, pg_catalog.obj_description(con.oid, 'pg_constraint') IS NOT NULL
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
    onDeleteColumns: json<string[]>(),
    match: text().notNull(),
    deferrable: boolean().notNull(),
    deferred: boolean().notNull(),
    valid: boolean().notNull(),
    enforced: boolean().notNull(),
    period: boolean().notNull(),
    fromParent: boolean().notNull(),
    comment: boolean().notNull(),
  })

const checksOf = (schema: string, enforced: Piece) =>
  sql`
SELECT c.relname::text, con.conname::text, pg_catalog.pg_get_expr(con.conbin, con.conrelid), con.convalidated, con.connoinherit,
  ${enforced}, NOT con.conislocal, pg_catalog.obj_description(con.oid, 'pg_constraint') IS NOT NULL
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
    enforced: boolean().notNull(),
    inherited: boolean().notNull(),
    comment: boolean().notNull(),
  })

/** A serial column is an identity in old clothes: its sequence belongs to it and its default draws from it. */
const isSerial = (row: ColumnRow): boolean => row.owned === 'a' && row.sequence !== null && drawsOnly(row.default)
const drawsOnly = (text: string | null): boolean => text !== null && /^nextval\('[^']*(?:''[^']*)*'::regclass\)$/.test(text)

/** `null` for what the server takes when nothing is said. */
function identityOf(row: ColumnRow): IdentityDetails {
  const down = row.increment! < 0n
  const bits = { smallint: 15n, integer: 31n, bigint: 63n }[row.type as 'smallint'] ?? 63n
  const usual = down ? { min: -(2n ** bits), max: -1n } : { min: 1n, max: 2n ** bits - 1n }
  const told = (value: bigint | null, plain: bigint) => (value === null || value === plain ? null : exact(value))
  return {
    always: row.identity === 'a',
    start: told(row.start, (down ? row.max : row.min) ?? 1n),
    increment: told(row.increment, 1n),
    min: told(row.min, usual.min),
    max: told(row.max, usual.max),
    cache: told(row.cache, 1n) as number | null,
    cycle: row.cycle === true,
  }
}
const exact = (value: bigint): number | bigint =>
  BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value

function columnDetails(schema: string, row: ColumnRow): ColumnDetails {
  const serial = isSerial(row)
  const draws = !serial && row.generated === '' && row.sequence !== null && drawsOnly(row.default)
  return {
    schema,
    table: row.table,
    name: row.name,
    ...typeDetails(row),
    nullable: !row.notNull,
    default: serial || row.generated !== '' || row.identity !== '' ? null : row.default,
    sequence: draws ? { schema: row.sequenceSchema!, name: row.sequence! } : null,
    identity: row.identity !== '' || serial ? identityOf(row) : null,
    generated: row.generated === '' ? null : { kind: row.generated === 'v' ? 'virtual' : 'stored', expression: row.default ?? '' },
    onUpdate: null,
    collation: row.collation,
    comment: row.comment,
    inherited: row.inherited,
    notes: notesOf(
      ['is a serial column; createAll makes it an identity', serial],
      [
        `has the collation ${JSON.stringify(row.collation)} of a schema outside the search path, which collate() does not name`,
        row.collation !== null && row.hiddenCollation,
      ],
      [
        `has a NOT NULL constraint that is called ${JSON.stringify(row.notNullName)}; createAll leaves the name to the server`,
        row.notNullName !== null,
      ],
      ['has a NOT NULL constraint that is NOT VALID; createAll makes it valid', row.notNullPending],
      ['has a NOT NULL constraint that is NO INHERIT; createAll makes one that is inherited', row.notNullOwn],
      ['has a comment on its NOT NULL constraint, which is left out', row.notNullComment],
      ['has a statistics target, storage, compression or options of its own, which are left out', row.settings],
    ),
  }
}

const enforcedOf = (db: Executor, known: Known) => sinceVersion(db, known, 18, 'con.conenforced', 'true')
const periodOf = (db: Executor, known: Known) => sinceVersion(db, known, 18, 'con.conperiod', 'false')

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
  tables: (db, schema): Promise<TableDetails[]> => tablesOf(db, schema),
  async columns(db, schema) {
    return (await db.all(columnsOf(schema))).map((row) => columnDetails(schema, row))
  },
  keys: keysOf,
  async foreignKeys(db, schema, known) {
    const enforced = await enforcedOf(db, known)
    const rows = await db.all(foreignKeysOf(schema, enforced, await periodOf(db, known)))
    return rows.map(
      ({ match, deferrable, deferred, enforced, period, fromParent, comment, ...row }): ForeignKeyDetails => ({
        ...row,
        schema,
        onDelete: actions[row.onDelete]!,
        onUpdate: actions[row.onUpdate]!,
        onDeleteColumns: row.onDeleteColumns ?? [],
        match: match === 'f' ? 'full' : 'simple',
        deferrable: deferrableOf({ deferrable, deferred }),
        notes: notesOf(
          ['is NOT ENFORCED; createAll enforces it', !enforced],
          ['is over a PERIOD; createAll makes a plain key', period],
          ['has a comment, which is left out', comment],
          ['comes with the table that this one is a partition of', fromParent],
        ),
      }),
    )
  },
  async checks(db, schema, known) {
    const rows = await db.all(checksOf(schema, await enforcedOf(db, known)))
    return rows.map(
      ({ comment, ...row }): CheckDetails => ({ ...row, schema, notes: notesOf(['has a comment, which is left out', comment]) }),
    )
  },
  named: namedOf,
  objects: objectsOf,
  define: definePostgres,
  spelling: spellPostgres,
  now: /^CURRENT_TIMESTAMP\(3\)$/,
  sequence: { cache: 1n, greatest: (bits) => 2n ** bits - 1n, least: (bits) => -(2n ** bits) },
  backslashEscapes: false,
  plainAction: 'no action',
  indexOfForeignKey: () => false,
  options: ['unlogged', 'with', 'tablespace', 'accessMethod', 'inherits'],
  uniqueIndexIsConstraint: false,
  namesHaveCase: true,
  tablesHaveCase: true,
  restrict: 'restrict',
  identityOptions: true,
  keysAreNotNull: () => true,
  async usual(db) {
    const found = await db.one(
      sql`
SELECT (SELECT json_agg(opcname) FROM pg_catalog.pg_opclass WHERE opcdefault), current_setting('default_table_access_method'),
  (SELECT t.spcname::text FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = current_database())`.returns(
        { opclasses: json<string[]>().notNull(), accessMethod: text().notNull(), tablespace: text().notNull() },
      ),
    )
    const { opclasses, accessMethod, tablespace } = found
    return { collation: 'default', opclasses, options: { accessMethod, tablespace } }
  },
  canonical: canonicalPostgres,
}
