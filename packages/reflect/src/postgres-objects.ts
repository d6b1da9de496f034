/** What PostgreSQL has besides tables: types, domains and sequences, and what metadata cannot hold. */
import type { Executor } from '@quern/engine'
import { sql } from '@quern/expression'
import { json, text } from '@quern/schema'
import { notesOf } from './catalog.js'
import type {
  DomainDetails,
  EnumDetails,
  ExtensionDetails,
  NamedDetails,
  ObjectDetails,
  OtherDetails,
  PolicyDetails,
  RoutineDetails,
  SequenceDetails,
  TriggerDetails,
} from './details.js'
import { type TypeRow, typeDetails } from './postgres-types.js'

type EnumRow = { readonly labels: readonly string[] | null }
type DomainRow = TypeRow &
  Pick<DomainDetails, 'default' | 'collation'> & {
    readonly notNull: boolean
    readonly notNullName: string | null
    readonly checks: readonly { readonly name: string; readonly expression: string; readonly valid: boolean }[] | null
  }
type SequenceRow = Record<'start' | 'increment' | 'min' | 'max' | 'cache', string> & {
  readonly type: string
  readonly cycle: boolean
  readonly unlogged: boolean
  readonly owner: (NonNullable<SequenceDetails['ownedBy']> & { readonly deptype: string }) | null
}

/** Of all schemas: a type of one is used in another. */
const namedStatement = sql`
SELECT 'enum', n.nspname::text, t.typname::text, pg_catalog.obj_description(t.oid, 'pg_type'),
  json_build_object('labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
UNION ALL
SELECT 'domain', n.nspname::text, t.typname::text, pg_catalog.obj_description(t.oid, 'pg_type'),
  json_build_object('type', pg_catalog.format_type(u.oid, t.typtypmod), 'element', CASE WHEN e.oid IS NOT NULL THEN pg_catalog.format_type(e.oid, t.typtypmod) END,
    'kind', b.typtype, 'typeSchema', bn.nspname, 'typeName', b.typname, 'modifier', t.typtypmod, 'dimensions', t.typndims,
    'notNull', t.typnotnull,
    'notNullName', (SELECT c.conname FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'n' AND c.conname <> t.typname || '_not_null' AND octet_length(t.typname) < 55),
    'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0), 'collation', CASE WHEN t.typcollation <> u.typcollation THEN k.collname END,
    'checks', (SELECT json_agg(json_build_object('name', c.conname, 'expression', pg_catalog.pg_get_expr(c.conbin, 0), 'valid', c.convalidated) ORDER BY c.conname)
      FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'))
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type u ON u.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_type e ON e.oid = u.typelem AND e.typarray = u.oid
  JOIN pg_catalog.pg_type b ON b.oid = coalesce(e.oid, u.oid)
  JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
  LEFT JOIN pg_catalog.pg_collation k ON k.oid = t.typcollation
WHERE t.typtype = 'd' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
UNION ALL
SELECT 'sequence', n.nspname::text, c.relname::text, pg_catalog.obj_description(c.oid, 'pg_class'),
  json_build_object('type', pg_catalog.format_type(s.seqtypid, NULL), 'start', s.seqstart::text, 'increment', s.seqincrement::text, 'min', s.seqmin::text,
    'max', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle, 'unlogged', c.relpersistence = 'u',
    'owner', (SELECT json_build_object('schema', rn.nspname, 'table', rc.relname, 'column', ra.attname, 'deptype', d.deptype)
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class rc ON rc.oid = d.refobjid JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
        JOIN pg_catalog.pg_attribute ra ON ra.attrelid = rc.oid AND ra.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')))
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2, 3`.returns({
  kind: text().notNull(),
  schema: text().notNull(),
  name: text().notNull(),
  comment: text(),
  data: json<unknown>().notNull(),
})

export async function namedOf(db: Executor): Promise<NamedDetails> {
  const rows = await db.all(namedStatement)
  const of = <Row, T>(kind: string, make: (row: (typeof rows)[number], data: Row) => T): T[] =>
    rows.filter((row) => row.kind === kind).map((row) => make(row, row.data as Row))
  return {
    enums: of('enum', ({ schema, name, comment }, { labels }: EnumRow): EnumDetails => {
      const notes = notesOf(['has a comment, which is left out', comment !== null], ['has no labels', labels === null])
      return { schema, name, labels: labels ?? [], comment, notes }
    }),
    domains: of('domain', ({ schema, name, comment }, row: DomainRow): DomainDetails => {
      const checks = row.checks ?? []
      return {
        schema,
        name,
        ...typeDetails(row),
        nullable: !row.notNull,
        default: row.default,
        collation: row.collation,
        checks: checks.map((check) => ({ name: check.name, expression: check.expression })),
        comment,
        notes: notesOf(
          ['has a comment, which is left out', comment !== null],
          [`has the collation ${JSON.stringify(row.collation)}, which is left out`, row.collation !== null],
          [
            `has a NOT NULL constraint that is called ${JSON.stringify(row.notNullName)}; createAll leaves the name to the server`,
            row.notNullName !== null,
          ],
          ['has several checks; they are reflected as one', checks.length > 1],
          ['has a check that is NOT VALID; createAll makes it valid', checks.some(({ valid }) => !valid)],
        ),
      }
    }),
    sequences: of('sequence', ({ schema, name, comment }, row: SequenceRow): SequenceDetails => {
      const { owner } = row
      return {
        schema,
        name,
        type: row.type,
        start: BigInt(row.start),
        increment: BigInt(row.increment),
        min: BigInt(row.min),
        max: BigInt(row.max),
        cache: BigInt(row.cache),
        cycle: row.cycle,
        ownedBy: owner && { schema: owner.schema, table: owner.table, column: owner.column },
        identity: owner?.deptype === 'i',
        comment,
        notes: notesOf(
          ['has a comment, which is left out', comment !== null],
          ['is UNLOGGED, which is left out', row.unlogged && owner === null],
        ),
      }
    }),
  }
}

