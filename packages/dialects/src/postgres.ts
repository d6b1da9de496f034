/** PostgreSQL 15 and later. */
import { type ExpressionNode, type InListNode, make, type ParameterNode, type SqlType } from '@quern/expression'
import {
  ansi,
  ansiPrecedence,
  ansiSelect,
  binding,
  type Decode,
  type Dialect,
  type DriverValue,
  hexOf,
  InvalidValueError,
  type TypeCodec,
  type TypeCodecs,
  UnsupportedFeatureError,
  type Writer,
} from '@quern/sql'
import { classifyPostgres } from './postgres-errors.js'
import { savepoints } from './savepoints.js'
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

const types: TypeCodecs = {
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
const parameterName = (type: SqlType): string =>
  type.name === 'char' || type.name === 'varchar' ? 'text' : type.name === 'numeric' ? 'numeric' : types[type.name].cast(type)

/** By OID: what hand-written SQL yields where nobody said more. */
const natural: Readonly<Record<number, Decode>> = {
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

/** A list of scalars as one array parameter, so that the text is the same for every length. */
function list(node: InListNode, out: Writer): boolean {
  const { type } = node.operand
  if (
    type.name === 'custom' ||
    !node.items.every((item) => item.kind === 'parameter' && item.name === undefined && item.produce === undefined)
  )
    return false
  const items = node.items as readonly ParameterNode[]
  const { encode } = types[type.name]
  const element = items[0]!.type
  out.expression(node.operand, binding.predicate + 1)
  out.text += node.negated ? ' <> ALL(' : ' = ANY('
  out.hole({
    parameter: make.parameter(
      items.map((item) => item.value),
      element,
      items[0]!.target,
    ),
    encode: (value, parameter) => arrayLiteral((value as readonly unknown[]).map((item) => encode(item, parameter))),
  })
  out.text += `::${parameterName(element)}[])`
  return true
}

function arrayLiteral(items: readonly DriverValue[]): string {
  return `{${items.map((item) => (typeof item === 'string' ? `"${item.replace(/[\\"]/g, '\\$&')}"` : item instanceof Uint8Array ? `"\\\\x${hexOf(item)}"` : String(item))).join(',')}}`
}

function isolationText(isolation: string | undefined, readOnly: boolean | undefined): string {
  return `BEGIN${isolation ? ` ISOLATION LEVEL ${isolation.toUpperCase()}` : ''}${readOnly === undefined ? '' : readOnly ? ' READ ONLY' : ' READ WRITE'}`
}

export const postgres: Dialect = {
  name: 'postgres',
  title: 'PostgreSQL',
  version: [15, 0, 0],
  quote: 'double',
  placeholder: 'numbered',
  identifierLimit: { length: 63, unit: 'bytes' },
  parameterLimit: 65535,
  features: {
    insertReturning: true,
    updateReturning: true,
    deleteReturning: true,
    fullJoin: true,
    aggregateFilter: true,
    nullsOrder: true,
    defaultInValues: true,
    groupsFrame: true,
    castLength: true,
    floatModulo: false,
    numericArithmetic: true,
  },
  types,
  natural: (oid) => (oid === undefined ? undefined : natural[oid]),
  precedence: ansiPrecedence,
  emit: {
    ...ansi,
    binary: (node, out) => {
      if (node.operator === '%' && [node.left, node.right].some(isFloat)) {
        throw new UnsupportedFeatureError(out.dialect, 'floatModulo', '% for floating point', 'cast both sides to numeric')
      }
      ansi.binary(node, out)
    },
    like: (node, out) => {
      if (!node.insensitive) {
        ansi.like(node, out)
        return
      }
      out.expression(node.operand, binding.predicate + 1)
      out.text += ' ILIKE '
      out.inferred(node.pattern, binding.predicate + 1)
      out.text += out.dialect.likeEscape
    },
    call: (node, out) => {
      if (node.name === 'now') out.text += 'CURRENT_TIMESTAMP(3)'
      else ansi.call(node, out)
    },
  },
  select: ansiSelect,
  offsetNeedsLimit: undefined,
  likeEscape: " ESCAPE '\\'",
  defaultValues: 'DEFAULT VALUES',
  literal: { text: (value) => `'${value.replaceAll("'", "''")}'`, bytes: (hex) => `'\\x${hex}'` },
  parameter: (node, out, inferred) => {
    out.placeholder(node)
    if (!inferred && !(node.type.name === 'custom' && node.type.sqlName === undefined)) out.text += `::${parameterName(node.type)}`
  },
  list,
  ddl: {
    identity: (options) =>
      `GENERATED ${options.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${identityOptions(options.start, options.increment)}`,
    identityIsPrimaryKey: false,
    addForeignKey: true,
    existing:
      "SELECT n.nspname, c.relname, CASE WHEN n.nspname = current_schema() THEN 'y' ELSE 'n' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')",
    defaultInParentheses: false,
    dropCycles: 'cascade',
    tableSuffix: '',
  },
  transaction: {
    ...savepoints,
    begin: ({ isolation, readOnly }) => [isolationText(isolation, readOnly)],
    end: () => [],
  },
  session: {
    set: [
      "SET client_encoding = 'UTF8'",
      "SET datestyle = 'ISO, MDY'",
      "SET intervalstyle = 'iso_8601'",
      "SET timezone = 'UTC'",
      "SET bytea_output = 'hex'",
      'SET extra_float_digits = 1',
      'SET standard_conforming_strings = on',
    ],
    verify:
      "SELECT current_setting('client_encoding') AS client_encoding, current_setting('DateStyle') AS datestyle, current_setting('TimeZone') AS timezone, current_setting('bytea_output') AS bytea_output, current_setting('standard_conforming_strings') AS standard_conforming_strings",
    expect: { client_encoding: 'UTF8', datestyle: 'ISO, MDY', timezone: 'UTC', bytea_output: 'hex', standard_conforming_strings: 'on' },
  },
  classify: classifyPostgres,
}

const isFloat = (node: ExpressionNode): boolean => node.type.family === 'float'

function identityOptions(start: number | undefined, increment: number | undefined): string {
  const options = [
    ...(start === undefined ? [] : [`START WITH ${start}`]),
    ...(increment === undefined ? [] : [`INCREMENT BY ${increment}`]),
  ]
  return options.length === 0 ? '' : ` (${options.join(' ')})`
}
