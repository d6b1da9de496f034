/**
 * Naming conventions: names of constraints and indexes from tokens or functions, and database names from the program's keys. A convention
 * is bound to tables by `tables({ naming })`, or, for constraints and indexes alone, by `metadata({ … }, { naming })`.
 */
import { CompileError, checkOptions, describe, quoted } from '@quern/expression'
import type { CheckInfo, ConstraintInfo, IndexInfo, TableNode } from './nodes.js'
import { checkName } from './words.js'

/** A constraint as a naming function sees it. All names are those of the database. */
export interface NamedThing {
  readonly kind: 'primary' | 'foreign' | 'unique' | 'check' | 'exclude' | 'index'
  readonly table: string
  readonly schema: string | undefined
  /** Its columns; `expr` stands for a key that is none. */
  readonly columns: readonly string[]
  readonly referredTable: string | undefined
  readonly referredColumns: readonly string[]
  /** The name that was given in the declaration. */
  readonly name: string | undefined
}
/** A text with tokens `%(table) %(schema) %(columns) %(column) %(referredTable) %(referredColumns) %(name)`, or a function; `undefined` leaves it to the database. */
export type NamePattern = string | ((thing: NamedThing) => string | undefined)
export interface ConstraintNaming {
  readonly pk?: NamePattern
  readonly fk?: NamePattern
  readonly uq?: NamePattern
  readonly ck?: NamePattern
  readonly ex?: NamePattern
  readonly ix?: NamePattern
}
export interface Naming extends ConstraintNaming {
  /** A column's database name from its key, unless `named` says it. */
  readonly column?: (key: string) => string
  /** A table's database name from the name it is declared by. */
  readonly table?: (name: string) => string
}

const keyOf = { primary: 'pk', foreign: 'fk', unique: 'uq', check: 'ck', exclude: 'ex', index: 'ix' } as const
const constraintKeys: readonly string[] = Object.values(keyOf)
const tokens = ['table', 'schema', 'columns', 'column', 'referredTable', 'referredColumns', 'name']
const token = /%\(([^)]*)\)/g

/** `createdAt` → `created_at`, `userID2` → `user_id2`: for `tables({ naming: { column: snakeCase } })`. */
export const snakeCase = (key: string): string =>
  key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()

/** Refuses misspelt keys and tokens where the convention is written. */
export function checkNaming(naming: Naming, place: string, isTables: boolean): Naming {
  checkOptions(`the naming of ${place}`, naming, [...constraintKeys, 'column', 'table'])
  for (const key of ['column', 'table'] as const) {
    if (naming[key] === undefined) continue
    if (!isTables)
      throw new CompileError(
        `names of ${key}s are fixed when a table is made; give naming.${key} to tables({ naming }) and make the tables with it`,
      )
    if (typeof naming[key] !== 'function')
      throw new CompileError(`naming.${key} is a function such as snakeCase, not ${describe(naming[key])}`)
  }
  for (const key of constraintKeys) {
    const pattern = naming[key as keyof Naming]
    if (pattern === undefined || typeof pattern === 'function') continue
    if (typeof pattern !== 'string') throw new CompileError(`naming.${key} is a text with tokens or a function, not ${describe(pattern)}`)
    for (const [, name] of pattern.matchAll(token)) {
      if (!tokens.includes(name!)) throw new CompileError(`naming.${key} has no token %(${name}); it takes ${tokens.join(', ')}`)
    }
  }
  return Object.freeze({ ...naming })
}

/** Kept beside the tables, because a metadata brings its convention when they are made already. */
const conventions = new WeakMap<TableNode, Naming>()

/** A table takes the convention of the first metadata or factory that has one; another one is an error. */
export function adoptNaming(table: TableNode, naming: Naming): void {
  const known = conventions.get(table)
  if (known !== undefined && known !== naming && !sameNaming(known, naming))
    throw new CompileError(`table ${quoted(table.name)} has a naming convention already, from tables() or another metadata`)
  if (known === undefined) conventions.set(table, naming)
}
const sameNaming = (a: Naming, b: Naming): boolean => constraintKeys.every((key) => a[key as keyof Naming] === b[key as keyof Naming])

