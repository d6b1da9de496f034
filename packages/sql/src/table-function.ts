/** Functions that yield rows, in FROM. */
import { type C, CompileError, checkOptions, countType, describe, isExpression, make, nodeOf, type Typed } from '@quern/expression'
import { type AnyColumnDef, type ColumnDef, checkName, type Table } from '@quern/schema'
import { sourceObject } from './derived.js'
import type { FunctionSourceNode } from './nodes.js'
import { madeColumns } from './values-table.js'

/** A function that waits for its name in FROM. */
export interface TableFunction<Defs> {
  /** `f(…) AS name (columns)` */
  as<const Name extends string>(name: Name): Table<Name, Defs>
}
export interface TableFunctionOptions<Key extends string> {
  /** Adds a column of this name that counts the rows from 1: `WITH ORDINALITY`. */
  readonly ordinality?: Key
}
type WithOrdinality<Defs, Key extends string> = string extends Key
  ? Defs
  : { [K in keyof Defs | Key]: K extends keyof Defs ? Defs[K] : ColumnDef<number, 'exact'> }

/**
 * A function in FROM, with the columns that it yields; its arguments see what stands before it there.
 *
 * `tableFunction(fn('generate_series', integer())(literal(1), literal(3)), { value: integer() }).as('g')` —
 * `generate_series($1::int4, $2::int4) AS "g" ("value")`; on SQLite the columns have the names that the function gives them.
 *
 * @throws UnsupportedFeatureError when compiled for MySQL or MariaDB
 */
export function tableFunction<Defs extends Readonly<Record<string, AnyColumnDef>>, const Key extends string = string>(
  call: Typed<any, any, any, any, any> | { readonly [C]: any },
  columns: Defs,
  options: TableFunctionOptions<Key> = {},
): TableFunction<WithOrdinality<Defs, Key>> {
  checkOptions('tableFunction()', options, ['ordinality'])
  if (!isExpression(call))
    throw new CompileError(`tableFunction() takes a call such as fn('generate_series', integer())(…), not ${describe(call)}`)
  const expression = nodeOf(call)
  if (expression.kind !== 'call' && expression.kind !== 'template')
    throw new CompileError(`tableFunction() takes a call such as fn('generate_series', integer())(…), not a ${expression.kind}`)
  const { ordinality } = options
  return {
    as: (name: string) => {
      const node: { -readonly [P in keyof FunctionSourceNode]: FunctionSourceNode[P] } = {
        kind: 'function',
        name: checkName(name, 'table function'),
        schema: undefined,
        quoted: make.keptText(),
        columns: [],
        call: expression,
        ordinality: ordinality !== undefined,
      }
      const made = madeColumns(node, columns)
      if (ordinality !== undefined) made.push(make.column(node, ordinality, checkName(ordinality, 'column'), countType, true))
      if (made.length === 0) throw new CompileError(`tableFunction(${name}) has no columns`)
      node.columns = Object.freeze(made)
      return sourceObject(Object.freeze(node))
    },
  } as never
}
