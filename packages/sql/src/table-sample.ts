import { brandSource, CompileError, checkOptions, describe, make, numericNumber, sourceNode, typed } from '@quern/expression'
import type { Source } from '@quern/schema'
import type { WrappedSourceNode } from './nodes.js'
import { sourceColumns } from './projection.js'

export interface SampleOptions {
  /** The same seed on the same rows yields the same sample. */
  readonly seed?: number
}

/**
 * Some of a table's rows, by chance: `percent` of its rows (`bernoulli`) or of its pages (`system`).
 *
 * `select(users).from(tableSample(users, 'bernoulli', 10))` — `FROM "users" TABLESAMPLE BERNOULLI ($1)`
 *
 * @throws UnsupportedFeatureError when compiled for anything else than PostgreSQL
 */
export function tableSample<T extends Source<any, any>>(
  table: T,
  method: 'bernoulli' | 'system',
  percent: number,
  options: SampleOptions = {},
): T {
  checkOptions('tableSample()', options, ['seed'])
  const of = sourceNode(table)
  if (of.kind !== 'table' && of.kind !== 'alias' && of.kind !== 'view')
    throw new CompileError(`tableSample() takes a table; ${of.name} is a ${of.kind}`)
  if (!['bernoulli', 'system'].includes(method)) throw new CompileError("the methods of tableSample() are 'bernoulli' and 'system'")
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100))
    throw new CompileError(
      `tableSample() takes a percentage from 0 to 100, not ${typeof percent === 'number' ? percent : describe(percent)}`,
    )
  const { seed } = options
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new CompileError('the seed of tableSample() is a whole number')
  const node: WrappedSourceNode = Object.freeze({
    kind: 'wrapped',
    name: of.name,
    schema: of.schema,
    quoted: of.quoted,
    of,
    method: method.toUpperCase(),
    percent: make.parameter(percent, numericNumber),
    seed: seed === undefined ? undefined : make.parameter(seed, numericNumber),
  })
  return brandSource<T>(
    node,
    sourceColumns(of).map((column) => [column.key, typed(column)] as const),
  )
}
