import { CompileError } from '@quern/expression'
import type { TransactionTexts } from '@quern/sql'

/** Names of savepoints are the engine's own, so a name that would need quotes is a mistake. */
function plain(name: string): string {
  if (!/^\w+$/.test(name)) throw new CompileError(`${JSON.stringify(name)} is no savepoint name`)
  return name
}

/** How all four dialects end transactions and handle savepoints. */
export const savepoints: Omit<TransactionTexts, 'begin' | 'end' | 'commits'> = {
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  savepoint: (name) => `SAVEPOINT ${plain(name)}`,
  release: (name) => `RELEASE SAVEPOINT ${plain(name)}`,
  rollbackTo: (name) => `ROLLBACK TO SAVEPOINT ${plain(name)}`,
}
