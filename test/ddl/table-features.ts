/**
 * Every feature of tables, constraints and indexes: how it is declared, and what each dialect makes of it. The tests create each of them and
 * read it back from the server's own catalogs; the page of the docs is made from the same rows.
 */

import * as q from 'quern'
import { type DialectName, index, indexKey } from 'quern'

/** Yes; yes from a version of the server on; or the refusal, after "… has no". */
export type Expected = 'yes' | { readonly since: string } | { readonly refused: string }

export interface TableFeature {
  readonly feature: string
  /** The tables, created in their order. */
  declare(): Readonly<Record<string, q.AnyTable>>
  readonly expected: Readonly<Record<DialectName, Expected>>
  /** A query by hand, and its rows as texts, which show that it is there. */
  readonly seen: { readonly [Name in DialectName]?: readonly [query: string, rows: readonly (readonly (string | null)[])[]] }
  /** Statements by hand, run in their order; the last one must be rejected. */
  readonly rejected?: readonly string[]
}

const yes = 'yes' as const
const no = (refused: string) => ({ refused })
const everywhere = { postgres: yes, mysql: yes, mariadb: yes, sqlite: yes }
const only = (names: readonly DialectName[], refused: string): Readonly<Record<DialectName, Expected>> => {
  const on = (name: DialectName): Expected => (names.includes(name) ? yes : no(refused))
  return { postgres: on('postgres'), mysql: on('mysql'), mariadb: on('mariadb'), sqlite: on('sqlite') }
}
const both = <T>(of: T) => ({ mysql: of, mariadb: of })
const pgConstraint = (name: string): string => `select pg_get_constraintdef(oid) from pg_constraint where conname = '${name}'`
const pgIndex = (name: string): string => `select pg_get_indexdef('${name}'::regclass)`
const myIndex = (columns: string, name = 'i'): string =>
  `select ${columns} from information_schema.STATISTICS where TABLE_SCHEMA = database() and INDEX_NAME = '${name}' order by SEQ_IN_INDEX`
const myColumn = (columns: string, name = 'b'): string =>
  `select ${columns} from information_schema.COLUMNS where TABLE_SCHEMA = database() and TABLE_NAME = 't' and COLUMN_NAME = '${name}'`
const myTable = (columns: string): string =>
  `select ${columns} from information_schema.TABLES where TABLE_SCHEMA = database() and TABLE_NAME = 't'`
const myPartitions = (columns: string): string =>
  `select ${columns} from information_schema.PARTITIONS where TABLE_SCHEMA = database() and TABLE_NAME = 't' order by PARTITION_ORDINAL_POSITION`
const pgBounds = `select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 't'::regclass order by c.relname`

const one = (parts: (t: any) => readonly q.TablePart[]) => () => ({
  t: q.table('t', { a: q.integer().notNull(), b: q.integer(), c: q.varchar(20) }, parts),
})
const referring = (more: (key: q.ForeignKey, t: any) => q.ForeignKey) => () => {
  const p = q.table('p', { x: q.integer().notNull(), y: q.integer().notNull() }, (t) => [q.primaryKey(t.x, t.y)])
  const t = q.table('t', { a: q.integer(), b: q.integer().default(1) }, (own) => [
    more(q.foreignKey(own.a, own.b).references(p.x, p.y).named('fk'), own),
  ])
  return { p, t }
}
const column = (b: q.ColumnDef<any, any, any>) => () => ({ t: q.table('t', { a: q.integer().primaryKey(), b }) })

