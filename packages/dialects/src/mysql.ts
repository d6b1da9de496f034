/** MySQL 8.4 and later; MariaDB spreads it. */
import { CompileError, type InListNode, isInteger, type ParameterNode, type SqlType } from '@quern/expression'
import {
  ansi,
  ansiPrecedence,
  ansiSelect,
  binding,
  type Decode,
  type Dialect,
  type TypeCodec,
  type TypeCodecs,
  type Writer,
  writeOperands,
} from '@quern/sql'
import { classifyMysql } from './mysql-errors.js'
import { savepoints } from './savepoints.js'
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
const natural: Readonly<Record<number, Decode>> = {
  8: toSafeNumber,
  246: toNumeric,
  0: toNumeric,
  245: toJson,
  7: toDate,
  12: toDate,
  16: toBit,
}

/** Padding longer lists could meet the limit of parameters, which the list alone does not. */
const longestPadded = 4096

/** Lists are padded to powers of two with their last value, so that a statement has few texts whatever the length. */
function list(node: InListNode, out: Writer): boolean {
  const { items } = node
  out.expression(node.operand, binding.predicate + 1)
  out.text += node.negated ? ' NOT IN (' : ' IN ('
  const length = items.length > longestPadded ? items.length : 2 ** Math.ceil(Math.log2(items.length))
  for (let i = 0; i < length; i++) {
    if (i > 0) out.text += ', '
    out.inferred(items[Math.min(i, items.length - 1)]!)
  }
  out.text += ')'
  return true
}

/** In the servers' own order, because that is how they answer. */
const sqlMode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

export const mysql: Dialect = {
  name: 'mysql',
  title: 'MySQL',
  version: [8, 4, 0],
  quote: 'backtick',
  placeholder: 'positional',
  identifierLimit: { length: 64, unit: 'characters' },
  parameterLimit: 65535,
  features: {
    insertReturning: false,
    updateReturning: false,
    deleteReturning: false,
    fullJoin: false,
    aggregateFilter: false,
    nullsOrder: false,
    defaultInValues: true,
    groupsFrame: false,
    castLength: true,
    floatModulo: true,
    numericArithmetic: true,
  },
  types: mysqlTypes,
  natural: (type) => (type === undefined ? undefined : natural[type]),
  precedence: {
    ...ansiPrecedence,
    // CONCAT(…) and NOT (… <=> …) instead of operators
    binary: (node) =>
      node.operator === '||' ? binding.primary : node.operator === 'is distinct from' ? binding.not : ansiPrecedence.binary(node),
  },
  emit: {
    ...ansi,
    binary: (node, out) => {
      if (node.operator === '||') {
        out.text += 'CONCAT('
        out.list([node.left, node.right], (side) => out.inferred(side))
        out.text += ')'
      } else if (node.operator === 'is not distinct from') {
        writeOperands(node, out, ' <=> ')
      } else if (node.operator === 'is distinct from') {
        out.text += 'NOT ('
        writeOperands(node, out, ' <=> ')
        out.text += ')'
      } else if (node.operator === '/' && isInteger(node.left.type) && isInteger(node.right.type)) {
        // `/` of two integers is a decimal here and an integer elsewhere
        writeOperands(node, out, ' DIV ')
      } else {
        ansi.binary(node, out)
      }
    },
    call: (node, out) => {
      if (node.name === 'now') out.text += 'CURRENT_TIMESTAMP(3)'
      else ansi.call(node, out)
    },
  },
  select: ansiSelect,
  offsetNeedsLimit: '18446744073709551615',
  likeEscape: " ESCAPE '\\\\'",
  defaultValues: '() VALUES ()',
  literal: { text: (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`, bytes: (hex) => `x'${hex}'` },
  parameter: (node, out) => out.placeholder(node),
  list,
  ddl: {
    identity: (options, column) => {
      if (options.always)
        throw new CompileError(
          `${column.source.name}.${column.key}: MySQL and MariaDB have no GENERATED ALWAYS AS IDENTITY; use identity()`,
        )
      return 'AUTO_INCREMENT'
    },
    identityIsPrimaryKey: false,
    addForeignKey: true,
    existing: "SELECT TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_SCHEMA = DATABASE() THEN 'y' ELSE 'n' END FROM information_schema.TABLES",
    defaultInParentheses: true,
    dropCycles: { before: 'SET FOREIGN_KEY_CHECKS = 0', after: 'SET FOREIGN_KEY_CHECKS = 1' },
    tableSuffix: ' ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4',
  },
  transaction: {
    ...savepoints,
    begin: ({ isolation, readOnly }) => [
      ...(isolation ? [`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`] : []),
      `START TRANSACTION${readOnly === undefined ? '' : readOnly ? ' READ ONLY' : ' READ WRITE'}`,
    ],
    end: () => [],
  },
  session: {
    set: [
      'SET NAMES utf8mb4',
      `SET SESSION sql_mode = '${sqlMode}'`,
      "SET SESSION time_zone = '+00:00'",
      'SET SESSION group_concat_max_len = @@max_allowed_packet',
    ],
    verify:
      'SELECT @@SESSION.sql_mode AS sql_mode, @@SESSION.time_zone AS time_zone, @@SESSION.character_set_client AS character_set_client',
    expect: { sql_mode: sqlMode, time_zone: '+00:00', character_set_client: 'utf8mb4' },
  },
  classify: classifyMysql,
}
