/**
 * Statements that differ in their values only have one text. It is written once and kept with the column that such statements begin with: a
 * program builds the same few statements again and again, and comparing one with those before it costs a fraction of writing it. What is
 * compared is everything that a text can depend on; a value is never among it, and a statement with a part whose text could depend on one
 * is written in full each time.
 */
import {
  builtin,
  contains,
  countType,
  type ExpressionNode,
  type KeptStatements,
  make,
  numericNumber,
  type OrderNode,
  type ParameterNode,
  type SourceNode,
  type SqlType,
} from '@quern/expression'
import type { Dialect } from './dialect.js'
import type {
  AnyStatementNode,
  Assignment,
  ConflictNode,
  DeleteNode,
  InsertNode,
  JoinNode,
  Projection,
  SelectNode,
  UpdateNode,
} from './nodes.js'
import type { Encode, Hole } from './plan.js'
import type { Written } from './written.js'

type Kept = SelectNode | InsertNode | UpdateNode | DeleteNode

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
interface Slot {
  readonly encode: Encode
  readonly secret: boolean
}

/** Up to so many statements are kept with a column, none with a longer text or more values or tables: the schema bounds the memory. */
const most = 16
const longestText = 4096
const mostSlots = 32
const mostTables = 16
/** After so many statements in vain a place is sought for another one again. */
const longestPause = 1023

/** What a statement that was written before says for this one, whose values become `holes`. */
export function recall(node: AnyStatementNode, dialect: Dialect, holes: Hole[]): Written | undefined {
  const list = placeOf(node)?.list as readonly Alike[] | undefined
  if (list === undefined) return undefined
  const size = sizeOf(node as Kept)
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!
    if (one.size !== size || one.dialect !== dialect) continue
    filled = holes
    slots = one.slots
    if (isAlike(node as Kept, one.node) && !(one.mayRepeat && isRepeating(holes))) {
      one.used = true
      return one.written
    }
    holes.length = 0
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
  node.with.length === 0 &&
  node.joins.length < mostTables

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

/** Where the values go that a comparison comes upon, in the order of the text, and how each is encoded. */
let filled: Hole[] = []
let slots: readonly Slot[] = []

function take(parameter: ParameterNode): boolean {
  const { encode, secret } = slots[filled.length]!
  filled.push(secret ? { parameter, encode, secret } : { parameter, encode })
  return true
}

/** Whether a parameter stands twice. */
function isRepeating(holes: readonly Hole[]): boolean {
  for (let i = 1; i < holes.length; i++) {
    const { parameter } = holes[i]!
    for (let j = 0; j < i; j++) if (holes[j]!.parameter === parameter) return true
  }
  return false
}

function isAlike(a: Kept, b: Kept): boolean {
  switch (a.kind) {
    case 'select':
      return b.kind === 'select' && sameSelect(a, b)
    case 'insert':
      return b.kind === 'insert' && sameInsert(a, b)
    case 'update':
      return b.kind === 'update' && a.table === b.table && sameSet(a.set, b.set) && sameRest(a, b)
    case 'delete':
      return b.kind === 'delete' && a.table === b.table && sameRest(a, b)
  }
}

const sameSelect = (a: SelectNode, b: SelectNode): boolean =>
  a.from === b.from &&
  a.distinct === b.distinct &&
  sameFields(a.projection, b.projection) &&
  sameJoins(a.joins, b.joins) &&
  sameEach(a.where, b.where) &&
  sameOrder(a.orderBy, b.orderBy) &&
  sameCount(a.limit, b.limit) &&
  sameCount(a.offset, b.offset)

const sameRest = (a: UpdateNode | DeleteNode, b: UpdateNode | DeleteNode): boolean =>
  sameEach(a.where, b.where) && sameReturning(a.returning, b.returning)

function sameInsert(a: InsertNode, b: InsertNode): boolean {
  if (a.table !== b.table || !sameItems(a.columns, b.columns) || !sameEach(a.rows[0]!, b.rows[0]!)) return false
  return sameConflict(a.extra?.conflict, b.extra?.conflict) && sameReturning(a.returning, b.returning)
}

function sameConflict(a: ConflictNode | undefined, b: ConflictNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameItems(a.target, b.target) && (a.set === undefined || b.set === undefined ? a.set === b.set : sameSet(a.set, b.set))
}

const sameReturning = (a: Projection | undefined, b: Projection | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameFields(a, b)

function sameFields(a: Projection, b: Projection): boolean {
  if (a === b) return true
  const { length } = a.fields
  if (length !== b.fields.length || a.whole !== b.whole || a.shape !== b.shape) return false
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.fields[i]!, b.fields[i]!]
    if (one !== other && (one.label !== other.label || one.node !== other.node)) return false
  }
  return true
}

