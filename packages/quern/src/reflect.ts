import { type DynamicTable, type Inspectable, type Inspector, type ReflectOptions, reflect as reflectTables } from '@quern/reflect'
import { Metadata } from './compile.js'

/**
 * Reads tables, keys and constraints of an existing database into tables like those a user declares.
 *
 * `const db = await reflect(engine, { only: ['users'] })`, then `select(db.tables.users)`; `warningsOf(db)` lists what tables cannot express.
 */
export const reflect = (source: Inspectable | Inspector, options: ReflectOptions = {}): Promise<Metadata<Record<string, DynamicTable>>> =>
  reflectTables(source, options, (tables: Record<string, DynamicTable>) => new Metadata(tables))
