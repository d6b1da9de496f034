/** Sequences: numbers that a database counts up outside of any transaction. */

import { builtin, CompileError, checkOptions, describe, make, type NumberExpr, typed } from '@quern/expression'
import { schemaProperty } from './adopted-schema.js'
import type { AnyColumn } from './columns.js'
import { brandObject, objectNode, type SequenceNode } from './objects.js'
import { checkName } from './words.js'

export interface SequenceOptions {
  /** The type of its numbers: `'bigint'` unless told; smallint and integer are numbers in the program. */
  readonly as?: 'smallint' | 'integer' | 'bigint'
  readonly start?: number | bigint
  readonly increment?: number | bigint
  readonly min?: number | bigint
  readonly max?: number | bigint
  /** How many numbers a session takes at once. */
  readonly cache?: number | bigint
  /** Begin again after the last number. */
  readonly cycle?: boolean
  /** The column with which the sequence is dropped (PostgreSQL); a function, because the column's default may be the sequence. */
  readonly ownedBy?: () => AnyColumn
}

/** A sequence of the database; `nextValue()` and `currentValue()` are expressions. */
export interface Sequence<Value> {
  /** The next number: `nextval('"s"')`, `NEXT VALUE FOR s`. */
  nextValue(): NumberExpr<Value, never, never, never, 'exact'>
  /** The number that this session took last; an error of the server where it took none. */
  currentValue(): NumberExpr<Value | null, never, never, never, 'exact'>
}

const bounds = ['start', 'increment', 'min', 'max', 'cache'] as const

/**
 * A sequence: `const ticket = sequence('ticket', { start: 1000 })`, then `integer().default(ticket.nextValue())`.
 *
 * `CREATE SEQUENCE "ticket" AS bigint START WITH 1000`; PostgreSQL and MariaDB have sequences, MySQL and SQLite refuse.
 *
 * @throws CompileError for an option that is unknown or no whole number
 */
export function sequence(name: string, options: SequenceOptions & { readonly as: 'smallint' | 'integer' }): Sequence<number>
export function sequence(name: string, options?: SequenceOptions): Sequence<bigint>
export function sequence(name: string, options: SequenceOptions = {}): Sequence<any> {
  return makeSequence(name, undefined, options)
}

export function makeSequence(name: string, schema: string | undefined, options: SequenceOptions): Sequence<any> {
  const node = sequenceOf(checkName(name, 'sequence'), schema, options)
  const type = builtin[node.as]
  const value = (operation: 'next' | 'current') => () => typed(make.sequenceValue(operation, node, type))
  return brandObject({ nextValue: value('next'), currentValue: value('current') } as Sequence<any>, node)
}

/** The node of a sequence with these options; also what ALTER SEQUENCE is to make of it. */
export function sequenceOf(name: string, schema: string | undefined, options: SequenceOptions): SequenceNode {
  checkOptions(`sequence(${JSON.stringify(name)})`, options, ['as', ...bounds, 'cycle', 'ownedBy'])
  const { as = 'bigint', cycle = false, ownedBy } = options
  if (!['smallint', 'integer', 'bigint'].includes(as)) throw new CompileError('a sequence counts as smallint, integer or bigint')
  if (typeof cycle !== 'boolean') throw new CompileError(`the option cycle of a sequence is true or false, not ${describe(cycle)}`)
  if (ownedBy !== undefined && typeof ownedBy !== 'function')
    throw new CompileError('the option ownedBy of a sequence is a function: ownedBy: () => t.id')
  const [start, increment, min, max, cache] = bounds.map((key) => whole(options[key], key))
  if (increment === 0n) throw new CompileError('the increment of a sequence may not be 0')
  const node = { kind: 'sequence', name, as, start, increment, min, max, cache, cycle, ownedBy } as SequenceNode
  return Object.freeze(schemaProperty(node, schema))
}

/** These go into the text as they are, so they are whole numbers. */
function whole(value: unknown, key: string): bigint | undefined {
  if (value === undefined || typeof value === 'bigint') return value
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new CompileError(`the option ${key} of a sequence is a whole number, not ${typeof value === 'number' ? value : describe(value)}`)
  return BigInt(value)
}

export function sequenceNode(value: unknown, place: string): SequenceNode {
  const node = objectNode(value)
  if (node?.kind !== 'sequence') throw new CompileError(`${place} takes a sequence made by sequence()`)
  return node
}