const columns: readonly TableFeature[] = [
  {
    feature: 'check of a column',
    declare: column(q.integer().check((b) => b.gte(0))),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('t_b_check'), [['CHECK ((b >= 0))']]],
      mysql: ['select CHECK_CLAUSE from information_schema.CHECK_CONSTRAINTS where CONSTRAINT_SCHEMA = database()', [['(`b` >= 0)']]],
      mariadb: ['select CHECK_CLAUSE from information_schema.CHECK_CONSTRAINTS where CONSTRAINT_SCHEMA = database()', [['`b` >= 0']]],
    },
    rejected: ['insert into t (a, b) values (1, -1)'],
  },
  {
    feature: 'comment of a column',
    declare: column(q.integer().comment('it\'s 100 % \\ "b" `c` ? $1 ; -- é中')),
    expected: only(['postgres', 'mysql', 'mariadb'], 'comments; leave comment() of t.b out, or keep the text in the program'),
    seen: {
      postgres: ["select col_description('t'::regclass, 2)", [['it\'s 100 % \\ "b" `c` ? $1 ; -- é中']]],
      ...both([myColumn('COLUMN_COMMENT'), [['it\'s 100 % \\ "b" `c` ? $1 ; -- é中']]] as const),
    },
  },
  {
    feature: 'collation of a column',
    declare: () => ({
      t: q.table('t', {
        a: q.integer(),
        b: q.text().collate({ postgres: 'C', mysql: 'utf8mb4_bin', mariadb: 'utf8mb4_bin', sqlite: 'NOCASE' }[current()]),
      }),
    }),
    expected: everywhere,
    seen: {
      postgres: ["select collation_name::text from information_schema.columns where table_name = 't' and column_name = 'b'", [['C']]],
      ...both([myColumn('COLLATION_NAME'), [['utf8mb4_bin']]] as const),
      sqlite: ["select count(*) from (select 'x' as b union all select b from t) where (select 'A' collate nocase = 'a')", [['1']]],
    },
  },
  {
    feature: 'generated column, stored',
    declare: column(q.integer().generatedAs((t) => t.a.mul(2))),
    expected: everywhere,
    seen: {
      postgres: [
        "select is_generated, generation_expression from information_schema.columns where table_name = 't' and column_name = 'b'",
        [['ALWAYS', '(a * 2)']],
      ],
      ...both([myColumn('EXTRA'), [['STORED GENERATED']]] as const),
      sqlite: ["select hidden from pragma_table_xinfo('t') where name = 'b'", [['3']]],
    },
    rejected: ['insert into t (a, b) values (1, 1)'],
  },
  {
    feature: 'generated column, virtual',
    declare: column(q.integer().generatedAs(q.sql<number>`a * 2`, { stored: false })),
    expected: { ...everywhere, postgres: { since: '18.0.0' } },
    seen: {
      postgres: ["select attgenerated::text from pg_attribute where attrelid = 't'::regclass and attname = 'b'", [['v']]],
      ...both([myColumn('EXTRA'), [['VIRTUAL GENERATED']]] as const),
      sqlite: ["select hidden from pragma_table_xinfo('t') where name = 'b'", [['2']]],
    },
  },
  {
    feature: 'generated column that is NOT NULL',
    declare: column(
      q
        .integer()
        .notNull()
        .generatedAs((t) => t.a.mul(2)),
    ),
    expected: {
      ...everywhere,
      mariadb: no('NOT NULL for a generated column; leave notNull() of t.b out, and add check((c) => c.isNotNull())'),
    },
    seen: {
      postgres: ["select is_nullable::text from information_schema.columns where table_name = 't' and column_name = 'b'", [['NO']]],
      mysql: [myColumn('IS_NULLABLE'), [['NO']]],
      sqlite: ["select \"notnull\" from pragma_table_xinfo('t') where name = 'b'", [['1']]],
    },
  },
  {
    feature: 'identity column',
    declare: () => ({ t: q.table('t', { a: q.bigint().primaryKey().identity(), b: q.integer() }) }),
    expected: everywhere,
    seen: {
      postgres: ["select attidentity::text from pg_attribute where attrelid = 't'::regclass and attname = 'a'", [['d']]],
      ...both([myColumn('EXTRA', 'a'), [['auto_increment']]] as const),
      sqlite: ["select count(*) from sqlite_master where name = 'sqlite_sequence'", [['1']]],
    },
  },
  {
    feature: 'identity, always',
    declare: () => ({ t: q.table('t', { a: q.integer().primaryKey().identity({ always: true }) }) }),
    expected: only(['postgres'], 'GENERATED ALWAYS AS IDENTITY; use identity() without always, which takes values too (t.a)'),
    seen: { postgres: ["select attidentity::text from pg_attribute where attrelid = 't'::regclass and attname = 'a'", [['a']]] },
    rejected: ['insert into t (a) values (1)'],
  },
  {
    feature: 'identity, start',
    declare: () => ({ t: q.table('t', { a: q.bigint().primaryKey().identity({ start: 9007199254740993n }) }) }),
    expected: only(['postgres', 'mysql', 'mariadb'], 'START WITH for an identity; insert the first row of t.a with a value of its own'),
    seen: {
      postgres: [
        "select seqstart::text from pg_sequence where seqrelid = pg_get_serial_sequence('t', 'a')::regclass",
        [['9007199254740993']],
      ],
      ...both([myTable('concat(AUTO_INCREMENT)'), [['9007199254740993']]] as const),
    },
  },
  {
    feature: 'identity, increment, min, max, cache, cycle',
    declare: () => ({
      t: q.table('t', { a: q.integer().primaryKey().identity({ start: 10, increment: 5, min: 5, max: 100, cache: 3, cycle: true }) }),
    }),
    expected: {
      postgres: yes,
      ...both(no('increment, min, max, cache, cycle for an identity; leave them out of identity() of t.a')),
      sqlite: no('START WITH for an identity; insert the first row of t.a with a value of its own'),
    },
    seen: {
      postgres: [
        "select concat_ws(' ', seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle) from pg_sequence where seqrelid = pg_get_serial_sequence('t', 'a')::regclass",
        [['10 5 5 100 3 t']],
      ],
    },
  },
  {
    feature: 'default of a value and of an expression',
    declare: () => ({
      t: q.table('t', {
        a: q.integer().default(-7),
        b: q.varchar(30).default("it's \\ 100 %"),
        c: q.varchar(20).default(q.lower(q.literal('X'))),
      }),
    }),
    expected: everywhere,
    seen: {
      postgres: ['insert into t default values returning a::text, b, c', [['-7', "it's \\ 100 %", 'x']]],
      ...both([myColumn('COLUMN_DEFAULT', 'a'), [['-7']]] as const),
      sqlite: ['insert into t default values returning a, b, c', [['-7', "it's \\ 100 %", 'x']]],
    },
  },
]

