/** How a plan's rows are read. Kept by the text, so that a statement which is built anew on each call reads like the one before it. */
import { contains, make, type SqlType } from '@quern/expression'
import { decoderOf, isWide } from './codec.js'
import { type DecodeRows, generate } from './decode.js'
import type { Dialect } from './dialect.js'
import type { ObjectShape, Projection, QueryNode } from './nodes.js'
import type { CellForm, Decode } from './plan.js'
import { shapeOfRow } from './projection.js'

export class Reading {
  readonly dialect: Dialect
  readonly projection: Projection
  /** Some column is a 64-bit integer. */
  readonly wide: boolean
  /** As what the driver may hand the columns over; absent where it is text. */
  readonly forms: readonly CellForm[] | undefined
  /** Only the server knows some column's type. */
  readonly #untyped: boolean
  #decode: DecodeRows | undefined
  #typesOf: string | undefined

  constructor(projection: Projection, dialect: Dialect) {
    this.projection = projection
    this.dialect = dialect
    this.wide = projection.fields.some(({ node: { type } }) => isWide(type, dialect))
    this.forms = dialect.forms && formsOf(projection, dialect, dialect.forms)
    this.#untyped = projection.fields.some(({ node: { type } }) => isUnknown(type))
  }

  /** One function for all calls. */
  readonly build = (rows: readonly (readonly unknown[])[], columnTypes: readonly number[] | undefined, before?: number): unknown[] =>
    this.decode(rows, columnTypes, before)

  decode(rows: readonly (readonly unknown[])[], columnTypes: readonly number[] | undefined, before?: number): unknown[] {
    if (this.#decode === undefined || this.#untyped) this.#generate(columnTypes)
    return this.#decode!(rows, before)
  }

  #generate(columnTypes: readonly number[] | undefined): void {
    const typesOf = columnTypes?.join()
    if (this.#decode !== undefined && this.#typesOf === typesOf) return
    const { fields } = this.projection
    this.#typesOf = typesOf
    this.#decode = generate(
      shapeOfRow(this.projection),
      fields.map(({ node }, i) => decoderOf(node.type, this.dialect, columnTypes?.[i])),
    )
  }
}

function formsOf({ fields }: Projection, dialect: Dialect, forms: ReadonlyMap<Decode, CellForm>): readonly CellForm[] {
  return fields.map(({ node }) => {
    const decode = decoderOf(node.type, dialect)
    return (decode && forms.get(decode)) ?? 'text'
  })
}

const isUnknown = (type: SqlType): boolean => type.name === 'custom' && type.sqlName === undefined

const known = new Map<string, Reading>()
let characters = 0
/** So many texts are kept, so many characters of texts together, and none that is longer than the last of these. */
const limits = { texts: 1000, characters: 1 << 21, longest: 1 << 16 } as const

/** How many readings the process keeps. */
export const keptReadings = (): number => known.size

/** Two statements of the same text may still differ in keys and types, so these are compared. */
export function readingOf(text: string, projection: Projection, dialect: Dialect): Reading {
  const kept = known.get(text)
  if (kept !== undefined && kept.dialect === dialect && sameProjection(kept.projection, projection)) return kept
  const reading = new Reading(withoutExpressions(projection), dialect)
  if (text.length > limits.longest) return reading
  if (kept === undefined) {
    if (known.size >= limits.texts || characters + text.length > limits.characters) {
      known.clear()
      characters = 0
    }
    characters += text.length
  }
  known.set(text, reading)
  return reading
}

/** What is read has types only: an expression would keep the values that stand in it. */
const withoutExpressions = (projection: Projection): Projection =>
  (projection.contains & (contains.parameter | contains.statement)) === 0
    ? projection
    : {
        ...projection,
        fields: projection.fields.map((field) =>
          field.node.kind === 'column' ? field : { label: field.label, node: make.parameter(undefined, field.node.type) },
        ),
      }

function sameProjection(a: Projection, b: Projection): boolean {
  if (a === b) return true
  const { length } = a.fields
  if (length !== b.fields.length) return false
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.fields[i]!, b.fields[i]!]
    if (one !== other && (one.label !== other.label || !sameType(one.node.type, other.node.type))) return false
  }
  return a.shape === undefined || b.shape === undefined ? a.shape === b.shape : sameShape(a.shape, b.shape)
}

/** Of nested rows, the rows' own projection is the type. */
function sameType(a: SqlType, b: SqlType): boolean {
  if (a === b) return true
  const [one, other] = [a.detail?.rows, b.detail?.rows] as readonly (QueryNode | undefined)[]
  return one !== undefined && other !== undefined && sameProjection(one.projection, other.projection) && sameOuter(one, other)
}

/** Which rows of nested objects may be missing depends on the joins. */
const sameOuter = (a: QueryNode, b: QueryNode): boolean =>
  a.kind === 'select' && b.kind === 'select'
    ? a.projection.shape === undefined || (a.joins.length === b.joins.length && a.joins.every(({ join }, i) => join === b.joins[i]!.join))
    : a.kind === b.kind

function sameShape(a: ObjectShape, b: ObjectShape): boolean {
  const { length } = a.entries
  if (length !== b.entries.length || a.absent !== b.absent) return false
  for (let i = 0; i < length; i++) {
    const [[key, inner], [otherKey, other]] = [a.entries[i]!, b.entries[i]!]
    if (key !== otherKey) return false
    if (typeof inner === 'number' || typeof other === 'number' ? inner !== other : !sameShape(inner, other)) return false
  }
  return true
}
