/** What differs in the DDL of PostgreSQL. */
import type { DdlDialect } from '@quern/sql'

export const postgresDdl: DdlDialect = {
  identity: (options) =>
    `GENERATED ${options.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${identityOptions(options.start, options.increment)}`,
  identityIsPrimaryKey: false,
  addForeignKey: true,
  existing:
    "SELECT n.nspname, c.relname, CASE WHEN n.nspname = current_schema() THEN 'y' ELSE 'n' END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')",
  defaultInParentheses: false,
  dropCycles: 'cascade',
  tableSuffix: '',
}

function identityOptions(start: number | undefined, increment: number | undefined): string {
  const options = [
    ...(start === undefined ? [] : [`START WITH ${start}`]),
    ...(increment === undefined ? [] : [`INCREMENT BY ${increment}`]),
  ]
  return options.length === 0 ? '' : ` (${options.join(' ')})`
}
