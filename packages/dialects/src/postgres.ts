/** PostgreSQL 15 and later. */
export type { Range } from './postgres-arrays.js'
export * from './postgres-columns.js'

import { type InListNode, make, type ParameterNode, type SqlType } from '@quern/expression'
import { ansi, ansiSelect, binding, type Dialect, encoderOf, typeOn, type Writer } from '@quern/sql'
import { arrayText } from './postgres-arrays.js'
import { postgresBulk } from './postgres-bulk.js'
import { postgresDdl, postgresDdlFeatures } from './postgres-ddl.js'
import { postgresWriteFeatures, postgresWrites } from './postgres-dml.js'
import { classifyPostgres } from './postgres-errors.js'
import { postgresExplain, postgresExplainFeatures } from './postgres-explain.js'
import {
  postgresAggregates,
  postgresExpressionFeatures,
  postgresExpressions,
  postgresFunctions,
  postgresPrecedence,
} from './postgres-expressions.js'
import { postgresObjectFeatures, postgresObjects } from './postgres-objects.js'
import { postgresSelect, postgresSelectFeatures } from './postgres-select.js'
import { parameterName, postgresForms, postgresNatural, postgresTypes } from './postgres-types.js'
import { postgresRole } from './roles.js'
import {
  postgresLimits,
  postgresLocks,
  postgresNotify,
  postgresOutcome,
  postgresSessionFeatures,
  postgresTransaction,
} from './transactions.js'

/** An array of arrays would be one flat list, and what SQL stands around each value can only stand around each. */
const listed = ({ name, detail }: SqlType): boolean =>
  name !== 'custom' && name !== 'array' && name !== 'json' && detail?.bind === undefined && detail?.variants === undefined

/** A list of scalars as one array parameter, so that the text is the same for every length. */
function list(node: InListNode, out: Writer): boolean {
  const { type } = node.operand
  if (!listed(type) || !node.items.every((item) => item.kind === 'parameter' && item.name === undefined && item.produce === undefined))
    return false
  const items = node.items as readonly ParameterNode[]
  const element = items[0]!.type
  const encode = encoderOf(element, postgres)
  out.expression(node.operand, binding.predicate + 1)
  out.text += node.negated ? ' <> ALL(' : ' = ANY('
  out.hole({
    parameter: make.parameter(
      items.map((item) => item.value),
      element,
      items[0]!.target,
    ),
    encode: (value, parameter) => arrayText((value as readonly unknown[]).map((item) => encode(item, parameter))),
  })
  out.text += `::${parameterName(element)}[])`
  return true
}

/** What no numeric constant says stands in quotes: it takes the type of its place. */
const numberText = (value: number): string =>
  Number.isFinite(value) && !Object.is(value, -0) ? String(value) : `'${Object.is(value, -0) ? '-0' : value}'`

export const postgres: Dialect = {
  ...postgresSelect,
  ...postgresWrites,
  name: 'postgres',
  title: 'PostgreSQL',
  version: [15, 0, 0],
  quote: 'double',
  placeholder: 'numbered',
  identifierLimit: { length: 63, unit: 'bytes' },
  parameterLimit: 65535,
  features: {
    ...postgresExplainFeatures,
    ...postgresSelectFeatures,
    ...postgresWriteFeatures,
    ...postgresDdlFeatures,
    ...postgresObjectFeatures,
    ...postgresSessionFeatures,
    ...postgresExpressionFeatures,
    insertReturning: true,
    updateReturning: true,
    deleteReturning: true,
    fullJoin: true,
    aggregateFilter: true,
    nullsOrder: true,
    defaultInValues: true,
    groupsFrame: true,
    unsigned: false,
    castLength: true,
    floatModulo: false,
    numericArithmetic: true,
  },
  types: postgresTypes,
  natural: (oid) => (oid === undefined ? undefined : postgresNatural[oid]),
  forms: postgresForms,
  precedence: postgresPrecedence,
  emit: {
    ...ansi,
    ...postgresExpressions,
  },
  functions: postgresFunctions,
  aggregates: postgresAggregates,
  select: ansiSelect,
  offsetNeedsLimit: undefined,
  likeEscape: " ESCAPE '\\'",
  defaultValues: 'DEFAULT VALUES',
  literal: { text: (value) => `'${value.replaceAll("'", "''")}'`, bytes: (hex) => `'\\x${hex}'`, number: numberText, bare: () => false },
  parameter: (node, out, inferred) => {
    out.placeholder(node)
    const type = typeOn(node.type, 'postgres')
    // beside a REAL column the parameter would be taken for one, and lose half its digits before it is compared
    if ((!inferred || type.name === 'real') && !(type.name === 'custom' && type.sqlName === undefined))
      out.text += `::${parameterName(type)}`
  },
  list,
  ddl: postgresDdl,
  objects: postgresObjects,
  transaction: postgresTransaction,
  advisoryLocks: postgresLocks,
  outcome: postgresOutcome,
  notify: postgresNotify,
  explain: postgresExplain,
  session: {
    role: postgresRole,
    readOnly: 'SET default_transaction_read_only = on',
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
    limits: postgresLimits,
    expect: { client_encoding: 'UTF8', datestyle: 'ISO, MDY', timezone: 'UTC', bytea_output: 'hex', standard_conforming_strings: 'on' },
  },
  bulk: postgresBulk,
  classify: classifyPostgres,
}
