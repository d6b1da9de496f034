import { integer, table } from 'quern'

/** A table rich in NULL, zero and signs. */
export const cells = table('cells', { id: integer().primaryKey(), a: integer(), b: integer(), c: integer() })
export const rows = [
  { id: 1, a: 0, b: 1, c: -1 },
  { id: 2, a: null, b: 2, c: 3 },
  { id: 3, a: 7, b: null, c: null },
  { id: 4, a: -5, b: -5, c: 4 },
  { id: 5, a: 3, b: 8, c: -2 },
]
