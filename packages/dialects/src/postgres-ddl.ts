/** What differs in the DDL of PostgreSQL. */
import type { IdentityOptions, TableNode } from '@quern/schema'
import { type DdlDialect, type DdlFeatures, type Writer, writeStorage } from '@quern/sql'

export const postgresDdlFeatures: DdlFeatures = {
  identityAlways: true,
  identityStart: true,
  identityOptions: true,
  virtualColumn: [18, 0, 0],
  generatedNotNull: true,
  comments: true,
  matchFull: true,
  matchPartial: false,
  setDefault: true,
  setNullColumns: true,
  deferrableForeignKey: true,
  deferrableKey: true,
  notValid: true,
  checkNotEnforced: [18, 0, 0],
  noInherit: true,
  exclusionConstraint: true,
  include: true,
  nullsNotDistinct: true,
  indexIfExists: true,
  expressionIndex: true,
  partialIndex: true,
  indexMethod: true,
  operatorClass: true,
  prefixLength: false,
  textKey: true,
  textUnique: true,
  indexCollation: true,
  indexNullsOrder: true,
  fulltextIndex: false,
  spatialIndex: false,
  concurrentIndex: true,
  invisibleIndex: false,
  storageParameters: true,
  onCommit: true,
  partitioning: true,
  keyPartitioning: false,
  defaultListPartition: true,
  defaultRangePartition: true,
}

export const postgresDdl: DdlDialect = {
  identity: (options) => `GENERATED ${options.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${identityOptions(options)}`,
  identityIsPrimaryKey: false,
  addForeignKey: true,
  existing:
    "SELECT n.nspname, c.relname, CASE WHEN n.nspname = current_schema() THEN 'y' ELSE 'n' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')",
  defaultInParentheses: false,
  dropCycles: 'cascade',
  comments: 'statement',
  narrowComments: false,
  tableWords: ({ options }) => (options.temporary ? 'TEMPORARY ' : options.postgres.unlogged ? 'UNLOGGED ' : ''),
  dropTemporary: '',
  tableEnd,
  columnType: undefined,
  indexUsing: 'before keys',
  indexOfTable: false,
  invisible: '',
  partitions: 'tables',
}

function identityOptions({ start, increment, min, max, cache, cycle }: IdentityOptions): string {
  const options = [
    ...(start === undefined ? [] : [`START WITH ${start}`]),
    ...(increment === undefined ? [] : [`INCREMENT BY ${increment}`]),
    ...(min === undefined ? [] : [`MINVALUE ${min}`]),
    ...(max === undefined ? [] : [`MAXVALUE ${max}`]),
    ...(cache === undefined ? [] : [`CACHE ${cache}`]),
    ...(cycle ? ['CYCLE'] : []),
  ]
  return options.length === 0 ? '' : ` (${options.join(' ')})`
}

function tableEnd({ options }: TableNode, out: Writer, partitionBy: () => void): void {
  const { inherits, with: parameters, tablespace, accessMethod } = options.postgres
  if (inherits.length > 0) {
    out.text += ' INHERITS ('
    out.list(inherits, (parent) => out.sourceName(parent))
    out.text += ')'
  }
  partitionBy()
  if (accessMethod !== undefined) {
    out.text += ' USING '
    out.identifier(accessMethod)
  }
  if (parameters) writeStorage(parameters, out)
  if (options.temporary?.onCommit) out.text += ` ON COMMIT ${options.temporary.onCommit.toUpperCase()}`
  if (tablespace !== undefined) {
    out.text += ' TABLESPACE '
    out.identifier(tablespace)
  }
}
