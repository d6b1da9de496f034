/** Every column type: what the server's own catalog says of the column that it makes, or why a dialect refuses it. */
import type { AnyColumnDef } from '@quern/schema'
import type { DialectName } from 'quern'
import * as q from 'quern'
import * as my from 'quern/mysql'
import * as pg from 'quern/postgres'

/** The type as the catalog spells it; or the name by hand that the server rejects; or why it means something else there. */
export type Made = string | { readonly probe: string } | { readonly reason: string }
export interface TypeFeature {
  readonly feature: string
  readonly column: () => AnyColumnDef
  /** A value to keep and give back. */
  readonly value: unknown
  readonly made: Readonly<Record<DialectName, Made>>
}

/** SQLite takes any words for a type, keeps them, and gives them no meaning. */
const anyWord = { reason: 'SQLite takes any word for a type name, and gives it no meaning' } as const
const rejected = (type: string) => ({ probe: `CREATE TABLE probe (a ${type})` })
const only = (postgres: string, type = postgres) => ({ postgres, mysql: rejected(type), mariadb: rejected(type), sqlite: anyWord })
const both = (mysql: string, mariadb: string, postgres: string) => ({ postgres: rejected(postgres), mysql, mariadb, sqlite: anyWord })
const rows = (
  feature: string,
  column: () => AnyColumnDef,
  value: unknown,
  postgres: Made,
  mysql: Made,
  mariadb: Made,
  sqlite: Made,
): TypeFeature => ({ feature, column, value, made: { postgres, mysql, mariadb, sqlite } })
const row = (feature: string, column: () => AnyColumnDef, value: unknown, made: TypeFeature['made']): TypeFeature => ({
  feature,
  column,
  value,
  made,
})

const at = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 250))
const point = '2024-02-29 12:30:15.250001'

