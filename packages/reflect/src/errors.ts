import { QuernError } from '@quern/expression'
import type { Difference } from './difference.js'

/** The database is not as it is declared; `differences` has what `diff` found. */
export class SchemaMismatchError extends QuernError {
  override readonly name = 'SchemaMismatchError'
  readonly differences: readonly Difference[]

  constructor(differences: readonly Difference[]) {
    const count = differences.length === 1 ? 'one difference' : `${differences.length} differences`
    const lines = differences.map(({ message }) => `\n  ${message}`)
    super(`the database is not what the metadata declares; ${count}:${lines.join('')}`, 'SCHEMA_MISMATCH')
    this.differences = differences
  }
}

/** The database has no schema, table or view of that name. */
export class UnknownNameError extends QuernError {
  override readonly name = 'UnknownNameError'
  constructor(message: string) {
    super(message, 'UNKNOWN_NAME')
  }
}
