/** PostgreSQL's types as Quern's. */
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
  jsonb,
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

type Define = (column: ColumnDetails) => AnyColumnDef

/** Finer than milliseconds, a Date would cut it. */
const fine = ({ precision }: ColumnDetails): boolean => (precision ?? 6) > 3

/** By the name that `format_type` gives, without what stands in parentheses. */
const definitions: Readonly<Record<string, Define>> = {
  smallint: smallint,
  integer: integer,
  bigint: () => bigint(),
  numeric: ({ precision, scale }) => (precision === null || (scale ?? 0) < 0 ? numeric() : numeric(precision, scale ?? 0)),
  real: real,
  'double precision': doublePrecision,
  boolean: boolean,
  character: ({ length }) => char(length ?? 1),
  'character varying': ({ length }) => varchar(length ?? undefined),
  text: text,
  bytea: blob,
  date: date,
  'time without time zone': () => time(),
  'timestamp without time zone': (column) => (fine(column) ? timestamp({ mode: 'string' }) : timestamp()),
  'timestamp with time zone': (column) => (fine(column) ? timestamptz({ mode: 'string' }) : timestamptz()),
  uuid: uuid,
  json: () => json(),
  jsonb: () => jsonb(),
}

/** `format_type` quotes or qualifies a user's type that is called like a built-in one, so the name alone decides. */
export const baseName = (type: string): string => type.replace(/ ?\([^()]*\)/, '')

export function definePostgres(column: ColumnDetails): AnyColumnDef {
  const name = baseName(column.type)
  return Object.hasOwn(definitions, name) ? definitions[name]!(column) : customType(column.type)
}

const synonyms: Readonly<Record<string, string>> = {
  'timestamp without time zone': 'timestamp(6) without time zone',
  'timestamp with time zone': 'timestamp(6) with time zone',
  'time(6) without time zone': 'time without time zone',
  time: 'time without time zone',
}

/** `character varying(3)` and `varchar(3)`, `numeric(10, 2)` and `numeric(10,2)` are the same. */
export function spellPostgres(type: string): string {
  const plain = type
    .replace(/^varchar\b/, 'character varying')
    .replace(/^char\b/, 'character')
    .replaceAll(', ', ',')
  return synonyms[plain] ?? plain
}

/** Length, precision and scale from `atttypmod`, as information_schema works them out. */
export function dimensions(type: string, modifier: number): Pick<ColumnDetails, 'length' | 'precision' | 'scale'> {
  const none = { length: null, precision: null, scale: null }
  const given = modifier >= 0 ? modifier : null
  switch (baseName(type)) {
    case 'character':
    case 'character varying':
      return { ...none, length: given === null ? null : given - 4 }
    case 'bit':
    case 'bit varying':
      return { ...none, length: given }
    case 'numeric':
      if (given === null) return none
      // the scale is 11 bits with a sign
      return { ...none, precision: ((given - 4) >> 16) & 0xffff, scale: (((given - 4) & 0x7ff) ^ 1024) - 1024 }
    case 'timestamp without time zone':
    case 'timestamp with time zone':
    case 'time without time zone':
    case 'time with time zone':
      return { ...none, precision: given ?? 6 }
    case 'smallint':
      return { ...none, precision: 16, scale: 0 }
    case 'integer':
      return { ...none, precision: 32, scale: 0 }
    case 'bigint':
      return { ...none, precision: 64, scale: 0 }
    default:
      return none
  }
}
