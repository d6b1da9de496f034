/** What differs in the DDL of SQLite. */
import { type ColumnNode, CompileError } from '@quern/expression'
import { castName, type DdlDialect, type DdlFeatures, UnsupportedFeatureError, type Writer } from '@quern/sql'

export const sqliteDdlFeatures: DdlFeatures = {
  identityAlways: false,
  identityStart: false,
  identityOptions: false,
  virtualColumn: true,
  generatedNotNull: true,
  comments: false,
  matchFull: false,
  matchPartial: false,
  setDefault: true,
  setNullColumns: false,
  deferrableForeignKey: true,
  deferrableKey: false,
  notValid: false,
  checkNotEnforced: false,
  noInherit: false,
  exclusionConstraint: false,
  include: false,
  nullsNotDistinct: false,
  indexIfExists: true,
  expressionIndex: true,
  partialIndex: true,
  indexMethod: false,
  operatorClass: false,
  prefixLength: false,
  textKey: true,
  textUnique: true,
  indexCollation: true,
  indexNullsOrder: false,
  fulltextIndex: false,
  spatialIndex: false,
  concurrentIndex: false,
  invisibleIndex: false,
  storageParameters: false,
  onCommit: false,
  partitioning: false,
  keyPartitioning: false,
  defaultListPartition: false,
  defaultRangePartition: false,
}

export const sqliteDdl: DdlDialect = {
  identity: (_options, _column, constraint) => `INTEGER ${constraint}PRIMARY KEY AUTOINCREMENT`,
  identityIsPrimaryKey: true,
  addForeignKey: false,
  existing: "SELECT 'main', name, 'y' FROM sqlite_master WHERE type IN ('table', 'view')",
  defaultInParentheses: false,
  dropCycles: { before: 'PRAGMA foreign_keys = OFF', after: 'PRAGMA foreign_keys = ON' },
  comments: 'none',
  narrowComments: false,
  tableWords: ({ options }, out) => {
    if (options.temporary?.onCommit)
      throw new UnsupportedFeatureError(out.dialect, 'onCommit', 'ON COMMIT for temporary tables', 'drop or empty the table yourself')
    return options.temporary ? 'TEMPORARY ' : ''
  },
  dropTemporary: '',
  tableEnd: ({ name, columns, options }, out, partitionBy) => {
    const { strict, withoutRowid } = options.sqlite
    if (withoutRowid && columns.some((column) => column.options.identity))
      throw new CompileError(`${name}: a SQLite table without rowid has no identity column`)
    partitionBy()
    const words = [...(strict ? ['STRICT'] : []), ...(withoutRowid ? ['WITHOUT ROWID'] : [])]
    if (words.length > 0) out.text += ` ${words.join(', ')}`
  },
  columnType: (text, column, table, out) => (table.options.sqlite.strict ? strictType(column, out) : text),
  indexUsing: undefined,
  indexOfTable: false,
  invisible: '',
  partitions: 'inline',
}

const strictTypes = ['INTEGER', 'INT', 'REAL', 'TEXT', 'BLOB', 'ANY']

/** STRICT tables know six types; a column gets the one that its values are stored as. */
function strictType(column: ColumnNode, out: Writer): string {
  const stored = castName(column.type, out.dialect).toUpperCase()
  if (strictTypes.includes(stored)) return stored
  if (stored === 'NUMERIC') return 'REAL'
  throw new CompileError(`${column.source.name}.${column.key}: a strict table of SQLite has no type ${stored}`)
}
