/** What differs between a metadata and a database, and its line of text. */
import type { TableDetails } from './details.js'

export type DifferenceKind =
  | 'schema'
  | 'table'
  | 'view'
  | 'column'
  | 'type'
  | 'nullability'
  | 'default'
  | 'identity'
  | 'generated'
  | 'collation'
  | 'comment'
  | 'option'
  | 'primary key'
  | 'unique'
  | 'foreign key'
  | 'check'
  | 'exclusion constraint'
  | 'index'
  | 'partition'
  | 'enum'
  | 'enum labels'
  | 'domain'
  | 'sequence'
  /** The server could not be asked whether two expressions are the same; `name` says of what. */
  | 'not compared'

/** One thing that is not as it is declared. */
export interface Difference {
  readonly kind: DifferenceKind
  /** Declared, but not there; there, but not declared; or there in another way than declared. */
  readonly change: 'missing' | 'extra' | 'changed'
  readonly schema: string
  /** The table or view; `undefined` for what is in none. */
  readonly table: string | undefined
  /** The column, key, index, check or partition, or the enum type, domain or sequence; `undefined` for a table itself. */
  readonly name: string | undefined
  /** As SQL has it; `undefined` where there is nothing. */
  readonly declared: string | undefined
  readonly actual: string | undefined
  /** One line, in which names are quoted as JSON. */
  readonly message: string
}

/** Where a difference is. */
export interface Place {
  readonly kind: DifferenceKind
  readonly schema: string
  readonly table: string | undefined
  readonly name: string | undefined
  /** `column "users.name"` */
  readonly title: string
}

export interface Differences {
  readonly list: Difference[]
  /** `shown` is the schema that messages leave out. */
  readonly shown: string | undefined
}

const line = (text: string): string => text.replace(/\s+/g, ' ').trim()
const quoted = (name: string): string => JSON.stringify(name)

/** A table's name as messages have it. */
export const tableTitle = ({ schema, name }: Pick<TableDetails, 'schema' | 'name'>, shown: string | undefined): string =>
  schema === shown ? name : `${schema}.${name}`

export function missing({ list }: Differences, { title, ...place }: Place, declared?: string): void {
  const what = declared === undefined ? '' : `: ${line(declared)}`
  list.push(Object.freeze({ ...place, change: 'missing', declared, actual: undefined, message: `${title} is missing${what}` }))
}

export function extra({ list }: Differences, { title, ...place }: Place, actual?: string): void {
  const what = actual === undefined ? '' : `: ${line(actual)}`
  list.push(Object.freeze({ ...place, change: 'extra', declared: undefined, actual, message: `${title} is not declared${what}` }))
}

/** `said` begins what the database has: `has the type`. */
export function changed(
  { list }: Differences,
  { title, ...place }: Place,
  said: string,
  declared: string | undefined,
  actual: string | undefined,
): void {
  const message = `${title} ${said} ${line(actual ?? 'none')}; declared is ${line(declared ?? 'none')}`
  list.push(Object.freeze({ ...place, change: 'changed', declared, actual, message }))
}

export function notCompared({ list }: Differences, { title, ...place }: Place, declared: string, actual: string | null): void {
  const reason = actual === null ? 'the catalog does not show it' : `the server did not say whether ${line(actual)} is ${line(declared)}`
  const message = `${title} is not compared: ${reason}`
  list.push(Object.freeze({ ...place, kind: 'not compared', change: 'changed', declared, actual: actual ?? undefined, message }))
}

/** Places in one table. */
export const placesIn = (table: Pick<TableDetails, 'schema' | 'name'>, { shown }: Differences) => {
  const of = tableTitle(table, shown)
  const base = { schema: table.schema, table: table.name }
  return {
    table: (kind: DifferenceKind, word = 'table'): Place => ({ ...base, kind, name: undefined, title: `${word} ${quoted(of)}` }),
    column: (kind: DifferenceKind, name: string): Place => ({ ...base, kind, name, title: `column ${quoted(`${of}.${name}`)}` }),
    part: (kind: DifferenceKind, name: string | undefined, word: string = kind): Place => ({
      ...base,
      kind,
      name,
      title: `${word}${name === undefined ? '' : ` ${quoted(name)}`} of ${quoted(of)}`,
    }),
  }
}

export const objectPlace = (
  kind: DifferenceKind,
  object: { readonly schema: string; readonly name: string },
  shown: string | undefined,
): Place => ({
  kind,
  schema: object.schema,
  table: undefined,
  name: object.name,
  title: `${kind === 'enum labels' ? 'enum' : kind} ${quoted(tableTitle(object, shown))}`,
})
