/** What SQLite makes of each type: its name, how values travel there and back. */
import { type ParameterNode, QuernError, type SqlType, type TypeName } from '@quern/expression'
import { type Decode, lacking, type TypeCodec, type TypeCodecs, type TypeOwner, UnsupportedFeatureError } from '@quern/sql'
import { jsonValue } from './json-value.js'
import * as stored from './stored.js'
import * as values from './values.js'

const toInteger: Decode = (raw: number | bigint | string) =>
  typeof raw === 'number' && Number.isSafeInteger(raw) ? raw : values.safeNumber(Number(raw))
/** Past 64 bits SQLite goes on with doubles, whose last digits are not those of the integer that was meant. */
const toBigint: Decode = (raw: number | bigint | string) => {
  if (typeof raw === 'bigint') return raw
  if (typeof raw === 'number' ? Number.isSafeInteger(raw) : /^-?\d+$/.test(raw)) return BigInt(raw)
  throw new QuernError(
    'the database holds a value that is no integer of 64 bits where bigint() is read; SQLite makes a double of what overflows',
    'VALUE_OUT_OF_RANGE',
  )
}
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
const json: TypeCodec['encode'] = (value, parameter) => jsonValue(value, parameter)
/** A decimal has one zero. */
const decimal: TypeCodec['encode'] = (value, parameter, type = parameter.type) => Number(values.numericValue(value, parameter, type))
const sized = (name: string) => (type: SqlType) => (type.length === undefined ? name : `${name}(${type.length})`)

const limitedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.checkLength(values.textValue(value, parameter), parameter, type)
const stampText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedFraction(values.timestampValue(value, parameter, type), value, parameter, type)
const storedTime: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedFraction(values.timeValue(value, parameter), value, parameter, type)

function row(
  ddl: string | ((type: SqlType) => string),
  cast: string,
  encode: TypeCodec['encode'],
  decode: (type: SqlType) => Decode | undefined,
  store: TypeCodec['encode'] = encode,
): TypeCodec {
  return { ddl: typeof ddl === 'string' ? () => ddl : ddl, cast: () => cast, encode, store, decode, wide: never }
}

const owner: TypeOwner = { name: 'sqlite', title: 'SQLite', version: [3, 39, 0] }
const lack = (name: TypeName, instead: string) => lacking(owner, name, instead)
const signed =
  (name: string) =>
  (type: SqlType): string => {
    if (type.detail?.unsigned) throw new UnsupportedFeatureError(owner, 'unsigned', 'unsigned numbers', 'use bigint() and a check')
    return name
  }
/** By SQLite's own rules, a column whose type's name says nothing else makes a number of every text that looks like one. */
const storedByAffinity: TypeCodec['encode'] = (value, parameter, type = parameter.type) => {
  const plain = values.plainValue(value, parameter)
  if (typeof plain === 'boolean') return values.reject(parameter, 'a string, a number, a bigint or bytes: SQLite has no booleans', value)
  const numeric = type.sqlName !== undefined && (/int/i.test(type.sqlName) || !/char|clob|text|blob/i.test(type.sqlName))
  if (typeof plain === 'string' && numeric && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(plain))
    return values.reject(parameter, `text that SQLite does not make a number of, as it does in a column of type ${type.sqlName}`, value)
  if (typeof plain === 'bigint' && plain >= 2n ** 63n) return values.reject(parameter, 'a whole number of 64 bits with a sign', value)
  // whether the database holds these digits, or others that a number cannot tell apart, nobody could say when they are read
  if (typeof plain !== 'string' && typeof plain !== 'object' && Math.abs(Number(plain)) < 2 ** 63 && isUnsafe(Number(plain)))
    return values.reject(parameter, 'a safe integer or a fraction; for others say customType(name, { as: bigint() })', value)
  return plain
}
const isUnsafe = (value: number): boolean => Number.isInteger(value) && !Number.isSafeInteger(value)
const customName = (type: SqlType): string => values.customName(type.sqlName)

