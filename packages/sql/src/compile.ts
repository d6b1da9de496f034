/** From a statement to a Plan: pure, without a database, once per statement value and dialect. */
import {
  CompileError,
  describe,
  isExpression,
  isSource,
  isStatement,
  keep,
  keptOf,
  nodeOf,
  type ParameterNode,
  type RawNode,
  sourceNode,
  statementNode,
  type TemplateNode,
} from '@quern/expression'
import { recall, remember } from './alike.js'
import { decoderOf, isSecret } from './codec.js'
import { DdlPlan, DdlStatement } from './ddl-statement.js'
import type { Dialect } from './dialect.js'
import { InvalidValueError } from './errors.js'
import { insertParts } from './insert-parts.js'
import { writeInline } from './literal.js'
import type { AnyStatementNode, Field, Projection } from './nodes.js'
import type { CellForm, Decode, DriverValue, Hole, Plan, PlanKind } from './plan.js'
import { flatProjection } from './projection.js'
import { projectionFor, read, refuseWrapped } from './query-for.js'
import { Writer } from './writer.js'
import { Written } from './written.js'

/** The Plan of a statement, or of a bare `` sql`…` ``. It is kept with the statement, for the dialect that asked last. */
export function planOf(statement: object, dialect: Dialect): Plan {
  const kept = keptOf(statement) as CompiledPlan | DdlPlan | undefined
  if (kept !== undefined && kept.dialect === dialect) return kept
  const plan = statement instanceof DdlStatement ? new DdlPlan(statement, dialect) : makePlan(nodeOfStatement(statement), dialect)
  keep(statement, plan)
  return plan
}

function nodeOfStatement(statement: object): AnyStatementNode {
  if (isStatement(statement)) return statementNode(statement) as AnyStatementNode
  if (isExpression(statement)) {
    const node = nodeOf(statement)
    if (node.kind === 'template') return { kind: 'raw', template: node, columns: undefined }
  }
  throw new CompileError(`expected a statement, got ${whatInstead(statement)}`)
}

/** What came instead, and what was probably meant. */
function whatInstead(given: unknown): string {
  if (typeof given === 'string') return 'a string; write sql`…` for SQL of your own'
  if (isSource(given)) return `a table; write select(${sourceNode(given).name})`
  if (isExpression(given)) return 'an expression; write select({ … })'
  return `${describe(given)}; begin with select(), insertInto(), update(), deleteFrom() or sql\`…\``
}

function makePlan(node: AnyStatementNode, dialect: Dialect): CompiledPlan {
  const known = recall(node, dialect)
  return known === undefined ? writePlan(node, dialect) : new CompiledPlan(node, known.written, known.holes, undefined)
}

function writePlan(node: AnyStatementNode, dialect: Dialect): CompiledPlan {
  const parts = node.kind === 'insert' ? insertParts(node, dialect) : undefined
  if (parts !== undefined) return planOfParts(node, parts, dialect)
  if (node.kind === 'compound') refuseWrapped(node, dialect)
  const out = new Writer(dialect)
  const projection = projectionOfNode(node, dialect)
  out.statement(projection === undefined ? node : withProjection(node, projection))
  const { text, holes } = out
  if (holes.length > dialect.parameterLimit) {
    throw new CompileError(
      `this statement has ${holes.length} parameters; ${dialect.title} takes at most ${dialect.parameterLimit}; split it, or write rows with bulkInsert(), which splits by itself`,
      'TOO_MANY_PARAMETERS',
    )
  }
  const written = new Written(text, dialect, projection, out.readsSecret)
  remember(node, written, holes)
  return new CompiledPlan(node, written, holes, undefined)
}

function planOfParts(node: AnyStatementNode, nodes: readonly AnyStatementNode[], dialect: Dialect): CompiledPlan {
  const parts = nodes.map((part) => makePlan(part, dialect))
  const text = parts.map((part) => part.text).join(';\n')
  const holes = parts.flatMap((part) => part.holes)
  const comparesSecrets = parts.some((part) => part.secret)
  return new CompiledPlan(node, new Written(text, dialect, projectionOfNode(node, dialect), comparesSecrets), holes, parts)
}

function projectionOfNode(node: AnyStatementNode, dialect: Dialect): Projection | undefined {
  if (node.kind === 'select' || node.kind === 'compound') return projectionFor(node, dialect)
  if (node.kind === 'raw') return node.columns && rawProjection(node.template, node.columns)
  return node.returning && read(node.returning, dialect)
}

function withProjection(node: AnyStatementNode, projection: Projection): AnyStatementNode {
  if (node.kind === 'raw') return node
  if (node.kind === 'select' || node.kind === 'compound') return projection === node.projection ? node : { ...node, projection }
  return projection === node.returning ? node : { ...node, returning: projection }
}

/** The declared columns of hand-written SQL: only their keys and types count, the text is the user's. */
const rawProjection = (template: TemplateNode, columns: NonNullable<RawNode['columns']>): Projection =>
  flatProjection(columns.map(({ key, type }): Field => ({ label: key, node: { ...template, type } })))

class CompiledPlan implements Plan {
  readonly node: AnyStatementNode
  readonly written: Written
  readonly holes: readonly Hole[]
  readonly parts: readonly CompiledPlan[] | undefined

