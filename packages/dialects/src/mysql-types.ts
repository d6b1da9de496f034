/** What MySQL and MariaDB make of each type: its name, how values travel there and back. */
import { CompileError, numericNumber, type ParameterNode, type SqlType, type TypeName } from '@quern/expression'
import { type CellForm, type Decode, lacking, type TypeCodec, type TypeCodecs, type TypeOwner } from '@quern/sql'
import { jsonValue } from './json-value.js'
import * as stored from './stored.js'
import * as values from './values.js'

const toNumber: Decode = (raw: number | string | bigint) => Number(raw)
/** A FLOAT comes as a double of its 32 bits, or as the text of few digits. */
const toReal: Decode = (raw: number | string) => Math.fround(Number(raw))
const toExactNumber: Decode = (raw: number | string) => stored.exactNumber(String(raw))
const toSafeNumber: Decode = (raw: number | string | bigint) => values.safeNumber(Number(raw))
const toBigint: Decode = (raw: number | string | bigint) => BigInt(raw)
const toBoolean: Decode = (raw: number | string | bigint) => Number(raw) !== 0
const toNumeric: Decode = (raw: number | string) => values.canonicalNumeric(typeof raw === 'number' ? values.plainDigits(raw) : raw)
const toDate: Decode = (raw: string | number) => (typeof raw === 'number' ? new Date(raw) : values.dateOf(raw))
/** What these take besides text. */
export const mysqlForms: ReadonlyMap<Decode, CellForm> = new Map([
  [toSafeNumber, 'integer'],
  [toBigint, 'integer'],
  [toBoolean, 'integer'],
  [toNumber, 'integer'],
  [toDate, 'moment'],
])
const toStamp: Decode = (raw: string) => values.trimFraction(raw)
const toJson: Decode = (raw: unknown) => (typeof raw === 'string' ? JSON.parse(raw) : raw)
const toText: Decode = (raw: unknown) => String(raw)
/** The client library hands out views of its network buffer. */
const toBytes: Decode = (raw: Uint8Array) => new Uint8Array(raw)
const toBit: Decode = (raw: Uint8Array) => new Uint8Array(raw)

/** BIT(n) comes as the bytes of a number, most significant first. */
const toBits = (type: SqlType): Decode => {
  const length = type.length ?? 1
  return (raw: Uint8Array | number | bigint | string) => {
    let bits = ''
    // a value that stands in no column is the number itself
    if (typeof raw !== 'object') return BigInt(raw).toString(2).padStart(length, '0')
    for (const byte of raw) bits += byte.toString(2).padStart(8, '0')
    return bits.slice(-length).padStart(length, '0')
  }
}
const toLabels: Decode = (raw: string) => (raw === '' ? [] : raw.split(','))

const never = () => false
const always = (decode: Decode | undefined) => () => decode
/** A JavaScript number is bound as DOUBLE; whole numbers are sent as such. */
const integerOf =
  (check: (value: unknown, parameter: ParameterNode, type: SqlType) => number): TypeCodec['encode'] =>
  (value, parameter, type = parameter.type) =>
    BigInt(check(value, parameter, type))
const truth: TypeCodec['encode'] = (value, parameter) => (values.booleanValue(value, parameter) ? 1n : 0n)
const whole =
  (low: number, high: number, title: string) =>
  (value: unknown, parameter: ParameterNode, { detail }: SqlType): number =>
    detail?.unsigned
      ? values.wholeNumber(value, parameter, 0, high - low, `${title} unsigned`)
      : values.wholeNumber(value, parameter, low, high, title)
const big: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  type.detail?.unsigned ? values.unsignedBigint(value, parameter) : values.bigintValue(value, parameter)
const storedBig: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  values.storedBigint(value, parameter, type, type.detail?.unsigned ? values.unsignedBigint : values.bigintValue)
const limitedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.checkLength(values.textValue(value, parameter), parameter, type)
const paddedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.refuseBlanks(stored.checkLength(values.textValue(value, parameter), parameter, type, type.length ?? 1), parameter)
const sizedText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.checkBytes(values.textValue(value, parameter), parameter, type)
const storedTime: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedFraction(values.timeValue(value, parameter), value, parameter, type)
const stampText: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedFraction(values.timestampValue(value, parameter, type), value, parameter, type)