const keys: readonly TableFeature[] = [
  {
    feature: 'named primary key of several columns',
    declare: one((t) => [q.primaryKey(t.a, t.c).named('pk')]),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('pk'), [['PRIMARY KEY (a, c)']]],
      ...both([myIndex('COLUMN_NAME', 'PRIMARY'), [['a'], ['c']]] as const),
      sqlite: ["select name from pragma_table_info('t') where pk > 0 order by pk", [['a'], ['c']]],
    },
  },
  {
    feature: 'primary key with INCLUDE',
    declare: one((t) => [q.primaryKey(t.a).named('pk').include(t.b)]),
    expected: only(['postgres'], 'INCLUDE for indexes and constraints; add the columns to the key of an index of their own'),
    seen: { postgres: [pgConstraint('pk'), [['PRIMARY KEY (a) INCLUDE (b)']]] },
  },
  {
    feature: 'unique constraint',
    declare: one((t) => [q.unique('uq').on(t.b, t.c)]),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('uq'), [['UNIQUE (b, c)']]],
      ...both([myIndex('COLUMN_NAME', 'uq'), [['b'], ['c']]] as const),
      sqlite: ['select origin, "unique" from pragma_index_list(\'t\')', [['u', '1']]],
    },
  },
  {
    feature: 'unique constraint, nulls not distinct',
    declare: one((t) => [q.unique('uq').on(t.b).nullsNotDistinct()]),
    expected: only(['postgres'], 'UNIQUE NULLS NOT DISTINCT; make the columns NOT NULL'),
    seen: { postgres: [pgConstraint('uq'), [['UNIQUE NULLS NOT DISTINCT (b)']]] },
  },
  {
    feature: 'unique constraint with INCLUDE',
    declare: one((t) => [q.unique('uq').on(t.b).include(t.c)]),
    expected: only(['postgres'], 'INCLUDE for indexes and constraints; add the columns to the key of an index of their own'),
    seen: { postgres: [pgConstraint('uq'), [['UNIQUE (b) INCLUDE (c)']]] },
  },
  {
    feature: 'deferrable key',
    declare: one((t) => [q.unique('uq').on(t.b).deferrable({ initially: 'deferred' })]),
    expected: only(['postgres'], 'DEFERRABLE keys; leave deferrable() out; keys are checked row by row'),
    seen: { postgres: [pgConstraint('uq'), [['UNIQUE (b) DEFERRABLE INITIALLY DEFERRED']]] },
  },
  {
    feature: 'check constraint',
    declare: one((t) => [q.check('ck', q.and(t.b.gt(-1), t.c.ne("it's")))]),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('ck'), [["CHECK (((b > '-1'::integer) AND ((c)::text <> 'it''s'::text)))"]]],
      ...both(['select CONSTRAINT_NAME from information_schema.CHECK_CONSTRAINTS where CONSTRAINT_SCHEMA = database()', [['ck']]] as const),
    },
    rejected: ["insert into t (a, b, c) values (1, 1, 'it''s')"],
  },
  {
    feature: 'check, not valid',
    declare: one((t) => [q.check('ck', t.b.gt(0)).notValid()]),
    expected: only(['postgres'], 'NOT VALID constraints; clean the rows up before the constraint is added'),
    seen: { postgres: [pgConstraint('ck'), [['CHECK ((b > 0))']]] },
  },
  {
    feature: 'check, not enforced',
    declare: one((t) => [q.check('ck', t.b.gt(0)).notEnforced()]),
    expected: {
      postgres: { since: '18.0.0' },
      mysql: yes,
      mariadb: no('NOT ENFORCED checks; leave the check out'),
      sqlite: no('NOT ENFORCED checks; leave the check out'),
    },
    seen: {
      postgres: [pgConstraint('ck'), [['CHECK ((b > 0)) NOT ENFORCED']]],
      mysql: [
        "select ENFORCED from information_schema.TABLE_CONSTRAINTS where TABLE_SCHEMA = database() and CONSTRAINT_NAME = 'ck'",
        [['NO']],
      ],
    },
  },
  {
    feature: 'check, no inherit',
    declare: one((t) => [q.check('ck', t.b.gt(0)).noInherit()]),
    expected: only(['postgres'], 'NO INHERIT, as tables do not inherit; leave noInherit() out'),
    seen: { postgres: [pgConstraint('ck'), [['CHECK ((b > 0)) NO INHERIT']]] },
  },
  {
    feature: 'exclusion constraint',
    declare: () => ({
      t: q.table('t', { a: q.integer(), during: q.customType('int4range') }, (t) => [
        q.exclude('ex').using('gist').with(t.during, '&&').where(t.a.gt(0)).deferrable(),
      ]),
    }),
    expected: only(['postgres'], 'exclusion constraints; check for an overlap in a serializable transaction, or in a trigger'),
    seen: { postgres: [pgConstraint('ex'), [['EXCLUDE USING gist (during WITH &&) WHERE ((a > 0)) DEFERRABLE']]] },
  },
  {
    feature: 'foreign key of several columns, on delete, on update',
    declare: referring((key) => key.onDelete('cascade').onUpdate('set null')),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) ON UPDATE SET NULL ON DELETE CASCADE']]],
      ...both([
        'select DELETE_RULE, UPDATE_RULE from information_schema.REFERENTIAL_CONSTRAINTS where CONSTRAINT_SCHEMA = database()',
        [['CASCADE', 'SET NULL']],
      ] as const),
      sqlite: [
        'select "from", "to", on_delete, on_update from pragma_foreign_key_list(\'t\') order by seq',
        [
          ['a', 'x', 'CASCADE', 'SET NULL'],
          ['b', 'y', 'CASCADE', 'SET NULL'],
        ],
      ],
    },
  },
  {
    feature: 'foreign key, on delete set default',
    declare: referring((key) => key.onDelete('set default')),
    expected: { postgres: yes, sqlite: yes, ...both(no("ON DELETE SET DEFAULT; use 'set null', or a trigger")) },
    seen: {
      postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) ON DELETE SET DEFAULT']]],
      sqlite: ["select distinct on_delete from pragma_foreign_key_list('t')", [['SET DEFAULT']]],
    },
  },
  {
    feature: 'foreign key, on delete set null of some columns',
    declare: referring((key, t) => key.onDelete('set null', t.b)),
    expected: only(['postgres'], 'columns in ON DELETE SET NULL and SET DEFAULT; set the whole key, or use a trigger'),
    seen: { postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) ON DELETE SET NULL (b)']]] },
  },
  {
    feature: 'foreign key, match full',
    declare: referring((key) => key.match('full').onDelete('cascade')),
    expected: only(['postgres'], 'MATCH FULL; add a check that the columns are NULL together'),
    seen: { postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) MATCH FULL ON DELETE CASCADE']]] },
  },
  {
    feature: 'foreign key, match partial',
    declare: referring((key) => key.match('partial')),
    expected: only([], "MATCH PARTIAL; use match('full') or match('simple')"),
    seen: {},
  },
  {
    feature: 'foreign key, match simple',
    declare: referring((key) => key.match('simple').onDelete('cascade')),
    expected: everywhere,
    seen: {
      postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) ON DELETE CASCADE']]],
      ...both([
        'select DELETE_RULE from information_schema.REFERENTIAL_CONSTRAINTS where CONSTRAINT_SCHEMA = database()',
        [['CASCADE']],
      ] as const),
      sqlite: ["select distinct on_delete from pragma_foreign_key_list('t')", [['CASCADE']]],
    },
  },
  {
    feature: 'deferrable foreign key',
    declare: referring((key) => key.deferrable({ initially: 'deferred' })),
    expected: only(['postgres', 'sqlite'], 'DEFERRABLE foreign keys; insert the referenced rows first'),
    seen: {
      postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y) DEFERRABLE INITIALLY DEFERRED']]],
      sqlite: ["select count(*) from sqlite_master where name = 't' and sql like '%DEFERRABLE INITIALLY DEFERRED%'", [['1']]],
    },
  },
  {
    feature: 'foreign key, not valid',
    declare: referring((key) => key.notValid()),
    expected: only(['postgres'], 'NOT VALID constraints; clean the rows up before the constraint is added'),
    seen: { postgres: [pgConstraint('fk'), [['FOREIGN KEY (a, b) REFERENCES p(x, y)']]] },
  },
]