export const sqliteTypes: TypeCodecs = {
  tinyint: row(signed('TINYINT'), 'INTEGER', integerOf(values.tinyintValue), always(toInteger)),
  smallint: row(signed('SMALLINT'), 'INTEGER', integerOf(values.smallintValue), always(toInteger)),
  mediumint: row(signed('MEDIUMINT'), 'INTEGER', integerOf(values.mediumintValue), always(toInteger)),
  integer: row(signed('INTEGER'), 'INTEGER', integerOf(values.integerValue), always(toInteger)),
  year: row('YEAR', 'INTEGER', integerOf(values.yearValue), always(toInteger)),
  bigint: {
    ...row(
      signed('BIGINT'),
      'INTEGER',
      values.bigintValue,
      (type) => (type.mode === 'number' ? toInteger : toBigint),
      (value, parameter, type = parameter.type) => values.storedBigint(value, parameter, type),
    ),
    wide: (type) => type.mode !== 'number',
  },
  // exact digits only survive as text; with mode 'number' the column is what SQLite itself makes of NUMERIC
  numeric: row(
    (type) =>
      type.mode !== 'number' ? 'TEXT' : type.precision === undefined ? 'NUMERIC' : `NUMERIC(${type.precision}, ${type.scale ?? 0})`,
    'NUMERIC',
    (value, parameter, type = parameter.type) =>
      type.mode === 'number' ? decimal(value, parameter, type) : values.numericValue(value, parameter, type),
    (type) => (type.mode === 'number' ? toNumber : toNumeric),
    (value, parameter, type = parameter.type) => {
      const text = stored.storedNumeric(value, parameter, type)
      return type.mode === 'number' ? decimal(value, parameter, type) : text
    },
  ),
  real: row('REAL', 'REAL', values.finiteValue, always(toNumber), (value, parameter) =>
    stored.storedReal(value, parameter, values.finiteValue),
  ),
  doublePrecision: row('DOUBLE', 'REAL', values.finiteValue, always(toNumber)),
  boolean: row('BOOLEAN', 'INTEGER', truth, always(toBoolean)),
  char: row(sized('CHAR'), 'TEXT', values.textValue, always(toText), limitedText),
  varchar: row(sized('VARCHAR'), 'TEXT', values.textValue, always(toText), limitedText),
  text: row('TEXT', 'TEXT', values.textValue, always(toText), (value, parameter, type = parameter.type) =>
    stored.checkBytes(values.textValue(value, parameter), parameter, type),
  ),
  blob: row('BLOB', 'BLOB', values.bytesValue, always(toBytes), stored.storedBytes),
  // never a number to SQLite's affinity rules, whatever the column is called; JSON may be one, so its type says TEXT
  date: row('DATE', 'TEXT', values.dateValue, always(toText)),
  time: row('TIME', 'TEXT', values.timeValue, always(toText), storedTime),
  timestamp: row('TIMESTAMP', 'TEXT', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate), stampText),
  timestamptz: row('TIMESTAMPTZ', 'TEXT', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate), stampText),
  uuid: row('UUID', 'TEXT', values.uuidValue, always(toText)),
  json: row('JSON_TEXT', 'TEXT', json, always(toJson)),
  jsonb: row('JSON_TEXT', 'TEXT', json, always(toJson)),
  enum: row('TEXT', 'TEXT', values.labelValue, always(toText)),
  bit: row(sized('BIT_TEXT'), 'TEXT', values.bitsValue, always(toText), stored.storedBits),
  varbit: row(sized('VARBIT_TEXT'), 'TEXT', values.bitsValue, always(toText), stored.storedBits),
  interval: lack('interval', 'use a bigint of microseconds'),
  array: lack('array', 'use json() or a table of its own'),
  set: lack('set', 'use json() or a table of its own'),
  range: lack('range', 'use two columns'),
  multirange: lack('multirange', 'use a table of its own'),
  inet: lack('inet', 'use text()'),
  cidr: lack('cidr', 'use text()'),
  macaddr: lack('macaddr', 'use text()'),
  tsvector: lack('tsvector', 'use an FTS5 table'),
  tsquery: lack('tsquery', 'use an FTS5 table'),
  custom: { ...row(customName, '', values.plainValue, always(sqliteNatural), storedByAffinity), cast: customName },
}
