/** The types of MySQL and MariaDB as Quern's. */
import {
  type AnyColumnDef,
  bigint,
  blob,
  boolean,
  char,
  customType,
  date,
  doublePrecision,
  integer,
  json,
  numeric,
  real,
  smallint,
  text,
  time,
  timestamp,
  timestamptz,
  uuid,
  varchar,
} from '@quern/schema'
import type { ColumnDetails } from './details.js'

type Define = (column: ColumnDetails, unsigned: boolean) => AnyColumnDef

/** Finer than milliseconds, a Date would cut it. */
const fine = ({ precision }: ColumnDetails): boolean => (precision ?? 0) > 3

/** By the first word of COLUMN_TYPE. Unsigned types are read as the next wider one. */
const definitions: Readonly<Record<string, Define>> = {
  tinyint: (column, unsigned) => (!unsigned && column.type === 'tinyint(1)' ? boolean() : smallint()),
  smallint: (_, unsigned) => (unsigned ? integer() : smallint()),
  mediumint: integer,
  int: (_, unsigned) => (unsigned ? bigint({ mode: 'number' }) : integer()),
  bigint: () => bigint(),
  decimal: ({ precision, scale }) => numeric(precision ?? 10, scale ?? 0),
  float: real,
  double: doublePrecision,
  char: ({ length }) => char(length || 1),
  varchar: ({ length }) => varchar(length || 1),
  tinytext: text,
  text: text,
  mediumtext: text,
  longtext: text,
  binary: blob,
  varbinary: blob,
  tinyblob: blob,
  blob: blob,
  mediumblob: blob,
  longblob: blob,
  date: date,
  time: () => time(),
  datetime: (column) => (fine(column) ? timestamp({ mode: 'string' }) : timestamp()),
  timestamp: (column) => (fine(column) ? timestamptz({ mode: 'string' }) : timestamptz()),
  json: () => json(),
  uuid: uuid,
  // text with a closed list of values; LENGTH is that of the longest one
  enum: ({ length }) => varchar(length || 1),
  set: ({ length }) => varchar(length || 1),
}

export function defineMysql(column: ColumnDetails): AnyColumnDef {
  const name = /^\w+/.exec(column.type)?.[0] ?? ''
  return Object.hasOwn(definitions, name) ? definitions[name]!(column, /\bunsigned\b/.test(column.type)) : customType(column.type)
}

const synonyms: Readonly<Record<string, string>> = { boolean: 'tinyint(1)' }

/** MariaDB still writes the display widths of integers, which mean nothing but in `tinyint(1)`. */
export function spellMysql(type: string): string {
  const plain = type.replaceAll(', ', ',')
  return synonyms[plain] ?? (plain === 'tinyint(1)' ? plain : plain.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1'))
}
