/** EXPLAIN FORMAT=JSON of MySQL, in both of its versions, and EXPLAIN and ANALYZE FORMAT=JSON of MariaDB. */
import { type PlanNode, planNode } from '@quern/sql'
import { stepOf } from './mysql-explain-tree.js'

type Json = { readonly [key: string]: unknown }

/** MySQL's second version: the steps of FORMAT=TREE as objects. */
interface Iterator extends Json {
  readonly operation?: string
  readonly inputs?: readonly Iterator[]
  readonly inputs_from_select_list?: readonly Iterator[]
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

export function readJson(text: string): readonly PlanNode[] {
  const answer = JSON.parse(text) as Json
  if (isJson(answer.query_plan)) return [iteratorNode(answer.query_plan as Iterator)]
  return blockNodes(answer)
}

function iteratorNode(step: Iterator): PlanNode {
  const { inputs = [], inputs_from_select_list = [], ...raw } = step
  const known = stepOf(String(step.operation ?? step.access_type ?? 'step'))
  const loops = number(step.actual_loops)
  const total = (each: number | undefined) => (each === undefined || loops === undefined ? undefined : each * loops)
  return {
    ...known,
    relation: text(step.table_name) ?? known.relation,
    index: text(step.index_name) ?? known.index,
    rows: number(step.estimated_rows),
    cost: number(step.estimated_total_cost),
    actualRows: total(number(step.actual_rows)),
    time: total(number(step.actual_last_row_ms)),
    loops,
    children: [...inputs, ...inputs_from_select_list].map(iteratorNode),
    raw,
  }
}

/** Lists of steps, which are no steps themselves. */
const lists = new Set(['nested_loop', 'query_specifications', 'insert_from'])

/** The steps that an object names, in its order. */
function blockNodes(block: Json): PlanNode[] {
  return Object.entries(block).flatMap(([key, value]) => nodesOf(key, value))
}

function nodesOf(key: string, value: unknown): PlanNode[] {
  if (Array.isArray(value)) {
    const inner = value.filter(isJson).flatMap((item) => blockNodes(item))
    if (inner.length === 0) return []
    return lists.has(key) ? inner : [planNode(words(key), { children: inner })]
  }
  if (!isJson(value)) return []
  if (key === 'table') return [tableNode(value)]
  if (key === 'query_block' && typeof value.message === 'string')
    return [planNode(value.message, { raw: value, children: blockNodes(value) })]
  if (!hasSteps(value)) return []
  const children = blockNodes(value)
  const loops = number(value.r_loops)
  const cost = number((value.cost_info as Json | undefined)?.query_cost) ?? number(value.cost)
  const condition = text(value.sort_key) ?? text(value.attached_condition)
  return [planNode(words(key), { cost, loops, time: number(value.r_total_time_ms), condition, children, raw: scalarsOf(value) })]
}

/** What makes an object part of the plan and not a figure about it. */
function hasSteps(value: Json): boolean {
  return Object.entries(value).some(
    ([key, inner]) =>
      key === 'table' ||
      key === 'query_block' ||
      key === 'query_specifications' ||
      (Array.isArray(inner) ? inner.some((item) => isJson(item) && hasSteps(item)) : isJson(inner) && hasSteps(inner)),
  )
}

/** What the servers call their ways into a table: https://dev.mysql.com/doc/refman/en/explain-output.html#explain-join-types */
const accesses: Readonly<Record<string, string>> = {
  ALL: 'Table scan',
  index: 'Index scan',
  range: 'Index range scan',
  ref: 'Index lookup',
  ref_or_null: 'Index lookup, also of NULL',
  eq_ref: 'Single-row index lookup',
  const: 'Constant row',
  system: 'Only row',
  fulltext: 'Full-text search',
  index_merge: 'Index merge',
  unique_subquery: 'Single-row index lookup',
  index_subquery: 'Index lookup',
}

/** A row that is fetched before execution begins. */
export const isConstant = ({ operation }: PlanNode): boolean => operation === accesses.const || operation === accesses.system

function tableNode(table: Json): PlanNode {
  const relation = text(table.table_name)
  const type = text(table.access_type)
  const key = text(table.key)
  const isTable = relation !== undefined && !relation.startsWith('<') && table.materialized_from_subquery === undefined
  const write = ['update', 'delete', 'insert', 'replace'].find((word) => Boolean(table[word]))
  const access = (type && accesses[type]) ?? type
  const operation = [write && capital(write), access].filter(Boolean).join(': ')
  const merged = type === 'index_merge' ? [...(key ?? keysIn(table.index_merge)).matchAll(/[^(),\s]+(?=[,)])/g)].map(([name]) => name) : []
  const loops = number(table.r_loops)
  const each = number(table.r_rows)
  return planNode(operation || text(table.message) || 'Insert', {
    relation,
    index: merged.length > 0 ? undefined : key,
    fullScan: type === 'ALL' && isTable && table.materialized === undefined,
    rows: rowsOf(table),
    cost: number((table.cost_info as Json | undefined)?.prefix_cost) ?? number(table.cost),
    // a step of a write tells its rows and not how often it ran, which is once
    actualRows: loops === 0 ? 0 : each === undefined ? undefined : each * (loops ?? 1),
    time: number(table.r_total_time_ms) ?? number(table.r_table_time_ms),
    loops: loops ?? (each === undefined ? undefined : 1),
    condition: text(table.attached_condition) ?? text(table.index_condition),
    children: [...merged.map((index) => planNode('Index of a merge', { relation, index })), ...blockNodes(table)],
    raw: scalarsOf(table),
  })
}

/** MariaDB tells the parts of an index merge as objects. */
function keysIn(merge: unknown): string {
  const names: string[] = []
  JSON.stringify(merge, (key, value) => {
    if (key === 'key' && typeof value === 'string') names.push(value)
    return value
  })
  return `(${names.join(',')})`
}

/** The rows that are read, less those that the condition leaves out. */
function rowsOf(table: Json): number | undefined {
  const read = number(table.rows_examined_per_scan) ?? number(table.rows)
  const share = number(table.filtered) ?? 100
  return read === undefined ? undefined : Math.round(read * share) / 100
}

function scalarsOf(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isJson(inner) || !hasSteps(inner)))
}

const words = (key: string): string => capital(key.replaceAll(/[_-]/g, ' '))
const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
/** MySQL writes its figures as texts. */
function number(value: unknown): number | undefined {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}