const indexes: readonly TableFeature[] = [
  {
    feature: 'index of several columns, descending',
    declare: one((t) => [index('i').on(t.a, t.b.desc())]),
    expected: everywhere,
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (a, b DESC)']]],
      ...both([
        myIndex('COLUMN_NAME, COLLATION'),
        [
          ['a', 'A'],
          ['b', 'D'],
        ],
      ] as const),
      sqlite: [
        'select name, "desc" from pragma_index_xinfo(\'i\') where key = 1 order by seqno',
        [
          ['a', '0'],
          ['b', '1'],
        ],
      ],
    },
  },
  {
    feature: 'unique index',
    declare: one((t) => [index('i').on(t.b).unique()]),
    expected: everywhere,
    seen: {
      postgres: [pgIndex('i'), [['CREATE UNIQUE INDEX i ON public.t USING btree (b)']]],
      ...both([myIndex('NON_UNIQUE'), [['0']]] as const),
      sqlite: ["select \"unique\" from pragma_index_list('t') where name = 'i'", [['1']]],
    },
  },
  {
    feature: 'index of an expression',
    declare: one((t) => [index('i').on(q.lower(t.c), t.a)]),
    expected: { ...everywhere, mariadb: no('expressions in an index; index a generated column that holds the expression') },
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (lower((c)::text), a)']]],
      mysql: [
        myIndex('COLUMN_NAME, EXPRESSION'),
        [
          [null, 'lower(`c`)'],
          ['a', null],
        ],
      ],
      sqlite: [
        "select cid, name from pragma_index_xinfo('i') where key = 1 order by seqno",
        [
          ['-2', null],
          ['0', 'a'],
        ],
      ],
    },
  },
  {
    feature: 'partial index',
    declare: one((t) => [index('i').on(t.a).where(t.b.gt(3))]),
    expected: only(['postgres', 'sqlite'], 'partial indexes; index all rows, or a generated column that is NULL for the others'),
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (a) WHERE (b > 3)']]],
      sqlite: ["select partial from pragma_index_list('t') where name = 'i'", [['1']]],
    },
  },
  {
    feature: 'index method',
    declare: one((t) => [index('i').on(t.a).using('hash')]),
    expected: only(['postgres'], 'index method "hash"; leave using() out; indexes are B-trees'),
    seen: { postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING hash (a)']]] },
  },
  {
    feature: 'index method B-tree',
    declare: one((t) => [index('i').on(t.a).using('btree')]),
    expected: everywhere,
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (a)']]],
      ...both([myIndex('INDEX_TYPE'), [['BTREE']]] as const),
      sqlite: ["select name from pragma_index_list('t')", [['i']]],
    },
  },
  {
    feature: 'operator class',
    declare: one((t) => [index('i').on(indexKey(t.c.desc(), { opclass: 'varchar_pattern_ops' }))]),
    expected: only(['postgres'], 'operator classes; leave opclass out'),
    seen: { postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (c varchar_pattern_ops DESC)']]] },
  },
  {
    feature: 'text of any length as the key of an index',
    declare: () => ({ t: q.table('t', { a: q.text() }, (t) => [index('i').on(t.a)]) }),
    expected: only(
      ['postgres', 'sqlite'],
      'text of any length as the key of an index; give t.a a length, as varchar(255) has, or the index a prefix with indexKey()',
    ),
    seen: { postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (a)']]] },
  },
  {
    feature: 'bytes of any length as a unique constraint',
    declare: () => ({ t: q.table('t', { a: q.blob() }, (t) => [q.unique('u').on(t.a)]) }),
    expected: {
      ...everywhere,
      mysql: no(
        'blob of any length as the key of a unique constraint; give t.a a length, as varchar(255) has, or the index a prefix with indexKey()',
      ),
    },
    seen: { mariadb: [myIndex('COLUMN_NAME', 'u'), [['a']]] },
  },
  {
    feature: 'prefix length of an index key',
    declare: one((t) => [index('i').on(indexKey(t.c, { length: 5 }))]),
    expected: only(['mysql', 'mariadb'], 'prefix lengths in an index; index the expression that cuts the text'),
    seen: both([myIndex('SUB_PART'), [['5']]] as const),
  },
  {
    feature: 'collation of an index key',
    declare: () => ({
      t: q.table('t', { c: q.varchar(20) }, (t) => [index('i').on(indexKey(t.c, { collate: current() === 'sqlite' ? 'NOCASE' : 'C' }))]),
    }),
    expected: only(['postgres', 'sqlite'], 'COLLATE in an index; give the collation to the column'),
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (c COLLATE "C")']]],
      sqlite: ["select coll from pragma_index_xinfo('i') where key = 1", [['NOCASE']]],
    },
  },
  {
    feature: 'NULLS FIRST and LAST of an index key, against the database’s order',
    declare: one((t) => [
      index('i').on(t.b.asc().nullsLast(), t.c.desc().nullsFirst()),
      index('j').on(t.b.asc().nullsFirst(), t.c.desc().nullsLast()),
    ]),
    expected: only(['postgres'], 'NULLS LAST in an index; leave it out; NULLs are the lowest values'),
    seen: {
      postgres: [
        `${pgIndex('i')} union all ${pgIndex('j')}`,
        [
          ['CREATE INDEX i ON public.t USING btree (b, c DESC)'],
          ['CREATE INDEX j ON public.t USING btree (b NULLS FIRST, c DESC NULLS LAST)'],
        ],
      ],
    },
  },
  {
    feature: 'NULLS FIRST and LAST of an index key, as NULL is lowest',
    declare: one((t) => [index('i').on(t.b.asc().nullsFirst(), t.c.desc().nullsLast())]),
    expected: everywhere,
    seen: {
      postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (b NULLS FIRST, c DESC NULLS LAST)']]],
      ...both([
        myIndex('COLUMN_NAME, COLLATION'),
        [
          ['b', 'A'],
          ['c', 'D'],
        ],
      ] as const),
      sqlite: [
        'select name, "desc" from pragma_index_xinfo(\'i\') where key = 1 order by seqno',
        [
          ['b', '0'],
          ['c', '1'],
        ],
      ],
    },
  },
  {
    feature: 'index with INCLUDE',
    declare: one((t) => [index('i').on(t.a).include(t.b, t.c)]),
    expected: only(['postgres'], 'INCLUDE for indexes and constraints; add the columns to the key of an index of their own'),
    seen: { postgres: [pgIndex('i'), [['CREATE INDEX i ON public.t USING btree (a) INCLUDE (b, c)']]] },
  },
  {
    feature: 'unique index, nulls not distinct',
    declare: one((t) => [index('i').on(t.b).unique().nullsNotDistinct()]),
    expected: only(['postgres'], 'UNIQUE NULLS NOT DISTINCT; make the columns NOT NULL'),
    seen: { postgres: [pgIndex('i'), [['CREATE UNIQUE INDEX i ON public.t USING btree (b) NULLS NOT DISTINCT']]] },
  },
  {
    feature: 'fulltext index',
    declare: one((t) => [index('i').on(t.c).fulltext()]),
    expected: only(['mysql', 'mariadb'], 'FULLTEXT indexes; use a text search index of its own kind, written with sql'),
    seen: both([myIndex('INDEX_TYPE'), [['FULLTEXT']]] as const),
  },
  {
    feature: 'spatial index',
    declare: () => ({
      t: q.table(
        't',
        { a: q.integer(), at: q.customType(['mysql', 'mariadb'].includes(current()) ? 'point' : 'integer').notNull() },
        (t) => [index('i').on(t.at).spatial()],
      ),
    }),
    expected: only(['mysql', 'mariadb'], "SPATIAL indexes; use index().using('gist') where there is one"),
    seen: both([myIndex('INDEX_TYPE'), [['SPATIAL']]] as const),
  },
  {
    feature: 'index created concurrently',
    declare: one((t) => [index('i').on(t.a).concurrently()]),
    expected: only(['postgres'], 'CREATE INDEX CONCURRENTLY; leave concurrently() out'),
    seen: { postgres: ["select indisvalid::text from pg_index where indexrelid = 'i'::regclass", [['true']]] },
  },
  {
    feature: 'invisible index',
    declare: one((t) => [index('i').on(t.a).invisible()]),
    expected: only(['mysql', 'mariadb'], 'invisible indexes; drop the index, or leave invisible() out'),
    seen: { mysql: [myIndex('IS_VISIBLE'), [['NO']]], mariadb: [myIndex('IGNORED'), [['YES']]] },
  },
  {
    feature: 'storage parameters of an index',
    declare: one((t) => [index('i').on(t.a).with({ fillfactor: 70 })]),
    expected: only(['postgres'], 'WITH parameters for indexes; leave with() out'),
    seen: { postgres: [pgIndex('i'), [["CREATE INDEX i ON public.t USING btree (a) WITH (fillfactor='70')"]]] },
  },
  {
    feature: 'comment of an index',
    declare: one((t) => [index('i').on(t.a).comment("it's")]),
    expected: only(['postgres', 'mysql', 'mariadb'], 'comments; leave comment() out, or keep the text in the program'),
    seen: {
      postgres: ["select obj_description('i'::regclass)", [["it's"]]],
      ...both([myIndex('INDEX_COMMENT'), [["it's"]]] as const),
    },
  },
]

