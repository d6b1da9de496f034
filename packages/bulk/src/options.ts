import { CompileError } from '@quern/expression'

export interface BulkProgress {
  /** Rows written so far. */
  readonly rows: number
  /** All rows there are, where the source says so (arrays). */
  readonly total: number | undefined
}

export interface BulkInsertOptions {
  /** Rows per statement; 500 unless told, fewer where the dialect's parameter limit asks for it. */
  readonly batchSize?: number
  /** Called after each statement. */
  readonly onProgress?: (progress: BulkProgress) => void
  /** Stops between two statements and rolls everything back. */
  readonly signal?: { throwIfAborted(): void }
}
const names: readonly string[] = ['batchSize', 'onProgress', 'signal'] satisfies (keyof BulkInsertOptions)[]

export function checkOptions(options: BulkInsertOptions): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name))
      throw new CompileError(`bulkInsert has no option ${JSON.stringify(name)}; it takes ${names.join(', ')}`, 'OPTION')
  }
  const { batchSize } = options
  if (batchSize !== undefined && !(Number.isSafeInteger(batchSize) && batchSize > 0)) {
    throw new CompileError(`batchSize is a whole number from 1, not ${String(batchSize)}`, 'OPTION')
  }
}
