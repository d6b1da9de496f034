export * from './errors.js'
export {
  checkKey,
  checkOptions,
  conditions,
  describe,
  Expression,
  isAggregate,
  isExpression,
  isStatement,
  isWindow,
  keep,
  keptOf,
  listed,
  nameOf,
  nodeOf,
  Order,
  operand,
  quoted,
  Statement,
  statementNode,
  typed,
  unlabelled,
} from './expression.js'
export * as make from './factory.js'
export * from './functions.js'
export * from './nodes.js'
export * from './raw.js'
export type { Prepared, RowOfRuns, Runnable, Runs } from './runs.js'
export * from './seal.js'
export * from './source.js'
export * from './template.js'
export * from './typed.js'
export * from './types.js'
