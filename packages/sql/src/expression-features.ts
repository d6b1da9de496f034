/** What dialects have or lack of expressions. */
import type { Support } from './dialect.js'

export interface ExpressionFeatures {
  /** Arrays and their operators. */
  arrays: Support
  /** Ranges and their operators. */
  ranges: Support
  /** Rows out of numbers: `GENERATE_SERIES`. */
  generateSeries: Support
  /** `tsvector` and `tsquery`. */
  textSearch: Support
  /** `MATCH (…) AGAINST (…)`. */
  matchAgainst: Support
  /** `MATCH` of FTS5 tables. */
  fts5: Support
  /** Regular expressions. */
  regexp: Support
  /** CAST that yields NULL instead of an error. */
  tryCast: Support
  /** `REVERSE` of a text. */
  reverse: Support
  /** Parts of a text between separators. */
  splitPart: Support
  /** `TRUNC` to decimal digits. */
  truncDigits: Support
  /** Standard deviation and variance. */
  statistics: Support
  /** Ordered-set aggregates: `WITHIN GROUP`. */
  withinGroup: Support
  /** ORDER BY inside an aggregate. */
  aggregateOrder: Support
  /** DISTINCT beside the separator of a text aggregate. */
  distinctStringAgg: Support
  /** FILTER of an aggregate of objects, which no CASE replaces. */
  jsonObjectAggFilter: Support
  /** Whether one JSON document contains another. */
  jsonContains: Support
  /** Aggregates of texts and JSON with OVER. */
  windowedCollection: Support
  /** `EXCLUDE` in window frames. */
  frameExclude: Support
  /** A default as the third argument of `LAG` and `LEAD`. */
  lagDefault: Support
  /** Comparisons with `ANY (SELECT …)` and `ALL (SELECT …)` that are no IN. */
  quantified: Support
  /** Arithmetic on moments finer than a millisecond. */
  microseconds: Support
}
