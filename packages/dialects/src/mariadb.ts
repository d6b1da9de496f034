/** MariaDB 10.11 and later: MySQL's grammar and protocol, with features of its own. */
import type { Dialect, TypeCodec } from '@quern/sql'
import { mariadbObjectFeatures, mariadbObjects } from './mariadb-objects.js'
import { mysql, writeParameter } from './mysql.js'
import { mariadbDdl, mariadbDdlFeatures } from './mysql-ddl.js'
import { mysqlTypesOf } from './mysql-types.js'
import { mariadbLimits, mysqlTransactionOf } from './transactions.js'
import * as values from './values.js'

/** Its uuid takes of the versions from 8 on only those with the variant bits of the standard. */
const uuidText: TypeCodec['encode'] = (value, parameter) => {
  const text = values.uuidValue(value, parameter)
  return /^.{14}[89a-f].{4}[0-7]/.test(text) && !/^[0f-]+$/.test(text)
    ? values.reject(
        parameter,
        "a UUID that MariaDB's uuid takes, which of version 8 and later wants the variant of the standard; use char(36)",
        value,
      )
    : text
}

const own = { name: 'mariadb', title: 'MariaDB', version: [10, 11, 0] } as const
const types = mysqlTypesOf(own)

export const mariadb: Dialect = {
  ...mysql,
  name: 'mariadb',
  title: 'MariaDB',
  version: [10, 11, 0],
  features: { ...mysql.features, ...mariadbObjectFeatures, ...mariadbDdlFeatures, insertReturning: true, deleteReturning: true },
  objects: mariadbObjects,
  ddl: mariadbDdl,
  transaction: mysqlTransactionOf(own),
  session: { ...mysql.session, limits: mariadbLimits },
  parameter: (node, out) => writeParameter(node, out, () => false),
  types: { ...types, uuid: { ...types.uuid, ddl: () => 'uuid', cast: () => 'uuid', encode: uuidText, store: uuidText } },
}
