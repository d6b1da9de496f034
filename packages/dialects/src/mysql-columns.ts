/** Column types that only MySQL and MariaDB have. */
import { CompileError, sqlType, TYPE, type TypeDetail, withDetail } from '@quern/expression'
import { type ColumnDef, columnOf } from '@quern/schema'

/** TINYINT: −128 to 127. */
export const tinyint = () => columnOf<number, 'exact'>(sqlType('tinyint', 'exact'))
/** MEDIUMINT: 24 bits. */
export const mediumint = () => columnOf<number, 'exact'>(sqlType('mediumint', 'exact'))
/** YEAR: 1901 to 2155, and 0. */
export const year = () => columnOf<number, 'exact'>(sqlType('year', 'exact'))

const integers: readonly string[] = ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint']
/** Whole numbers without a sign: `unsigned(integer())` is `int unsigned`, 0 to 4,294,967,295. */
export function unsigned<Def extends ColumnDef<any, 'exact', any>>(definition: Def): Def {
  const type = definition[TYPE]
  if (!integers.includes(type.name)) throw new CompileError(`unsigned() takes a whole number such as integer(), not ${type.name}`)
  return definition.retyped(withDetail(type, { unsigned: true })) as Def
}

/** SET: the labels that hold, in their declared order. */
export function set<const Label extends string>(labels: readonly Label[]): ColumnDef<Label[] | null, 'set'> {
  if (labels.length === 0 || labels.length > 64) throw new CompileError(`set() takes 1 to 64 labels, not ${labels.length}`)
  for (const label of labels) {
    if (typeof label !== 'string' || label === '' || label.includes(',') || label.endsWith(' '))
      throw new CompileError(`${JSON.stringify(label)} is no label of a set: labels are not empty, have no comma, and no blank at the end`)
  }
  if (new Set(labels).size !== labels.length) throw new CompileError('set() has a label twice')
  return detailed('set', 'set', { labels: Object.freeze([...labels]) })
}
const detailed = (
  name: 'set' | 'text' | 'blob',
  family: 'set' | 'text' | 'bytes',
  detail: TypeDetail,
  length?: number,
): ColumnDef<any, any> => columnOf(sqlType(name, family, length, undefined, undefined, undefined, undefined, detail))

/** BIT(length), 1 to 64, as a string of exactly so many 0 and 1. */
export function bit(length = 1): ColumnDef<string | null, 'bits'> {
  if (!(Number.isInteger(length) && length >= 1 && length <= 64)) throw new CompileError(`bit() takes 1 to 64 bits, not ${String(length)}`)
  return columnOf(sqlType('bit', 'bits', length))
}

type Text = ColumnDef<string | null, 'text'>
type Bytes = ColumnDef<Uint8Array | null, 'bytes'>
/** TINYTEXT: up to 255 bytes. `text()` is LONGTEXT. */
export const tinytext = (): Text => detailed('text', 'text', { bytes: 255 })
/** TEXT as MySQL has it: up to 65,535 bytes. */
export const regulartext = (): Text => detailed('text', 'text', { bytes: 65_535 })
/** MEDIUMTEXT: up to 16,777,215 bytes. */
export const mediumtext = (): Text => detailed('text', 'text', { bytes: 16_777_215 })
/** TINYBLOB: up to 255 bytes. `blob()` is LONGBLOB. */
export const tinyblob = (): Bytes => detailed('blob', 'bytes', { bytes: 255 })
/** BLOB as MySQL has it: up to 65,535 bytes. */
export const regularblob = (): Bytes => detailed('blob', 'bytes', { bytes: 65_535 })
/** MEDIUMBLOB: up to 16,777,215 bytes. */
export const mediumblob = (): Bytes => detailed('blob', 'bytes', { bytes: 16_777_215 })
/** BINARY(length): exactly so many bytes; the server would fill up shorter ones with zeros, so these are refused. */
export const binary = (length = 1): Bytes => detailed('blob', 'bytes', { fixed: true }, length)
/** VARBINARY(length) */
export const varbinary = (length: number): Bytes => detailed('blob', 'bytes', {}, length)

interface TimestampOptions {
  /** Decimals of a second, 0 to 6: 3 unless told, 6 with mode `'string'`, which keeps microseconds. */
  readonly precision?: number
}
/**
 * TIMESTAMP as MySQL has it: a moment from 1970 to January 2038, in four bytes. `timestamp()` and `timestamptz()` of the main package are
 * DATETIME, which holds the years 1 to 9999.
 */
export function timestamp(options: TimestampOptions & { readonly mode: 'string' }): ColumnDef<string | null, 'datetime'>
export function timestamp(options?: TimestampOptions & { readonly mode?: 'date' }): ColumnDef<Date | null, 'datetime'>
export function timestamp({ precision, mode }: TimestampOptions & { readonly mode?: 'string' | 'date' } = {}): unknown {
  if (precision !== undefined && !(Number.isInteger(precision) && precision >= 0 && precision <= 6))
    throw new CompileError(`the precision of timestamp() is a whole number from 0 to 6, not ${String(precision)}`)
  if (mode !== undefined && mode !== 'string' && mode !== 'date')
    throw new CompileError(`the mode of timestamp() is one of date, string, not ${String(mode)}`)
  return columnOf(sqlType('timestamptz', 'datetime', undefined, precision, undefined, mode === 'string' ? mode : undefined, 'timestamp'))
}
