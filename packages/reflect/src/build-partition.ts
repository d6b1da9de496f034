/** How a table's rows are divided, from the texts of the catalogs. */
import { nodeOf, type SqlType } from '@quern/expression'
import { maxValue, minValue, type Partition, partition, partitionBy, type TablePart } from '@quern/schema'
import type { Found, TableContext } from './build-table.js'
import { boundValue, fragment, listed } from './defaults.js'
import type { PartitionDetails, PartitioningDetails } from './details.js'
import type { DynamicColumn } from './dynamic.js'

type Pick = (names: readonly string[]) => DynamicColumn[]

export function buildPartitioning(context: TableContext, { table }: Found, pick: Pick): TablePart[] {
  const { partitioning } = table
  if (!partitioning) return []
  const { method, keys } = partitioning
  const columns = keys.map(({ column, expression }) =>
    column === null ? (fragment(expression ?? '', context.inspector.catalog) as DynamicColumn) : pick([column])[0]!,
  )
  const types = keys.map(({ column }, i) => (column === null ? undefined : nodeOf(columns[i]! as object).type))
  const made = partitionBy(method, ...(columns as [DynamicColumn]))
  const count = numbered(partitioning, context.inspector.dialect.ddl.partitions === 'tables')
  if (count !== undefined) return [count === 0 ? made : made.partitions(count)]
  const parts = partitioning.partitions.map((one) => partitionOf(context, partitioning, one, types))
  const lost = partitioning.partitions.filter((_, i) => parts[i] === undefined)
  for (const { name } of lost) context.warnings.add(table, name, 'partition', 'has a bound that is no plain value; it is left out')
  for (const { name, comment } of partitioning.partitions)
    if (comment !== null) context.warnings.add(table, name, 'partition', 'has a comment, which is left out')
  const given = parts.filter((part) => part !== undefined)
  // a single number would be taken for how many there are
  return [given.length === 0 ? made : made.partitions(...given)]
}

/** How many partitions there are, where the database named them by itself. */
function numbered({ method, partitions }: PartitioningDetails, areTables: boolean): number | undefined {
  if (partitions.length === 0) return 0
  if (areTables || (method !== 'hash' && method !== 'key')) return undefined
  return method === 'key' || partitions.every(({ name }, i) => name === `p${i}`) ? partitions.length : undefined
}

function partitionOf(
  { inspector }: TableContext,
  { method, partitions }: PartitioningDetails,
  one: PartitionDetails,
  types: readonly (SqlType | undefined)[],
): Partition | undefined {
  const start = partition(one.name)
  const value = (text: string, at: number): unknown =>
    /^MAXVALUE$/i.test(text) ? maxValue : /^MINVALUE$/i.test(text) ? minValue : boundValue(text, types[at], inspector.catalog)
  const values = (text: string): unknown[] | undefined => {
    const found = listed(text).map(value)
    return found.includes(undefined) ? undefined : found
  }
  const bound = one.bound ?? ''
  if (/^DEFAULT$/i.test(bound)) return start.default()
  if (method === 'hash') {
    const [, modulus, remainder] = /\(modulus (\d+), remainder (\d+)\)/i.exec(bound) ?? []
    return start.of({ modulus: Number(modulus ?? partitions.length), remainder: Number(remainder ?? partitions.indexOf(one)) })
  }
  const range = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/s.exec(bound)
  if (range) {
    const [from, to] = [values(range[1]!), values(range[2]!)]
    return from && to && start.from(from).to(to)
  }
  const list = /^FOR VALUES IN \((.*)\)$/s.exec(bound)?.[1] ?? bound
  if (method === 'range') {
    const to = values(list)
    return to && start.to(to)
  }
  const found = listed(list).map((text) => (types.length > 1 && text.startsWith('(') ? values(text.slice(1, -1)) : value(text, 0)))
  return found.includes(undefined) ? undefined : start.in(found)
}
