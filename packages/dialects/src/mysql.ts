/** MySQL 8.4 and later; MariaDB spreads it. */
export * from './mysql-columns.js'

import { type InListNode, type InQueryNode, make, type ParameterNode, type SqlType } from '@quern/expression'
import {
  ansi,
  ansiSelect,
  binding,
  castName,
  type Dialect,
  groupByClause,
  type QueryNode,
  valuesOn,
  type Writer,
  wrapQuery,
  writeSelectOver,
} from '@quern/sql'
import { floatLiteral } from './literals.js'
import { mysqlBulk } from './mysql-bulk.js'
import { mysqlDdl, mysqlDdlFeatures } from './mysql-ddl.js'
import { mysqlDml, mysqlWriteFeatures, mysqlWrites } from './mysql-dml.js'
import { classifyMysql } from './mysql-errors.js'
import { mysqlExplain, mysqlExplainFeatures } from './mysql-explain.js'
import { mysqlAggregates, mysqlExpressionFeatures, mysqlExpressions, mysqlFunctions, mysqlPrecedence } from './mysql-expressions.js'
import { mysqlObjectFeatures, mysqlObjects } from './mysql-objects.js'
import { mysqlGroupBy, mysqlSelect, mysqlSelectFeatures, writeRollup } from './mysql-select.js'
import { decimalParameter, mysqlForms, mysqlNatural, mysqlTypes } from './mysql-types.js'
import { mysqlRole } from './roles.js'
import { mysqlLimits, mysqlLocks, mysqlSessionFeatures, mysqlTransactionOf } from './transactions.js'

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

/** `IN (SELECT … LIMIT n)` is for derived tables here. */
function writeInQuery(node: InQueryNode, out: Writer): void {
  const statement = node.statement as QueryNode
  const limited = (statement.kind === 'select' || statement.kind === 'compound') && (statement.limit ?? statement.offset) !== undefined
  ansi.inQuery(limited ? make.inQuery(node.operand, wrapQuery(statement, 'limited'), node.negated) : node, out)
}

/** In the servers' own order, because that is how they answer. */
const sqlMode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'

/**
 * Beside text, the servers compare and calculate decimals as doubles, cut a TIME to the column's decimals, take no text for a JSON document,
 * and yield bytes as text; so what is not text says what it is. A column that is to keep the value converts it exactly.
 */
export function writeParameter(node: ParameterNode, out: Writer, inferred: boolean, json: (type: SqlType) => boolean): void {
  const type = valuesOn(node.type, out.dialect.name)
  const [before, after] = out.stores ? asIs : wrapping(type, inferred, json, out.dialect)
  out.text += before
  out.placeholder(node)
  out.text += after
}
const asIs: readonly [string, string] = ['', '']
const calendar: readonly string[] = ['date', 'timestamp', 'timestamptz']
function wrapping(type: SqlType, inferred: boolean, json: (type: SqlType) => boolean, dialect: Dialect): readonly [string, string] {
  if (type.name === 'numeric') return ['CAST(', ` AS ${decimalParameter(type)})`]
  // MySQL reads a parameter that it knows for a TIME wrongly: 00:00:00.000001 as 01:00:00
  if (type.name === 'time') return ['CAST(CAST(', ' AS char) AS time(6))']
  if (json(type)) return ['CAST(', ' AS json)']
  // CASE of a text and a moment is a text, which compares as one
  if (!inferred && calendar.includes(type.name)) return ['CAST(', ` AS ${castName(type, dialect)})`]
  return type.name === 'blob' && !inferred ? ['CAST(', ' AS binary)'] : asIs
}
const jsonAsJson = ({ family }: SqlType): boolean => family === 'json'

export const mysql: Dialect = {
  ...mysqlSelect,
  ...mysqlWrites,
  name: 'mysql',
  title: 'MySQL',
  version: [8, 4, 0],
  quote: 'backtick',
  placeholder: 'positional',
  identifierLimit: { length: 64, unit: 'characters' },
  parameterLimit: 65535,
  features: {
    ...mysqlExplainFeatures,
    ...mysqlSelectFeatures,
    ...mysqlWriteFeatures,
    ...mysqlDdlFeatures,
    ...mysqlObjectFeatures,
    ...mysqlSessionFeatures,
    ...mysqlExpressionFeatures,
    insertReturning: false,
    updateReturning: false,
    deleteReturning: false,
    fullJoin: false,
    aggregateFilter: false,
    nullsOrder: false,
    defaultInValues: true,
    groupsFrame: false,
    unsigned: true,
    castLength: true,
    floatModulo: true,
    numericArithmetic: true,
  },
  types: mysqlTypes,
  forms: mysqlForms,
  natural: (type) => (type === undefined ? undefined : mysqlNatural[type]),
  precedence: mysqlPrecedence,
  emit: {
    ...ansi,
    ...mysqlDml,
    select: writeSelectOver,
    inQuery: writeInQuery,
    grouping: writeRollup,
    ...mysqlExpressions,
  },
  functions: mysqlFunctions,
  aggregates: mysqlAggregates,
  select: ansiSelect.map((clause) => (clause === groupByClause ? mysqlGroupBy : clause)),
  offsetNeedsLimit: '18446744073709551615',
  likeEscape: " ESCAPE '\\\\'",
  defaultValues: '() VALUES ()',
  literal: {
    text: (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
    bytes: (hex) => `x'${hex}'`,
    number: floatLiteral,
    bare: () => false,
  },
  parameter: (node, out, inferred) => writeParameter(node, out, inferred, jsonAsJson),
  list,
  ddl: mysqlDdl,
  objects: mysqlObjects,
  transaction: mysqlTransactionOf({ name: 'mysql', title: 'MySQL', version: [8, 4, 0] }),
  advisoryLocks: mysqlLocks,
  outcome: undefined,
  notify: undefined,
  explain: mysqlExplain,
  session: {
    role: mysqlRole,
    readOnly: 'SET SESSION TRANSACTION READ ONLY',
    set: [
      'SET NAMES utf8mb4',
      `SET SESSION sql_mode = '${sqlMode}'`,
      "SET SESSION time_zone = '+00:00'",
      'SET SESSION group_concat_max_len = @@max_allowed_packet',
    ],
    verify:
      'SELECT @@SESSION.sql_mode AS sql_mode, @@SESSION.time_zone AS time_zone, @@SESSION.character_set_client AS character_set_client, @@max_allowed_packet AS max_allowed_packet',
    limits: mysqlLimits,
    expect: { sql_mode: sqlMode, time_zone: '+00:00', character_set_client: 'utf8mb4' },
  },
  bulk: mysqlBulk,
  classify: classifyMysql,
}
