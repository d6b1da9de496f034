/** What differs in the DDL of MySQL and MariaDB. */
import { CompileError } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type DdlDialect, type DdlFeatures, UnsupportedFeatureError, type Writer, writeCommentText } from '@quern/sql'

export const mysqlDdlFeatures: DdlFeatures = {
  identityAlways: false,
  identityStart: true,
  identityOptions: false,
  virtualColumn: true,
  generatedNotNull: true,
  comments: true,
  matchFull: false,
  matchPartial: false,
  setDefault: false,
  setNullColumns: false,
  deferrableForeignKey: false,
  deferrableKey: false,
  notValid: false,
  checkNotEnforced: true,
  noInherit: false,
  exclusionConstraint: false,
  include: false,
  nullsNotDistinct: false,
  indexIfExists: false,
  expressionIndex: true,
  partialIndex: false,
  indexMethod: false,
  operatorClass: false,
  prefixLength: true,
  textKey: false,
  textUnique: false,
  indexCollation: false,
  indexNullsOrder: false,
  fulltextIndex: true,
  spatialIndex: true,
  concurrentIndex: false,
  invisibleIndex: true,
  storageParameters: false,
  onCommit: false,
  partitioning: true,
  keyPartitioning: true,
  defaultListPartition: false,
  defaultRangePartition: false,
}

export const mariadbDdlFeatures: DdlFeatures = {
  ...mysqlDdlFeatures,
  generatedNotNull: false,
  checkNotEnforced: false,
  indexIfExists: true,
  expressionIndex: false,
  defaultListPartition: true,
  textUnique: true,
}

export const mysqlDdl: DdlDialect = {
  identity: () => 'AUTO_INCREMENT',
  identityIsPrimaryKey: false,
  addForeignKey: true,
  existing: "SELECT TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_SCHEMA = DATABASE() THEN 'y' ELSE 'n' END FROM information_schema.TABLES",
  defaultInParentheses: true,
  dropCycles: { before: 'SET FOREIGN_KEY_CHECKS = 0', after: 'SET FOREIGN_KEY_CHECKS = 1' },
  comments: 'inline',
  narrowComments: true,
  tableWords: ({ options }, out) => {
    if (options.temporary?.onCommit)
      throw new UnsupportedFeatureError(out.dialect, 'onCommit', 'ON COMMIT for temporary tables', 'drop or empty the table yourself')
    return options.temporary ? 'TEMPORARY ' : ''
  },
  dropTemporary: 'TEMPORARY ',
  tableEnd,
  columnType: undefined,
  indexUsing: 'after keys',
  indexOfTable: true,
  invisible: 'INVISIBLE',
  partitions: 'inline',
}

export const mariadbDdl: DdlDialect = { ...mysqlDdl, invisible: 'IGNORED' }

function tableEnd(table: TableNode, out: Writer, partitionBy: () => void): void {
  const { engine = 'InnoDB', charset, collate, rowFormat } = table.options.mysql
  if (table.foreignKeys.length > 0 && !/^(innodb|ndb|ndbcluster)$/i.test(engine))
    throw new CompileError(`${table.name}: ${out.dialect.title}'s engine ${JSON.stringify(engine)} ignores foreign keys; use InnoDB`)
  const first = firstNumber(table)
  out.text += ' ENGINE = '
  out.identifier(engine)
  // a collation brings its character set
  if (charset !== undefined || collate === undefined) {
    out.text += ' DEFAULT CHARACTER SET = '
    out.identifier(charset ?? 'utf8mb4')
  }
  if (collate !== undefined) {
    out.text += ' COLLATE = '
    out.identifier(collate)
  }
  if (rowFormat !== undefined) out.text += ` ROW_FORMAT = ${rowFormat.toUpperCase()}`
  if (first !== undefined) out.text += ` AUTO_INCREMENT = ${first}`
  const { comment } = table.options
  if (comment !== undefined) {
    out.text += ' COMMENT = '
    writeCommentText(comment, table.name, out)
  }
  partitionBy()
}

/** The table counts, not the column. */
function firstNumber({ name, columns, options }: TableNode): bigint | undefined {
  const starts = columns.flatMap(({ options: { identity } }) => (identity?.start === undefined ? [] : [BigInt(identity.start)]))
  const { autoIncrement } = options.mysql
  if (autoIncrement === undefined) return starts[0] === 1n ? undefined : starts[0]
  if (starts.length > 0 && starts[0] !== BigInt(autoIncrement))
    throw new CompileError(`${name}: identity({ start }) and autoIncrement say different numbers`)
  return BigInt(autoIncrement)
}
