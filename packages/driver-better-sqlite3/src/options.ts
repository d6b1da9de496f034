export interface BetterSqlite3Options {
  /** A file; `:memory:` or nothing for a database that lives and dies with one connection. */
  readonly filename?: string
  readonly readOnly?: boolean
  /** The most statements kept prepared on one connection; 0 keeps none. */
  readonly statementCache?: number
  /** Milliseconds to wait for another connection's lock; 5,000 unless told otherwise. The event loop is not blocked meanwhile. */
  readonly busyTimeout?: number
}

const names: readonly string[] = ['filename', 'readOnly', 'statementCache', 'busyTimeout'] satisfies (keyof BetterSqlite3Options)[]

export const defaults = { filename: ':memory:', statementCache: 256, busyTimeout: 5000 } as const

/** Refuses what would be ignored. SQLite would cut a file's name at U+0000. */
export function checkOptions(options: BetterSqlite3Options): void {
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name))
      throw new TypeError(`betterSqlite3Driver has no option ${JSON.stringify(name)}; it takes ${names.join(', ')}.`)
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError(`The option ${name} must not contain the character U+0000.`)
  }
}

/** A database without a file is seen by one connection only; every further one would be another, empty database. */
export const isAnonymous = (filename: string): boolean => filename.trim() === '' || filename.trim() === ':memory:'
