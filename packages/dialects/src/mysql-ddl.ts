/** What differs in the DDL of MySQL and MariaDB. */
import { CompileError } from '@quern/expression'
import type { DdlDialect } from '@quern/sql'

export const mysqlDdl: DdlDialect = {
  identity: (options, column) => {
    if (options.always)
      throw new CompileError(`${column.source.name}.${column.key}: MySQL and MariaDB have no GENERATED ALWAYS AS IDENTITY; use identity()`)
    return 'AUTO_INCREMENT'
  },
  identityIsPrimaryKey: false,
  addForeignKey: true,
  existing: "SELECT TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_SCHEMA = DATABASE() THEN 'y' ELSE 'n' END FROM information_schema.TABLES",
  defaultInParentheses: true,
  dropCycles: { before: 'SET FOREIGN_KEY_CHECKS = 0', after: 'SET FOREIGN_KEY_CHECKS = 1' },
  tableSuffix: ' ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4',
}
