/** MariaDB 10.11 and later: MySQL's grammar and protocol, with features of its own. */
import type { Dialect } from '@quern/sql'
import { mariadbObjectFeatures, mariadbObjects } from './mariadb-objects.js'
import { mysql } from './mysql.js'
import { mariadbDdl, mariadbDdlFeatures } from './mysql-ddl.js'
import { mysqlTypesOf } from './mysql-types.js'

const types = mysqlTypesOf({ name: 'mariadb', title: 'MariaDB', version: [10, 11, 0] })

export const mariadb: Dialect = {
  ...mysql,
  name: 'mariadb',
  title: 'MariaDB',
  version: [10, 11, 0],
  features: { ...mysql.features, ...mariadbObjectFeatures, ...mariadbDdlFeatures, insertReturning: true, deleteReturning: true },
  objects: mariadbObjects,
  ddl: mariadbDdl,
  types: { ...types, uuid: { ...types.uuid, ddl: () => 'uuid' } },
}