export const typeFeatures: readonly TypeFeature[] = [
  rows('smallint', q.smallint, -32768, 'smallint', 'smallint', 'smallint(6)', 'SMALLINT'),
  rows('integer', q.integer, 2147483647, 'integer', 'int', 'int(11)', 'INTEGER'),
  rows('bigint', () => q.bigint(), 2n ** 63n - 1n, 'bigint', 'bigint', 'bigint(20)', 'BIGINT'),
  rows('numeric(10, 2)', () => q.numeric(10, 2), '12345678.9', 'numeric(10,2)', 'decimal(10,2)', 'decimal(10,2)', 'TEXT'),
  rows(
    "numeric(10, 2, { mode: 'number' })",
    () => q.numeric(10, 2, { mode: 'number' }),
    0.25,
    'numeric(10,2)',
    'decimal(10,2)',
    'decimal(10,2)',
    'NUMERIC(10, 2)',
  ),
  rows('real', q.real, 0.5, 'real', 'float', 'float', 'REAL'),
  rows('doublePrecision', q.doublePrecision, 5e-324, 'double precision', 'double', 'double', 'DOUBLE'),
  rows('boolean', q.boolean, true, 'boolean', 'tinyint(1)', 'tinyint(1)', 'BOOLEAN'),
  rows('char(4)', () => q.char(4), 'abcd', 'character(4)', 'char(4)', 'char(4)', 'CHAR(4)'),
  rows('varchar(20)', () => q.varchar(20), 'é 😀', 'character varying(20)', 'varchar(20)', 'varchar(20)', 'VARCHAR(20)'),
  rows('text', q.text, "it's \\", 'text', 'longtext', 'longtext', 'TEXT'),
  rows('blob', q.blob, new Uint8Array([0, 255, 39]), 'bytea', 'longblob', 'longblob', 'BLOB'),
  rows('date', q.date, '0001-01-01', 'date', 'date', 'date', 'DATE'),
  rows('time', () => q.time(), '23:59:59.999999', 'time without time zone', 'time(6)', 'time(6)', 'TIME'),
  rows('timestamp', () => q.timestamp(), at, 'timestamp(3) without time zone', 'datetime(3)', 'datetime(3)', 'TIMESTAMP'),
  rows('timestamptz', () => q.timestamptz(), at, 'timestamp(3) with time zone', 'datetime(3)', 'datetime(3)', 'TIMESTAMPTZ'),
  rows(
    "timestamptz({ mode: 'string' })",
    () => q.timestamptz({ mode: 'string' }),
    point,
    'timestamp(6) with time zone',
    'datetime(6)',
    'datetime(6)',
    'TIMESTAMPTZ',
  ),
  row('interval', q.interval, 'P1Y2M3DT4H5M6.5S', only('interval')),
  rows('uuid', q.uuid, '01234567-89ab-4def-8123-456789abcdef', 'uuid', 'char(36)', 'uuid', 'UUID'),
  rows('json', () => q.json(), { a: [1, null] }, 'json', 'json', 'longtext', 'JSON_TEXT'),
  rows('jsonb', () => q.jsonb(), { a: [1, null] }, 'jsonb', 'json', 'longtext', 'JSON_TEXT'),
  rows('enumType', () => q.enumType('mood', ['sad', "o'k"])(), "o'k", 'mood', "enum('sad','o''k')", "enum('sad','o''k')", 'TEXT'),
  row('array(text())', () => q.array(q.text()), ['a', null, '"'], only('text[]')),
  row('array(array(integer()))', () => q.array(q.array(q.integer())), [[1, 2]], only('integer[]', 'int[][]')),
  row('int4range', pg.int4range, pg.range(1, 5), only('int4range')),
  row('int8range', pg.int8range, pg.range(1n, 5n), only('int8range')),
  row('numrange', pg.numrange, pg.range('1', '5', '[]'), only('numrange')),
  row('daterange', pg.daterange, pg.range('2024-01-01', null), only('daterange')),
  row('tsrange', pg.tsrange, pg.range(at, null), only('tsrange')),
  row('tstzrange', pg.tstzrange, 'empty', only('tstzrange')),
  row('int4multirange', pg.int4multirange, [pg.range(1, 5), pg.range(8, null)], only('int4multirange')),
  row('datemultirange', pg.datemultirange, [], only('datemultirange')),
  row('inet', pg.inet, '10.0.0.1', { ...only('inet') }),
  row('cidr', pg.cidr, '10.0.0.0/8', only('cidr')),
  row('macaddr', pg.macaddr, '08:00:2b:01:02:03', only('macaddr')),
  rows('bit(4)', () => pg.bit(4), '0101', 'bit(4)', 'bit(4)', 'bit(4)', 'BIT_TEXT(4)'),
  rows('varbit(8)', () => pg.varbit(8), '010', 'bit varying(8)', rejected('varbit(8)'), rejected('varbit(8)'), 'VARBIT_TEXT(8)'),
  row('tsvector', pg.tsvector, "'a' 'b'", only('tsvector')),
  row('tsquery', pg.tsquery, "'a' & 'b'", only('tsquery')),
  rows('customType', () => q.customType<string>('varchar(7)'), 'x', 'character varying(7)', 'varchar(7)', 'varchar(7)', 'varchar(7)'),
  rows('tinyint', my.tinyint, -128, rejected('tinyint'), 'tinyint', 'tinyint(4)', 'TINYINT'),
  rows('mediumint', my.mediumint, -8388608, rejected('mediumint'), 'mediumint', 'mediumint(9)', 'MEDIUMINT'),
  row('unsigned(integer())', () => my.unsigned(q.integer()), 4294967295, both('int unsigned', 'int(10) unsigned', 'integer unsigned')),
  row(
    'unsigned(bigint())',
    () => my.unsigned(q.bigint()),
    2n ** 64n - 1n,
    both('bigint unsigned', 'bigint(20) unsigned', 'bigint unsigned'),
  ),
  rows('year', my.year, 2155, rejected('year'), 'year', 'year(4)', 'YEAR'),
  row('set', () => my.set(['a', 'b']), ['a', 'b'], both("set('a','b')", "set('a','b')", "set('a')")),
  rows('tinytext', my.tinytext, 'x', 'text', 'tinytext', 'tinytext', 'TEXT'),
  rows('regulartext', my.regulartext, 'x', 'text', 'text', 'text', 'TEXT'),
  rows('mediumtext', my.mediumtext, 'x', 'text', 'mediumtext', 'mediumtext', 'TEXT'),
  rows('tinyblob', my.tinyblob, new Uint8Array(), 'bytea', 'tinyblob', 'tinyblob', 'BLOB'),
  rows('mediumblob', my.mediumblob, new Uint8Array(3), 'bytea', 'mediumblob', 'mediumblob', 'BLOB'),
  rows('binary(3)', () => my.binary(3), new Uint8Array([1, 0, 2]), 'bytea', 'binary(3)', 'binary(3)', 'BLOB'),
  rows('varbinary(3)', () => my.varbinary(3), new Uint8Array([1]), 'bytea', 'varbinary(3)', 'varbinary(3)', 'BLOB'),
  rows(
    'withVariant',
    () => q.withVariant(q.varchar(36), 'mysql', q.text()),
    'x',
    'character varying(36)',
    'longtext',
    'varchar(36)',
    'VARCHAR(36)',
  ),
  rows(
    'codec',
    () => q.text().codec({ encode: (list: readonly string[]) => list.join(), decode: (text) => text.split(',') }),
    ['a', 'b'],
    'text',
    'longtext',
    'longtext',
    'TEXT',
  ),
  rows(
    'SQL around each value',
    () => q.customType<string>('varchar(9)', { bind: (v) => q.sql`UPPER(${v})`, select: (c) => q.sql`LOWER(${c})` }),
    'abc',
    'character varying(9)',
    'varchar(9)',
    'varchar(9)',
    'varchar(9)',
  ),
]
