/** Every way by which a value gets into a database, each with what then reads back. */
import { compile, type Engine, sql } from 'quern'
import { js } from '../newcomer/tables.js'
import type { Dialect } from '../servers/urls.js'
import type { Kind } from './values-kinds.js'

const { createTable, deleteFrom, dropTable, insertInto, integer, literal, nested, prepare, select, table, update, valuesTable } = js

/** So many columns of the type stand side by side, so that a block of values is a few statements. */
export const width = 25
export const columns = Array.from({ length: width }, (_, i) => `v${i}`)

/** A value in the table: its row and its column. Neighbours stand in one column, so that it tells apart what is alike. */
export interface Cell {
  readonly id: number
  readonly column: string
}
export function cellOf(index: number, rows: number): Cell {
  return { id: (index % rows) + 1, column: columns[Math.floor(index / rows)]! }
}
export const rowsFor = (count: number): number => Math.ceil(count / width)

export interface Place {
  readonly engine: Engine
  readonly dialect: Dialect
  readonly kind: Kind
  readonly one: any
  readonly other: any
}

const definitions = (kind: Kind, dialect: Dialect) => Object.fromEntries(columns.map((name) => [name, kind.column(dialect)]))
let places = 0
/** Tables of names of their own: PostgreSQL keeps what it once took a statement's parameters for. */
export function placeOf(engine: Engine, dialect: Dialect, kind: Kind): Place {
  places++
  const make = (name: string) => table(name, { id: integer().primaryKey(), ...definitions(kind, dialect) })
  return { engine, dialect, kind, one: make(`one${places}`), other: make(`other${places}`) }
}

/** The rows that hold the values; a place without a value is NULL. */
export function rowsOf(values: readonly unknown[]): Record<string, unknown>[] {
  const count = rowsFor(values.length)
  const rows = Array.from(
    { length: count },
    (_, i): Record<string, unknown> => ({ id: i + 1, ...Object.fromEntries(columns.map((name) => [name, null])) }),
  )
  values.forEach((value, i) => {
    const { id, column } = cellOf(i, count)
    rows[id - 1]![column] = value
  })
  return rows
}
export function valuesOf(rows: readonly Record<string, unknown>[], count: number): unknown[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return Array.from({ length: count }, (_, i) => {
    const { id, column } = cellOf(i, rowsFor(count))
    return byId.get(id)?.[column]
  })
}

const readBack = async ({ engine }: Place, from: any, count: number): Promise<unknown[]> => valuesOf(await engine.all(select(from)), count)
export const clear = ({ engine }: Place, from: any): Promise<unknown> => engine.execute(deleteFrom(from).allRows())

async function inPieces(
  values: readonly unknown[],
  size: number,
  work: (piece: readonly unknown[]) => Promise<unknown[]>,
): Promise<unknown[]> {
  const all: unknown[] = []
  for (let i = 0; i < values.length; i += size) all.push(...(await work(values.slice(i, i + size))))
  return all
}

/** What the values read as after they went that way; undefined where the dialect has not the way. */
type Path = (place: Place, values: readonly unknown[]) => Promise<unknown[]> | undefined

const labelled = <T>(values: readonly unknown[], make: (value: unknown) => T): Record<string, T> =>
  Object.fromEntries(values.map((value, i) => [`x${i}`, make(value)]))
const inOrder = (row: Record<string, unknown>, count: number): unknown[] => Array.from({ length: count }, (_, i) => row[`x${i}`])

const isLong = (value: unknown): boolean => typeof value === 'string' && value.length > 1000
/** In place of a value that did not go this way. */
export const skipped = Symbol('skipped')

/** A stream cannot carry values that need SQL around them, and says so before anything is sent. */
async function byMethod(place: Place, values: readonly unknown[], method: 'copy' | 'load' | 'values' | undefined): Promise<unknown[]> {
  const { engine, other } = place
  await clear(place, other)
  const refused = await engine
    .bulkInsert(other, rowsOf(values), { method: method ?? 'auto' })
    .then(() => false)
    .catch((error) => {
      if (/^method .* cannot carry /.test(error.message)) return true
      throw error
    })
  return refused ? values.map(() => skipped) : await readBack(place, other, values.length)
}

