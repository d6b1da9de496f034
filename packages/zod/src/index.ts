export type { DialectName } from './limits.js'
export { insertSchema, patchSchema, type SchemaOptions, selectSchema } from './schemas.js'
export type { ColumnSchema, InsertShape, PatchShape, Refinements, SelectShape } from './shapes.js'
