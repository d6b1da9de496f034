/** Partitioning: how a table's rows are divided, and the parts as data. */
import { CompileError, checkOptions, describe, type Typed } from '@quern/expression'
import { TablePart } from './constraints.js'
import { expressionNode } from './indexes.js'
import type { PartitionInfo, PartitioningInfo } from './nodes.js'
import { checkName, oneOf } from './words.js'

/** Below every value, and above every value, as the bound of a range. */
export const minValue: unique symbol = Symbol('MINVALUE')
export const maxValue: unique symbol = Symbol('MAXVALUE')

export class Partition {
  readonly #info: PartitionInfo

  constructor(info: PartitionInfo) {
    this.#info = Object.freeze(info)
  }

  static info(value: unknown): PartitionInfo {
    if (typeof value === 'object' && value !== null && #info in value) return value.#info
    throw new CompileError(`partitions() takes partition('name') with its bounds, not ${describe(value)}`)
  }
}

/** A partition of a range, before its upper end is said. */
export interface RangeStart {
  /** The end, which belongs to the next partition: one value per key. */
  to(values: readonly unknown[]): Partition
}
export interface PartitionStart extends RangeStart {
  /** The beginning, which belongs to this partition; without it, the end of the partition before, or MINVALUE. */
  from(values: readonly unknown[]): RangeStart
  /** IN (…): the values of a list partition, null among them if need be. */
  in(values: readonly unknown[]): Partition
  /** The hashes whose remainder this is: `partition('h0').of({ modulus: 4, remainder: 0 })`. */
  of(hash: { readonly modulus: number; readonly remainder: number }): Partition
  /** DEFAULT: what no other partition takes. */
  default(): Partition
}

const bounds = (values: readonly unknown[], place: string): readonly unknown[] => {
  if (!Array.isArray(values) || values.length === 0) throw new CompileError(`${place} takes an array of values, not ${describe(values)}`)
  if (values.includes(undefined)) throw new CompileError(`${place} is given undefined`)
  return Object.freeze([...values])
}

/** A partition: `partition('p2024').from(['2024-01-01']).to(['2025-01-01'])`. On PostgreSQL it is a table of that name. */
export function partition(name: string): PartitionStart {
  checkName(name, 'partition')
  const make = (bound: PartitionInfo['bound']) => new Partition({ name, bound: Object.freeze(bound) })
  return {
    from: (from) => ({ to: (to) => make({ kind: 'range', from: bounds(from, 'from()'), to: bounds(to, 'to()') }) }),
    to: (to) => make({ kind: 'range', from: undefined, to: bounds(to, 'to()') }),
    in: (values) => make({ kind: 'list', values: bounds(values, 'in()') }),
    of: (hash) => {
      checkOptions('of()', hash, ['modulus', 'remainder'])
      const { modulus, remainder } = hash
      if (!(Number.isSafeInteger(modulus) && modulus > 0 && Number.isSafeInteger(remainder) && remainder >= 0 && remainder < modulus))
        throw new CompileError('a hash partition has a whole modulus from 1, and a remainder from 0 that is less')
      return make({ kind: 'hash', modulus, remainder })
    },
    default: () => make({ kind: 'default' }),
  }
}

/** The partitioning of a table, whose partitions can still be given. */
export class Partitioning extends TablePart {
  readonly #info: PartitioningInfo

  constructor(info: PartitioningInfo) {
    super({ kind: 'partitioning', partitioning: Object.freeze(info) })
    this.#info = info
  }

  /** The partitions, created with the table; or, for `hash` and `key`, how many of them the database names itself. */
  partitions(...list: readonly Partition[] | readonly [count: number]): Partitioning {
    const { method } = this.#info
    const [count] = list
    if (typeof count === 'number') {
      if (method === 'range' || method === 'list') throw new CompileError(`partitions by ${method} are given one by one`)
      if (!(Number.isSafeInteger(count) && count > 0)) throw new CompileError('the number of partitions is a whole number from 1')
      return new Partitioning({ ...this.#info, partitions: count })
    }
    const infos = list.map(Partition.info)
    for (const { name, bound } of infos) {
      const fits = bound.kind === method || (bound.kind === 'default' && (method === 'range' || method === 'list'))
      if (!fits) throw new CompileError(`partition ${JSON.stringify(name)} has ${bound.kind} bounds in a table partitioned by ${method}`)
    }
    return new Partitioning({ ...this.#info, partitions: Object.freeze(infos) })
  }
}

/**
 * PARTITION BY: `partitionBy('range', t.day).partitions(partition('p2024').from(['2024-01-01']).to(['2025-01-01']))`. On PostgreSQL each partition
 * is a table created after this one; on MySQL and MariaDB they stand in CREATE TABLE as `VALUES LESS THAN (…)`. SQLite refuses.
 */
export function partitionBy(
  method: PartitioningInfo['method'],
  ...keys: readonly [Typed<any, any, any, any, any>, ...Typed<any, any, any, any, any>[]]
): Partitioning {
  oneOf(method, ['range', 'list', 'hash', 'key'], 'the method of partitionBy()')
  if (keys.length === 0) throw new CompileError('partitionBy() needs at least one column')
  const nodes = keys.map((key) => expressionNode(key, 'partitionBy()'))
  return new Partitioning({ method, keys: Object.freeze(nodes), partitions: Object.freeze([]) })
}
