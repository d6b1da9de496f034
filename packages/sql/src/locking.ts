/** FOR UPDATE and FOR SHARE. */
import { CompileError, checkOptions, describe, isSource, sourceNode } from '@quern/expression'
import type { Source } from '@quern/schema'
import type { LockNode } from './nodes.js'

export interface LockOptions {
  /** Only the rows of these tables. */
  readonly of?: Source<any, any> | readonly Source<any, any>[]
  /** Leave out rows that somebody else has locked. */
  readonly skipLocked?: boolean
  /** An error where somebody else has locked a row, instead of waiting. */
  readonly noWait?: boolean
}

export function lockOf(lock: LockNode['lock'], options: unknown = {}): LockNode {
  const place = lock === 'update' ? 'forUpdate()' : 'forShare()'
  checkOptions(place, options, ['of', 'skipLocked', 'noWait'])
  const { of = [], skipLocked, noWait } = options as LockOptions
  if (skipLocked && noWait) throw new CompileError(`${place} takes skipLocked or noWait, not both`)
  const tables = Array.isArray(of) ? of : [of]
  for (const table of tables) if (!isSource(table)) throw new CompileError(`${place}: of takes tables, not ${describe(table)}`)
  return Object.freeze({
    lock,
    of: Object.freeze(tables.map(sourceNode)),
    wait: skipLocked ? 'skip locked' : noWait ? 'nowait' : undefined,
  })
}