type Name = string | ((type: SqlType) => string)
const named = (name: Name) => (typeof name === 'string' ? () => name : name)
function row(ddl: Name, cast: Name, encode: TypeCodec['encode'], decode: (type: SqlType) => Decode | undefined, store = encode): TypeCodec {
  return { ddl: named(ddl), cast: named(cast), encode, store, decode, wide: never }
}
const signed = (name: string) => (type: SqlType) => (type.detail?.unsigned ? `${name} unsigned` : name)

/** DECIMAL without digits would be DECIMAL(10, 0), which cuts every fraction. */
const decimal = (type: SqlType): string =>
  type.precision === undefined ? 'decimal(65, 30)' : `decimal(${type.precision}, ${type.scale ?? 0})`
/** Digits before and after the point of a decimal that is compared or calculated with: what the servers have, as the column's own divide it. */
const parameterDigits = ({ precision, scale }: SqlType): readonly [number, number] => {
  const before = Math.max(35, precision === undefined ? 0 : precision - (scale ?? 0))
  return [before, 65 - before]
}
export const decimalParameter = (type: SqlType): string => `decimal(65, ${parameterDigits(type)[1]})`
/** CAST would round, or yield the largest number, without a word. */
const decimalValue: TypeCodec['encode'] = (value, parameter, type = parameter.type) =>
  stored.storedNumeric(value, parameter, type, 65, parameterDigits(type)[1])

const varchar = (type: SqlType): string => {
  if (type.length === undefined) throw new CompileError('MySQL and MariaDB need a length: varchar(255), or text()')
  return `varchar(${type.length})`
}
/** CAST knows no varchar; char does not pad there. */
const castText = (type: SqlType): string => (type.length === undefined ? 'char' : `char(${type.length})`)
const datetime = (type: SqlType): string => `${type.sqlName === 'timestamp' ? 'timestamp' : 'datetime'}(${stored.fractionOf(type)})`
const castDatetime = (type: SqlType): string => `datetime(${stored.fractionOf(type)})`
const time = (type: SqlType): string => `time(${stored.fractionOf(type)})`
const classOf = (names: readonly [string, string, string, string]) => (type: SqlType) => {
  const bytes = type.detail?.bytes
  return bytes === undefined ? names[3] : bytes < 256 ? names[0] : bytes < 65536 ? names[1] : bytes < 16777216 ? names[2] : names[3]
}
const blobClass = classOf(['tinyblob', 'blob', 'mediumblob', 'longblob'])
const blobName = (type: SqlType): string =>
  type.length === undefined ? blobClass(type) : `${type.detail?.fixed ? 'binary' : 'varbinary'}(${type.length})`
