/** What is loaded by the first bulk call. */
export { insertRows, upsertRows } from './insert.js'
export { deleteRows, updateRows } from './update.js'
