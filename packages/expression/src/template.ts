/** `` sql`…` ``: the user's own SQL with nodes and bound values in its holes. The text is never scanned, so `?` and `$1` in it stay what they are. */
import { CompileError } from './errors.js'
import { Expression } from './expression.js'
import * as make from './factory.js'
import { namedValues } from './named-values.js'
import type { TemplateNode, TemplateValue } from './nodes.js'
import { describe, isExpression, isStatement, nodeOf, statementNode } from './operand.js'
import { RawStatement } from './raw.js'
import type { Runs } from './runs.js'
import { isSource, sourceNode } from './source.js'
import { type AnyExpr, type TokenValueOf, TYPE, type TypeToken } from './typed.js'
import { builtin } from './types.js'
import { typeOfValue } from './values.js'

const PIECE = Symbol('quern.piece')
/** What `sql.identifier`, `sql.join` and `sql.unsafe` make; only good for a hole of a template. */
export class Piece {
  readonly [PIECE]: TemplateValue

  constructor(value: TemplateValue) {
    this[PIECE] = Object.freeze(value)
  }
}

function holeOf(value: unknown): TemplateValue {
  if (isExpression(value)) return nodeOf(value)
  if (value instanceof Piece) return value[PIECE]
  if (isStatement(value)) return { kind: 'statement', statement: statementNode(value) }
  if (isSource(value)) return { kind: 'source', source: sourceNode(value) }
  if (value === undefined) throw new CompileError('a hole of sql`…` is undefined; use null for NULL', 'UNDEFINED_VALUE')
  return make.parameter(value, value === null ? builtin.unknown : typeOfValue(value))
}

/** Hand-written SQL: an expression of which only the written-down value type is known, or a statement of its own. */
export interface Fragment<Value, Kind extends string> extends AnyExpr<Value, never, never, Kind>, Runs<unknown> {
  readonly need?: never
  readonly grouping?: never
  readonly params?: never
  /** As a statement whose result columns are these, in this order: `` sql`select id from t`.returns({ id: bigint() }) ``. */
  returns<Columns extends Readonly<Record<string, TypeToken<any, string>>>>(
    columns: Columns,
  ): RawStatement<{ [Key in keyof Columns]: TokenValueOf<Columns[Key]> }>
}

function stringFor(place: string, text: unknown): string {
  if (typeof text !== 'string') throw new CompileError(`${place} takes a string, not ${describe(text)}`)
  return text
}

class Template extends Expression {
  returns(columns: Readonly<Record<string, TypeToken<unknown, string>>>): RawStatement<unknown> {
    return RawStatement.of(nodeOf(this) as TemplateNode, columns)
  }
}

function build(texts: readonly string[], values: readonly unknown[], isAggregate: boolean, type = builtin.unknown): never {
  return new Template(make.template(Object.freeze([...texts]), values.map(holeOf), type, isAggregate)) as never
}

/** `` sql<number>`length(${users.name}) + ${3}` ``: an expression; its value is as the driver has it unless `.as(type)` of `sql.typed` names one. */
function sqlTemplate<Value = unknown>(texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment<Value, 'row'> {
  return build(texts, values, false)
}

export const sql = Object.assign(sqlTemplate, {
  /** A fragment that decodes as the given type: `` sql.typed(bigint())`…` ``. */
  typed:
    <Value, Fam extends string>(type: TypeToken<Value, Fam>) =>
    (texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment<Value, 'row'> =>
      build(texts, values, false, type[TYPE]),
  /** A fragment that aggregates: allowed beside other aggregates, refused in WHERE. */
  aggregate: <Value = unknown>(texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment<Value, 'aggregate'> =>
    build(texts, values, true),
  /** The same, decoded as the given type. */
  aggregateOf:
    <Value, Fam extends string>(type: TypeToken<Value, Fam>) =>
    (texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment<Value, 'aggregate'> =>
      build(texts, values, true, type[TYPE]),
  /**
   * Hand-written SQL with values by name: `` sql.text('SELECT * FROM t WHERE id = :id AND a::text = :a', { id: 3, a: 'x' }) ``. Each value is bound where its
   * `:name` stands; colons in quotes, comments and casts are left alone. A name without a value, or a value without its name, is an error.
   */
  text: <Value = unknown>(text: string, values: Readonly<Record<string, unknown>> = {}): Fragment<Value, 'row'> => {
    const found = namedValues(stringFor('sql.text', text), values)
    return build(found.texts, found.values, false)
  },
  /** A quoted name, `sql.identifier('audit', 'users')` for a qualified one. */
  identifier: (...names: string[]): Piece =>
    new Piece({ kind: 'identifier', names: Object.freeze(names.map((name) => stringFor('sql.identifier', name))) }),
  /** The values one after the other, separated by `separator` (", " unless told). */
  join: (values: readonly unknown[], separator = ', '): Piece => {
    if (!Array.isArray(values)) throw new CompileError(`sql.join takes an array, not ${describe(values)}`)
    return new Piece({
      kind: 'list',
      values: Object.freeze(values.map(holeOf)),
      separator: stringFor('the separator of sql.join', separator),
    })
  },
  /** Text that goes into the SQL as it is: never for anything that came from outside the program. */
  unsafe: (text: string): Piece => new Piece({ kind: 'unsafe', text: stringFor('sql.unsafe', text) }),
})
