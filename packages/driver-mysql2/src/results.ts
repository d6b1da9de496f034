import type { DriverResult } from '@quern/engine'
import type { Field, Header } from './client.js'
import type { Rows } from './rows.js'

/** mysql2's description of a result: fields for rows, nothing for a header, and an array of those for several results. */
export type Fields = readonly unknown[] | undefined

const areSeveral = (fields: Fields): fields is readonly unknown[] =>
  fields !== undefined && (fields[0] === undefined || Array.isArray(fields[0]))

/** Several results (a procedure's, a script's) are read as the first that has rows, else as the last. */
export function readResult(result: unknown, fields: Fields): DriverResult {
  if (!areSeveral(fields)) return fields === undefined ? ofHeader(result as Header) : ofRows(result as unknown[][], fields)
  const i = fields.findIndex((field) => field !== undefined)
  return i < 0 ? ofHeader((result as Header[]).at(-1)!) : ofRows((result as unknown[][][])[i]!, fields[i] as readonly unknown[])
}

/** The server's status after the last result, unless that has rows: then it has been heard at their end. */
export function statusOf(result: unknown, fields: Fields): number | undefined {
  if (!areSeveral(fields)) return fields === undefined ? (result as Header).serverStatus : undefined
  return fields.at(-1) === undefined ? (result as Header[]).at(-1)!.serverStatus : undefined
}

/** Rows are arrays: names would only be compiled into mysql2's parser, and one called __proto__ would end the connection. */
export function dropNames(fields: readonly Field[] | undefined): void {
  for (const field of fields ?? []) field.name = ''
}

export const typesOf = (fields: readonly Field[]): number[] => fields.map((field) => field.columnType)

const ofRows = (rows: unknown[][], fields: readonly unknown[]): DriverResult => ({
  rows,
  columnTypes: typesOf(fields as readonly Field[]),
  rowCount: rows.length,
  insertedId: undefined,
  command: undefined,
})

/** Rows that mysql2 has not seen. */
export function ofTaken(rows: Rows): DriverResult {
  const rowCount = rows.length
  return { ...rows.take(), rowCount, insertedId: undefined, command: undefined }
}

const ofHeader = ({ affectedRows, insertId }: Header): DriverResult => ({
  rows: [],
  columnTypes: undefined,
  rowCount: Number(affectedRows),
  insertedId: exactId(insertId),
  command: undefined,
})

/** mysql2 gives text where a number would lose digits. */
function exactId(id: number | string): number | bigint | undefined {
  if (id === 0) return undefined
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : BigInt(id)
}
