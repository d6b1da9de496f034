/** A table of ten columns of ten types, and rows with everything in them that a text format could trip over. */
import { bigint, blob, boolean, doublePrecision, integer, json, numeric, table, text, timestamptz, varchar } from 'quern'

export const wide = table('wide', {
  id: integer().primaryKey(),
  name: varchar(100).notNull(),
  big: bigint(),
  price: numeric(12, 2),
  ratio: doublePrecision(),
  flag: boolean().notNull().default(true),
  at: timestamptz(),
  data: json<{ i: number; words: string[] }>(),
  bytes: blob(),
  note: text(),
})

export const wideRow = (i: number) => ({
  id: i,
  name: `n\t${i}\\'"\n{,}\\N \\. é 😀`,
  big: 9007199254740993n + BigInt(i),
  price: `${i}.25`,
  ratio: i / 7,
  flag: i % 2 === 0,
  at: new Date(1e12 + i),
  data: { i, words: ['a\\', '\t', '"'] },
  bytes: new Uint8Array([i & 255, 0, 9, 10, 13, 92, 39, 255]),
  note: i % 5 === 0 ? null : `x\u0001\r\\N ${i}`,
})
export type WideRow = ReturnType<typeof wideRow>

/** Every third row leaves a column with a default out. */
export function raggedRow(i: number): Omit<WideRow, 'flag'> & { flag?: boolean } {
  const { flag, ...rest } = wideRow(i)
  return i % 3 === 0 ? rest : { ...rest, flag }
}
export const stored = (rows: readonly (Omit<WideRow, 'flag'> & { flag?: boolean })[]): WideRow[] =>
  rows.map(({ id, name, big, price, ratio, flag = true, at, data, bytes, note }) => ({
    id,
    name,
    big,
    price,
    ratio,
    flag,
    at,
    data,
    bytes,
    note,
  }))

export const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)
