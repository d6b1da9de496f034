/** MariaDB 10.11 and later: MySQL's grammar and protocol, with features of its own. */
import type { Dialect } from '@quern/sql'
import { mariadbObjectFeatures, mariadbObjects } from './mariadb-objects.js'
import { mysql } from './mysql.js'
import { mariadbDdl, mariadbDdlFeatures } from './mysql-ddl.js'
import { mysqlTypesOf } from './mysql-types.js'
import { mariadbLimits, mysqlTransactionOf } from './transactions.js'

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
  types: { ...types, uuid: { ...types.uuid, ddl: () => 'uuid' } },
}
