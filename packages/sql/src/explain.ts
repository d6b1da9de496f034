import type { Dialect, Support } from './dialect.js'
import type { PlanKind } from './plan.js'

/** What dialects have or lack of plans. */
export interface ExplainFeatures {
  /** Plans with what really happened. */
  explainAnalyze: Support
  /** The same for INSERT, UPDATE and DELETE. */
  explainAnalyzeWrites: Support
  explainVerbose: Support
  /** `EXPLAIN FORMAT=TREE`. */
  explainTree: Support
}

/** What to ask a server about a statement. */
export interface ExplainOptions {
  /** Run the statement and tell what really happened. What it wrote is rolled back. Not on SQLite; on MySQL only what reads. */
  readonly analyze?: boolean
  /** PostgreSQL: with output columns and schemas, in `raw`. */
  readonly verbose?: boolean
  /** `tree`: MySQL's iterators as it prints them; unless told otherwise its JSON, which names more indexes. `analyze` is always a tree there. */
  readonly format?: 'tree'
}

/** One step of a plan, with what every server tells in its own words made alike. What a server does not tell is `undefined`. */
export interface PlanNode {
  /** The server's word for the step: `Index Scan`, `Covering index lookup`, `SEARCH`. */
  readonly operation: string
  /** The table that is read or written, as the server calls it: SQLite, MariaDB and MySQL tell the alias where there is one. */
  readonly relation: string | undefined
  readonly index: string | undefined
  /** Every row of a table is read from the table itself, not from an index. */
  readonly fullScan: boolean
  /** How many rows the planner expects of the step each time it runs. */
  readonly rows: number | undefined
  /** What the planner thinks the step and all below it cost, in the server's own unit. */
  readonly cost: number | undefined
  /** How many rows there were, of all runs together; only with `analyze`. */
  readonly actualRows: number | undefined
  /** How long the step and all below it took, in milliseconds, of all runs together; only with `analyze`. */
  readonly time: number | undefined
  /** How often the step ran; only with `analyze`. */
  readonly loops: number | undefined
  readonly condition: string | undefined
  readonly children: readonly PlanNode[]
  /** What the server said of this step. */
  readonly raw: unknown
}

export interface SecondQuestion {
  readonly options: ExplainOptions
  join(nodes: readonly PlanNode[], more: readonly PlanNode[]): readonly PlanNode[]
}

/** How a server is asked for a plan, and what its answer means. */
export interface ExplainDialect {
  /** What stands before the statement. Throws `UnsupportedFeatureError` for what the server cannot tell. */
  prefix(options: ExplainOptions, kind: PlanKind, dialect: Dialect): string
  /** Texts that make the answer readable and undo that afterwards; absent where the answer always is. */
  around(options: ExplainOptions, dialect: Dialect): { readonly before: string; readonly after: string } | undefined
  /** Throws `UnsupportedFeatureError` where the answer says that there is none. */
  read(rows: readonly (readonly unknown[])[], dialect: Dialect): readonly PlanNode[]
  /** What else has to be asked for a whole answer, and how the two are joined; absent where one question is enough. */
  also?(options: ExplainOptions): SecondQuestion | undefined
  /** What stays of an analyzed statement that wrote something, although it is rolled back. */
  readonly remains: readonly string[]
}

/** A step of which only the operation is known yet. */
export const planNode = (operation: string, known: Partial<PlanNode> = {}): PlanNode => ({
  operation,
  relation: undefined,
  index: undefined,
  fullScan: false,
  rows: undefined,
  cost: undefined,
  actualRows: undefined,
  time: undefined,
  loops: undefined,
  condition: undefined,
  children: [],
  raw: undefined,
  ...known,
})
