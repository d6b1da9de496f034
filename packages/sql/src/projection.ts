/** Select lists: from what the user passes to fields and a shape, and from these to what one statement selects. */
import {
  type ColumnNode,
  CompileError,
  checkKey,
  describe,
  type ExpressionNode,
  isExpression,
  isSource,
  make,
  nameOf,
  nodeOf,
  type SourceNode,
  seal,
  sourceNode,
  unlabelled,
} from '@quern/expression'
import type { CteNode, Field, ObjectShape, Projection, SelectNode, Shape, WrappedSourceNode } from './nodes.js'
import { sourceTitle } from './writer.js'

/** What columns may refer to: of a table with words around it, the table. */
export const inScope = (source: SourceNode): SourceNode => (source.kind === 'wrapped' ? (source as WrappedSourceNode).of : source)

/** The columns of any source, in order. */
export function sourceColumns(source: SourceNode): readonly ColumnNode[] {
  if (source.kind === 'wrapped') return sourceColumns((source as WrappedSourceNode).of)
  const { columns } = source as unknown as { columns: readonly (ColumnNode | { readonly node: ColumnNode })[] }
  return columns.map((column) => ('node' in column ? column.node : column))
}

const objectShape = (entries: readonly (readonly [string, Shape])[], source: SourceNode | undefined): ObjectShape =>
  seal({ entries, source, absent: undefined })

const entriesOf = (fields: readonly Field[]) => fields.map(({ label }, i) => seal([label, i] as const))

const wholes = new WeakMap<SourceNode, Projection>()

/** All columns of a source. Made once, so that its text and decoder are made once too. */
export function wholeProjection(source: SourceNode): Projection {
  let found = wholes.get(source)
  if (found === undefined) {
    const fields = sourceColumns(source).map(({ field }) => field)
    wholes.set(source, (found = seal({ fields, shape: undefined, whole: source, quoted: make.keptText(), contains: bitsOf(fields) })))
  }
  return found
}

/** What `select(…)` and `returning(…)` take: one source, a list of columns, or an object of both, nested at will. */
export function projectionOf(args: readonly unknown[]): Projection {
  const [first] = args
  if (args.length === 1 && isSource(first)) return wholeProjection(inScope(sourceNode(first)))
  if (args.length === 1 && typeof first === 'object' && first !== null && !isExpression(first) && !Array.isArray(first)) {
    const known = keptOfObject(first as Readonly<Record<string, unknown>>)
    if (known !== undefined) return known
    const fields: Field[] = []
    const flat = flatFields(first, fields)
    if (flat && fields.length > 0) return keptProjection(fields)
    fields.length = 0
    const shape = shapeOf(first, '', fields)
    if (fields.length === 0) throw new CompileError('select({}) selects nothing; name at least one column')
    return seal({ fields: unique(fields), shape, whole: undefined, quoted: undefined, contains: bitsOf(fields) })
  }
  return listProjection(args)
}

function listProjection(args: readonly unknown[]): Projection {
  if (args.length === 0) throw new CompileError('select() needs a table, columns or an object of columns')
  const known = keptOfList(args)
  if (known !== undefined) return known
  const fields = new Array<Field>(args.length)
  for (let i = 0; i < args.length; i++) fields[i] = fieldOf(args[i])
  if (fields.length > few) refuseTwinsOfMany(fields)
  else {
    for (let i = 1; i < fields.length; i++) {
      const { label } = fields[i]!
      for (let j = 0; j < i; j++) if (fields[j]!.label === label) refuseTwin(label)
    }
  }
  return keptProjection(fields)
}

/** A list of plain columns, kept with the first of them: statements that are built anew mostly select the same ones. */
function keptProjection(fields: readonly Field[]): Projection {
  const projection = flatProjection(fields)
  const { node } = fields[0]!
  if (node.kind === 'column' && fields.every((field) => field.node.kind === 'column')) node.kept.projection = projection
  return projection
}

const keptWith = (first: unknown): Projection | undefined => {
  if (!isExpression(first)) return undefined
  const node = nodeOf(first)
  return node.kind === 'column' ? (node.kept.projection as Projection | undefined) : undefined
}