/** The servers cut blanks off the labels' ends when the table is created. */
function keptLabel(label: string): string {
  if (label.endsWith(' '))
    throw new CompileError(`MySQL and MariaDB cut the blanks off the end of the label ${JSON.stringify(label)}; use varchar() with a check`)
  return label
}
const labelList = (name: string) => (type: SqlType) =>
  `${name}(${type
    .detail!.labels!.map(keptLabel)
    .map((label) => `'${label.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`)
    .join(', ')})`
const customName = (type: SqlType): string => values.customName(type.sqlName)

/** What JSON is cast to, and how deep it may be. */
interface JsonLimits {
  readonly castJson: string
  readonly deepest: number
}

/** MySQL's table; MariaDB's differs in few rows and in whose name stands in a refusal. */
export function mysqlTypesOf(owner: TypeOwner, { castJson, deepest }: JsonLimits = { castJson: 'json', deepest: 100 }): TypeCodecs {
  const lack = (name: TypeName, instead: string) => lacking(owner, name, instead)
  const json: TypeCodec['encode'] = (value, parameter) => jsonValue(value, parameter, deepest)
  const postgresOnly = 'only PostgreSQL has it; use json() or a table of its own'
  return {
    smallint: row(signed('smallint'), signedCast, integerOf(whole(-32768, 32767, 'a smallint')), always(toNumber)),
    integer: row(signed('int'), signedCast, integerOf(whole(-2147483648, 2147483647, 'an integer')), always(toNumber)),
    tinyint: row(signed('tinyint'), signedCast, integerOf(whole(-128, 127, 'a tinyint')), always(toNumber)),
    mediumint: row(signed('mediumint'), signedCast, integerOf(whole(-8388608, 8388607, 'a mediumint')), always(toNumber)),
    year: row('year', signedCast, integerOf(values.yearValue), always(toNumber)),
    bigint: {
      ...row(signed('bigint'), signedCast, big, (type) => (type.mode === 'number' ? toSafeNumber : toBigint), storedBig),
      wide: () => true,
    },
    numeric: row(
      decimal,
      decimal,
      decimalValue,
      (type) => (type.mode !== 'number' ? toNumeric : type === numericNumber ? toNumber : toExactNumber),
      (value, parameter, type = parameter.type) =>
        type.precision === undefined ? stored.storedNumeric(value, parameter, type, 65, 30) : stored.storedNumeric(value, parameter, type),
    ),
    real: row('float', 'double', values.finiteValue, always(toReal), (value, parameter) =>
      stored.storedReal(value, parameter, values.finiteValue),
    ),
    doublePrecision: row('double', 'double', values.finiteValue, always(toNumber)),
    boolean: row('boolean', 'signed', truth, always(toBoolean)),
    char: row((type) => `char(${type.length ?? 1})`, castText, values.textValue, always(toText), paddedText),
    varchar: row(varchar, castText, values.textValue, always(toText), limitedText),
    text: row(classOf(['tinytext', 'text', 'mediumtext', 'longtext']), castText, values.textValue, always(toText), sizedText),
    blob: row(blobName, 'binary', values.bytesValue, always(toBytes), stored.storedBytes),
    date: row('date', 'date', values.dateValue, always(undefined)),
    // compared with a column, a TIME is cut to that column's decimals, so none may have more
    time: row(time, 'time(6)', storedTime, always(toStamp)),
    timestamp: row(datetime, castDatetime, values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate), stampText),
    timestamptz: row(datetime, castDatetime, values.timestampValue, (type) => (type.mode === 'string' ? toStamp : toDate), stampText),
    uuid: row('char(36)', 'char(36)', values.uuidValue, always(toText)),
    json: row('json', castJson, json, always(toJson)),
    jsonb: row('json', castJson, json, always(toJson)),
    enum: row(labelList('enum'), 'char', values.labelValue, always(toText)),
    set: row(labelList('set'), 'char', values.setValue, always(toLabels)),
    bit: row(
      (type) => `bit(${type.length ?? 1})`,
      'unsigned',
      // beside a number of bits, those of another length would be equal
      (value, parameter, type) => {
        stored.storedBits(value, parameter, type)
        return values.bitsNumber(value, parameter)
      },
      toBits,
    ),
    interval: lack('interval', 'use a bigint of microseconds'),
    array: lack('array', postgresOnly),
    range: lack('range', 'only PostgreSQL has it; use two columns'),
    multirange: lack('multirange', 'only PostgreSQL has it; use a table of its own'),
    inet: lack('inet', 'use varchar(43) or varbinary(16)'),
    cidr: lack('cidr', 'use varchar(43)'),
    macaddr: lack('macaddr', 'use char(17)'),
    varbit: lack('varbit', 'use bit(n)'),
    tsvector: lack('tsvector', 'use a fulltext index'),
    tsquery: lack('tsquery', 'use MATCH … AGAINST'),
    custom: row(customName, customName, values.plainValue, always(undefined)),
  }
}
const signedCast = (type: SqlType): string => (type.detail?.unsigned ? 'unsigned' : 'signed')

export const mysqlTypes: TypeCodecs = mysqlTypesOf({ name: 'mysql', title: 'MySQL', version: [8, 4, 0] })

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
