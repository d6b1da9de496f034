/** What statements share that differ in their values only: their text, and how their rows are read. */
import type { SqlType } from '@quern/expression'
import type { Dialect } from './dialect.js'
import type { Projection } from './nodes.js'
import type { Hole } from './plan.js'
import { type Reading, readingOf } from './reading.js'

export class Written {
  readonly text: string
  readonly dialect: Dialect
  /** What is selected or returned; absent where that is nothing, or not known. */
  readonly projection: Projection | undefined
  /** A column whose values are shown nowhere is compared with something. */
  readonly comparesSecrets: boolean
  private kept: Reading | undefined
  private typesOf: string | undefined

  constructor(text: string, dialect: Dialect, projection: Projection | undefined, comparesSecrets: boolean) {
    this.text = text
    this.dialect = dialect
    this.projection = projection
    this.comparesSecrets = comparesSecrets
    this.kept = undefined
    this.typesOf = undefined
  }

  /** Worked out when rows are read, and shared by all statements that read alike. */
  get reading(): Reading | undefined {
    if (this.kept === undefined && this.projection !== undefined) this.kept = readingOf(this.text, this.projection, this.dialect)
    return this.kept
  }

  /** The SQL types of the holes as one text: the same for all statements that are written alike. */
  types(holes: readonly Hole[]): string {
    if (this.typesOf === undefined) this.typesOf = typesOfHoles(holes)
    return this.typesOf
  }
}

/** One letter per hole mostly, since this is worked out for every statement that is written. */
export function typesOfHoles(holes: readonly Hole[]): string {
  let types = ''
  for (let i = 0; i < holes.length; i++) types += typeKey(holes[i]!.parameter.type)
  return types
}

const typeKeys = new WeakMap<SqlType, string>()
function typeKey(type: SqlType): string {
  let key = typeKeys.get(type)
  if (key === undefined) {
    const { element, variants, bind } = type.detail ?? {}
    key = `${type.name}${type.sqlName ?? ''}${element ? `<${typeKey(element)}>` : ''}${variants ? JSON.stringify(Object.values(variants).map(typeKey)) : ''}${bind ? '!' : ''};`
    typeKeys.set(type, key)
  }
  return key
}
