/**
 * Statements that differ in their values only have one text. It is written once and kept with the column that such statements begin with: a
 * program builds the same few statements again and again, and comparing one with those before it costs a fraction of writing it. What is
 * compared is everything that a text can depend on; a value is never among it, and a statement with a part whose text could depend on one
 * is written in full each time.
 */
import { contains, type KeptStatements, type ParameterNode } from '@quern/expression'
import { type Kept, type Slot, valuesOf } from './alike-match.js'
import { isComparable, patternOf } from './alike-pattern.js'
import type { Dialect } from './dialect.js'
import type { AnyStatementNode, ConflictNode, DeleteNode, InsertNode, Projection, SelectNode, UpdateNode } from './nodes.js'
import type { Hole } from './plan.js'
import type { Written } from './written.js'

/** A statement that was written, without its values. */
interface Alike {
  /** A few of its counts in one number, so that most others are told apart by one comparison. */
  readonly size: number
  readonly dialect: Dialect
  readonly node: Kept
  readonly written: Written
  readonly slots: readonly Slot[]
  /** Two of its values could be one parameter, which has one number. */
  readonly mayRepeat: boolean
  /** Asked for since a place was last sought. */
  used: boolean
}
/** Up to so many statements are kept with a column, none with a longer text or more values: the schema bounds the memory. */
const most = 16
const longestText = 4096
const mostSlots = 32
/** After so many statements in vain a place is sought for another one again. */
const longestPause = 1023

/** The columns that statements are kept with; those of tables that are gone are left out when their number has doubled. */
const places = {
  all: [] as WeakRef<KeptStatements>[],
  next: 256,
  add(place: KeptStatements): void {
    if (this.all.length >= this.next) this.sum()
    this.all.push(new WeakRef(place))
  },
  sum(): number {
    this.all = this.all.filter((place) => place.deref() !== undefined)
    this.next = Math.max(256, this.all.length * 2)
    return this.all.reduce((sum, place) => sum + (place.deref()?.list?.length ?? 0), 0)
  },
}

/** How many statements the process keeps, for others that differ in their values only. */
export const keptStatements = (): number => places.sum()

export interface Recalled {
  readonly written: Written
  readonly holes: readonly Hole[]
}

/** What was written for a statement like this one, with the values of this one. */
export function recall(node: AnyStatementNode, dialect: Dialect): Recalled | undefined {
  const list = placeOf(node)?.list as readonly Alike[] | undefined
  if (list === undefined) return undefined
  const size = sizeOf(node as Kept)
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!
    if (one.size !== size || one.dialect !== dialect) continue
    const holes = valuesOf(node as Kept, one.node, one.slots)
    if (holes === undefined || (one.mayRepeat && isRepeating(holes))) continue
    one.used = true
    return { written: one.written, holes }
  }
  return undefined
}

/** Keeps what was written for statements like this one; from the second on that begins with its column, since many an alias lives for one statement only. */
export function remember(node: AnyStatementNode, written: Written, holes: readonly Hole[]): void {
  const place = placeOf(node)
  if (place === undefined || holes.length > mostSlots || written.text.length > longestText) return
  if (place.list === undefined) {
    place.list = none
    return
  }
  if (place.skip > 0) {
    place.skip--
    return
  }
  if (node.kind !== 'insert' && !isComparable(node as Exclude<Kept, { kind: 'insert' }>)) return
  const values: ParameterNode[] = []
  const pattern = patternOf(node as Kept, values)
  // what the compiler made of a value can be another for the next one
  if (pattern === undefined || values.length !== holes.length || holes.some(({ parameter }, i) => parameter !== values[i])) return
  const { dialect } = written
  const mayRepeat = dialect.placeholder === 'numbered' && new Set(values.map(({ target }) => target)).size < values.length
  const slots = holes.map(({ encode, secret }): Slot => ({ encode, secret: secret === true }))
  add(place, { size: sizeOf(pattern), dialect, node: pattern, written, slots, mayRepeat, used: false })
}

const none: readonly never[] = Object.freeze([])

/**
 * Where there are too many, one that was not asked for lately goes, and the next one has to wait: a program whose statements are all different
 * would keep each of them for nothing.
 */
function add(place: KeptStatements, one: Alike): void {
  const list = place.list as readonly Alike[]
  if (list.length === 0) places.add(place)
  if (list.length < most) {
    place.list = [...list, one]
    return
  }
  const at = place.next
  place.next = (at + 1) % most
  const other = list[at]!
  if (other.used) {
    other.used = false
    return
  }
  place.list = list.with(at, one)
  place.pause = Math.min(place.pause * 2 + 1, longestPause)
  place.skip = place.pause
}

/** The column that statements like this one are kept with; absent where its text could depend on more than is compared. */
function placeOf(node: AnyStatementNode): KeptStatements | undefined {
  switch (node.kind) {
    case 'select':
      return isPlainSelect(node) ? firstColumn(node.projection) : undefined
    case 'insert':
      return node.rows.length === 1 && node.select === undefined && (node.extra === undefined || isPlainUpsert(node.extra.conflict, node))
        ? node.columns[0]?.kept
        : undefined
    case 'update':
      return node.extra === undefined && isFiltered(node) ? node.set[0]?.[0].kept : undefined
    case 'delete':
      return node.extra === undefined && isFiltered(node) ? node.table.columns[0]!.node.kept : undefined
    default:
      return undefined
  }
}

const neither = contains.statement | contains.aggregate | contains.window

const isPlainSelect = (node: SelectNode): boolean =>
  node.extra === undefined &&
  node.from !== undefined &&
  (node.contains & neither) === 0 &&
  node.projection.shape === undefined &&
  node.groupBy.length === 0 &&
  node.having.length === 0 &&
  node.with.length === 0

/** ON CONFLICT over plain columns: the predicate of an index stands in the text with its values. */
const isPlainUpsert = (conflict: ConflictNode | undefined, { extra }: InsertNode): boolean =>
  conflict !== undefined &&
  extra!.verb === 'insert' &&
  extra!.with.length === 0 &&
  conflict.targetWhere.length === 0 &&
  conflict.constraint === undefined &&
  conflict.where.length === 0

/** A condition that is true for every row is refused, and values can make one true; never a comparison. */
const isFiltered = ({ where }: UpdateNode | DeleteNode): boolean => where.length > 0 && where[0]!.kind === 'binary'

function firstColumn({ fields }: Projection): KeptStatements | undefined {
  const { node } = fields[0]!
  return node.kind === 'column' ? node.kept : undefined
}

function sizeOf(node: Kept): number {
  switch (node.kind) {
    case 'select':
      return (((node.projection.fields.length * 31 + node.joins.length) * 31 + node.where.length) * 31 + node.orderBy.length) * 5 + 1
    case 'insert':
      return node.columns.length * 5 + 2
    case 'update':
      return (node.set.length * 31 + node.where.length) * 5 + 3
    case 'delete':
      return node.where.length * 5 + 4
  }
}

/** Whether a parameter stands twice. */
function isRepeating(holes: readonly Hole[]): boolean {
  for (let i = 1; i < holes.length; i++) {
    const { parameter } = holes[i]!
    for (let j = 0; j < i; j++) if (holes[j]!.parameter === parameter) return true
  }
  return false
}
