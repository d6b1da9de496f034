/** What differs in the DDL of SQLite. */
import type { DdlDialect } from '@quern/sql'

export const sqliteDdl: DdlDialect = {
  identity: () => 'INTEGER PRIMARY KEY AUTOINCREMENT',
  identityIsPrimaryKey: true,
  addForeignKey: false,
  existing: "SELECT 'main', name, 'y' FROM sqlite_master WHERE type IN ('table', 'view')",
  defaultInParentheses: false,
  dropCycles: { before: 'PRAGMA foreign_keys = OFF', after: 'PRAGMA foreign_keys = ON' },
  tableSuffix: '',
}
