/** SQLite's declared types as Quern's. SQLite types values, not columns; what is declared says what a program may expect. */
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
import type { TypeDetails } from './details.js'

type Define = (column: TypeDetails) => AnyColumnDef

const sized: Define = ({ length }) => varchar(length ?? undefined)
/** SQLite stores these as REAL or INTEGER, so a number is what they are. */
const stored: Define = ({ precision, scale }) =>
  numeric(precision ?? undefined, precision === null ? undefined : (scale ?? 0), { mode: 'number' })

/** By the declared name in upper case, without what stands in parentheses. */
const definitions: Readonly<Record<string, Define>> = {
  INTEGER: integer,
  INT: integer,
  MEDIUMINT: integer,
  INT4: integer,
  SMALLINT: smallint,
  INT2: smallint,
  TINYINT: smallint,
  BIGINT: () => bigint(),
  INT8: () => bigint(),
  'UNSIGNED BIG INT': () => bigint(),
  NUMERIC: stored,
  DECIMAL: stored,
  DEC: stored,
  REAL: real,
  FLOAT: doublePrecision,
  DOUBLE: doublePrecision,
  'DOUBLE PRECISION': doublePrecision,
  BOOLEAN: boolean,
  BOOL: boolean,
  CHAR: ({ length }) => (length === null ? text() : char(length)),
  NCHAR: ({ length }) => (length === null ? text() : char(length)),
  CHARACTER: ({ length }) => (length === null ? text() : char(length)),
  VARCHAR: sized,
  NVARCHAR: sized,
  'CHARACTER VARYING': sized,
  'VARYING CHARACTER': sized,
  'NATIVE CHARACTER': sized,
  TEXT: text,
  CLOB: text,
  BLOB: blob,
  DATE: date,
  TIME: () => time(),
  DATETIME: () => timestamp(),
  TIMESTAMP: () => timestamp(),
  TIMESTAMPTZ: () => timestamptz(),
  JSON: () => json(),
  JSON_TEXT: () => json(),
  UUID: uuid,
}

const baseName = (type: string): string => type.toUpperCase().replace(/\(.*$/s, '').replace(/\s+/g, ' ').trim()

/** The rules of SQLite's own documentation, for a type that nobody has named yet. */
export function affinityOf(type: string): 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC' {
  const name = type.toUpperCase()
  if (name.includes('INT')) return 'INTEGER'
  if (/CHAR|CLOB|TEXT/.test(name)) return 'TEXT'
  if (name === '' || name.includes('BLOB')) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(name) ? 'REAL' : 'NUMERIC'
}
const byAffinity: Readonly<Record<string, Define>> = { INTEGER: integer, TEXT: text, REAL: doublePrecision }

export function defineSqlite(column: TypeDetails): AnyColumnDef {
  const name = baseName(column.type)
  if (Object.hasOwn(definitions, name)) return definitions[name]!(column)
  // a column without a type holds anything, as BLOB does
  return byAffinity[affinityOf(column.type)]?.(column) ?? customType(column.type === '' ? 'BLOB' : column.type)
}

/** What Quern reads as `integer`. */
export function isPlainInteger(type: string): boolean {
  const definition = definitions[baseName(type)]
  return definition ? definition === integer : affinityOf(type) === 'INTEGER'
}

/** Length, or precision and scale, from the parentheses of a declared type. */
export function sizes(type: string): Pick<TypeDetails, 'length' | 'precision' | 'scale'> {
  const [, first, second] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(type) ?? []
  const given = Number(first) > 0 ? Number(first) : null
  return affinityOf(type) === 'TEXT'
    ? { length: given, precision: null, scale: null }
    : { length: null, precision: given, scale: second === undefined ? null : Number(second) }
}
