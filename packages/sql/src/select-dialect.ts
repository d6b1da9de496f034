/** What differs in SELECT. */
import type { ExpressionNodes, SqlType, StatementNode } from '@quern/expression'
import type { Dialect } from './dialect.js'
import type { HintNode, ValuesNode } from './nodes.js'
import type { Decode } from './plan.js'
import type { Writer } from './writer.js'

/** How rows travel inside a row. */
export interface NestedDialect {
  emit(node: ExpressionNodes['nested'], out: Writer): void
  /** Writes a column in a form that JSON keeps exactly. */
  write(type: SqlType, out: Writer, value: () => void): void
  /** From that form to the program's value; `undefined` where it is the form in which the type travels anyway. */
  decode(type: SqlType): Decode | undefined
  /** Reads a whole array of rows. */
  read(rows: StatementNode, dialect: Dialect): Decode
  /** The LIMIT that stands for none, where a derived table keeps its order only with one. */
  readonly orderedLimit: string | undefined
}

export interface SelectDialect {
  readonly nested: NestedDialect
  /** Written before a part of a set operation that keeps an order or a set operation of its own; `)` ends it. */
  readonly compoundPart: string
  readonly shareLock: string
  /** Whether NULLs count as larger or smaller than every value. */
  readonly nullsSort: 'high' | 'low'
  /** Writes the rows of a table of values, all but its name. */
  valuesTable(node: ValuesNode, out: Writer): void
  readonly valuesCast: boolean
  /** Names for the columns of a table of values stand after its name. */
  readonly valuesNamed: boolean
  /** Writes a hint about indexes after its table. */
  readonly indexHint: ((hint: Extract<HintNode, { kind: 'index' }>, out: Writer) => void) | undefined
}
