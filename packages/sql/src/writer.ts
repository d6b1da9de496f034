/**
 * Gathers text and parameters; knows what is in scope. One writer serves one compilation. Its fields are private by type only: `#` fields
 * cost 80 ns of a point select here.
 */
import {
  type BinaryNode,
  type ColumnNode,
  CompileError,
  type ExpressionNode,
  type Field,
  type KeptText,
  type ParameterNode,
  quoted,
  type SourceNode,
  type SqlType,
} from '@quern/expression'
import { boundThrough, encoderOf, isSecret, storerOf, typeOn } from './codec.js'
import { type Dialect, type Feature, supports } from './dialect.js'
import { UnsupportedFeatureError } from './errors.js'
import type { AnyStatementNode, Projection } from './nodes.js'
import type { Encode, Hole } from './plan.js'

/** The sources that a column may refer to, and the enclosing statement's. */
interface Scope {
  readonly sources: readonly SourceNode[]
  readonly parent: Scope | undefined
  /** What `leave` goes back to. */
  readonly outer: Scope | undefined
  /** True where a derived table begins, from which not every server lets expressions refer to the statement around it. */
  readonly derived: boolean
}

/** How strongly things bind, from OR to a name. The levels are those on which all four grammars agree; see `ansi.ts`. */
export const binding = { none: 0, or: 1, and: 2, not: 3, predicate: 4, other: 5, sum: 6, product: 7, sign: 8, primary: 9 } as const

/** Up to so many parameters, looking through them is faster than a map. */
const fewHoles = 16

export class Writer {
  text = ''
  readonly dialect: Dialect
  readonly holes: Hole[] = []
  private readonly numbered: boolean
  /** `$n` of each parameter, where a parameter used twice is one `$n`; kept only when there are too many to look through. */
  private numbers: Map<ParameterNode, number> | undefined
  private readonly quote: 'double' | 'backtick'
  private readonly name: string
  private scope: Scope | undefined
  private checked = true
  /** The type of the column that the next parameter is stored in. */
  private storing: SqlType | undefined
  private storesSecret = false
  /** A column whose values are shown nowhere stands in an expression: beside it any value may be one of its. */
  readsSecret = false
  private declared: Set<SourceNode> | undefined
  /** False where columns stand without their table: in CHECK, RETURNING of one table. */
  private qualified = true

  constructor(dialect: Dialect) {
    this.dialect = dialect
    this.quote = dialect.quote
    this.name = dialect.name
    this.numbered = dialect.placeholder === 'numbered'
  }

  /** Writes an expression, in parentheses if it binds less strongly than `min`. */
  expression(node: ExpressionNode, min: number = binding.none): void {
    if (node.kind === 'column') {
      this.column(node)
      return
    }
    const { emit, precedence } = this.dialect
    if (min > binding.none && (precedence[node.kind] as (node: ExpressionNode) => number)(node) < min) {
      this.text += '('
      ;(emit[node.kind] as (node: ExpressionNode, out: Writer) => void)(node, this)
      this.text += ')'
    } else {
      ;(emit[node.kind] as (node: ExpressionNode, out: Writer) => void)(node, this)
    }
  }

  /** The same where the place tells the server a parameter's type: beside a column, in VALUES, in SET. */
  inferred(node: ExpressionNode, min: number = binding.none): void {
    if (node.kind === 'parameter') this.parameter(node, true)
    else this.expression(node, min)
  }

  /** A value for a column to keep: in VALUES and SET. */
  store(node: ExpressionNode, column: ColumnNode): void {
    if (node.kind !== 'parameter') {
      const { dialect } = this
      this.expression(dialect.assigned === undefined ? node : dialect.assigned(node, column, dialect))
      return
    }
    this.storing = keptAs(node.type, column.type) ? column.type : node.type
    this.storesSecret = isSecret(column.type)
    this.parameter(node, true)
    this.storing = undefined
    this.storesSecret = false
  }

  parameter(node: ParameterNode, inferred: boolean): void {
    const { type } = node
    if (type.detail === undefined || typeOn(type, this.dialect.name).detail?.bind === undefined)
      this.dialect.parameter(node, this, inferred)
    else {
      // what stands in the column is what that SQL yields; the value in it is checked as what it travels as
      this.storing = undefined
      this.expression(boundThrough(node, this.dialect.name))
    }
  }

