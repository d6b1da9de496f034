import { mariadb } from '@quern/dialects/mariadb'
import { mysql } from '@quern/dialects/mysql'
import type { Driver } from '@quern/engine'
import { mysql2DriverFor } from './driver.js'
import type { Mysql2Options } from './options.js'

export type { TlsOption, TlsOptions } from '@quern/engine'
export { mysql2DriverFor } from './driver.js'
export type { Mysql2Options } from './options.js'

/** MySQL, or with `dialect: 'mariadb'` MariaDB, over the client library mysql2. */
export const mysql2Driver = (options: Mysql2Options): Driver => mysql2DriverFor(options.dialect === 'mariadb' ? mariadb : mysql, options)
