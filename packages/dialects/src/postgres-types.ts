/** What PostgreSQL makes of each type: its name, how values travel there and back. */
import { numericNumber, type ParameterNode, type SqlType, type TypeName } from '@quern/expression'
import {
  type CellForm,
  type Decode,
  InvalidValueError,
  lacking,
  quoteIdentifier,
  type TypeCodec,
  type TypeCodecs,
  type TypeOwner,
  UnsupportedFeatureError,
} from '@quern/sql'
import { intervalValue } from './interval.js'
import { jsonValue } from './json-value.js'
import { cidrValue, inetValue, macaddrValue } from './network.js'
import { decodeArray, decodeMultirange, decodeRange, encodeArray, encodeMultirange, encodeRange } from './postgres-arrays.js'
import * as stored from './stored.js'
import * as values from './values.js'

const toNumber: Decode = (raw: string) => +raw
/** The server writes the shortest decimal that 32 bits tell apart; the number is the one that they are. */
const toReal: Decode = (raw: string) => Math.fround(+raw)
const toExactNumber: Decode = (raw: string) => stored.exactNumber(raw)
const toSafeNumber: Decode = (raw: string) => values.safeNumber(+raw)
const toBigint: Decode = (raw: string) => BigInt(raw)
const toBoolean: Decode = (raw: string | boolean) => raw === 't' || raw === true
const toNumeric: Decode = (raw: string) => values.canonicalNumeric(raw)
/** CHAR is padded with blanks alone; a tab at the end is the value's own. */
const toTrimmed: Decode = (raw: string) => (raw.charCodeAt(raw.length - 1) === 32 ? raw.replace(/(?<! ) +$/, '') : raw)
const toDate: Decode = (raw: string | number) => (typeof raw === 'number' ? new Date(raw) : values.dateOf(raw))
const toStamp: Decode = (raw: string) => values.trimFraction(raw.replace(/\+00$/, ''))
const toJson: Decode = (raw: string) => JSON.parse(raw)

const digit = (code: number): number => (code < 58 ? code - 48 : code - 87)
/** `\x0a1b…`, as `bytea_output = 'hex'` writes it. */
const toBytes: Decode = (raw: string | Uint8Array) => {
  if (typeof raw !== 'string') return raw
  const bytes = new Uint8Array((raw.length - 2) / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(raw.charCodeAt(2 * i + 2)) << 4) | digit(raw.charCodeAt(2 * i + 3))
  return bytes
}

/** What these take besides text: a driver that reads numbers and moments from the bytes makes no strings of them. */
export const postgresForms: ReadonlyMap<Decode, CellForm> = new Map([
  [toNumber, 'number'],
  [toReal, 'real'],
  [toSafeNumber, 'integer'],
  [toBigint, 'integer'],
  [toBoolean, 'boolean'],
  [toDate, 'moment'],
  [toBytes, 'bytes'],
  [toNumeric, 'decimal'],
  [toExactNumber, 'decimal'],
])

/** PostgreSQL text cannot hold NUL, and says so only after the statement was sent. */
function text(value: unknown, parameter: ParameterNode): string {
  const checked = values.textValue(value, parameter)
  if (checked.includes('\0')) throw new InvalidValueError(parameter, 'text without NUL, which PostgreSQL cannot store', value)
  return checked
}
function jsonText(value: unknown, parameter: ParameterNode): string {
  const checked = jsonValue(value, parameter)
  if (checked.includes('\\u0000') && /(^|[^\\])(\\\\)*\\u0000/.test(checked))
    throw new InvalidValueError(parameter, 'JSON without NUL, which PostgreSQL cannot store', value)
  return checked
}

/** Numbers travel as text, and JavaScript's own text of −0 has no sign. */
const signOfZero = (value: number): number | string => (Object.is(value, -0) ? '-0' : value)
const float: TypeCodec['encode'] = (value, parameter) => signOfZero(values.numberValue(value, parameter))

const sized = (name: string) => (type: SqlType) => (type.length === undefined ? name : `${name}(${type.length})`)
const numericName = (type: SqlType) => (type.precision === undefined ? 'numeric' : `numeric(${type.precision}, ${type.scale ?? 0})`)
const stampName = (zone: string) => (type: SqlType) => `timestamp(${stored.fractionOf(type)}) ${zone} time zone`

const limitedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.checkLength(text(value, parameter), parameter, type)
const paddedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.refuseBlanks(stored.checkLength(text(value, parameter), parameter, type, type.length ?? 1), parameter)
const stampText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedFraction(values.timestampValue(value, parameter, type), value, parameter, type)

/** A type that is named in a schema. */
const ownName = (type: SqlType): string =>
  (type.detail?.schema === undefined ? '' : `${quoteIdentifier(type.detail.schema, 'double')}.`) + quoteIdentifier(type.sqlName!, 'double')
const customName = (type: SqlType): string => values.customName(type.sqlName)
/** Of an array, one pair of brackets: PostgreSQL does not tell depths apart. */
const arrayName =
  (name: (type: SqlType) => string) =>
  (type: SqlType): string => {
    let { element } = type.detail!
    while (element!.name === 'array') element = element!.detail!.element
    return `${name(element!)}[]`
  }

const never = () => false
type Name = string | ((type: SqlType) => string)
const named = (name: Name) => (typeof name === 'string' ? () => name : name)
function row(
  ddl: Name,
  cast: Name,
  encode: TypeCodec['encode'],
  decode: (type: SqlType) => Decode | undefined,
  store: TypeCodec['encode'] = encode,
): TypeCodec {
  return { ddl: named(ddl), cast: named(cast), encode, store, decode, wide: never }
}
const as = (decode: Decode | undefined) => () => decode
const owner: TypeOwner = { name: 'postgres', title: 'PostgreSQL', version: [15, 0, 0] }
const only = (name: TypeName, instead: string) => lacking(owner, name, instead)
/** Whole numbers have a sign here. */
const signed =
  (name: string) =>
  (type: SqlType): string => {
    if (type.detail?.unsigned)
      throw new UnsupportedFeatureError(owner, 'unsigned', 'unsigned numbers', 'use the next larger type and a check')
    return name
  }

