/** What reflection could not put into Quern's tables: listed, never dropped in silence. */
import type { Metadata } from '@quern/schema'

export type WarningKind =
  | 'table'
  | 'view'
  | 'column'
  | 'type'
  | 'primary key'
  | 'foreign key'
  | 'unique'
  | 'check'
  | 'exclusion constraint'
  | 'index'
  | 'partition'
  | 'trigger'
  | 'policy'
  | 'rule'
  | 'enum'
  | 'domain'
  | 'sequence'
  | 'routine'
  | 'extension'
  | 'object'

export interface Warning {
  readonly kind: WarningKind
  readonly schema: string
  /** The table, or the object that is none. */
  readonly table: string
  /** The column, key or index. */
  readonly name: string | undefined
  /** A sentence, in which names are quoted as JSON. */
  readonly message: string
}

const kept = new WeakMap<Metadata<any>, readonly Warning[]>()

export function keepWarnings(metadata: Metadata<any>, warnings: readonly Warning[]): void {
  kept.set(metadata, Object.freeze([...warnings]))
}

/** What the tables of a reflected metadata do not say of the database. */
export const warningsOf = (metadata: Metadata<any>): readonly Warning[] => kept.get(metadata) ?? []
