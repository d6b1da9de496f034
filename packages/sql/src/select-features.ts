/** What dialects have or lack in SELECT, as rows of the one list of features. */
import type { Support } from './dialect.js'

export interface SelectFeatures {
  /** `DISTINCT ON (…)`. */
  distinctOn: Support
  /** `FETCH FIRST n ROWS WITH TIES`. */
  withTies: Support
  /** `FOR UPDATE` and `FOR SHARE`. */
  rowLocks: Support
  /** `OF table` after them. */
  lockOf: Support
  /** Hints in a comment after SELECT. */
  hintComments: Support
  /** Hints about the indexes of a table. */
  indexHints: Support
  /** Hints that name several indexes, or that leave a choice. */
  indexHintLists: Support
  /** `INTERSECT ALL` and `EXCEPT ALL`. */
  intersectAll: Support
  exceptAll: Support
  /** `LATERAL` subqueries in FROM. */
  lateral: Support
  /** Subqueries in FROM that refer to the statement around the one they stand in. */
  correlatedDerived: Support
  /** `TABLESAMPLE`. */
  tableSample: Support
  /** Functions in FROM, `WITH ORDINALITY` after them, and names for their columns. */
  tableFunctions: Support
  ordinality: Support
  columnAliases: Support
  /** `MATERIALIZED` in WITH. */
  materializedCte: Support
  /** INSERT, UPDATE and DELETE in WITH. */
  dmlInWith: Support
  /** `SEARCH` and `CYCLE` after a recursive expression. */
  searchClause: Support
  cycleClause: Support
  /** `ROLLUP`, alone or beside other keys of GROUP BY and with ORDER BY; `CUBE` and `GROUPING SETS`. */
  rollup: Support
  rollupBesideKeys: Support
  /** Keys of ROLLUP that are no columns, or stand twice: NULL in the totals, and there alone. */
  rollupExpressions: Support
  rollupOrder: Support
  groupingSets: Support
}