/** The rows of arrays and ranges look the rows of their elements up here. */
export const postgresTypes: TypeCodecs = {
  smallint: row(signed('smallint'), 'int2', values.smallintValue, as(toNumber)),
  integer: row(signed('integer'), 'int4', values.integerValue, as(toNumber)),
  bigint: row(
    signed('bigint'),
    'int8',
    values.bigintValue,
    (type) => (type.mode === 'number' ? toSafeNumber : toBigint),
    (value, parameter, type = parameter.type) => values.storedBigint(value, parameter, type),
  ),
  numeric: row(
    numericName,
    numericName,
    values.numericValue,
    (type) => (type.mode !== 'number' ? toNumeric : type === numericNumber ? toNumber : toExactNumber),
    (value, parameter, type = parameter.type) => stored.storedNumeric(value, parameter, type),
  ),
  real: row('real', 'float8', float, as(toReal), (value, parameter) => signOfZero(stored.storedReal(value, parameter, values.numberValue))),
  doublePrecision: row('double precision', 'float8', float, as(toNumber)),
  boolean: row('boolean', 'bool', values.booleanValue, as(toBoolean)),
  char: row(sized('char'), sized('char'), text, as(toTrimmed), paddedText),
  varchar: row(sized('varchar'), sized('varchar'), text, as(undefined), limitedText),
  text: row('text', 'text', text, as(undefined)),
  blob: row('bytea', 'bytea', values.bytesValue, as(toBytes), stored.storedBytes),
  date: row('date', 'date', values.dateValue, as(undefined)),
  time: row(
    (type) => (type.precision === undefined ? 'time' : `time(${type.precision})`),
    'time',
    values.timeValue,
    as(undefined),
    (value, parameter, type = parameter.type) => stored.storedFraction(values.timeValue(value, parameter), value, parameter, type),
  ),
  timestamp: row(
    stampName('without'),
    'timestamp',
    values.timestampValue,
    (type) => (type.mode === 'string' ? toStamp : toDate),
    stampText,
  ),
  timestamptz: row(
    stampName('with'),
    'timestamptz',
    (value, parameter, type) => `${values.timestampValue(value, parameter, type)}+00`,
    (type) => (type.mode === 'string' ? toStamp : toDate),
    (value, parameter, type) => `${stampText(value, parameter, type)}+00`,
  ),
  interval: row('interval', 'interval', intervalValue, as(undefined)),
  uuid: row('uuid', 'uuid', values.uuidValue, as(undefined)),
  json: row('json', 'json', jsonText, as(toJson)),
  jsonb: row('jsonb', 'jsonb', jsonText, as(toJson)),
  enum: row(ownName, ownName, values.labelValue, as(undefined)),
  array: row(
    arrayName((type) => postgresTypes[type.name].ddl(type)),
    arrayName((type) => parameterName(type)),
    (value, parameter, type = parameter.type) => encodeArray(value, parameter, type, postgresTypes, false),
    (type) => decodeArray(type, postgresTypes),
    (value, parameter, type = parameter.type) => encodeArray(value, parameter, type, postgresTypes, true),
  ),
  range: row(
    customName,
    customName,
    (value, parameter, type = parameter.type) => encodeRange(value, parameter, type, postgresTypes),
    (type) => decodeRange(type, postgresTypes),
  ),
  multirange: row(
    customName,
    customName,
    (value, parameter, type = parameter.type) => encodeMultirange(value, parameter, type, postgresTypes),
    (type) => decodeMultirange(type, postgresTypes),
  ),
  inet: row('inet', 'inet', inetValue, as(undefined)),
  cidr: row('cidr', 'cidr', cidrValue, as(undefined)),
  macaddr: row('macaddr', 'macaddr', macaddrValue, as(undefined)),
  bit: row(sized('bit'), 'varbit', values.bitsValue, as(undefined), stored.storedBits),
  varbit: row(sized('varbit'), 'varbit', values.bitsValue, as(undefined), stored.storedBits),
  tsvector: row('tsvector', 'tsvector', text, as(undefined)),
  tsquery: row('tsquery', 'tsquery', text, as(undefined)),
  tinyint: only('tinyint', 'use smallint()'),
  mediumint: only('mediumint', 'use integer()'),
  year: only('year', 'use smallint()'),
  set: only('set', 'use array(text()) or a table of its own'),
  custom: row(
    customName,
    customName,
    (value, parameter) => (typeof value === 'string' ? text(value, parameter) : values.plainValue(value, parameter)),
    as(undefined),
  ),
}

/** What a parameter is called: without a length, which would cut the value. */
export const parameterName = (type: SqlType): string =>
  type.name === 'char' || type.name === 'varchar' ? 'text' : type.name === 'numeric' ? 'numeric' : postgresTypes[type.name].cast(type)

/** By OID: what hand-written SQL yields where nobody said more. */
export const postgresNatural: Readonly<Record<number, Decode>> = {
  16: toBoolean,
  20: toSafeNumber,
  21: toNumber,
  23: toNumber,
  26: toNumber,
  700: toReal,
  701: toNumber,
  1700: toNumeric,
  17: toBytes,
  114: toJson,
  3802: toJson,
  1114: toDate,
  1184: toDate,
  1042: toTrimmed,
}
