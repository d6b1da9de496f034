/** Schema objects on PostgreSQL, which has all of them. */
import { ansiAlter, ansiDdl, type ObjectDdl, type ObjectFeatures, sequenceCall } from '@quern/sql'

export const postgresObjectFeatures: { readonly [F in keyof ObjectFeatures]: ObjectFeatures[F] } = {
  schemas: true,
  dropSchemaRestrict: true,
  enumTypes: true,
  domains: true,
  sequences: true,
  sequenceOwner: true,
  sequenceType: true,
  materializedViews: true,
  replaceView: true,
  viewIfNotExists: false,
  objectComments: true,
  truncate: true,
  truncateContinueIdentity: true,
  dropCascade: true,
  alterColumn: true,
  alterColumnUsing: true,
  alterIfExists: true,
  alterConstraints: true,
  renameConstraint: true,
  setSchema: true,
  addColumnKey: true,
}

const own = "CASE WHEN n.nspname = pg_catalog.current_schema() THEN 'y' ELSE 'n' END"

export const postgresObjects: ObjectDdl = {
  emit: ansiDdl,
  alter: ansiAlter,
  alterTogether: true,
  transactional: true,
  together: 'script',
  existing: `SELECT 'relation', n.nspname, c.relname, ${own} FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace UNION ALL SELECT 'type', n.nspname, t.typname, ${own} FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd') UNION ALL SELECT 'schema', n.nspname, n.nspname, 'n' FROM pg_catalog.pg_namespace n`,
  circle: 'together',
  schemasAre: 'schemas',
  namedTypes: true,
  enumsAreChecks: false,
  noCycle: ' NO CYCLE',
  sequenceValue: sequenceCall,
}
