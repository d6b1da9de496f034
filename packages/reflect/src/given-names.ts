/** The names that databases give to keys by themselves, so that printed source can leave them out. */
import type { TableNode } from '@quern/schema'
import type { DialectName } from '@quern/sql'

type Kind = 'primary' | 'unique' | 'foreign'
type Rule = (table: TableNode, columns: readonly string[]) => string | undefined

const bytes = (text: string): number => new TextEncoder().encode(text).length
/** PostgreSQL shortens longer ones in a way of its own; those are printed. */
const short = (name: string): string | undefined => (bytes(name) <= 63 ? name : undefined)
const none: Rule = () => undefined

const mysqlRules: Readonly<Record<Kind, Rule>> = {
  primary: none,
  unique: (_, [first]) => first,
  // with several keys the numbers depend on their order
  foreign: (table) => (table.foreignKeys.length === 1 ? `${table.name}_ibfk_1` : undefined),
}
const rules: { readonly [Name in DialectName]: Readonly<Record<Kind, Rule>> } = {
  postgres: {
    primary: (table) => short(`${table.name}_pkey`),
    unique: (table, columns) => short(`${table.name}_${columns.join('_')}_key`),
    foreign: (table, columns) => short(`${table.name}_${columns.join('_')}_fkey`),
  },
  mysql: mysqlRules,
  mariadb: mysqlRules,
  sqlite: { primary: none, unique: none, foreign: none },
}

export const givenName = (
  dialect: DialectName | undefined,
  kind: Kind,
  table: TableNode,
  columns: readonly { readonly name: string }[],
): string | undefined =>
  dialect &&
  rules[dialect][kind](
    table,
    columns.map(({ name }) => name),
  )
