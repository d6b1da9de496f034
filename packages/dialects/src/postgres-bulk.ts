/** PostgreSQL: COPY, and arrays of columns through unnest. */
import type { ColumnNode, SqlType } from '@quern/expression'
import type { TableNode } from '@quern/schema'
import { type BulkDialect, type DriverValue, hexOf, typeOn, type Writer } from '@quern/sql'
import { digits } from './digits.js'
import { parameterName } from './postgres-types.js'

/** SQL around every value can stand around a parameter and not in a file of values. */
const isPlain = (type: SqlType): boolean => typeOn(type, 'postgres').detail?.bind === undefined

const inCopy = /[\\\n\r\t]/
const copyEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One value of COPY's text format: what a bound parameter's text would be, and `\N` for NULL. */
function copyField(value: DriverValue): string {
  if (typeof value === 'string') return inCopy.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => copyEscapes[character]!) : value
  if (value === null) return '\\N'
  if (typeof value === 'number') return digits(value)
  return value instanceof Uint8Array ? `\\\\x${hexOf(value)}` : String(value)
}

function copyRows(values: readonly DriverValue[], from: number, to: number, columns: readonly ColumnNode[]): string {
  const width = columns.length
  let text = ''
  for (let i = from * width; i < to * width; ) {
    const end = i + width
    text += copyField(values[i++]!)
    while (i < end) text += `\t${copyField(values[i++]!)}`
    text += '\n'
  }
  return text
}

const inArray = /[\\"]/
function arrayElement(value: DriverValue): string {
  if (typeof value === 'string') return inArray.test(value) ? `"${value.replace(/[\\"]/g, '\\$&')}"` : `"${value}"`
  if (value === null) return 'NULL'
  if (typeof value === 'number') return digits(value)
  return value instanceof Uint8Array ? `"\\\\x${hexOf(value)}"` : String(value)
}

/** Arrays of arrays would be unnested as one flat list: each of them travels as text. */
function element(type: SqlType): { travels: string; cast: string | undefined } {
  const own = typeOn(type, 'postgres')
  const name = parameterName(own)
  return own.name === 'array' || own.name === 'custom' ? { travels: 'text', cast: name } : { travels: name, cast: undefined }
}

function array(values: readonly DriverValue[], from: number, to: number, width: number): string {
  let text = '{'
  for (let i = from; i < to; i += width) text += i === from ? arrayElement(values[i]!) : `,${arrayElement(values[i]!)}`
  return `${text}}`
}

/** `ON CONFLICT (a) DO UPDATE SET b = excluded.b`, as SQLite writes it too. */
export function writeConflict(_: TableNode, target: readonly ColumnNode[], update: readonly ColumnNode[], out: Writer): void {
  out.text += ' ON CONFLICT'
  if (target.length > 0) {
    out.text += ' ('
    out.list(target, (column) => out.columnName(column))
    out.text += ')'
  }
  out.text += update.length === 0 ? ' DO NOTHING' : ' DO UPDATE SET '
  out.list(update, (column) => {
    out.columnName(column)
    out.text += ' = excluded.'
    out.columnName(column)
  })
}

export const postgresBulk: BulkDialect = {
  savepoints: true,
  orderedReturning: true,
  exactText: true,
  rowsPerStatement: 512,
  load: {
    method: 'copy',
    takes: isPlain,
    write: (table, columns, out) => {
      out.text += 'COPY '
      out.sourceName(table)
      out.text += ' ('
      out.list(columns, (column) => out.columnName(column))
      out.text += ') FROM STDIN'
    },
    encode: copyRows,
  },
  arrays: { takes: isPlain, element, array },
  limits: undefined,
  joins: 'arrays',
  stageEngine: () => undefined,
  stageAsks: false,
  conflict: writeConflict,
  conflictTarget: true,
}