const fallback: Naming = { ix: 'ix_%(table)_%(columns)' }

export interface ConstraintName {
  readonly name: string
  /** A generated name may be cut where it is too long; a given one never is. */
  readonly generated: boolean
}

/** The name of a constraint or an index: what the convention makes of it, else the given one, else none (the database chooses). */
export function constraintName(table: TableNode, thing: ConstraintInfo | IndexInfo): ConstraintName | undefined {
  const key = keyOf[thing.kind]
  const own = conventions.get(table)?.[key]
  const pattern = own ?? (thing.name === undefined ? fallback[key] : undefined)
  // a name that was given stands, unless the convention builds upon it
  const builds = typeof pattern === 'string' && pattern.includes('%(name)')
  if (pattern === undefined || (thing.name !== undefined && !builds && typeof pattern === 'string'))
    return thing.name === undefined ? undefined : { name: thing.name, generated: false }
  const facts = factsOf(table, thing)
  const made = typeof pattern === 'string' ? fill(pattern, facts, key) : pattern(facts)
  if (made === undefined || made === thing.name) return thing.name === undefined ? undefined : { name: thing.name, generated: false }
  return { name: checkName(made, 'constraint'), generated: true }
}

function factsOf(table: TableNode, thing: ConstraintInfo | IndexInfo): NamedThing {
  const target = thing.kind === 'foreign' ? thing.target() : []
  return Object.freeze({
    kind: thing.kind,
    table: table.name,
    schema: table.schema,
    columns: Object.freeze(columnsOfThing(table, thing)),
    referredTable: target[0]?.source.name,
    referredColumns: Object.freeze(target.map(({ name }) => name)),
    name: thing.name,
  })
}

function columnsOfThing(table: TableNode, thing: ConstraintInfo | IndexInfo): string[] {
  if (thing.kind === 'index') return thing.keys.map(({ node }) => (node.kind === 'column' ? node.name : 'expr'))
  if (thing.kind === 'exclude') return thing.elements.map(({ key: { node } }) => (node.kind === 'column' ? node.name : 'expr'))
  if (thing.kind === 'check') return columnOfCheck(table, thing)
  return thing.columns.map(({ name }) => name)
}

/** A check of a column's own is about that column; one of the table is about none in particular. */
const columnOfCheck = (table: TableNode, check: CheckInfo): string[] =>
  table.columns.filter(({ ownChecks }) => ownChecks.includes(check.condition)).map(({ node }) => node.name)

function fill(pattern: string, facts: NamedThing, key: string): string {
  const values: Readonly<Record<string, string | undefined>> = {
    table: facts.table,
    schema: facts.schema,
    columns: facts.columns.join('_'),
    column: facts.columns[0],
    referredTable: facts.referredTable,
    referredColumns: facts.referredColumns.join('_'),
    name: facts.name,
  }
  return pattern.replace(token, (_, name: string) => {
    const value = values[name]
    if (value !== undefined && value !== '') return value
    throw new CompileError(
      `naming.${key} asks for %(${name}), which a ${facts.kind} of table ${quoted(facts.table)} does not have; give it a name, or make naming.${key} a function`,
    )
  })
}

/** Letters of the hash, from 53 bits: eleven of base 36. */
const hashLength = 11

/** A generated name cut to what the server takes, with a hash of the whole: the same every time, and different for different names. */
export function cutName(name: string, limit: { readonly length: number; readonly unit: 'bytes' | 'characters' }): string {
  const size = (character: string) => (limit.unit === 'characters' ? 1 : bytesOf(character.codePointAt(0)!))
  const characters = [...name]
  const whole = characters.reduce((sum, character) => sum + size(character), 0)
  if (whole <= limit.length) return name
  let left = limit.length - hashLength - 1
  let kept = ''
  for (const character of characters) {
    left -= size(character)
    if (left < 0) break
    kept += character
  }
  return `${kept}_${hashOf(name)}`
}

const bytesOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)

/** cyrb53: a public-domain hash of 53 bits, which needs nothing that a browser lacks. */
function hashOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36).padStart(hashLength, '0')
}
