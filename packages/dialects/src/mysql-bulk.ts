/** MySQL and MariaDB: LOAD DATA of our own text, and prepared rows of VALUES. */
import type { ColumnNode, SqlType } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type BulkDialect, type DialectName, type DriverValue, hexOf, typeOn, type Writer } from '@quern/sql'
import { digits } from './digits.js'

/**
 * What stands around a field: bytes travel as digits, because the text is read as UTF-8; bits, and years below 100, mean something else
 * as text than as numbers.
 */
function around({ name }: SqlType): readonly [string, string] | undefined {
  if (name === 'blob') return ['UNHEX(', ')']
  if (name === 'bit') return ['CAST(', ' AS unsigned)']
  return name === 'year' ? ['CAST(', ' AS signed)'] : undefined
}

const inField = /[\\\n\r\t\0]/
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
}

function field(value: DriverValue): string {
  if (typeof value === 'string') return inField.test(value) ? value.replace(/[\\\n\r\t\0]/g, (character) => escapes[character]!) : value
  if (value === null) return '\\N'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return digits(value)
  if (typeof value === 'bigint') return value < 1_000_000_000n && value > -1_000_000_000n ? digits(Number(value)) : String(value)
  return hexOf(value)
}

function rows(values: readonly DriverValue[], from: number, to: number, columns: readonly ColumnNode[]): string {
  const width = columns.length
  let text = ''
  for (let i = from * width; i < to * width; ) {
    const end = i + width
    text += field(values[i++]!)
    while (i < end) text += `\t${field(values[i++]!)}`
    text += '\n'
  }
  return text
}

/** The name asks for no file: the driver hands out our own text for it, and nothing for any other name. */
function writeLoad(table: TableNode, columns: readonly ColumnNode[], out: Writer): void {
  const name: DialectName = out.dialect.name
  out.text += "LOAD DATA LOCAL INFILE 'quern' INTO TABLE "
  out.sourceName(table)
  out.text += " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ("
  const wrapped: (readonly [ColumnNode, string, readonly [string, string]])[] = []
  let count = 0
  out.list(columns, (column) => {
    const words = around(typeOn(column.type, name))
    if (words === undefined) out.columnName(column)
    else {
      const variable = `@quern${++count}`
      wrapped.push([column, variable, words])
      out.text += variable
    }
  })
  out.text += ')'
  if (wrapped.length === 0) return
  out.text += ' SET '
  out.list(wrapped, ([column, variable, [before, after]]) => {
    out.columnName(column)
    out.text += ` = ${before}${variable}${after}`
  })
}

/** MySQL names the new row, MariaDB has VALUES() for its columns, which MySQL warns of. */
const newRow = 'quern_new'

/** `ON DUPLICATE KEY UPDATE`; where nothing is to change, a column of the key gets the value that it has. */
function writeDuplicate(named: boolean, table: TableNode, target: readonly ColumnNode[], update: readonly ColumnNode[], out: Writer): void {
  out.text += named ? ` AS ${newRow} ON DUPLICATE KEY UPDATE ` : ' ON DUPLICATE KEY UPDATE '
  if (update.length > 0)
    out.list(update, (column) => {
      out.columnName(column)
      out.text += named ? ` = ${newRow}.` : ' = VALUES('
      out.columnName(column)
      if (!named) out.text += ')'
    })
  else {
    const column = target[0] ?? table.columns.find(({ generated }) => generated === undefined)!.node
    out.columnName(column)
    out.text += ' = '
    out.sourceName(table)
    out.text += '.'
    out.columnName(column)
  }
}

const loaded = (dialect: DialectName) => (type: SqlType) => {
  const own = typeOn(type, dialect)
  return own.name !== 'custom' && own.sqlName !== 'timestamp' && own.detail?.bind === undefined
}

/** Rows of MEMORY are as long as they may become; half of what the servers let such a table have, unless told otherwise. */
const mostInMemory = 8 << 20

/** The most bytes of a value in a MEMORY table, roughly; undefined for what such a table does not take. */
function fixedBytes({ name, length }: SqlType): number | undefined {
  if (name === 'char' || name === 'varchar') return 4 * (length ?? 1) + 2
  if (name === 'blob') return length === undefined ? undefined : length + 2
  if (name === 'text' || name === 'json' || name === 'jsonb' || name === 'custom') return undefined
  return name === 'uuid' ? 4 * 36 : 40
}

/**
 * Rows that are joined once and dropped need no page, no log and no way back: on InnoDB, half of the time went there. `other` is for what
 * MEMORY does not take.
 */
const stageEngineOf = (dialect: DialectName, other: string | undefined) => (columns: readonly ColumnNode[], rows: number) => {
  let bytes = 16
  for (const { type } of columns) bytes += fixedBytes(typeOn(type, dialect)) ?? Number.POSITIVE_INFINITY
  return bytes * rows <= mostInMemory ? 'MEMORY' : other
}

/**
 * Where MariaDB logs both statements and rows, it logs the end of a table without transactions before the transaction that makes it, and
 * its replicas would keep the table.
 */
const logsRows = "@@log_bin = 0 OR @@binlog_format = 'ROW'"

const bulkOf = (
  dialect: DialectName,
  namesNewRow: boolean,
  largeStage: string | undefined,
  stageHolds: string | undefined,
): BulkDialect => ({
  savepoints: false,
  orderedReturning: true,
  exactText: false,
  rowsPerStatement: 512,
  load: { method: 'load', takes: loaded(dialect), write: writeLoad, encode: rows },
  arrays: undefined,
  limits: `SELECT @@local_infile, @@max_allowed_packet, ${stageHolds ?? '1'}`,
  joins: 'staging',
  stageEngine: stageEngineOf(dialect, largeStage),
  stageAsks: stageHolds !== undefined,
  conflict: (table, target, update, out) => writeDuplicate(namesNewRow, table, target, update, out),
  conflictTarget: false,
})
export const mysqlBulk: BulkDialect = bulkOf('mysql', true, undefined, undefined)
export const mariadbBulk: BulkDialect = bulkOf('mariadb', false, 'Aria', logsRows)
