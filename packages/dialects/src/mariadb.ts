/** MariaDB 10.11 and later: MySQL's grammar and protocol, with features of its own. */
import type { Dialect, TypeCodec } from '@quern/sql'
import {
  mariadbAggregates,
  mariadbExpressionFeatures,
  mariadbExpressions,
  mariadbFunctions,
  mariadbPrecedence,
} from './mariadb-expressions.js'
import { mariadbObjectFeatures, mariadbObjects } from './mariadb-objects.js'
import { mysql, writeParameter } from './mysql.js'
import { mariadbBulk } from './mysql-bulk.js'
import { mariadbDdl, mariadbDdlFeatures } from './mysql-ddl.js'
import { mariadbDml, mariadbWriteFeatures, mariadbWrites } from './mysql-dml.js'
import { mariadbExplain, mariadbExplainFeatures } from './mysql-explain.js'
import { mariadbSelect, mariadbSelectFeatures } from './mysql-select.js'
import { mysqlTypesOf } from './mysql-types.js'
import { mariadbRole } from './roles.js'
import { mariadbLimits, mysqlTransactionOf } from './transactions.js'
import * as values from './values.js'

/** Its uuid turns old versions round to sort them by time, and takes no value that could be mistaken for one of these. */
const uuidText: TypeCodec['encode'] = (value, parameter) => {
  const text = values.uuidValue(value, parameter)
  return /^.{14}[89a-f].{4}([0-7]|80)/.test(text) && !/^.{19}00/.test(text)
    ? values.reject(parameter, 'a UUID of a version up to 7, or with a variant that its server tells from those; use char(36)', value)
    : text
}

const own = { name: 'mariadb', title: 'MariaDB', version: [10, 11, 0] } as const
// JSON is text here, and looked into less deeply
const types = mysqlTypesOf(own, { castJson: 'char', deepest: 31 })

export const mariadb: Dialect = {
  ...mysql,
  ...mariadbSelect,
  ...mariadbWrites,
  emit: { ...mysql.emit, ...mariadbExpressions, ...mariadbDml },
  name: 'mariadb',
  title: 'MariaDB',
  version: [10, 11, 0],
  features: {
    ...mysql.features,
    ...mariadbExplainFeatures,
    ...mariadbSelectFeatures,
    ...mariadbWriteFeatures,
    ...mariadbObjectFeatures,
    ...mariadbDdlFeatures,
    ...mariadbExpressionFeatures,
    insertReturning: true,
    deleteReturning: true,
  },
  precedence: mariadbPrecedence,
  functions: mariadbFunctions,
  aggregates: mariadbAggregates,
  bulk: mariadbBulk,
  objects: mariadbObjects,
  ddl: mariadbDdl,
  transaction: mysqlTransactionOf(own),
  explain: mariadbExplain,
  session: { ...mysql.session, limits: mariadbLimits, role: mariadbRole },
  parameter: (node, out, inferred) => writeParameter(node, out, inferred, () => false),
  types: { ...types, uuid: { ...types.uuid, ddl: () => 'uuid', cast: () => 'uuid', encode: uuidText, store: uuidText } },
}
