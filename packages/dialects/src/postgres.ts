/** PostgreSQL 15 and later. */
import { type ExpressionNode, type InListNode, make, type ParameterNode } from '@quern/expression'
import {
  ansi,
  ansiPrecedence,
  ansiSelect,
  binding,
  type Dialect,
  type DriverValue,
  hexOf,
  UnsupportedFeatureError,
  type Writer,
} from '@quern/sql'
import { postgresDdl } from './postgres-ddl.js'
import { classifyPostgres } from './postgres-errors.js'
import { parameterName, postgresNatural, postgresTypes } from './postgres-types.js'
import { savepoints } from './savepoints.js'

/** A list of scalars as one array parameter, so that the text is the same for every length. */
function list(node: InListNode, out: Writer): boolean {
  const { type } = node.operand
  if (
    type.name === 'custom' ||
    !node.items.every((item) => item.kind === 'parameter' && item.name === undefined && item.produce === undefined)
  )
    return false
  const items = node.items as readonly ParameterNode[]
  const { encode } = postgresTypes[type.name]
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
  types: postgresTypes,
  natural: (oid) => (oid === undefined ? undefined : postgresNatural[oid]),
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
  ddl: postgresDdl,
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
