export * from './aggregates.js'
export * from './arrays.js'
export * from './case.js'
export * from './custom.js'
export * from './date-functions.js'
export * from './errors.js'
export { Expression, typed } from './expression.js'
export * as make from './factory.js'
export * from './function-names.js'
export * from './functions.js'
export * from './json.js'
export * from './math-functions.js'
export * from './nodes.js'
export {
  argument,
  checkKey,
  checkOptions,
  conditions,
  describe,
  hasNode,
  isAggregate,
  isExpression,
  isStatement,
  isWindow,
  keep,
  keptOf,
  listed,
  MADE,
  nameOf,
  nodeOf,
  Order,
  operand,
  quoted,
  refuseNested,
  Statement,
  statementNode,
  unlabelled,
} from './operand.js'
export { type WindowParts, windowParts } from './over.js'
export { PreparedStatement } from './prepared.js'
export * from './raw.js'
export type { Prepared, RowOfRuns, Runnable, Runs } from './runs.js'
export * from './seal.js'
export * from './search-functions.js'
export * from './source.js'
export * from './template.js'
export * from './text-functions.js'
export * from './tuple.js'
export * from './typed.js'
export * from './types.js'
export * from './windows.js'