function sameJoins(a: readonly JoinNode[], b: readonly JoinNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i]!, b[i]!]
    if (one.source !== other.source || one.join !== other.join || !sameCount(one.on, other.on)) return false
  }
  return true
}

function sameOrder(a: readonly OrderNode[], b: readonly OrderNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i]!, b[i]!]
    if (one.operand !== other.operand || one.descending !== other.descending || one.nulls !== other.nulls) return false
  }
  return true
}

function sameSet(a: readonly Assignment[], b: readonly Assignment[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i]![0] !== b[i]![0] || !same(a[i]![1], b[i]![1])) return false
  return true
}

function sameItems(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function sameEach(a: readonly ExpressionNode[], b: readonly ExpressionNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!same(a[i]!, b[i]!)) return false
  return true
}

const sameCount = (a: ExpressionNode | undefined, b: ExpressionNode | undefined): boolean =>
  a === undefined || b === undefined ? a === b : same(a, b)

/** Whether the two are written alike; the second holds no value. */
function same(a: ExpressionNode, b: ExpressionNode): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.type !== b.type) return false
  switch (a.kind) {
    case 'parameter':
      return b.kind === 'parameter' && a.target === b.target && isGiven(a) && take(a)
    case 'binary':
      return b.kind === 'binary' && a.operator === b.operator && same(a.left, b.left) && same(a.right, b.right)
    case 'unary':
      return b.kind === 'unary' && a.operator === b.operator && same(a.operand, b.operand)
    case 'logical':
      return b.kind === 'logical' && a.operator === b.operator && sameEach(a.operands, b.operands)
    case 'between':
      return b.kind === 'between' && a.symmetric === b.symmetric && same(a.operand, b.operand) && same(a.low, b.low) && same(a.high, b.high)
    case 'like':
      return b.kind === 'like' && a.insensitive === b.insensitive && same(a.operand, b.operand) && same(a.pattern, b.pattern)
    case 'call':
      return b.kind === 'call' && a.name === b.name && a.custom === b.custom && sameEach(a.args, b.args)
    default:
      return false
  }
}

/** Not one of `prepare`, whose statement is compiled once anyway. */
const isGiven = ({ name }: ParameterNode): boolean => name === undefined

/** Types that are one object for all statements, like a column's; any other is made anew for each. */
const shared: ReadonlySet<SqlType> = new Set([...Object.values(builtin), countType, numericNumber])
const isShared = ({ type, target }: ParameterNode): boolean => type === target?.type || shared.has(type)

