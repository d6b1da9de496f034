/** What a value is inside JSON must be the same on every dialect; where the servers' texts differ, the program says which it wants. */
import { CompileError, type ExpressionNode, nameOf } from '@quern/expression'

/** Refuses what each server would write its own way. */
export function jsonText(node: ExpressionNode): void {
  const { name, mode, family } = node.type
  const differs = name === 'time' || family === 'interval' || family === 'bytes' || family === 'bits' || family === 'set'
  if (differs || ((name === 'timestamp' || name === 'timestamptz') && mode === 'string'))
    throw new CompileError(`${nameOf(node)}: each database writes ${name} into JSON its own way; cast it to text() first`, 'FAMILY')
}
