/** PARTITION BY, and the partitions: inside CREATE TABLE, or as tables of their own. */
import { CompileError, type ExpressionNode, quoted } from '@quern/expression'
import { cutName, maxValue, minValue, type PartitionInfo, type PartitioningInfo, type TableNode } from '@quern/schema'
import { inDdl, writeValue } from './ddl-constraint.js'
import type { Dialect } from './dialect.js'
import { Writer } from './writer.js'

/** What stands in CREATE TABLE itself: ` PARTITION BY RANGE ("day")`, on MySQL and MariaDB with the partitions. */
export function writePartitions(table: TableNode, out: Writer): void {
  const { partitioning } = table
  if (partitioning === undefined) return
  out.require('partitioning', 'partitioning', 'leave partitionBy() out, or make a table per part and a view over them')
  const { method, keys } = partitioning
  if (method === 'key') out.require('keyPartitioning', 'PARTITION BY KEY', "use partitionBy('hash', …)")
  checkPartitions(table, partitioning, out)
  const inline = out.dialect.ddl.partitions === 'inline'
  out.text += ` PARTITION BY ${method.toUpperCase()}${inline && isByColumns(partitioning) ? ' COLUMNS' : ''} (`
  out.list(keys, (key) => writePartitionKey(key, table, inline, out))
  out.text += ')'
  if (inline) writeInline(table, partitioning, out)
}

/** By plain columns, ranges and lists of any type work with the word COLUMNS; by an expression only integers do, without it. */
const isByColumns = ({ method, keys }: PartitioningInfo): boolean =>
  (method === 'range' || method === 'list') && keys.every(({ kind }) => kind === 'column')

function writePartitionKey(key: ExpressionNode, table: TableNode, inline: boolean, out: Writer): void {
  if (key.kind === 'column') {
    out.identifier(key.name)
    return
  }
  if (!inline) out.text += '('
  inDdl(key, table, out)
  if (!inline) out.text += ')'
}

function checkPartitions(table: TableNode, { method, keys, partitions }: PartitioningInfo, out: Writer): void {
  if (typeof partitions === 'number') return
  const seen = new Set<string>()
  for (const { name, bound } of partitions) {
    const title = `${table.name}: partition ${quoted(name)}`
    if (seen.has(name)) throw new CompileError(`${title} is declared twice`)
    seen.add(name)
    if (bound.kind === 'range') {
      for (const end of [bound.from ?? bound.to, bound.to]) {
        if (end.length !== keys.length) throw new CompileError(`${title}: a bound has ${end.length} values for ${keys.length} keys`)
      }
    }
    if (bound.kind === 'list' && keys.length > 1 && out.dialect.ddl.partitions === 'tables')
      throw new CompileError(`${title}: ${out.dialect.title} lists the values of one key`)
    if (bound.kind !== 'default') continue
    if (method === 'list')
      out.require('defaultListPartition', 'DEFAULT partition of a list', `list the values of ${quoted(name)} (of ${table.name})`)
    else out.require('defaultRangePartition', 'DEFAULT partition of a range', `end ${quoted(name)} with to([maxValue]) (of ${table.name})`)
  }
}

function writeInline(table: TableNode, { method, keys, partitions }: PartitioningInfo, out: Writer): void {
  if (typeof partitions === 'number') {
    out.text += ` PARTITIONS ${partitions}`
    return
  }
  if (method === 'key' || (partitions.length === 0 && method !== 'hash')) {
    throw new CompileError(
      `${table.name}: ${out.dialect.title} partitions by ${method} need ${method === 'key' ? 'their number: partitions(4)' : 'at least one partition'}`,
    )
  }
  if (partitions.length === 0) return
  out.text += ' ('
  out.list([...partitions.keys()], (i) => {
    const { name } = partitions[i]!
    out.text += 'PARTITION '
    out.identifier(name)
    writeInlineBound(partitions, i, keys, `${table.name}: partition ${quoted(name)}`, out)
  })
  out.text += ')'
}