/** The projection of these columns under their own keys, if it is the one that is kept. */
function keptOfList(args: readonly unknown[]): Projection | undefined {
  const known = keptWith(args[0])
  if (known === undefined || known.fields.length !== args.length) return undefined
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    const field = known.fields[i]!
    if (!isExpression(arg) || nodeOf(arg) !== field.node || (field.node as ColumnNode).key !== field.label) return undefined
  }
  return known
}

/** The same of an object, whose keys are the labels. */
function keptOfObject(object: Readonly<Record<string, unknown>>): Projection | undefined {
  const keys = Object.keys(object)
  const known = keys.length === 0 ? undefined : keptWith(object[keys[0]!])
  if (known === undefined || known.fields.length !== keys.length) return undefined
  for (let i = 0; i < keys.length; i++) {
    const value = object[keys[i]!]
    const field = known.fields[i]!
    if (!isExpression(value) || nodeOf(value) !== field.node || keys[i] !== field.label) return undefined
  }
  return known
}

/** Up to so many labels, comparing each with each is faster than a set. */
const few = 24

function refuseTwinsOfMany(fields: readonly Field[]): void {
  const labels = new Set<string>()
  for (const { label } of fields) if (labels.size === labels.add(label).size) refuseTwin(label)
}

function refuseTwin(label: string): never {
  throw new CompileError(`two columns are called ${label}; name one with .as()`, 'DUPLICATE_KEY')
}

function fieldOf(arg: unknown): Field {
  if (!isExpression(arg)) throw new CompileError(`select(…) takes columns and expressions, not ${describe(arg)}`)
  const node = nodeOf(arg)
  if (node.kind === 'column') return node.field
  if (node.kind === 'label') return seal({ label: node.label, node: node.operand })
  throw new CompileError(`${nameOf(node)} needs a name in a select list; give it one with .as('name')`)
}

/** A row of the fields as they are. */
export const flatProjection = (fields: readonly Field[]): Projection =>
  seal({ fields, shape: undefined, whole: undefined, quoted: undefined, contains: bitsOf(fields) })

function bitsOf(fields: readonly Field[]): number {
  let bits = 0
  for (let i = 0; i < fields.length; i++) bits |= fields[i]!.node.contains
  return bits
}

/** The shape of a row: of a flat one, its labels. */
export const shapeOfRow = ({ fields, shape }: Projection): ObjectShape => shape ?? objectShape(entriesOf(fields), undefined)

const fieldAs = (label: string, node: ExpressionNode): Field =>
  node.kind === 'column' && node.key === label ? node.field : seal({ label, node: unlabelled(node) })

/** Gathers the fields of an object that nests nothing; false where it does, or holds anything else than expressions. */
function flatFields(object: object, fields: Field[]): boolean {
  for (const key of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[key]
    if (!isExpression(value) || key === '') return false
    fields.push(fieldAs(key, nodeOf(value)))
  }
  return true
}

function shapeOf(object: object, prefix: string, fields: Field[]): ObjectShape {
  const first = fields.length
  const entries: (readonly [string, Shape])[] = []
  for (const key of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[key]
    checkKey(key)
    if (value === undefined || value === false) continue
    if (isExpression(value)) {
      entries.push(seal([key, fields.length] as const))
      fields.push(fieldAs(prefix + key, nodeOf(value)))
    } else if (isSource(value)) {
      const source = inScope(sourceNode(value))
      const inner = sourceColumns(source).map((node, i) => seal([node.key, fields.length + i] as const))
      entries.push(seal([key, objectShape(inner, source)] as const))
      for (const node of sourceColumns(source)) fields.push(seal({ label: `${prefix}${key}.${node.key}`, node }))
    } else if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
    ) {
      entries.push(seal([key, shapeOf(value, `${prefix}${key}.`, fields)] as const))
    } else {
      throw new CompileError(
        `select({ ${prefix}${key} }) takes a column, an expression, a table or an object of these, not ${describe(value)}`,
      )
    }
  }
  return objectShape(entries, prefix === '' ? undefined : oneSource(fields.slice(first)))
}