const objectsStatement = (schema: string) =>
  sql`
SELECT 'trigger', t.tgname::text, json_build_object('table', c.relname, 'type', t.tgtype::int, 'definition', pg_catalog.pg_get_triggerdef(t.oid), 'enabled', t.tgenabled <> 'D')
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema} AND NOT t.tgisinternal
UNION ALL
SELECT 'routine', p.proname::text, json_build_object('kind', p.prokind, 'arguments', pg_catalog.pg_get_function_arguments(p.oid), 'returns', pg_catalog.pg_get_function_result(p.oid),
  'language', l.lanname, 'extension', (SELECT x.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'))
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE n.nspname = ${schema}
UNION ALL
SELECT 'policy', p.polname::text, json_build_object('table', c.relname, 'command', p.polcmd, 'permissive', p.polpermissive,
  'roles', (SELECT json_agg(coalesce(r.rolname, 'public')) FROM unnest(p.polroles) o (oid) LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.oid),
  'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema}
UNION ALL
SELECT 'extension', x.extname::text, json_build_object('version', x.extversion)
FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
WHERE n.nspname = ${schema}
UNION ALL
SELECT 'other', r.rulename::text, json_build_object('kind', 'rule', 'table', c.relname, 'definition', pg_catalog.pg_get_ruledef(r.oid))
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema} AND r.rulename <> '_RETURN'
UNION ALL
SELECT 'other', t.typname::text, json_build_object('kind', CASE t.typtype WHEN 'c' THEN 'composite type' ELSE 'range type' END)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE n.nspname = ${schema} AND (t.typtype = 'r' OR t.typtype = 'c' AND c.relkind = 'c')
UNION ALL
SELECT 'other', s.stxname::text, json_build_object('kind', 'statistics', 'table', c.relname, 'definition', pg_catalog.pg_get_statisticsobjdef(s.oid))
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
WHERE n.nspname = ${schema}
UNION ALL
SELECT 'other', o.name, json_build_object('kind', o.kind)
FROM (
  SELECT 'collation' AS kind, l.collname::text AS name, l.collnamespace AS space, 'pg_catalog.pg_collation'::pg_catalog.regclass AS class, l.oid FROM pg_catalog.pg_collation l
  UNION ALL SELECT 'operator', r.oprname::text, r.oprnamespace, 'pg_catalog.pg_operator'::pg_catalog.regclass, r.oid FROM pg_catalog.pg_operator r
  UNION ALL SELECT 'operator class', k.opcname::text, k.opcnamespace, 'pg_catalog.pg_opclass'::pg_catalog.regclass, k.oid FROM pg_catalog.pg_opclass k
  UNION ALL SELECT 'text search configuration', f.cfgname::text, f.cfgnamespace, 'pg_catalog.pg_ts_config'::pg_catalog.regclass, f.oid FROM pg_catalog.pg_ts_config f
  UNION ALL SELECT 'text search dictionary', d.dictname::text, d.dictnamespace, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid FROM pg_catalog.pg_ts_dict d
) o JOIN pg_catalog.pg_namespace n ON n.oid = o.space
WHERE n.nspname = ${schema}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')`.returns({
    kind: text().notNull(),
    name: text().notNull(),
    data: json<any>().notNull(),
  })

const events = { 4: 'insert', 8: 'delete', 16: 'update', 32: 'truncate' } as const
const triggerOf = (schema: string, name: string, { table, type, definition, enabled }: any): TriggerDetails => ({
  schema,
  table,
  name,
  timing: type & 2 ? 'before' : type & 64 ? 'instead of' : 'after',
  events: Object.entries(events).flatMap(([bit, event]) => (type & Number(bit) ? [event] : [])),
  definition,
  enabled,
})
const routineKinds: Readonly<Record<string, RoutineDetails['kind']>> = { f: 'function', p: 'procedure', a: 'aggregate', w: 'window' }
const commands: Readonly<Record<string, PolicyDetails['command']>> = { '*': 'all', r: 'select', a: 'insert', w: 'update', d: 'delete' }

export async function objectsOf(db: Executor, schema: string): Promise<ObjectDetails> {
  const rows = await db.all(objectsStatement(schema))
  rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const of = <T>(kind: string, make: (name: string, data: any) => T): T[] =>
    rows.filter((row) => row.kind === kind).map(({ name, data }) => make(name, data))
  return {
    triggers: of('trigger', (name, data) => triggerOf(schema, name, data)),
    routines: of('routine', (name, data): RoutineDetails => ({ ...data, schema, name, kind: routineKinds[data.kind]! })),
    policies: of(
      'policy',
      (name, data): PolicyDetails => ({ ...data, schema, name, command: commands[data.command]!, roles: data.roles ?? [] }),
    ),
    extensions: of('extension', (name, data): ExtensionDetails => ({ ...data, schema, name })),
    others: of('other', (name, data): OtherDetails => ({ table: null, definition: null, ...data, schema, name })),
  }
}
