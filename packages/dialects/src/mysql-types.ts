/** What MySQL and MariaDB make of each type: its name, how values travel there and back. */
import { CompileError, type ParameterNode, type SqlType } from '@quern/expression'
import type { Decode, TypeCodec, TypeCodecs } from '@quern/sql'
import * as values from './values.js'

const toNumber: Decode = (raw: number | string | bigint) => Number(raw)
const toSafeNumber: Decode = (raw: number | string | bigint) => values.safeNumber(Number(raw))
const toBigint: Decode = (raw: number | string | bigint) => BigInt(raw)
const toBoolean: Decode = (raw: number | string | bigint) => Number(raw) !== 0
const toNumeric: Decode = (raw: number | string) => values.canonicalNumeric(typeof raw === 'number' ? values.plainDigits(raw) : raw)
const toDate: Decode = (raw: string) => values.dateOf(raw)
const toStamp: Decode = (raw: string) => values.trimFraction(raw)
const toJson: Decode = (raw: unknown) => (typeof raw === 'string' ? JSON.parse(raw) : raw)
const toText: Decode = (raw: unknown) => String(raw)
/** The client library hands out views of its network buffer. */
const toBytes: Decode = (raw: Uint8Array) => new Uint8Array(raw)
const toBit: Decode = (raw: Uint8Array) => new Uint8Array(raw)

const never = () => false
const integerOf =
  (check: (value: unknown, parameter: ParameterNode) => number): TypeCodec['encode'] =>
  (value, parameter) =>
    BigInt(check(value, parameter))
const truth: TypeCodec['encode'] = (value, parameter) => (values.booleanValue(value, parameter) ? 1n : 0n)

function codec(
  ddl: string | ((type: SqlType) => string),
  cast: string,
  encode: TypeCodec['encode'],
  decode: (type: SqlType) => Decode | undefined,
  wide: (type: SqlType) => boolean = never,
): TypeCodec {
  return {
    ddl: typeof ddl === 'string' ? () => ddl : ddl,
    cast: () => {
      if (cast === '') throw new CompileError('MySQL and MariaDB have no CAST to this type; write the expression with sql`…`')
      return cast
    },
    encode,
    decode,
    wide,
  }
}
const always = (decode: Decode | undefined) => () => decode

/** DECIMAL without digits would be DECIMAL(10, 0), which cuts every fraction. */
const decimal = (type: SqlType): string =>
  type.precision === undefined ? 'decimal(65, 30)' : `decimal(${type.precision}, ${type.scale ?? 0})`
const varchar = (type: SqlType): string => {
  if (type.length === undefined) throw new CompileError('MySQL and MariaDB need a length: varchar(255), or text()')
  return `varchar(${type.length})`
}
/** CAST knows no varchar; char does not pad there. */
const castText = (type: SqlType): string => (type.length === undefined ? 'char' : `char(${type.length})`)
const datetime = (type: SqlType): string => `datetime(${type.mode === 'string' ? 6 : 3})`

export const mysqlTypes: TypeCodecs = {
  smallint: codec('smallint', 'signed', integerOf(values.smallintValue), always(toNumber)),
  integer: codec('int', 'signed', integerOf(values.integerValue), always(toNumber)),
  bigint: codec(
    'bigint',
    'signed',
    values.bigintValue,
    (type) => (type.mode === 'number' ? toSafeNumber : toBigint),
    () => true,
  ),
  numeric: { ...codec(decimal, 'decimal', values.numericValue, (type) => (type.mode === 'number' ? toNumber : toNumeric)), cast: decimal },
  real: codec('float', 'float', values.finiteValue, always(toNumber)),
  doublePrecision: codec('double', 'double', values.finiteValue, always(toNumber)),
  boolean: codec('boolean', 'signed', truth, always(toBoolean)),
  char: { ...codec((type) => `char(${type.length ?? 1})`, 'char', values.textValue, always(toText)), cast: castText },
  varchar: { ...codec(varchar, 'char', values.textValue, always(toText)), cast: castText },
  text: codec('longtext', 'char', values.textValue, always(toText)),
  blob: codec('longblob', 'binary', values.bytesValue, always(toBytes)),
  date: codec('date', 'date', values.dateValue, always(undefined)),
  time: codec('time(6)', 'time(6)', values.timeValue, always(toStamp)),
  timestamp: { ...codec(datetime, '', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate)), cast: datetime },
  timestamptz: { ...codec(datetime, '', values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate)), cast: datetime },
  uuid: codec('char(36)', 'char', values.uuidValue, always(undefined)),
  json: codec('json', 'json', values.jsonValue, always(toJson)),
  custom: {
    ...codec((type) => values.customName(type.sqlName), '', values.plainValue, always(undefined)),
    cast: (type) => values.customName(type.sqlName),
  },
}

/** By the protocol's column type: what hand-written SQL yields where nobody said more. */
export const mysqlNatural: Readonly<Record<number, Decode>> = {
  8: toSafeNumber,
  246: toNumeric,
  0: toNumeric,
  245: toJson,
  7: toDate,
  12: toDate,
  16: toBit,
}
