export type {
  CheckDetails,
  ColumnDetails,
  ForeignKeyDetails,
  IdentityDetails,
  IndexDetails,
  PrimaryKeyDetails,
  SchemaDetails,
  TableDetails,
  UniqueDetails,
} from './details.js'
export type { DynamicColumn, DynamicMetadata, DynamicTable } from './dynamic.js'
export { type InSchema, type Inspectable, Inspector, inspect, UnknownNameError } from './inspector.js'
export { type PrintOptions, printTables } from './print.js'
export { type ReflectOptions, reflect } from './reflect.js'
export { type Warning, warningsOf } from './warnings.js'
