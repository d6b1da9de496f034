/** Common table expressions that refer to themselves. */
import { type ColumnNode, CompileError, checkOptions, listed, make, type Runs, type SourceNode, sqlType } from '@quern/expression'
import { type ColumnDef, checkName, type Table } from '@quern/schema'
import { queryNode, recursiveSource } from './derived.js'
import type { CycleNode, QueryNode, SearchNode } from './nodes.js'
import type { Select } from './select.js'
import type { Query } from './set-operation.js'
import type { Derived, DerivedDefs } from './shape.js'

export type SearchOptions<Key extends string, Set extends string> =
  | { readonly depthFirst: readonly Key[]; readonly set: Set }
  | { readonly breadthFirst: readonly Key[]; readonly set: Set }
export interface CycleOptions<Key extends string, Set extends string, Using extends string> {
  /** The columns in which a row may not repeat one above it. */
  readonly by: readonly Key[]
  /** A boolean column: true in a row that repeats one above it, after which its branch ends. */
  readonly set: Set
  /** A column that holds the path. */
  readonly using: Using
}
export interface RecursiveOptions<Key extends string, Order extends string, Set extends string, Using extends string> {
  /** UNION instead of UNION ALL: rows that were there already are not gone on from. */
  readonly distinct?: boolean
  readonly materialized?: boolean
  /** Adds a column by which the rows order depth first or breadth first. */
  readonly search?: SearchOptions<Key, Order>
  /** Ends a branch that repeats itself. */
  readonly cycle?: CycleOptions<Key, Set, Using>
}
type Added<Order extends string, Set extends string, Using extends string> = (string extends Order
  ? unknown
  : { readonly [K in Order]: ColumnDef<unknown, 'unknown'> }) &
  (string extends Set ? unknown : { readonly [K in Set]: ColumnDef<boolean, 'boolean'> }) &
  (string extends Using ? unknown : { readonly [K in Using]: ColumnDef<unknown, 'unknown'> })

/**
 * A recursive common table expression: `base UNION ALL step`, where the step refers to the expression itself.
 *
 * `recursiveCte('tree', select(…), (tree) => select(…).from(t).join(tree, …))`
 */
export function recursiveCte<
  const Name extends string,
  Sh,
  Scope extends string,
  Outer extends string,
  G extends string,
  Need extends string,
  const Order extends string = string,
  const Set extends string = string,
  const Using extends string = string,
>(
  name: Name,
  base: Select<Sh, Scope, Outer, G, Need>,
  step: (self: Derived<Name, Sh, Outer>) => Runs<any>,
  options?: RecursiveOptions<keyof DerivedDefs<Sh, Outer> & string, Order, Set, Using>,
): Table<Name, DerivedDefs<Sh, Outer> & Added<Order, Set, Using>>
export function recursiveCte<const Name extends string, Defs>(
  name: Name,
  base: Query<Defs>,
  step: (self: Table<Name, Defs>) => Runs<any>,
  options?: RecursiveOptions<keyof Defs & string, string, string, string>,
): Table<Name, Defs>
export function recursiveCte(
  name: string,
  base: unknown,
  step: (self: never) => unknown,
  options: RecursiveOptions<string, string, string, string> = {},
): unknown {
  checkOptions('recursiveCte()', options, ['distinct', 'materialized', 'search', 'cycle'])
  const node = queryNode(base, 'recursiveCte()')
  const keys = node.projection.fields.map(({ label }) => label)
  const search = options.search && searchNode(options.search, keys)
  const cycle = options.cycle && cycleNode(options.cycle, keys)
  return recursiveSource(
    name,
    node,
    (self) => queryNode(step(self as never), 'the step of recursiveCte()') as QueryNode,
    { distinct: options.distinct ?? false, materialized: options.materialized, search, cycle },
    (source) => addedColumns(source, search, cycle),
  )
}

function keysIn(by: unknown, keys: readonly string[], place: string): readonly string[] {
  const list = (Array.isArray(by) ? by : [by]) as string[]
  const odd = list.find((key) => !keys.includes(key))
  if (list.length === 0 || odd !== undefined)
    throw new CompileError(
      `${place} of recursiveCte() names columns of the expression: ${listed([...keys])}${odd === undefined ? '' : `, not ${odd}`}`,
    )
  return Object.freeze([...list])
}

function searchNode(options: SearchOptions<string, string>, keys: readonly string[]): SearchNode {
  checkOptions('search', options, ['depthFirst', 'breadthFirst', 'set'])
  const depth = 'depthFirst' in options
  const by = keysIn(depth ? options.depthFirst : options.breadthFirst, keys, 'search')
  return Object.freeze({ first: depth ? 'depth' : 'breadth', by, set: checkName(options.set, 'column') })
}

function cycleNode(options: CycleOptions<string, string, string>, keys: readonly string[]): CycleNode {
  checkOptions('cycle', options, ['by', 'set', 'using'])
  return Object.freeze({
    by: keysIn(options.by, keys, 'cycle'),
    set: checkName(options.set, 'column'),
    using: checkName(options.using, 'column'),
  })
}

/** SEARCH adds a column to order by, CYCLE a boolean and the path; their types are PostgreSQL's own. */
function addedColumns(source: SourceNode, search: SearchNode | undefined, cycle: CycleNode | undefined): ColumnNode[] {
  const columns: ColumnNode[] = []
  if (search !== undefined) columns.push(make.column(source, search.set, search.set, record, true))
  if (cycle !== undefined)
    columns.push(
      make.column(source, cycle.set, cycle.set, sqlType('boolean', 'boolean'), true),
      make.column(source, cycle.using, cycle.using, record, true),
    )
  return columns
}
const record = sqlType('custom', 'unknown')
