/** The list of warnings while it grows. */
import type { TableDetails } from './details.js'
import type { Warning, WarningKind } from './warnings.js'

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
