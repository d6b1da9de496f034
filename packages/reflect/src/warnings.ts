/** What reflection could not put into Quern's tables: listed, never dropped in silence. */
import type { Metadata } from '@quern/schema'
import type { TableDetails } from './details.js'

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

type Place = Pick<TableDetails, 'schema' | 'name'> | { readonly schema: string; readonly table: string }

export interface Warnings {
  readonly list: readonly Warning[]
  add(place: Place, name: string | undefined, kind: WarningKind, what: string): void
  addAll(place: Place, name: string | undefined, kind: WarningKind, notes: readonly string[]): void
}

export function warningsFor(): Warnings {
  const list: Warning[] = []
  const add: Warnings['add'] = (place, name, kind, what) => {
    const table = 'table' in place ? place.table : place.name
    const title =
      name === undefined
        ? JSON.stringify(table)
        : kind === 'column' || kind === 'type'
          ? JSON.stringify(`${table}.${name}`)
          : `${kind} ${JSON.stringify(name)} of ${JSON.stringify(table)}`
    list.push(Object.freeze({ kind, schema: place.schema, table, name, message: `${title} ${what}` }))
  }
  const addAll: Warnings['addAll'] = (place, name, kind, notes) => {
    for (const note of notes) add(place, name, kind, note)
  }
  return { list, add, addAll }
}

const kept = new WeakMap<Metadata<any>, readonly Warning[]>()

export function keepWarnings(metadata: Metadata<any>, warnings: readonly Warning[]): void {
  kept.set(metadata, Object.freeze([...warnings]))
}

/** What the tables of a reflected metadata do not say of the database. */
export const warningsOf = (metadata: Metadata<any>): readonly Warning[] => kept.get(metadata) ?? []
