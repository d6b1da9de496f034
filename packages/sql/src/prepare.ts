import type { Prepared, RowOfRuns, Runnable } from '@quern/expression'
import { CompileError, describe, type Expr, isStatement, make, Statement, statementNode, TYPE, typed } from '@quern/expression'
import type { AnyColumnDef, FamilyOf, ValueOf } from '@quern/schema'

/** A column definition of `prepare`: not null unless it says `.nullable()`. */
export type Parameters = Readonly<Record<string, AnyColumnDef>>
type ParameterValues<Ps> = { readonly [Q in keyof Ps]: NonNullable<ValueOf<Ps[Q]>> }
type ParameterExpressions<Ps> = { readonly [Q in keyof Ps]: Expr<NonNullable<ValueOf<Ps[Q]>>, never, never, never, FamilyOf<Ps[Q]>> }

/**
 * A statement with typed parameters, compiled once and run with other values each time.
 *
 * `const byEmail = prepare({ email: text() }, ($) => select(users).where(users.email.eq($.email)))`
 */
export function prepare<Ps extends Parameters, Q extends Runnable<any>>(
  parameters: Ps,
  build: ($: ParameterExpressions<Ps>) => Q,
): Prepared<ParameterValues<Ps>, RowOfRuns<Q>> {
  const $ = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(parameters)) $[name] = typed(make.parameter(undefined, parameters[name]![TYPE], undefined, name))
  const statement = build($ as never)
  if (!isStatement(statement)) throw new CompileError(`prepare() takes a function that yields a statement, not ${describe(statement)}`)
  return new PreparedStatement(statement, Object.keys(parameters)) as never
}

export class PreparedStatement extends Statement {
  readonly names: readonly string[]

  constructor(statement: Statement, names: readonly string[]) {
    super(statementNode(statement))
    this.names = Object.freeze([...names])
  }
}
