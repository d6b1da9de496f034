import { integer, table, varchar } from 'quern'

/** A table rich in NULL, zero and signs. */
export const cells = table('cells', { id: integer().primaryKey(), a: integer(), b: integer(), c: integer(), s: varchar(20) })
export const rows = [
  { id: 1, a: 0, b: 1, c: -1, s: '' },
  { id: 2, a: null, b: 2, c: 3, s: null },
  { id: 3, a: 7, b: null, c: null, s: 'ab' },
  { id: 4, a: -5, b: -5, c: 4, s: 'cab' },
  { id: 5, a: 3, b: 8, c: -2, s: 'b' },
]