/** The source that all of these are plain columns of, if there is one. */
function oneSource(fields: readonly Field[]): SourceNode | undefined {
  const [head] = fields
  if (head?.node.kind !== 'column') return undefined
  const { source } = head.node
  return fields.every(({ node }) => node.kind === 'column' && node.source === source) ? source : undefined
}

/** Labels are unique; where keys with dots would collide, the later one gets a number. Rows are read by position, so it shows nowhere. */
function unique(fields: readonly Field[]): readonly Field[] {
  const seen = new Set<string>()
  return fields.map((field) => {
    let { label } = field
    for (let n = 2; seen.has(label); n++) label = `${field.label}_${n}`
    seen.add(label)
    return label === field.label ? field : seal({ label, node: field.node })
  })
}

/** Which sources an outer join may leave without a row. */
function outerSources(node: SelectNode): Set<SourceNode> {
  const outer = new Set<SourceNode>()
  const before: SourceNode[] = node.sources.slice(0, 1)
  for (const { join, source: joined } of node.joins) {
    const source = inScope(joined)
    if (join === 'left' || join === 'full') outer.add(source)
    if (join === 'right' || join === 'full') for (const earlier of before) outer.add(earlier)
    before.push(source)
  }
  return outer
}

/** Finds the NOT NULL column that tells a missing row of each nested shape, and selects one more where the shape has none. */
export function resolveProjection(projection: Projection, node: SelectNode): Projection {
  const { shape: unresolved } = projection
  if (node.joins.length === 0 || unresolved === undefined || !isNested(unresolved)) return projection
  const outer = outerSources(node)
  const fields = [...projection.fields]
  const resolve = (shape: ObjectShape): ObjectShape => ({
    entries: shape.entries.map(([key, inner]) => [key, typeof inner === 'number' ? inner : resolve(inner)] as const),
    source: shape.source,
    absent: shape.source && outer.has(shape.source) ? witness(shape.source, fields) : undefined,
  })
  return {
    fields,
    shape: resolve({ ...unresolved, source: undefined }),
    whole: undefined,
    quoted: make.keptText(),
    contains: projection.contains,
  }
}

function isNested({ entries }: ObjectShape): boolean {
  for (const entry of entries) if (typeof entry[1] !== 'number') return true
  return false
}

function witness(source: SourceNode, fields: Field[]): number {
  const there = fields.findIndex(({ node }) => node.kind === 'column' && node.source === source && node.notNull)
  if (there >= 0) return there
  const column = sourceColumns(source).find((node) => node.notNull)
  if (!column) {
    throw new CompileError(
      `${sourceTitle(source)} has no NOT NULL column that could tell a missing row from a row of nulls; select its columns flat`,
    )
  }
  fields.push({ label: `${source.name}.${column.key}?`, node: column })
  return fields.length - 1
}

/** What a subquery or common table expression offers to the outside: one column per field. */
export function derivedColumns(
  node: CteNode['statement'],
  columnFor: (key: string, expression: ExpressionNode, notNull: boolean) => ColumnNode,
): ColumnNode[] {
  const projection = node.kind === 'select' || node.kind === 'compound' ? node.projection : node.returning
  if (projection === undefined) return []
  const outer: ReadonlySet<SourceNode> = node.kind === 'select' ? outerSources(node) : new Set()
  const rolled = node.kind === 'select' && node.groupBy.some(({ kind }) => kind === 'grouping')
  return shapeOfRow(projection).entries.map(([key, shape]) => {
    if (typeof shape !== 'number') throw new CompileError(`${key} is a nested object; the columns of a subquery are flat`)
    const expression = projection.fields[shape]!.node
    return columnFor(key, expression, !rolled && isNotNull(expression, outer))
  })
}

const isNotNull = (expression: ExpressionNode, outer: ReadonlySet<SourceNode>): boolean =>
  expression.kind === 'column'
    ? expression.notNull && !outer.has(expression.source)
    : expression.kind === 'nested' || (expression.kind === 'aggregate' && expression.name === 'count')