  statement(node: AnyStatementNode): void {
    const emit = this.dialect.emit[node.kind] as ((node: AnyStatementNode, out: Writer) => void) | undefined
    // a definition is a statement too, and a user may put it where a query belongs
    if (emit === undefined) throw new CompileError(`${node.kind} is a definition; it stands alone and yields no rows`)
    if (this.qualified) emit(node, this)
    else {
      // a statement inside RETURNING has tables of its own, whose columns could be taken for the outer one's
      this.qualified = true
      emit(node, this)
      this.qualified = false
    }
  }

  /** `a, b, c` */
  list<T>(items: readonly T[], write: (item: T) => void, separator = ', '): void {
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.text += separator
      write(items[i]!)
    }
  }

  /** The placeholder of a parameter; its value is encoded when the plan is bound. */
  placeholder(node: ParameterNode): void {
    const known = this.numbered ? this.numberOf(node) : 0
    if (known > 0) {
      this.text += `$${known}`
      // sent once for two places, so the stricter of the two checks holds
      if (this.storing !== undefined) {
        const secret = this.storesSecret || this.holes[known - 1]!.secret === true
        this.holes[known - 1] = { parameter: node, encode: storerOf(this.storing, this.dialect), secret }
      }
      return
    }
    const { holes } = this
    const secret = this.storesSecret || isSecret(node.type)
    holes.push(secret ? { parameter: node, encode: this.encoder(node), secret } : { parameter: node, encode: this.encoder(node) })
    if (!this.numbered) this.text += '?'
    else this.text += `$${holes.length}`
    this.numbers?.set(node, holes.length)
  }

  /** Whether the next parameter is a value for a column to keep. */
  get stores(): boolean {
    return this.storing !== undefined
  }

  /** How a parameter's value is checked and written here: what a column is to keep is checked more strictly. */
  encoder(node: ParameterNode): Encode {
    const { storing } = this
    return storing === undefined ? encoderOf(node.type, this.dialect) : storerOf(storing, this.dialect)
  }

  /** The number that the parameter has already, or 0. */
  private numberOf(node: ParameterNode): number {
    const { holes } = this
    if (this.numbers !== undefined) return this.numbers.get(node) ?? 0
    for (let i = 0; i < holes.length; i++) if (holes[i]!.parameter === node) return i + 1
    if (holes.length === fewHoles) this.numbers = new Map(holes.map(({ parameter }, i) => [parameter, i + 1]))
    return 0
  }

  /** A parameter of the compiler's own making: a list of values as one. */
  hole(hole: Hole): void {
    this.holes.push(isSecret(hole.parameter.type) ? { ...hole, secret: true } : hole)
    this.text += this.numbered ? `$${this.holes.length}` : '?'
  }

  /** Everything that is ever quoted is quoted here. */
  identifier(name: string): void {
    const { identifierLimit: limit, title } = this.dialect
    if (limit && name.length * 3 > limit.length && lengthOf(name, limit.unit) > limit.length) {
      throw new CompileError(
        `${title} names have at most ${limit.length} ${limit.unit}; ${quoted(name)} is longer, and would be cut`,
        'IDENTIFIER',
      )
    }
    if (limit?.unit === 'characters' && beyondBmp.test(name))
      throw new CompileError(`${title} has no characters beyond U+FFFF in names; ${quoted(name)} would lose them`, 'IDENTIFIER')
    if (name === '' || name.includes('\0') || !name.isWellFormed())
      throw new CompileError(`${quoted(name)} is no name that a database takes`, 'IDENTIFIER')
    this.text += quoteIdentifier(name, this.quote)
  }

  /** The name of a source as the rest of the statement refers to it. */
  sourceName(source: SourceNode): void {
    const { quoted } = source
    if (quoted.dialect !== this.name) {
      this.keep(quoted, () => {
        if (source.schema !== undefined) {
          this.identifier(source.schema)
          this.text += '.'
        }
        this.identifier(source.name)
      })
    }
    this.text += quoted.text
  }

  /** A column with its source's name, after a look whether that source is in scope. */
  column(node: ColumnNode): void {
    if (node.type.detail !== undefined && isSecret(node.type)) this.readsSecret = true
    this.checkScope(node.source)
    if (!this.qualified) {
      this.columnName(node)
      return
    }
    const { quoted } = node
    if (quoted.dialect !== this.name) {
      this.keep(quoted, () => {
        this.sourceName(node.source)
        this.text += '.'
        this.identifier(node.name)
      })
    }
    this.text += quoted.text
  }

  /** A column's name alone, where a statement lists the columns of its one table. */
  columnName(node: ColumnNode): void {
    const { bare } = node
    if (bare.dialect !== this.name) this.keep(bare, () => this.identifier(node.name))
    this.text += bare.text
  }

  /** All columns of a source: written once per table, and only looked up in scope after that. */
  whole(projection: Projection, source: SourceNode, write: () => void): void {
    if (!this.qualified) {
      write()
      return
    }
    this.checkScope(source)
    const quoted = projection.quoted!
    if (quoted.dialect !== this.name) this.keep(quoted, write)
    this.again(quoted)
  }

  /** A list of plain columns, as written before where it is the same columns in the same order. */
  columns(first: ColumnNode, fields: readonly Field[], write: () => void): void {
    const { list } = first
    if (!this.qualified) write()
    else if (list.dialect === this.name && sameItems(list.fields, fields)) {
      for (let i = 0; i < list.sources.length; i++) this.checkScope(list.sources[i]!)
      this.again(list)
    } else if (fields.every(({ node }, i) => node.kind === 'column' && node.field === fields[i])) {
      this.keep(list, write)
      list.fields = fields
      list.sources = [...new Set(fields.map(({ node }) => (node as ColumnNode).source))]
      this.again(list)
    } else write()
  }

  /** A condition in WHERE: a column compared with a value of its own type is written as it was before with another value. */
  condition(node: ExpressionNode, min: number): void {
    if (node.kind !== 'binary' || node.left.kind !== 'column' || !isBound(node.right, node.left) || !this.qualified) {
      this.expression(node, min)
      return
    }
    const { left, operator } = node
    const right = node.right as ParameterNode
    const { compared } = left
    const { holes } = this
    if (compared.dialect !== this.dialect || compared.operator !== operator || (this.numbered && this.numberOf(right) > 0)) {
      this.compare(node, left, right, min)
      return
    }
    this.checkScope(left.source)
    holes.push({ parameter: right, encode: compared.encode! })
    this.numbers?.set(right, holes.length)
    this.text += compared.before
    this.text += this.numbered ? `$${holes.length}` : '?'
    this.text += compared.after
  }

  /** The same written in full, and kept where it is the column, the operator and the one placeholder. */
  private compare(node: BinaryNode, { compared }: ColumnNode, right: ParameterNode, min: number): void {
    const from = this.text.length
    const { length } = this.holes
    this.expression(node, min)
    const hole = this.holes[length]
    if (hole?.parameter !== right || this.holes.length !== length + 1) return
    const written = this.text.slice(from)
    const placeholder = this.numbered ? `$${length + 1}` : '?'
    const at = written.lastIndexOf(placeholder)
    compared.dialect = this.dialect
    compared.operator = node.operator
    compared.before = written.slice(0, at)
    compared.after = written.slice(at + placeholder.length)
    compared.encode = hole.encode
  }

  /** What is written again reads the same secrets. */
  private again(place: KeptText): void {
    this.text += place.text
    if (place.secret) this.readsSecret = true
  }

  private keep(place: KeptText, write: () => void): void {
    const { text, readsSecret } = this
    this.text = ''
    this.readsSecret = false
    write()
    place.text = this.text
    place.secret = this.readsSecret
    place.dialect = this.name
    this.text = text
    this.readsSecret = readsSecret
  }

  /** Puts these sources in scope until `leave`; the enclosing statement's stay visible unless `alone`. */
  enter(sources: readonly SourceNode[], alone = false): void {
    if (sources.length > 1) refuseTwins(sources)
    this.scope = { sources, parent: alone ? undefined : this.scope, outer: this.scope, derived: false }
  }

  leave(): void {
    this.scope = this.scope!.outer
  }

  /** A subquery in FROM sees nothing of the FROM it stands in, only what is around that statement. */
  outside(write: () => void): void {
    const { scope } = this
    const parent = scope?.parent
    this.scope = parent && { sources: [], parent, outer: parent, derived: true }
    write()
    this.scope = scope
  }

  /** A derived table in the FROM of a statement that has no sources of its own. */
  derived(write: () => void): void {
    const { scope } = this
    this.scope = { sources: [], parent: scope, outer: scope, derived: true }
    write()
    this.scope = scope
  }

  /** Something in FROM that sees what stands before it there. */
  beside(before: readonly SourceNode[], write: () => void): void {
    const { scope } = this
    this.scope = { sources: before, parent: scope?.parent, outer: scope, derived: false }
    write()
    this.scope = scope
  }

  /** True for the first who asks: a common table expression is written once, before all that refer to it. */
  declare(cte: SourceNode): boolean {
    this.declared ??= new Set()
    if (this.declared.has(cte)) return false
    this.declared.add(cte)
    return true
  }

  /** Hand-written statements say for themselves what is in scope. */
  unchecked(write: () => void): void {
    this.checked = false
    write()
    this.checked = true
  }

  unqualified(write: () => void): void {
    this.qualified = false
    write()
    this.qualified = true
  }

  require(feature: Feature, what: string, instead: string): void {
    if (!supports(this.dialect, feature)) throw new UnsupportedFeatureError(this.dialect, feature, what, instead)
  }

  private checkScope(source: SourceNode): void {
    if (!this.checked) return
    let crossed = false
    for (let scope = this.scope; scope !== undefined; scope = scope.parent) {
      const { sources } = scope
      if (among(sources, source)) {
        if (crossed)
          this.require('correlatedDerived', 'derived tables that refer to the statement around them', 'join it, and filter by the join')
        return
      }
      if (scope.derived) crossed = true
      for (const other of sources) {
        if (other.name === source.name && other.schema === source.schema) throw new CompileError(shadowed(source), 'SCOPE')
      }
    }
    throw new CompileError(`${sourceTitle(source)} is not in FROM`, 'SCOPE')
  }
}

