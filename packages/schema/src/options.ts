/** Options of a table that are no constraint: comment, temporary, and what only one database system knows. */
import { CompileError, checkOptions, describe, sourceNode } from '@quern/expression'
import { TablePart } from './constraints.js'
import { checkStorage } from './indexes.js'
import type { StorageParameters, TableNode } from './nodes.js'
import type { AnyTable } from './table.js'
import { checkName, checkText, oneOf } from './words.js'

export interface PostgresOptions {
  /** UNLOGGED: not written ahead, empty after a crash. */
  readonly unlogged?: boolean
  /** WITH (…): storage parameters such as `fillfactor`. */
  readonly with?: StorageParameters
  readonly tablespace?: string
  /** INHERITS (…): tables whose columns this one repeats. */
  readonly inherits?: readonly AnyTable[]
  /** USING method: the table access method. */
  readonly accessMethod?: string
}
const rowFormats = ['default', 'dynamic', 'fixed', 'compressed', 'redundant', 'compact'] as const
/** Of MySQL and MariaDB. */
export interface MysqlOptions {
  /** InnoDB unless told. */
  readonly engine?: string
  /** utf8mb4 unless told. */
  readonly charset?: string
  readonly collate?: string
  readonly rowFormat?: (typeof rowFormats)[number]
  /** The first value of the AUTO_INCREMENT column. */
  readonly autoIncrement?: number | bigint
}
export interface SqliteOptions {
  /** STRICT: values must be of the column's type. */
  readonly strict?: boolean
  /** WITHOUT ROWID: the rows stand in the primary key's index. */
  readonly withoutRowid?: boolean
}

/** What a table's parts say about it, gathered. */
export interface TableOptions {
  readonly comment: string | undefined
  readonly temporary: { readonly onCommit: 'preserve rows' | 'delete rows' | 'drop' | undefined } | undefined
  readonly postgres: Omit<PostgresOptions, 'inherits'> & { readonly inherits: readonly TableNode[] }
  readonly mysql: MysqlOptions
  readonly sqlite: SqliteOptions
}
const part = (options: Partial<TableOptions>): TablePart => new TablePart({ kind: 'options', options: Object.freeze(options) })

/** The table's comment: `table('t', { … }, () => [tableComment('what it is for')])`. SQLite has none and refuses. */
export const tableComment = (text: string): TablePart => part({ comment: checkText(text, 'comment') })

/**
 * CREATE TEMPORARY TABLE: seen by its own connection only, gone with it. `onCommit` is PostgreSQL's.
 *
 * `table('t', { … }, () => [temporary({ onCommit: 'drop' })])` is `CREATE TEMPORARY TABLE "t" (…) ON COMMIT DROP`
 */
export function temporary(options: { readonly onCommit?: 'preserve rows' | 'delete rows' | 'drop' } = {}): TablePart {
  checkOptions('temporary()', options, ['onCommit'])
  const { onCommit } = options
  if (onCommit !== undefined) oneOf(onCommit, ['preserve rows', 'delete rows', 'drop'], 'onCommit')
  return part({ temporary: Object.freeze({ onCommit }) })
}

/**
 * Options that only PostgreSQL reads; on the other dialects they do not count, so one table can have options of each.
 *
 * `postgresOptions({ unlogged: true, with: { fillfactor: 70 } })` is `CREATE UNLOGGED TABLE "t" (…) WITH ("fillfactor" = 70)`
 */
export function postgresOptions(options: PostgresOptions): TablePart {
  checkOptions('postgresOptions()', options, ['unlogged', 'with', 'tablespace', 'inherits', 'accessMethod'])
  if (options.tablespace !== undefined) checkName(options.tablespace, 'tablespace')
  if (options.accessMethod !== undefined) checkName(options.accessMethod, 'access method')
  const inherits = (options.inherits ?? []).map((parent) => {
    const node = sourceNode(parent)
    if (node.kind !== 'table') throw new CompileError(`inherits takes tables; ${node.name} is a ${node.kind}`)
    return node as TableNode
  })
  return part({ postgres: Object.freeze({ ...options, with: options.with && checkStorage(options.with), inherits }) as never })
}

/**
 * Options that only MySQL and MariaDB read; on the other dialects they do not count.
 *
 * `mysqlOptions({ engine: 'InnoDB', collate: 'utf8mb4_bin', autoIncrement: 100 })`
 */
export function mysqlOptions(options: MysqlOptions): TablePart {
  checkOptions('mysqlOptions()', options, ['engine', 'charset', 'collate', 'rowFormat', 'autoIncrement'])
  for (const key of ['engine', 'charset', 'collate'] as const) if (options[key] !== undefined) checkName(options[key], key)
  if (options.rowFormat !== undefined) oneOf(options.rowFormat, rowFormats, 'rowFormat')
  const { autoIncrement: first } = options
  if (first !== undefined && !(typeof first === 'bigint' || Number.isSafeInteger(first)))
    throw new CompileError(`autoIncrement is a whole number, not ${describe(first)}`)
  return part({ mysql: Object.freeze({ ...options }) })
}

/**
 * Options that only SQLite reads; on the other dialects they do not count.
 *
 * `sqliteOptions({ strict: true, withoutRowid: true })` is `CREATE TABLE "t" (…) STRICT, WITHOUT ROWID`
 */
export function sqliteOptions(options: SqliteOptions): TablePart {
  checkOptions('sqliteOptions()', options, ['strict', 'withoutRowid'])
  return part({ sqlite: Object.freeze({ ...options }) })
}

/** All options of a table's parts as one; two that say the same thing differently are an error. */
export function gatherOptions(table: string, parts: readonly Partial<TableOptions>[]): TableOptions {
  const found: Record<string, unknown> = {
    comment: undefined,
    temporary: undefined,
    postgres: Object.freeze({ inherits: Object.freeze([]) }),
    mysql: Object.freeze({}),
    sqlite: Object.freeze({}),
  }
  const seen = new Set<string>()
  for (const key of parts.flatMap((options) => Object.keys(options))) {
    if (seen.has(key)) throw new CompileError(`table ${JSON.stringify(table)} is given its ${key} options twice; put them together`)
    seen.add(key)
  }
  return Object.freeze(Object.assign(found, ...parts)) as unknown as TableOptions
}
