import { date, integer, json, table, timestamptz, varchar } from 'quern'

/** A table rich in NULL, zero and signs, in ends of months and in documents that lack what is looked for. */
export const cells = table('cells', {
  id: integer().primaryKey(),
  a: integer(),
  b: integer(),
  c: integer(),
  s: varchar(20),
  d: date(),
  at: timestamptz(),
  j: json<any>(),
})
const at = (text: string) => new Date(text)
export const rows = [
  { id: 1, a: 0, b: 1, c: -1, s: '', d: '2024-02-29', at: at('2023-12-31T23:59:59.999Z'), j: {} },
  { id: 2, a: null, b: 2, c: 3, s: null, d: null, at: null, j: null },
  {
    id: 3,
    a: 7,
    b: null,
    c: null,
    s: 'ab',
    d: '2025-12-31',
    at: at('2024-02-29T00:00:00.000Z'),
    j: { n: 4, t: 'abc', l: [], o: { k: ['a', 'b'] } },
  },
  {
    id: 4,
    a: -5,
    b: -5,
    c: 4,
    s: 'cab',
    d: '2020-01-31',
    at: at('1969-07-20T20:17:40.500Z'),
    j: { n: null, t: null, l: [1, 2, 3], o: { k: 'b' } },
  },
  { id: 5, a: 3, b: 8, c: -2, s: 'b', d: '1999-08-01', at: at('2021-01-03T12:00:00.001Z'), j: { n: -7, t: '', l: null, o: [] } },
]