  constructor(node: AnyStatementNode, written: Written, holes: readonly Hole[], parts: readonly CompiledPlan[] | undefined) {
    this.node = node
    this.written = written
    this.holes = holes
    this.parts = parts
  }

  get kind(): PlanKind {
    const { kind } = this.node
    return kind === 'compound' ? 'select' : kind
  }

  get text(): string {
    return this.written.text
  }

  get dialect(): Dialect {
    return this.written.dialect
  }

  get returnsRows(): boolean {
    return this.written.projection !== undefined || this.node.kind === 'raw'
  }

  get types(): string {
    return this.written.types(this.holes)
  }

  get secret(): boolean {
    const { node } = this
    const table = 'table' in node ? node.table : undefined
    return (
      this.written.comparesSecrets ||
      this.holes.some((hole) => hole.secret) ||
      table?.columns.some((column) => isSecret(column.node.type)) === true
    )
  }

  get upserts(): boolean {
    return this.node.kind === 'insert' && this.node.extra?.conflict !== undefined
  }

  get rowCount(): number | undefined {
    const { node } = this
    const counted =
      node.kind === 'insert' && node.extra !== undefined && node.extra.verb !== 'ignore' && node.rows.length > 0 && !this.returnsRows
    return counted && this.dialect.countsTwice ? node.rows.length : undefined
  }

  hides(hole: number): boolean {
    return this.written.comparesSecrets || this.holes[hole]!.secret === true
  }

  get wide(): boolean {
    return this.written.reading?.wide ?? false
  }

  get forms(): readonly CellForm[] | undefined {
    return this.written.reading?.forms
  }

  get build(): Plan['build'] {
    return this.written.reading?.build
  }

  bind(named?: Readonly<Record<string, unknown>>): DriverValue[] {
    const { holes } = this
    const values = new Array<DriverValue>(holes.length)
    for (let i = 0; i < holes.length; i++) {
      const { parameter, encode } = holes[i]!
      const value =
        parameter.name !== undefined
          ? namedValue(parameter, named)
          : parameter.produce !== undefined
            ? parameter.produce()
            : parameter.value
      if (value === undefined) throw new InvalidValueError(parameter, 'a value or null', value)
      values[i] = value === null ? null : encode(value, parameter)
    }
    return values
  }

  decode(rows: readonly (readonly unknown[])[], columnTypes?: readonly number[]): any[] {
    const { reading } = this.written
    if (reading !== undefined) return reading.decode(rows, columnTypes)
    const decoders = (columnTypes ?? []).map((type) => this.dialect.natural(type))
    return rows.map((row) => row.map((value, i) => decodeWith(decoders[i] ?? this.dialect.natural(undefined), value)))
  }

  scalar(row: readonly unknown[], columnTypes?: readonly number[]): unknown {
    const first = this.written.projection?.fields[0]
    return decodeWith(first ? decoderOf(first.node.type, this.dialect, columnTypes?.[0]) : this.dialect.natural(columnTypes?.[0]), row[0])
  }
}

const decodeWith = (decode: Decode | undefined, raw: unknown): unknown =>
  raw === null || raw === undefined || decode === undefined ? (raw ?? null) : decode(raw)

function namedValue(parameter: ParameterNode, named: Readonly<Record<string, unknown>> | undefined): unknown {
  const name = parameter.name!
  const value = named !== undefined && Object.hasOwn(named, name) ? named[name] : undefined
  if (value === undefined) throw new CompileError(`the prepared statement needs a value for ${name}`, 'MISSING_PARAMETER')
  if (value === null && parameter.value !== null)
    throw new CompileError(`parameter ${name} may not be null; declare it with .nullable()`, 'NOT_NULL')
  return value
}

export interface Compiled {
  readonly sql: string
  /** The program's values, in the order of the placeholders. */
  readonly params: readonly unknown[]
}
export interface CompileOptions {
  /** Write values in place instead of binding them: for reading and EXPLAIN, not for running. */
  readonly inline?: boolean
}

/**
 * The text of a statement that stands in the definition of a view, values in place. Its columns are what is stored: they are read through SQL of
 * their own where somebody reads the view's.
 */
export const definitionOf = (statement: object, dialect: Dialect): string => inlineText(nodeOfStatement(statement), dialect)

function inlineText(node: AnyStatementNode, dialect: Dialect): string {
  const out = new Writer({ ...dialect, parameter: writeInline, list: undefined })
  out.statement(node)
  return out.text
}

/** The text and the values of a statement on a dialect, without a database. */
export function compile(statement: object, dialect: Dialect, options?: CompileOptions): Compiled {
  if (options?.inline && !(statement instanceof DdlStatement)) {
    const node = nodeOfStatement(statement)
    const parts = (node.kind === 'insert' ? insertParts(node, dialect) : undefined) ?? [node]
    if (node.kind === 'compound') refuseWrapped(node, dialect)
    const texts = parts.map((part) => {
      const found = projectionOfNode(part, dialect)
      return inlineText(found === undefined ? part : withProjection(part, found), dialect)
    })
    return { sql: texts.join(';\n'), params: [] }
  }
  const { text, holes } = planOf(statement, dialect)
  const params = new Array<unknown>(holes.length)
  for (let i = 0; i < params.length; i++) {
    const { produce, value } = holes[i]!.parameter
    params[i] = produce === undefined ? value : produce()
  }
  return { sql: text, params }
}