/** A server that counts characters keeps names in an encoding without these, and MySQL makes question marks of them without a word. */
const beyondBmp = /[\u{10000}-\u{10FFFF}]/u

const whole = ['smallint', 'integer', 'bigint', 'tinyint', 'mediumint']
const alike: readonly (readonly string[])[] = [whole, ['char', 'varchar', 'text'], ['real', 'doublePrecision']]
/** Whether a value of the one type is checked as one of the other: the program's value is of the same kind, and the column may hold less. */
const keptAs = (value: SqlType, column: SqlType): boolean =>
  value.name === column.name ||
  (value.detail?.codec === undefined &&
    column.detail?.codec === undefined &&
    alike.some((names) => names.includes(value.name) && names.includes(column.name)))

/** Whether it is a value that the program gave for the column, of a type that nothing is written around. */
const isBound = (value: ExpressionNode, column: ColumnNode): boolean =>
  value.kind === 'parameter' && value.target === column && value.type === column.type && value.type.detail === undefined

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export const sourceTitle = (source: SourceNode): string => (source.schema === undefined ? source.name : `${source.schema}.${source.name}`)

const shadowed = (source: SourceNode): string =>
  `two different sources are called ${sourceTitle(source)}; give one of them another name with alias()`

/** From so many sources on, a set costs less than looking through them. */
const many = 16
const members = new WeakMap<readonly SourceNode[], ReadonlySet<SourceNode>>()

