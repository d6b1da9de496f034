/** The types of MySQL and MariaDB as Quern's. */
import {
  binary,
  bit,
  mediumblob,
  mediumint,
  mediumtext,
  regularblob,
  regulartext,
  set,
  timestamp as stampOf,
  tinyblob,
  tinyint,
  tinytext,
  unsigned,
  varbinary,
  year,
} from '@quern/dialects/mysql'
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
  uuid,
  varchar,
} from '@quern/schema'
import type { UserTypes } from './catalog.js'
import type { TypeDetails } from './details.js'

type Define = (type: TypeDetails) => AnyColumnDef

const withSign =
  (make: () => AnyColumnDef): Define =>
  (type) =>
    type.unsigned ? unsigned(make()) : make()

/** Finer than milliseconds, a Date would cut it. */
const moment: Define = ({ precision }) => {
  const decimals = precision ?? 0
  if (decimals === 3) return timestamp()
  if (decimals < 3) return timestamp({ precision: decimals })
  return decimals === 6 ? timestamp({ mode: 'string' }) : timestamp({ mode: 'string', precision: decimals })
}
const stamp: Define = ({ precision }) => {
  const decimals = precision ?? 0
  if (decimals > 3) return stampOf({ mode: 'string', precision: decimals })
  return decimals === 3 ? stampOf() : stampOf({ precision: decimals })
}

/** By the first word of COLUMN_TYPE. */
const definitions: Readonly<Record<string, Define>> = {
  tinyint: (type) => (type.type === 'tinyint(1)' ? boolean() : withSign(tinyint)(type)),
  smallint: withSign(smallint),
  mediumint: withSign(mediumint),
  int: withSign(integer),
  bigint: withSign(() => bigint()),
  decimal: ({ precision, scale }) => numeric(precision ?? 10, scale ?? 0),
  float: real,
  double: doublePrecision,
  bit: ({ precision }) => bit(precision ?? 1),
  year: year,
  char: ({ length }) => char(length || 1),
  varchar: ({ length }) => varchar(length || 1),
  tinytext: tinytext,
  text: regulartext,
  mediumtext: mediumtext,
  longtext: text,
  binary: ({ length }) => binary(length || 1),
  varbinary: ({ length }) => varbinary(length || 1),
  tinyblob: tinyblob,
  blob: regularblob,
  mediumblob: mediumblob,
  longblob: blob,
  date: date,
  time: ({ precision }) => (precision === 6 ? time() : time({ precision: precision ?? 0 })),
  datetime: moment,
  timestamp: stamp,
  json: () => json(),
  uuid: uuid,
  set: ({ type, labels }) => (labels!.every(isLabel) ? set(labels!) : customType(type)),
}
/** What `set()` takes. */
const isLabel = (label: string): boolean => label !== '' && !label.includes(',') && !label.endsWith(' ')

export function defineMysql(type: TypeDetails, userTypes: UserTypes): AnyColumnDef {
  const known = type.userType && userTypes(type.userType)
  if (known) return known()
  const name = /^\w+/.exec(type.type)?.[0] ?? ''
  return Object.hasOwn(definitions, name) ? definitions[name]!(type) : customType(type.type)
}

const synonyms: Readonly<Record<string, string>> = {
  boolean: 'tinyint(1)',
  'datetime(0)': 'datetime',
  'timestamp(0)': 'timestamp',
  'time(0)': 'time',
}

/** MariaDB still writes the display widths of integers, which mean nothing but in `tinyint(1)`. */
export function spellMysql(type: string): string {
  const plain = type
    .replaceAll(/, (?=\d|')/g, ',')
    .replace(/^year\(4\)$/i, 'year')
    .replace(/^(ENUM|SET|YEAR|BIT|TIMESTAMP|DATETIME|TIME|BINARY|VARBINARY)(?=\(|$)/i, (word) => word.toLowerCase())
  return synonyms[plain] ?? (plain === 'tinyint(1)' ? plain : plain.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1'))
}