/** The statement without its values, which are added to `values`; `undefined` where something in it is not compared. */
function patternOf(node: Kept, values: ParameterNode[]): Kept | undefined {
  const bare = { each: (list: readonly ExpressionNode[]) => eachBare(list, values), one: (part: ExpressionNode) => bareOf(part, values) }
  switch (node.kind) {
    case 'select':
      return selectPattern(node, bare)
    case 'insert': {
      const row = bare.each(node.rows[0]!)
      const set = node.extra?.conflict?.set && setPattern(node.extra.conflict.set, bare)
      if (row === undefined || !arePlain(node.returning) || (node.extra?.conflict?.set && set === undefined)) return undefined
      if (node.extra?.conflict?.target.some(({ kind }) => kind !== 'column')) return undefined
      return { ...node, rows: [row], extra: node.extra && { ...node.extra, conflict: { ...node.extra.conflict!, set } } }
    }
    case 'update': {
      const set = setPattern(node.set, bare)
      const where = set && bare.each(node.where)
      return where && arePlain(node.returning) ? { ...node, set: set!, where } : undefined
    }
    case 'delete': {
      const where = bare.each(node.where)
      return where && arePlain(node.returning) ? { ...node, where } : undefined
    }
  }
}

interface Bare {
  each(list: readonly ExpressionNode[]): readonly ExpressionNode[] | undefined
  one(node: ExpressionNode): ExpressionNode | undefined
}

function selectPattern(node: SelectNode, bare: Bare): SelectNode | undefined {
  if (!isNamed(node.from!) || !arePlain(node.projection) || !node.orderBy.every(({ operand }) => operand.kind === 'column'))
    return undefined
  const joins: JoinNode[] = []
  for (const join of node.joins) {
    const on = join.on && bare.one(join.on)
    if (!isNamed(join.source) || (join.on && on === undefined)) return undefined
    joins.push({ ...join, on })
  }
  const where = bare.each(node.where)
  const limit = node.limit && bare.one(node.limit)
  const offset = node.offset && bare.one(node.offset)
  if (where === undefined || (node.limit && limit === undefined) || (node.offset && offset === undefined)) return undefined
  return { ...node, joins, where, limit, offset }
}

function setPattern(set: readonly Assignment[], bare: Bare): readonly Assignment[] | undefined {
  const found: Assignment[] = []
  for (const [column, value] of set) {
    const pattern = bare.one(value)
    if (pattern === undefined) return undefined
    found.push([column, pattern])
  }
  return found
}

const isNamed = ({ kind }: SourceNode): boolean => kind === 'table' || kind === 'alias' || kind === 'view'
const arePlain = (projection: Projection | undefined): boolean =>
  projection === undefined || (projection.shape === undefined && projection.fields.every(({ node }) => node.kind === 'column'))

function eachBare(list: readonly ExpressionNode[], values: ParameterNode[]): readonly ExpressionNode[] | undefined {
  const found: ExpressionNode[] = []
  for (const node of list) {
    const pattern = bareOf(node, values)
    if (pattern === undefined) return undefined
    found.push(pattern)
  }
  return found
}

function bareOf(node: ExpressionNode, values: ParameterNode[]): ExpressionNode | undefined {
  const parts = (list: readonly ExpressionNode[], of: (bare: readonly ExpressionNode[]) => ExpressionNode): ExpressionNode | undefined => {
    const bare = eachBare(list, values)
    return bare && ((node.contains & contains.parameter) === 0 ? node : of(bare))
  }
  switch (node.kind) {
    case 'column':
    case 'constant':
      return node
    case 'parameter':
      if (!isGiven(node) || !isShared(node)) return undefined
      values.push(node)
      return make.parameter(undefined, node.type, node.target)
    case 'binary':
      return parts([node.left, node.right], ([left, right]) => make.binary(node.operator, left!, right!, node.type))
    case 'unary':
      return parts([node.operand], ([operand]) => make.unary(node.operator, operand!, node.type))
    case 'logical':
      return parts(node.operands, (operands) => make.logical(node.operator, operands))
    case 'between':
      return parts([node.operand, node.low, node.high], ([operand, low, high]) => make.between(operand!, low!, high!, node.symmetric))
    case 'like':
      return parts([node.operand, node.pattern], ([operand, pattern]) => make.like(operand!, pattern!, node.insensitive))
    case 'call':
      // functions look at some of their values
      return node.contains & contains.parameter ? undefined : parts(node.args, () => node)
    default:
      return undefined
  }
}