function writeInlineBound(
  partitions: readonly PartitionInfo[],
  i: number,
  keys: readonly ExpressionNode[],
  title: string,
  out: Writer,
): void {
  const { bound } = partitions[i]!
  if (bound.kind === 'range') {
    const before = partitions[i - 1]?.bound
    const end = before?.kind === 'range' ? before.to : keys.map(() => minValue)
    // a partition begins where the one before ends; any other beginning would be moved
    if (bound.from && !(bound.from.length === end.length && bound.from.every((value, at) => sameValue(value, end[at]))))
      throw new CompileError(
        `${title} does not begin where the one before ends; on ${out.dialect.title} it would, so leave from() out or close the gap`,
      )
    out.text += ' VALUES LESS THAN ('
    out.list([...bound.to.keys()], (at) => writeBound(bound.to[at], keys[at]!, out))
    out.text += ')'
  } else if (bound.kind === 'list') {
    out.text += ' VALUES IN ('
    out.list(bound.values, (value) => writeListed(value, keys, out))
    out.text += ')'
  } else if (bound.kind === 'hash') {
    if (bound.modulus !== partitions.length || bound.remainder !== i)
      throw new CompileError(`${title}: on ${out.dialect.title} the modulus is the number of partitions, and remainders count up from 0`)
  } else out.text += ' DEFAULT'
}

const sameValue = (a: unknown, b: unknown): boolean => a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime())

function writeListed(value: unknown, keys: readonly ExpressionNode[], out: Writer): void {
  if (keys.length === 1) {
    writeBound(value, keys[0]!, out)
    return
  }
  if (!Array.isArray(value) || value.length !== keys.length)
    throw new CompileError(`each value of a list over ${keys.length} keys is an array of as many`)
  out.text += '('
  out.list([...value.keys()], (at) => writeBound(value[at], keys[at]!, out))
  out.text += ')'
}

function writeBound(value: unknown, key: ExpressionNode, out: Writer): void {
  if (value === maxValue) out.text += 'MAXVALUE'
  else if (value === minValue) out.text += 'MINVALUE'
  else writeValue(value, key, out)
}

/** `CREATE TABLE "p2024" PARTITION OF "t" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`: none where partitions stand in CREATE TABLE. */
export function partitionTexts(table: TableNode, ifNotExists: boolean, dialect: Dialect): string[] {
  const { partitioning } = table
  if (partitioning === undefined || dialect.ddl.partitions !== 'tables') return []
  const { keys, partitions } = partitioning
  const list: readonly PartitionInfo[] =
    typeof partitions === 'number'
      ? Array.from({ length: partitions }, (_, i) => ({
          name: cutName(`${table.name}_p${i}`, dialect.identifierLimit ?? { length: Number.POSITIVE_INFINITY, unit: 'bytes' }),
          bound: { kind: 'hash', modulus: partitions, remainder: i } as const,
        }))
      : partitions
  return list.map(({ name, bound }, i) => {
    const out = new Writer(dialect)
    out.text += `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}`
    if (table.schema !== undefined) {
      out.identifier(table.schema)
      out.text += '.'
    }
    out.identifier(name)
    out.text += ' PARTITION OF '
    out.sourceName(table)
    writeOwnBound(bound, list[i - 1]?.bound, keys, out)
    return out.text
  })
}

function writeOwnBound(
  bound: PartitionInfo['bound'],
  before: PartitionInfo['bound'] | undefined,
  keys: readonly ExpressionNode[],
  out: Writer,
): void {
  if (bound.kind === 'default') {
    out.text += ' DEFAULT'
    return
  }
  out.text += ' FOR VALUES '
  if (bound.kind === 'hash') {
    out.text += `WITH (MODULUS ${bound.modulus}, REMAINDER ${bound.remainder})`
  } else if (bound.kind === 'list') {
    out.text += 'IN ('
    out.list(bound.values, (value) => writeBound(value, keys[0]!, out))
    out.text += ')'
  } else {
    const from = bound.from ?? (before?.kind === 'range' ? before.to : keys.map(() => minValue))
    out.text += 'FROM ('
    out.list([...from.keys()], (at) => writeBound(from[at], keys[at]!, out))
    out.text += ') TO ('
    out.list([...bound.to.keys()], (at) => writeBound(bound.to[at], keys[at]!, out))
    out.text += ')'
  }
}