export const paths: Readonly<Record<string, Path>> = {
  insert: async (place, values) => {
    await place.engine.execute(insertInto(place.one).values(rowsOf(values)))
    return await readBack(place, place.one, values.length)
  },
  /** What `insert` has written, once more: PostgreSQL sends a statement's rows in binary where they were many before. */
  'among many rows': async ({ engine, one }, values) => {
    const turns = valuesTable({ turn: integer() }, [{ turn: 1 }, { turn: 2 }], 'turns')
    const twice = select(one).crossJoin(turns)
    const connection = await engine.connect()
    try {
      await connection.all(twice)
      return valuesOf((await connection.all(twice)) as Record<string, unknown>[], values.length)
    } finally {
      await connection.close()
    }
  },
  /** What `insert` has written, as rows inside a row. */
  nested: ({ engine, one }, values) =>
    engine.one(select({ rows: nested(select(one)) })).then((row: any) => valuesOf(row.rows, values.length)),
  returning: ({ engine, dialect, other }, values) => {
    if (dialect === 'mysql') return undefined
    return engine.all(insertInto(other).values(rowsOf(values)).returning()).then((rows: any) => valuesOf(rows, values.length))
  },
  update: async (place, values) => {
    const { engine, other } = place
    const rows = rowsOf(values)
    await clear(place, other)
    await engine.execute(insertInto(other).values(rows.map(({ id }) => ({ id }))))
    for (const { id, ...set } of rows) await engine.execute(update(other).set(set).where(other.id.eq(id)))
    return await readBack(place, other, values.length)
  },
  bulk: async (place, values) => {
    await clear(place, place.other)
    await place.engine.bulkInsert(place.other, rowsOf(values))
    return await readBack(place, place.other, values.length)
  },
  'bulk copy': (place, values) =>
    byMethod(place, values, place.dialect === 'postgres' ? 'copy' : place.dialect === 'sqlite' ? undefined : 'load'),
  'bulk values': (place, values) => byMethod(place, values, 'values'),
  'bulk update': async (place, values) => {
    const { engine, other } = place
    await clear(place, other)
    const rows = rowsOf(values)
    await engine.bulkInsert(
      other,
      rows.map(({ id }) => ({ id })),
    )
    await engine.bulkUpdate(other, rows as never)
    return await readBack(place, other, values.length)
  },
  'bulk upsert': async (place, values) => {
    const { engine, other } = place
    await clear(place, other)
    const rows = rowsOf(values)
    await engine.bulkUpsert(
      other,
      rows.map(({ id }) => ({ id })),
    )
    await engine.bulkUpsert(other, rows)
    return await readBack(place, other, values.length)
  },
  literal: ({ engine, kind, dialect }, values) =>
    inPieces(values, 50, async (piece) => {
      const row: any = await engine.one(select(labelled(piece, (value) => literal(value, kind.column(dialect)))))
      return inOrder(row, piece.length)
    }),
  inline: async (place, values) => {
    const { engine, dialect, other } = place
    await clear(place, other)
    const { sql: text } = compile(insertInto(other).values(rowsOf(values)), dialect, { inline: true })
    await engine.execute(sql`${sql.unsafe(text)}`)
    return await readBack(place, other, values.length)
  },
  'inline literal': ({ engine, kind, dialect }, values) =>
    inPieces(values, 50, async (piece) => {
      const { sql: text } = compile(select(labelled(piece, (value) => literal(value, kind.column(dialect)))), dialect, { inline: true })
      const row: any = await engine.one(sql`${sql.unsafe(text)}`.returns(labelled(piece, () => kind.column(dialect))))
      return inOrder(row, piece.length)
    }),
  prepare: async (place, values) => {
    const { engine, kind, dialect, other } = place
    await clear(place, other)
    const parameters = Object.fromEntries(columns.map((name) => [name, kind.column(dialect).nullable()]))
    const one = prepare({ id: integer(), ...parameters }, ($: any) =>
      insertInto(other).values(Object.fromEntries(['id', ...columns].map((name) => [name, $[name]]))),
    )
    for (const row of rowsOf(values)) await engine.execute(one, row)
    return await readBack(place, other, values.length)
  },
  /** A table per row of defaults; a fifth of the values, since definitions are slow. */
  default: async ({ engine, kind, dialect }, values) => {
    // and none that the servers' own limit for definitions cuts off
    const some = values.slice(0, 4 * width)
    return await inPieces(some, width, async (piece) => {
      const withDefaults = table(`defaults${++places}`, {
        id: integer().primaryKey(),
        ...labelled(piece, (value) => (value === null || isLong(value) ? kind.column(dialect) : kind.column(dialect).default(value))),
      })
      // the types of its columns are there, and belong to the other tables
      await engine.execute(createTable(withDefaults))
      await engine.execute(insertInto(withDefaults).values({ id: 1 }))
      const row: any = await engine.one(select(withDefaults))
      await engine.execute(dropTable(withDefaults))
      return inOrder(row, piece.length).map((found, i) => (isLong(piece[i]) ? skipped : found))
    })
  },
}
