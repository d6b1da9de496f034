import type { Prepared, RowOfRuns, Runnable } from '@quern/expression'
import { CompileError, describe, type Expr, isStatement, make, PreparedStatement, TYPE, typed } from '@quern/expression'
import { type AnyColumnDef, ColumnDef, type FamilyOf, type FlagsOf, type ValueOf } from '@quern/schema'

/** A column definition of `prepare`: not null unless it says `.nullable()`. */
export type Parameters = Readonly<Record<string, AnyColumnDef>>
type ParameterValues<Ps> = { readonly [Q in keyof Ps]: ParameterValue<Ps[Q]> }
type ParameterValue<Df> = 'nullable' extends FlagsOf<Df> ? ValueOf<Df> : NonNullable<ValueOf<Df>>
type ParameterExpressions<Ps> = { readonly [Q in keyof Ps]: Expr<ParameterValue<Ps[Q]>, never, never, never, FamilyOf<Ps[Q]>> }

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
  for (const name of Object.keys(parameters)) $[name] = typed(parameterOf(name, parameters[name]!))
  const statement = build($ as never)
  if (!isStatement(statement)) throw new CompileError(`prepare() takes a function that yields a statement, not ${describe(statement)}`)
  return new PreparedStatement(statement, Object.keys(parameters)) as never
}

/** The value of a parameter that may be null is null until one is given; of any other it is undefined. */
const parameterOf = (name: string, definition: AnyColumnDef) =>
  make.parameter(ColumnDef.options(definition, name).nullable ? null : undefined, definition[TYPE], undefined, name)
