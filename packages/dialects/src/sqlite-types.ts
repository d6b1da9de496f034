/** What SQLite makes of each type: its name, how values travel there and back. */
import { type ParameterNode, QuernError, type SqlType } from '@quern/expression'
import type { Decode, TypeCodec, TypeCodecs } from '@quern/sql'
import * as values from './values.js'

const toInteger: Decode = (raw: number | bigint | string) =>
  typeof raw === 'number' && Number.isSafeInteger(raw) ? raw : values.safeNumber(Number(raw))
const toBigint: Decode = (raw: number | bigint | string) => BigInt(raw)
const toNumber: Decode = (raw: number | bigint | string) => Number(raw)
const toBoolean: Decode = (raw: number | bigint) => Number(raw) !== 0
const toNumeric: Decode = (raw: number | bigint | string) =>
  typeof raw === 'string' ? values.canonicalNumeric(raw) : values.canonicalNumeric(values.plainDigits(Number(raw)))
const toText: Decode = (raw: unknown) => (typeof raw === 'string' ? raw : String(raw))
const toDate: Decode = (raw: unknown) => values.dateOf(String(raw))
const toStamp: Decode = (raw: unknown) => values.trimFraction(String(raw))
const toJson: Decode = (raw: string) => JSON.parse(raw)
const toBytes: Decode = (raw: Uint8Array | string) => {
  if (typeof raw === 'string')
    throw new QuernError('the database holds text where the column says blob; read it as text()', 'VALUE_OUT_OF_RANGE')
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
}
/** SQLite types values, not columns: what is no lossy number already is what it should be. */
export const sqliteNatural: Decode = (raw: unknown) => {
  if (typeof raw === 'bigint') return values.safeNumber(Number(raw))
  if (typeof raw === 'number' && Number.isInteger(raw) && Math.abs(raw) < 2 ** 63) return values.safeNumber(raw)
  return raw
}

const never = () => false
const always = (decode: Decode | undefined) => () => decode
/** A JavaScript number would be bound as REAL, and 5/2 would be 2.5. */
const integerOf =
  (check: (value: unknown, parameter: ParameterNode) => number): TypeCodec['encode'] =>
  (value, parameter) =>
    BigInt(check(value, parameter))
const truth: TypeCodec['encode'] = (value, parameter) => (values.booleanValue(value, parameter) ? 1n : 0n)
const sized = (name: string) => (type: SqlType) => (type.length === undefined ? name : `${name}(${type.length})`)

function codec(
  ddl: string | ((type: SqlType) => string),
  cast: string,
  encode: TypeCodec['encode'],
  decode: (type: SqlType) => Decode | undefined,
  wide: (type: SqlType) => boolean = never,
): TypeCodec {
  return { ddl: typeof ddl === 'string' ? () => ddl : ddl, cast: () => cast, encode, decode, wide }
}

export const sqliteTypes: TypeCodecs = {
  smallint: codec('SMALLINT', 'INTEGER', integerOf(values.smallintValue), always(toInteger)),
  integer: codec('INTEGER', 'INTEGER', integerOf(values.integerValue), always(toInteger)),
  bigint: codec(
    'BIGINT',
    'INTEGER',
    values.bigintValue,
    (type) => (type.mode === 'number' ? toInteger : toBigint),
    (type) => type.mode !== 'number',
  ),
  // exact digits only survive as text; with mode 'number' the column is what SQLite itself makes of NUMERIC
  numeric: codec(
    (type) =>
      type.mode !== 'number' ? 'TEXT' : type.precision === undefined ? 'NUMERIC' : `NUMERIC(${type.precision}, ${type.scale ?? 0})`,
    'NUMERIC',
    (value, parameter) => (parameter.type.mode === 'number' ? values.finiteValue(value, parameter) : values.numericValue(value, parameter)),
    (type) => (type.mode === 'number' ? toNumber : toNumeric),
  ),
  real: codec('REAL', 'REAL', values.finiteValue, always(toNumber)),
  doublePrecision: codec('DOUBLE', 'REAL', values.finiteValue, always(toNumber)),
  boolean: codec('BOOLEAN', 'INTEGER', truth, always(toBoolean)),
  char: codec(sized('CHAR'), 'TEXT', values.textValue, always(toText)),
  varchar: codec(sized('VARCHAR'), 'TEXT', values.textValue, always(toText)),
  text: codec('TEXT', 'TEXT', values.textValue, always(toText)),
  blob: codec('BLOB', 'BLOB', values.bytesValue, always(toBytes)),
  // never a number to SQLite's affinity rules, whatever the column is called; JSON may be one, so its type says TEXT
  date: codec('DATE', 'TEXT', values.dateValue, always(toText)),
  time: codec('TIME', 'TEXT', values.timeValue, always(toText)),
  timestamp: codec('TIMESTAMP', 'TEXT', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate)),
  timestamptz: codec('TIMESTAMPTZ', 'TEXT', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate)),
  uuid: codec('UUID', 'TEXT', values.uuidValue, always(toText)),
  json: codec('JSON_TEXT', 'TEXT', values.jsonValue, always(toJson)),
  custom: {
    ...codec((type) => values.customName(type.sqlName), '', values.plainValue, always(sqliteNatural)),
    cast: (type) => values.customName(type.sqlName),
  },
}
