/**
 * Who may import whom: the one list. A row names what a package may import of Quern, which libraries it may import (and, where only one
 * file may, which), which peers it cannot do without, and whether it must also run in a browser, so without `node:` modules and Node's
 * globals. Tests beside the code may also import @quern/testkit, `node:` modules and the workspace's development dependencies.
 *
 * @type {Record<string, { quern: readonly string[] | 'any', libraries?: Record<string, true | string>, requiredPeers?: readonly string[],
 *   browser?: true }>}
 */
export const allowed = {
  expression: { quern: [], browser: true },
  schema: { quern: ['expression'], browser: true },
  sql: { quern: ['schema', 'expression'], browser: true },
  dialects: { quern: ['sql', 'schema', 'expression'], browser: true },
  bulk: { quern: ['sql', 'schema', 'expression'] },
  engine: { quern: ['bulk', 'sql', 'schema', 'expression'], libraries: { tarn: 'src/pool-tarn.ts' } },
  'driver-pg': { quern: ['engine', 'dialects', 'sql', 'expression'], libraries: { pg: true } },
  'driver-mysql2': { quern: ['engine', 'dialects', 'sql', 'expression'], libraries: { mysql2: true } },
  'driver-better-sqlite3': { quern: ['engine', 'dialects', 'sql', 'expression'], libraries: { 'better-sqlite3': true } },
  reflect: { quern: ['engine', 'dialects', 'sql', 'schema', 'expression'] },
  zod: { quern: ['schema', 'expression'], libraries: { zod: true }, requiredPeers: ['zod'], browser: true },
  migrate: { quern: ['reflect', 'engine', 'sql', 'schema', 'expression'] },
  quern: { quern: 'any' },
  cli: { quern: 'any', libraries: { commander: true, zod: true } },
  testkit: { quern: 'any' },
}