function among(sources: readonly SourceNode[], source: SourceNode): boolean {
  const { length } = sources
  if (length < many) {
    for (let i = 0; i < length; i++) if (sources[i] === source) return true
    return false
  }
  let found = members.get(sources)
  if (found === undefined) members.set(sources, (found = new Set(sources)))
  return found.has(source)
}

function refuseTwins(sources: readonly SourceNode[]): void {
  if (sources.length >= many && new Set(sources.map(({ name }) => name)).size === sources.length) return
  for (let i = 1; i < sources.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [sources[i]!, sources[j]!]
      if (a.name === b.name && a.schema === b.schema) {
        throw new CompileError(
          a === b ? `${sourceTitle(a)} is in FROM twice; give one of them another name with alias()` : shadowed(a),
          'SCOPE',
        )
      }
    }
  }
}

export function quoteIdentifier(name: string, quote: 'double' | 'backtick'): string {
  if (quote === 'double') return name.includes('"') ? `"${name.replaceAll('"', '""')}"` : `"${name}"`
  return name.includes('`') ? `\`${name.replaceAll('`', '``')}\`` : `\`${name}\``
}

function lengthOf(name: string, unit: 'bytes' | 'characters'): number {
  let length = 0
  for (const character of name) {
    const code = character.codePointAt(0)!
    length += unit === 'characters' || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return length
}
