/** What PostgreSQL makes of each type: its name, how values travel there and back. */
import type { ParameterNode, SqlType } from '@quern/expression'
import { type Decode, InvalidValueError, type TypeCodec, type TypeCodecs } from '@quern/sql'
import * as values from './values.js'

const toNumber: Decode = (raw: string) => +raw
const toSafeNumber: Decode = (raw: string) => values.safeNumber(+raw)
const toBigint: Decode = (raw: string) => BigInt(raw)
const toBoolean: Decode = (raw: string) => raw === 't'
const toNumeric: Decode = (raw: string) => values.canonicalNumeric(raw)
const toTrimmed: Decode = (raw: string) => raw.trimEnd()
const toDate: Decode = (raw: string) => values.dateOf(raw)
const toStamp: Decode = (raw: string) => values.trimFraction(raw.replace(/\+00$/, ''))
const toJson: Decode = (raw: string) => JSON.parse(raw)

const digit = (code: number): number => (code < 58 ? code - 48 : code - 87)
/** `\x0a1b…`, as `bytea_output = 'hex'` writes it. */
const toBytes: Decode = (raw: string) => {
  const bytes = new Uint8Array((raw.length - 2) / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(raw.charCodeAt(2 * i + 2)) << 4) | digit(raw.charCodeAt(2 * i + 3))
  return bytes
}

/** PostgreSQL text cannot hold NUL, and says so only after the statement was sent. */
function text(value: unknown, parameter: ParameterNode): string {
  const checked = values.textValue(value, parameter)
  if (checked.includes('\0')) throw new InvalidValueError(parameter, 'text without NUL, which PostgreSQL cannot store', value)
  return checked
}
function jsonText(value: unknown, parameter: ParameterNode): string {
  const checked = values.jsonValue(value, parameter)
  if (checked.includes('\\u0000') && /(^|[^\\])(\\\\)*\\u0000/.test(checked))
    throw new InvalidValueError(parameter, 'JSON without NUL, which PostgreSQL cannot store', value)
  return checked
}

const sized = (name: string) => (type: SqlType) => (type.length === undefined ? name : `${name}(${type.length})`)
const numericName = (type: SqlType) => (type.precision === undefined ? 'numeric' : `numeric(${type.precision}, ${type.scale ?? 0})`)
/** Milliseconds for a Date, which has no finer ones; microseconds for text. */
const fraction = (type: SqlType) => (type.mode === 'string' ? 6 : 3)
const stampName = (zone: string) => (type: SqlType) => `timestamp(${fraction(type)}) ${zone} time zone`

const never = () => false
function codec(
  ddl: string | ((type: SqlType) => string),
  cast: string,
  encode: TypeCodec['encode'],
  decode: Decode | undefined | ((type: SqlType) => Decode | undefined),
  byType = false,
  castName: (type: SqlType) => string = () => cast,
): TypeCodec {
  return {
    ddl: typeof ddl === 'string' ? () => ddl : ddl,
    cast: castName,
    encode,
    decode: byType ? (decode as (type: SqlType) => Decode | undefined) : () => decode as Decode | undefined,
    wide: never,
  }
}

export const postgresTypes: TypeCodecs = {
  smallint: codec('smallint', 'int2', values.smallintValue, toNumber),
  integer: codec('integer', 'int4', values.integerValue, toNumber),
  bigint: codec('bigint', 'int8', values.bigintValue, (type: SqlType) => (type.mode === 'number' ? toSafeNumber : toBigint), true),
  numeric: codec(
    numericName,
    'numeric',
    values.numericValue,
    (type: SqlType) => (type.mode === 'number' ? toNumber : toNumeric),
    true,
    numericName,
  ),
  real: codec('real', 'float4', values.numberValue, toNumber),
  doublePrecision: codec('double precision', 'float8', values.numberValue, toNumber),
  boolean: codec('boolean', 'bool', values.booleanValue, toBoolean),
  char: { ...codec(sized('char'), 'text', text, toTrimmed), cast: sized('char') },
  varchar: { ...codec(sized('varchar'), 'text', text, undefined), cast: sized('varchar') },
  text: codec('text', 'text', text, undefined),
  blob: codec('bytea', 'bytea', values.bytesValue, toBytes),
  date: codec('date', 'date', values.dateValue, undefined),
  time: codec('time', 'time', values.timeValue, undefined),
  timestamp: codec(
    stampName('without'),
    'timestamp',
    values.timestampValue,
    (type: SqlType) => (type.mode === 'string' ? toStamp : toDate),
    true,
  ),
  timestamptz: codec(
    stampName('with'),
    'timestamptz',
    (value, parameter) => `${values.timestampValue(value, parameter)}+00`,
    (type: SqlType) => (type.mode === 'string' ? toStamp : toDate),
    true,
  ),
  uuid: codec('uuid', 'uuid', values.uuidValue, undefined),
  json: codec('jsonb', 'jsonb', jsonText, toJson),
  custom: {
    ddl: (type) => values.customName(type.sqlName),
    cast: (type) => values.customName(type.sqlName),
    encode: values.plainValue,
    decode: () => undefined,
    wide: never,
  },
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
  700: toNumber,
  701: toNumber,
  1700: toNumeric,
  17: toBytes,
  114: toJson,
  3802: toJson,
  1114: toDate,
  1184: toDate,
  1042: toTrimmed,
}