const range = () => ({
  t: q.table('t', { day: q.date().notNull(), a: q.integer() }, (t) => [
    q.partitionBy('range', t.day).partitions(q.partition('p1').to(['2024-01-01']), q.partition('p2').from(['2024-01-01']).to([q.maxValue])),
  ]),
})
const noPartitions = 'partitioning; leave partitionBy() out, or make a table per part and a view over them'

const options: readonly TableFeature[] = [
  {
    feature: 'comment of a table',
    declare: one(() => [q.tableComment('it\'s `a` "table"')]),
    expected: only(['postgres', 'mysql', 'mariadb'], 'comments; leave tableComment() out, or keep the text in the program'),
    seen: {
      postgres: ["select obj_description('t'::regclass)", [['it\'s `a` "table"']]],
      ...both([myTable('TABLE_COMMENT'), [['it\'s `a` "table"']]] as const),
    },
  },
  {
    feature: 'temporary table',
    declare: () => ({ tmp1: q.table('tmp1', { a: q.integer() }, () => [q.temporary()]) }),
    expected: everywhere,
    seen: {},
  },
  {
    feature: 'temporary table that ends with the transaction',
    declare: () => ({ tmp2: q.table('tmp2', { a: q.integer() }, () => [q.temporary({ onCommit: 'drop' })]) }),
    expected: only(['postgres'], 'ON COMMIT for temporary tables; drop or empty the table yourself'),
    seen: {},
  },
  {
    feature: 'options of MySQL and MariaDB',
    declare: one(() => [q.mysqlOptions({ engine: 'MyISAM', collate: 'utf8mb4_bin', rowFormat: 'dynamic' })]),
    expected: everywhere,
    seen: { ...both([myTable('ENGINE, TABLE_COLLATION, ROW_FORMAT'), [['MyISAM', 'utf8mb4_bin', 'Dynamic']]] as const) },
  },
  {
    feature: 'options of PostgreSQL',
    declare: one(() => [q.postgresOptions({ unlogged: true, with: { fillfactor: 70 }, tablespace: 'pg_default', accessMethod: 'heap' })]),
    expected: everywhere,
    seen: {
      postgres: [
        "select c.relpersistence::text, array_to_string(c.reloptions, ','), a.amname::text from pg_class c join pg_am a on a.oid = c.relam where c.oid = 't'::regclass",
        [['u', 'fillfactor=70', 'heap']],
      ],
    },
  },
  {
    feature: 'options of SQLite',
    declare: () => ({
      t: q.table('t', { a: q.integer().primaryKey(), b: q.boolean(), c: q.varchar(3), d: q.timestamptz(), e: q.numeric(10, 2) }, () => [
        q.sqliteOptions({ strict: true, withoutRowid: true }),
      ]),
    }),
    expected: everywhere,
    seen: { sqlite: ["select strict, wr from pragma_table_list('t')", [['1', '1']]] },
  },
  {
    feature: 'inherited table',
    declare: () => {
      const p = q.table('p', { a: q.integer() })
      return { p, t: q.table('t', { b: q.integer() }, () => [q.postgresOptions({ inherits: [p] })]) }
    },
    expected: everywhere,
    seen: { postgres: ["select inhparent::regclass::text from pg_inherits where inhrelid = 't'::regclass", [['p']]] },
  },
  {
    feature: 'partitions by range',
    declare: range,
    expected: only(['postgres', 'mysql', 'mariadb'], noPartitions),
    seen: {
      postgres: [
        pgBounds,
        [
          ['p1', "FOR VALUES FROM (MINVALUE) TO ('2024-01-01')"],
          ['p2', "FOR VALUES FROM ('2024-01-01') TO (MAXVALUE)"],
        ],
      ],
      ...both([
        myPartitions('PARTITION_NAME, PARTITION_METHOD, PARTITION_DESCRIPTION'),
        [
          ['p1', 'RANGE COLUMNS', "'2024-01-01'"],
          ['p2', 'RANGE COLUMNS', 'MAXVALUE'],
        ],
      ] as const),
    },
  },
  {
    feature: 'partitions by list',
    declare: one((t) => [q.partitionBy('list', t.c).partitions(q.partition('eu').in(["it's", 'fr']), q.partition('none').in([null]))]),
    expected: only(['postgres', 'mysql', 'mariadb'], noPartitions),
    seen: {
      postgres: [
        pgBounds,
        [
          ['eu', "FOR VALUES IN ('it''s', 'fr')"],
          ['none', 'FOR VALUES IN (NULL)'],
        ],
      ],
      ...both([myPartitions('PARTITION_NAME'), [['eu'], ['none']]] as const),
    },
  },
  {
    feature: 'partitions by list, with a default',
    declare: one((t) => [q.partitionBy('list', t.a).partitions(q.partition('few').in([1, 2]), q.partition('rest').default())]),
    expected: {
      postgres: yes,
      mysql: no('DEFAULT partition of a list; list the values of "rest" (of t)'),
      mariadb: yes,
      sqlite: no(noPartitions),
    },
    seen: {
      postgres: [
        pgBounds,
        [
          ['few', 'FOR VALUES IN (1, 2)'],
          ['rest', 'DEFAULT'],
        ],
      ],
      mariadb: [
        myPartitions('PARTITION_NAME, PARTITION_METHOD'),
        [
          ['few', 'LIST COLUMNS'],
          ['rest', 'LIST COLUMNS'],
        ],
      ],
    },
  },
  {
    feature: 'partitions by range, with a default',
    declare: one((t) => [q.partitionBy('range', t.a).partitions(q.partition('few').to([10]), q.partition('rest').default())]),
    expected: {
      postgres: yes,
      ...both(no('DEFAULT partition of a range; end "rest" with to([maxValue]) (of t)')),
      sqlite: no(noPartitions),
    },
    seen: {
      postgres: [
        pgBounds,
        [
          ['few', 'FOR VALUES FROM (MINVALUE) TO (10)'],
          ['rest', 'DEFAULT'],
        ],
      ],
    },
  },
  {
    feature: 'partitions by hash',
    declare: one((t) => [
      q
        .partitionBy('hash', t.a)
        .partitions(q.partition('h0').of({ modulus: 2, remainder: 0 }), q.partition('h1').of({ modulus: 2, remainder: 1 })),
    ]),
    expected: only(['postgres', 'mysql', 'mariadb'], noPartitions),
    seen: {
      postgres: [
        pgBounds,
        [
          ['h0', 'FOR VALUES WITH (modulus 2, remainder 0)'],
          ['h1', 'FOR VALUES WITH (modulus 2, remainder 1)'],
        ],
      ],
      ...both([
        myPartitions('PARTITION_NAME, PARTITION_METHOD'),
        [
          ['h0', 'HASH'],
          ['h1', 'HASH'],
        ],
      ] as const),
    },
  },
  {
    feature: 'a number of partitions by hash',
    declare: one((t) => [q.partitionBy('hash', t.a).partitions(3)]),
    expected: only(['postgres', 'mysql', 'mariadb'], noPartitions),
    seen: {
      postgres: [`select relname from (${pgBounds}) as b`, [['t_p0'], ['t_p1'], ['t_p2']]],
      ...both([myPartitions('PARTITION_NAME'), [['p0'], ['p1'], ['p2']]] as const),
    },
  },
  {
    feature: 'partitions by key',
    declare: one((t) => [q.primaryKey(t.a), q.partitionBy('key', t.a).partitions(2)]),
    expected: {
      postgres: no("PARTITION BY KEY; use partitionBy('hash', …)"),
      ...both(yes),
      sqlite: no(noPartitions),
    },
    seen: both([myPartitions('PARTITION_METHOD'), [['KEY'], ['KEY']]] as const),
  },
  {
    feature: 'partitions by an expression',
    declare: one((t) => [q.partitionBy('list', t.a.mod(2)).partitions(q.partition('even').in([0]), q.partition('odd').in([1]))]),
    expected: only(['postgres', 'mysql', 'mariadb'], noPartitions),
    seen: {
      postgres: [
        pgBounds,
        [
          ['even', 'FOR VALUES IN (0)'],
          ['odd', 'FOR VALUES IN (1)'],
        ],
      ],
      ...both([
        myPartitions('PARTITION_METHOD, PARTITION_DESCRIPTION'),
        [
          ['LIST', '0'],
          ['LIST', '1'],
        ],
      ] as const),
    },
  },
]

/** Few rows are spelt differently per dialect (collations, type names); this says for which one `declare` is asked. */
let asked: DialectName = 'postgres'
const current = (): DialectName => asked
export function declaredFor(feature: TableFeature, dialect: DialectName): Readonly<Record<string, q.AnyTable>> {
  asked = dialect
  return feature.declare()
}

export const tableFeatures: readonly TableFeature[] = [...columns, ...keys, ...indexes, ...options]
