import type { ParameterNode } from '@quern/expression'

/** What a driver takes for a value: each dialect's encoders yield only these. */
export type DriverValue = string | number | bigint | boolean | Uint8Array | null

/** Turns one non-null value as the driver hands it over into the program's value. */
export type Decode = (raw: any) => unknown

/**
 * As what a driver may hand a value over instead of as the server's text, where reading it from the bytes is cheaper: any number, one of 32
 * bits, a whole number that a double holds, true or false, a moment in milliseconds since 1970, bytes of its own. What is not plainly one of
 * these stays text, and the decoder takes both. `decimal` is always text, and a driver may make it of the server's binary value.
 */
export type CellForm = 'text' | 'number' | 'real' | 'integer' | 'boolean' | 'moment' | 'bytes' | 'decimal'

/** Checks one non-null value and makes it what the driver sends. */
export type Encode = (value: unknown, parameter: ParameterNode) => DriverValue

/** One value to send: where it comes from and how it is encoded for the dialect. */
export interface Hole {
  readonly parameter: ParameterNode
  readonly encode: Encode
  /** Its value is shown in no log and no error: its own type says so, or the column's that is to keep it. */
  readonly secret?: boolean
}

/** What a statement is to the one who runs it. */
export type PlanKind = 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'ddl' | 'raw'

/**
 * A compiled statement: data, and the two functions between the program's values and the driver's. A Plan knows no connection
 * and is compiled once per statement value and resolved dialect.
 */
export interface Plan {
  readonly kind: PlanKind
  readonly text: string
  readonly holes: readonly Hole[]
  /** ON CONFLICT and REPLACE: the key that the server generated last may be another row's. */
  readonly upserts?: boolean
  /** How many rows an upsert is about, where the server counts those that it changes twice. */
  readonly rowCount?: number | undefined
  /** The statements that run in its place, all of them or none: `text` is all of theirs, and `holes` are theirs in order. */
  readonly parts?: readonly Plan[] | undefined
  /** True when the statement yields rows (SELECT, RETURNING). */
  readonly returnsRows: boolean
  /** True when a result column is a 64-bit integer: the driver must not hand such values over as lossy numbers. */
  readonly wide: boolean
  /** The forms that the columns' decoders take besides text; absent where they take none. */
  readonly forms?: readonly CellForm[] | undefined
  /** `decode`, for a driver that hands rows over as they come; absent where it is not worth while. */
  readonly build?:
    | ((rows: readonly (readonly unknown[])[], columnTypes: readonly number[] | undefined, before?: number) => unknown[])
    | undefined
  /** The SQL types of the holes as one text, for drivers that keep statements prepared: servers fix a parameter's type when they prepare it. */
  readonly types: string
  /** Whether the statement has to do with values that are shown in no log and no error, so that a server's message may quote one. */
  readonly secret: boolean
  /** Whether the value of that placeholder is not to be shown; only asked where `secret`. */
  hides(hole: number): boolean
  /** The values to send, in the order of the placeholders. `named` are the parameters of a prepared statement. */
  bind(named?: Readonly<Record<string, unknown>>): DriverValue[]
  /**
   * Rows as arrays of raw values, in the order of the select list, to rows as the statement's type says. `columnTypes` are the server's
   * type numbers of the columns, for expressions whose type only the server knows.
   */
  decode(rows: readonly (readonly unknown[])[], columnTypes?: readonly number[]): any[]
  /** The first result column's decoded value of one raw row, for `scalar` and `scalars`. */
  scalar(row: readonly unknown[], columnTypes?: readonly number[]): unknown
}
