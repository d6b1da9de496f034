/** The four calls. What they do is loaded by the first of them: most programs write few rows at a time. */
import type { Source as Table } from '@quern/schema'
import type { InsertRow, UpdateRow } from '@quern/sql'
import { type BulkCall, bulkCall } from './call.js'
import type {
  BulkDeleteOptions,
  BulkInsertOptions,
  BulkReturning,
  BulkRow,
  BulkUpdateOptions,
  BulkUpsertOptions,
  KeysOf,
} from './options.js'
import type { Rows } from './source.js'
import type { BulkTarget } from './target.js'

/** Kept here, because even an import of what is there already takes longer than a row. */
let work: typeof import('./work.js') | undefined
const working = async () => (work ??= await import('./work.js'))

/**
 * Inserts any number of rows: all of them, or none. Rows with different keys keep their column defaults.
 *
 * `await conn.bulkInsert(users, rows, { onProgress: ({ rows }) => console.log(rows) })`
 */
export function bulkInsert<Name extends string, Defs, const R extends BulkReturning | undefined = undefined>(
  target: BulkTarget,
  table: Table<Name, Defs>,
  rows: Rows<InsertRow<Defs>>,
  options: BulkInsertOptions<R> = {},
): BulkCall<BulkRow<R, Defs>> {
  return bulkCall(async (deliver) => (await working()).insertRows(target, table, rows, options, deliver))
}

/**
 * Inserts rows, and overwrites those whose key is there already: `update` says which columns, all that a row gives unless told. Of two rows
 * with one key the later one wins.
 *
 * `await conn.bulkUpsert(users, rows, { by: [users.email], update: [users.name] })`
 */
export function bulkUpsert<Name extends string, Defs, const R extends BulkReturning | undefined = undefined>(
  target: BulkTarget,
  table: Table<Name, Defs>,
  rows: Rows<InsertRow<Defs>>,
  options: BulkUpsertOptions<R> = {},
): BulkCall<BulkRow<R, Defs>> {
  return bulkCall(async (deliver) => (await working()).upsertRows(target, table, rows, options, deliver))
}

/**
 * Changes rows by key: each row names the key's columns (`by`, the primary key unless told) and the columns to change. Rows may change
 * different columns; a key that the table has not changes nothing; of two rows with one key the later one wins.
 *
 * `await conn.bulkUpdate(users, [{ id: 1, name: 'Ada' }, { id: 2, active: false }], { by: [users.id] })`
 */
export function bulkUpdate<Name extends string, Defs, const By = undefined, const R extends BulkReturning | undefined = undefined>(
  target: BulkTarget,
  table: Table<Name, Defs>,
  rows: Rows<UpdateRow<Defs> & KeysOf<By, Defs>>,
  options: BulkUpdateOptions<By, R> = {},
): BulkCall<BulkRow<R, Defs>> {
  return bulkCall(async (deliver) => (await working()).updateRows(target, table, rows, options, deliver))
}

/**
 * Deletes rows by key: `keys` are rows that name the columns of `by` (the primary key unless told), or plain values where that is one column.
 *
 * `await conn.bulkDelete(users, [1, 2, 3], { by: [users.id] })`
 */
export function bulkDelete<Name extends string, Defs, const By = undefined, const R extends BulkReturning | undefined = undefined>(
  target: BulkTarget,
  table: Table<Name, Defs>,
  keys: Rows<KeysOf<By, Defs> | KeysOf<By, Defs>[keyof KeysOf<By, Defs>]>,
  options: BulkDeleteOptions<By, R> = {},
): BulkCall<BulkRow<R, Defs>> {
  return bulkCall(async (deliver) => (await working()).deleteRows(target, table, keys, options, deliver))
}
