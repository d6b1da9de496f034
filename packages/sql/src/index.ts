export * from './dialect.js'
export * from './plan.js'
export * from './runs.js'
