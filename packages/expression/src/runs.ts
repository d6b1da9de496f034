/** What an executor needs to know of a statement's type: its row, and what would be wrong with running it. */
export declare const Row: unique symbol

/** A statement whose rows are of type `Rw` when run. */
export interface Runs<Rw> {
  readonly [Row]?: Rw
}
export type RowOfRuns<X> = X extends { readonly [Row]?: infer Rw } ? Exclude<Rw, undefined> : never

/**
 * A statement that may be run: nothing is missing from FROM, nothing ungrouped is selected. Where something is, the property holds a
 * sentence, and the compiler prints it where the statement is run.
 */
export interface Runnable<Rw> extends Runs<Rw> {
  readonly need?: never
  readonly grouping?: never
  /** A prepared statement needs its parameters. */
  readonly params?: never
}

/** A statement with typed parameters, made by `prepare`. */
export interface Prepared<Params, Rw> extends Runs<Rw> {
  readonly params: Params
}
