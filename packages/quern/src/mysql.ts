/** What only MySQL and MariaDB have. */
export { mariadb } from '@quern/dialects/mariadb'
export { mysql } from '@quern/dialects/mysql'
