/** The same tables for all databases, whatever they are called there. */
import { type DialectName, table } from 'quern'
import { chinook } from './chinook.js'

export type Tables = ReturnType<typeof chinook>

/** Chinook has `InvoiceLine.UnitPrice` everywhere but on PostgreSQL, where it is `invoice_line.unit_price`. To the queries it is `invoiceLine.unitPrice`. */
export const tablesFor = (dialect: DialectName): Tables => chinook(dialect === 'postgres' ? snakeCased : table)

/** Declares a table under snake-cased names; its types stay as they are. */
const snakeCased: typeof table = (name, columns, constraints) => {
  const renamed = Object.entries(columns).map(([key, column]) => [key, column.named(snakeCase(key))])
  return table(snakeCase(name) as typeof name, Object.fromEntries(renamed), constraints)
}

const snakeCase = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
