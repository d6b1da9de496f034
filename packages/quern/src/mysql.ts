/** What only MySQL and MariaDB have. */
export { mariadb } from '@quern/dialects/mariadb'
export {
  binary,
  bit,
  mediumblob,
  mediumint,
  mediumtext,
  mysql,
  regularblob,
  regulartext,
  set,
  timestamp,
  tinyblob,
  tinyint,
  tinytext,
  unsigned,
  varbinary,
  year,
} from '@quern/dialects/mysql'
