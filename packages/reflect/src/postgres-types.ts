/** PostgreSQL's types as Quern's. */
import {
  bit,
  cidr,
  datemultirange,
  daterange,
  inet,
  int4multirange,
  int4range,
  int8multirange,
  int8range,
  macaddr,
  nummultirange,
  numrange,
  tsmultirange,
  tsquery,
  tsrange,
  tstzmultirange,
  tstzrange,
  tsvector,
  varbit,
} from '@quern/dialects/postgres'
import {
  type AnyColumnDef,
  array,
  bigint,
  blob,
  boolean,
  char,
  customType,
  date,
  doublePrecision,
  integer,
  interval,
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
import type { UserTypes } from './catalog.js'
import type { TypeDetails } from './details.js'

type Define = (type: TypeDetails) => AnyColumnDef

/** Finer than milliseconds, a Date would cut it; 3 decimals with dates and 6 with texts are what the functions take anyway. */
const stamp =
  (make: typeof timestamp | typeof timestamptz): Define =>
  ({ precision }) => {
    if (precision === null || precision === 6) return make({ mode: 'string' })
    if (precision > 3) return make({ mode: 'string', precision })
    return precision === 3 ? make() : make({ precision })
  }

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
  'time without time zone': ({ precision }) => (precision === null || precision === 6 ? time() : time({ precision })),
  'timestamp without time zone': stamp(timestamp),
  'timestamp with time zone': stamp(timestamptz),
  interval: interval,
  uuid: uuid,
  json: () => json(),
  jsonb: () => jsonb(),
  inet: inet,
  cidr: cidr,
  macaddr: macaddr,
  bit: ({ length }) => bit(length ?? 1),
  'bit varying': ({ length }) => varbit(length ?? undefined),
  tsvector: tsvector,
  tsquery: tsquery,
  int4range: int4range,
  int8range: int8range,
  numrange: numrange,
  daterange: daterange,
  tsrange: tsrange,
  tstzrange: tstzrange,
  int4multirange: int4multirange,
  int8multirange: int8multirange,
  nummultirange: nummultirange,
  datemultirange: datemultirange,
  tsmultirange: tsmultirange,
  tstzmultirange: tstzmultirange,
}

/** `format_type` quotes or qualifies a user's type that is called like a built-in one, so the name alone decides. */
const baseName = (type: string): string => type.replace(/ ?\([^()]*\)/, '')

export function definePostgres(type: TypeDetails, userTypes: UserTypes): AnyColumnDef {
  if (type.dimensions > 0 && type.element !== null) {
    let made = definePostgres({ ...type, type: type.element, element: null, dimensions: 0 }, userTypes)
    for (let i = 0; i < type.dimensions; i++) made = array(made)
    return made
  }
  const known = type.userType && userTypes(type.userType)
  if (known) return known()
  const name = baseName(type.type)
  return Object.hasOwn(definitions, name) ? definitions[name]!(type) : customType(type.type)
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
    .replace(/^varbit\b/, 'bit varying')
    .replace(/^time(\(\d\))$/, 'time$1 without time zone')
    .replaceAll(', ', ',')
  const [, element, brackets = ''] = /^(.*?)((?:\[\])*)$/s.exec(plain)!
  return (synonyms[element!] ?? element!) + brackets
}

/** Length, precision and scale from `atttypmod`, as information_schema works them out. */
export function sizes(type: string, modifier: number): Pick<TypeDetails, 'length' | 'precision' | 'scale'> {
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

/** What the queries for columns and domains say of a type. */
export interface TypeRow {
  readonly type: string
  readonly element: string | null
  readonly kind: string
  readonly typeSchema: string
  readonly typeName: string
  readonly modifier: number
  readonly dimensions: number
}
const kinds = { e: 'enum', d: 'domain', c: 'composite', r: 'range', m: 'range', b: 'base' } as const

export function typeDetails(row: TypeRow): TypeDetails {
  const kind = kinds[row.kind as keyof typeof kinds] ?? 'base'
  return {
    type: row.type,
    ...sizes(row.element ?? row.type, row.modifier),
    dimensions: row.element === null ? 0 : Math.max(row.dimensions, 1),
    element: row.element,
    userType: row.typeSchema === 'pg_catalog' ? null : { schema: row.typeSchema, name: row.typeName, kind },
    labels: null,
    unsigned: false,
  }
}
